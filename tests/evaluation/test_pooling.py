"""Pools for judging: blind, shuffled by the seed, disagreement first, small enough."""

from advisor.evaluation.pooling import MOST_A_QUERY, depth_for, pool, shuffled

RUNS = {
    "one": {"q": ["a", "b", "c", "x"]},
    "two": {"q": ["a", "d", "c", "y"]},
    "three": {"q": ["a", "e", "c", "z"]},
    "four": {"q": ["a", "d", "f", "w"]},
}


def test_the_pool_is_the_union_of_the_first_documents() -> None:
    assert set(pool(RUNS, "q", 3, seed=0)) == {"a", "b", "c", "d", "e", "f"}
    assert pool(RUNS, "nobody asked this", 3, seed=0) == ()


def test_what_half_of_the_candidates_found_comes_first_and_what_all_found_last() -> None:
    order = pool(RUNS, "q", 3, seed=0)
    assert order[0] == "d"  # 2 of 4
    assert set(order[1:5]) == {"b", "c", "e", "f"}  # 1 or 3 of 4: p(1 − p) is the same
    assert order[5] == "a"  # all of them


def test_the_order_depends_on_the_seed_alone_and_not_on_who_found_what() -> None:
    renamed = {f"model {i}": run for i, run in enumerate(reversed(RUNS.values()))}
    assert pool(renamed, "q", 3, seed=0) == pool(RUNS, "q", 3, seed=0)
    assert len({pool(RUNS, "q", 3, seed=seed) for seed in range(20)}) > 1


def test_large_pools_are_made_shallower() -> None:
    queries = ["q1", "q2"]
    apart = {
        str(i): {query: [f"{i}-{j}" for j in range(10)] for query in queries} for i in range(4)
    }
    alike = dict.fromkeys("abcd", apart["0"])
    assert depth_for(alike, queries) == 5
    assert 4 * depth_for(apart, queries) <= MOST_A_QUERY
    assert depth_for({str(i): apart["0"] for i in range(2)}, []) == 5


def test_queries_are_shuffled_by_the_seed() -> None:
    queries = [f"q{i}" for i in range(30)]
    assert sorted(shuffled(queries, 1)) == sorted(queries)
    assert shuffled(queries, 1) == shuffled(reversed(queries), 1) != shuffled(queries, 2)
