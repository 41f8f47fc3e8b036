"""The prices a decision is made with: the user's own, or those of the dated tables."""

from __future__ import annotations

import msgspec

from advisor.advice.costs.formulas import Range, exactly
from advisor.catalogue.machines import Bought, Rented, load_machines, owned_usd_per_hour
from advisor.needs.requirements import Requirements

OWN_SPREAD = 0.3
"""How far a bought machine's assumed rate may be off, either way."""


class MachinePrice(msgspec.Struct, frozen=True, kw_only=True):
    """What an hour of the machine costs and where that is known from."""

    usd_per_hour: Range
    basis: str
    as_of: str | None = None
    """ISO date; None for the user's own figure."""


def machine_price(requirements: Requirements) -> MachinePrice:
    """Return the user's rate, or what such a machine costs by the table of machines."""
    if requirements.usd_per_hour is not None:
        return MachinePrice(usd_per_hour=exactly(requirements.usd_per_hour), basis="your answer")
    table = load_machines()
    for bought in table.bought:
        if bought.name == requirements.machine_kind:
            return _owned(bought)
    machine = requirements.machine
    if machine.gpu is not None:
        return _rented_gpu([one for one in table.rented if one.gpu is not None])
    return _rented_cores([one for one in table.rented if one.gpu is None], machine.cores)


def gib_price(*, in_memory: bool) -> Range:
    """Return USD a GiB and month of an index; at its lowest it lies on disk."""
    table = load_machines()
    disk, memory = table.disk_usd_per_gib_month, table.memory_usd_per_gib_month
    return Range(memory if in_memory else disk, disk, memory if in_memory else disk)


def _rented_cores(rented: list[Rented], cores: int) -> MachinePrice:
    by_price = sorted(rented, key=lambda one: one.usd_per_core_hour)
    middle = by_price[len(by_price) // 2]
    rates = [one.usd_per_core_hour * cores for one in (middle, by_price[0], by_price[-1])]
    names = f"{middle.name}; {by_price[0].name} to {by_price[-1].name}"
    return MachinePrice(
        usd_per_hour=Range(*rates),
        basis=f"rent of {cores} cores by the price of a core of {names}",
        as_of=load_machines().as_of,
    )


def _rented_gpu(rented: list[Rented]) -> MachinePrice:
    by_price = sorted(rented, key=lambda one: one.usd_per_hour)
    middle = by_price[len(by_price) // 2]
    return MachinePrice(
        usd_per_hour=Range(
            middle.usd_per_hour, by_price[0].usd_per_hour, by_price[-1].usd_per_hour
        ),
        basis=f"rent of {middle.name} ({middle.gpu})",
        as_of=load_machines().as_of,
    )


def _owned(bought: Bought) -> MachinePrice:
    table = load_machines()
    rate = owned_usd_per_hour(
        bought.usd, bought.years, bought.watts, table.usd_per_kwh, bought.upkeep_share
    )
    return MachinePrice(
        usd_per_hour=Range(rate, rate * (1 - OWN_SPREAD), rate * (1 + OWN_SPREAD)),
        basis=(
            f"a {bought.name} of your own: {bought.usd:,.0f} USD over {bought.years:g} years, "
            f"{bought.upkeep_share:.0%} upkeep a year, {bought.watts:g} W at {table.usd_per_kwh} "
            "USD/kWh (assumed)"
        ),
        as_of=table.as_of,
    )
