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
    # Together, so that short queries have the variant of Chinese that the documents are written in.
    texts = [*(one.text for one in documents), *(one.text for one in dataset.queries)]
    tags = languages_of_texts(texts)
    return msgspec.structs.replace(
        dataset,
        document_languages=_named(documents, tags[: len(documents)]),
        query_languages=_named(dataset.queries, tags[len(documents) :]),
    )


def _named(items: Sequence[Document | Query], tags: Sequence[str | None]) -> dict[str, str]:
    return {item.id: tag for item, tag in zip(items, tags, strict=True) if tag is not None}
