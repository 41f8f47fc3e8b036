"""A mean with its interval, as every later stage passes it on; nothing heavy is imported here."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Interval:
    """A mean and how far it may be off, in the unit of the values."""

    mean: float
    """The mean as measured."""
    low: float | None
    """Lower end, not clipped to any range; None when one value (or one cluster) says nothing."""
    high: float | None
    """Upper end, not clipped; None as for low."""
    n: int
    """Number of values."""
