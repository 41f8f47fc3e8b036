"""The steps of a decision, each one function with records in and a record out."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata

import msgspec

from advisor import __version__
from advisor.advice.changes import changes_to
from advisor.advice.costs.hosted import hosted_offers
from advisor.advice.costs.scale import scale_of
from advisor.advice.measurements import Measurements
from advisor.advice.recommendation import advise
from advisor.bench.cache import cache_dir
from advisor.bench.choice import Choice
from advisor.bench.choosing import finder_for, from_names, from_shortlist
from advisor.bench.experience import experienced
from advisor.bench.hybrid import HYBRIDS
from advisor.bench.locate import Places, available
from advisor.bench.mining import mine
from advisor.bench.plan import Plan
from advisor.bench.processes import Processes
from advisor.bench.racing import LEAST_LEFT
from advisor.bench.rounds import Outcome
from advisor.bench.task_choice import for_task
from advisor.catalogue.catalogue import load_catalogue
from advisor.corpus.amount import Amount
from advisor.corpus.dataset import Dataset, Task, found_answers
from advisor.corpus.edits import changed_queries
from advisor.corpus.language import main_languages
from advisor.corpus.nesting import nested
from advisor.corpus.options import AskedTask, ReadOptions, asked_for
from advisor.corpus.picking import Mined
from advisor.corpus.sampling import cuts_documents, sample, sampled_queries
from advisor.corpus.tagging import with_languages
from advisor.corpus.task_data import cut_task, mismatch
from advisor.deciding.asked import Asked
from advisor.deciding.forecasting import forecasts, hindsight, size_of
from advisor.needs import hardware
from advisor.needs.answers import AnswerSet, contradictions, filled, with_defaults
from advisor.needs.derive import requirements_from
from advisor.needs.mistakes import mistake_of_choice, mistakes
from advisor.needs.requirements import Machine, Requirements
from advisor.record.build import build_record
from advisor.record.build_beside import Beside
from advisor.record.decision import DecisionRecord
from advisor.shortlist.shortlist import shortlist


@dataclass(frozen=True, kw_only=True)
class Needs:
    """The answers of one decision, with everything that is found or assumed filled in."""

    said: AnswerSet
    """What the user said."""
    answers: AnswerSet
    """The same with what the data shows and the defaults."""
    requirements: Requirements
    languages: dict[str, tuple[str, ...]]
    """Found in the data, under the keys of the answers."""
    task: Task = "retrieval"
    """What the data holds."""


def cut(dataset: Dataset, amount: Amount, mined: Mined | None = None) -> Dataset:
    """Cut the data down to what is measured, with what a finder besides BM25 has found.

    The languages of what is left are told text by text.
    """
    if dataset.task != "retrieval":
        units = amount.most_queries if dataset.task == "reranking" else amount.most_units
        return with_languages(cut_task(dataset, units, amount.most_documents, amount.seed))
    return with_languages(
        sample(
            dataset,
            queries=amount.most_queries,
            documents=amount.most_documents,
            seed=amount.seed,
            mined=mined,
        )
    )


def this_machine() -> Machine:
    """Return the machine at hand with what is known of its speed."""
    return experienced(hardware.detect(), cache_dir())


async def mined_for(
    dataset: Dataset,
    amount: Amount,
    choice: Choice,
    places: Places,
    requirements: Requirements,
    processes: Processes,
) -> Mined | None:
    """Return hard negatives by a static model; None where no document is left out, or none is here.

    The model is one on this machine that is not compared.
    """
    if dataset.task != "retrieval" or not cuts_documents(dataset, amount.most_documents):
        return None
    # Hashing a model's files takes a moment.
    finder = await asyncio.to_thread(finder_for, choice, places, requirements)
    if finder is None:
        return None
    queries = sampled_queries(dataset, amount.most_queries, amount.seed)
    return await mine(finder, dataset, queries, processes, cache_dir())


def machine_of(answers: AnswerSet) -> Machine:
    """Return the machine the answers describe, or this one."""
    name = answers.values.machine
    return this_machine() if name in (None, "this") else hardware.describe(name)


def languages_of(dataset: Dataset) -> dict[str, tuple[str, ...]]:
    """Return the languages found in the data, under the keys of the answers they fill."""
    found = {
        "document_languages": main_languages([document.text for document in dataset.corpus]),
        "query_languages": main_languages([query.text for query in dataset.queries]),
    }
    return {key: tags for key, tags in found.items() if tags}


def needs_of(said: AnswerSet, dataset: Dataset, machine: Machine) -> Needs:
    """Fill in what the data shows and the defaults, and turn the answers into limits."""
    languages = languages_of(dataset)
    answers = _filled(said, languages, dataset.task)
    return Needs(
        said=said,
        answers=answers,
        requirements=requirements_from(answers, machine),
        languages=languages,
        task=dataset.task,
    )


def _filled(said: AnswerSet, languages: dict[str, tuple[str, ...]], task: Task) -> AnswerSet:
    return with_defaults(filled(said, found_answers(languages, task), "detected"))


def with_answers(needs: Needs, said: AnswerSet) -> Needs:
    """Return the needs with other answers, for the same data and the same machine."""
    answers = _filled(said, needs.languages, needs.task)
    return Needs(
        said=said,
        answers=answers,
        requirements=requirements_from(answers, needs.requirements.machine),
        languages=needs.languages,
        task=needs.task,
    )


def choose(
    requirements: Requirements, names: Sequence[str], places: Places, task: Task = "retrieval"
) -> Choice:
    """Return the candidates: those the user named, or the shortlist's that are here.

    What the data's task has no use for is left out, with the reason.
    """
    catalogue = load_catalogue()
    if names:
        return for_task(from_names(names, catalogue, places, requirements), task)
    here = available(catalogue.cards, places)
    listed = shortlist(requirements, catalogue.cards, here)
    return for_task(from_shortlist(listed, places, requirements), task)


def plan_of(
    dataset: Dataset,
    choice: Choice,
    requirements: Requirements,
    asked: Asked,
) -> Plan:
    """Return what is measured: a race where that saves something and not everything is asked for.

    Two models are never raced, since two always reach the end; nor is anybody before anything is
    judged. The best are fused with BM25. All of this is for searches: other tasks take no longer
    than the texts are encoded.
    """
    models = [candidate for candidate in choice.candidates if candidate.races]
    seed = asked.amount.seed
    searches = dataset.task == "retrieval"
    races = searches and not asked.amount.full and len(models) > LEAST_LEFT and dataset.is_judged
    return Plan(
        dataset=dataset,
        candidates=choice.candidates,
        parts=nested(dataset, seed) if races else (),
        looks=changed_queries(dataset, seed) if asked.views and searches else (),
        memory=asked.views,
        max_latency_ms=requirements.max_latency_p95_ms,
        max_memory_mib=requirements.max_memory_mib,
        time_limit_s=asked.time_limit_s,
        hybrids=HYBRIDS if searches else 0,
        bf16=asked.bf16,
        load_qps=asked.load_qps,
    )


def explained(choice: Choice, failures: Mapping[str, str]) -> Choice:
    """Give each model that could not be downloaded its reason."""
    absent = tuple(
        msgspec.structs.replace(gone, reason=f"the download failed: {failures[gone.repo]}")
        if gone.repo is not None and gone.repo in failures
        else gone
        for gone in choice.absent
    )
    return msgspec.structs.replace(choice, absent=absent)


def conclude(
    *,
    name: str,
    needs: Needs,
    outcome: Outcome,
    choice: Choice,
    reproduce: str,
    seed: int,
) -> DecisionRecord:
    """Compare what was measured, apply the decision rule and make the record.

    NothingMeasured when no candidate has a measured quality.
    """
    results, dataset, parts = outcome
    known = Measurements(tuple(results), dataset, seed)
    advice = advise(known, needs.requirements)
    scale = scale_of(needs.requirements, known.texts)
    before = forecasts(
        choice.candidates,
        needs.requirements,
        size_of(dataset, needs.answers.values.document_languages or ()),
    )
    turned_out = hindsight(before, results)
    return build_record(
        profile_name=name,
        answers=needs.answers,
        requirements=needs.requirements,
        dataset=dataset,
        parts=parts,
        languages=needs.languages,
        results=results,
        advice=advice,
        would_change=changes_to(known, needs.requirements),
        scale=scale,
        hosted=hosted_offers(needs.requirements, scale, load_catalogue().cards),
        choice=choice,
        doubts=(
            *contradictions(needs.said, needs.languages),
            *mistakes(needs.answers.values),
            *data_doubts(needs, dataset),
            *_mistakes_of(choice),
            *([turned_out] if turned_out else []),
        ),
        beside=Beside(known.between_languages, known.shared_neighbours),
        reproduce=reproduce,
        seed=seed,
        created=datetime.now(UTC),
        software=software(),
    )


def data_doubts(needs: Needs, dataset: Dataset) -> tuple[str, ...]:
    """Say that the data is of another task than the user has answered, if so."""
    asked = asked_for(needs.said.values.task)
    if asked is None and needs.said.values.task is not None:
        asked = "search"
    doubt = mismatch(asked, dataset)
    return () if doubt is None else (doubt,)


def read_as(options: ReadOptions, asked: AskedTask | None) -> ReadOptions:
    """Return how data is read by somebody who asks for this; what the options say goes before."""
    return msgspec.structs.replace(options, task=options.task or asked)


def _mistakes_of(choice: Choice) -> tuple[str, ...]:
    models = sum(1 for one in choice.candidates if one.kind not in ("baseline", "hybrid"))
    said = mistake_of_choice(models)
    return () if said is None else (said,)


def software() -> dict[str, str]:
    """Return the versions that a figure may depend on."""
    names = ("torch", "sentence-transformers", "transformers", "bm25s", "numpy")
    own = {"embed-advisor": __version__, "python": platform.python_version()}
    return own | {name: metadata.version(name) for name in names}
