"""A world that is full of what terminals and markup would obey: data, models, settings, records."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from advisor.record.store import load_record, save_record

ROOT = Path(__file__).resolve().parent.parent
LONG = 10_000
"""Columns of one line."""
MOST_BYTES = 200
"""Of a file's name; file systems allow 255, and records put a date before it."""


class Hostile(NamedTuple):
    """A string that must be shown without its effect."""

    text: str
    mark: str
    """Harmless letters in it: where they stand on a screen, the string was shown there."""
    sign: bytes
    """What the terminal would be sent if it came through."""


STRINGS: Mapping[str, Hostile] = {
    "title (OSC 0)": Hostile("\x1b]0;zqa\x07", "zqa", b"\x1b]0;zqa"),
    "link (OSC 8)": Hostile("\x1b]8;;zqb\x07", "zqb", b"\x1b]8;;zqb"),
    "clipboard (OSC 52)": Hostile("\x1b]52;c;zqcd\x07", "zqc", b"\x1b]52;c;zqc"),
    "clearing (CSI J)": Hostile("\x1b[2Jzqe", "zqe", b"\x1b[2Jzqe"),
    "colour (CSI m)": Hostile("\x1b[31mzqf", "zqf", b"\x1b[31mzqf"),
    "C1 control": Hostile("\x9b31mzqg", "zqg", "\x9b".encode()),
    "bidi override": Hostile("\u202ezqh", "zqh", "\u202e".encode()),
    "zero width": Hostile("zqi\u200b", "zqi", "\u200b".encode()),
    "NUL": Hostile("zqj\x00", "zqj", b"\x00"),
    "backspace": Hostile("zqk\x08", "zqk", b"\x08"),
    "flood of marks": Hostile(
        "zqla\u0301\u0302\u0303\u0304\u0305\u0306", "zql", "\u0301\u0302\u0303\u0304\u0305".encode()
    ),
    "markup": Hostile("zqm[/][@click=app.quit]x[/][#123456]", "zqm", b"38;2;18;52;86"),
    "password": Hostile("https://ann:s3cretword@zqn/", "@zqn", b"s3cretword"),
    "lone surrogate": Hostile("zqo\udcff\ud800", "zqo", b"\xff"),
    "10,000 columns": Hostile("zqpw" + "w" * LONG, "zqpw", b"w" * 201),
}  # fmt: skip


def hostile(
    turn: int = 0, *, surrogates: bool = True, without: Collection[str] = ("10,000 columns",)
) -> str:
    """Return the strings in one text, another one first at each turn.

    `surrogates` are left out where a file must be UTF-8.
    """
    texts = [one.text for name, one in STRINGS.items() if name not in without]
    at = turn % len(texts)
    text = "".join((*texts[at:], *texts[:at]))
    return text if surrogates else text.encode("utf-8", "ignore").decode()


def hostile_name(turn: int = 0, *, surrogates: bool = False) -> str:
    """Return as much of it as the name of a file can hold."""
    # Without its slashes an address is none, and what is in it no password.
    text = hostile(turn, surrogates=False, without=("10,000 columns", "password"))
    text = text.replace("/", "").replace("\x00", "")
    name = text.encode()[:MOST_BYTES].decode("utf-8", "ignore")
    return f"{name}\udcff" if surrogates else name


WORDS = """
harbour lantern copper violin glacier pepper saddle thunder marble orchard falcon ribbon kettle
meadow anchor puzzle silver tunnel velvet walnut yellow zipper bridge candle dagger
""".split()  # noqa: SIM905 - a list of words is easier to read as a line


def make_data(folder: Path) -> Path:
    """Write documents and queries whose ids, titles, texts and categories are hostile."""
    place = folder / hostile_name()
    (place / "qrels").mkdir(parents=True)
    wide = STRINGS["10,000 columns"].text
    rows = [
        {"_id": f"d{n}", "title": hostile(n), "text": f"the {word} {hostile(n + 1)}{tail}"}
        for n, word in enumerate(WORDS)
        for tail in (wide if n < 2 else "",)
    ]
    # A table of judgements cannot name such ids, so three more documents have them.
    rows += [{**row, "_id": f"{row['_id']}{hostile(n)}"} for n, row in enumerate(rows[:3])]
    queries = [
        {
            "_id": f"q{n}",
            "text": f"where is the {word} {hostile(n)}{wide if n < 2 else ''}",
            "category": hostile(n % 2),
        }
        for n, word in enumerate(WORDS)
    ]
    judged = [f"q{n}\td{n}\t1" for n in range(len(WORDS))]
    (place / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (place / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)))
    (place / "qrels" / "test.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *judged]))
    return place


def make_models(folder: Path) -> Iterator[Path]:
    """Write one model that works and one that does not; names, cards and prompts are hostile."""
    for turn, prefix in enumerate(("", "broken ")):
        model = folder / f"{prefix}{hostile_name(turn)}"
        shutil.copytree(ROOT / ".models" / "potion-base-8M", model)
        card = f"---\nlicense: {json.dumps(hostile(2))}\n---\n{hostile(3, surrogates=False)}\n"
        (model / "README.md").write_text(card, encoding="utf-8")
        # No tokenizer takes a lone surrogate: that prompt is left to the model that fails.
        query, document = (hostile(turn, surrogates=bool(prefix)) for turn in (4, 5))
        settings = {"prompts": {"query": query, "document": document}}
        (model / "config_sentence_transformers.json").write_text(json.dumps(settings))
        if prefix:
            modules = [{"idx": 0, "name": "0", "path": "", "type": hostile(6)}]
            (model / "modules.json").write_text(json.dumps(modules))
        yield model


def make_settings(config: Path, state: Path) -> None:
    """Write a profile, an own model, a draft and places of data that somebody else has made."""
    text = hostile(7, surrogates=False)
    (config / "profiles").mkdir(parents=True)
    (config / "profiles" / "aaa.toml").write_text(
        f'schema = "embed-advisor-profile/1"\nname = {json.dumps(text)}\n'
        f"description = {json.dumps(hostile(8, surrogates=False))}\n"
        '[answers]\ntask = "search"\n'
    )
    (config / "models.toml").write_text(
        'schema = "embed-advisor-models/1"\n[[models]]\nname = "acme/own"\n'
        f'hub = "acme/own"\nnote = {json.dumps(text)}\n'
    )
    (state / "unfinished").mkdir(parents=True)
    places = [f"/nowhere/{hostile(turn, surrogates=False)}" for turn in (2, 6, 10)]
    (state / "places.json").write_text(json.dumps(places))
    draft = {
        "id": "20260101T000000-abcdef", "started": hostile(9, surrogates=False),
        "place": f"/nowhere/{hostile(10, surrogates=False)}", "profile": text,
    }  # fmt: skip
    (state / "unfinished" / f"{draft['id']}.json").write_text(json.dumps(draft))


def make_record(out: Path) -> None:
    """Write a record whose texts and file name are hostile."""
    record, _ = load_record(ROOT / "examples" / "record.toml")
    text, other = (hostile(turn, surrogates=False) for turn in (11, 12))
    changed = msgspec.structs.replace(
        record,
        record=msgspec.structs.replace(record.record, name=text, note=other),
        verdict=msgspec.structs.replace(record.verdict, sentence=other, would_change=(text, other)),
        notes=(text + STRINGS["10,000 columns"].text, *record.notes),
        candidates=tuple(
            msgspec.structs.replace(part, why_not=text, mark=other) for part in record.candidates
        ),
    )
    path = save_record(changed, out)
    path.rename(path.with_name(f"{hostile_name(3, surrogates=True)}.toml"))
