"""What to know before trusting the numbers, a sentence each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from advisor.advice.changed_queries import sensitivity_notes
from advisor.advice.chunks import chunk_notes
from advisor.advice.cross_lingual import cross_lingual_note
from advisor.advice.measurements import Measurements
from advisor.advice.neighbourhood import neighbourhood_notes
from advisor.advice.reasons import prompted, prompts_note
from advisor.advice.reranking import reading_notes
from advisor.advice.variants import form_note, smaller_forms, smallest_harmless
from advisor.bench.results import Result
from advisor.corpus.dataset import Dataset
from advisor.evaluation.posterior import LEAD_GROUP_SHARE
from advisor.evaluation.words import percent


def notes_on(known: Measurements) -> tuple[str, ...]:
    """Return the notes on data, machine, race and prior, whatever is picked."""
    return (
        *_notes(known.dataset, known.competing),
        *_race_notes(known.results),
        *chunk_notes(known.measured, known.dataset),
        *reading_notes(known.results, known.dataset),
        *_cluster_notes(known),
    )


def notes_on_the_pick(picked: Sequence[Result], known: Measurements) -> tuple[str, ...]:
    """Return how the pick is to be used: its prompts, and the smallest form of its vectors."""
    documents = len(known.dataset.corpus)
    return (
        *(prompts_note(result) for result in picked if prompted(result)),
        *_form_notes(picked, documents),
        *sensitivity_notes(picked),
        *_language_notes(picked, known),
        *neighbourhood_notes(picked),
    )


def _language_notes(picked: Sequence[Result], known: Measurements) -> Iterator[str]:
    for result in picked:
        name = result.candidate.name
        found = known.between_languages.get(name)
        note = cross_lingual_note(name, found) if found else None
        if note is not None:
            yield note


def _cluster_notes(known: Measurements) -> tuple[str, ...]:
    if known.clusters is None or len(known.measured) < 2:
        return ()
    return (
        f"The {len(known.queries):,} queries come from {known.units:,} documents; those of one "
        "document count together in every test and interval.",
    )


def _notes(dataset: Dataset, competing: Sequence[Result]) -> tuple[str, ...]:
    notes = list(dataset.notes)
    if dataset.sampling is not None:
        notes.append(dataset.sampling.how)
    if dataset.evidence == "title-body":
        notes.append(
            "The queries are titles and first sentences of the documents themselves, not what "
            "people ask: a verdict on them is never more than probable."
        )
    if dataset.evidence == "llm-queries":
        notes.append(
            "The queries were written by a language model that had read the documents, not asked "
            "by people: a verdict on them is never more than probable."
        )
    if dataset.task == "retrieval" and len(dataset.corpus) < 200:
        notes.append(
            f"With {len(dataset.corpus)} documents even a poor model finds much: the figures are "
            "higher than on a real index."
        )
    notes.extend(
        f"The latency of {result.candidate.name} is noisy: its blocks differ by "
        f"{percent(result.latency.noise)}. The machine was busy; smaller differences mean nothing."
        for result in competing
        if result.latency is not None and result.latency.noisy
    )
    if len(competing) < 2:
        notes.append("Only one model could be measured, so nothing is compared.")
    return tuple(notes)


def _race_notes(results: Sequence[Result]) -> tuple[str, ...]:
    gone = [result.dropped for result in results if result.dropped is not None]
    if not gone:
        return ()
    models = sum(result.candidate.races for result in results)
    return (
        f"The models were raced: {len(gone)} of {models} left on a part of the data, with less "
        f"than {100 * LEAD_GROUP_SHARE / max(1, models - 1):.1f} % probability each of being as "
        "good as the leader there. Their figures are of that part and stand beside no others; "
        "--full measures everything.",
    )


def _form_notes(picked: Sequence[Result], documents: int) -> Iterator[str]:
    for result in picked:
        best = smallest_harmless(smaller_forms(result))
        if best is not None:
            yield form_note(result.candidate.name, result.views.forms[0].bytes, best, documents)
