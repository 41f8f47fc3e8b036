"""Downloads: asking for leave with the bytes, and showing how far they are."""

from __future__ import annotations

from collections.abc import Sequence

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from advisor.bench import protocol
from advisor.catalogue.card import ModelCard
from advisor.desk import messages
from advisor.desk.client import DeskLost, Refusal
from advisor.ui.dialogs import Confirm
from advisor.ui.text import ERROR, MUTED, STRONG, cut, joined, lines, shown
from advisor.ui.widgets.bars import progress_bar

PAINTS_PER_S = 4
BAR_CELLS = 20


def consent_to(cards: Sequence[ModelCard]) -> Confirm:
    """Ask whether these may be fetched, with their size by their cards."""
    sizes = [card.memory_usage_mb for card in cards]
    known = [size for size in sizes if size is not None]
    size = f"about {sum(known) * 2**20 / 1e9:.1f} GB by their cards" if known else "of unknown size"
    if known and len(known) < len(sizes):
        size += f", {len(sizes) - len(known)} of unknown size"
    names = "\n".join(f"  {card.name}" for card in cards)
    return Confirm(
        f"Download from the Hugging Face Hub, {size}?\n\n{names}\n\n"
        "Weights (safetensors), tokenizer and configuration, never code. Nothing of yours is sent.",
        yes="Download",
        no="Not now",
    )


class Downloads(ModalScreen[messages.Fetched | None]):
    """Downloads until all have come or failed; None when the desk was lost or it was left."""

    BINDINGS = [Binding("escape", "leave_downloads", "Stop waiting")]

    def __init__(self, repos: Sequence[str]) -> None:
        """The person has agreed to `repos`."""
        super().__init__()
        self._repos = tuple(repos)

    def compose(self) -> ComposeResult:
        """A line a download."""
        with Vertical(classes="pane"):
            yield Static(shown("Downloading", STRONG))
            yield Static(id="downloads")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Begin, and paint four times a second."""
        self.set_interval(1 / PAINTS_PER_S, self._paint)
        self._fetch()

    @work
    async def _fetch(self) -> None:
        desk = self.app.desk  # type: ignore[attr-defined] # the application is ours
        try:
            fetched = await desk.ask(messages.Fetch(repos=self._repos), messages.Fetched)
        except (Refusal, DeskLost) as error:
            self.query_one("#downloads", Static).update(shown(str(error), ERROR))
            return
        self.dismiss(fetched)

    def _paint(self) -> None:
        known = self.app.news.downloads  # type: ignore[attr-defined] # the application is ours
        told = (_line(repo, known.get(repo)) for repo in self._repos)
        self.query_one("#downloads", Static).update(lines(*told))

    def action_leave_downloads(self) -> None:
        """Leave; what has come so far stays."""
        self.dismiss(None)


def _line(repo: str, step: object) -> Content:
    event = getattr(step, "event", None)
    name = cut(repo, 34)
    gap = " " * (36 - name.cell_length)
    match event:
        case protocol.Weighed():
            state = shown(f"{event.missing_bytes / 1e6:,.0f} MB to come", MUTED)
        case protocol.Progress():
            bar = progress_bar(event.done, event.total, BAR_CELLS)
            state = shown(f"{bar} {event.done / 1e6:,.0f} of {event.total / 1e6:,.0f} MB")
        case protocol.Fetched():
            state = shown("is here")
        case protocol.Failed():
            state = joined(Content.styled("! ", ERROR), shown(event.text))
        case _:
            state = shown("waiting", MUTED)
    return joined(name, gap, state)
