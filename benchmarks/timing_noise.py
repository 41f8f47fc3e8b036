"""How often equal models lie outside the noise shown: blocks drawn at random, folded as in a run.

Usage: python -m benchmarks.timing_noise [--measured FILE] [--runs 2000] [--report FILE]

Every run has three models of the same speed with five blocks each, and a sixth where these lie far
apart. FILE holds blocks measured of one model, a JSON list of milliseconds a line, from which runs
draw with replacement: order is lost, so a machine that is slow for minutes is not seen in it.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
from collections.abc import Callable
from pathlib import Path

from advisor.advice.rule import SAME_COST
from advisor.bench import protocol
from advisor.bench.plan import CALLS
from advisor.bench.results import BLOCKS, Latency, latency_from

MODELS, TYPICAL_MS = 3, 10.0
AIM = 0.05
"""Of runs of equal models, whose difference may lie outside."""
Draw = Callable[[random.Random], list[float]]


def normal(spread: float) -> Draw:
    """Return blocks whose medians vary evenly around one speed."""
    return lambda dice: [TYPICAL_MS * max(0.1, 1 + dice.gauss(0, spread))] * CALLS


def slowed(share: float, times: float) -> Draw:
    """Return blocks of which a share meets other work and is so many times slower."""

    def draw(dice: random.Random) -> list[float]:
        slow = times if dice.random() < share else 1.0
        return [TYPICAL_MS * slow * (1 + dice.gauss(0, 0.02))] * CALLS

    return draw


def timed(draw: Draw, dice: random.Random) -> Latency:
    """Time one model as a run does."""
    blocks = [
        protocol.Timed(block=n, latencies_ms=tuple(draw(dice)), covers="") for n in range(BLOCKS)
    ]
    found = latency_from(blocks, earlier=False)
    assert found is not None
    if found.noisy:
        more = protocol.Timed(block=BLOCKS, latencies_ms=tuple(draw(dice)), covers="")
        found = latency_from([*blocks, more], earlier=False)
        assert found is not None
    return found


def outside(draw: Draw, runs: int) -> tuple[float, float]:
    """Return the share of runs whose equal models differ beyond the noise, and its median."""
    dice, noises, out = random.Random(0), [], 0
    for _ in range(runs):
        seen = [timed(draw, dice) for _ in range(MODELS)]
        speeds = [one.p50 for one in seen if one.p50 is not None]
        noise = max(one.noise or 0.0 for one in seen)
        noises.append(noise)
        out += max(speeds) / min(speeds) - 1 > max(noise, SAME_COST)
    return out / runs, statistics.median(noises)


def main() -> int:
    """Draw, print, write; 1 when equal models differ too often."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measured", type=Path)
    parser.add_argument("--runs", type=int, default=2_000)
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()
    ways = {f"blocks vary by {spread:.0%}": normal(spread) for spread in (0.03, 0.08, 0.15)}
    for share, times in ((0.5, 1.25), (0.3, 1.25), (0.5, 2.0), (0.2, 2.0)):
        ways[f"{share:.0%} of blocks {times:g} times slower"] = slowed(share, times)
    if options.measured:
        lines = options.measured.read_text("utf-8").splitlines()
        kept: list[list[float]] = [json.loads(line) for line in lines]
        short = -(-CALLS // min(map(len, kept)))
        ways[f"{len(kept)} measured blocks"] = lambda dice: [
            ms for _ in range(short) for ms in dice.choice(kept)
        ]
    lines, worst = [], 0.0
    for name, draw in ways.items():
        share, noise = outside(draw, options.runs)
        worst = max(worst, share)
        lines.append(f"| {name} | {share:.1%} | {noise:.0%} |")
    text = (
        "# Equal models and the noise shown\n\nMade by `python -m benchmarks.timing_noise`: "
        f"{options.runs:,} runs of {MODELS} equal models each, {BLOCKS} blocks and a repeat where "
        f"they lie far apart. At most {AIM:.0%} may be outside the noise (and {SAME_COST:.0%}).\n\n"
        "| the machine | outside | median noise |\n|---|--:|--:|\n" + "\n".join(lines) + "\n"
    )
    print(text)
    if options.report:
        options.report.write_text(text, encoding="utf-8")
    return 1 if worst > AIM else 0


if __name__ == "__main__":
    raise SystemExit(main())
