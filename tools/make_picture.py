"""Draws the README's picture: a saved decision record as a terminal shows it, as SVG.

Usage: python tools/make_picture.py RECORD PICTURE
"""

import io
import re
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from advisor.record.show_text import as_text
from advisor.record.store import load_record

COLUMNS = 84
THEME = TerminalTheme(
    (24, 26, 31),
    (208, 212, 220),
    [(24, 26, 31)] * 8,
    [(208, 212, 220)] * 8,
)
# Without the web font that rich would fetch: a picture in a README loads nothing.
FRAME = """<svg viewBox="0 0 {terminal_width} {terminal_height}" \
xmlns="http://www.w3.org/2000/svg" xml:space="preserve">
<style>.m{{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:{char_height}px;\
line-height:{line_height}px}}{styles}</style>
<rect width="100%" height="100%" rx="8" fill="#181a1f"/>
<g transform="translate(12, 12)"><g class="m {unique_id}-matrix">{matrix}</g></g>
</svg>
"""


def main(record: Path, picture: Path) -> int:
    """Write the picture; the exit code."""
    loaded, _ = load_record(record)
    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    console.print(Text(as_text(loaded, COLUMNS - 2)))
    picture.parent.mkdir(parents=True, exist_ok=True)
    svg = console.export_svg(theme=THEME, code_format=FRAME)
    svg = re.sub(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', _with_margin, svg, count=1)
    # rich names clips that only its own frame defines.
    svg = re.sub(r' clip-path="url\([^)]*\)"', "", svg)
    picture.write_text(svg, encoding="utf-8")
    return 0


def _with_margin(box: re.Match[str]) -> str:
    return f'viewBox="0 0 {float(box[1]):.0f} {float(box[2]) + 30:.0f}"'


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
