"""What a decision assumes, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.advice.advice import Advice
from advisor.advice.costs.scale import QUERIES_PER_DAY
from advisor.bench import proof
from advisor.bench.results import Result
from advisor.evaluation.yardstick import yardstick
from advisor.needs.requirements import Requirements
from advisor.text import plain


def assumptions_of(
    requirements: Requirements, advice: Advice, results: Sequence[Result]
) -> tuple[str, ...]:
    """Return what a decision rests on beside its figures, a sentence each."""
    said = [
        f"A cheaper model is taken when it is probably within {advice.give_up:g} "
        f"{yardstick(advice.task).main} of the "
        "best (priority of the answers).",
        advice.prior or "Public scores are shown and not mixed into the verdict.",
    ]
    if requirements.queries_per_day is None:
        said.append(
            f"No load was named: {QUERIES_PER_DAY:,} queries a day are assumed where costs of "
            "equally good models are compared."
        )
    covers = {
        result.latency.covers
        for result in results
        if result.latency is not None and result.candidate.kind not in ("baseline", "hybrid")
    }
    in_bf16 = {
        plain(result.candidate.name): proof.in_words(result.proved)
        for result in results
        if result.proved is not None and result.proved.precision == "bfloat16"
    }
    said.extend(f"For its quality {name} was {words}." for name, words in in_bf16.items())
    if in_bf16:
        said.append(
            "Speed and memory of these are of float32: documents a second over the texts of the "
            "proof, which are of all lengths."
        )
    said.extend(f"Latency of a model is {words}." for words in sorted(covers))
    in_chunks = any(one.diagnosis and one.diagnosis.chunks_per_document for one in results)
    if requirements.chunking and not in_chunks:
        said.append(
            "Long documents may be cut into chunks; here each was measured as far as the model "
            "reads, which understates models of short context (--chunks measures them cut)."
        )
    if requirements.machine.source == "described":
        said.append(
            "The described machine set the limits; every figure was measured on the machine at "
            "hand, which may be faster or slower."
        )
    return tuple(said)
