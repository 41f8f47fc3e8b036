"""The formulas of cost against sums made by hand, and that each tells its inputs."""

import pytest

from advisor.advice.costs import formulas as f
from advisor.catalogue.machines import load_machines, owned_usd_per_hour

USD = f.Range(0.36, 0.18, 0.72)


def test_queries_pay_for_the_time_they_take_and_for_idle_time() -> None:
    # A million queries of 9 ms are 2.5 hours; at 30 % utilisation 8.33 hours are paid.
    cost = f.self_hosted_queries(1e6, f.exactly(9.0), USD, 0.3)
    assert cost.value == pytest.approx(2.5 / 0.3 * 0.36)
    assert (cost.low, cost.high) == pytest.approx((cost.value / 2, cost.value * 2))
    assert cost.inputs == "1,000,000 × 9 ÷ 3,600,000 ÷ 0.3 × 0.36 (0.18 to 0.72)"


@pytest.mark.parametrize(
    ("peak", "ms", "spare", "machines"),
    [(0.1, 10.0, 0, 1), (70.0, 10.0, 0, 1), (71.0, 10.0, 0, 2), (71.0, 10.0, 1, 3)],
)
def test_machines_are_counted_by_the_peak(
    peak: float, ms: float, spare: int, machines: int
) -> None:
    assert f.instances_for(peak, ms, 0.7, spare) == machines
    cost = f.self_hosted_fleet(peak, f.exactly(ms), f.exactly(1.0), 0.7, spare)
    assert cost.value == pytest.approx(machines * 730.5)


def test_indexing_pays_for_hours_of_encoding_and_again_with_every_new_model() -> None:
    once = f.indexing(3_600_000, 100.0, f.exactly(0.5))
    assert once.value == pytest.approx(5.0)
    assert f.re_indexing(once, 12).value == pytest.approx(5.0 / 12)


def test_an_index_holds_the_vectors_and_the_graph() -> None:
    # The published rule for pgvector: 4 d + 8 bytes a vector; 16 links of 8 bytes; a tenth more.
    assert f.hnsw_bytes(384, 4, 8) == pytest.approx((4 * 384 + 8 + 128) * 1.1)
    kept = f.storage(2**20, 1_024.0, f.exactly(6.0), "HNSW")
    assert kept.value == pytest.approx(6.0)


def test_a_provider_is_paid_by_the_token() -> None:
    assert f.hosted_queries(1e6, f.exactly(20.0), 0.1).value == pytest.approx(2.0)
    assert f.hosted_indexing(1_000_000, f.exactly(200.0), 0.05).value == pytest.approx(10.0)


def test_at_the_break_even_both_cost_the_same() -> None:
    tokens, price = f.exactly(25.0), 0.02
    even = f.break_even(f.exactly(0.1), tokens, price)
    month = f.hosted_queries(even.value * f.DAYS_A_MONTH, tokens, price)
    assert month.value == pytest.approx(0.1 * f.HOURS_A_MONTH)


def test_an_own_machine_costs_its_price_its_upkeep_and_its_power() -> None:
    assert owned_usd_per_hour(8_766, 1, 0, 0.15, 0) == pytest.approx(1.0)
    assert owned_usd_per_hour(0, 1, 1_000, 0.15, 0) == pytest.approx(0.15)
    assert owned_usd_per_hour(8_766, 2, 0, 0.15, 0.5) == pytest.approx(1.0)


def test_a_sum_says_what_it_is_made_of() -> None:
    parts = [f.indexing(3_600, 1.0, USD), f.hosted_queries(1e6, f.exactly(20.0), 0.1)]
    whole = f.together("a month", parts, "USD/month")
    assert whole.value == pytest.approx(2.36)
    assert whole.formula == "first indexing + queries"


def test_every_machine_of_the_table_has_a_price_and_a_source() -> None:
    table = load_machines()
    assert any(one.gpu for one in table.rented)
    for one in table.rented:
        assert one.source
        assert 0.01 < one.usd_per_core_hour < 1
    assert {one.name for one in table.bought} == {"edge", "laptop"}
