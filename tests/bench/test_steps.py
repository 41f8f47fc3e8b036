"""The steps of a run: their order, what each needs, and what a session is asked."""

from pathlib import Path

from advisor.bench import protocol
from advisor.bench.candidate import Candidate
from advisor.bench.events import Ended
from advisor.bench.journal import Journal
from advisor.bench.plan import Plan, Texts
from advisor.bench.state import State
from advisor.bench.steps import (
    MEMORY,
    QUALITY_STEPS,
    WITH_PROOF,
    TextFiles,
    command_for,
    needs,
    next_step,
    quality_steps,
)
from tests.bench.faults import small_dataset

MODEL = Candidate(name="model", kind="dense", folder="/models/model", weights_hash="ab" * 32)
BM25 = Candidate(name="BM25", kind="baseline")
LOADED = protocol.Loaded(seconds=1.0)
FILES = TextFiles("documents.json", "queries.json", "given.json")


def state(candidate: Candidate, *, added: bool = False) -> State:
    return State(candidate, Journal(Path("nowhere")), added=added)


def timed(block: int, ms: float = 10.0) -> protocol.Timed:
    return protocol.Timed(block=block, latencies_ms=(ms,) * 67, covers="encoding")


def plan_of(blocks: int = 3, *, bf16: bool = True) -> Plan:
    return Plan(dataset=small_dataset(), candidates=(), blocks=blocks, bf16=bf16, memory=True)


def walked(*states: State, blocks: int = 3, ms: float = 10.0) -> list[tuple[str, str]]:
    """Do whatever comes next until nothing does."""
    done: list[tuple[str, str]] = []
    while (following := next_step(states, plan_of(blocks))) is not None:
        of, step = following
        done.append((of.candidate.name, step))
        block = step.removeprefix("time-")
        of.done[step] = timed(int(block), ms) if block != step else LOADED
    return done


def test_quality_and_one_block_come_candidate_by_candidate_then_blocks_go_round() -> None:
    other = Candidate(name="other", kind="dense")
    done = walked(state(MODEL), state(other), state(BM25))
    first = [
        *(("BM25", step) for step in (*QUALITY_STEPS, "time-0")),
        *((name, step) for name in ("model", "other") for step in (*WITH_PROOF, "time-0")),
    ]
    rounds = [(name, f"time-{block}") for block in (1, 2) for name in ("BM25", "model", "other")]
    last = [(name, step) for step in ("vary", MEMORY) for name in ("model", "other")]
    assert done == [*first, *rounds, *last]


def test_what_a_person_has_added_comes_before_what_was_planned_and_after_the_baseline() -> None:
    added = state(Candidate(name="added", kind="dense"), added=True)
    done = walked(state(MODEL), state(BM25), added)
    order = list(dict.fromkeys(name for name, _ in done))
    assert order == ["BM25", "added", "model"]


def test_nothing_comes_next_for_a_candidate_that_has_ended() -> None:
    ended = state(MODEL)
    ended.ended = Ended(status="skipped")
    assert next_step([ended], plan_of()) is None
    assert next_step([], plan_of()) is None


def test_without_blocks_only_the_quality_is_measured() -> None:
    assert [step for _, step in walked(state(MODEL), blocks=0)] == [*WITH_PROOF, "vary"]
    assert [step for _, step in walked(state(BM25), blocks=0)] == list(QUALITY_STEPS)


def test_bf16_is_proven_for_models_on_a_cpu_and_where_it_is_allowed() -> None:
    on_a_gpu = Candidate(name="model", kind="dense", device="cuda")
    static = Candidate(name="model", kind="static")
    assert quality_steps(MODEL, plan_of()) == WITH_PROOF
    for candidate in (on_a_gpu, static, BM25):
        assert quality_steps(candidate, plan_of()) == QUALITY_STEPS
    assert quality_steps(MODEL, plan_of(bf16=False)) == QUALITY_STEPS


def test_texts_are_encoded_in_the_precision_that_was_proven_in_an_earlier_session_too() -> None:
    of = state(MODEL)
    plan = plan_of()
    for precision in ("float32", "bfloat16"):
        of.done["prove"] = protocol.Proved(precision=precision)
        for side in ("documents", "queries"):
            asked = command_for(of, side, FILES, plan, Path("cache"))
            assert isinstance(asked, protocol.Encode)
            assert asked.precision == precision


def test_blocks_that_lie_far_apart_are_repeated_once() -> None:
    noisy = state(MODEL)
    noisy.done = {step: LOADED for step in (*WITH_PROOF, "vary", MEMORY)}
    noisy.done |= {f"time-{block}": timed(block, ms) for block, ms in enumerate((10.0, 10.0, 20.0))}
    assert next_step([noisy], plan_of()) == (noisy, "time-3")
    noisy.done["time-3"] = timed(3, 40.0)
    assert next_step([noisy], plan_of()) is None


def test_a_session_loads_first_encodes_before_it_searches_and_needs_queries_to_be_timed() -> None:
    assert needs(MODEL, "load") == ()
    assert needs(MODEL, "diagnose") == needs(MODEL, "documents") == ("load",)
    assert needs(MODEL, "search") == ("load", "documents", "queries")
    assert needs(MODEL, "time-0") == ("load", "queries")
    assert needs(BM25, "time-0") == ("load", "documents", "queries")


def test_every_step_is_asked_for_with_what_it_needs(tmp_path: Path) -> None:
    plan = Plan(dataset=small_dataset(), candidates=(MODEL,), calls=20, block_seconds=2.0)
    of = State(MODEL, Journal(tmp_path / "measured" / "key"))

    def asked(step: str) -> protocol.Command:
        return command_for(of, step, FILES, plan, tmp_path)

    load = asked("load")
    assert isinstance(load, protocol.Load)
    assert (load.path, load.weights_hash) == (MODEL.folder, MODEL.weights_hash)
    assert Path(load.vectors) == tmp_path / "vectors" / MODEL.weights_hash[:32]
    assert asked("diagnose") == protocol.Diagnose(
        documents="documents.json", queries="queries.json"
    )
    assert asked("documents") == protocol.Encode(side="documents", texts="documents.json")
    assert asked("queries") == protocol.Encode(side="queries", texts="queries.json")
    search = asked("search")
    assert search == protocol.Search(depth=plan.depth, run=str(of.journal.run))
    assert of.journal.run.parent.is_dir()
    assert asked("time-2") == protocol.Time(block=2, calls=20, most_seconds=2.0)


def test_texts_are_written_in_the_order_of_their_ids_and_read_back(tmp_path: Path) -> None:
    texts = Texts(small_dataset())
    files = TextFiles.written(tmp_path, texts)
    assert protocol.read_texts(files.documents) == texts.documents
    assert protocol.read_texts(files.queries) == texts.queries


def test_speed_stays_that_of_float32_when_the_quality_is_read_from_bf16() -> None:
    of = state(MODEL)
    of.done["documents"] = protocol.Encoded(
        side="documents", precision="bfloat16", n=900, fresh=900, timed=900, tokens=90_000,
        seconds=9.0,
    )  # fmt: skip
    of.done["prove"] = protocol.Proved(
        precision="bfloat16", texts=64, tokens=6_400, seconds=1.6, peak_mib=700.0
    )
    result = of.fold(None)
    assert result.throughput is not None
    assert (result.throughput.documents_per_s, result.throughput.tokens_per_s) == (40.0, 4_000.0)
    assert result.throughput.basis == "measured"
    assert result.peak_mib == 700.0
