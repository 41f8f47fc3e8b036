"""The answers: what the user said, what was found in the data, and what was assumed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from advisor.errors import ProfileError
from advisor.needs.languages import SEVERAL, found_language_name, language_name

Source = Literal["user", "default", "detected"]
"""Where an answer comes from."""

Domain = Literal[
    "general", "legal", "biomedical", "finance", "code", "scientific", "customer-support",
    "e-commerce",
]  # fmt: skip
VectorStore = Literal[
    "pgvector", "milvus", "qdrant", "elasticsearch", "opensearch", "weaviate", "faiss", "lancedb",
    "chroma", "sqlite", "none",
]  # fmt: skip
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Positive = Annotated[float, msgspec.Meta(gt=0, le=1e12)]
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000_000)]


class Answers(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One optional field a question; None is "I don't know". Units are in the names."""

    task: Literal[
        "search", "classification", "clustering", "similarity", "recommendation", "code-search",
        "images-or-audio",
    ] | None = None  # fmt: skip
    document_languages: tuple[str, ...] | None = None
    """Tags as `en`, `zh-Hant`; `several` for many."""
    query_languages: tuple[str, ...] | None = None
    exact_terms: bool | None = None
    """Whether codes, product numbers or exact terms matter."""
    domain: Domain | None = None
    priority: Literal["accuracy", "balanced", "speed"] | None = None
    give_up_ndcg: Annotated[float, msgspec.Meta(ge=0, le=0.2)] | None = None
    min_recall_at_10: Share | None = None
    latency_ms: Positive | None = None
    """Target of the p95 for one query."""
    queries_per_s: Positive | None = None
    """At the peak."""
    machine: Literal["this", "edge", "laptop", "server", "gpu-server"] | None = None
    memory_mib: Annotated[int, msgspec.Meta(gt=0, le=100_000_000)] | None = None
    """What the model's process may take."""
    hosted_allowed: bool | None = None
    usd_per_month: Annotated[float, msgspec.Meta(ge=0, le=1e9)] | None = None
    usd_per_hour: Positive | None = None
    """What the machine costs an hour; a dated table says so otherwise."""
    documents: Count | None = None
    documents_per_month: Count | None = None
    """Documents that are added or changed in a month."""
    document_words: Count | None = None
    chunking: bool | None = None
    """Whether long documents may be cut into chunks that a model reads whole."""
    queries_per_day: Count | None = None
    vector_store: VectorStore | None = None
    commercial_use: bool | None = None
    labelled_pairs: Count | None = None
    index_minutes: Positive | None = None
    judging_usd_per_hour: Annotated[float, msgspec.Meta(gt=0, le=10_000)] | None = None
    """What an hour of somebody who judges results costs."""


KEYS: tuple[str, ...] = Answers.__struct_fields__

DEFAULTS = Answers(
    task="search",
    exact_terms=False,
    domain="general",
    priority="balanced",
    machine="this",
    chunking=False,
    hosted_allowed=False,
    commercial_use=True,
    labelled_pairs=0,
)
"""What is assumed where nothing is said: each can be changed, and the record names them."""


class AnswerSet(msgspec.Struct, frozen=True, kw_only=True):
    """Answers and where each comes from; a key without a source is not answered."""

    values: Answers
    sources: dict[str, Source]

    def given(self) -> dict[str, Any]:
        """Return the answered keys with plain values, in the order of the questions."""
        plain_values: dict[str, Any] = msgspec.to_builtins(self.values)
        return {key: plain_values[key] for key in KEYS if key in self.sources}


def answered(values: Answers) -> AnswerSet:
    """Return the user's own answers; ProfileError names a language that is not known.

    A language said twice counts once, and an empty list of languages says nothing.
    """
    for key in ("document_languages", "query_languages"):
        tags = tuple(dict.fromkeys(getattr(values, key) or ()))
        try:
            for tag in tags:
                language_name(tag)
        except ProfileError as error:
            raise ProfileError(f"{key}: {error}") from error
        values = msgspec.structs.replace(values, **{key: tags or None})
    said = {key: "user" for key in KEYS if getattr(values, key) is not None}
    return AnswerSet(values=values, sources={**said})  # type: ignore[dict-item]


def filled(answers: AnswerSet, found: Mapping[str, Any], source: Source) -> AnswerSet:
    """Fill what is not answered yet from `found`; what the user said stays."""
    new = {
        key: value
        for key, value in found.items()
        if value not in (None, ()) and key not in answers.sources
    }
    return AnswerSet(
        values=msgspec.structs.replace(answers.values, **new),
        sources={**answers.sources, **dict.fromkeys(new, source)},
    )


def with_defaults(answers: AnswerSet) -> AnswerSet:
    """Assume the defaults for what nobody answered."""
    return filled(answers, msgspec.structs.asdict(DEFAULTS), "default")


def contradictions(answers: AnswerSet, found: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a sentence where the data shows another task or other languages than answered."""
    sentences = []
    for key, whose in (("document_languages", "documents"), ("query_languages", "queries")):
        said, seen = getattr(answers.values, key) or (), found.get(key, ())
        if answers.sources.get(key) != "user" or SEVERAL in said or not seen:
            continue
        other = [tag for tag in seen if tag not in said]
        if other:
            names = ", ".join(language_name(tag) for tag in said)
            share = "many" if set(seen) & set(said) else "most"
            sentences.append(
                f"The answers say the {whose} are in {names}; {share} of them look like "
                f"{' and '.join(map(found_language_name, other))}."
            )
    task, holds = answers.values.task, found.get("task")
    if task is not None and holds is not None and task != holds:
        sentences.append(
            f"The answers say the task is {task}; the data holds {holds} and is measured as that."
        )
    return tuple(sentences)


def refuse_unsupported(answers: AnswerSet) -> None:
    """Stop where the task is not about text, and say what to look for instead."""
    if answers.values.task == "images-or-audio":
        raise ProfileError(
            "This program measures text embeddings only. For images look for a CLIP or SigLIP "
            "model, for audio for a CLAP model."
        )
