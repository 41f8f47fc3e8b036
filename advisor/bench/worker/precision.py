"""Whether bf16 is quicker here and gives the same ranking: the machine's probe, a model's proof."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np

from advisor.bench import proof, protocol
from advisor.bench.cache import atomic_write
from advisor.bench.ranking import Floats, best
from advisor.bench.serving import peak_mib
from advisor.bench.worker.anatomy import has_products
from advisor.bench.worker.encoding import Batch, Encoder
from advisor.needs.hardware import read_cpuinfo

BF16_SETS = {"avx512_bf16", "amx_bf16"}
GEMM_SIZE = 768
"""About the width of the products in a base model; 0.9 GFLOP each."""
GEMM_REPEATS = 5
NEIGHBOURS = 10
CPUINFO = Path("/proc/cpuinfo")


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """What this machine makes of a matrix product, GFLOP/s; the best of a few."""

    float32: float
    bfloat16: float


def prove(
    encoder: Encoder, texts: Mapping[bytes, str], probe_file: Path
) -> tuple[protocol.Proved, list[Batch]]:
    """Encode some of the documents both ways; say which way the others may go, with these done.

    The float32 half is the candidate's speed and memory on the path the record names; its peak
    is read before bf16 is touched.
    """
    keys = encoder.longest_first(texts, "documents")
    chosen = spread(keys, proof.TEXTS)
    if reason := _not_worth_it(encoder, keys, chosen) or _not_on_this_machine(probe_file):
        return protocol.Proved(precision="float32", reason=reason), []
    reference = list(encoder.batches(chosen, texts, "documents", "float32"))
    peak = peak_mib()
    try:
        fast = list(encoder.batches(chosen, texts, "documents", "bfloat16"))
    except RuntimeError as error:  # an operation that torch cannot do in bf16
        reason = f"bf16 does not run ({str(error)[:200]})"
        return protocol.Proved(precision="float32", reason=reason, peak_mib=peak), reference
    cosine, overlap = compare(_vectors(reference), _vectors(fast))
    # The first batch of all also makes what later ones use again.
    slow, quick = (sum(batch.seconds for batch in way[1:] or way) for way in (reference, fast))
    speedup = slow / quick
    found = protocol.Proved(
        precision="bfloat16",
        texts=len(chosen),
        cosine=max(round(cosine, 6), 0.0) if np.isfinite(cosine) else None,
        overlap=round(overlap, 4),
        speedup=round(speedup, 3),
        tokens=sum(batch.tokens for batch in reference),
        characters=sum(len(texts[key]) for key in chosen),
        seconds=round(sum(batch.seconds for batch in reference), 4),
        peak_mib=peak,
    )
    if not proof.equal(cosine, overlap):
        reason = f"bf16 would rank otherwise ({proof.figures(found)})"
    elif speedup < proof.LEAST_SPEEDUP:
        reason = f"bf16 is hardly quicker ({proof.figures(found)})"
    else:
        return found, fast
    return msgspec.structs.replace(found, precision="float32", reason=reason), reference


def spread(keys: list[bytes], most: int) -> list[bytes]:
    """Return up to `most` keys at even steps, the first and the last among them."""
    if len(keys) <= most:
        return keys
    return [keys[round(step * (len(keys) - 1) / (most - 1))] for step in range(most)]


def compare(reference: Floats, other: Floats) -> tuple[float, float]:
    """Return the lowest cosine and the share of common neighbours of two encodings, (n, d) each.

    Every text asks for its ten nearest among the others, by cosine.
    """
    left, right = _normal(reference), _normal(other)
    k = min(NEIGHBOURS, len(left) - 1)
    if k < 1:
        return float(np.sum(left * right, axis=1).min(initial=1.0)), 1.0
    shares = [
        len(set(mine) & set(theirs)) / k
        for mine, theirs in zip(_nearest(left, k), _nearest(right, k), strict=True)
    ]
    return float(np.sum(left * right, axis=1).min()), float(np.mean(shares))


def probe(file: Path) -> Probe:
    """Return how quick this machine's products are, timed once and kept in `file`."""
    with contextlib.suppress(OSError, ValueError, RecursionError):
        return msgspec.json.decode(file.read_bytes(), type=Probe)
    found = Probe(float32=_gflops("float32"), bfloat16=_gflops("bfloat16"))
    with contextlib.suppress(OSError):  # a cache that cannot be written costs only time
        file.parent.mkdir(parents=True, exist_ok=True)
        atomic_write(file, msgspec.json.encode(found))
    return found


def _not_worth_it(encoder: Encoder, keys: list[bytes], chosen: list[bytes]) -> str:
    if not has_products(encoder.model):
        return "it has no matrix products to speed up"
    if not keys or encoder.tokens(keys) < proof.PAYS_FROM * encoder.tokens(chosen):
        return "there is too little to encode for a proof of bf16 to pay"
    return ""


def _not_on_this_machine(probe_file: Path) -> str:
    # Without the instructions bf16 is up to a hundred times slower: not even the probe runs.
    if not BF16_SETS & set(_instruction_sets()):
        return "this CPU has no bf16 instructions"
    gemm = probe(probe_file)
    if gemm.bfloat16 < proof.LEAST_SPEEDUP * gemm.float32:
        return "bf16 is hardly quicker on this machine"
    return ""


def _instruction_sets() -> tuple[str, ...]:
    try:
        return read_cpuinfo(CPUINFO.read_text(encoding="utf-8", errors="replace"))[1]
    except OSError:
        return ()


def _gflops(dtype: str) -> float:
    import torch

    matrix = torch.ones(GEMM_SIZE, GEMM_SIZE, dtype=getattr(torch, dtype))
    seconds = []
    for _ in range(GEMM_REPEATS):
        start = time.perf_counter()
        matrix @ matrix
        seconds.append(time.perf_counter() - start)
    return round(2 * GEMM_SIZE**3 / min(seconds) / 1e9, 1)


def _vectors(batches: list[Batch]) -> Floats:
    return np.concatenate([batch.vectors for batch in batches])


def _normal(vectors: Floats) -> Floats:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    normal: Floats = np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)
    return normal


def _nearest(vectors: Floats, k: int) -> list[list[int]]:
    scores = vectors @ vectors.T
    np.fill_diagonal(scores, -np.inf)
    nearest: list[list[int]] = best(scores, k)[0].tolist()
    return nearest
