"""Home: what can be begun, gone on with, and looked at."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest
from textual.widgets import OptionList

from advisor.needs.answers import Answers, answered
from advisor.needs.profile import Profile, save_profile
from advisor.record.store import load_record, save_record
from advisor.ui import draft as drafts
from advisor.ui.app import AdvisorApp, Opening
from advisor.ui.home import Choice, HomeScreen

EXAMPLE = Path(__file__).parents[2] / "examples" / "record.toml"
HOSTILE = "\x1b]0;title\x07[/][@click=app.quit]x[/]\u202e\x9b31m" + "中文" * 40


class OnlyHome(AdvisorApp):
    """The application with nothing but Home; what was chosen is kept."""

    chosen: Choice | None = None

    def begin(self) -> None:
        def choose(choice: object) -> None:
            self.chosen = choice  # type: ignore[assignment]

        self.push_screen(HomeScreen(self.opening.out, offered=self.opening.data), choose)

    def shown(self) -> str:
        home = self.screen.query_one("#home", OptionList)
        return "\n".join(str(option.prompt) for option in home.options)


def at_home(
    out: Path, steps: Callable[[OnlyHome], Awaitable[None]], size: tuple[int, int] = (80, 24)
) -> OnlyHome:
    async def run() -> OnlyHome:
        app = OnlyHome(Opening(out=out, data="techcorp-zh"))
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await app.workers.wait_for_complete()
            await steps(app)
            await pilot.pause()
        return app

    return asyncio.run(run())


def press(*keys: str) -> Callable[[OnlyHome], Awaitable[None]]:
    async def steps(app: OnlyHome) -> None:
        from textual.pilot import Pilot

        await Pilot(app).press(*keys)

    return steps


def kept(**changes: object) -> drafts.Draft:
    draft = msgspec.structs.replace(
        drafts.new_draft(), process=(2**22 + 1, 1.0), place="techcorp-zh", **changes
    )
    drafts.keep(draft)
    return draft


def test_enter_alone_begins_a_new_decision(tmp_path: Path) -> None:
    assert at_home(tmp_path, press("enter")).chosen == ("new", None)


def test_a_shipped_profile_can_be_begun_with(tmp_path: Path) -> None:
    chosen = at_home(tmp_path, press("down", "enter")).chosen
    assert chosen is not None
    assert chosen[0] == "profile"
    assert chosen[1].name == "chinese-customer-support"


def test_an_own_profile_stands_among_the_shipped_ones(tmp_path: Path) -> None:
    import platformdirs

    folder = platformdirs.user_config_path("embed-advisor") / "profiles"
    folder.mkdir(parents=True)
    mine = Profile(name="mine", answers=answered(Answers(task="search")))
    save_profile(mine, folder / "mine.toml")
    seen: list[str] = []

    async def look(app: OnlyHome) -> None:
        seen.append(app.shown())

    at_home(tmp_path, look)
    assert "\nmine " in seen[0]
    assert "plain-rag" in seen[0]


def test_what_was_left_in_the_middle_is_offered_first(tmp_path: Path) -> None:
    draft = kept(step="benchmark", measured=3, of=6)
    seen: list[str] = []

    async def look(app: OnlyHome) -> None:
        seen.append(app.shown())
        await press("down", "enter")(app)

    assert at_home(tmp_path, look).chosen == ("draft", draft)
    assert "benchmark, 3 of 6 measured" in seen[0]
    assert "techcorp-zh" in seen[0]


def test_what_was_left_can_be_discarded_and_nothing_else_can(tmp_path: Path) -> None:
    kept(step="shortlist")
    at_home(tmp_path, press("x"))
    assert len(drafts.unfinished()) == 1
    app = at_home(tmp_path, press("down", "x"))
    assert drafts.unfinished() == ()
    assert app.chosen is None


def test_a_record_of_the_results_folder_can_be_opened(tmp_path: Path) -> None:
    record, _ = load_record(EXAMPLE)
    path = save_record(record, tmp_path)
    (tmp_path / "broken.toml").write_text("schema = 3")
    assert at_home(tmp_path, press("end", "enter")).chosen == ("record", str(path))


def test_an_old_record_is_shown_as_due_for_a_second_look(tmp_path: Path) -> None:
    record, _ = load_record(EXAMPLE)
    head = msgspec.structs.replace(record.record, created="2020-01-01T00:00Z")
    save_record(msgspec.structs.replace(record, record=head), tmp_path)
    seen: list[str] = []

    async def look(app: OnlyHome) -> None:
        seen.append(app.shown())

    at_home(tmp_path, look)
    assert "look again: " in seen[0]
    assert "months old, newer models in the catalogue, newer prices" in seen[0]


@pytest.mark.parametrize("size", [(80, 24), (140, 40), (30, 10)])
def test_hostile_names_are_shown_harmlessly(tmp_path: Path, size: tuple[int, int]) -> None:
    kept(step="shortlist", profile=HOSTILE)
    draft = kept(step="shortlist")
    drafts.keep(msgspec.structs.replace(draft, place=HOSTILE))
    record, _ = load_record(EXAMPLE)
    head = msgspec.structs.replace(record.record, name=HOSTILE)
    save_record(msgspec.structs.replace(record, record=head), tmp_path)
    seen: list[str] = []

    async def look(app: OnlyHome) -> None:
        seen.append(app.shown())

    at_home(tmp_path, look, size)
    assert "[/]" in seen[0]
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(seen[0])


def test_no_key_of_the_footer_is_clipped_at_80_columns(tmp_path: Path) -> None:
    kept(step="shortlist")
    scrolls: list[float] = []

    async def look(app: OnlyHome) -> None:
        from textual.widgets import Footer

        await press("down")(app)
        scrolls.append(app.screen.query_one(Footer).max_scroll_x)

    at_home(tmp_path, look)
    assert scrolls == [0]


def test_help_names_the_keys_and_closes(tmp_path: Path) -> None:
    seen: list[str] = []

    async def look(app: OnlyHome) -> None:
        await press("question_mark")(app)
        seen.append(type(app.screen).__name__)
        await press("escape")(app)
        seen.append(type(app.screen).__name__)

    at_home(tmp_path, look)
    assert seen == ["Help", "HomeScreen"]


def test_every_action_of_the_screen_is_in_the_palette(tmp_path: Path) -> None:
    seen: set[str] = set()

    async def look(app: OnlyHome) -> None:
        seen.update(command.title for command in app.get_system_commands(app.screen))

    at_home(tmp_path, look)
    assert {"Open", "Leave", "Help", "Light or dark"} <= seen
    assert "Scroll Left" not in seen
