"""Messages as numbered lines, and news without a number; types are checked on reading."""

from __future__ import annotations

import msgspec

from advisor.bench.downloads import Download
from advisor.bench.events import Update
from advisor.desk.messages.replies import Reply
from advisor.desk.messages.requests import Request
from advisor.errors import NO_UTF8, WorkerError
from advisor.text import one_line

MOST_BYTES = 16 * 2**20
"""A longer line breaks the protocol; the longest ordinary one is a record."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A request on its way."""

    number: int
    request: Request


class Writing(msgspec.Struct, frozen=True, kw_only=True):
    """For how many documents a query was asked so far."""

    done: int
    of: int


class Told(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A reply on its way, or news."""

    number: int | None = None
    reply: Reply | None = None
    update: Update | None = None
    download: Download | None = None
    writing: Writing | None = None


_encoder = msgspec.json.Encoder()
_asked: msgspec.json.Decoder[Asked] = msgspec.json.Decoder(Asked)
_told: msgspec.json.Decoder[Told] = msgspec.json.Decoder(Told)


def encode(line: Asked | Told) -> bytes:
    """Return it as one line, newline included; WorkerError for a name that is no text."""
    try:
        return _encoder.encode(line) + b"\n"
    except UnicodeEncodeError as error:
        name = one_line(error.object, 120)
        raise WorkerError(f"{name}: {NO_UTF8}") from error


def decode_asked(line: bytes) -> Asked:
    """Read a request; WorkerError when it is none."""
    try:
        return _asked.decode(line)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise WorkerError(f"not a request: {error}") from error


def decode_told(line: bytes) -> Told:
    """Read a reply or news; WorkerError when it is neither."""
    try:
        return _told.decode(line)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise WorkerError(f"not a reply: {error}") from error
