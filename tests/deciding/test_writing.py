"""Queries of an endpoint, spoken to over a real server: consent, failures, keeping, filters."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from advisor.corpus.dataset import Dataset, Document
from advisor.corpus.options import KEY_VARIABLE
from advisor.corpus.written import SYSTEM, fault_of
from advisor.deciding import endpoint as endpoints
from advisor.deciding.endpoint import Endpoint
from advisor.deciding.writing import nobody_agrees, written_queries
from advisor.errors import CatalogueError, EndpointError, UsageError
from tests.deciding.endpoints import Answer, Server, completion, running

KEY = "sk-do-not-tell"


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as one:
        yield one


def documents(count: int = 6) -> Dataset:
    return Dataset(
        name="manual",
        corpus=tuple(
            Document(f"d{i}", f"The machine number {i} is mended with a hammer and some glue.")
            for i in range(count)
        ),
        queries=(),
        qrels={},
        evidence="judged-here",
    )


def write(
    server: Server,
    cache: Path,
    *,
    data: Dataset | None = None,
    consent: Callable[[str], bool] = lambda words: True,
    offline: bool = False,
) -> Dataset:
    async def run() -> Dataset:
        address = f"http://127.0.0.1:{server.server_port}/v1"
        async with Endpoint(address, "writer-1", first_wait_s=0.001) as endpoint:
            return await written_queries(
                data or documents(), endpoint, language="en", most=None, seed=0, cache=cache,
                consent=consent, offline=offline, progress=lambda done, of: None,
            )  # fmt: skip

    return asyncio.run(run())


def test_each_document_gets_its_query_and_a_second_run_asks_nothing(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    said: list[str] = []

    def agree(words: str) -> bool:
        said.append(words)
        return True

    found = write(server, tmp_path, consent=agree)
    assert found.evidence == "llm-queries"
    assert len(found.queries) == 6
    assert sorted(found.qrels.values(), key=str) == [{f"d{i}": 1} for i in range(6)]
    assert "6 queries were written by writer-1" in found.notes[-1]
    assert "of 6 of 6 documents of manual are sent" in said[0]
    assert "127.0.0.1" in said[0]
    assert set(server.keys) == {f"Bearer {KEY}"}
    assert all(body["messages"][0]["content"] == SYSTEM for body in server.asked)
    again = write(server, tmp_path, consent=nobody_agrees, offline=True)
    assert again.queries == found.queries
    assert len(server.asked) == 6
    assert KEY.encode() not in b"".join(path.read_bytes() for path in tmp_path.rglob("*.jsonl"))


def test_nothing_is_sent_without_consent_or_offline(server: Server, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Nothing was sent"):
        write(server, tmp_path, consent=nobody_agrees)
    with pytest.raises(UsageError, match="--offline forbids"):
        write(server, tmp_path, offline=True)
    assert server.asked == []


def test_a_wrong_key_ends_it_and_is_never_repeated_in_words(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    server.behaviour = lambda number, body: (401, {}, f"bad key {KEY} \x1b[2J".encode())
    with pytest.raises(EndpointError, match="refuses with that key") as refused:
        write(server, tmp_path)
    assert KEY not in str(refused.value)
    assert "\x1b" not in str(refused.value)
    assert len(server.asked) <= 4


def test_who_asks_too_often_waits_as_told_and_goes_on(server: Server, tmp_path: Path) -> None:
    def busy(number: int, body: object) -> Answer:
        wait = {"Retry-After": "0"}
        return (429, wait, b"slow down") if number <= 3 else completion(f"mending thing {number}?")

    server.behaviour = busy
    assert len(write(server, tmp_path).queries) == 6
    assert len(server.asked) == 9


def test_an_endpoint_that_never_answers_is_given_up_and_what_came_is_kept(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go = threading.Event()

    def silent(number: int, body: object) -> Answer:
        if number > 2:
            let_go.wait(30)
        return completion(f"mending thing {number} at home?")

    server.behaviour = silent
    monkeypatch.setattr(endpoints, "WHOLE_S", 0.3)
    try:
        with pytest.raises(EndpointError, match="does not answer"):
            write(server, tmp_path)
    finally:
        let_go.set()
    before = len(server.asked)
    server.behaviour = lambda number, body: completion(f"mending thing {number} at home?")
    assert len(write(server, tmp_path).queries) == 6
    assert len(server.asked) - before == 4


@pytest.mark.parametrize(
    "content",
    [
        b"<html>hello</html>",
        b'{"choices": []}',
        b'{"choices": [{"message": {"content": 7}}]}',
        b"[" * 100_000,
        b'{"choices": "' + b"x" * 300_000,
    ],
    ids=["html", "empty", "number", "deep", "large"],
)
def test_hostile_answers_end_with_a_sentence(
    server: Server, tmp_path: Path, content: bytes
) -> None:
    server.behaviour = lambda number, body: (200, {}, content)
    with pytest.raises(EndpointError, match="of no use"):
        write(server, tmp_path, data=documents(10))


def test_addresses_with_keys_and_keys_without_encryption_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(CatalogueError, match="environment variable"):
        Endpoint("https://me:secret@example.test/v1", "m")
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    with pytest.raises(UsageError, match="unencrypted"):
        Endpoint("http://example.test/v1", "m")


TEXT = "Our warehouse in Lyon ships parcels on weekdays before noon, except on public holidays."


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("when do parcels leave the store in Lyon?", None),
        ("", "empty"),
        ("?!", "empty"),
        ("x " * 200, "too long"),
        ("Lyon", "too short"),
        ("what does this passage say about parcels?", "names the text"),
        ("ships parcels on weekdays before noon, really?", "copied"),
        ("quand est-ce que les colis sont dans la poste de Lyon ?", "other language"),
    ],
)
def test_what_is_no_query_is_left_out_with_its_reason(query: str, fault: str | None) -> None:
    assert fault_of(query, TEXT, "en") == fault


def test_a_query_that_copies_chinese_is_seen_without_gaps_between_words() -> None:
    text = "本店每天上午九點開門，下午六點關門，週末休息，節日另行通知。"
    assert fault_of("每天上午九點開門下午六點關門嗎", text, None) == "copied"
    assert fault_of("商店幾點營業？", text, None) is None
