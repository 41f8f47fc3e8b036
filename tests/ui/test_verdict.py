"""The verdict screen: the advice, the figures behind it, and saving it."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from advisor.desk import messages
from advisor.record.decision import DecisionRecord
from advisor.record.store import load_record
from advisor.ui import verdict_text as words
from advisor.ui.page import GoTo
from advisor.ui.verdict import VerdictScreen
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

EXAMPLE = Path(__file__).parents[2] / "examples" / "record.toml"
DECIDE = messages.Decide(name="techcorp-zh", profile="chinese-customer-support")


@pytest.fixture(autouse=True)
def one_cache(measured: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBED_ADVISOR_CACHE", str(measured))


def without_a_latency_limit(*names: str) -> messages.Choose:
    """Return a request whose verdict is the same on a machine that is busy with other work."""
    request = choosing(*names)
    values = msgspec.structs.replace(request.answers.values, latency_ms=None)
    sources = {key: one for key, one in request.answers.sources.items() if key != "latency_ms"}
    answers = msgspec.structs.replace(request.answers, values=values, sources=sources)
    return msgspec.structs.replace(request, answers=answers)


def verdict(out: Path, *names: str) -> Make:
    async def make(stage: Stage) -> VerdictScreen:
        await looked(stage)
        await described(stage)
        await stage.ask(without_a_latency_limit(*names), messages.Chosen)
        await stage.ask(messages.Measure(), messages.Measured)
        return VerdictScreen(DECIDE, out)

    return make


MODELS = ("potion-base-8M", "multilingual-e5-small")


def test_the_advice_stands_first_and_enter_alone_saves_it(tmp_path: Path) -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("Take multilingual-e5-small")
        text = stage.text()
        assert "CLEAR" in text
        assert "▸ multilin" in text
        assert "behind" in text
        assert "│" in text
        await stage.until_offered("Accept")
        await stage.press("enter")
        await stage.until_shown("Name of the record")
        await stage.press("enter")
        await stage.until_shown("A note")
        await stage.press("enter")
        await stage.until(lambda: stage.app.result is not None, "the record")

    saved = alone(verdict(tmp_path, *MODELS), steps)
    assert isinstance(saved, messages.Saved)
    record, _ = load_record(Path(saved.path))
    assert record.record.name == "techcorp-zh"
    assert record.record.note is None
    assert record.verdict.pick == "multilingual-e5-small"


def test_a_name_and_a_note_go_into_the_record(tmp_path: Path) -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("Take multilingual-e5-small")
        await stage.press("enter")
        await stage.until_shown("Name of the record")
        await stage.press("ctrl+u", *"support 2026", "enter")
        await stage.until_shown("A note")
        await stage.press(*"as agreed", "enter")
        await stage.until(lambda: stage.app.result is not None, "the record")

    saved = alone(verdict(tmp_path, *MODELS), steps)
    assert isinstance(saved, messages.Saved)
    record, _ = load_record(Path(saved.path))
    assert record.record.name == "support 2026"
    assert record.record.note == "as agreed"
    assert "support-2026" in saved.path


def test_a_folder_that_cannot_be_written_is_said_and_another_can_be_given(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file")

    async def steps(stage: Stage) -> None:
        await stage.until_shown("Take multilingual-e5-small")
        await stage.press("enter")
        await stage.until_shown("Name of the record")
        await stage.press("enter")
        await stage.until_shown("A note")
        await stage.press("enter")
        await stage.until_shown("cannot be written")
        await stage.until_shown("o chooses")
        await stage.press("o")
        await stage.until_shown("Folder for the record")
        await stage.press("ctrl+u", *f"{tmp_path}/other", "enter")
        await stage.until_shown("The record will go to")
        await stage.press("enter")
        await stage.until_shown("Name of the record")
        await stage.press("enter")
        await stage.until_shown("A note")
        await stage.press("enter")
        await stage.until(lambda: stage.app.result is not None, "the record")

    saved = alone(verdict(taken, *MODELS), steps)
    assert isinstance(saved, messages.Saved)
    assert Path(saved.path).parent == tmp_path / "other"


def test_leaving_the_name_saves_nothing(tmp_path: Path) -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("Take multilingual-e5-small")
        await stage.press("enter")
        await stage.until_shown("Name of the record")
        await stage.press("escape")
        await stage.until_shown("Take multilingual-e5-small")

    assert alone(verdict(tmp_path, *MODELS), steps) is None
    assert not list(tmp_path.iterdir())


def test_arrows_walk_the_candidates_and_say_why_not(tmp_path: Path) -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("Take multilingual-e5-small")
        await stage.press("up")
        await stage.until_shown("worse than multilingual-e5-small (clear)")

    alone(verdict(tmp_path, *MODELS), steps)


@pytest.mark.parametrize(("key", "step"), [("m", "shortlist"), ("a", "review")])
def test_more_models_and_other_answers_are_one_key_away(
    tmp_path: Path, key: str, step: str
) -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("Take multilingual-e5-small")
        await stage.press(key)

    result = alone(verdict(tmp_path, *MODELS), steps)
    assert isinstance(result, GoTo)
    assert result.step == step


def test_one_model_alone_is_not_enough_evidence(tmp_path: Path) -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("NOT ENOUGH EVIDENCE")
        await stage.until_shown("Not enough evidence")

    alone(verdict(tmp_path, "potion-base-8M"), steps)


def test_the_screen_stands_at_every_size(tmp_path: Path) -> None:
    async def steps(stage: Stage) -> None:
        for size in SIZES:
            await stage.pilot.resize_terminal(*size)
            await stage.until_shown("Take")

    alone(verdict(tmp_path, *MODELS), steps)


def test_a_refused_save_costs_nobody_their_words(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file")

    async def steps(stage: Stage) -> None:
        await stage.until_shown("Take multilingual-e5-small")
        await stage.press("enter")
        await stage.until_shown("Name of the record")
        await stage.press("ctrl+u", *"mine", "enter")
        await stage.until_shown("A note")
        await stage.press(*"as agreed", "enter")
        await stage.until_shown("cannot be written")
        await stage.press("enter")
        await stage.until_shown("Name of the record")
        assert "mine" in stage.text()
        await stage.press("enter")
        await stage.until_shown("A note")
        assert "as agreed" in stage.text()

    alone(verdict(taken, *MODELS), steps)


def test_without_a_run_it_says_so_and_offers_nothing_to_save(tmp_path: Path) -> None:
    async def make(stage: Stage) -> VerdictScreen:
        await looked(stage)
        await described(stage)
        return VerdictScreen(DECIDE, tmp_path)

    async def steps(stage: Stage) -> None:
        await stage.until_shown("This comes too early")
        await stage.until_shown("esc leads back")
        assert "Accept" not in stage.footer()
        await stage.press("enter", "o", "space")
        assert "Name of the record" not in stage.text()

    alone(make, steps)


# A record as it may come from a desk -----------------------------------------------------------


class DecidedDesk:
    """A desk that has decided."""

    alive = True

    def __init__(self, record: DecisionRecord) -> None:
        self._record = record

    async def ask(self, request: messages.Request, kind: object) -> messages.Decided:
        del request, kind
        return messages.Decided(record=self._record)

    def kill(self) -> None:
        """There is no process."""

    async def gone(self) -> None:
        """There is no process."""


def decided(record: DecisionRecord) -> Make:
    async def make(stage: Stage) -> VerdictScreen:
        stage.app.desk = DecidedDesk(record)  # type: ignore[assignment]
        return VerdictScreen(DECIDE, Path("benchmark_results"))

    return make


def of_kind(kind: str, sentence: str, pick: str | None) -> DecisionRecord:
    record = example()
    told = msgspec.structs.replace(record.verdict, kind=kind, sentence=sentence, pick=pick)
    return msgspec.structs.replace(record, verdict=told)


@pytest.mark.parametrize(
    ("kind", "word", "pick"),
    [
        ("clear", "CLEAR", "BM25"),
        ("probable", "PROBABLE", "all-MiniLM-L6-v2"),
        ("tie", "TIE", "potion-base-8M"),
        ("insufficient", "NOT ENOUGH EVIDENCE", None),
    ],
)
def test_every_verdict_is_a_word_at_the_right_and_marks_its_pick(
    kind: str, word: str, pick: str | None
) -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("The advice.")
        assert stage.text().splitlines()[0].endswith(word)
        signs = stage.text().count("▸")
        assert signs == (0 if pick is None else 1)
        assert pick is None or f"▸ {pick}" in stage.text()

    alone(decided(of_kind(kind, "The advice.", pick)), steps)


def test_where_nothing_is_ranked_there_is_neither_judging_nor_single_queries() -> None:
    record = of_kind("clear", "Take it.", None)
    texts = msgspec.structs.replace(record.data, task="classification")

    async def steps(stage: Stage) -> None:
        await stage.until_offered("Costs")
        assert "Judge" not in stage.footer()
        offered = {one.binding.action for one in stage.app.screen.active_bindings.values()}
        assert "costs" in offered
        assert not offered & {"judge", "queries"}

    alone(decided(msgspec.structs.replace(record, data=texts)), steps)


def many(number: int = 14) -> DecisionRecord:
    record = example()
    parts = [
        msgspec.structs.replace(record.candidates[n % 5], name=f"model-{n}") for n in range(number)
    ]
    last = msgspec.structs.replace(parts[-1], name="the-last", why_not="slower than the others")
    return msgspec.structs.replace(record, candidates=(*parts[:-1], last))


def test_every_candidate_and_its_reason_can_be_reached_at_eighty_columns() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("Take multilingual-e5-small")
        assert not any(line.startswith("    the-last ") for line in stage.text().splitlines())
        await stage.press("end")
        await stage.until_shown("the-last   slower than the others")
        text = stage.text()
        assert any(line.startswith("    the-last ") for line in text.splitlines())
        assert "Take multilingual-e5-small" in text
        await stage.until_offered("Accept")

    alone(decided(many()), steps)


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (140, 40)])
def test_the_row_that_is_pointed_at_is_seen_at_every_size(size: tuple[int, int]) -> None:
    async def steps(stage: Stage) -> None:
        await stage.pilot.pause(0.2)
        await stage.press("end")
        await stage.until_shown("the-last")

    alone(decided(many()), steps, size=size)


def test_space_reads_on_to_the_end_and_then_from_the_start() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("Take multilingual-e5-small")
        top = "◆ BM25"
        assert top in stage.text()
        for _ in range(20):
            await stage.press("space")
            if "vector store." in stage.text():
                break
        assert "assumed:" in stage.text()
        assert top not in stage.text()
        await stage.press("space")
        assert top in stage.text()

    alone(decided(example()), steps)


def test_a_home_folder_of_nobody_is_said_while_it_is_typed() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("Take multilingual-e5-small")
        await stage.press("o")
        await stage.until_shown("Folder for the record")
        await stage.press("ctrl+u", *"~nobody-of-this-name/records", "enter")
        await stage.until_shown("there is no such user")
        await stage.press("escape")
        await stage.until_shown("Accept")

    alone(decided(example()), steps)


def test_a_median_in_place_of_a_p95_is_explained_beside_its_candidate() -> None:
    record = example()
    first = record.candidates[0]
    assert first.speed is not None
    speed = msgspec.structs.replace(first.speed, latency_p50_ms=12.25, latency_p95_ms=None)
    parts = msgspec.structs.replace(first, speed=speed), *record.candidates[1:]

    async def steps(stage: Stage) -> None:
        await stage.until_shown("~12.2")
        await stage.press("home")
        await stage.until_shown("~ the median")

    alone(decided(msgspec.structs.replace(record, candidates=parts)), steps)


def hostile() -> DecisionRecord:
    record = example(notes=(HOSTILE,), assumptions=(HOSTILE,))
    parts = tuple(
        msgspec.structs.replace(part, name=f"{n}{HOSTILE}", why_not=HOSTILE, mark=HOSTILE)
        for n, part in enumerate(record.candidates)
    )
    told = msgspec.structs.replace(
        record.verdict, sentence=HOSTILE, pick=f"2{HOSTILE}", kind=HOSTILE, would_change=(HOSTILE,)
    )
    head = msgspec.structs.replace(record.record, name=HOSTILE)
    return msgspec.structs.replace(record, candidates=parts, verdict=told, record=head)


@pytest.mark.parametrize("size", SIZES)
def test_a_hostile_verdict_is_shown_harmlessly_and_can_be_left(size: tuple[int, int]) -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("[/]")
        for key in ("up", "down", "end", "space", "question_mark", "escape", "enter", "escape"):
            await stage.press(key)
            assert not CONTROLS & set(stage.text())
        await stage.press("c", "escape", "o", "escape", "a")
        await stage.until(lambda: isinstance(stage.app.result, GoTo), "the way out")

    alone(decided(hostile()), steps, size=size)


# A record in words --------------------------------------------------------------------------


def example(**changes: Any) -> DecisionRecord:
    record, _ = load_record(EXAMPLE)
    return msgspec.structs.replace(record, **changes)


def test_a_median_is_marked_where_no_p95_is_known() -> None:
    record = example()
    part = next(one for one in record.candidates if one.speed is not None)
    assert part.speed is not None
    speed = msgspec.structs.replace(part.speed, latency_p95_ms=None, latency_p50_ms=7.0)
    row = words.row(record, msgspec.structs.replace(part, speed=speed), 76).plain
    assert "~7.0" in row


def test_what_is_not_known_is_a_dash_and_never_0() -> None:
    record = example()
    part = msgspec.structs.replace(
        record.candidates[0],
        quality=None,
        speed=None,
        costs=None,
        public_score=None,
        status="failed",
    )
    figures = words.row(record, part, 76).plain
    assert words._figures(part).split() == ["–"] * 5
    assert "–" in figures


def test_models_that_were_not_here_stand_at_the_end() -> None:
    from advisor.record.decision import Rejected

    gone = Rejected(reason="not on this machine", models=("BAAI/bge-m3",), command="hf download x")
    rows = words.rows_of(example(rejected=(gone,)))
    assert rows[-1].name == "bge-m3"
    assert rows[-1].status == "not here"


def test_what_would_change_is_said_or_that_nothing_would() -> None:
    record = example()
    told = msgspec.structs.replace(record.verdict, would_change=("accuracy first: other",))
    assert "accuracy first: other" in words.changes(example(verdict=told)).plain
    none = msgspec.structs.replace(record.verdict, would_change=())
    assert "no other priority" in words.changes(example(verdict=none)).plain


def test_a_hostile_record_is_written_harmlessly() -> None:
    record = example(notes=(HOSTILE,), assumptions=(HOSTILE,))
    parts = tuple(
        msgspec.structs.replace(part, name=HOSTILE, why_not=HOSTILE, mark=HOSTILE)
        for part in record.candidates
    )
    verdict = msgspec.structs.replace(record.verdict, pick=HOSTILE, would_change=(HOSTILE,))
    record = msgspec.structs.replace(record, candidates=parts, verdict=verdict)
    shown = [
        *(words.row(record, part, 76) for part in words.rows_of(record)),
        words.drawing(record, 70),
        words.changes(record),
        words.reasons(record),
        words.evidence(record),
    ]
    assert not CONTROLS & set("".join(one.plain for one in shown))
