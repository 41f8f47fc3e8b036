"""What can go wrong with the Hub, each in a sentence with a way out."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from huggingface_hub import constants, errors, get_session
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from advisor.bench.engine import EngineError
from advisor.text import one_line

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NOT_WRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST)
TRANSPORT: type[Exception] = errors.HTTPError  # type: ignore[attr-defined] # httpx's or httpx2's
"""What a connection that fails raises; an answer with an error status is among them."""
_EXPECTED = (TRANSPORT, OSError, EntryNotFoundError, HFValidationError)


@contextmanager
def explained(repo: str) -> Iterator[None]:
    """Turn whatever the Hub's library raises into an EngineError."""
    try:
        yield
    except EngineError:
        raise
    except _EXPECTED as error:
        raise explain(error, repo) from error


def refuse_offline() -> None:
    """Raise EngineError when the Hub may not be asked; must come before any request."""
    if constants.HF_HUB_OFFLINE:
        raise _offline()


def refuse_to_wait() -> None:
    """Make a 429 end the request; the library would sleep for minutes without a word."""
    hooks = get_session().event_hooks
    if _end_at_429 not in hooks["response"]:
        # The client takes hooks by assignment alone.
        get_session().event_hooks = {**hooks, "response": [*hooks["response"], _end_at_429]}


def _end_at_429(response: Any) -> None:  # noqa: ANN401 - httpx's or httpx2's
    if response.status_code == 429:
        raise _rate_limit(response.headers.get("Retry-After", ""))


def explain(error: BaseException, repo: str) -> EngineError:
    """Return the sentence for one error of the library."""
    shown = one_line(repo, 120)
    match error:
        case OfflineModeIsEnabled():
            return _offline()
        case GatedRepoError():
            return EngineError(
                "access",
                f"{shown} is gated: accept its terms at {constants.ENDPOINT}/{shown}, "
                "log in with `hf auth login`, and try again",
            )
        case RevisionNotFoundError():
            return EngineError("not found", f"{shown} has no such revision; leave it out")
        case RepositoryNotFoundError():
            return EngineError(
                "not found",
                f"the Hub shows no {shown}: check the name, or, if it is private, "
                "log in with `hf auth login`",
            )
        case HfHubHTTPError():
            return _by_status(error, shown)
        case HFValidationError():
            return EngineError("not found", f"{shown} is no name of a repository on the Hub")
        case _ if isinstance(error, TRANSPORT):
            return _no_connection(error)
        case EntryNotFoundError() if error.__cause__ is not None:
            return explain(error.__cause__, repo)  # the library's "not here either"
        case OSError():
            return _by_number(error)
    return EngineError("hub", f"{shown}: {one_line(str(error), 300)}; try again later")


def no_space(needed: int, free: int, place: str) -> EngineError:
    """Return the error for a disk that cannot take the files; amounts in bytes."""
    return EngineError(
        "disk full",
        f"the download needs {needed / 1e6:,.0f} MB and {place} has {free / 1e6:,.0f} MB free; "
        "make room, or set HF_HOME to a folder on another disk",
    )


def _offline() -> EngineError:
    return EngineError(
        "offline",
        "the Hub is not to be asked (--offline, or HF_HUB_OFFLINE is set), "
        "so nothing was downloaded; allow it, or fetch the model elsewhere",
    )


def _no_connection(error: BaseException) -> EngineError:
    reason = one_line(str(error), 200) or type(error).__name__
    return EngineError(
        "no connection",
        f"{constants.ENDPOINT} cannot be reached ({reason}); check the connection, the proxy or "
        "HF_ENDPOINT and try again: files that are complete are kept",
    )


def _by_status(error: HfHubHTTPError, shown: str) -> EngineError:
    status = error.response.status_code
    if status in (401, 403):
        return EngineError(
            "access",
            f"the Hub refuses {shown} ({status}): log in with `hf auth login`, "
            "or renew the token in use",
        )
    if status == 404:
        return EngineError("not found", f"the Hub shows no {shown}, or not all of its files")
    if status == 429:
        return _rate_limit(error.response.headers.get("Retry-After", ""))
    return EngineError("hub", f"the Hub answers with an error ({status}); try again later")


def _rate_limit(wait: str) -> EngineError:
    when = f"in {wait} s" if wait.isdigit() else "in some minutes"
    return EngineError(
        "rate limit",
        f"the Hub has had too many requests from here (429); try again {when}, "
        "or log in with `hf auth login`, which allows more",
    )


def _by_number(error: OSError) -> EngineError:
    if error.errno in _FULL:
        return EngineError(
            "disk full",
            f"no space was left for the download in {constants.HF_HUB_CACHE}; make room, "
            "or set HF_HOME to a folder on another disk; files that are complete are kept",
        )
    if error.errno in _NOT_WRITABLE:
        return EngineError(
            "not writable",
            f"the Hub cache {constants.HF_HUB_CACHE} cannot be written to ({error.strerror}); "
            "set HF_HOME to a folder of your own",
        )
    return EngineError(
        "hub",
        f"the download broke off ({one_line(str(error), 200)}); "
        "try again: files that are complete are kept",
    )
