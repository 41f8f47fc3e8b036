"""What the desk tells without being asked, folded for the screens that paint it."""

from __future__ import annotations

from dataclasses import dataclass, field

from advisor.bench.board import TIMING, Board
from advisor.bench.downloads import Download
from advisor.desk import messages


@dataclass
class News:
    """The board of the run and the state of downloads; screens look four times a second."""

    board: Board = field(default_factory=Board)
    downloads: dict[str, Download] = field(default_factory=dict)
    """The last word on each repository."""
    writing: messages.Writing | None = None
    """How far queries are written."""
    current: str = ""
    """The candidate the last news of the run was about."""
    count: int = 0
    """Grows with each piece of news."""

    def take(self, told: messages.Told) -> None:
        """Fold one piece of news; nothing is painted here."""
        self.count += 1
        if told.update is not None:
            self.current = self.board.fold(told.update).name
        if told.download is not None:
            self.downloads[told.download.repo] = told.download
        if told.writing is not None:
            self.writing = told.writing

    def start(self) -> None:
        """Begin a run with an empty board."""
        self.board = Board()
        self.count += 1

    @property
    def timing(self) -> bool:
        """Whether single queries are being timed, so that nothing should be painted."""
        return any(line.phase == TIMING for line in self.board.lines.values())
