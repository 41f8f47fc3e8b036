"""Files as numbered lines: one place for encodings, line ends and files that are none."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from advisor.corpus.problems import Problems
from advisor.errors import DataError
from advisor.text import one_line

_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class Source(NamedTuple):
    """A file to read and the name by which messages call it."""

    path: Path
    name: str

    def at(self, line: int) -> str:
        """Return the place of a line (counted from 1) for a message."""
        return f"{self.name}:{line}"

    @property
    def suffix(self) -> str:
        """The extension in lower case, with its dot."""
        return self.path.suffix.lower()


def kind_of(path: Path, name: str) -> str:
    """Return "file" or "folder"; raise DataError for anything that cannot be read."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise DataError(f"{name} does not exist. Check the path.") from None
    except PermissionError:
        raise DataError(f"{name} may not be read. Check its access rights.") from None
    except (OSError, ValueError) as error:
        raise DataError(f"{name} cannot be opened ({one_line(str(error), 80)}).") from None
    if stat.S_ISDIR(mode):
        return "folder"
    if not stat.S_ISREG(mode):
        raise DataError(
            f"{name} is a pipe, socket or device. Save what it delivers as a file and give that."
        )
    return "file"


def lines(source: Source, problems: Problems) -> Iterator[tuple[int, str]]:
    r"""Yield line numbers and lines without their end, decoded as UTF-8.

    Lines end at "\n" alone: U+2028, U+0085 and the like stand inside texts. Lines that cannot be
    decoded are counted as problems and left out.
    """
    if kind_of(source.path, source.name) == "folder":
        raise DataError(f"{source.name} is a folder where a file was expected.")
    offset = 0
    try:
        with source.path.open("rb") as stream:
            for number, raw in enumerate(stream, start=1):
                line = _decoded(raw, offset, number, source, problems)
                offset += len(raw)
                if line is not None:
                    yield number, line
    except PermissionError:
        raise DataError(f"{source.name} may not be read. Check its access rights.") from None
    except OSError as error:
        raise DataError(
            f"{source.name} cannot be read ({one_line(str(error.strerror), 80)})."
        ) from None


def _decoded(
    raw: bytes, offset: int, number: int, source: Source, problems: Problems
) -> str | None:
    if number == 1 and raw.startswith(_UTF16):
        problems.add(source.at(1), "the file is UTF-16, expected UTF-8. Save it as UTF-8.")
        return None
    start = len(_BOM) if number == 1 and raw.startswith(_BOM) else 0
    raw = raw[start:]
    if b"\0" in raw:
        at = offset + start + raw.index(b"\0")
        problems.add(
            source.at(number),
            f"a NUL byte at offset {at:,}, expected text. If the file is UTF-16, save it as UTF-8.",
        )
        return None
    try:
        return raw.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        at = offset + start + error.start
        problems.add(
            source.at(number),
            f"byte 0x{raw[error.start]:02x} at offset {at:,} is not UTF-8. Save the file as UTF-8 "
            "(for Chinese often: iconv -f GB18030 -t UTF-8, or -f BIG5).",
        )
        return None
