"""Damaged files of every kind that is read: a clear error or a correct read, never anything else.

Usage: python benchmarks/fuzz.py [--cases 10000] [--seed 0] [--report FILE]

Real files are damaged in one to four ways: bytes turned, cut out, repeated or put in, numbers made
huge, brackets and dots piled up, encodings and line ends changed, lines doubled. A case passes when
the reader returns or raises an `AdvisorError` whose text is one that may be shown, within ten
seconds. The memory is the highest of the whole process, above what it held before the first case.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from advisor.bench.cache import read_sealed, write_sealed
from advisor.bench.limit import limit_of
from advisor.bench.protocol import Loaded, Timed, decode_command, decode_event, encode
from advisor.bench.serving import peak_mib, resident_mib
from advisor.catalogue.own import load_own
from advisor.corpus.readers import read_dataset
from advisor.desk.messages import decode_asked, decode_told
from advisor.errors import AdvisorError, WorkerError
from advisor.needs.profile import load_profile
from advisor.record.store import load_record
from advisor.text import plain

ROOT = Path(__file__).resolve().parent.parent
MOST_SECONDS = 10.0
MOST_MIB = 200.0

Read = Callable[[Path], object]


class Reader(NamedTuple):
    """One kind of file: real ones, and what reads them."""

    name: str
    suffix: str
    samples: tuple[bytes, ...]
    read: Read


class Fault(NamedTuple):
    """A case that went wrong."""

    reader: str
    seed: str
    what: str


def readers(folder: Path) -> tuple[Reader, ...]:
    """Return every reader with real files to damage; sealed ones are written into `folder`."""
    write_sealed(folder / "sealed", encode(Loaded(seconds=0.5, dim=384)))
    event = encode(Timed(block=0, latencies_ms=(9.1, 9.2), covers="one query", cpu_share=0.99))
    models = b"""schema = "embed-advisor-models/1"

[[models]]
name = "team/own"
hub = "team/own"
languages = ["en", "zh-Hans"]
embed_dim = 384
max_tokens = 512
"""
    return (
        Reader("profile", ".toml", _files("profiles/*.toml"), lambda path: load_profile(str(path))),
        Reader("record", ".toml", _files("examples/record.toml"), load_record),
        Reader("own catalogue", ".toml", (models,), load_own),
        Reader("JSONL", ".jsonl", (QUESTIONS,), lambda path: read_dataset(str(path))),
        Reader("CSV", ".csv", (TABLE,), lambda path: read_dataset(str(path))),
        Reader("TSV", ".tsv", (TABLE.replace(b",", b"\t"),), lambda path: read_dataset(str(path))),
        Reader("JSON", ".json", (PAIRS,), lambda path: read_dataset(str(path))),
        Reader("sealed cache file", "", ((folder / "sealed").read_bytes(),), _sealed),
        Reader("cache settings", "", (b'{"limit_bytes":5368709120}',), _settings),
        Reader("event", "", (event,), lambda path: decode_event(path.read_bytes())),
        Reader("command", "", (b'{"type":"search","depth":100,"run":"x"}',), _command),
        Reader("question to the desk", "", (b'{"number":1,"request":{"type":"pause"}}',), _asked),
        Reader("word of the desk", "", (b'{"number":1,"reply":{"type":"done"}}',), _told),
    )


QUESTIONS = "".join(
    f'{{"question": "How is number {n} reset?", "answer": "Press {n} for {n} seconds."}}\n'
    for n in range(30)
).encode()
TABLE = (
    "question,answer\n" + "".join(f'"Was ist {n}?","Es ist, {n}."\n' for n in range(30))
).encode()
PAIRS = "".join(
    f'{{"question": "如何重設 {n}", "answer": "按下 {n} 鍵"}}\n' for n in range(30)
).encode()


def main() -> int:
    """Damage, read, count, print, write; 1 when a case went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as place:
        found = fuzz(readers(Path(place)), options.cases, options.seed, Path(place))
    text = found.table(time.perf_counter() - began)
    print(text)
    if options.report:
        options.report.write_text(text, encoding="utf-8")
    return 1 if found.faults or found.mib > MOST_MIB else 0


class Found(NamedTuple):
    """What came of all cases."""

    read: Counter[str]
    refused: Counter[str]
    slowest: dict[str, float]
    faults: list[Fault]
    mib: float

    def table(self, seconds: float) -> str:
        """Return a Markdown table with one row a reader."""
        lines = [
            f"# Damaged files: {self.read.total() + self.refused.total():,} cases\n",
            f"Faults: {len(self.faults)}. Memory above the start: {self.mib:.0f} MiB. Took "
            f"{seconds:.0f} s.\n",
            "| file | read | refused in words | slowest s |",
            "|---|--:|--:|--:|",
        ]
        for name in sorted(self.slowest):
            row = f"{self.read[name]:,} | {self.refused[name]:,} | {self.slowest[name]:.2f}"
            lines.append(f"| {name} | {row} |")
        lines += [f"\n- {fault.reader}, {fault.seed}: {fault.what}" for fault in self.faults[:50]]
        return "\n".join(lines) + "\n"


