"""How near encoding comes to what the processor's matrix products allow, by length and budget.

Usage: python benchmarks/ceiling.py MODEL_FOLDER [--lengths 16,64,250] [--budgets 512,2048,8192]

Products and encodings take turns, and the best of each is kept: on a shared machine only
neighbours in time can be compared. With one thread (OMP_NUM_THREADS=1) the seconds are the CPU's,
which other work on the machine lengthens little. A share is FLOP/s of the encoding by those of a
product of 2,048 x 2,048; an encoding's FLOP are 2 x parameters outside the embedding table x
tokens, and 4 x length x width a layer and token for attention. The last column is by how much
weights that are laid out once make bf16 quicker than autocast, which converts them for each batch.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

os.environ.update(TOKENIZERS_PARALLELISM="false", TQDM_DISABLE="1")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import torch
from sentence_transformers import SentenceTransformer

from advisor.bench import protocol
from advisor.bench.worker import encoding
from advisor.bench.worker.anatomy import anatomy

WORDS = ("quick", "brown", "fox", "jumps", "over", "lazy", "dog", "apple", "with", "sugar", "house")
TOKENS = 8_192
"""Encoded a time, whatever the length."""
SIZE = 2_048
PATHS: tuple[protocol.Precision, ...] = ("float32", "bfloat16")
CONVERTED = "weights converted for each batch"


class Converting(encoding.Encoder):
    """Encodes by autocast alone."""

    def _products(self, precision: protocol.Precision) -> AbstractContextManager[None]:
        return nullcontext()


def main() -> None:
    """Measure and print one Markdown row a length and budget."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--lengths", default="16,64,250")
    parser.add_argument("--budgets", default="512,1024,2048,4096")
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    model = SentenceTransformer(options.folder, device="cpu", local_files_only=True)
    prompts: dict[protocol.Side, str] = {"documents": "", "queries": ""}
    given = (model, prompts, model.max_seq_length)
    encoder, converting = encoding.Encoder(*given), Converting(*given)
    heads = ("tokens a text", "budget", "float32 tok/s", "share of GEMM", "bf16 tok/s")
    print("|", " | ".join((*heads, "bf16 by float32", "by autocast")), "|")
    print("|--:|--:|--:|--:|--:|--:|--:|")
    for length in map(int, options.lengths.split(",")):
        for budget in map(int, options.budgets.split(",")):
            encoder.token_budget = converting.token_budget = budget
            print(row(encoder, converting, length, budget, options.repeat), flush=True)


def row(
    encoder: encoding.Encoder, converting: Converting, length: int, budget: int, repeat: int
) -> str:
    """Measure one length at one budget."""
    texts = {
        f"{length}/{number}".encode(): " ".join(
            WORDS[(number + place * (1 + number % 7)) % len(WORDS)] for place in range(length - 2)
        )
        for number in range(TOKENS // length)
    }
    keys = encoder.longest_first(texts, "documents")
    converting.longest_first(texts, "documents")
    tokens = encoder.tokens(keys)
    seconds: dict[str, list[float]] = {path: [] for path in (*PATHS, CONVERTED, "gemm")}
    matrix = torch.ones(SIZE, SIZE)
    for _ in range(repeat):
        seconds["gemm"].append(taken(lambda: matrix @ matrix))
        for path in PATHS:
            work = lambda path=path: list(encoder.batches(keys, texts, "documents", path))  # noqa: E731
            seconds[path].append(taken(work))
        seconds[CONVERTED].append(
            taken(lambda: list(converting.batches(keys, texts, "documents", "bfloat16")))
        )
        seconds["gemm"].append(taken(lambda: matrix @ matrix))
    best = {name: min(values) for name, values in seconds.items()}
    share = flop(encoder, length) * tokens / best["float32"] / (2 * SIZE**3 / best["gemm"])
    return (
        f"| {tokens / len(keys):.0f} | {budget:,} | {tokens / best['float32']:,.0f} "
        f"| {100 * share:.0f} % | {tokens / best['bfloat16']:,.0f} "
        f"| {best['float32'] / best['bfloat16']:.2f} "
        f"| {best[CONVERTED] / best['bfloat16']:.2f} |"
    )


def flop(encoder: encoding.Encoder, length: int) -> float:
    """Return the FLOP of one token."""
    transformer: Any = encoder.model[0]
    config = transformer.auto_model.config
    attention = 4 * length * config.hidden_size * config.num_hidden_layers
    return float(2 * anatomy(encoder.model)["n_active_parameters"] + attention)


def taken(work: Callable[[], object]) -> float:
    """Return the seconds of one call."""
    clock = time.process_time if torch.get_num_threads() == 1 else time.perf_counter
    start = clock()
    work()
    return clock() - start


if __name__ == "__main__":
    main()
