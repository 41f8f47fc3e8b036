"""The walk: Home, what was chosen there, and Home again. Nothing heavy is imported before Home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.ui.home import HomeScreen

if TYPE_CHECKING:
    from advisor.needs.profile import Profile
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
            case ("catalogue", _):
                await show_catalogue(app)
            case ("draft", draft):
                await _go_on(app, draft)
            case ("profile", profile):
                await _begin(app, profile)
            case _:
                await _begin_as_called(app)


async def _go_on(app: AdvisorApp, draft: Draft) -> None:
    """Go on with a decision that was left in the middle."""
    from advisor.ui.decision import Decision
    from advisor.ui.draft import adopted

    await Decision(app, adopted(draft)).go()


async def _begin_as_called(app: AdvisorApp) -> None:
    """Begin a new decision, with the profile that the command named."""
    from advisor.errors import ProfileError
    from advisor.needs.profile import load_profile

    name = app.opening.profile
    try:
        profile = load_profile(name) if name else None
    except ProfileError as error:
        await trouble(app, str(error))
        return
    await _begin(app, profile)


async def _begin(app: AdvisorApp, profile: Profile | None) -> None:
    """Begin a new decision, with a profile's answers when there is one."""
    import msgspec

    from advisor.corpus.amount import Amount
    from advisor.ui.decision import Decision
    from advisor.ui.draft import new_draft

    opening = app.opening
    draft = msgspec.structs.replace(
        new_draft(), place=opening.data, names=opening.models, amount=Amount(seed=opening.seed)
    )
    if profile is not None:
        draft = msgspec.structs.replace(
            draft, profile=profile.name, base=profile.answers, answers=profile.answers
        )
    await Decision(app, draft).go()


async def show_record(app: AdvisorApp, path: str) -> None:
    """Show a saved record until it is left."""
    from advisor.ui.record import RecordScreen

    await app.push_screen_wait(RecordScreen(path))


async def show_catalogue(app: AdvisorApp) -> None:
    """Show every model until it is left."""
    from advisor.ui.catalogue import CatalogueScreen
    from advisor.ui.page import Lost

    result = await app.push_screen_wait(CatalogueScreen())
    if isinstance(result, Lost):
        await trouble(app, result.why)


async def trouble(app: AdvisorApp, why: str, *, go_on: bool = False) -> bool:
    """Say what went wrong between two screens; whether to go on."""
    from advisor.ui.trouble import TroubleScreen

    return await app.push_screen_wait(TroubleScreen(why, go_on=go_on)) is True
