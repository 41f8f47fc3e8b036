"""Figures as a record holds them."""

from __future__ import annotations

FEW_DIGITS = 4
"""Significant digits of every figure: more than any of them deserves."""


def rounded(value: float | None) -> float | None:
    """Round to four significant digits; what is not known stays so."""
    return None if value is None else figure(value)


def figure(value: float) -> float:
    """Round to four significant digits."""
    return float(f"{value:.{FEW_DIGITS}g}")
