"""The shortlist's lines and details in words and aligned figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.content import Content

from advisor.catalogue.card import ModelCard
from advisor.catalogue.catalogue import load_catalogue
from advisor.desk.messages import Described
from advisor.evaluation.yardstick import yardstick
from advisor.needs.mistakes import mistake_of_choice
from advisor.record.cells import UNKNOWN, number
from advisor.shortlist.forecast import together
from advisor.shortlist.relaxing import why_none
from advisor.shortlist.shortlist import Shortlist
from advisor.shortlist.speed import Estimate
from advisor.text import one_line
from advisor.ui.card_text import facts, gigabytes, mib
from advisor.ui.entries import Entry, State
from advisor.ui.text import ACCENT, ERROR, MUTED, STRONG, WARN, cut, joined, lines, shown

SIGNS: dict[State, tuple[str, str]] = {
    "measure": ("●", ACCENT),
    "baseline": ("●", MUTED),
    "not here": ("○", MUTED),
    "unusable": ("!", ERROR),
}
STATES: dict[State, str] = {
    "measure": "chosen",
    "baseline": "baseline",
    "not here": "not here",
    "unusable": "unusable",
}
LICENCE_CELLS = 12
FIGURES = f"{'public':>7}{'MiB':>8}  {'licence':<{LICENCE_CELLS}}{'time':>8}"


def header(width: int) -> Content:
    """Return the names of the columns."""
    return Content.styled(f"  {'candidate':<{_name_cells(width)}} {FIGURES}  state", MUTED)


def row(entry: Entry, width: int) -> Content:
    """Return one line."""
    sign, style, state = _mark(entry)
    name = _name_cells(width)
    label = cut(entry.name, name, "" if entry.state == "baseline" or entry.goes else MUTED)
    return joined(
        Content.styled(sign, style),
        " ",
        label,
        " " * (name - label.cell_length + 1),
        _figures(entry),
        "  ",
        shown(state, MUTED),
    )


def _mark(entry: Entry) -> tuple[str, str, str]:
    """Return sign, its style and the word for it."""
    if entry.left_out:
        return "–", WARN, "left out"
    if entry.failure:
        return "!", ERROR, "failed"
    return (*SIGNS[entry.state], STATES[entry.state])


def _name_cells(width: int) -> int:
    return max(14, min(44, width - len(FIGURES) - 13))


def _figures(entry: Entry) -> Content:
    licence = cut(entry.licence or UNKNOWN, LICENCE_CELLS)
    return joined(
        f"{number(entry.score):>7}{mib(entry.mib):>8}  ",
        licence,
        " " * (LICENCE_CELLS - licence.cell_length),
        f"{duration(_seconds(entry)):>8}",
    )


def duration(seconds: float | None) -> str:
    """Write an estimated time."""
    if seconds is None:
        return UNKNOWN
    if seconds < 1:
        return "< 1 s"
    if seconds < 90:
        return f"~{seconds:.0f} s"
    return f"~{seconds / 60:.0f} min" if seconds < 5_400 else f"~{seconds / 3_600:.1f} h"


def details(entry: Entry) -> Content:
    """Return why a model is where it is, and what is known of it."""
    card = entry.card
    title = card.name if card and entry.state != "baseline" else entry.name
    parts = [shown(title, STRONG), *_troubles(entry)]
    told = (*entry.doubts, *([card.note] if card and card.note else []))
    parts += [joined(Content.styled("! ", WARN), shown(doubt)) for doubt in told]
    if entry.state != "unusable" or card is not None:
        parts.append(shown(_sentence(entry.reason)))
    if card is not None and entry.state != "baseline":
        known = (facts(card), prompt_line(card), expectations(entry))
        parts += [shown(said, MUTED) for said in known if said]
    if entry.state == "not here" and not entry.left_out:
        parts.append(shown("g downloads it from the Hugging Face Hub, after asking.", MUTED))
    return lines(*parts)


def _troubles(entry: Entry) -> list[Content]:
    wrong = entry.failure and f"The download failed: {entry.failure}"
    if entry.state == "unusable" and entry.card is None:
        wrong = entry.reason
    return [joined(Content.styled("! ", ERROR), shown(wrong))] if wrong else []


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _floor(known: Sequence[Entry]) -> str:
    """Return the baseline's name."""
    return next((one.name for one in known if one.state == "baseline"), "BM25")


