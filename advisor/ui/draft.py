"""The decision as far as it has come, kept on disk after every step so that nothing is lost."""

from __future__ import annotations

import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec
import platformdirs

from advisor.bench.cache import atomic_write
from advisor.corpus.amount import Amount
from advisor.corpus.options import ReadOptions
from advisor.needs.answers import Answers, AnswerSet

Step = Literal["data", "interview", "review", "shortlist", "benchmark", "judge", "verdict"]

MOST_KEPT = 20
"""Older ones are forgotten."""
MOST_PLACES = 10


class Draft(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything a person has said and chosen in one walk; what was measured is in the cache."""

    id: str
    started: str
    """Local time, ISO 8601 to the minute."""
    process: tuple[int, float] = (0, 0.0)
    """Process that holds it, and when that process began."""
    step: Step = "data"
    place: str = ""
    """A path or a sample's name; empty before it was chosen."""
    amount: Amount = Amount()
    to_judge: bool = False
    """Whether queries without judgements are kept, to be judged in the interface."""
    reading: ReadOptions = ReadOptions()
    """What was said about the files: columns, encoding, chunks."""
    profile: str = ""
    """Name of the profile it began with."""
    base: AnswerSet | None = None
    """That profile's answers."""
    answers: AnswerSet = AnswerSet(values=Answers(), sources={})
    skipped: tuple[str, ...] = ()
    """Questions answered with "I don't know"."""
    names: tuple[str, ...] = ()
    """Exactly these models, when they were named at the start."""
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    measured: int = 0
    of: int = 0

    @property
    def begun(self) -> bool:
        """Whether anything has been said that would be lost."""
        return bool(self.step != "data" or self.answers.sources or self.place)

    @property
    def said(self) -> str:
        """Where it stands, in a few words."""
        if self.step == "benchmark" and self.of:
            return f"benchmark, {self.measured} of {self.of} measured"
        if self.step == "interview":
            return f"questions, {len(self.answers.sources)} answered"
        return {"review": "answers", "judge": "judging", "verdict": "verdict, not saved"}.get(
            self.step, self.step
        )


def new_draft() -> Draft:
    """Return an empty draft of this process."""
    import psutil

    now = datetime.now().astimezone()
    return Draft(
        id=f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}",
        started=f"{now:%Y-%m-%dT%H:%M}",
        process=(os.getpid(), psutil.Process().create_time()),
    )


def adopted(draft: Draft) -> Draft:
    """Return the draft as this process's own, to go on with."""
    return msgspec.structs.replace(draft, process=new_draft().process)


def keep(draft: Draft) -> None:
    """Write the draft, whole or not at all; a full disk costs the way back, not the walk."""
    try:
        folder().mkdir(parents=True, exist_ok=True)
        atomic_write(folder() / f"{draft.id}.json", msgspec.json.encode(draft))
    except (OSError, UnicodeEncodeError):  # a path that is no text cannot be kept
        return


def forget(draft: Draft) -> None:
    """Remove a draft that was saved or discarded."""
    try:
        (folder() / f"{draft.id}.json").unlink(missing_ok=True)
    except OSError:
        return


def unfinished() -> tuple[Draft, ...]:
    """Return what was left, newest first; what another running interface holds is its own."""
    found = []
    for path in sorted(folder().glob("*.json"), reverse=True)[:MOST_KEPT]:
        draft = _read(path)
        if draft and draft.id == path.stem and draft.begun and not _is_held(draft):
            found.append(draft)
    return tuple(found)


def recent_places() -> tuple[str, ...]:
    """Return the data places used before, latest first."""
    try:
        return msgspec.json.decode(places().read_bytes(), type=tuple[str, ...])[:MOST_PLACES]
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return ()


def remember_place(place: str) -> None:
    """Put a data place first among the recent ones."""
    kept = [place, *(known for known in recent_places() if known != place)][:MOST_PLACES]
    try:
        places().parent.mkdir(parents=True, exist_ok=True)
        atomic_write(places(), msgspec.json.encode(kept))
    except (OSError, UnicodeEncodeError):
        return


def held() -> frozenset[Path]:
    """Return the files of drafts that another running interface is at."""
    found = set()
    for path in folder().glob("*.json"):
        draft = _read(path)
        if draft is not None and _is_held(draft):
            found.add(path)
    return frozenset(found)


def _read(path: Path) -> Draft | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Draft)
    except (OSError, msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None  # damaged, or written by another version


def _is_held(draft: Draft) -> bool:
    import psutil

    number, began = draft.process
    if number == os.getpid():
        return False
    try:
        return abs(psutil.Process(number).create_time() - began) < 1
    except psutil.Error:
        return False


def folder() -> Path:
    """Return where drafts lie."""
    return platformdirs.user_state_path("embed-advisor") / "unfinished"


def places() -> Path:
    """Return the file of the places used last."""
    return platformdirs.user_state_path("embed-advisor") / "places.json"
