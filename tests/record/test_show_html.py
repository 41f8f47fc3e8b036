"""The HTML page of a record: everything is in it, and nothing of the data can act."""

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msgspec

from advisor.record.beside import Look
from advisor.record.charts import LABEL_LINE, plot
from advisor.record.decision import DecisionRecord
from advisor.record.glance import at_a_glance
from advisor.record.show_html import as_html
from advisor.record.show_markdown import as_markdown
from advisor.record.store import load_record
from tests.record import made

EXAMPLE = Path(__file__).parents[2] / "examples" / "record.toml"
HOSTILE = "</script><script>x()</script><img src=x onerror=y()> {{ 7*7 }} \" ' \x1b[2J\u202e"
OUR_TAGS = {
    "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "h3", "p", "span", "ul",
    "li", "strong", "div", "table", "thead", "tbody", "tr", "th", "td", "svg", "g", "line", "text",
    "circle", "details", "summary", "pre", "script",
}  # fmt: skip


class Page(HTMLParser):
    """What tags and attributes a page has, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def everywhere(value: Any, text: str) -> Any:
    """Return the same with `text` behind every text, keys of free tables included."""
    if isinstance(value, str):
        return value + text
    if isinstance(value, dict):
        return {key: everywhere(child, text) for key, child in value.items()}
    return [everywhere(one, text) for one in value] if isinstance(value, (list, tuple)) else value


def hostile() -> DecisionRecord:
    whole = everywhere(msgspec.to_builtins(made.record()), HOSTILE)
    for part in whole["candidates"]:
        if "quality" in part:
            part["quality"]["categories"] = {HOSTILE: {"mean": 0.5, "n": 3}}
    whole["answers"][HOSTILE] = HOSTILE
    return msgspec.convert(whole, DecisionRecord)


def test_it_says_what_was_chosen_why_not_the_others_how_sure_and_what_would_change_it() -> None:
    record, _ = load_record(EXAMPLE)
    text = Page(as_html(record)).text
    assert record.verdict.sentence in text
    for part in record.candidates:
        assert part.name in text
        assert (part.why_not or "") in text
    assert "60 queries, 60 documents of techcorp-zh" in text
    assert "What would change it" in text
    assert "encoded with 'query: ' before it" in text


def test_nothing_of_a_record_becomes_markup_or_script_or_reaches_the_network() -> None:
    page = as_html(hostile())
    seen = Page(page)
    assert set(seen.tags) <= OUR_TAGS
    assert seen.tags.count("script") == 1
    assert not {name for name in seen.attributes if name.startswith("on")}
    assert not seen.attributes & {"src", "href"}
    assert "http" not in re.sub(r"https?:// ?www\.w3\.org\S*", "", page).replace("http-equiv", "")
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "7*7" in page


def test_the_drawings_are_well_formed_and_show_every_measured_candidate() -> None:
    record, _ = load_record(EXAMPLE)
    drawings = re.findall(r"<svg.*?</svg>", as_html(record), re.DOTALL)
    assert len(drawings) == 2
    for drawing in drawings:
        circles = list(ElementTree.fromstring(drawing).iter("circle"))
        assert len(circles) == sum(part.quality is not None for part in record.candidates)


def test_names_of_points_do_not_cover_each_other() -> None:
    equal = [made.result(name, 0.6) for name in ("one", "two", "three", "four")]
    drawn = plot(made.record(equal))
    assert drawn is not None
    heights = sorted(dot.label_y for dot in drawn.dots)
    assert all(below - above > LABEL_LINE - 0.01 for above, below in pairwise(heights))


def test_a_record_without_a_pick_or_a_figure_makes_a_page_too() -> None:
    record = made.record()
    verdict = msgspec.structs.replace(record.verdict, pick=None, leader=None, would_change=())
    failed = [made.failed("one")]
    parts = tuple(msgspec.structs.replace(record.candidates[0], quality=None) for _ in failed)
    page = as_html(msgspec.structs.replace(record, verdict=verdict, candidates=parts))
    assert "undecided" in page
    assert "<svg" not in page


def test_sections_that_no_view_knows_are_shown_with_their_units() -> None:
    class Costs(msgspec.Struct, frozen=True, kw_only=True):
        price_date: str
        lines: tuple[dict[str, Any], ...]

    class WithCosts(DecisionRecord, frozen=True, kw_only=True):
        costs: Costs

    rows = ({"candidate": "one", "usd_per_month": 1234.5}, {"candidate": "two"})
    costs = Costs(price_date="2026-11-01", lines=rows)
    record = WithCosts(**msgspec.structs.asdict(made.record()), costs=costs)
    text = Page(as_html(record)).text
    assert "Costs" in text
    assert "price date 2026-11-01" in text
    assert "$ per month one 1,234 two –" in text


def test_a_glance_names_pick_runner_up_certainty_cost_and_what_would_change_it() -> None:
    record, _ = load_record(EXAMPLE)
    said = dict(at_a_glance(record))
    assert said["Chosen"].startswith(f"{record.verdict.pick} (")
    assert said["Would change it"].startswith(record.verdict.would_change[0])
    assert f"{record.data.queries} queries" in said["How sure"]
    assert "a month" in said["Cost"]
    text = Page(as_html(record)).text
    assert all(words in text for words in said.values())


def test_changed_queries_are_a_table_of_figures_in_every_view() -> None:
    record = made.record()
    looks = (Look(kind="typo", change=-0.05, low=-0.1, high=0.0, overlap=0.8),)
    parts = tuple(
        msgspec.structs.replace(part, changed_queries=looks) for part in record.candidates
    )
    record = msgspec.structs.replace(record, candidates=parts)
    for view in (as_markdown(record), Page(as_html(record)).text):
        assert "−.050 (−.100 to +.000)" in view
        assert "overlap" not in view and "{" not in view.split("Changed queries")[1][:200]
