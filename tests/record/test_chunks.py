"""What chunks brought, in the record and in all its views."""

import json

import msgspec
import pytest

from advisor.bench.results import Result, Views
from advisor.corpus.chunking import Chunking
from advisor.record.answer import answer
from advisor.record.decision import DecisionRecord
from advisor.record.show_html import as_html
from advisor.record.show_markdown import as_markdown
from advisor.record.show_text import as_text
from tests.record import made


@pytest.fixture(scope="module")
def record() -> DecisionRecord:
    """The first candidate was searched in chunks; its documents cut off lose a tenth."""
    first = made.result()
    assert first.diagnosis is not None
    main = first.per_query["nDCG@10"]
    cut: Result = msgspec.structs.replace(
        first,
        diagnosis=msgspec.structs.replace(first.diagnosis, chunks_per_document=3.25),
        views=Views(cut_off={query: max(0.0, value - 0.1) for query, value in main.items()}),
    )
    data = msgspec.structs.replace(
        made.dataset(), chunking=Chunking(by="tokens", size=128, overlap=16)
    )
    return made.record([cut, made.result("two", 0.45), made.baseline()], {"dataset": data})


def test_the_record_holds_both_figures_and_their_paired_difference(record: DecisionRecord) -> None:
    first, second, _ = record.candidates
    assert record.data.chunks == "tokens:128/16"
    assert first.chunks is not None
    assert (first.chunks.per_document, first.chunks.change) == (3.25, 0.1)
    assert first.chunks.ndcg_cut_off == pytest.approx(first.chunks.ndcg - 0.1, abs=1e-3)
    assert first.chunks.low is not None
    assert second.chunks is None


def test_every_view_shows_them(record: DecisionRecord) -> None:
    for view in (as_text(record), as_markdown(record), as_html(record)):
        assert "in chunks" in view
        assert "+.100" in view or "+0.100" in view
        assert "3.2" in view
    candidate = json.loads(json.dumps(answer(record, "path", 1.0)))["candidates"][0]
    assert candidate["chunks"]["change"] == 0.1
