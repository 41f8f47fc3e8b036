"""What a dataset is, in the few figures and texts that a person looks at before measuring."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from statistics import fmean

from advisor.advice.advice import Advice
from advisor.advice.unlike import unlike
from advisor.catalogue.catalogue import load_catalogue
from advisor.corpus.amount import SIZES, Amount
from advisor.corpus.chunking import USUAL_SIZE
from advisor.corpus.dataset import RANKED, Dataset
from advisor.corpus.language import language_shares
from advisor.deciding.checkup import usual_gap
from advisor.deciding.steps import languages_of
from advisor.desk.messages import Described, Offer, Preview, Share, Supposed, SupposedRow
from advisor.evaluation.yardstick import yardstick
from advisor.needs.requirements import Machine, Requirements
from advisor.shortlist.forecast import Size, forecast, words_of
from advisor.shortlist.speed import TOKENS_PER_WORD

USUAL_MODEL = "all-MiniLM-L6-v2"
"""Most shortlists have one of its size; how long it takes says what an amount means."""
PREVIEWS = 8
PREVIEW_CHARACTERS = 400


def supposed(before: Advice, after: Advice) -> Supposed:
    """Return the advice under supposed answers beside the one that stands."""
    return Supposed(
        kind=after.kind,
        sentence=after.sentence,
        pick=after.pick,
        changed=unlike(before, after),
        rows=tuple(
            SupposedRow(
                name=one.name,
                p_within=one.p_within,
                usd_per_month=one.costs.month.value if one.costs else None,
                over="; ".join(one.broken_limits),
            )
            for one in after.assessments
        ),
    )


def described(
    whole: Dataset,
    sample: Dataset,
    judged_here: int = 0,
    *,
    machine: Machine,
    seed: int = 0,
    has_tables: bool = False,
) -> Described:
    """Return what the data is, what of it is measured, and what else could be."""
    lengths = sorted(len(document.text) for document in whole.corpus)
    document_languages = _shares([document.text for document in whole.corpus])
    return Described(
        name=whole.name,
        documents=len(whole.corpus),
        queries=len(whole.queries),
        judgements=whole.judgements,
        evidence=whole.evidence,
        task=whole.task,
        unjudged=whole.unjudged,
        judged_here=judged_here,
        categories=len({query.category for query in whole.queries if query.category}),
        document_languages=document_languages,
        query_languages=_shares([query.text for query in whole.queries]),
        languages=languages_of(sample),
        characters_median=lengths[len(lengths) // 2] if lengths else None,
        characters_p95=lengths[int(0.95 * (len(lengths) - 1))] if lengths else None,
        notes=sample.notes,
        has_tables=has_tables,
        is_long=_is_long(lengths, document_languages),
        chunks=str(whole.chunking) if whole.chunking else None,
        previews=tuple(islice(_previews(sample), PREVIEWS)),
        sample_documents=len(sample.corpus),
        sample_queries=len(sample.queries),
        smallest_gap=usual_gap(len(sample.queries), sample.task),
        how_sampled=sample.sampling.how if sample.sampling else None,
        offers=tuple(_offers(whole, machine, seed)),
        offers_model=USUAL_MODEL,
    )


def _is_long(lengths: Sequence[int], languages: Sequence[Share]) -> bool:
    """Say whether one document in ten has more tokens than many small models read (estimated)."""
    if not lengths:
        return False
    words = words_of(lengths[int(0.9 * (len(lengths) - 1))], [one.tag for one in languages[:1]])
    return (words or 0) * TOKENS_PER_WORD > USUAL_SIZE


def _offers(whole: Dataset, machine: Machine, seed: int) -> Iterator[Offer]:
    """Yield the amounts to choose from, each with what it shows and what it takes."""
    characters = fmean(len(one.text) for one in whole.corpus) if whole.corpus else None
    words = words_of(characters, languages_of(whole).get("document_languages", ()))
    card, needs = load_catalogue().find(USUAL_MODEL), Requirements(machine=machine)
    seen: set[tuple[int, int]] = set()
    for amount in (*(Amount(size=size, seed=seed) for size in SIZES), Amount(full=True, seed=seed)):
        queries, documents = _counts(whole, amount)
        if (queries, documents) in seen:
            continue
        seen.add((queries, documents))
        size = Size(documents=documents, queries=queries, words=words)
        taken = forecast(card, needs, size).seconds
        yield Offer(
            amount=amount,
            queries=queries,
            documents=documents,
            smallest_gap=usual_gap(queries, whole.task),
            seconds=taken.value if taken else None,
        )


def _counts(whole: Dataset, amount: Amount) -> tuple[int, int]:
    """Return how many queries, texts or pairs an amount comes to, and how many documents."""
    ranks = whole.task in RANKED
    most = amount.most_queries if ranks else amount.most_units
    queries = min(len(whole.queries), most or len(whole.queries))
    if yardstick(whole.task).is_one_sided:
        return queries, queries
    return queries, min(whole.documents_of, amount.most_documents or whole.documents_of)


def _shares(texts: Sequence[str]) -> tuple[Share, ...]:
    return tuple(Share(tag=guess.tag, share=guess.share) for guess in language_shares(texts))


def _previews(dataset: Dataset) -> Iterator[Preview]:
    texts = {document.id: document.text for document in dataset.corpus}
    for query in dataset.queries:
        grades = dataset.qrels.get(query.id, {})
        best = max(grades, key=lambda document: grades[document], default=None)
        score = dataset.scores.get(query.id)
        yield Preview(
            query=query.text[:PREVIEW_CHARACTERS],
            document=texts.get(best or "", "")[:PREVIEW_CHARACTERS],
            category=query.category if score is None else f"{score:g}",
        )
