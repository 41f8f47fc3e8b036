"""The walk: Home, what was chosen there, and Home again. Nothing heavy is imported before Home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.ui.home import HomeScreen

if TYPE_CHECKING:
    from advisor.ui.app import AdvisorApp
    from advisor.ui.draft import Draft


async def walk(app: AdvisorApp) -> None:
    """Show Home, walk what was chosen there, and come back to it."""
    opening = app.opening
    while True:
        home = HomeScreen(opening.out, offered=opening.data or opening.profile)
        match await app.push_screen_wait(home):
            case ("record", path):
                await show_record(app, path)
            case ("draft", draft):
                await _go_on(app, draft)
            case ("profile", name):
                await _begin(app, name)
            case _:
                await _begin(app, opening.profile)


async def _go_on(app: AdvisorApp, draft: Draft) -> None:
    """Go on with a decision that was left in the middle."""
    from advisor.ui.decision import Decision
    from advisor.ui.draft import adopted

    await Decision(app, adopted(draft)).go()


async def _begin(app: AdvisorApp, profile: str) -> None:
    """Begin a new decision, with a profile's answers when one is named."""
    from advisor.errors import ProfileError
    from advisor.ui.decision import Decision

    try:
        draft = _draft_of(app, profile)
    except ProfileError as error:
        await trouble(app, str(error))
        return
    await Decision(app, draft).go()


def _draft_of(app: AdvisorApp, profile_name: str) -> Draft:
    import msgspec

    from advisor.corpus.amount import Amount
    from advisor.needs.profile import load_profile
    from advisor.ui.draft import new_draft

    opening = app.opening
    draft = msgspec.structs.replace(
        new_draft(), place=opening.data, names=opening.models, amount=Amount(seed=opening.seed)
    )
    if not profile_name:
        return draft
    profile = load_profile(profile_name)
    return msgspec.structs.replace(
        draft, profile=profile.name, base=profile.answers, answers=profile.answers
    )


async def show_record(app: AdvisorApp, path: str) -> None:
    """Show a saved record until it is left."""
    from advisor.ui.record import RecordScreen

    await app.push_screen_wait(RecordScreen(path))


async def trouble(app: AdvisorApp, why: str, *, go_on: bool = False) -> bool:
    """Say what went wrong between two screens; whether to go on."""
    from advisor.ui.trouble import TroubleScreen

    return await app.push_screen_wait(TroubleScreen(why, go_on=go_on)) is True
