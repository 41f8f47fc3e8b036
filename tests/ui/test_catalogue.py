"""The catalogue: searched by words, narrowed by keys, at every size, with anything in it."""

import asyncio
from pathlib import Path

import platformdirs
import pytest

from advisor.catalogue.catalogue import load_catalogue
from advisor.catalogue.finding import find_models, wanted
from advisor.desk import messages
from advisor.desk.client import Desk
from advisor.needs.hardware import describe
from advisor.ui import filters
from advisor.ui.app import AdvisorApp, Opening
from advisor.ui.catalogue import CatalogueScreen
from tests.ui.screens import CONTROLS, HOSTILE, SIZES, Make, Stage, alone

HERE = messages.Looked(machine=describe("laptop"), here=("sentence-transformers/all-MiniLM-L6-v2",))


def catalogue(*, take: bool = False, looked: messages.Looked | None = HERE) -> Make:
    async def make(stage: Stage) -> CatalogueScreen:
        stage.app.looked = looked
        return CatalogueScreen(take=take)

    return make


def count(stage: Stage) -> int:
    """Return how many models the head says are found."""
    return int(stage.text().split("models", 1)[1].split()[0])


def test_typing_finds_the_same_models_as_the_command() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("251 of 251")
        await stage.press("slash", *"chinese small")
        found = find_models(load_catalogue().cards, wanted(["chinese small"]))
        assert count(stage) == len(found)
        assert "public: MTEB(cmn, v1)" in stage.text()
        assert found[0].short_name in stage.text()

    alone(catalogue(), steps)


def test_each_key_turns_its_filter_and_reset_takes_all_away() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("251 of 251")
        await stage.press("l", "c", "s", "s", "k", "o")
        assert "l English   c commercial   s ≤ 150 M   k dense   o by params" in stage.text()
        asked = wanted(
            language="en", license="commercial", max_params="150M", kind="dense", sort="params"
        )
        assert count(stage) == len(find_models(load_catalogue().cards, asked))
        await stage.press("S")
        assert "s ≤ 50 M" in stage.text()
        await stage.press("r")
        assert "s any size" in stage.text()
        assert count(stage) == 251

    alone(catalogue(), steps)


def test_enter_opens_the_page_and_escape_leads_back_to_the_same_line() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("251 of 251")
        await stage.press("slash", *"e5-small", "down", "enter")
        await stage.until_shown("The eight factors")
        assert "intfloat/" in stage.text()
        await stage.press("escape")
        await stage.until_shown("e5-small")
        await stage.press("escape", "escape")

    alone(catalogue(), steps)


def test_nothing_that_fits_is_said_with_the_nearest_names() -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("251 of 251")
        await stage.press("slash", *"minilm-l6-v22", "enter")
        await stage.until_shown("Nothing fits.")
        assert "all-MiniLM-L6-v2" in stage.text()

    alone(catalogue(), steps)


def test_models_are_added_only_to_a_shortlist() -> None:
    async def alone_there(stage: Stage) -> None:
        await stage.until_shown("251 of 251")
        await stage.press("a")

    async def from_a_shortlist(stage: Stage) -> None:
        await stage.until_shown("251 of 251")
        await stage.press("slash", *"all-minilm-l6-v2", "escape")
        await stage.until_offered("Add")
        assert "● all-MiniLM-L6-v2" in stage.text()
        await stage.press("a")

    assert alone(catalogue(), alone_there) is None
    assert alone(catalogue(take=True), from_a_shortlist) == "sentence-transformers/all-MiniLM-L6-v2"


@pytest.mark.parametrize(
    ("width", "columns"),
    [
        (80, "model kind params MiB dim context public"),
        (140, "model kind params MiB dim context public licence where"),
    ],
)
def test_columns_come_with_the_room(width: int, columns: str) -> None:
    async def steps(stage: Stage) -> None:
        await stage.until_shown("context public")
        line = next(line for line in stage.text().splitlines() if "params    MiB" in line)
        assert line.partition("│")[0].split() == columns.split()
        await stage.pilot.resize_terminal(40, 12)
        await stage.until(lambda: "context" not in stage.text(), "the narrow table")

    alone(catalogue(), steps, size=(width, 30))


@pytest.mark.parametrize("size", SIZES)
def test_hostile_cards_and_words_are_shown_harmlessly(size: tuple[int, int]) -> None:
    own = platformdirs.user_config_path("embed-advisor") / "models.toml"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text(
        'schema = "embed-advisor-models/1"\n[[models]]\nname = "acme/aaa"\n'
        'endpoint = "http://localhost:1/v1"\napi_model = "[/]"\nlicense = "[/][@click=app.quit]x"\n'
        'note = "\\u001b]0;x\\u0007[/] \\u202e [red]"\n'
    )

    async def steps(stage: Stage) -> None:
        await stage.until_shown("252 of 252")
        await stage.press("slash", *"acme")
        await stage.until_shown("◆ aaa")
        assert not CONTROLS & set(stage.text())
        await stage.press("enter")
        await stage.until_shown("acme/aaa")
        assert not CONTROLS & set(stage.text())
        await stage.press("escape")
        for typed in (HOSTILE, "[/]", "中文" * 40):
            stage.app.screen.query_one("Input").value = typed  # type: ignore[attr-defined]
            await stage.pilot.pause()
            assert not CONTROLS & set(stage.text())

    alone(catalogue(), steps, size=size)


def test_own_models_that_cannot_be_read_are_said_and_take_nothing_away() -> None:
    own = platformdirs.user_config_path("embed-advisor") / "models.toml"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text("[/] = 3")

    async def steps(stage: Stage) -> None:
        await stage.until_shown("! your own models:")
        assert "not readable as TOML" in stage.text()
        assert count(stage) == 251

    alone(catalogue(), steps)


def test_a_filter_goes_round_and_back() -> None:
    asked = filters.EVERYTHING
    for _ in filters.FILTERS[3].values:
        asked = filters.turned(asked, "kind")
    assert asked == filters.EVERYTHING
    assert filters.turned(filters.turned(asked, "kind"), "kind", -1) == asked


def test_home_and_the_palette_lead_to_the_catalogue(tmp_path: Path) -> None:
    async def run() -> list[str]:
        seen = []
        app = AdvisorApp(Opening(out=tmp_path))
        async with app.run_test() as pilot:
            app.looked = HERE
            await pilot.pause()
            await pilot.press("m")
            await pilot.pause()
            seen.append(type(app.screen).__name__)
            await pilot.press("escape")
            await pilot.pause()
            seen.append(type(app.screen).__name__)
            await pilot.press("enter")
            await pilot.pause(0.1)
            seen.append(type(app.screen).__name__)
            commands = {one.title: one for one in app.get_system_commands(app.screen)}
            commands["Search all models"].callback()
            await pilot.pause()
            seen.append(type(app.screen).__name__)
        return seen

    screens = ["CatalogueScreen", "HomeScreen", "DataScreen", "CatalogueScreen"]
    assert asyncio.run(run()) == screens


def test_without_a_desk_the_catalogue_is_left_with_the_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def lost(self: Desk, *given: object) -> None:
        from advisor.desk.client import DeskLost

        del self, given
        raise DeskLost("the desk ended")

    monkeypatch.setattr(Desk, "ask", lost)

    async def steps(stage: Stage) -> None:
        await stage.until(lambda: stage.app.result is not None, "the leaving")

    assert type(alone(catalogue(looked=None), steps)).__name__ == "Lost"
