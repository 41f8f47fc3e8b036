"""The pick of the decision tree that circulates in guides, so that it is always compared."""

from __future__ import annotations

from advisor.needs.requirements import Requirements
from advisor.shortlist.reading import is_chinese

EDGE_MIB = 1_024
"""A memory limit up to this is an edge device."""

_CHINESE = ("BAAI/bge-base-zh-v1.5", "BAAI/bge-small-zh-v1.5")
_ENGLISH = ("sentence-transformers/all-mpnet-base-v2", "sentence-transformers/all-MiniLM-L6-v2")
_SEVERAL = (
    "intfloat/multilingual-e5-base",
    "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2",
)
_LEGAL = "intfloat/e5-large-v2"


def rules_of_thumb(requirements: Requirements) -> tuple[tuple[str, str], ...]:
    """Return (model, what the guides say) in order of preference; the first that fits is taken.

    The small one comes first for speed and for edge devices.
    """
    tags = {*requirements.document_languages, *requirements.query_languages}
    if tags and all(is_chinese(tag) for tag in tags):
        names, said = _CHINESE, "Chinese texts: bge base or small zh"
    elif tags == {"en"} or (not tags and requirements.task == "code-search"):
        names, said = _ENGLISH, "English texts: all-mpnet-base-v2 or all-MiniLM-L6-v2"
    else:
        names, said = _SEVERAL, "several languages: multilingual-e5-base or paraphrase-multilingual"
    if requirements.priority == "speed" or _edge(requirements):
        names = names[::-1]
    picks = tuple((name, said) for name in names)
    if names in (_ENGLISH, _ENGLISH[::-1]) and requirements.domain in ("legal", "law"):
        return ((_LEGAL, "English legal texts: e5-large-v2"), *picks)
    return picks


def _edge(requirements: Requirements) -> bool:
    limit = requirements.max_memory_mib
    return limit is not None and limit <= EDGE_MIB
