"""Keeping answers as a profile of one's own."""

from __future__ import annotations

import re
from asyncio import to_thread
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.errors import ProfileError
from advisor.needs.answers import AnswerSet
from advisor.needs.profile import Profile, list_profiles, own_profiles, save_profile
from advisor.ui.dialogs import Confirm, Line

if TYPE_CHECKING:
    from advisor.ui.page import Page

LONGEST_NAME = 60
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_HINT = "letters, digits and hyphens; Home offers it, and `embed-advisor run` takes the name"


async def keep_as_profile(page: Page[Any], answers: AnswerSet) -> None:
    """Ask for a name and save; says on the page where it is, or what is wrong."""
    if "user" not in answers.sources.values():
        page.say("There is no answer of yours yet; what is found in the data is found anew.")
        return
    ask = Line("Save the answers as a profile called", hint=_HINT, check=wrong_name)
    name = await page.app.push_screen_wait(ask)
    if not name:
        return
    path = own_profiles() / f"{name}.toml"
    doubt = await to_thread(_doubt, name, path)
    if doubt and not await page.app.push_screen_wait(Confirm(doubt, yes="Save", no="Do not save")):
        page.say("Nothing was saved.")
        return
    try:
        await to_thread(_save, Profile(name=name, answers=answers), path)
    except ProfileError as error:
        page.say(str(error), wrong=True)
    else:
        page.say(f"Saved: {path}")


def wrong_name(name: str) -> str | None:
    """Say what is wrong with a profile's name, None when nothing is."""
    if len(name) > LONGEST_NAME:
        return f"at most {LONGEST_NAME} letters"
    if not _NAME.fullmatch(name):
        return "letters, digits and hyphens only, a letter or a digit first"
    return None


def _doubt(name: str, path: Path) -> str:
    """Return what to ask before saving, nothing when the name is free."""
    try:
        if path.exists():
            return f"There is a profile of yours called {name}. Save over it?"
    except OSError:
        return ""  # saving says what is wrong with the place
    if name in {profile.name for profile in list_profiles()}:
        return (
            f"A profile called {name} comes with this program and goes before yours: you could "
            f"begin with yours only by its path. Save it all the same?"
        )
    return ""


def _save(profile: Profile, path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProfileError(f"{path.parent}: cannot be made ({error.strerror})") from error
    save_profile(profile, path)
