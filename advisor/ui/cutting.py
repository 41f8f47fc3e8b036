"""Asking whether and how long documents are cut into chunks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from advisor.corpus.chunking import USUAL, chunking_named
from advisor.corpus.options import ReadOptions
from advisor.errors import UsageError
from advisor.ui.dialogs import Line

if TYPE_CHECKING:
    from textual.app import App

_HINT = (
    f"{USUAL} (size and overlap in each model's own tokens) or headings:256; empty reads documents "
    "whole, as far as a model reads"
)


async def asked_chunks(app: App[int], reading: ReadOptions) -> ReadOptions | None:
    """Ask in a worker how documents are cut; None when it was left."""
    now = str(reading.chunks or USUAL)
    line = Line("Cut documents into chunks?", now, hint=_HINT, check=wrong_chunks)
    said = await app.push_screen_wait(line)
    if said is None:
        return None
    return msgspec.structs.replace(reading, chunks=chunking_named(said.strip() or None))


def wrong_chunks(text: str) -> str | None:
    """Say what is wrong with the words as they are typed."""
    try:
        chunking_named(text.strip() or None)
    except UsageError as error:
        return str(error).removeprefix("--chunks ")
    return None
