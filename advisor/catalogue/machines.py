"""What machines and storage cost where the user names no price: a dated table with sources."""

from __future__ import annotations

from functools import cache

import msgspec

from advisor.catalogue.prices import Confidence
from advisor.catalogue.shipped import shipped_toml

HOURS_A_YEAR = 8_766


class Rented(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A machine rented by the hour."""

    name: str
    vcpus: int
    vcpus_a_core: int
    """Two with hyper-threading: the second adds next to nothing to matrix products."""
    memory_gib: float
    usd_per_hour: float
    gpu: str | None = None
    source: str
    confidence: Confidence

    @property
    def usd_per_core_hour(self) -> float:
        """The rent of one physical core."""
        return self.usd_per_hour / (self.vcpus / self.vcpus_a_core)


class Bought(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A machine of one's own."""

    name: str
    """As the profile's answer `machine`."""
    usd: float
    years: float
    watts: float
    upkeep_share: float
    """Of the purchase, a year."""
    source: str
    confidence: Confidence


class Machines(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table."""

    as_of: str
    """ISO date of every figure in it."""
    disk_usd_per_gib_month: float
    disk_source: str
    memory_usd_per_gib_month: float
    memory_source: str
    usd_per_kwh: float
    kwh_source: str
    rented: tuple[Rented, ...]
    bought: tuple[Bought, ...]


@cache
def load_machines() -> Machines:
    """Return the table, read once per process."""
    return shipped_toml("machines.toml", Machines)


def owned_usd_per_hour(
    usd: float, years: float, watts: float, usd_per_kwh: float, upkeep_share: float
) -> float:
    """Return what an hour of one's own machine costs that is never switched off.

    purchase ÷ (years × 8,766) + purchase × upkeep ÷ 8,766 + watts ÷ 1,000 × price of a kWh.
    """
    return (
        usd / (years * HOURS_A_YEAR)
        + usd * upkeep_share / HOURS_A_YEAR
        + watts / 1_000 * usd_per_kwh
    )
