"""When a record is due for a second look."""

from datetime import date

import msgspec

from advisor.catalogue.catalogue import catalogue_date
from advisor.catalogue.prices import prices_date
from advisor.record.due import due
from tests.record import made

MADE = date(2026, 3, 4)


def test_a_record_is_due_after_three_months() -> None:
    record = made.record()
    assert due(record, date(2026, 6, 3), None, None) == ()
    assert due(record, date(2026, 6, 5), None, None) == ("3 months old",)


def test_a_newer_catalogue_makes_it_due_and_newer_prices_where_prices_counted() -> None:
    record, later = made.record(), date(2026, 3, 5)
    assert due(record, later, MADE, MADE) == ()
    assert due(record, later, later, later) == ("newer models in the catalogue",)
    hosted = msgspec.structs.replace(record, answers={**record.answers, "hosted_allowed": True})
    assert due(hosted, later, later, later) == ("newer models in the catalogue", "newer prices")


def test_a_date_that_is_none_makes_nothing_due() -> None:
    head = msgspec.structs.replace(made.record().record, created="yesterday")
    undated = msgspec.structs.replace(made.record(), record=head)
    assert due(undated, date(2030, 1, 1), date(2030, 1, 1), None) == ()


def test_what_is_shipped_is_dated() -> None:
    newest = catalogue_date()
    assert newest is not None
    assert min(newest, prices_date()) > date(2026, 1, 1)
