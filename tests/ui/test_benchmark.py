"""The benchmark screen: what a person sees of a run, and what they may do meanwhile."""

from pathlib import Path

import pytest

from advisor.bench import protocol
from advisor.bench.board import Board
from advisor.bench.events import Ended, Paused, Scored, Timing, Update, Waiting
from advisor.desk import messages
from advisor.evaluation.estimate import Interval
from advisor.ui.benchmark import BenchmarkScreen
from advisor.ui.board_text import details
from advisor.ui.page import Back
from advisor.ui.remaining import in_words, seconds_left
from advisor.ui.widgets.bars import Scale
from advisor.ui.widgets.board_table import _row, _widths
from tests.ui.screens import (
    CONTROLS,
    HOSTILE,
    SIZES,
    Make,
    Stage,
    alone,
    choosing,
    described,
    looked,
)

SLOW = ("paraphrase-MiniLM-L3-v2", "all-MiniLM-L6-v2")


def benchmark(*names: str, place: str = "techcorp-zh", counted: list[int] | None = None) -> Make:
    async def make(stage: Stage) -> BenchmarkScreen:
        await looked(stage)
        found = await described(stage, place)
        chosen = await stage.ask(choosing(*names), messages.Chosen)
        assert isinstance(chosen, messages.Chosen)
        keep = counted.append if counted is not None else lambda count: None
        return BenchmarkScreen(chosen.choice, found, keep)

    return make


def test_a_run_is_shown_and_enter_leads_on_when_it_is_over() -> None:
    counted: list[int] = []

    async def steps(stage: Stage) -> None:
        await stage.until_shown("BM25")
        assert "Decide" in stage.footer()
        assert "Verdict" not in stage.footer()
        await stage.until_shown("All measured. Enter shows the verdict.")
        assert "Verdict" in stage.footer()
        text = stage.text()
        assert "60 queries · 60 documents" in text
        assert "├" in text
        await stage.press("enter")

    assert alone(benchmark("potion-base-8M", counted=counted), steps) == ()
    assert counted[-1] == 2
    assert counted == sorted(counted)


def test_a_pause_frees_the_machine_and_the_run_goes_on() -> None:
    async def steps(stage: Stage) -> None:
        lines = stage.app.news.board.lines
        await stage.until(lambda: lines[SLOW[0]].phase.startswith("enc"), "encoding")
        await stage.press("p")
        await stage.until_shown("PAUSED")
        await stage.until(lambda: lines[SLOW[0]].phase == "paused", "the pause")
        await stage.press("p")
        await stage.until(lambda: "PAUSED" not in stage.text(), "the run going on")
        await stage.press("q")
        await stage.until_shown("measured. Enter shows the verdict.")

    alone(benchmark(*SLOW, place="xquad-en"), steps)


def test_a_candidate_is_skipped_and_a_model_added() -> None:
    async def steps(stage: Stage) -> None:
        lines = stage.app.news.board.lines
        await stage.until(lambda: lines[SLOW[0]].phase.startswith("enc"), "encoding")
        await stage.press("x")
        await stage.until_shown("is skipped; what is measured of it stays.")
        await stage.press("a")
        await stage.until_shown("Add a model")
        await stage.press(*"minishlab/potion-base-8M", "enter")
        await stage.until(lambda: "potion-base-8M" in lines, "the added model")
        await stage.until(lambda: lines["potion-base-8M"].quality is not None, "its quality")
        await stage.press("q")
        await stage.until_shown("Enter shows the verdict.")
        await stage.press("enter")

    result = alone(benchmark(*SLOW, place="xquad-en"), steps)
    assert result == ("minishlab/potion-base-8M",)


def test_a_model_that_is_not_here_cannot_be_added_and_the_run_goes_on() -> None:
    async def steps(stage: Stage) -> None:
        await stage.press("a")
        await stage.until_shown("Add a model")
        await stage.press(*"BAAI/bge-m3", "enter")
        await stage.until_shown("! BAAI/bge-m3: not on this machine")
        await stage.until_shown("measured. Enter shows the verdict.")

    alone(benchmark("potion-base-8M"), steps)


def test_going_back_asks_and_stops_the_run() -> None:
    async def steps(stage: Stage) -> None:
        lines = stage.app.news.board.lines
        await stage.until(lambda: lines[SLOW[0]].phase.startswith("enc"), "encoding")
        await stage.press("escape")
        await stage.until_shown("Stop measuring and go back?")
        await stage.press("n")
        await stage.until_shown("nDCG@10")
        await stage.press("escape", "y")
        await stage.until(lambda: stage.app.result is not None, "the way back")

    assert isinstance(alone(benchmark(*SLOW, place="xquad-en"), steps), Back)


def test_details_and_log_of_a_candidate_can_be_read() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("All measured")
        await stage.press("l")
        await stage.until_shown("potion-base-8M: log")
        await stage.press("escape")
        await stage.until_shown("nDCG@10")
        assert "dimensions" in stage.text()

    alone(benchmark("potion-base-8M"), steps)


