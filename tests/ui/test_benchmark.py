"""The benchmark screen: what a person sees of a run, and what they may do meanwhile."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.content import Content
from textual.widgets import OptionList, Static

from advisor.bench import protocol
from advisor.bench.board import Board
from advisor.bench.candidate import Candidate
from advisor.bench.choice import Choice
from advisor.bench.dropped import Dropped
from advisor.bench.events import Ended, Found, Paused, Scored, Timing, Update, Waiting
from advisor.bench.results import BLOCKS
from advisor.desk import messages
from advisor.desk.client import Refusal
from advisor.evaluation.estimate import Interval
from advisor.ui.benchmark import BenchmarkScreen
from advisor.ui.board_text import details
from advisor.ui.news import News
from advisor.ui.page import Back
from advisor.ui.remaining import in_words, outcome, seconds_left, standing
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


def benchmark(
    *names: str, place: str = "techcorp-zh", counted: list[tuple[int, int]] | None = None
) -> Make:
    async def make(stage: Stage) -> BenchmarkScreen:
        await looked(stage)
        found = await described(stage, place)
        chosen = await stage.ask(choosing(*names), messages.Chosen)
        assert isinstance(chosen, messages.Chosen)
        kept = counted if counted is not None else []
        return BenchmarkScreen(chosen.choice, found, lambda *both: kept.append(both))

    return make


def test_a_run_is_shown_and_enter_leads_on_when_it_is_over() -> None:
    counted: list[tuple[int, int]] = []

    async def steps(stage: Stage) -> None:
        await stage.until_shown("BM25")
        await stage.until_offered("Decide")
        assert "Verdict" not in stage.footer()
        await stage.until_shown("All measured. Enter shows the verdict.")
        await stage.until_offered("Verdict")
        text = stage.text()
        assert "60 queries · 60 documents" in text
        assert "├" in text
        await stage.press("enter")

    assert alone(benchmark("potion-base-8M", counted=counted), steps) == ()
    assert counted[-1] == (3, 3)  # with the hybrid, which comes at the end
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
        await stage.press("down", "x")  # else the added one waits for the slower one
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
        await stage.until_offered("Verdict")

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


QUALITY = Scored(metrics={}, quality=Interval(mean=0.5, low=0.4, high=0.6, n=40), of=40)
PARTIAL = Scored(metrics={}, quality=Interval(mean=0.5, low=0.4, high=0.6, n=16), of=40)
DROPPED = Dropped(
    queries=16, documents=250, leader="two", p_at_least=0.004,
    quality=Interval(mean=0.5, low=0.4, high=0.6, n=16),
    behind=Interval(mean=0.2, low=0.1, high=0.3, n=16),
)  # fmt: skip
LEFT = Ended(status="stopped early", reason=DROPPED.sentence(), dropped=DROPPED)
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
        ((Ended(status="stopped early"),), "stopped early"),
        ((Ended(status="failed", reason="weights are a pickle file"),), "failed: weights are"),
        ((Ended(status="stopped early", reason="the time limit"),), "✕ one"),
        ((QUALITY, Ended(status="measured")), "● one"),
        ((PARTIAL, LEFT), "dropped after 16 queries"),
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


def test_what_is_wrong_with_a_models_reading_is_said_and_else_how_much_is_cut() -> None:
    read = protocol.Diagnosed(truncated_share=0.04)
    text = details(board(told(read)).lines["one"]).plain
    assert "4 % of the documents are cut off" in text
    found = Found(sentences=("it pools by cls", "60 % of the tokens are unknown to it"))
    text = details(board(told(read), told(found)).lines["one"]).plain
    assert "! it pools by cls" in text
    assert "! 60 % of the tokens are unknown to it" in text


def test_who_left_a_race_has_no_figure_beside_the_others_and_a_round_is_named() -> None:
    assert ".500" in line_of(PARTIAL)
    assert ".500" not in line_of(PARTIAL, LEFT)
    assert "a round of 16 of 40 queries" in details(board(told(PARTIAL)).lines["one"]).plain
    assert "behind it there" in details(board(told(PARTIAL), told(LEFT)).lines["one"]).plain


def test_the_time_left_of_a_race_counts_the_documents_not_encoded_yet() -> None:
    encoded = protocol.Encoded(side="documents", n=250, fresh=250, timed=250, seconds=10.0)
    timed = [protocol.Timed(block=n, latencies_ms=(1.0,), covers="x") for n in range(BLOCKS)]
    line = board(*map(told, (encoded, PARTIAL, *timed))).lines["one"]
    assert seconds_left([line], documents=1_000, elapsed=5.0) == pytest.approx(30.0)


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
        (5_400.0, "about 1 h 30 min left"),
    ],
)
def test_time_left_is_rounded_so_that_it_does_not_flicker(
    seconds: float | None, words: str
) -> None:
    assert in_words(seconds) == words


def test_a_block_of_a_slow_model_is_not_taken_to_last_for_ever() -> None:
    encoded = protocol.Encoded(side="documents", n=9, fresh=9, timed=9, seconds=9.0)
    timed = protocol.Timed(block=0, latencies_ms=(900.0,), covers="x")
    slow = board(told(encoded), told(QUALITY), told(timed))
    left = seconds_left(list(slow.lines.values()), 1_000, 10.0)
    assert left is not None
    assert left < 60


def test_how_many_are_measured_stands_before_the_time_left() -> None:
    known = list(board(told(QUALITY, "a"), told(Waiting(), "b")).lines.values())
    assert standing(known, 33.0) == "1 of 2 measured · about 35 s left"
    assert standing(known, None) == "1 of 2 measured"


def test_the_end_says_what_failed_and_what_to_do() -> None:
    known = list(board(told(QUALITY, "a"), told(Ended(status="failed"), "b")).lines.values())
    assert outcome(known, 2, 2).startswith("All measured. ")
    assert outcome(known, 1, 2) == (
        "1 of 2 measured. 1 failed: l shows the log. Enter shows the verdict."
    )
    assert outcome(known, 0, 2) == "Nothing could be measured. esc leads back to the shortlist."


# The screen over a desk that says what the test wants ---------------------------------------


class Silent:
    """A desk that agrees to everything, and measures until the test ends the run."""

    alive = True

    def __init__(self, refusal: str = "") -> None:
        self._refusal = refusal
        self.asked: list[messages.Request] = []
        self.over: asyncio.Future[messages.Measured] = asyncio.get_running_loop().create_future()

    async def ask(self, request: messages.Request, kind: object) -> messages.Reply:
        del kind
        self.asked.append(request)
        if self._refusal:
            raise Refusal(self._refusal)
        if isinstance(request, messages.Measure):
            return await self.over
        return messages.Done()

    def kill(self) -> None:
        """There is no process."""

    async def gone(self) -> None:
        """Nor is there one to wait for."""


def over_a_silent_desk(*names: str, refusal: str = "") -> Make:
    async def make(stage: Stage) -> BenchmarkScreen:
        stage.app.desk, stage.app.news = Silent(refusal), News()  # type: ignore[assignment]
        sample = messages.Described(
            name="x", documents=1_000, queries=64, judgements=64, evidence="judged",
            sample_documents=1_000, sample_queries=64,
        )  # fmt: skip
        candidates = tuple(Candidate(name=name, kind="dense") for name in names)
        return BenchmarkScreen(Choice(candidates=candidates), sample, lambda measured, of: None)

    return make


def tell(stage: Stage, event: object, name: str = "one") -> None:
    stage.app.news.take(messages.Told(update=told(event, name)))


def end(stage: Stage, measured: int, of: int) -> None:
    desk = stage.app.desk
    assert isinstance(desk, Silent)
    desk.over.set_result(messages.Measured(measured=measured, of=of))


def sign(stage: Stage) -> object:
    prompt = stage.app.screen.query_one("#board", OptionList).get_option_at_index(0).prompt
    assert isinstance(prompt, Content)
    return prompt.spans[0].style


def test_a_change_of_colour_alone_is_painted() -> None:
    async def steps(stage: Stage) -> None:
        tell(stage, QUALITY)
        tell(stage, protocol.Loading(), "two")
        await stage.until_shown("● one")
        assert sign(stage) == "$text-muted"
        tell(stage, Ended(status="measured"))
        await stage.until(lambda: sign(stage) == "$accent", "the colour of what is measured")

    alone(over_a_silent_desk("one", "two"), steps)


def painting(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Count what is painted anew in the table's head and the details."""
    updates: list[object] = []
    update = Static.update

    def counted(self: Static, *args: object, **kwargs: object) -> None:
        updates.append(self)
        update(self, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(Static, "update", counted)
    return lambda: len(updates)


def test_news_that_change_nothing_paint_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    painted = painting(monkeypatch)

    async def steps(stage: Stage) -> None:
        tell(stage, ENCODING)
        await stage.until_shown("620 of 1,000")
        before = painted()
        tell(stage, ENCODING)
        await stage.pilot.pause(0.4)
        assert painted() == before

    alone(over_a_silent_desk("one", "two"), steps)


def test_nothing_but_the_words_is_painted_while_single_queries_are_timed() -> None:
    async def steps(stage: Stage) -> None:
        tell(stage, Timing())
        await stage.until_shown("Timing single queries: the screen keeps still")
        tell(stage, ENCODING, "two")
        await stage.pilot.pause(0.6)
        assert "620 of 1,000" not in stage.text()
        await stage.press("down")
        assert "encoding documents" in stage.text()  # a key is answered at once
        tell(stage, protocol.Timed(block=0, latencies_ms=(5.0,) * 67, covers="x"))
        await stage.until(lambda: "keeps still" not in stage.text(), "the end of the timing")
        assert "━" in stage.text()

    alone(over_a_silent_desk("one", "two"), steps)


def test_a_pause_while_timing_stays_said() -> None:
    async def steps(stage: Stage) -> None:
        tell(stage, Timing())
        await stage.until_shown("keeps still")
        await stage.press("p")
        await stage.until_shown("Paused: the machine is free")
        await stage.pilot.pause(0.4)  # the session has not been heard to end yet
        tell(stage, Paused())
        await stage.pilot.pause(0.4)
        assert "Paused: the machine is free" in stage.text()
        assert "PAUSED" in stage.text()

    alone(over_a_silent_desk("one"), steps)


def test_a_run_that_is_refused_says_why_and_can_be_left() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("! The system refuses it: No space left on device.")
        assert "Pause" not in stage.footer()
        await stage.press("escape")
        await stage.until(lambda: stage.app.result is not None, "the way back")

    refusal = "The system refuses it: No space left on device."
    assert isinstance(alone(over_a_silent_desk("one", refusal=refusal), steps), Back)


def test_a_run_without_any_result_leads_back_and_not_on() -> None:
    async def steps(stage: Stage) -> None:
        tell(stage, Ended(status="failed", reason="killed by the system (out of memory)"))
        end(stage, 0, 1)
        await stage.until_shown("! Nothing could be measured. esc leads back to the shortlist.")
        await stage.until_shown("failed: killed by the system (out of memory)")
        await stage.press("enter")
        assert stage.app.result is None
        await stage.press("escape")

    assert isinstance(alone(over_a_silent_desk("one"), steps), Back)


def test_nothing_is_decided_before_something_is_measured() -> None:
    async def steps(stage: Stage) -> None:
        await stage.press("q")
        await stage.until_shown("Nothing is measured yet to decide on")
        tell(stage, QUALITY)
        await stage.until_shown("1 of 2 measured")
        await stage.press("q")
        await stage.until_shown("Stopping; what is measured counts.")
        end(stage, 1, 2)
        await stage.until_shown("1 of 2 measured. Enter shows the verdict.")

    alone(over_a_silent_desk("one", "two"), steps)


def test_the_log_of_a_candidate_that_ended_is_read_to_its_last_line(tmp_path: Path) -> None:
    log = tmp_path / "one.log"
    log.write_bytes(b"first line\n" + b"x" * 70_000 + b"\n\x1b[31mlast line\n")

    async def steps(stage: Stage) -> None:
        await stage.press("f")
        await stage.until_shown("Its log can be read as soon as it has ended.")
        await stage.press("escape")
        tell(stage, Ended(status="failed", reason="why", log=str(log)))
        await stage.until_shown("! one")
        await stage.press("f")
        await stage.until_shown("one: log")
        await stage.press("end")
        await stage.until_shown("last line")
        text = "\n".join(str(part.content) for part in stage.app.screen.query(Static))
        assert "first line" not in text
        assert not CONTROLS & set(text)

    alone(over_a_silent_desk("one"), steps)


@pytest.mark.parametrize("size", SIZES)
def test_hostile_names_reasons_and_logs_stand_on_the_screen(size: tuple[int, int]) -> None:
    hostile = f"{HOSTILE}\ud800{'a' * 10_000}"

    async def steps(stage: Stage) -> None:
        shows = [stage.text()]
        prompted = protocol.Loaded(seconds=0.1, query_prompt=hostile, prompt_source="model")
        tell(stage, prompted, hostile)
        tell(stage, protocol.Progress(phase=hostile, done=1, total=2, unit=hostile), hostile)
        await stage.pilot.pause(0.4)
        shows.append(stage.text())
        await stage.press("x")
        shows.append(stage.text())
        tell(stage, Ended(status="failed", reason=hostile, log=hostile), hostile)
        await stage.pilot.pause(0.4)
        shows.append(stage.text())
        for key in ("enter", "l"):
            await stage.press(key)
            await stage.pilot.pause(0.1)
            shows.append(stage.text())
            await stage.press("escape")
        assert not CONTROLS & set("".join(shows))
        assert any("failed" in show for show in shows)

    alone(over_a_silent_desk(hostile), steps, size=size)
