"""What is on this machine, asked of the desk once and known to every screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from advisor.desk import messages

if TYPE_CHECKING:
    from advisor.ui.app import AdvisorApp
    from advisor.ui.page import Page


def look(app: AdvisorApp) -> messages.Look:
    """Return the request, with the folder the command named."""
    folder = app.opening.models_dir
    return messages.Look(models_dir=str(folder.absolute()) if folder else None)


async def looked_around(page: Page[Any]) -> messages.Looked | None:
    """Return what was last found; the desk is asked when nothing was. None without a desk."""
    app = page.advisor
    if app.looked is None:
        app.looked = await page.ask(look(app), messages.Looked)
    return app.looked
