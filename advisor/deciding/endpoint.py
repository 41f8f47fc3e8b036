"""A user's OpenAI-compatible endpoint: one chat completion at a time, and every way it fails."""

from __future__ import annotations

import asyncio
import os
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

import httpx2
import msgspec

from advisor.catalogue.own_model import check_address
from advisor.corpus.options import KEY_VARIABLE
from advisor.errors import EndpointError, UsageError
from advisor.text import one_line

ATTEMPTS: Final = 4
LONGEST_WAIT_S: Final = 60.0
MOST_BYTES: Final = 256 * 2**10
"""Of one answer; a query is a line."""
TIMEOUT: Final = httpx2.Timeout(60.0, connect=10.0)
WHOLE_S: Final = 120.0
"""For one attempt, however slowly it trickles in."""
_AGAIN: Final = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class _Message(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    message: _Message


class _Completion(msgspec.Struct):
    choices: list[_Choice]


class Unusable(EndpointError):
    """One answer that is none; the next may be."""


class Endpoint:
    """The endpoint and the key for it; used as a context, which closes its connections."""

    def __init__(self, address: str, model: str, *, first_wait_s: float = 1.0) -> None:
        """`address` is what stands before /chat/completions; CatalogueError when it is none.

        UsageError when a key would go to another machine unencrypted.
        """
        check_address(address, "--queries-from")
        parts = urlsplit(address)
        self.address, self.model = address.rstrip("/"), model
        self.host = parts.hostname or ""
        self._key = os.environ.get(KEY_VARIABLE, "").strip()
        self._first_wait_s = first_wait_s
        if self._key and parts.scheme == "http" and not self.is_local:
            raise UsageError(
                f"{KEY_VARIABLE} would go to {one_line(self.host, 80)} unencrypted: use https."
            )
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        # A proxy of the environment is for other machines.
        self._client = httpx2.AsyncClient(
            headers=headers, timeout=TIMEOUT, trust_env=not self.is_local, follow_redirects=False
        )

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine, by its name."""
        return self.host in _LOCAL

    async def __aenter__(self) -> Self:
        """Nothing to set up."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def complete(self, system: str, prompt: str) -> str:
        """Return the answer; Unusable when this one is none, EndpointError when none will be.

        What may pass (429, 5xx, a lost connection) is tried four times, with the waits that the
        endpoint asks for, up to a minute, or 1, 2 and 4 s.
        """
        body = {
            "model": self.model,
            "messages": [
                {"role": "system", "content": system},
                {"role": "user", "content": prompt},
            ],
            "stream": False,
        }
        wait = self._first_wait_s
        for attempt in range(1, ATTEMPTS + 1):
            try:
                async with asyncio.timeout(WHOLE_S):
                    status, headers, content = await self._post(body)
            except (httpx2.TransportError, TimeoutError) as error:
                if attempt == ATTEMPTS:
                    raise self._failed(f"does not answer ({type(error).__name__})") from error
            else:
                if status == 200:
                    return _text_of(content)
                if status not in _AGAIN:
                    raise self._refused(status, content)
                if attempt == ATTEMPTS:
                    raise self._failed(f"answers {status} again and again{self._said(content)}")
                wait = _asked_wait(headers.get("retry-after"), wait)
            await asyncio.sleep(min(wait, LONGEST_WAIT_S))
            wait *= 2
        raise AssertionError  # the last attempt returns or raises

    async def _post(self, body: object) -> tuple[int, httpx2.Headers, bytes]:
        address = f"{self.address}/chat/completions"
        async with self._client.stream("POST", address, json=body) as response:
            content = bytearray()
            async for part in response.aiter_bytes():
                content += part
                if len(content) > MOST_BYTES:
                    raise Unusable(
                        f"{one_line(self.host, 80)} answers with more than {MOST_BYTES:,} bytes"
                    )
            return response.status_code, response.headers, bytes(content)

    def _refused(self, status: int, content: bytes) -> EndpointError:
        said = self._said(content)
        if status in (401, 403):
            key = "with that key" if self._key else "without a key"
            return self._failed(f"refuses {key} ({status}){said}; put the key in {KEY_VARIABLE}")
        if status == 404:
            return self._failed(
                f"knows no /chat/completions or no model {one_line(self.model, 80)} (404){said}; "
                "check --queries-from, which ends in /v1 most often, and --queries-model"
            )
        if 300 <= status < 400:
            return self._failed(f"sends on to another address ({status}); name that one")
        return self._failed(f"answers {status}{said}")

    def _failed(self, what: str) -> EndpointError:
        return EndpointError(
            f"{one_line(self.host, 80)} {what}. What it wrote is kept; the same command goes on "
            "from there."
        )

    def _said(self, content: bytes) -> str:
        """Return what an answer says, without the key, should it say that."""
        text = content.decode("utf-8", "replace")
        if self._key:
            text = text.replace(self._key, "***")
        line = one_line(text, 160)
        return f": {line}" if line else ""


def _text_of(content: bytes) -> str:
    try:
        completion = msgspec.json.decode(content, type=_Completion)
    except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
        raise Unusable("an answer is no chat completion") from error
    if not completion.choices or completion.choices[0].message.content is None:
        raise Unusable("an answer holds no text")
    return completion.choices[0].message.content


def _asked_wait(said: str | None, usual: float) -> float:
    """Return the seconds an endpoint asks to wait; a date, or nonsense, is the usual wait."""
    if said is None or not said.strip().isdecimal():
        return usual
    return float(said.strip()[:6])
