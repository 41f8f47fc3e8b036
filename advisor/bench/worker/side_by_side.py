"""Several batches at once, each with its share of the threads: small products fill one core."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")

MOST_AT_ONCE = 4
"""Batches: what Python itself does for each is done one after the other all the same."""
NAMES = "batch"
"""What the threads are called by."""


def side_by_side(
    work: Callable[[Given], Made], batches: Iterable[Given], threads: int
) -> Generator[tuple[Given, Made], None, None]:
    """Yield every batch with what `work` makes of it, in order.

    The first is done alone: it brings the tokenizer's truncation and padding to what all others
    need, which two threads cannot change at once. The number of torch's threads is the same
    afterwards, also when the caller stops early.
    """
    import torch

    rest = iter(batches)
    for first in rest:
        yield first, work(first)
        break
    at_once = min(threads, MOST_AT_ONCE)
    if at_once < 2:
        yield from ((batch, work(batch)) for batch in rest)
        return
    waiting: deque[tuple[Given, Future[Made]]] = deque()
    share = threads // at_once
    pool = ThreadPoolExecutor(at_once, NAMES, initializer=torch.set_num_threads, initargs=(share,))
    try:
        for batch in rest:
            waiting.append((batch, pool.submit(work, batch)))
            # One more than run, so that nobody waits for the caller.
            if len(waiting) > at_once:
                done, made = waiting.popleft()
                yield done, made.result()
        while waiting:
            done, made = waiting.popleft()
            yield done, made.result()
    finally:
        pool.shutdown(cancel_futures=True)
        torch.set_num_threads(threads)
