"""Single queries on the screen: two candidates side by side."""

import json
from pathlib import Path

import numpy as np

from advisor.desk import messages
from advisor.ui.queries import QueriesScreen
from tests.bench.faults import WORDS, static_model
from tests.ui.screens import CONTROLS, HOSTILE, SIZES, Stage, alone, choosing, looked


def data(folder: Path) -> Path:
    """Write documents of two words and queries for each; one text is hostile."""
    folder.mkdir()
    texts = [f"{WORDS[1 + i % 6]} {WORDS[1 + (i // 6) % 6]} number {i}" for i in range(24)]
    texts[0] += HOSTILE
    rows = [json.dumps({"_id": f"d{i}", "text": text}) for i, text in enumerate(texts)]
    (folder / "corpus.jsonl").write_text("\n".join(rows) + "\n", "utf-8")
    rows = [json.dumps({"_id": f"q{i}", "text": text}) for i, text in enumerate(texts)]
    (folder / "queries.jsonl").write_text("\n".join(rows) + "\n", "utf-8")
    judged = "".join(f"q{i}\td{i}\t1\n" for i in range(24))
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n" + judged, "utf-8")
    return folder


def test_what_one_finds_and_the_other_misses_stands_side_by_side(tmp_path: Path) -> None:
    apart = static_model(tmp_path / "apart", weights=np.eye(len(WORDS), 8))
    alike = static_model(tmp_path / "alike", weights=np.ones((len(WORDS), 8)))

    async def make(stage: Stage) -> QueriesScreen:
        await looked(stage)
        place = str(data(tmp_path / "data"))
        await stage.ask(messages.Read(place=place), messages.Described)
        await stage.ask(choosing(f"apart={apart}", f"alike={alike}"), messages.Chosen)
        await stage.ask(messages.Measure(), messages.Measured)
        return QueriesScreen("apart", "alike")

    async def steps(stage: Stage) -> None:
        await stage.until_shown("left apart, right alike")
        await stage.until_shown("relevant  place 1 |")
        for size in SIZES:
            await stage.pilot.resize_terminal(*size)
            await stage.pilot.pause(0.2)
            assert not CONTROLS & set(stage.text())
        await stage.pilot.resize_terminal(80, 24)
        await stage.press("end", "space")
        await stage.until_offered("Verdict")

    alone(make, steps)
