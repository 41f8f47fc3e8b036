"""What was looked at beside a candidate's run, judged as the run is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from advisor.bench import protocol
from advisor.bench.near import near_of
from advisor.bench.plan import Texts
from advisor.bench.ranking import Ints, read_arrays
from advisor.bench.results import Changed, Varied, Views
from advisor.bench.rounds import Round
from advisor.bench.state import LOOK, State
from advisor.bench.variants import BACKWARDS, NEIGHBOURS, NO_PROMPT, WHOLE_DOCUMENTS, variants_of
from advisor.evaluation.metrics import MAIN_METRIC, evaluate


def judge_views(state: State, event: protocol.Varied, part: Round) -> Views:
    """Judge what was looked at beside the run; smaller forms come with the full one first."""
    runs = read_arrays(state.journal.variants)
    near = near_of(state, part, runs) if NEIGHBOURS in event.names else None
    if not part.dataset.is_judged:
        return Views(self_retrieval=event.self_retrieval, near=near)
    loaded = state.done.get("load")
    dim = loaded.dim if isinstance(loaded, protocol.Loaded) else None

    def judged(name: str) -> Mapping[str, float]:
        rankings = _rankings(runs[name], part.texts)
        return evaluate(rankings, part.dataset.qrels, [MAIN_METRIC])[MAIN_METRIC]

    return msgspec.structs.replace(
        state.views,
        forms=tuple(
            Varied(
                form=variant.form,
                dim=variant.dim,
                bytes=variant.bytes,
                per_query=judged(variant.name),
            )
            for variant in variants_of(dim or 0)
            if variant.name in event.names
        ),
        without_prompt=judged(NO_PROMPT) if NO_PROMPT in event.names else {},
        cut_off=judged(WHOLE_DOCUMENTS) if WHOLE_DOCUMENTS in event.names else {},
        self_retrieval=event.self_retrieval,
        nearest_query=_nearest_query(runs[BACKWARDS], part) if BACKWARDS in event.names else {},
        near=near,
    )


def _nearest_query(nearest: Ints, part: Round) -> dict[str, str]:
    queries, qrels = part.texts.query_ids, part.dataset.qrels
    relevant = {one for grades in qrels.values() for one, grade in grades.items() if grade > 0}
    return {
        document: queries[place]
        for document, (place,) in zip(part.texts.document_ids, nearest.tolist(), strict=True)
        if document in relevant
    }


def with_changed(state: State, mark: str) -> Views:
    """Return the views with the look of this mark, held against the run it is a look beside of."""
    looked, usual = state.judged[mark], state.judged[""]
    seen = Changed(
        per_query=looked.scores,
        overlap=mean_overlap(usual.rankings, looked.rankings),
    )
    changed = {**state.views.changed, mark.removeprefix(LOOK): seen}
    return msgspec.structs.replace(state.views, changed=changed)


def mean_overlap(
    one: Mapping[str, Sequence[str]], other: Mapping[str, Sequence[str]], depth: int = 10
) -> float:
    """Return the mean share of the first `depth` documents that two rankings have in common."""
    shares = [
        len({*ranked[:depth]} & {*other[query][:depth]}) / max(1, len(ranked[:depth]))
        for query, ranked in one.items()
    ]
    return sum(shares) / len(shares)


def _rankings(indices: Ints, texts: Texts) -> dict[str, tuple[str, ...]]:
    ids = texts.document_ids
    return {
        query: tuple(ids[index] for index in row if index >= 0)
        for query, row in zip(texts.query_ids, indices.tolist(), strict=True)
    }
