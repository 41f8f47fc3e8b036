"""What measuring a model will take: from its card, the machine and the sample."""

from typing import Any

import msgspec
import pytest

from advisor.catalogue.card import ModelCard
from advisor.catalogue.catalogue import load_catalogue
from advisor.needs.requirements import Factor, Learned, Machine
from advisor.shortlist import speed
from advisor.shortlist.forecast import Forecast, Size, forecast, together, words_of
from tests.shortlist.profiles import LAPTOP, needs

find = load_catalogue().find
SIZE = Size(documents=1_000, queries=50, words=100)
PROBED = msgspec.structs.replace(LAPTOP, gflops=200.0)


def expected(card: ModelCard, machine: Machine = PROBED, size: Size = SIZE, **how: Any) -> Forecast:
    return forecast(card, needs(machine=machine), size, **how)


def test_encoding_follows_parameters_at_work_and_tokens_and_the_machines_speed() -> None:
    mini = find("all-MiniLM-L6-v2")
    assert mini.n_active_parameters is not None
    tokens = 1_000 * 100 * speed.TOKENS_PER_WORD
    seconds = tokens * 2 * mini.n_active_parameters / (200e9 * speed.BATCH_SHARE)
    whole = expected(mini).seconds
    assert whole is not None
    assert seconds < whole.value < seconds + 10
    twice = expected(mini, msgspec.structs.replace(PROBED, gflops=400.0)).seconds
    assert twice is not None
    assert twice.value < whole.value
    assert whole.low < whole.value < whole.high


def test_more_documents_take_longer_and_longer_ones_only_as_far_as_the_model_reads() -> None:
    mini = find("all-MiniLM-L6-v2")
    sizes = [SIZE, msgspec.structs.replace(SIZE, documents=5_000)]
    short, many = (expected(mini, size=size).seconds for size in sizes)
    assert short is not None
    assert many is not None
    assert many.value > 2 * short.value
    long, longer = (
        expected(mini, size=msgspec.structs.replace(SIZE, words=words)) for words in (2_000, 9_000)
    )
    assert long.seconds == longer.seconds


def test_an_unknown_size_stays_unknown_and_a_static_model_takes_seconds() -> None:
    unknown = msgspec.structs.replace(
        find("all-MiniLM-L6-v2"), n_active_parameters=None, memory_usage_mb=None
    )
    assert expected(unknown).seconds is None
    assert expected(unknown).memory_mib is None
    static = expected(find("potion-base-8M"))
    assert static.seconds is not None
    assert static.seconds.value < 5
    assert "looked up" in static.basis
    assert expected(find("bm25")) == Forecast()


def test_only_a_model_that_is_not_here_is_downloaded() -> None:
    e5 = find("multilingual-e5-small")
    assert expected(e5).download_mib is None
    assert expected(e5, here=False).download_mib == e5.memory_usage_mb


def test_what_was_learned_on_the_machine_moves_the_estimate_and_narrows_its_range() -> None:
    factor = Factor(middle=2.0, low=1.8, high=2.2, n=3)
    taught = msgspec.structs.replace(
        PROBED, learned=Learned(encoding=factor, query=factor, memory=factor)
    )
    mini = find("all-MiniLM-L6-v2")
    before, after = expected(mini), expected(mini, taught)
    for one, other in ((before.query_ms, after.query_ms), (before.memory_mib, after.memory_mib)):
        assert one is not None
        assert other is not None
        assert other.value == pytest.approx(2 * one.value)
    assert before.query_ms is not None
    assert after.query_ms is not None
    narrow, wide = after.query_ms, before.query_ms
    assert narrow.high / narrow.low < wide.high / wide.low
    assert "3 models measured here before" in after.basis
    assert "200 GFLOP/s, measured here" in before.basis


def test_one_earlier_model_moves_the_estimate_and_does_not_narrow_it() -> None:
    factor = Factor(middle=2.0, low=2.0, high=2.0, n=1)
    taught = msgspec.structs.replace(PROBED, learned=Learned(query=factor))
    mini = find("all-MiniLM-L6-v2")
    one, other = expected(mini).query_ms, expected(mini, taught).query_ms
    assert one is not None
    assert other is not None
    assert other.value == pytest.approx(2 * one.value)
    assert other.high / other.low == pytest.approx(one.high / one.low)


def test_together_times_add_up_and_the_largest_memory_counts() -> None:
    mini, e5 = expected(find("all-MiniLM-L6-v2")), expected(find("multilingual-e5-small"))
    both = together([mini, e5, Forecast()])
    assert mini.seconds is not None
    assert e5.seconds is not None
    assert both.seconds is not None
    assert both.seconds.value == pytest.approx(mini.seconds.value + e5.seconds.value)
    assert both.memory_mib == e5.memory_mib
    assert together([]) == Forecast()


def test_chinese_has_a_word_in_a_character_and_a_half() -> None:
    assert words_of(600, ("en",)) == 100
    assert words_of(150, ("zh-Hans",)) == 100
    assert words_of(0, ("en",)) is None
