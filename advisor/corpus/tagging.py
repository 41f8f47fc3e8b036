"""The language of each document and query of a dataset, told once and kept with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from advisor.corpus.dataset import Dataset, Document, Query
from advisor.corpus.language import languages_of_texts

MOST_DOCUMENTS: Final = 20_000
"""A fourth of a millisecond each; of more, only the judged ones are told."""


def with_languages(dataset: Dataset) -> Dataset:
    """Return the dataset with the languages of its texts."""
    documents: Sequence[Document] = dataset.corpus
    if len(documents) > MOST_DOCUMENTS:
        judged = {document for grades in dataset.qrels.values() for document in grades}
        documents = [one for one in documents if one.id in judged]
    return msgspec.structs.replace(
        dataset,
        document_languages=_told(documents),
        query_languages=_told(dataset.queries),
    )


def _told(items: Sequence[Document | Query]) -> dict[str, str]:
    tags = languages_of_texts([item.text for item in items])
    return {item.id: tag for item, tag in zip(items, tags, strict=True) if tag is not None}