def fuzz(kinds: Sequence[Reader], cases: int, seed: int, folder: Path) -> Found:
    """Try so many cases, the readers in turn."""
    read, refused, slowest = (
        Counter[str](),
        Counter[str](),
        dict.fromkeys([k.name for k in kinds], 0.0),
    )
    faults: list[Fault] = []
    before = resident_mib() or 0.0
    for number in range(cases):
        kind = kinds[number % len(kinds)]
        dice = random.Random(f"{seed} {number}")
        path = folder / f"case{kind.suffix}"
        path.write_bytes(damaged(dice.choice(kind.samples), dice))
        began = time.perf_counter()
        try:
            kind.read(path)
            read[kind.name] += 1
        except AdvisorError as error:
            refused[kind.name] += 1
            if str(error) != plain(str(error)) and not isinstance(error, WorkerError):
                faults.append(
                    Fault(kind.name, f"seed {seed} {number}", "words not fit to be shown")
                )
        except Exception as error:  # noqa: BLE001 - what must never come is what is looked for
            faults.append(
                Fault(kind.name, f"seed {seed} {number}", f"{type(error).__name__}: {error}")
            )
        took = time.perf_counter() - began
        slowest[kind.name] = max(slowest[kind.name], took)
        if took > MOST_SECONDS:
            faults.append(Fault(kind.name, f"seed {seed} {number}", f"took {took:.1f} s"))
    return Found(read, refused, slowest, faults, max(0.0, (peak_mib() or 0.0) - before))


def damaged(content: bytes, dice: random.Random) -> bytes:
    """Return the content damaged in one to four ways."""
    for _ in range(dice.choice((1, 1, 1, 2, 3, 4))):
        content = dice.choice(DAMAGES)(content, dice)
    return content


def _turned(content: bytes, dice: random.Random) -> bytes:
    changed = bytearray(content or b"x")
    for _ in range(dice.randint(1, 8)):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def _cut(content: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(content) + 1)
    return content[:start] + content[start + dice.randrange(200) :]


def _ended(content: bytes, dice: random.Random) -> bytes:
    return content[: dice.randrange(len(content) + 1)]


def _put_in(content: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(content) + 1)
    return content[:place] + dice.choice(HOSTILE) + content[place:]


def _number(content: bytes, dice: random.Random) -> bytes:
    digits = [place for place, byte in enumerate(content) if 48 <= byte <= 57]
    if not digits:
        return content
    place = dice.choice(digits)
    return content[:place] + dice.choice(NUMBERS) + content[place + 1 :]


def _line_twice(content: bytes, dice: random.Random) -> bytes:
    lines = content.split(b"\n")
    place = dice.randrange(len(lines))
    return b"\n".join([*lines[:place], *[lines[place]] * dice.choice([2, 3, 200]), *lines[place:]])


def _recoded(content: bytes, dice: random.Random) -> bytes:
    text = content.decode("utf-8", errors="replace")
    return text.encode(
        dice.choice(["utf-8-sig", "utf-16", "utf-32", "gb18030", "utf-7"]), "replace"
    )


HOSTILE = (
    b"\x1b]0;owned\x07", b"\xe2\x80\xae", b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"\xe2\x80\xa8",
    b"[" * 3_000, b"{" * 3_000, b'"' * 99, b".a" * 3_000, b"\n" * 500, b"\r", b'"""', b"nan",
    b"inf", b"[[answers]]\n", b"x = 1\n", b"\\ud800", b"a" * 200_000, b"\xcc\x81" * 2_000,
    b'{"a":1,"a":2}', b"../../../etc/passwd", b"\xef\xbb\xbf",
)  # fmt: skip
NUMBERS = (b"9" * 400, b"9" * 5_000, b"-1", b"1e400", b"NaN", b"0x", b"1_", b"0b" + b"1" * 900, b"")
DAMAGES = (_turned, _cut, _ended, _put_in, _number, _line_twice, _recoded)


def _files(pattern: str) -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in sorted(ROOT.glob(pattern)))


def _sealed(path: Path) -> object:
    try:
        return read_sealed(path)
    except ValueError:
        return None  # what the cache takes for not there


def _settings(path: Path) -> object:
    folder = path.parent / "settings"
    folder.mkdir(exist_ok=True)
    (folder / "settings.json").write_bytes(path.read_bytes())
    return limit_of(folder)


def _command(path: Path) -> object:
    return decode_command(path.read_bytes())


def _asked(path: Path) -> object:
    return decode_asked(path.read_bytes())


def _told(path: Path) -> object:
    return decode_told(path.read_bytes())


if __name__ == "__main__":
    raise SystemExit(main())
