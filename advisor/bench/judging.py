"""What was looked at beside a candidate's run, judged as the run is."""

from __future__ import annotations

from collections.abc import Mapping

from advisor.bench import protocol
from advisor.bench.plan import Texts
from advisor.bench.ranking import Ints, read_arrays
from advisor.bench.results import Varied, Views
from advisor.bench.rounds import Round
from advisor.bench.state import State
from advisor.bench.variants import NO_PROMPT, variants_of
from advisor.evaluation.metrics import MAIN_METRIC, evaluate


def judge_views(state: State, event: protocol.Varied, part: Round) -> Views:
    """Judge what was looked at beside the run; smaller forms come with the full one first."""
    if not part.dataset.is_judged:
        return Views(self_retrieval=event.self_retrieval)
    loaded = state.done.get("load")
    dim = loaded.dim if isinstance(loaded, protocol.Loaded) else None
    runs = read_arrays(state.journal.variants)

    def judged(name: str) -> Mapping[str, float]:
        rankings = _rankings(runs[name], part.texts)
        return evaluate(rankings, part.dataset.qrels, [MAIN_METRIC])[MAIN_METRIC]

    return Views(
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
        self_retrieval=event.self_retrieval,
    )


def _rankings(indices: Ints, texts: Texts) -> dict[str, tuple[str, ...]]:
    ids = texts.document_ids
    return {
        query: tuple(ids[index] for index in row if index >= 0)
        for query, row in zip(texts.query_ids, indices.tolist(), strict=True)
    }