def test_nothing_measured_leads_back_not_on(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "modules.json").write_text("[]")
    (broken / "config.json").write_text("{}")
    (broken / "model.safetensors").write_bytes(b"not weights")

    async def steps(stage: Stage) -> None:
        await stage.until_shown("Enter shows the verdict.")
        assert "! broken" in stage.text()
        assert "failed:" in stage.text()

    alone(benchmark(str(broken)), steps)


# States that a real run seldom shows --------------------------------------------------------


def board(*updates: Update) -> Board:
    folded = Board()
    for update in updates:
        folded.fold(update)
    return folded


def told(event: object, name: str = "one") -> Update:
    return Update(candidate=name, event=event)  # type: ignore[arg-type]


QUALITY = Scored(metrics={}, quality=Interval(mean=0.5, low=0.4, high=0.6, n=40))
ENCODING = protocol.Progress(
    phase="encoding documents", done=620, total=1_000, rate=38.0, unit="documents"
)


def line_of(*events: object, width: int = 76) -> str:
    line = board(*(told(event) for event in events)).lines["one"]
    name, bar = _widths(width)
    return _row(line, name, bar, Scale(0.0, 1.0), at_work=True).plain


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ((Waiting(),), "▶ one"),
        ((protocol.Loading(),), "loading"),
        ((ENCODING,), "620 of 1,000"),
        ((QUALITY, Timing()), ".500 ±.10"),
        ((ENCODING, Paused()), "paused"),
        ((Ended(status="skipped", reason="skipped by hand"),), "– one"),
        ((Ended(status="failed", reason="weights are a pickle file"),), "failed: weights are"),
        ((Ended(status="stopped early", reason="the time limit"),), "✕ one"),
        ((QUALITY, Ended(status="measured")), "● one"),
        ((protocol.Timed(block=0, latencies_ms=(5.0,) * 67, covers="x"),), "~5.0"),
        ((protocol.Timed(block=0, latencies_ms=(5.0,) * 250, covers="x"),), " 5.0"),
    ],
)
def test_every_state_is_said_in_words_or_figures(events: tuple[object, ...], words: str) -> None:
    assert words in line_of(*events)


@pytest.mark.parametrize("width", [60, 76, 100, 136])
def test_rows_of_all_states_fit_the_width(width: int) -> None:
    long = "模型" * 30
    rows = [
        line_of(ENCODING, width=width),
        line_of(QUALITY, width=width),
        line_of(Ended(status="failed", reason=long), width=width),
        line_of(QUALITY, ENCODING, Ended(status="skipped", reason=long), width=width),
    ]
    from advisor.record.cells import cells

    assert all(cells(row) <= width for row in rows)


def test_cut_documents_and_unknown_tokens_are_said_with_what_to_do() -> None:
    found = protocol.Diagnosed(truncated_share=0.4, lost_token_share=0.3, unknown_share=0.6)
    text = details(board(told(found)).lines["one"]).plain
    assert "40 % of the documents are cut off (30 % of all tokens are never read)" in text
    assert "60 % of the tokens are unknown to it" in text


def test_a_model_without_prompts_and_one_with_them_are_told_apart() -> None:
    plain_one = protocol.Loaded(seconds=0.2, max_tokens=256, dim=384)
    prompted = protocol.Loaded(
        seconds=0.2, query_prompt="query: ", document_prompt="passage: ", prompt_source="catalogue"
    )
    assert "no prompt before queries" in details(board(told(plain_one)).lines["one"]).plain
    text = details(board(told(prompted)).lines["one"]).plain
    assert "query prompt “query:”, document prompt “passage:”, from the catalogue" in text


def test_hostile_words_of_a_process_are_harmless() -> None:
    ended = board(told(Ended(status="failed", reason=HOSTILE, log=HOSTILE), HOSTILE))
    line = ended.lines[HOSTILE]
    text = details(line).plain + _row(line, 20, 10, Scale(0, 1), at_work=False).plain
    assert not CONTROLS & set(text)


def test_the_screen_stands_at_every_size() -> None:
    async def steps(stage: Stage) -> None:
        for size in SIZES:
            await stage.pilot.resize_terminal(*size)
            await stage.until_shown("nDCG")

    alone(benchmark("potion-base-8M"), steps)


def test_time_left_is_unknown_at_first_and_then_counts_what_is_not_done() -> None:
    waiting = board(told(Waiting(), "a"), told(Waiting(), "b"))
    assert seconds_left(list(waiting.lines.values()), 1_000, 10.0) is None
    halfway = board(told(ENCODING, "a"), told(Waiting(), "b"))
    left = seconds_left(list(halfway.lines.values()), 1_000, 10.0)
    assert left is not None
    # 380 of a at 38 a second, 1,000 of b like a, and timing of both.
    assert 10 + 26 < left < 60
    assert seconds_left(list(halfway.lines.values()), 1_000, 0.5) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (3.0, "a few seconds left"),
        (33.0, "about 35 s left"),
        (134.0, "about 2:15 left"),
    ],
)
def test_time_left_is_rounded_so_that_it_does_not_flicker(
    seconds: float | None, words: str
) -> None:
    assert in_words(seconds) == words
