"""Growth of the corpus: in the costs, in the index, and when it would change the advice."""

import msgspec
import pytest

from advisor.advice.costs.candidate import measured_costs
from advisor.advice.costs.growth import growth_notes
from advisor.advice.costs.prices import machine_price
from advisor.advice.costs.scale import Scale
from advisor.needs.requirements import Machine, Requirements
from tests.record import made

SCALE = Scale(
    queries_per_day=1_000, queries_assumed=False, documents=100_000, documents_assumed=False,
    documents_per_month=50_000, document_tokens=None, query_tokens=None,
)  # fmt: skip


def needs(memory_mib: int | None = None) -> Requirements:
    return Requirements(machine=Machine(source="detected", cores=2, memory_mib=memory_mib))


def test_what_comes_in_a_month_is_encoded_and_counted_once_more() -> None:
    result, requirements = made.result(), needs()
    price = machine_price(requirements)
    costs = measured_costs(result, requirements, SCALE, price)
    still = msgspec.structs.replace(SCALE, documents_per_month=0)
    before = measured_costs(result, requirements, still, price)
    assert costs is not None
    assert before is not None
    figures = {figure.name: figure for figure in costs.parts}
    hours = 50_000 / 40.123 / 3_600
    assert figures["new documents"].value == pytest.approx(hours * price.usd_per_hour.value)
    added = costs.month.value - before.month.value
    assert added == pytest.approx(figures["new documents"].value)
    assert figures["storage in a year"].value == pytest.approx(7 * figures["storage"].value)


def test_the_index_in_a_year_and_when_it_fills_the_machine_are_said() -> None:
    told = list(growth_notes(made.result(), needs(2_000), SCALE, 250))
    assert "(700,000 documents)" in told[0]
    assert "fills the machine's 2,000 MiB in about" in told[1]
    assert "250 documents" in told[2]
    assert "does not fit" in list(growth_notes(made.result(), needs(950), SCALE, 250))[1]


def test_without_growth_nothing_is_said() -> None:
    still = msgspec.structs.replace(SCALE, documents_per_month=0)
    assert list(growth_notes(made.result(), needs(2_000), still, 250)) == []
