"""What a dataset is, in the few figures and texts that a person looks at before measuring."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from advisor.advice.advice import Advice
from advisor.advice.unlike import unlike
from advisor.corpus.chunking import USUAL_SIZE
from advisor.corpus.dataset import Dataset
from advisor.corpus.language import language_shares
from advisor.deciding.checkup import USUAL_SPREAD
from advisor.deciding.steps import languages_of
from advisor.desk.messages import Described, Preview, Share, Supposed, SupposedRow
from advisor.evaluation.power import smallest_detectable_gap
from advisor.shortlist.forecast import words_of
from advisor.shortlist.speed import TOKENS_PER_WORD

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
    whole: Dataset, sample: Dataset, judged_here: int = 0, *, has_tables: bool = False
) -> Described:
    """Return what the data is and what of it is measured."""
    lengths = sorted(len(document.text) for document in whole.corpus)
    queries = len(sample.queries)
    document_languages = _shares([document.text for document in whole.corpus])
    return Described(
        name=whole.name,
        documents=len(whole.corpus),
        queries=len(whole.queries),
        judgements=sum(map(len, whole.qrels.values())),
        evidence=whole.evidence,
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
        sample_queries=queries,
        smallest_gap=smallest_detectable_gap(queries, USUAL_SPREAD) if queries > 1 else None,
        how_sampled=sample.sampling.how if sample.sampling else None,
    )


def _is_long(lengths: Sequence[int], languages: Sequence[Share]) -> bool:
    """Say whether one document in ten has more tokens than many small models read (estimated)."""
    if not lengths:
        return False
    words = words_of(lengths[int(0.9 * (len(lengths) - 1))], [one.tag for one in languages[:1]])
    return (words or 0) * TOKENS_PER_WORD > USUAL_SIZE


def _shares(texts: Sequence[str]) -> tuple[Share, ...]:
    return tuple(Share(tag=guess.tag, share=guess.share) for guess in language_shares(texts))


def _previews(dataset: Dataset) -> Iterator[Preview]:
    texts = {document.id: document.text for document in dataset.corpus}
    for query in dataset.queries:
        grades = dataset.qrels.get(query.id, {})
        best = max(grades, key=lambda document: grades[document], default=None)
        yield Preview(
            query=query.text[:PREVIEW_CHARACTERS],
            document=texts.get(best or "", "")[:PREVIEW_CHARACTERS],
            category=query.category,
        )
