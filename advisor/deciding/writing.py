"""Queries written by a user's endpoint: consent first, every answer kept, then a dataset."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from advisor.bench.cache import cache_dir, writing
from advisor.corpus.dataset import Dataset, Document
from advisor.corpus.options import Source
from advisor.corpus.written import SENT_CHARACTERS, SYSTEM, prompt_for, with_written
from advisor.deciding.endpoint import Endpoint, Unusable
from advisor.errors import EndpointError, UsageError
from advisor.evaluation.pooling import shuffled
from advisor.progress import say
from advisor.text import one_line

FOLDER: Final = "written"
"""Below the cache folder."""
AT_ONCE: Final = 4
UNUSABLE_IN_A_ROW: Final = 8
"""Answers that are none, after which nothing better is to be expected."""
Consent = Callable[[str], bool]
"""Asks a person whether what the sentence says may be sent."""
Progress = Callable[[int, int], None]


class NotAgreed(UsageError):
    """Nothing was sent, for nobody has agreed to it; `words` say what would be."""

    def __init__(self, words: str) -> None:
        """`words` are those of `consent_words`."""
        super().__init__(
            "Nothing was sent: --queries-from needs your consent, at the question or by --yes."
        )
        self.words = words


def nobody_agrees(words: str) -> bool:
    """Agree to nothing: without a person and without --yes no text is sent."""
    del words
    return False


async def with_queries_from(
    source: Source,
    documents: Dataset,
    *,
    languages: Sequence[str],
    most: int | None,
    seed: int,
    consent: Consent,
    offline: bool,
) -> Dataset:
    """Return the documents with queries of an endpoint; said on stderr as they come.

    UsageError where no model is named, or the data has judgements: those say more.
    """
    if not source.model:
        raise UsageError("--queries-from needs --queries-model, the name of a model there.")
    refuse_judged(documents)

    def told(done: int, of: int) -> None:
        if done == of or done % 25 == 0:
            say(f"queries written for {done:,} of {of:,} documents")

    async with Endpoint(source.address, source.model) as endpoint:
        return await written_queries(
            documents,
            endpoint,
            language=languages[0] if len(languages) == 1 else None,
            most=most,
            seed=seed,
            cache=cache_dir(),
            consent=consent,
            offline=offline,
            progress=told,
        )


def refuse_judged(documents: Dataset) -> None:
    """Raise UsageError where the data has judgements: no model writes what says as much."""
    if documents.is_judged:
        raise UsageError(
            f"{one_line(documents.name, 60)} has judgements, which say more than queries that a "
            "model writes: leave out --queries-from."
        )


class _Kept(msgspec.Struct):
    prompt: str
    """SHA-256 of what was asked."""
    answer: str


class Answers:
    """What an endpoint's model has written, a line each in one file; never a key."""

    def __init__(self, cache: Path, endpoint: Endpoint) -> None:
        """Read what is there; a line that is damaged is asked again."""
        name = hashlib.sha256(f"{endpoint.address}\0{endpoint.model}\0{SYSTEM}".encode())
        self._path = cache / FOLDER / f"{name.hexdigest()[:32]}.jsonl"
        self._known: dict[str, str] = {}
        if self._path.exists():
            for line in self._path.read_bytes().split(b"\n"):
                try:
                    kept = msgspec.json.decode(line, type=_Kept)
                except ValueError:
                    continue
                self._known[kept.prompt] = kept.answer

    def get(self, prompt: str) -> str | None:
        """Return what was answered, None where it was not asked."""
        return self._known.get(_hash(prompt))

    def put(self, prompt: str, answer: str) -> None:
        """Keep an answer, on disk at once; CacheError on a full disk."""
        kept = _Kept(prompt=_hash(prompt), answer=answer)
        self._known[kept.prompt] = answer
        with writing(self._path.parent):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab") as file:
                # A line before it may have been cut off.
                file.write(b"\n" + msgspec.json.encode(kept) + b"\n")


def _hash(prompt: str) -> str:
    return hashlib.sha256(prompt.encode("utf-8", "surrogatepass")).hexdigest()