def totals(listed: Shortlist, known: Sequence[Entry]) -> Content:
    """Return what measuring will take, and what became of the rest of the catalogue."""
    if all(one.state in ("baseline", "unusable") for one in known):
        return _nothing_left(why_none(listed.dropped).sentence)
    absent = [one.mib for one in known if one.state == "not here" and not one.left_out]
    rest = [
        *([f"{len(absent)} not here ({gigabytes(absent, short=True)})"] if absent else []),
        f"{len(listed.lower)} rank lower",
        f"{len(listed.dropped)} do not fit: d shows why",
    ]
    remarks = (joined(Content.styled("! ", WARN), shown(said)) for said in load_catalogue().remarks)
    return lines(_measured(known, any_absent=bool(absent)), shown(", ".join(rest), MUTED), *remarks)


def _measured(known: Sequence[Entry], *, any_absent: bool) -> Content:
    going, floor = [one for one in known if one.goes], _floor(known)
    if not going:
        way = "g downloads what is proposed" if any_absent else "a adds one"
        if any(one.left_out for one in known):
            way = "x takes one in again"
        return joined(
            Content.styled("! ", WARN),
            shown(f"There is no model to measure beside {floor}: {way}."),
        )
    whole = together(one.forecast for one in going)
    time = ""
    if whole.seconds is not None:
        about = duration(whole.seconds.value).replace("~", "about ").replace("< 1", "about 1")
        time = f": {about} ({_span(whole.seconds)})"
    memory = f", up to {mib(whole.memory_mib.value).strip()} MiB" if whole.memory_mib else ""
    models = "1 model" if len(going) == 1 else f"{len(going)} models"
    told = shown(f"{models} and {floor} will be measured{time}{memory}, estimated.")
    mistake = mistake_of_choice(len(going))
    return lines(told, joined(Content.styled("! ", WARN), shown(mistake))) if mistake else told


def _seconds(entry: Entry) -> float | None:
    return None if entry.forecast.seconds is None else entry.forecast.seconds.value


def _span(estimate: Estimate) -> str:
    low, high = duration(estimate.low), duration(estimate.high)
    return f"{low.strip('~< ')} to {high.strip('~< ')}"


def _around(estimate: Estimate) -> str:
    return f" ({_span(estimate)})" if estimate.high >= 1 else ""


def prompt_line(card: ModelCard) -> str:
    """Say which text belongs before queries, which people forget in their own application."""
    if card.prompts is None or not card.prompts.query:
        return ""
    prompt = one_line(card.prompts.query, 80)
    return f"Before every query belongs {prompt!r}: it is put there here, and must be in your use."


def expectations(entry: Entry) -> str:
    """Say what measuring it will take, each figure with its range, and the basis of them all."""
    known, parts = entry.forecast, []
    if known.seconds is not None:
        parts.append(f"{duration(known.seconds.value)} to measure{_around(known.seconds)}")
    if known.query_ms is not None:
        parts.append(f"{number(known.query_ms.value)} ms a query ({known.query_ms.words()})")
    if known.memory_mib is not None:
        parts.append(
            f"{mib(known.memory_mib.value).strip()} MiB at its peak ({known.memory_mib.words()})"
        )
    if known.download_mib is not None:
        parts.append(f"{mib(known.download_mib).strip()} MiB to download by its card")
    basis = f"; {known.basis}" if known.basis else ""
    return f"Expected: {', '.join(parts)}{basis}." if parts else ""


def data_line(described: Described) -> str:
    """Return what will be measured on."""
    words = yardstick(described.task)
    size = words.size(described.sample_queries, described.sample_documents)
    return f"{one_line(described.name, 24)}: {size}"


def fetched(repos: Sequence[str], failures: Mapping[str, str]) -> str:
    """Say what came of the downloads; why each failed stands at the model."""
    came = len(repos) - len(failures)
    if not failures:
        return "It is on this machine now." if came == 1 else f"All {came} are on this machine now."
    names = ", ".join(name.rpartition("/")[2] for name in failures)
    if len(repos) == 1:
        return f"{names} was not downloaded: {next(iter(failures.values()))}"
    return f"{len(failures)} of {len(repos)} were not downloaded: {names}. Each says why below."


def _nothing_left(sentence: str) -> Content:
    """Say that no model is left, and the smallest way out."""
    return lines(
        joined(Content.styled("! ", ERROR), shown(sentence, STRONG)),
        shown("esc leads back to the answers, d shows every model with its reason.", MUTED),
    )
