"""Messages as lines, and texts as files; what comes from a session is never trusted."""

from __future__ import annotations

import math
from pathlib import Path

import msgspec

from advisor.bench.protocol.commands import Command
from advisor.bench.protocol.events import Event
from advisor.bench.protocol.message import Message
from advisor.errors import WorkerError

MOST_BYTES = 65_536
"""A longer line breaks the protocol; ordinary ones stay under 4 KiB."""

_encoder = msgspec.json.Encoder()
_commands: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Command)
_events: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


def encode(message: Message) -> bytes:
    """Return the message as one line, newline included."""
    return _encoder.encode(message) + b"\n"


def decode_command(line: bytes) -> Command:
    """Read one command; WorkerError when it is none."""
    try:
        return _commands.decode(line)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise WorkerError(f"not a command: {error}") from error


def decode_event(line: bytes) -> Event:
    """Read one event; WorkerError when the line is too long, no event, or has a wild number."""
    if len(line) > MOST_BYTES:
        raise WorkerError(f"an event of {len(line)} bytes, more than {MOST_BYTES}")
    try:
        event = _events.decode(line)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise WorkerError(f"not an event: {error}") from error
    _refuse_wild_numbers(event)
    return event


def _refuse_wild_numbers(event: Event) -> None:
    """Every number of an event is a count, a size or a time: finite and not negative."""
    for name in event.__struct_fields__:
        value = getattr(event, name)
        for number in value if isinstance(value, tuple) else (value,):
            if isinstance(number, (int, float)) and not (math.isfinite(number) and number >= 0):
                raise WorkerError(f"{type(event).__name__}.{name} is {number}")


def read_texts(path: str) -> list[str]:
    """Read a texts file as `write_texts` wrote it."""
    return msgspec.json.decode(Path(path).read_bytes(), type=list[str])


def write_texts(path: Path, texts: list[str]) -> None:
    """Write texts for sessions to read; they never travel over the pipe."""
    path.write_bytes(_encoder.encode(texts))
