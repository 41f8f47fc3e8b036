"""Drafts: what was left in the middle is found again, whatever happened to its file."""

import os
from pathlib import Path

import msgspec
import platformdirs
import psutil
import pytest

from advisor.needs.answers import Answers, answered
from advisor.ui import draft as drafts


def left(**changes: object) -> drafts.Draft:
    """Return a draft that another process, long gone, has kept."""
    draft = msgspec.structs.replace(
        drafts.new_draft(), process=(2**22 + 1, 1.0), place="techcorp-zh", **changes
    )
    drafts.keep(draft)
    return draft


def folder() -> Path:
    return platformdirs.user_state_path("embed-advisor") / "unfinished"


def test_a_draft_comes_back_as_it_was_kept() -> None:
    answers = answered(Answers(task="search", document_languages=("zh-Hant",)))
    draft = left(step="interview", answers=answers, skipped=("domain",), names=("bm25",))
    assert drafts.unfinished() == (draft,)


def test_the_newest_draft_comes_first() -> None:
    older = left(id="20260101T000000-aaaaaa")
    newer = left(id="20260102T000000-aaaaaa")
    assert drafts.unfinished() == (newer, older)


def test_a_draft_without_anything_said_is_not_offered() -> None:
    drafts.keep(msgspec.structs.replace(drafts.new_draft(), process=(2**22 + 1, 1.0)))
    assert drafts.unfinished() == ()


def test_a_draft_that_another_running_interface_holds_is_its_own() -> None:
    other = psutil.Process(os.getppid())
    draft = left()
    drafts.keep(msgspec.structs.replace(draft, process=(other.pid, other.create_time())))
    assert drafts.unfinished() == ()


def test_a_draft_whose_process_number_is_somebody_elses_by_now_is_offered() -> None:
    draft = msgspec.structs.replace(left(), process=(os.getppid(), 1.0))
    drafts.keep(draft)
    assert drafts.unfinished() == (draft,)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"id": 1}', b"\xff\xfe", b"[" * 100_000, b'{"id":"other"}']
)
def test_a_damaged_draft_is_passed_over(content: bytes) -> None:
    draft = left()
    (folder() / "20260101T000000-damage.json").write_bytes(content)
    assert drafts.unfinished() == (draft,)


def test_a_forgotten_draft_is_gone() -> None:
    draft = left()
    drafts.forget(draft)
    assert drafts.unfinished() == ()
    drafts.forget(draft)


def test_a_place_that_cannot_be_written_costs_only_the_way_back(tmp_path: Path) -> None:
    platformdirs.user_state_path("embed-advisor").parent.mkdir(parents=True, exist_ok=True)
    platformdirs.user_state_path("embed-advisor").write_text("a file where a folder should be")
    drafts.keep(msgspec.structs.replace(drafts.new_draft(), place="x"))
    drafts.remember_place("x")
    assert drafts.unfinished() == ()
    assert drafts.recent_places() == ()


def test_where_it_stands_is_said_in_words() -> None:
    assert left(step="benchmark", measured=3, of=6).said == "benchmark, 3 of 6 measured"
    assert left(step="verdict").said == "verdict, not saved"
    one = answered(Answers(task="search"))
    assert left(step="interview", answers=one).said == "questions, 1 answered"


def test_recent_places_are_latest_first_and_once_each() -> None:
    for place in ("a", "b", "a", *(f"more-{n}" for n in range(8)), "b"):
        drafts.remember_place(place)
    places = drafts.recent_places()
    assert places[0] == "b"
    assert len(places) == len(set(places)) == drafts.MOST_PLACES
