"""How much of the data is measured, as the user says it."""

import msgspec
import pytest

from advisor.corpus.amount import DEFAULT_DOCUMENTS, DEFAULT_QUERIES, Amount


@pytest.mark.parametrize(
    ("amount", "queries", "documents"),
    [
        (Amount(), DEFAULT_QUERIES, DEFAULT_DOCUMENTS),
        (Amount(full=True), None, None),
        (Amount(queries=50), 50, DEFAULT_DOCUMENTS),
        (Amount(documents=300), DEFAULT_QUERIES, 300),
        (Amount(queries=50, documents=300), 50, 300),
        (Amount(queries=50, full=True), 50, None),
        (Amount(documents=300, full=True), None, 300),
        (Amount(size="quick"), 64, 500),
        (Amount(size="thorough", queries=50), 50, 5_000),
        (Amount(size="quick", full=True), None, None),
    ],
)
def test_what_is_not_said_takes_the_default_or_everything(
    amount: Amount, queries: int | None, documents: int | None
) -> None:
    assert (amount.most_queries, amount.most_documents) == (queries, documents)


def test_an_amount_nobody_spoke_of_is_written_as_nothing_and_read_back() -> None:
    assert msgspec.json.encode(Amount()) == b"{}"
    amount = Amount(queries=5, full=True, seed=7)
    assert msgspec.json.decode(msgspec.json.encode(amount), type=Amount) == amount
