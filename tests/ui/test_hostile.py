"""Hostile text from everywhere, through every screen, on a real terminal."""

import json
import os
import shutil
import sys
from pathlib import Path

import msgspec
import platformdirs

from advisor.record.store import load_record, save_record
from terminal import Terminal

COMMAND = str(Path(sys.executable).parent / "embed-advisor")
ROOT = Path(__file__).parents[2]
HOSTILE = (
    "\x1b]0;owned\x07\x1b[2Jowned\x1b[31mowned\x9b31mowned\u202eowned[/][@click=app.quit]x[/]"
    "[red]\x00\x08" + "a\u0301\u0302\u0303\u0304\u0305\u0306" + "中文"
)
NAME = HOSTILE.replace("/", "").replace("\x00", "")
SIGNS = (
    b"\x1b]0;owned",
    b"\x1b[2Jowned",
    b"\x1b[31mowned",
    "\x9b".encode(),
    "\u202e".encode(),
    b"\x00",
    b"a\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85",
)
WORDS = """
harbour lantern copper violin glacier pepper saddle thunder marble orchard falcon ribbon kettle
meadow anchor puzzle silver tunnel velvet walnut yellow zipper bridge candle dagger
""".split()  # noqa: SIM905 - a list of words is easier to read as a line


def hostile_data(folder: Path) -> Path:
    """Write 25 documents and queries whose ids, titles, texts and categories are hostile."""
    place = folder / NAME
    (place / "qrels").mkdir(parents=True)
    long = "x" * 10_000
    rows = [
        {"_id": f"d{n}", "title": HOSTILE, "text": f"the {word} {HOSTILE}{long if n < 2 else ''}"}
        for n, word in enumerate(WORDS)
    ]
    # A table of judgements cannot name such ids, so three more documents have them.
    rows += [{**row, "_id": f"{row['_id']}{HOSTILE}"} for row in rows[:3]]
    queries = [
        {"_id": f"q{n}", "text": f"where is the {word} {HOSTILE}", "category": HOSTILE}
        for n, word in enumerate(WORDS)
    ]
    judged = [f"q{n}\td{n}\t1" for n in range(len(WORDS))]
    (place / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (place / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)))
    (place / "qrels" / "test.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *judged]))
    return place


def hostile_profile() -> None:
    folder = platformdirs.user_config_path("embed-advisor") / "profiles"
    folder.mkdir(parents=True)
    text = json.dumps(HOSTILE)
    (folder / "aaa.toml").write_text(
        f'schema = "embed-advisor-profile/1"\nname = {text}\ndescription = {text}\n'
        '[answers]\ntask = "search"\n'
    )


def hostile_record(out: Path) -> None:
    record, _ = load_record(ROOT / "examples" / "record.toml")
    head = msgspec.structs.replace(record.record, name=HOSTILE, note=HOSTILE)
    verdict = msgspec.structs.replace(
        record.verdict, sentence=HOSTILE, would_change=(HOSTILE, HOSTILE)
    )
    notes = (HOSTILE, *record.notes)
    parts = tuple(
        msgspec.structs.replace(part, why_not=HOSTILE, mark=HOSTILE) for part in record.candidates
    )
    save_record(
        msgspec.structs.replace(
            record, record=head, verdict=verdict, notes=notes, candidates=parts
        ),
        out,
    )


def test_hostile_text_reaches_no_terminal_from_any_screen(tmp_path: Path) -> None:
    data, out = hostile_data(tmp_path), tmp_path / "out"
    model = tmp_path / "models" / NAME[:60]
    shutil.copytree(ROOT / ".models" / "potion-base-8M", model)
    broken = tmp_path / "models" / f"broken {NAME[:40]}"
    shutil.copytree(model, broken)
    (broken / "model.safetensors").write_bytes(b"\x1b]0;owned\x07 no weights")
    hostile_profile()
    hostile_record(out)
    command = [
        COMMAND, "--data", str(data), "--models", f"{model},{broken}", "--out", str(out),
    ]  # fmt: skip
    with Terminal(command, dict(os.environ), folder=str(ROOT)) as terminal:
        terminal.until("Records")
        terminal.press("end", "enter")
        terminal.until("saved as")
        terminal.press("v", "?", "escape")
        terminal.press("enter")
        terminal.until("plain-rag")
        terminal.press("down", "enter")
        _through_a_walk(terminal)
        terminal.press("ctrl+q")
        assert terminal.wait() == 0
        raw = bytes(terminal.raw)
    assert b"owned" in raw
    for sign in SIGNS:
        assert sign not in raw


def _through_a_walk(terminal: Terminal) -> None:
    """Press Enter from the data to the record, and the keys that show more on each screen."""
    terminal.until("judgements")
    terminal.press("t", "?", "escape")
    terminal.press("enter")
    terminal.until("models are left")
    terminal.press("?", "escape", "enter")
    terminal.until("will be measured")
    terminal.press("d", "escape", "down", "?", "escape")
    terminal.press("enter")
    terminal.until("Enter shows the verdict", 120)
    terminal.press("down", "l", "escape", "up", "enter")
    terminal.until("Accept, save")
    terminal.press("down", "down", "?", "escape", "enter")
    terminal.until("Name of the record")
    terminal.press("enter")
    terminal.until("A note")
    terminal.press("\\x1b[owned", "enter")
    terminal.until("saved as")
