"""The steps of a decision: the answers filled in, the choice, the command that repeats a run."""

import asyncio
from importlib import metadata
from pathlib import Path

import msgspec
import pytest

from advisor import __version__
from advisor.bench.candidate import Candidate
from advisor.bench.choice import Absent, Choice
from advisor.bench.locate import Places
from advisor.bench.processes import Processes
from advisor.corpus.amount import Amount
from advisor.corpus.dataset import Dataset, Document, Query
from advisor.corpus.picking import Mined
from advisor.corpus.readers import read_dataset
from advisor.deciding.asked import Asked
from advisor.deciding.steps import (
    choose,
    cut,
    explained,
    languages_of,
    machine_of,
    mined_for,
    needs_of,
    plan_of,
    software,
)
from advisor.needs.answers import Answers, AnswerSet
from advisor.needs.requirements import Machine, Requirements

DATA = Path(__file__).parents[1] / "data"
MACHINE = Machine(source="described", cores=2, memory_mib=8_000)


def said(**values: object) -> AnswerSet:
    return AnswerSet(values=Answers(**values), sources=dict.fromkeys(values, "user"))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def sample() -> Dataset:
    return read_dataset("techcorp-zh-en")


def named(name: str) -> Dataset:
    return Dataset(name=name, corpus=(), queries=(), qrels={}, evidence="human")


def test_a_dataset_is_cut_to_the_amount_and_the_same_seed_cuts_the_same(sample: Dataset) -> None:
    amount = Amount(queries=10, documents=60, seed=4)
    first = cut(sample, amount)
    assert len(first.queries) == 10
    assert len(first.corpus) <= 60
    assert cut(sample, amount) == first
    assert cut(sample, msgspec.structs.replace(amount, seed=5)) != first
    assert cut(sample, Amount(full=True)).corpus == sample.corpus


def test_the_machine_is_this_one_unless_another_is_named() -> None:
    assert machine_of(said()).source == "detected"
    assert machine_of(said(machine="this")).source == "detected"
    assert machine_of(said(machine="laptop")).source == "described"


def test_languages_are_found_on_both_sides_and_not_guessed_where_there_is_no_text(
    sample: Dataset,
) -> None:
    found = languages_of(sample)
    assert set(found) == {"document_languages", "query_languages"}
    assert found["document_languages"] != found["query_languages"]
    empty = Dataset(
        name="x",
        corpus=(Document("d", "12345"),),
        queries=(Query("q", "?"),),
        qrels={"q": {"d": 1}},
        evidence="human",
    )
    assert languages_of(empty) == {}


def test_what_was_said_goes_before_what_the_data_shows_and_that_before_defaults(
    sample: Dataset,
) -> None:
    needs = needs_of(said(document_languages=("de",)), sample, MACHINE)
    assert needs.answers.values.document_languages == ("de",)
    assert needs.answers.sources["document_languages"] == "user"
    assert needs.answers.sources["query_languages"] == "detected"
    assert needs.answers.values.query_languages == needs.languages["query_languages"]
    assert needs.said.values.query_languages is None
    assert needs.requirements.document_languages == ("de",)
    assert needs.requirements.machine == MACHINE
    assert "default" in needs.answers.sources.values()


def test_named_models_are_taken_as_named_and_else_the_shortlist_proposes(
    tmp_path: object, models: object
) -> None:
    places = Places(models_dirs=(models,), hub_cache=models)  # type: ignore[arg-type]
    wanted = Requirements(document_languages=("en",), query_languages=("en",), machine=MACHINE)
    named_choice = choose(wanted, ("potion-base-8M",), places)
    assert [one.name for one in named_choice.candidates] == ["potion-base-8M", "BM25"]
    proposed = choose(wanted, (), places)
    assert len(proposed.candidates) > 1
    assert not any(one.named for one in proposed.candidates)


def test_a_download_that_failed_is_the_reason_why_a_model_is_not_compared() -> None:
    choice = Choice(
        candidates=(),
        absent=(
            Absent(name="a", reason="not here", repo="org/a"),
            Absent(name="b", reason="not here", repo="org/b"),
        ),
    )
    after = explained(choice, {"org/a": "no network", "org/other": "no space"})
    assert [gone.reason for gone in after.absent] == ["the download failed: no network", "not here"]
    assert explained(choice, {}) == choice


def test_the_versions_of_whatever_a_figure_depends_on_are_named() -> None:
    versions = software()
    assert versions["embed-advisor"] == __version__
    assert versions["torch"] == metadata.version("torch")


@pytest.mark.parametrize(
    ("models", "amount", "raced"),
    [(3, Amount(), True), (2, Amount(), False), (3, Amount(full=True), False)],
)
def test_three_models_are_raced_where_it_saves_something_unless_all_is_asked_for(
    models: int, amount: Amount, raced: bool
) -> None:
    data = Dataset(
        name="made",
        corpus=tuple(Document(f"d{n}", f"text {n}") for n in range(600)),
        queries=tuple(Query(f"q{n}", f"text {n}") for n in range(40)),
        qrels={f"q{n}": {f"d{n}": 1} for n in range(40)},
        evidence="human",
    )
    names = [Candidate(name=f"model {n}", kind="dense") for n in range(models)]
    choice = Choice(candidates=(Candidate(name="BM25", kind="baseline"), *names))
    needs = Requirements(
        machine=Machine(source="detected"), max_latency_p95_ms=20.0, max_memory_mib=900
    )
    plan = plan_of(data, choice, needs, Asked(amount=amount, time_limit_s=60.0))
    assert [len(part.queries) for part in plan.parts] == ([16, 32] if raced else [])
    assert (plan.max_latency_ms, plan.max_memory_mib, plan.time_limit_s) == (20.0, 900, 60.0)


def test_a_static_model_that_is_not_compared_finds_hard_negatives(
    models: Path, tmp_path: Path
) -> None:
    whole = read_dataset(str(DATA / "xquad-mini"))
    places = Places(models_dirs=(models,), hub_cache=tmp_path)
    needs = Requirements(machine=Machine(source="detected"), document_languages=("en",))

    async def mined(names: list[str], documents: int) -> Mined | None:
        choice = choose(needs, names, places)
        amount = Amount(documents=documents)
        async with Processes(tmp_path / "logs") as processes:
            return await mined_for(whole, amount, choice, places, needs, processes)

    found = asyncio.run(mined(["paraphrase-MiniLM-L3-v2"], 30))
    assert found is not None
    assert found.finder == "potion-base-8M"
    assert found.found.keys() == {query.id for query in whole.queries}
    right = [
        query in found.found and next(iter(grades)) in found.found[query][:10]
        for query, grades in whole.qrels.items()
    ]
    assert sum(right) > len(right) / 2
    assert asyncio.run(mined(["potion-base-8M"], 30)) is None
    assert asyncio.run(mined(["paraphrase-MiniLM-L3-v2"], len(whole.corpus))) is None
