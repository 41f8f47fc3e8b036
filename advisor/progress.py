"""Progress of a run on stderr: one live line a candidate on a terminal, plain lines otherwise."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Protocol, Self

import click
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from advisor.bench import proof, protocol
from advisor.bench.board import Board, Line
from advisor.bench.downloads import Download
from advisor.bench.events import Ended, Scored, Update, Waiting
from advisor.text import one_line

PAINTS_PER_S = 4
"""A faster screen would take time from what is being measured."""
BAR_CELLS = 10
NAME_CELLS = 26


class Progress(Protocol):
    """Shows a run; used as a context around it."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
    def show(self, update: Update) -> None:
        """Take one update."""


def progress_for(board: Board) -> Progress:
    """Return the progress that fits what stderr is."""
    return LiveProgress(board) if sys.stderr.isatty() else PlainProgress(board)


class PlainProgress:
    """A line whenever a candidate gets somewhere."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._said: dict[str, str] = {}

    def __enter__(self) -> Self:
        """Nothing to set up."""
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to restore."""

    def show(self, update: Update) -> None:
        """Say what is new."""
        line = self._board.fold(update)
        text = milestone(update, line)
        if text is None or self._said.get(line.name) == text:
            return
        self._said[line.name] = text
        earlier = " (measured earlier)" if update.earlier else ""
        say(f"  {one_line(line.name, NAME_CELLS):<{NAME_CELLS}}  {text}{earlier}")


class LiveProgress:
    """A table repainted four times a second, and left alone while latency is timed."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._live = Live(
            console=Console(stderr=True),
            auto_refresh=False,
            transient=True,
            get_renderable=self._table,
        )
        self._painted = 0.0

    def __enter__(self) -> Self:
        """Start painting."""
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Clear the table; the report that follows says it all again."""
        self._live.stop()

    def show(self, update: Update) -> None:
        """Fold, and paint if it is time."""
        self._board.fold(update)
        now = time.monotonic()
        if now - self._painted >= 1 / PAINTS_PER_S or isinstance(update.event, Ended | Scored):
            self._painted = now
            self._live.refresh()

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 1), expand=True)
        table.add_column(width=1)
        table.add_column(width=NAME_CELLS, no_wrap=True)
        table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
        table.add_column(width=5, justify="right")
        table.add_column(width=9, justify="right")
        for line in self._board.lines.values():
            sign, text = _sign(line), _state(line)
            gone = line.partial and line.status is not None
            quality = f"{line.quality.mean:.3f}" if line.quality and not gone else ""
            memory = f"{line.peak_mib:,.0f} MiB" if line.peak_mib else ""
            table.add_row(
                Text(sign), Text(one_line(line.name, NAME_CELLS)), Text(text), Text(quality),
                Text(memory),
            )  # fmt: skip
        return table


class DownloadProgress:
    """A line a download; on a terminal the line in hand is repainted."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._painted = 0.0

    def __enter__(self) -> Self:
        """Nothing to set up."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the line in hand."""
        if self._terminal and self._painted:
            say("")

    def show(self, step: Download) -> None:
        """Say how far a download is."""
        name = one_line(step.repo, 40)
        match step.event:
            case protocol.Weighed(files=files, missing_bytes=missing):
                say(f"  {name}  downloading {files} files, {missing / 1e6:,.0f} MB")
            case protocol.Progress(done=done, total=total) if self._terminal:
                now = time.monotonic()
                if now - self._painted >= 1 / PAINTS_PER_S:
                    self._painted = now
                    text = f"\r  {name}  {done / 1e6:,.0f} of {total / 1e6:,.0f} MB "
                    sys.stderr.write(text)
                    sys.stderr.flush()
            case protocol.Fetched():
                say(f"\r  {name}  is here" if self._terminal else f"  {name}  is here")
            case protocol.Failed(text=text):
                say(f"  {name}  {one_line(text, 300)}")


def milestone(update: Update, line: Line) -> str | None:
    """Return what to say of an update in one plain line, None when it is not worth one."""
    match update.event:
        case Waiting():
            return "starting"
        case protocol.Loaded() as loaded:
            return f"loaded in {loaded.seconds:.1f} s"
        case protocol.Proved(texts=texts) if texts:
            return proof.in_words(update.event)
        case protocol.Encoded(side="documents", n=n, seconds=seconds) as event if seconds:
            how = " in bf16" if event.precision == "bfloat16" else ""
            documents, rate = n / event.per_document, event.documents_timed / seconds
            cut = f" in {n:,} chunks" if event.per_document > 1 else ""
            return f"encoded {documents:,.0f} documents{cut}{how}, {rate:,.0f} a second"
        case Scored(quality=quality, of=of):
            so_far = f" after {quality.n:,} of {of:,} queries" if quality.n < of else ""
            return f"{update.event.metric} {quality.mean:.3f}{so_far}"
        case protocol.Timed(latencies_ms=latencies):
            median = sorted(latencies)[len(latencies) // 2]
            return f"timed block {line.blocks}: median {median:.1f} ms"
        case Ended(status=status, reason=reason):
            return _ended(status, reason, line)
    return None


def _ended(status: str, reason: str | None, line: Line) -> str:
    if line.dropped is not None or not reason:
        return one_line(reason or status)
    return f"{status}: {one_line(reason)}"


def _sign(line: Line) -> str:
    if line.status is not None:
        return {"measured": "●", "failed": "!", "skipped": "–"}.get(line.status, "✕")
    return "○" if line.phase == "waiting" else "▶"


def _state(line: Line) -> str:
    if line.reason:
        return _ended(line.status or "", line.reason, line)
    if not line.total:
        return line.phase
    filled = round(BAR_CELLS * line.done / line.total)
    bar = "━" * filled + "╌" * (BAR_CELLS - filled)
    return f"{bar} {line.done:,}/{line.total:,} {line.phase}"


def say(text: str) -> None:
    """Print one line on stderr at once."""
    click.echo(text, err=True)
