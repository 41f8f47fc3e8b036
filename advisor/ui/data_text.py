"""What was found in the data, in words and aligned figures."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from advisor.corpus.amount import Amount
from advisor.desk.messages import Described, Examined, Share
from advisor.evaluation.yardstick import yardstick
from advisor.needs.languages import found_language_name
from advisor.ui.text import ACCENT, ERROR, MUTED, STRONG, WARN, cut, joined, lines, shown

EVIDENCE = {
    "human": "judgements by people",
    "judged-here": "judgements made here",
    "llm-queries": "queries written by a language model: weaker evidence",
    "title-body": "no judgements: titles are taken as queries, which is weaker evidence",
    "agreement": "no judgements: only how far the models agree",
}
_SIGNS = {"error": ("x", ERROR), "warning": ("!", WARN), "note": ("-", MUTED)}
LABEL_CELLS = 12
LEAST_QUERIES = 20
"""Below so many no verdict is given."""


def about(found: Described, amount: Amount, examined: Examined | None = None) -> Content:
    """Return what the data is, what the sample can show, and what is odd about it.

    Until the doctor has looked at everything, what was noted while reading stands there.
    """
    return lines(
        *_contents(found),
        "",
        *_sample(found, amount),
        *([] if examined is None else [Content(), findings(examined)]),
        *_notes(found.notes if examined is None else examined.notes),
    )


def _contents(found: Described) -> list[Content]:
    """Return what there is of each kind; one row for texts that are both sides of a task."""
    words = yardstick(found.task)
    judged = {"similarity": "scores", "classification": "labels", "clustering": "labels"}
    label = judged.get(found.task, "judgements")
    rows = [] if found.task == "retrieval" else [_row("task", found.task, "")]
    lengths, spoken = _lengths(found), _languages(found.document_languages)
    if words.is_one_sided:
        rows += [_row(words.units, f"{found.queries:,}", lengths), _row("", "", spoken)]
    else:
        name = "to learn" if found.task == "classification" else words.documents
        asked = "to classify" if found.task == "classification" else words.units
        rows += [_row(name, f"{found.documents:,}", lengths), _row("", "", spoken)]
        rows.append(_row(asked, f"{found.queries:,}", _languages(found.query_languages)))
    rows += [_row(label, f"{found.judgements:,}", _evidence(found)), *_chunks(found)]
    if found.categories:
        kinds = "categories" if found.task in ("retrieval", "reranking") else "kinds"
        rows.append(_row(kinds, f"{found.categories:,}", ""))
    return rows


def _size(found: Described) -> str:
    """Say how much is measured."""
    return yardstick(found.task).size(found.sample_queries, found.sample_documents)


def findings(examined: Examined) -> Content:
    """Return what the doctor found: each finding with its places, its effect and the way out."""
    if not examined.findings:
        return Content.styled("The data doctor found nothing to object to.", MUTED)
    parts: list[Content | str] = [Content.styled("The data doctor found", STRONG)]
    for one in examined.findings:
        sign, style = _SIGNS[one.severity]
        more = f" and {one.count - len(one.places):,} more" if one.count > len(one.places) else ""
        parts += [
            joined(Content.styled(f"{sign} ", style), shown(one.what, STRONG)),
            shown(f"  {', '.join(one.places)}{more}", MUTED),
            *([shown(f"  {one.detail}", MUTED)] if one.detail else []),
            shown(f"  {one.effect} {one.way_out}"),
        ]
    return lines(*parts)


def preview(found: Described, index: int) -> Content:
    """Return one query and a document judged relevant to it."""
    one = found.previews[index]
    place = f"{index + 1} of {len(found.previews)}"
    place += " (t shows the next)" if len(found.previews) > 1 else ""
    kind = f" · {one.category}" if one.category else ""
    unit = yardstick(found.task).unit
    asked = lines(shown(f"{unit} {place}{kind}", MUTED), shown(one.query))
    if not one.document:
        return asked
    return lines(
        asked,
        "",
        shown("beside it" if found.task == "similarity" else "judged relevant to it", MUTED),
        shown(one.document),
    )


def _row(label: str, figure: str, words: str) -> Content:
    return joined(
        Content.styled(f"{label:<{LABEL_CELLS}}", MUTED),
        f"{figure:>9}",
        "   ",
        shown(words),
    )


def _chunks(found: Described) -> list[Content]:
    """Say how long documents are read, where it matters."""
    if found.chunks is not None:
        return [_row("chunks", "", f"{found.chunks} of each model's own (k changes it)")]
    if found.is_long:
        long = "many documents are long: k cuts them into chunks"
        return [_row("", "", long)]
    return []


def _evidence(found: Described) -> str:
    here = f"; {found.judged_here:,} made here before" if found.judged_here else ""
    if found.evidence == "judged-here" and not found.judgements:
        return f"to be made here, once the models have searched{here}"
    own = f"; j judges your {found.unjudged:,} queries here instead" if found.unjudged else ""
    return f"{EVIDENCE.get(found.evidence, found.evidence)}{own}{here}"


def _lengths(found: Described) -> str:
    if found.characters_median is None or found.characters_p95 is None:
        return ""
    return (
        f"half of them up to {found.characters_median:,} characters, "
        f"95 % up to {found.characters_p95:,}"
    )


def _languages(shares: Iterable[Share]) -> str:
    named = [
        f"{found_language_name(one.tag)} {100 * one.share:.0f} %"
        for one in shares
        if one.share >= 0.005
    ]
    more = f" and {len(named) - 3} more" if len(named) > 3 else ""
    return ", ".join(named[:3]) + more or "language not recognised"


def _sample(found: Described, amount: Amount) -> list[Content]:
    whole = found.sample_documents == found.documents and found.sample_queries == found.queries
    size = _size(found)
    what = f"All of it is measured: {size}." if whole else f"A sample is measured: {size}."
    said = [shown(what, STRONG), *_meaning(found)]
    if found.how_sampled and not whole:
        said.append(shown(found.how_sampled, MUTED))
    if amount.seed:
        said.append(shown(f"Seed {amount.seed}.", MUTED))
    return said


def _meaning(found: Described) -> list[Content]:
    n, words = found.sample_queries, yardstick(found.task)
    if found.smallest_gap is None or n < LEAST_QUERIES:
        few = f"{words.many(n)} decide nothing: there will be figures, but no verdict."
        return [joined(Content.styled("! ", WARN), few)]
    gap = f"{found.smallest_gap:.2f}".lstrip("0")
    return [
        joined(
            f"{words.many(n)} can show gaps of ",
            Content.styled(gap, ACCENT),
            f" {words.main}; smaller ones will look like a tie.",
        )
    ]


def _notes(notes: Iterable[str]) -> list[Content]:
    marked = [joined(Content.styled("! ", WARN), cut(note, 400)) for note in notes]
    return ["", Content.styled("Noted while reading", MUTED), *marked] if marked else []  # type: ignore[list-item]
