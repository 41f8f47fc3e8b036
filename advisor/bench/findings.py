"""What is wrong with how a model reads these texts, in plain words and with what to do about it."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.bench import protocol
from advisor.bench.candidate import Candidate
from advisor.text import one_line

MUCH_CUT = 0.1
"""Share of documents that are cut off, from which on it is said."""
MOST_LOST = 0.5
"""Share of all tokens that are never read, from which on it is no detail any more."""
MANY_UNKNOWN = 0.02
FEW_FIND_THEMSELVES = 0.9
_REMEDY = "measure them in chunks (--chunks tokens:256/32), or take a model that reads more"
_POOLING = {"lasttoken": "last token", "weightedmean": "weighted mean"}
"""Names of sentence-transformers, as cards say them."""


def findings(
    candidate: Candidate, loaded: protocol.Loaded | None, read: protocol.Diagnosed
) -> tuple[str, ...]:
    """Return a sentence for everything that makes the scores less than the model's own."""
    if loaded is None or candidate.kind == "baseline":
        return ()
    return (
        *_pooling(candidate, loaded),
        *_prompts(candidate, loaded),
        *_length(candidate, loaded, read),
        *_unknown(read),
    )


def lost_documents(share: float | None) -> str | None:
    """Say that documents do not find themselves, None when they do."""
    if share is None or share >= FEW_FIND_THEMSELVES:
        return None
    return (
        f"only {100 * share:.0f} % of the documents are found first by their own text as a query: "
        "its vectors hardly tell these texts apart"
    )


def _pooling(candidate: Candidate, loaded: protocol.Loaded) -> Iterator[str]:
    wanted, found = candidate.card_pooling, loaded.pooling
    if wanted is None or found is None or _POOLING.get(found, found) == wanted:
        return
    yield (
        f"its folder pools by {one_line(found, 40)}, its card says {wanted}: with the wrong "
        "pooling every score is too low; compare 1_Pooling/config.json with the published one"
    )


def _prompts(candidate: Candidate, loaded: protocol.Loaded) -> Iterator[str]:
    if loaded.prompt_source != "none" or candidate.kind == "reranked":
        return
    names = f"{candidate.name} {candidate.repo or ''}".lower()
    if "e5-" in names or names.endswith("e5"):
        yield (
            "E5 models want 'query: ' and 'passage: ' before the texts, and its folder names no "
            "prompts: it is measured without and loses quality; put them into "
            "config_sentence_transformers.json"
        )
    elif candidate.wants_prompt:
        yield (
            "it was trained with prompts, and neither its folder nor the catalogue names them: "
            "put the published ones into config_sentence_transformers.json"
        )


def _length(
    candidate: Candidate, loaded: protocol.Loaded, read: protocol.Diagnosed
) -> Iterator[str]:
    limit, published = loaded.max_tokens, candidate.card_max_tokens
    cut, lost = read.truncated_share or 0.0, read.lost_token_share or 0.0
    if limit is None or cut < MUCH_CUT:
        return
    more = ""
    if published is not None and published > limit:
        more = f" (its card says {published:,}; max_seq_length of its folder sets it)"
    if lost >= MOST_LOST:
        yield (
            f"it reads {100 * (1 - lost):.0f} % of your documents, the first {limit:,} tokens of "
            f"each{more}: {_REMEDY}"
        )
    else:
        yield (
            f"{100 * cut:.0f} % of the documents are cut off at {limit:,} tokens{more} "
            f"({100 * lost:.0f} % of all tokens are never read): {_REMEDY}"
        )


def _unknown(read: protocol.Diagnosed) -> Iterator[str]:
    unknown = read.unknown_share or 0.0
    if unknown >= MANY_UNKNOWN:
        yield f"{100 * unknown:.0f} % of the tokens are unknown to it: it hardly reads this text"
