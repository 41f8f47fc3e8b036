"""Walks the demo in the interface and takes a picture (SVG) of every screen.

Usage: python tools/take_pictures.py FOLDER [--size 80x24] [--theme advisor-dark] [--no-color]

The walk is the real one: the sample, real models from .models, real measurements.
"""

import argparse
import asyncio
import os
import re
import sys
import tempfile
from pathlib import Path

from textual.app import App
from textual.pilot import Pilot

from advisor.ui.app import AdvisorApp, Opening

MODELS = (
    "all-MiniLM-L6-v2",
    "paraphrase-MiniLM-L3-v2",
    "potion-base-8M",
    "multilingual-e5-small",
)
LOOKS = ("w", "c", "g", "d", "x")
ROOT = Path(__file__).resolve().parent.parent
LONGEST_S = 300.0
# A picture in a README loads nothing from the network.
_FONT_FACES = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
_FONT = re.compile(r"font-family: ?Fira Code, ?monospace|font-family: ?Fira Code")


def main() -> int:
    """Take the pictures; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", default="80x24")
    parser.add_argument("--theme", default="advisor-dark")
    parser.add_argument("--no-color", action="store_true")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    if options.no_color:
        os.environ["NO_COLOR"] = "1"
    columns, rows = map(int, options.size.split("x"))
    with tempfile.TemporaryDirectory() as out:
        opening = Opening(
            data="techcorp-zh", models=MODELS, models_dir=ROOT / ".models", out=Path(out)
        )
        asyncio.run(_walk(opening, (columns, rows), options.theme, options.folder))
    return 0


async def _walk(opening: Opening, size: tuple[int, int], theme: str, folder: Path) -> None:
    app = AdvisorApp(opening)
    async with app.run_test(size=size) as pilot:
        app.theme = theme
        seen: set[str] = set()
        while "RecordScreen" not in seen:
            name = await _settled(pilot)
            number = f"{len(seen):02}" if name not in seen else f"{len(seen):02}x"
            seen.add(name)
            _write(app, folder / f"{number}-{name}.svg")
            if name == "BenchmarkScreen":
                await _measured(pilot, folder)
            if name == "VerdictScreen":
                await _looked_into(pilot, folder)
            await pilot.press("enter")
        await pilot.press("question_mark")
        await pilot.pause(0.2)
        _write(app, folder / "99-Help.svg")


async def _settled(pilot: Pilot[int]) -> str:
    """Wait until a screen of the walk stands; its name."""
    await pilot.pause(1.0)
    waited = 0.0
    while len(pilot.app.screen_stack) < 2 and waited < LONGEST_S:
        await pilot.pause(0.2)
        waited += 0.2
    return type(pilot.app.screen).__name__


async def _measured(pilot: Pilot[int], folder: Path) -> None:
    """Take pictures while models are measured, until the run is over."""
    app = pilot.app
    assert isinstance(app, AdvisorApp)
    for step in range(int(LONGEST_S)):
        if app.news.board.lines and all(line.status for line in app.news.board.lines.values()):
            break
        if step % 4 == 0:
            _write(app, folder / f"benchmark-{step:03}.svg")
        await pilot.pause(1.0)
    await pilot.pause(1.0)
    _write(app, folder / "benchmark-over.svg")


async def _looked_into(pilot: Pilot[int], folder: Path) -> None:
    """Take a picture of what each key of the verdict opens."""
    for key in LOOKS:
        await pilot.press(key)
        await pilot.pause(1.5)
        _write(pilot.app, folder / f"verdict-{key}.svg")
        if key != "x":  # turns the chart on the screen itself
            await pilot.press("escape")
            await pilot.pause(0.5)


def _write(app: App[int], path: Path) -> None:
    svg = _FONT_FACES.sub("", app.export_screenshot())
    svg = svg.replace("<svg ", '<svg xml:space="preserve" ', 1)
    svg = _FONT.sub("font-family: ui-monospace, Menlo, Consolas, monospace", svg)
    path.write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
