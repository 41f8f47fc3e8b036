"""The data of a run: as it was read, with queries of an endpoint, with what was judged here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from advisor.bench.cache import cache_dir
from advisor.bench.rounds import Outcome
from advisor.corpus.dataset import Dataset
from advisor.corpus.options import ReadOptions, Source, asked_for
from advisor.corpus.readers import read_dataset
from advisor.deciding.judged_here import Judgements, with_earlier
from advisor.deciding.steps import read_as
from advisor.deciding.word_search import word_search
from advisor.deciding.writing import Consent, with_queries_from
from advisor.errors import NothingMeasured
from advisor.needs.answers import AnswerSet
from advisor.progress import say
from advisor.text import one_line

if TYPE_CHECKING:
    from advisor.deciding.headless import RunOptions

_GLANCE = 2_000
"""Documents in which a run looks for judgements that are off; `check-data` takes more."""


async def data_of(options: RunOptions, said: AnswerSet, send: Consent) -> Dataset:
    """Read the data, with queries of an endpoint where one is named."""
    how = read_as(options.how_to_read, asked_for(said.values.task))
    if options.queries_from is None:
        return read_for(options, how)
    agrees = _said_and_agreed if options.yes else send
    return await with_queries_from(
        Source(options.queries_from, options.queries_model or ""),
        read_dataset(options.data, msgspec.structs.replace(how, documents_alone=True)),
        languages=said.values.query_languages or (),
        most=options.amount.most_queries,
        seed=options.seed,
        consent=agrees,
        offline=options.offline,
    )


def _said_and_agreed(words: str) -> bool:
    say(words)
    return True


def read_for(options: RunOptions, how: ReadOptions) -> Dataset:
    """Read the data; its own queries where nobody judged them but a person here.

    DataError as from `read_dataset`, and where the judgements kept here are damaged.
    """
    if options.judged_here:
        own = read_dataset(options.data, msgspec.structs.replace(how, to_judge=True))
        if own.is_judged:
            return own
        count = Judgements(cache_dir(), own.texts_fingerprint()).count
        if count:
            say(
                f"The {len(own.queries):,} queries of {one_line(own.name, 60)} were judged here "
                f"before ({count:,} documents): these count. --no-judged-here leaves them out."
            )
            return own
    return read_dataset(options.data, how)


def with_judgements_here(outcome: Outcome, whole: Dataset, options: RunOptions) -> Outcome:
    """Return the outcome with what a person judged of these texts here, and say so.

    NothingMeasured where these judgements are all there is, and none is whole for these models.
    """
    if not options.judged_here:
        return outcome
    texts = whole.texts_fingerprint()
    judged = with_earlier(outcome, texts, options.seed, cache_dir())
    if judged is not outcome:
        say(judged.dataset.notes[-1])
    if not judged.dataset.is_judged:
        raise NothingMeasured(
            "None of the queries judged here is judged whole for these candidates: a query counts "
            "once all that they put first was gone through. Judge the rest in the interface (j on "
            "the verdict), name the models it was judged with (--models), or leave these "
            "judgements out (--no-judged-here)."
        )
    return judged


def questioned(dataset: Dataset, seed: int) -> Dataset:
    """Look whether the judgements seem to be off by some lines; if so say it, and note it.

    It stops nothing: word search may be wrong about judgements, and a person can look.
    """
    if dataset.task != "retrieval" or not dataset.is_judged:
        return dataset
    shift = word_search(dataset, seed, _GLANCE).shift
    if shift is None:
        return dataset
    doubt = f"The judgements seem to be off by some lines: {shift.sentence}."
    say(f"{doubt} See `embed-advisor check-data`.")
    return msgspec.structs.replace(dataset, notes=(*dataset.notes, doubt))
