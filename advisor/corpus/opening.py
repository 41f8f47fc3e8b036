"""Files as bytes: packed or plain, and the encoding of their text."""

from __future__ import annotations

import bz2
import functools
import gzip
import lzma
import re
import stat
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, Literal, NamedTuple, cast

from advisor.corpus.options import MEANINGS
from advisor.errors import DataError
from advisor.text import one_line

_PACKED: Final[dict[str, Callable[[Path, Literal["rb"]], object]]] = {
    ".gz": gzip.open,
    ".bz2": bz2.open,
    ".xz": lzma.open,
}
_UNPACK_FIRST: Final = {".zst": "zstd -d", ".zip": "unzip", ".7z": "7z x", ".rar": "unrar x"}
_LEAST_BOMB: Final = 256 * 2**20
_MOST_RATIO: Final = 200
"""JSON lines of real texts pack 3 to 20 times; gzip can reach 1,032, xz far more."""
MOST_UNPACKED: Final = 64 * 2**30

_LOOKED_AT: Final = 2**19
_BOMS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# Central European, cp1250, is not among them: it takes nearly all Western texts as well.
_LIKELY: Final = [
    *("gb18030", "big5", "shift_jis", "euc_jp", "euc_kr"),
    *("cp1252", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256"),
]


_FEW: Final = 4
"""Fewer bytes beyond ASCII than this are not looked at by their frequency."""
_WESTERN_LETTERS: Final = frozenset("äöüßàâáãåæçèéêëìíîïñòóôõøœùúûÄÖÜÀÁÅÆÇÈÉÊËÍÎÏÑÓÔÕØŒÚÛ")
_WESTERN_SIGNS: Final = frozenset("€£§°–—„“”‘’«»…·²³½µ¿¡©®")
_LATIN_WORD: Final = re.compile("[A-Za-z]")


class Source(NamedTuple):
    """A file to read, the name by which messages call it, and what the user said about it."""

    path: Path
    name: str
    encoding: str | None = None
    columns: tuple[tuple[str, str], ...] = ()

    def at(self, line: int) -> str:
        """Return the place of a line (counted from 1) for a message."""
        return f"{self.name}:{line}"

    @property
    def suffix(self) -> str:
        """The extension in lower case, with its dot; that of the content if it is packed."""
        return bare(self.path).suffix.lower()

    @property
    def renamed(self) -> dict[str, str]:
        """Columns that the user named, and what they are called here."""
        return {column: MEANINGS[meaning] for meaning, column in self.columns}


def bare(path: Path) -> Path:
    """Return the path without the extension that packing gave it."""
    return path.with_suffix("") if path.suffix.lower() in _PACKED else path


def is_packed(path: Path) -> bool:
    """Tell whether the file is read through an unpacker."""
    return path.suffix.lower() in _PACKED


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


@contextmanager
def opened(source: Source) -> Iterator[BinaryIO]:
    """Open a file, unpacked; DataError when it cannot be read, now or while it is."""
    if kind_of(source.path, source.name) == "folder":
        raise DataError(f"{source.name} is a folder where a file was expected.")
    suffix = source.path.suffix.lower()
    if suffix in _UNPACK_FIRST:
        raise DataError(f"{source.name}: unpack it first ({_UNPACK_FIRST[suffix]}).")
    try:
        with cast("BinaryIO", _PACKED.get(suffix, open)(source.path, "rb")) as stream:
            yield stream
    except PermissionError:
        raise DataError(f"{source.name} may not be read. Check its access rights.") from None
    except (EOFError, lzma.LZMAError, zlib.error, gzip.BadGzipFile):
        raise DataError(
            f"{source.name} is damaged or no {suffix} file: it cannot be unpacked. Get it again."
        ) from None
    except OSError as error:
        why = one_line(str(error.strerror or error), 80)
        raise DataError(f"{source.name} cannot be read ({why}).") from None


def refuse_bomb(source: Source, unpacked: int) -> None:
    """Raise DataError when a packed file has grown out of all proportion."""
    if unpacked < _LEAST_BOMB or not is_packed(source.path):
        return
    packed = source.path.stat().st_size
    if unpacked > _MOST_RATIO * packed or unpacked > MOST_UNPACKED:
        raise DataError(
            f"{source.name} unpacks to more than {unpacked // 2**20:,} MiB from "
            f"{packed / 2**20:,.1f} MiB, more than texts do. Unpack it by hand if it is meant so."
        )


def encoding_of(source: Source) -> str:
    """Return Python's name of a file's encoding: as the user said, by its mark, or as detected.

    Where nothing fits it is utf-8, and lines that are not will be told one by one.
    """
    if source.encoding is not None:
        return source.encoding
    kind_of(source.path, source.name)
    stamp = source.path.stat()
    return _detected(source, stamp.st_mtime_ns, stamp.st_size)


@functools.lru_cache(maxsize=256)
def _detected(source: Source, _modified: int, _size: int) -> str:
    with opened(source) as stream:
        head = stream.read(_LOOKED_AT)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    nul = head.count(b"\0")
    if nul * 5 > len(head):
        little = head[1::2].count(b"\0") * 2 > nul
        return "utf-16-le" if little else "utf-16-be"
    whole = head[: head.rfind(b"\n") + 1] or head
    other = [line for line in whole.split(b"\n") if not line.isascii()]
    wrong = sum(not _is_utf8(line) for line in other)
    # A few broken lines in a file of UTF-8 are that; a file of another encoding is broken all over.
    return "utf-8" if nul or wrong * 2 <= len(other) else _guessed(b"\n".join(other))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_western(text: bytes) -> bool:
    """Tell whether a few bytes of a text in ASCII are letters inside Latin words, or its signs.

    So few tell nothing by their frequency, but an ä between Latin letters has one sensible reading:
    in the encodings of other scripts they would make a single strange letter of a Latin word.
    """
    shown = text.decode("cp1252", "replace")
    return all(
        char.isascii()
        or char in _WESTERN_SIGNS
        or (char in _WESTERN_LETTERS and bool(_LATIN_WORD.search(shown[max(0, at - 1) : at + 2])))
        for at, char in enumerate(shown)
    )


def _guessed(text: bytes) -> str:
    from charset_normalizer import from_bytes

    if sum(byte > 127 for byte in text) < _FEW:
        return "cp1252" if _is_western(text) else "utf-8"
    best = from_bytes(text, cp_isolation=_LIKELY, preemptive_behaviour=False).best()
    return best.encoding if best is not None else "utf-8"
