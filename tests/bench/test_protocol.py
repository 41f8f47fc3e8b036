"""Events and commands survive the wire; a hostile line never becomes an event."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.bench import protocol
from advisor.errors import WorkerError


def test_an_event_comes_out_as_it_went_in() -> None:
    event = protocol.Loaded(seconds=0.4, dim=384, modules=("Transformer", "Pooling"))
    assert protocol.decode_event(protocol.encode(event)) == event


def test_a_command_comes_out_as_it_went_in() -> None:
    command = protocol.Encode(side="documents", texts="texts.json")
    assert protocol.decode_command(protocol.encode(command)) == command


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"not json",
        b"[]",
        b'{"type":"nosuchevent"}',
        b'{"type":"loaded"}',
        b'{"type":"loaded","seconds":"fast"}',
        b'{"type":"loaded","seconds":1e999}',
        b'{"type":"loaded","seconds":NaN}',
        b'{"type":"loaded","seconds":-1}',
        b'{"type":"timed","block":0,"covers":"x","latencies_ms":[1.0,-2.0]}',
        b'{"type":"loaded","seconds":' + b"9" * 5000 + b"}",
        b'{"type":"progress","phase":"\xff","done":1,"total":2}',
        b"[" * 100_000,
    ],
)
def test_a_line_that_is_no_event_is_refused_with_a_reason(line: bytes) -> None:
    with pytest.raises(WorkerError):
        protocol.decode_event(line)


def test_an_overlong_line_is_refused_unread() -> None:
    with pytest.raises(WorkerError, match="bytes"):
        protocol.decode_event(b" " * (protocol.MOST_BYTES + 1))


@given(st.binary(max_size=300))
def test_no_bytes_bring_anything_but_an_event_or_a_worker_error(line: bytes) -> None:
    with contextlib.suppress(WorkerError):
        protocol.decode_event(line)


def test_a_whole_timing_block_fits_a_small_event() -> None:
    event = protocol.Timed(block=0, latencies_ms=(12345.6789,) * 100, covers="x" * 80)
    assert len(protocol.encode(event)) < 4096
