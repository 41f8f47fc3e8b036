"""A race with real processes: nested rounds, who leaves, and how it goes on after a stop."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from advisor.bench import protocol
from advisor.bench.candidate import Candidate
from advisor.bench.events import Ended, Scored, Update
from advisor.bench.hybrid import hybrid_of
from advisor.bench.journal import Journal
from advisor.bench.plan import Plan
from advisor.bench.processes import Processes
from advisor.bench.reranking import reranked
from advisor.bench.results import Result
from advisor.bench.rounds import leaving, reached, rounds_of
from advisor.bench.runner import Runner
from advisor.bench.state import State
from advisor.corpus.dataset import Dataset, Document, Query
from tests.bench.faults import WORDS, static_model
from tests.bench.test_runner import BM25, candidate, run
from tests.bench.tiny_models import cross_encoder, sparse_model

GOOD = np.vstack([np.zeros((1, 6)), np.eye(6)])
"""Each word its own direction: whatever is asked is found."""


def dataset(queries: int) -> Dataset:
    """Every ordered pair of words once, and a query for each; a part when `queries` are few."""
    words = WORDS[1:]
    pairs = [(a, b) for a in words for b in words if a != b]
    corpus = tuple(Document(f"d{a}-{b}", f"{a} {a} {b}") for a, b in pairs)
    asked = tuple(Query(f"q{a}-{b}", f"{a} {a} {b}") for a, b in pairs[:queries])
    qrels = {query.id: {f"d{query.id[1:]}": 1} for query in asked}
    kept = corpus if queries == len(pairs) else corpus[: queries + 4]
    return Dataset(name="pairs", corpus=kept, queries=asked, qrels=qrels, evidence="human")


WHOLE, PART = dataset(30), dataset(16)


@pytest.fixture
def entered(tmp_path: Path) -> tuple[Candidate, ...]:
    """Two models that find everything, one that finds the first word only, one that is blind."""
    half = GOOD.copy()
    half[2:, :] = half[2]
    blind = np.ones((7, 6))
    weights = {"good": GOOD, "also": GOOD * 2, "half": half, "blind": blind}
    folders = {name: static_model(tmp_path / name, weights=own) for name, own in weights.items()}
    return (BM25, *(candidate(folder) for folder in folders.values()))


def race_of(entered: tuple[Candidate, ...], **changes: object) -> Plan:
    plan = Plan(dataset=WHOLE, candidates=entered, parts=(PART,), calls=20, blocks=1)
    return msgspec.structs.replace(plan, **changes)


def by_name(results: tuple[Result, ...]) -> dict[str, Result]:
    return {result.candidate.name: result for result in results}


def scored(updates: list[Update], name: str) -> list[int]:
    """How many queries each of a candidate's scores was over."""
    return [
        update.event.quality.n
        for update in updates
        if isinstance(update.event, Scored) and update.candidate == name
    ]


def is_score(update: Update, n: int) -> bool:
    return isinstance(update.event, Scored) and update.event.quality.n == n


def test_hopeless_models_leave_after_their_round_also_when_the_run_was_stopped_in_between(
    tmp_path: Path, entered: tuple[Candidate, ...]
) -> None:
    def stop(runner: Runner, processes: Processes, update: Update) -> None:
        if isinstance(update.event, Ended) and update.event.dropped is not None:
            runner.stop("stopped by the test")

    stopped, _ = run(race_of(entered), tmp_path / "logs", stop)
    # A race that was stopped has its verdict on the round that all had finished.
    assert by_name(stopped)["good"].status == by_name(stopped)["also"].status == "measured"
    assert by_name(stopped)["good"].per_query["nDCG@10"].keys() == PART.qrels.keys()
    results, updates = run(race_of(entered), tmp_path / "logs2")
    raced = by_name(results)
    assert [raced[name].status for name in ("BM25", "good", "also")] == ["measured"] * 3
    assert all(update.earlier for update in updates if is_score(update, 16))
    for name in ("half", "blind"):
        gone = raced[name]
        assert (gone.status, gone.per_query, gone.rankings) == ("stopped early", {}, {})
        assert gone.dropped is not None
        assert gone.dropped == by_name(stopped)[name].dropped
        assert (gone.dropped.queries, gone.dropped.documents) == (16, 20)
        assert gone.dropped.leader in ("good", "also")
        assert gone.reason == gone.dropped.sentence()
        assert gone.latency is not None  # timed before anything was encoded, and kept
        assert scored(updates, name) == [16]
    assert scored(updates, "good") == scored(updates, "BM25") == [16, 30]
    # The last round is what a run without a race measures: nothing of it is done twice.
    full, updates = run(race_of(entered[:2], parts=()), tmp_path / "logs3")
    assert all(update.earlier for update in updates if not isinstance(update.event, Ended))
    for result in full:
        same = raced[result.candidate.name]
        assert (result.per_query, result.rankings) == (same.per_query, same.rankings)


def test_a_model_added_later_runs_through_the_rounds_too(
    tmp_path: Path, entered: tuple[Candidate, ...]
) -> None:
    *first, blind = entered
    added: list[Candidate] = []

    def add(runner: Runner, processes: Processes, update: Update) -> None:
        last = isinstance(update.event, Scored) and update.event.quality.n == 30
        if last and update.candidate == "good" and not added:
            added.append(blind)
            runner.add(blind)

    results, updates = run(race_of(tuple(first)), tmp_path / "logs", add)
    gone = by_name(results)["blind"]
    assert gone.dropped is not None
    assert scored(updates, "blind") == [16]
    assert by_name(results)["also"].status == "measured"


