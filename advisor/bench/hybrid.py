"""Hybrids: two candidates' rankings fused by reciprocal rank, with the figures of both added.

Nothing is encoded or timed for a hybrid. Its documents come from the runs of its parts, its
latency is that of both, query by query, one after the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from advisor.bench import protocol
from advisor.bench.candidate import Candidate
from advisor.bench.plan import DEPTH
from advisor.bench.results import Status
from advisor.bench.state import State, added, summed
from advisor.evaluation.metrics import rank

K = 60
"""Cormack, Clarke and Büttcher (SIGIR 2009); what search engines take when nobody says another."""
HYBRIDS = 2
"""How many of the best dense candidates get a hybrid with BM25 in every run: it costs nothing."""
SIMILARITY = "reciprocal rank fusion"

Ranking = Sequence[str]


def fused(rankings: Iterable[Ranking], depth: int) -> tuple[str, ...]:
    """Return the `depth` best documents by the sum of 1 / (60 + rank) over the rankings.

    Ranks begin at 1; what a ranking does not hold adds nothing; equal sums by document id.
    """
    scores: dict[str, float] = defaultdict(float)
    for ranking in rankings:
        for place, document in enumerate(ranking, start=1):
            scores[document] += 1.0 / (K + place)
    return tuple(rank(list(scores), list(scores.values()))[:depth])


def hybrid_of(dense: Candidate, lexical: Candidate, reason: str) -> Candidate:
    """Return the candidate that fuses a model's ranking with that of BM25.

    It is bound by whatever binds the model: licence, languages, doubts.
    """
    return Candidate(
        name=f"{dense.name} + {lexical.name}",
        kind="hybrid",
        parts=(dense.name, lexical.name),
        pipeline=f"{SIMILARITY} (k = {K}) of the {DEPTH} best of each",
        backend=dense.backend,
        license=dense.license,
        languages=dense.languages,
        disk_bytes=dense.disk_bytes,
        device=dense.device,
        threads=dense.threads,
        remote_code=dense.remote_code,
        named=reason == "named by you",
        reason=reason,
        doubts=dense.doubts,
        mark=dense.mark,
    )


def of_the_best(states: Iterable[State], most: int, mark: str) -> list[Candidate]:
    """Return hybrids of BM25 with the best dense candidates of a round, as many as `most`.

    Only what is measured to the end counts, and nothing that was named as a hybrid already.
    """
    states = tuple(states)
    known = [state for state in states if _is_measured(state, mark)]
    taken = {state.candidate.parts[0] for state in states if state.candidate.kind == "hybrid"}
    lexical = next((one.candidate for one in known if one.candidate.kind == "baseline"), None)
    dense = [
        one
        for one in known
        # Before anything is judged nobody is best.
        if one.candidate.kind in ("dense", "static") and one.judged[mark].per_query
    ]
    # Equally good ones in the order of the candidates: the sort is stable.
    best = sorted(dense, key=lambda state: -_quality(state, mark))[:most]
    if lexical is None:
        return []
    return [
        hybrid_of(state.candidate, lexical, "one of the best models here, with exact words")
        for state in best
        if state.candidate.name not in taken
    ]


def lacking(whole: Candidate, states: Mapping[str, State], mark: str) -> tuple[Status, str] | None:
    """Say how something made of parts ends where one has no ranking in a round, and why.

    It ends as that part has; None when all have one.
    """
    for name in whole.parts:
        state = states.get(name)
        if state is None:
            return "failed", f"its part {name} is not in the run"
        ended = state.ended
        if ended is not None and ended.status != "measured":
            if ended.dropped is not None:
                return ended.status, f"its part {name} left the race"
            return ended.status, f"its part {name} was not measured: {ended.reason or ended.status}"
        if mark not in state.judged:
            return "failed", f"its part {name} was not measured"
    return None


def rankings(parts: Sequence[State], mark: str, depth: int) -> dict[str, tuple[str, ...]]:
    """Return the fused ranking of every query of a round."""
    held = [state.judged[mark].rankings for state in parts]
    return {query: fused([own[query] for own in held], depth) for query in held[0]}


def events(parts: Sequence[State]) -> dict[str, protocol.Event]:
    """Return the steps' answers of a hybrid by step, made from those of its parts.

    The first part is the model: how it reads the texts is said of the hybrid as well. Memory is
    that of both processes together.
    """
    model = parts[0]
    made = {step: event for step in ("diagnose",) if (event := model.done.get(step))}
    loaded, opened, proved = (model.done.get(step) for step in ("load", "open", "prove"))
    if isinstance(proved, protocol.Proved):
        made["prove"] = msgspec.structs.replace(proved, peak_mib=None)
    if isinstance(loaded, protocol.Loaded):
        made["load"] = msgspec.structs.replace(
            loaded, similarity=SIMILARITY, peak_mib=summed([state.peak_mib() for state in parts])
        )
    if isinstance(opened, protocol.Opened):
        bare = summed([state.bare_mib() for state in parts])
        made["open"] = msgspec.structs.replace(opened, bare_mib=bare)
    if (encoded := _encoded(parts)) is not None:
        made["documents"] = encoded
    return {**made, **_timed(parts)}


def _encoded(parts: Sequence[State]) -> protocol.Encoded | None:
    """Return the first part's encoding, as long as all parts take for the same documents."""
    encoded = [event for state in parts if (event := state.encoded()) is not None]
    if len(encoded) < len(parts) or not all(one.timed and one.seconds for one in encoded):
        return None
    first = encoded[0]
    seconds = sum(
        (one.seconds or 0.0) / one.documents_timed * first.documents_timed for one in encoded
    )
    return msgspec.structs.replace(first, seconds=round(seconds, 4), peak_mib=None)


def _timed(parts: Sequence[State]) -> dict[str, protocol.Timed]:
    """Return the blocks that all parts have, call by call the sum: each block has one mix."""
    blocks = [{one.block: one for one in state.blocks()} for state in parts]
    shared = sorted(set(blocks[0]).intersection(*blocks[1:]))
    return {f"time-{block}": added(block, [own[block] for own in blocks]) for block in shared}


def _is_measured(state: State, mark: str) -> bool:
    ended = state.ended
    return mark in state.judged and ended is not None and ended.status == "measured"


def _quality(state: State, mark: str) -> float:
    values = state.judged[mark].scores.values()
    return sum(values) / len(values)
