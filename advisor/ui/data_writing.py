"""Queries that a user's endpoint writes: asking for the endpoint, and for consent before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.catalogue.own_model import check_address
from advisor.corpus.options import KEY_VARIABLE, Source
from advisor.desk import messages
from advisor.errors import CatalogueError
from advisor.text import plain
from advisor.ui.dialogs import Confirm, Line

if TYPE_CHECKING:
    from textual.app import App

    from advisor.ui.data import DataScreen

_ADDRESS = (
    "OpenAI-compatible, such as http://localhost:11434/v1. A key is read from the environment "
    f"alone ({KEY_VARIABLE}). Nothing is sent before you have seen what, and agreed."
)


async def asked_source(app: App[int]) -> Source | None:
    """Ask in a worker who writes the queries; None when it was left."""
    line = Line("Address of the endpoint that writes queries", hint=_ADDRESS, check=wrong_address)
    address = await app.push_screen_wait(line)
    if address is None:
        return None
    line = Line("Its model", hint="as the endpoint calls it", check=wrong_model)
    model = await app.push_screen_wait(line)
    return None if model is None else Source(address.strip(), model.strip())


def wrong_address(text: str) -> str | None:
    """Say what is wrong with an address as it is typed."""
    try:
        check_address(text.strip(), "here")
    except CatalogueError:
        return "http:// or https://, a host and a path, and nothing else: http://localhost:8000/v1"
    return None


def wrong_model(text: str) -> str | None:
    """Say what is wrong with a model's name as it is typed."""
    name = text.strip()
    return None if name and plain(name) == name else "a name, without control characters"


async def have_written(screen: DataScreen, request: messages.Write) -> str | None:
    """Have queries written once a person agrees; return why not, None when they are there."""
    while True:
        written = await screen.ask(request, messages.Written)
        screen.advisor.news.writing = None
        if written is None:
            return screen.refusal.plain.removeprefix("! ")
        if not written.to_agree:
            return None
        question = Confirm(written.to_agree, yes="Send them", no="Send nothing")
        if not await screen.app.push_screen_wait(question):
            return "Nothing was sent."
        request = messages.Write(
            place=request.place,
            amount=request.amount,
            reading=request.reading,
            agreed=written.to_agree,
        )
