"""Asking how many queries and documents are measured."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from advisor.corpus.amount import Amount
from advisor.ui.dialogs import Line

if TYPE_CHECKING:
    from textual.app import App

    from advisor.desk.messages import Described

MOST_DIGITS = 15


async def asked_amount(app: App[int], found: Described, seed: int) -> Amount | None:
    """Ask for both sizes in a worker; None when one of the two was left."""
    said: list[int | None] = []
    for what, most, now in (
        ("queries", found.queries, found.sample_queries),
        ("documents", found.documents, found.sample_documents),
    ):
        if most == 0:
            said.append(None)
            continue
        check = partial(wrong_with, most=most)
        line = Line(f"How many {what}?", str(now), hint=f"1 to {most:,}", check=check)
        text = await app.push_screen_wait(line)
        if text is None:
            return None
        said.append(int(text.replace(",", "")))
    return Amount(queries=said[0], documents=said[1], seed=seed)


def wrong_with(text: str, most: int) -> str | None:
    """Say what is wrong with a size as it is typed."""
    digits = text.replace(",", "").strip()
    # Not isdigit, which takes ² as well; int() reads no number of thousands of digits.
    if not digits.isdecimal() or (len(digits) <= MOST_DIGITS and int(digits) == 0):
        return "a number from 1 on"
    too_many = len(digits) > MOST_DIGITS or int(digits) > most
    return f"there are only {most:,}" if too_many else None
