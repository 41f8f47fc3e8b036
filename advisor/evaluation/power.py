"""What a number of queries can show, and how many queries a gap would take."""

from math import ceil, isfinite, sqrt

from scipy.special import stdtrit


def smallest_detectable_gap(n: int, s_d: float) -> float:
    """Smallest true gap that n paired queries show at the 5 % level with 80 % power.

    (t.975 + t.80) * s_d / sqrt(n) with n - 1 degrees of freedom; s_d is the standard deviation of
    per-query differences. With s_d = .3: n = 10 gives .30, 25 .17, 50 .12, 100 .085, 200 .06.
    ValueError below two queries.
    """
    if n < 2:
        message = "fewer than two queries can show no gap"
        raise ValueError(message)
    return float(stdtrit(n - 1, 0.975) + stdtrit(n - 1, 0.80)) * s_d / sqrt(n)


def gap_shown(n: int, s_d: float) -> float | None:
    """Return `smallest_detectable_gap`; None where no gap between scores from 0 to 1 would show."""
    gap = smallest_detectable_gap(n, s_d) if n > 1 else 1.0
    return gap if gap < 1.0 else None


def queries_to_settle(gap: float, s_d: float) -> int | None:
    """About how many queries in all would settle a gap: (2.8 * s_d / gap)**2, rounded up.

    2.8 is t.975 + t.80 for many queries. None when no number would do: the gap is 0, or the
    result is not finite.
    """
    if gap == 0 or not isfinite(gap) or not isfinite(s_d):
        return None
    ratio = 2.8 * s_d / gap
    needed = ratio * ratio
    return max(2, ceil(needed)) if isfinite(needed) else None