async def written_queries(
    documents: Dataset,
    endpoint: Endpoint,
    *,
    language: str | None,
    most: int | None,
    seed: int,
    cache: Path,
    consent: Consent,
    offline: bool,
    progress: Progress,
) -> Dataset:
    """Return the documents with queries that the endpoint wrote for some of them.

    Asked are `most` documents drawn by the seed, whatever was kept of them is not asked again.
    NotAgreed without consent, UsageError offline, where anything would have to be sent;
    EndpointError when the endpoint fails.
    """
    by_id = {document.id: document for document in documents.corpus}
    chosen = shuffled(by_id, seed)[:most]
    prompts = {one: prompt_for(by_id[one], language) for one in chosen}
    answers = Answers(cache, endpoint)
    open_ = [one for one in chosen if answers.get(prompts[one]) is None]
    if open_:
        _agree(documents, [by_id[one] for one in open_], len(chosen), endpoint, consent, offline)
        await _ask(endpoint, answers, {one: prompts[one] for one in open_}, progress)
    given = {one: answer for one in chosen if (answer := answers.get(prompts[one])) is not None}
    found = with_written(documents, given, language, one_line(endpoint.model, 80)).dataset
    if not found.queries:
        raise EndpointError(
            f"Of {len(given):,} answers of {one_line(endpoint.model, 80)} none is a usable query: "
            f"{found.notes[-1]} Name another --queries-model."
        )
    return found


def consent_words(
    documents: Dataset, asked: Sequence[Document], of: int, endpoint: Endpoint
) -> str:
    """Say what would be sent, how much of it, and to whom."""
    characters = sum(len(document.text[:SENT_CHARACTERS]) for document in asked)
    host = one_line(endpoint.host, 80)
    kept = f" What was written for {of - len(asked):,} others is kept." if of > len(asked) else ""
    where = (
        f"They go to {host}, a server on this machine; what it passes on is its own affair."
        if endpoint.is_local
        else f"They leave this machine for {host}, which may keep them and charge for them."
    )
    plain = (
        ""
        if endpoint.is_local or endpoint.address.startswith("https://")
        else " Nothing encrypts them on the way (http)."
    )
    return (
        f"To have queries written by {one_line(endpoint.model, 80)}, the beginnings (up to "
        f"{SENT_CHARACTERS:,} characters) of {len(asked):,} of {len(documents.corpus):,} documents "
        f"of {one_line(documents.name, 60)} are sent, {characters:,} characters in "
        f"{len(asked):,} requests. {where}{plain}{kept}"
    )


def _agree(
    documents: Dataset,
    asked: Sequence[Document],
    of: int,
    endpoint: Endpoint,
    consent: Consent,
    offline: bool,
) -> None:
    words = consent_words(documents, asked, of, endpoint)
    if offline:
        raise UsageError(
            f"{words} --offline forbids that: leave it out, or leave out --queries-from."
        )
    if not consent(words):
        raise NotAgreed(words)


async def _ask(
    endpoint: Endpoint, answers: Answers, prompts: Mapping[str, str], progress: Progress
) -> None:
    """Ask for every document, a few at once, and keep each answer; the first failure ends all."""
    waiting = list(prompts.values())[::-1]
    done = unusable = 0

    async def work() -> None:
        nonlocal done, unusable
        while waiting:
            prompt = waiting.pop()
            try:
                answer = await endpoint.complete(SYSTEM, prompt)
            except Unusable as error:
                unusable += 1
                if unusable >= UNUSABLE_IN_A_ROW:
                    raise EndpointError(
                        f"{one_line(endpoint.host, 80)}: {unusable} answers in a row are of no "
                        f"use ({error}). Is it an OpenAI-compatible chat endpoint?"
                    ) from error
            else:
                unusable = 0
                answers.put(prompt, answer)
            done += 1
            progress(done, len(prompts))

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(AT_ONCE, len(waiting))):
                group.create_task(work())
    except* EndpointError as failed:
        raise failed.exceptions[0] from None
