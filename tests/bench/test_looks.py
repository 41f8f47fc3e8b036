"""What is looked at beside a run: changed queries and a load, by real sessions."""

from pathlib import Path

import pytest

from advisor.advice.changed_queries import sensitivities, sensitivity_notes
from advisor.bench.judging import mean_overlap
from advisor.bench.results import Changed, Result, Views
from advisor.corpus.edits import changed_queries
from advisor.evaluation.metrics import MAIN_METRIC
from tests.bench.faults import small_dataset, static_model
from tests.bench.test_runner import candidate, plan_of, run


def test_changed_queries_are_asked_and_held_against_those_as_they_are(tmp_path: Path) -> None:
    looks = changed_queries(small_dataset(), seed=0)
    model = candidate(static_model(tmp_path / "model"))
    results, updates = run(plan_of(model, looks=looks), tmp_path)
    seen = results[0].views.changed
    assert set(seen) == {kind for kind, _ in looks}
    assert all(0.0 <= one.overlap <= 1.0 for one in seen.values())
    assert all(one.per_query.keys() == results[0].rankings.keys() for one in seen.values())
    assert results[0].views.self_retrieval is not None  # the looks before it stay
    again, told = run(plan_of(model, looks=looks), tmp_path)
    assert again[0].views == results[0].views
    assert all(update.earlier for update in told if "Encoded" in type(update.event).__name__)
    del updates


def test_a_load_is_served_and_told_with_its_rate(tmp_path: Path) -> None:
    model = candidate(static_model(tmp_path / "model"))
    plan = plan_of(model, load_qps=200.0, load_seconds=2.0, max_latency_ms=1_000.0)
    served = run(plan, tmp_path)[0][0].served
    assert served is not None
    assert (served.rate, served.within) == (200.0, 1_000.0)
    assert served.n > 0
    assert run(plan_of(model), tmp_path)[0][0].served is None


def test_overlap_is_the_share_of_the_first_ten_that_stays() -> None:
    usual = {"q": tuple("abcdefghijkl")}
    assert mean_overlap(usual, usual) == 1.0
    assert mean_overlap(usual, {"q": tuple("jihgfxyzuvab")}) == pytest.approx(0.5)


def test_only_a_sure_harm_is_worth_a_word(tmp_path: Path) -> None:
    usual = {str(number): 0.8 for number in range(40)}

    def seen(loss: float) -> Result:
        changed = {query: value - loss for query, value in usual.items()}
        return Result(
            candidate=candidate(tmp_path, "model"),
            status="measured",
            per_query={MAIN_METRIC: usual},
            views=Views(changed={"case": Changed(per_query=changed, overlap=0.5)}),
        )

    assert sensitivities(seen(0.3))[0].change.mean == pytest.approx(-0.3)
    assert not list(sensitivity_notes([seen(0.01)]))
    (note,) = sensitivity_notes([seen(0.3)])
    assert note.startswith("model with queries in CAPITALS: nDCG@10 -0.300")
