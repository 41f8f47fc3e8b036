"""Files as numbered lines: one place for encodings, line ends and files that are none."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from typing import BinaryIO, Final

from advisor.corpus.opening import Source, encoding_of, opened, refuse_bomb
from advisor.corpus.problems import Problems
from advisor.errors import DataError
from advisor.text import one_line

_LONGEST: Final = 64 * 2**20
"""Bytes of a line; a longer one is no row of texts."""


def lines(source: Source, problems: Problems) -> Iterator[tuple[int, str]]:
    r"""Yield line numbers and lines without their end, decoded.

    Lines end at "\n" alone: U+2028, U+0085 and the like stand inside texts. Lines that cannot be
    decoded are counted as problems and left out. DataError for a file that cannot be read at all.
    """
    encoding = encoding_of(source)
    if not encoding.startswith("utf-8"):
        problems.count_once("file-encoding", f"{source.name} ({_shown(encoding)})")
    with opened(source) as stream:
        if encoding.startswith(("utf-16", "utf-32")):
            yield from _wide(stream, encoding, source, problems)
            return
        offset = 0
        for number, raw in enumerate(_raw(stream, source), start=1):
            line = _decoded(raw, offset, number, source, encoding, problems)
            offset += len(raw)
            refuse_bomb(source, offset)
            if line is not None:
                yield number, line


def _raw(stream: BinaryIO, source: Source) -> Iterator[bytes]:
    number = 0
    while raw := stream.readline(_LONGEST):
        number += 1
        if len(raw) == _LONGEST:
            raise DataError(
                f"{source.at(number)}: the line is longer than {_LONGEST // 2**20} MiB, expected "
                "one row a line. Check that the file is what its name says."
            )
        yield raw


def _wide(
    stream: BinaryIO, encoding: str, source: Source, problems: Problems
) -> Iterator[tuple[int, str]]:
    """Decode as a whole: in UTF-16 the byte of a line end stands inside other characters."""
    characters = 0
    with io.TextIOWrapper(stream, encoding, newline="\n") as text:
        for number in itertools.count(1):
            try:
                line = text.readline(_LONGEST)
            except UnicodeError as error:
                problems.add(
                    "undecodable",
                    source.at(number),
                    f"the file stops being {_shown(encoding)} here or soon after "
                    f"({one_line(str(error), 80)}); the rest is not read. Save it as UTF-8.",
                )
                return
            if not line:
                return
            characters += len(line)
            refuse_bomb(source, characters)
            yield number, line.removesuffix("\n").removesuffix("\r").removeprefix("\ufeff")


def _decoded(
    raw: bytes, offset: int, number: int, source: Source, encoding: str, problems: Problems
) -> str | None:
    start = 0
    if number == 1 and encoding == "utf-8-sig":
        start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    raw = raw[start:]
    if b"\0" in raw:
        at = offset + start + raw.index(b"\0")
        problems.add(
            "undecodable",
            source.at(number),
            f"a NUL byte at offset {at:,}, expected text. If the file is UTF-16, save it as UTF-8.",
        )
        return None
    try:
        line = raw.decode("utf-8" if encoding == "utf-8-sig" else encoding)
    except UnicodeDecodeError as error:
        at = offset + start + error.start
        problems.add(
            "undecodable",
            source.at(number),
            f"byte 0x{raw[error.start]:02x} at offset {at:,} is not {_shown(encoding)}. Save the "
            "file as UTF-8, or name its encoding with --encoding (for Chinese often gb18030 or "
            "big5).",
        )
        return None
    return line.removesuffix("\n").removesuffix("\r")


def _shown(encoding: str) -> str:
    return "UTF-8" if encoding.startswith("utf-8") else encoding.upper().replace("_", "-")
