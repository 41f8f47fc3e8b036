"""What this machine is known for: its arithmetic, and how estimates for it turned out.

Kept in the cache, so that the next estimate is nearer than the last; losing it costs nothing else.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Iterable
from pathlib import Path
from statistics import median

import msgspec
import numpy as np

from advisor.bench.cache import atomic_write
from advisor.bench.results import Result
from advisor.needs.requirements import Factor, Learned, Machine
from advisor.shortlist import speed

SCHEMA = "embed-advisor-machine/1"
MOST_BYTES = 2**20
MOST_MODELS = 60
"""The last ones: a machine's libraries change, and with them what it can do."""
SIDE = 1_024
"""Rows and columns of the probe's matrices: a product takes 11 ms at 190 GFLOP/s."""
PROBE_S = 0.15
PROBES = 5
"""Runs that probe: one of them finds the machine with nothing else to do."""
WILD = 20.0
"""A figure so many times off says something about that run and nothing about the machine."""


class Seen(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One model measured here: measured over estimated."""

    model: str
    """Hash of its weights."""
    gflops: float | None = None
    """What the machine was thought to give then."""
    encoding: float | None = None
    query: float | None = None
    memory: float | None = None


class Known(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of one machine."""

    gflops: float | None = None
    """The best of the probes."""
    probes: int = 0
    seen: tuple[Seen, ...] = ()


class _File(msgspec.Struct, frozen=True, omit_defaults=True):
    schema: str
    machines: dict[str, Known] = {}


def experienced(machine: Machine, cache: Path) -> Machine:
    """Return the machine with its arithmetic, probed in the first runs, and what was learned.

    A described machine stays as it is: nothing of it can be measured here.
    """
    if machine.source != "detected":
        return machine
    held = _load(cache)
    known = held.get(_key(machine), Known())
    if known.probes < PROBES and machine.gpu is None:
        best = max(round(probe(machine.cores), 1), known.gflops or 0.0)
        known = msgspec.structs.replace(known, gflops=best, probes=known.probes + 1)
        _save({**held, _key(machine): known}, cache)
    return msgspec.structs.replace(machine, gflops=known.gflops, learned=_learned(known))


def probe(cores: int) -> float:
    """Measure matrix products in 32 bits for 0.15 s; on all cores, 10^9 operations a second.

    By the time of the CPU and not of the clock, so that other programs take little away; the best
    of them counts.
    """
    left = np.full((SIDE, SIDE), 0.5, np.float32)
    right = np.full((SIDE, SIDE), 0.25, np.float32)
    best, until = float("inf"), time.perf_counter() + PROBE_S
    while time.perf_counter() < until:
        start = time.process_time()
        np.matmul(left, right)
        best = min(best, time.process_time() - start)
    return 2 * SIDE**3 * cores / best / 1e9


def learn(machine: Machine, results: Iterable[Result], cache: Path) -> tuple[Seen, ...]:
    """Keep how the estimates for what was just measured turned out, and return it.

    Nothing is learned from figures of earlier runs, nor for a described machine.
    """
    if machine.source != "detected":
        return ()
    fresh = [seen for result in results if (seen := _seen(result, machine)) is not None]
    if fresh:
        held = _load(cache)
        known = held.get(_key(machine), Known())
        models = {one.model for one in fresh}
        kept = (*(one for one in known.seen if one.model not in models), *fresh)[-MOST_MODELS:]
        _save({**held, _key(machine): msgspec.structs.replace(known, seen=kept)}, cache)
    return tuple(fresh)


def _seen(result: Result, machine: Machine) -> Seen | None:
    """Compare one model with the formula alone, without what earlier ones have corrected."""
    loaded, model = result.loaded, result.candidate.weights_hash
    if loaded is None or not model or result.status != "measured":
        return None
    if not result.candidate.is_plain:
        return None  # the formula is of one vector a text, by the weights as published
    through, latency = result.throughput, result.latency
    rate = speed.tokens_per_s(loaded.n_active_parameters, machine)
    base_ms = speed.plain_query_ms(loaded.n_active_parameters, machine)
    weights = (result.candidate.disk_bytes or 0) / 2**20
    encoding = query = memory = None
    if rate and through and through.tokens_per_s and through.basis == "measured":
        encoding = _sane(rate / through.tokens_per_s)
    if base_ms and latency and latency.p50 and latency.basis == "measured" and not latency.noisy:
        query = _sane(latency.p50 / base_ms)
    if result.peak_mib and weights and not result.earlier:
        memory = _sane(result.peak_mib / speed.plain_memory_mib(weights))
    if encoding is None and query is None and memory is None:
        return None
    return Seen(model=model, gflops=machine.gflops, encoding=encoding, query=query, memory=memory)


def _sane(ratio: float) -> float | None:
    return round(ratio, 3) if 1 / WILD < ratio < WILD else None


def _learned(known: Known) -> Learned:
    def now(one: Seen, ratio: float | None) -> float | None:
        # A better probe since then means shorter estimates, of which the same time is more.
        same = ratio is None or not one.gflops or not known.gflops
        return ratio if same else ratio * known.gflops / one.gflops  # type: ignore[operator]

    return Learned(
        encoding=_factor(now(one, one.encoding) for one in known.seen),
        query=_factor(now(one, one.query) for one in known.seen),
        memory=_factor(one.memory for one in known.seen),
    )


def _factor(ratios: Iterable[float | None]) -> Factor | None:
    known = [ratio for ratio in ratios if ratio is not None and 1 / WILD < ratio < WILD]
    if not known:
        return None
    return Factor(middle=median(known), low=min(known), high=max(known), n=len(known))


def _key(machine: Machine) -> str:
    """Name a machine by what its speed depends on."""
    parts = (machine.cpu, machine.cores, machine.instruction_sets, machine.gpu)
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:16]


def _path(cache: Path) -> Path:
    return cache / "machine.json"


def _load(cache: Path) -> dict[str, Known]:
    try:
        with _path(cache).open("rb") as file:
            held = msgspec.json.decode(file.read(MOST_BYTES), type=_File)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}  # not there, or damaged: it is measured and learned again
    return held.machines if held.schema == SCHEMA else {}


def _save(machines: dict[str, Known], cache: Path) -> None:
    with contextlib.suppress(OSError):  # a full disk must not cost the run its result
        cache.mkdir(parents=True, exist_ok=True)
        atomic_write(_path(cache), msgspec.json.encode(_File(SCHEMA, machines)))
