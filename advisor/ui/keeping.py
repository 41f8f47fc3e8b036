"""Keeping answers as a profile of one's own."""

from __future__ import annotations

from asyncio import to_thread
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from advisor.errors import ProfileError
from advisor.needs.answers import AnswerSet
from advisor.needs.profile import Profile, list_profiles, save_profile
from advisor.ui.dialogs import Confirm, Line

if TYPE_CHECKING:
    from advisor.ui.page import Page

LONGEST_NAME = 60


async def keep_as_profile(page: Page[Any], answers: AnswerSet) -> None:
    """Ask for a name and save; says on the page where it is, or what is wrong."""
    shipped = {profile.name for profile in await to_thread(list_profiles)}
    line = Line(
        "Save the answers as a profile called",
        hint="letters, digits and hyphens; it can be begun with from Home and with `run`",
        check=_wrong_name,
    )
    name = await page.app.push_screen_wait(line)
    if not name:
        return
    path = platformdirs.user_config_path("embed-advisor") / "profiles" / f"{name}.toml"
    if name in shipped or await to_thread(path.exists):
        question = f"There is a profile called {name} already. Save over your own of that name?"
        if not await page.app.push_screen_wait(Confirm(question, yes="Save", no="Keep it")):
            return
    try:
        await to_thread(_save, Profile(name=name, answers=answers), path)
    except ProfileError as error:
        page.say(str(error), wrong=True)
    else:
        page.say(f"Saved as {path}")


def _save(profile: Profile, path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProfileError(f"{path.parent}: cannot be made ({error.strerror})") from error
    save_profile(profile, path)


def _wrong_name(name: str) -> str | None:
    if len(name) > LONGEST_NAME:
        return f"at most {LONGEST_NAME} letters"
    if not name.replace("-", "").replace("_", "").isalnum() or not name.isascii():
        return "letters, digits and hyphens only"
    return None
