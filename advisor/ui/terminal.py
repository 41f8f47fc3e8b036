"""The terminal that the interface paints on, which may be gone from one moment to the next."""

from __future__ import annotations

import errno
from io import TextIOBase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.driver import Driver

_GONE = {errno.EIO, errno.ENXIO, errno.EPIPE, errno.EBADF}
"""What writing to a terminal without a window gives."""


class Output:
    """A text file that takes what is written after its terminal was closed, and drops it.

    Textual's writing thread ends at the first error. What is painted from then on fills its queue,
    and the process would wait for ever at leaving for somebody to empty it.
    """

    def __init__(self, file: TextIOBase) -> None:
        """Write to `file` while it stands."""
        self._file = file

    def write(self, text: str) -> int:
        """Write, or drop."""
        try:
            return self._file.write(text)
        except OSError as error:
            _accept(error)
            return len(text)

    def flush(self) -> None:
        """Flush, or let it be."""
        try:
            self._file.flush()
        except OSError as error:
            _accept(error)

    def fileno(self) -> int:
        """Return the terminal's number."""
        return self._file.fileno()

    def isatty(self) -> bool:
        """Say whether it is a terminal."""
        return self._file.isatty()


def _accept(error: OSError) -> None:
    if error.errno not in _GONE:
        raise error


def closable(driver: type[Driver]) -> type[Driver]:
    """Return the driver with an output that outlives its terminal."""

    class Closable(driver):  # type: ignore[misc, valid-type]
        def start_application_mode(self) -> None:
            if isinstance(file := getattr(self, "_file", None), TextIOBase):
                self._file = Output(file)
            super().start_application_mode()

    return Closable
