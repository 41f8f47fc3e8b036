"""Queries from an endpoint, asked for on the data screen: a real desk and a real server."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor.corpus.amount import Amount
from advisor.corpus.options import Source
from advisor.ui.data import DataChosen, DataScreen
from advisor.ui.data_writing import wrong_address, wrong_model
from tests.deciding.endpoints import Server, running
from tests.ui.screens import Make, Stage, alone


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as one:
        yield one


@pytest.fixture
def manual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Documents alone, without titles or queries, and a cache that has seen none of them."""
    monkeypatch.setenv("EMBED_ADVISOR_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "manual.jsonl"
    rows = [
        {"_id": f"d{n}", "text": f"The machine number {n} is mended with a hammer and glue."}
        for n in range(24)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def data(place: Path) -> Make:
    async def make(stage: Stage) -> DataScreen:
        del stage
        return DataScreen(str(place), Amount(), ())

    return make


def unwrapped(text: str) -> str:
    return " ".join(text.replace("│", " ").split())


async def ask_for(stage: Stage, address: str) -> None:
    await stage.until_offered("Queries")
    await stage.press("q")
    await stage.until_shown("Address of the endpoint")
    await stage.press(*address, "enter")
    await stage.until_shown("Its model")
    await stage.press(*"writer-1", "enter")


def test_queries_are_written_after_consent_and_taken_with_the_data(
    server: Server, manual: Path
) -> None:
    address = f"http://127.0.0.1:{server.server_port}/v1"

    async def steps(stage: Stage) -> None:
        await ask_for(stage, address)
        await stage.until_shown("of 24 of 24 documents")
        assert "a server on this machine" in unwrapped(stage.text())
        assert server.asked == []
        await stage.press("y")
        await stage.until_shown("queries written by a language model")
        assert len(server.asked) == 24
        await stage.until_offered("Use it")
        await stage.press("enter")

    result = alone(data(manual), steps)
    assert isinstance(result, DataChosen)
    assert result.reading.queries_from == Source(address, "writer-1")
    assert result.described is not None
    assert result.described.queries == 24
    assert result.described.evidence == "llm-queries"


def test_without_consent_nothing_is_sent(server: Server, manual: Path) -> None:
    async def steps(stage: Stage) -> None:
        await ask_for(stage, f"http://127.0.0.1:{server.server_port}/v1")
        await stage.until_shown("Send nothing")
        await stage.press("escape")
        await stage.until_shown("Nothing was sent.")

    alone(data(manual), steps)
    assert server.asked == []


def test_esc_stops_the_writing_and_what_was_written_is_not_asked_again(
    server: Server, manual: Path
) -> None:
    usual = server.behaviour

    def slow(number: int, body: object) -> tuple[int, dict[str, str], bytes]:
        if number <= 8:
            return usual(number, body)
        return 429, {"Retry-After": "60"}, b""

    async def steps(stage: Stage) -> None:
        server.behaviour = slow
        await ask_for(stage, f"http://127.0.0.1:{server.server_port}/v1")
        await stage.until_shown("of 24 of 24 documents")
        await stage.press("y")
        await stage.until_shown("8 of 24 documents …")
        await stage.press("escape")
        await stage.until_shown("Stopped. What was written is kept")
        server.behaviour = usual
        await ask_for(stage, f"http://127.0.0.1:{server.server_port}/v1")
        await stage.until_shown("of 16 of 24 documents")

    alone(data(manual), steps)


def test_an_endpoint_that_is_not_there_is_said_and_the_data_stays(manual: Path) -> None:
    async def steps(stage: Stage) -> None:
        with running() as gone:
            address = f"http://127.0.0.1:{gone.server_port}/v2"
            gone.behaviour = lambda number, body: (404, {}, b"no such model")
            await ask_for(stage, address)
            await stage.until_shown("Send nothing")
            await stage.press("y")
            await stage.until_shown("knows no /chat/completions")

    alone(data(manual), steps)


def test_judged_data_and_a_start_without_network_are_offered_nothing_to_send(manual: Path) -> None:
    async def judged(stage: Stage) -> None:
        await stage.until_offered("Use it")
        assert "Queries" not in stage.footer()

    async def offline(stage: Stage) -> None:
        await stage.until_offered("Queries")
        await stage.press("q")
        await stage.until_shown("Nothing is sent with --offline")

    alone(data(Path("techcorp-zh")), judged)
    alone(data(manual), offline, offline=True)


def test_no_key_can_be_part_of_what_is_typed() -> None:
    assert wrong_address("http://localhost:8000/v1") is None
    assert wrong_address("https://user:key@example.org/v1")
    assert wrong_address("https://example.org/v1?key=k")
    assert wrong_address("example.org")
    assert wrong_model(" ")
    assert wrong_model("llama3.1:8b") is None
