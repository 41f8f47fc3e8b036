"""What the bench host and its owner say to each other, one JSON message a packet."""

from __future__ import annotations

import msgspec

PACKET_BYTES = 16_384


class _Message(msgspec.Struct, frozen=True, kw_only=True, tag=str.lower, tag_field="type"):
    pass


class Open(_Message, frozen=True, kw_only=True):
    """Owner to host: fork a session; its socket comes with the packet."""

    session: int
    log: str


class Ready(_Message, frozen=True, kw_only=True):
    """Host to owner: the imports are done."""

    seconds: float


class Forked(_Message, frozen=True, kw_only=True):
    """Host to owner: the session's process."""

    session: int
    pid: int


class Ended(_Message, frozen=True, kw_only=True):
    """Host to owner: the session's process is gone, with an exit status or by a signal."""

    session: int
    status: int | None = None
    signal: int | None = None


FromHost = Ready | Forked | Ended

encode = msgspec.json.Encoder().encode
decode_order: msgspec.json.Decoder[Open] = msgspec.json.Decoder(Open)
decode_report: msgspec.json.Decoder[FromHost] = msgspec.json.Decoder(FromHost)
