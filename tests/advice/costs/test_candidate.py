"""The costs of candidates: prices by answer or table, storage by store, hosted ones by list."""

import msgspec
import pytest

from advisor.advice.costs.candidate import Costs, measured_costs
from advisor.advice.costs.hosted import hosted_offers
from advisor.advice.costs.prices import machine_price
from advisor.advice.costs.scale import Scale, scale_of, texts_of
from advisor.advice.recommendation import recommend
from advisor.catalogue.catalogue import shipped_catalogue
from advisor.needs.hardware import MACHINES
from advisor.needs.requirements import Machine, Requirements
from tests.record import made

NEEDS = Requirements(
    machine=Machine(source="detected", cores=2), n_documents=1_000_000, queries_per_day=1_000
)


def scale(requirements: Requirements = NEEDS) -> Scale:
    return scale_of(requirements, texts_of(made.dataset(), made.results()))


def costs(requirements: Requirements = NEEDS) -> Costs:
    price = machine_price(requirements)
    found = measured_costs(made.result(), requirements, scale(requirements), price)
    assert found is not None
    return found


def other(**changes: object) -> Requirements:
    return msgspec.structs.replace(NEEDS, **changes)


def test_the_users_price_counts_and_otherwise_a_dated_table_with_a_range() -> None:
    own = machine_price(other(usd_per_hour=0.5))
    assert (own.usd_per_hour.value, own.basis, own.as_of) == (0.5, "your answer", None)
    table = machine_price(NEEDS)
    assert table.usd_per_hour.low < table.usd_per_hour.value <= table.usd_per_hour.high
    assert table.as_of
    assert "a core of" in table.basis


@pytest.mark.parametrize(
    ("kind", "words"), [("edge", "edge of your own"), ("gpu-server", "A10G"), ("server", "8 cores")]
)
def test_a_described_machine_has_its_own_kind_of_price(kind: str, words: str) -> None:
    described = other(machine=MACHINES[kind], machine_kind=kind)
    assert words in machine_price(described).basis


def test_the_month_is_the_sum_of_what_comes_back_every_month() -> None:
    found = costs()
    monthly = [one for one in found.parts if one.unit == "USD/month"]
    assert {one.name for one in monthly} == {"queries", "re-indexing", "storage"}
    assert found.month.value == pytest.approx(sum(one.value for one in monthly))
    assert found.month.low < found.month.value < found.month.high
    assert found.once is not None
    assert found.once.value == pytest.approx(
        1_000_000 / 40.123 / 3_600 * machine_price(NEEDS).usd_per_hour.value
    )


def test_with_a_peak_whole_machines_are_paid() -> None:
    fleet = costs(other(peak_queries_per_s=500.0, usd_per_hour=0.1))
    (machines,) = [one for one in fleet.parts if one.name == "machines"]
    assert machines.value == pytest.approx(7 * 730.5 * 0.1)


@pytest.mark.parametrize(
    ("store", "gib"),
    [
        (None, (4 * 384 + 128) * 1.1),
        ("pgvector", (4 * 384 + 8 + 128) * 1.1),
        ("qdrant", 4 * 384 * 1.5),
    ],
)
def test_storage_follows_the_vector_store(store: str | None, gib: float) -> None:
    (kept,) = [one for one in costs(other(vector_store=store)).parts if one.name == "storage"]
    assert kept.value == pytest.approx(1e6 * gib / 2**30 * 6.04)
    assert kept.low < kept.value


def test_a_store_that_reads_from_disk_pays_for_disk() -> None:
    (kept,) = [one for one in costs(other(vector_store="sqlite")).parts if one.name == "storage"]
    assert kept.value == pytest.approx(1e6 * 4 * 384 / 2**30 * 0.08)


def test_hosted_models_are_priced_only_where_they_are_allowed_and_never_called_measured() -> None:
    cards = shipped_catalogue().cards
    assert hosted_offers(NEEDS, scale(), cards) == ()
    allowed = other(hosted_allowed=True, document_languages=("en",), query_languages=("en",))
    offers = hosted_offers(allowed, scale(), cards)
    assert offers
    scores = [offer.public_score for offer in offers if offer.public_score is not None]
    assert scores
    for offer in offers:
        assert any(one.name == "break-even" for one in offer.costs.parts)
    record = made.record(over={"requirements": allowed, "scale": scale(allowed), "hosted": offers})
    assert all("not measured" in one.basis for one in record.hosted)
    assert record.prices is not None
    assert record.prices.documents == 1_000_000
    assert record.candidates[0].costs is not None
    assert all(line.formula and line.inputs for line in record.candidates[0].costs.lines)


def test_a_budget_keeps_out_only_what_is_surely_dearer() -> None:
    results, data = made.results(), made.dataset()
    found = costs(other(vector_store="pgvector"))
    tight = other(max_usd_per_month=found.month.low / 2, vector_store="pgvector")
    assert recommend(tight, results, data).pick is None
    wide = other(max_usd_per_month=(found.month.low + found.month.value) / 2)
    assert recommend(wide, results, data).pick == "one"
