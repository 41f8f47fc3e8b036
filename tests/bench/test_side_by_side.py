"""Batches beside each other: the same vectors in the same order, and no thread left behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
import torch

from advisor.bench.worker.side_by_side import MOST_AT_ONCE, NAMES, side_by_side


@pytest.fixture(autouse=True)
def threads() -> Iterator[None]:
    """Give torch its threads back."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def in_pool() -> int:
    return sum(thread.name.startswith(NAMES) for thread in threading.enumerate())


@pytest.mark.parametrize("threads", [1, 2, 3, 16])
def test_batches_come_in_order_whoever_is_done_first(threads: int) -> None:
    def work(number: int) -> int:
        time.sleep(0.02 * (number % 3 == 1))
        return number**2

    torch.set_num_threads(threads)
    assert list(side_by_side(work, range(20), threads)) == [(n, n**2) for n in range(20)]
    assert list(side_by_side(work, [], threads)) == []
    assert (torch.get_num_threads(), in_pool()) == (threads, 0)


def test_so_many_run_at_once_with_their_share_of_the_threads_and_the_first_one_alone() -> None:
    running: list[tuple[int, int]] = []
    now = 0
    lock = threading.Lock()

    def work(number: int) -> None:
        nonlocal now
        with lock:
            now += 1
            running.append((now, torch.get_num_threads()))
        if number:
            time.sleep(0.02)
        with lock:
            now -= 1

    torch.set_num_threads(8)
    list(side_by_side(work, range(12), 8))
    assert running[0] == (1, 8)
    assert max(at_once for at_once, _ in running) <= MOST_AT_ONCE
    assert max(at_once for at_once, _ in running) > 1
    assert {share for _, share in running[1:]} == {2}


def test_whoever_stops_early_leaves_no_thread_and_no_batch_begun_for_nothing() -> None:
    done: list[int] = []

    def work(number: int) -> int:
        done.append(number)
        time.sleep(0.01)
        return number

    torch.set_num_threads(2)
    going = side_by_side(work, range(100), 2)
    assert [next(going)[0] for _ in range(3)] == [0, 1, 2]
    going.close()
    assert (torch.get_num_threads(), in_pool()) == (2, 0)
    assert len(done) < 10


def test_what_goes_wrong_in_one_batch_is_raised_there() -> None:
    def work(number: int) -> int:
        if number == 5:
            raise RuntimeError("some_kernel not implemented")
        return number

    torch.set_num_threads(2)
    going = side_by_side(work, range(10), 2)
    assert [next(going)[0] for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(RuntimeError, match="some_kernel"):
        next(going)
    assert (torch.get_num_threads(), in_pool()) == (2, 0)
