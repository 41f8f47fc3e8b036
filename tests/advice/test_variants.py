"""What smaller vectors cost, and which form is advised."""

import msgspec
import pytest

from advisor.advice.variants import form_note, smaller_forms, smallest_harmless
from advisor.bench.results import Result, Varied, Views
from tests.record import made

QUERIES = [f"q{number}" for number in range(40)]


def varied(form: str, dim: int, size: int, *losses: float) -> Varied:
    """Return a form that loses `losses` in turn, query by query."""
    per_query = {query: 0.8 - losses[n % len(losses)] for n, query in enumerate(QUERIES)}
    return Varied(form=form, dim=dim, bytes=size, per_query=per_query)


def result(*variants: Varied, cuts: tuple[int, ...] = ()) -> Result:
    whole = made.result()
    candidate = msgspec.structs.replace(whole.candidate, cuts=cuts)
    full = varied("fp32", 384, 1_536, 0.0)
    views = Views(forms=(full, *variants))
    return msgspec.structs.replace(whole, candidate=candidate, views=views)


def test_each_form_is_compared_query_by_query_with_the_full_one() -> None:
    (int8,) = smaller_forms(result(varied("int8", 384, 384, 0.0, 0.004)))
    assert int8.change.mean == pytest.approx(-0.002)
    assert int8.change.low is not None
    assert int8.change.high is not None
    assert int8.change.low < -0.002 < int8.change.high < 0
    assert int8.harmless


def test_the_smallest_form_that_surely_costs_nothing_is_advised() -> None:
    harmless = varied("int8", 384, 384, 0.0, 0.001)
    unsure = varied("binary, rescored", 384, 48, 0.0, 0.0, 0.0, 0.3)
    worse = varied("binary", 384, 48, 0.1)
    best = smallest_harmless(smaller_forms(result(harmless, unsure, worse)))
    assert best is not None
    assert (best.form, best.bytes) == ("int8", 384)
    assert smallest_harmless(smaller_forms(result(worse))) is None
    assert smaller_forms(made.result()) == ()


def test_of_two_as_small_the_one_that_was_cut_less_is_advised() -> None:
    cut, kept = varied("fp32", 96, 384, 0.0), varied("int8", 384, 384, 0.0)
    best = smallest_harmless(smaller_forms(result(cut, kept)))
    assert best is not None
    assert best.dim == 384


def test_a_cut_the_model_was_not_trained_for_is_marked() -> None:
    cut = varied("fp32", 128, 512, 0.0)
    assert [form.trained for form in smaller_forms(result(cut))] == [False]
    assert [form.trained for form in smaller_forms(result(cut, cuts=(128,)))] == [True]
    assert [form.trained for form in smaller_forms(result(varied("int8", 384, 384, 0.0)))] == [True]


def test_the_note_says_what_is_saved_and_warns_of_single_bits_on_a_small_sample() -> None:
    bits, eighth = varied("binary, rescored", 384, 48, 0.0), varied("int8", 384, 384, 0.0)
    note = form_note("one", 1_536, smaller_forms(result(bits))[0], 2_000)
    assert "48 bytes instead of 1,536 (32 times smaller)" in note
    assert "On 2,000 documents the loss of single bits is understated" in note
    assert "understated" not in form_note("one", 1_536, smaller_forms(result(eighth))[0], 2_000)
