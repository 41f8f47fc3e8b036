"""Downloads: asking for leave with the bytes, and showing how far they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Footer, Static

from advisor.bench import protocol
from advisor.bench.downloads import Download
from advisor.catalogue.card import ModelCard
from advisor.desk import messages
from advisor.record.cells import shorten
from advisor.ui.card_text import gigabytes
from advisor.ui.dialogs import Confirm
from advisor.ui.leaving import Dialog
from advisor.ui.page import Page
from advisor.ui.text import ACCENT, ERROR, MUTED, STRONG, cut, joined, lines, shown
from advisor.ui.widgets.bars import progress_bar

PAINTS_PER_S = 4
BAR_CELLS = 14
NAME_CELLS = 30
MOST_NAMED = 8


def consent_to(cards: Sequence[ModelCard]) -> Confirm:
    """Ask whether these may be fetched, with their size by their cards."""
    sizes = [card.memory_usage_mb for card in cards]
    named = [f"  {shorten(card.name, 60)}" for card in cards[:MOST_NAMED]]
    if len(cards) > MOST_NAMED:
        named.append(f"  and {len(cards) - MOST_NAMED} more")
    return Confirm(
        f"Download from the Hugging Face Hub, {gigabytes(sizes)}?\n\n"
        + "\n".join(named)
        + "\n\nWeights (safetensors), tokenizer and configuration, never code. "
        "Nothing of yours is sent.",
        yes="Download",
        no="Not now",
    )


async def fetch(page: Page[Any], repos: Sequence[str]) -> messages.Fetched | None:
    """Download what the person has agreed to, and show how far it is; None when it cannot be."""
    known = page.advisor.news.downloads
    for repo in repos:  # what was said of an earlier attempt
        known.pop(repo, None)
    pane = Downloads(repos, known)

    def hidden(nothing: None) -> None:
        del nothing
        page.say("The downloads go on; g shows them again.")

    await page.app.push_screen(pane, hidden)
    fetched = await page.ask(messages.Fetch(repos=tuple(repos)), messages.Fetched)
    await pane.close()
    return fetched


class Downloads(Dialog[None]):
    """Shows how far downloads are; leaving it does not end them."""

    BINDINGS = [Binding("escape,enter", "leave_downloads", "Hide", key_display="esc")]

    def __init__(self, repos: Sequence[str], known: Mapping[str, Download]) -> None:
        """`known` is the last word on each repository, kept up to date by others."""
        super().__init__()
        self._repos, self._known = tuple(repos), known
        self._painted = Content()

    def compose(self) -> ComposeResult:
        """A line a download."""
        with Vertical(classes="pane"):
            yield Static(shown("Downloading", STRONG), classes="title")
            with VerticalScroll(id="downloads-pane"):
                yield Static(id="downloads")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Paint four times a second, and only what has changed."""
        self._paint()
        self.set_interval(1 / PAINTS_PER_S, self._paint)

    def _paint(self) -> None:
        told = lines(*(_line(repo, self._known.get(repo)) for repo in self._repos))
        if not told.is_same(self._painted):
            self._painted = told
            self.query_one("#downloads", Static).update(told)

    async def close(self) -> None:
        """Go away, with whatever lies above."""
        while self.is_attached:
            await self.app.pop_screen()

    def action_leave_downloads(self) -> None:
        """Hide it; the downloads go on."""
        self.dismiss()


def _line(repo: str, step: Download | None) -> Content:
    name = cut(repo, NAME_CELLS)
    return joined(name, " " * (NAME_CELLS + 2 - name.cell_length), _state(step))


def _state(step: Download | None) -> Content:
    match step.event if step else None:
        case protocol.Weighed(missing_bytes=missing):
            return shown(f"{missing / 1e6:,.0f} MB to come", MUTED)
        case protocol.Progress(done=done, total=total):
            bar = Content.styled(progress_bar(done, total, BAR_CELLS), ACCENT)
            return joined(bar, f" {done / 1e6:,.0f} of {total / 1e6:,.0f} MB")
        case protocol.Fetched():
            return shown("is here")
        case protocol.Failed(text=text):
            return joined(Content.styled("! ", ERROR), shown(text))
        case _:
            return shown("waiting", MUTED)
