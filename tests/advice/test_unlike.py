"""What other answers change in the advice, and why, in one sentence."""

from advisor.advice.measurements import Measurements
from advisor.advice.recommendation import advise
from advisor.advice.unlike import unlike
from tests.advice.test_changes import best_middle_and_cheap, dataset, needs


def said(before: float, after: float, **limits: float) -> str:
    known = Measurements(tuple(best_middle_and_cheap()), dataset(200))
    return unlike(advise(known, needs(before)), advise(known, needs(after, **limits)))


def test_giving_up_more_brings_a_cheaper_one_within_reach_and_giving_up_less_takes_it_out() -> None:
    more, less = said(0.02, 0.05), said(0.05, 0.01)
    assert more.startswith("cheap instead of middle: it is within 0.050 nDCG@10 of the best with")
    assert "USD a month against" in more
    assert less.startswith("best instead of cheap: cheap is within 0.010 nDCG@10 of the best with")


def test_a_limit_is_named_and_the_same_pick_is_said_to_be_so() -> None:
    assert said(0.02, 0.02) == "still middle"
    over = said(0.02, 0.02, max_latency_p95_ms=5.0)
    assert over.startswith("cheap instead of middle: middle is over the limit: p95 latency")
    assert said(0.02, 0.02, max_latency_p95_ms=0.1).startswith("no recommendation any more: None")
