"""What to try next when the least recall is missed, and whether fine-tuning would pay."""

import msgspec

from advisor.advice.recommendation import recommend
from advisor.bench import protocol
from advisor.bench.results import Result
from advisor.needs.requirements import Machine, Requirements
from tests.record import made

NEEDS = Requirements(machine=Machine(source="detected", cores=2))


def deep(first: int, then: int) -> Result:
    """A model that finds `first` of 40 queries' documents in ten and `then` more by fifty."""
    rankings, recall = {}, {}
    for i in range(made.QUERIES):
        place = 0 if i < first else 40 if i < first + then else 400
        others = [f"x{rank}" for rank in range(100)]
        if place < 100:
            others[place] = f"d{i}"
        rankings[f"q{i}"] = tuple(others)
        recall[f"q{i}"] = float(place < 10)
    per_query = {**made.per_query(0.6), "Recall@10": recall}
    return made.result(
        rankings=rankings,
        per_query=per_query,
        diagnosis=protocol.Diagnosed(truncated_share=0.4),
    )


def steps(best: Result, requirements: Requirements, *others: Result) -> tuple[str, ...]:
    results = [best, made.result("two", 0.3), *others]
    return recommend(requirements, results, made.dataset()).next_steps


def test_a_missed_minimum_names_chunks_hybrid_and_reranking_with_what_they_reach() -> None:
    wanted = msgspec.structs.replace(NEEDS, min_recall_at_10=0.9)
    lexical = made.baseline()
    found = {f"q{i}": float(i >= 20) for i in range(made.QUERIES)}
    lexical = msgspec.structs.replace(lexical, per_query={**lexical.per_query, "Recall@10": found})
    told = steps(deep(20, 15), wanted, lexical)
    assert all("recall@10 of one is 0.500, your minimum 0.9" in step for step in told)
    kinds = ["cut off", "hybrid", "rerank", "larger model"]
    assert [next(k for k in kinds if k in step) for step in told] == kinds
    assert "finds more on 20 of 40 queries; both together reach recall@10 1.000" in told[1]
    assert "rerank its first 50 down to 10: recall@50 is 0.875" in told[2]


def test_without_a_minimum_or_with_one_that_is_met_nothing_is_said() -> None:
    assert steps(deep(20, 15), NEEDS) == ()
    assert steps(deep(20, 15), msgspec.structs.replace(NEEDS, min_recall_at_10=0.4)) == ()


def test_fine_tuning_pays_with_room_and_pairs_only() -> None:
    def told(best: Result, pairs: int) -> str:
        (sentence,) = steps(best, msgspec.structs.replace(NEEDS, labelled_pairs=pairs))
        return sentence

    assert "worth a trial" in told(deep(20, 15), 2_000)
    assert "are few" in told(deep(20, 15), 200)
    assert "hardly pay" in told(deep(20, 2), 2_000)