def after(name: str, *marks: str, ended: Ended | None = None) -> State:
    state = State(Candidate(name=name, kind="dense"), Journal(Path("nowhere")), ended=ended)
    state.judged = {mark: Result(candidate=state.candidate, status="measured") for mark in marks}
    return state


def test_the_round_that_counts_is_the_latest_that_most_have_finished() -> None:
    rounds = rounds_of(race_of(()))
    dropped = Ended(status="stopped early", reason="dropped")
    far, near, gone = after("far", "@16", ""), after("near", "@16"), after("gone", ended=dropped)
    assert [part.mark for part in rounds] == ["@16", ""]
    assert reached([far, near, gone], rounds).mark == "@16"
    assert reached([far, gone, after("added")], rounds).mark == ""
    assert reached([near, after("added")], rounds).mark == "@16"
    assert reached([after("added")], rounds).mark == ""


def timed(name: str, ms: float, peak_mib: float, done: int = 20) -> State:
    state = State(Candidate(name=name, kind="dense"), Journal(Path("nowhere")))
    if done:
        state.done["time-0"] = protocol.Timed(
            block=0, latencies_ms=(ms,) * done, covers="encoding", peak_mib=peak_mib
        )
    return state


@pytest.mark.parametrize(
    ("limits", "gone"),
    [
        ({"max_memory_mib": 500}, {"heavy": "over your limit: peak memory 900 MiB"}),
        ({"max_latency_ms": 10.0}, {"slow": "over your limit: median latency 40.0 ms"}),
        ({"max_latency_ms": 30.0}, {}),  # not clearly: the last round and more calls will say
        ({"max_memory_mib": 50}, {}),  # where all break it, they are all of use
    ],
)
def test_a_clearly_broken_limit_ends_a_model_once_all_are_timed(
    limits: dict[str, float], gone: dict[str, str]
) -> None:
    states = [timed("fine", 8.0, 100.0), timed("heavy", 8.0, 900.0), timed("slow", 40.0, 100.0)]
    plan = Plan(dataset=WHOLE, candidates=(), parts=(PART,), **limits)  # type: ignore[arg-type]
    rounds = rounds_of(plan)
    found = {state.candidate.name: ended for state, ended in leaving(states, rounds, plan)}
    assert found.keys() == gone.keys()
    for name, reason in gone.items():
        assert found[name].status == "stopped early"
        assert (found[name].reason or "").startswith(reason)
    assert not list(leaving([*states, timed("new", 0.0, 0.0, done=0)], rounds, plan))
    assert not list(leaving(states, rounds[-1:], plan))


def test_what_is_made_of_others_waits_for_the_last_round_and_leaves_with_its_part(
    entered: tuple[Candidate, ...], tmp_path: Path
) -> None:
    reader = Candidate(
        name="reader", kind="reranked", folder=str(cross_encoder(tmp_path / "reader")),
        weights_hash="reader",
    )  # fmt: skip
    named = {one.name: one for one in entered}
    made = [
        hybrid_of(named["blind"], BM25, "named by you"),
        reranked(named["blind"], reader),
        reranked(named["good"], reader),
    ]
    plan = race_of((*entered, *made), hybrids=2)
    results, updates = run(plan, tmp_path / "logs")
    found = by_name(results)
    assert list(found)[len(plan.candidates) :] == ["good + BM25", "also + BM25"]
    for lost in ("blind + BM25", "blind > reader"):
        assert (found[lost].status, found[lost].reason) == (
            "stopped early",
            "its part blind left the race",
        )
    for name in ("good", "good > reader", "good + BM25", "also + BM25"):
        assert found[name].status == "measured"
        assert found[name].per_query["nDCG@10"].keys() == {query.id for query in WHOLE.queries}
    scored = [
        (update.candidate, update.event.quality.n)
        for update in updates
        if isinstance(update.event, Scored)
    ]
    assert [n for name, n in scored if name == "good"] == [16, 30]
    assert [n for name, n in scored if ">" in name or "+" in name] == [30, 30, 30]
    # What is measured already is not measured again, nor is a hybrid anything but new.
    again, told = run(plan, tmp_path / "logs2")
    assert by_name(again)["good > reader"].rankings == found["good > reader"].rankings
    assert all(update.earlier for update in told if isinstance(update.event, protocol.Searched))


def test_a_model_of_many_rows_races_like_any_other(
    entered: tuple[Candidate, ...], tmp_path: Path
) -> None:
    folder = sparse_model(tmp_path / "sparse")
    sparse = Candidate(name="sparse", kind="sparse", folder=str(folder), weights_hash="sparse")
    results, updates = run(race_of((*entered, sparse)), tmp_path / "logs")
    assert by_name(results)["sparse"].status in ("measured", "stopped early")
    steps = [
        update.event.n
        for update in updates
        if update.candidate == "sparse"
        and isinstance(update.event, protocol.Encoded)
        and update.event.side == "documents"
    ]
    assert steps[0] == len(PART.corpus)
