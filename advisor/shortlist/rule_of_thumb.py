"""The pick of the decision tree that circulates in guides, so that it is always compared."""

from __future__ import annotations

from advisor.catalogue.reading import is_chinese
from advisor.needs.requirements import Requirements

EDGE_MIB = 1_024
"""A memory limit up to this is an edge device."""

_CHINESE = ("BAAI/bge-base-zh-v1.5", "BAAI/bge-small-zh-v1.5")
_ENGLISH = ("sentence-transformers/all-mpnet-base-v2", "sentence-transformers/all-MiniLM-L6-v2")
_LARGE = ("intfloat/e5-large-v2", "BAAI/bge-large-en-v1.5")
_SEVERAL = (
    "intfloat/multilingual-e5-base",
    "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2",
)
_LEGAL = ("openai/text-embedding-3-large", *_LARGE[:1])

Said = tuple[str, str]
"""A model and what the guides say."""


def rules_of_thumb(requirements: Requirements) -> tuple[Said, ...]:
    """Return (model, what the guides say) in order of preference; the first that fits is taken.

    The small one comes first for speed and for edge devices, the large ones for accuracy.
    """
    tags = {*requirements.document_languages, *requirements.query_languages}
    if tags and all(is_chinese(tag) for tag in tags):
        picks = _each(_CHINESE, "Chinese texts: bge base or small zh")
    elif tags == {"en"} or (not tags and requirements.task == "code-search"):
        picks = _english(requirements)
    else:
        said = "several languages: multilingual-e5-base or paraphrase-multilingual"
        picks = _each(_SEVERAL, said)
    if requirements.priority == "speed" or _edge(requirements):
        picks = picks[::-1]
    if tags == {"en"} and requirements.domain in ("legal", "law"):
        legal = _each(_LEGAL, "English legal texts: a large hosted model or e5-large-v2")
        names = {name for name, _ in legal}
        picks = (*legal, *(pick for pick in picks if pick[0] not in names))
    return picks


def _english(requirements: Requirements) -> tuple[Said, ...]:
    usual = _each(_ENGLISH, "English texts: all-mpnet-base-v2 or all-MiniLM-L6-v2")
    large = _each(_LARGE, "English texts, quality first: e5-large-v2 or bge-large-en")
    return (*large, *usual) if requirements.priority == "accuracy" else usual


def _each(names: tuple[str, ...], said: str) -> tuple[Said, ...]:
    return tuple((name, said) for name in names)


def _edge(requirements: Requirements) -> bool:
    limit = requirements.max_memory_mib
    return limit is not None and limit <= EDGE_MIB
