"""What can be wrong with data: for each kind its severity, what it does, and what helps."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

Severity = Literal["note", "warning", "error"]
"""A note changes no figure much, a warning bends or weakens the result, an error stops the run."""
Remedy = Literal["skip", "fix", "stop", "look"]
"""`skip` leaves the row out, `fix` puts it right and loses nothing, `stop` takes a person, `look`
needs nothing done. What is no error is skipped or fixed without being asked, and counted."""


class Kind(NamedTuple):
    """One kind of finding; `one` and `many` go on after the number.

    What can be found once only has no `many` and stands without a number.
    """

    severity: Severity
    remedy: Remedy
    one: str
    many: str
    effect: str
    """What it does to the result."""
    way_out: str
    """What the remedy does, or what a person can do."""


def _broken(one: str, many: str, way_out: str) -> Kind:
    effect = "The row cannot be read; the run stops unless such rows are skipped."
    return Kind("error", "skip", one, many, effect, way_out)


def _stops(one: str, many: str, way_out: str) -> Kind:
    return Kind(
        "error", "stop", one, many, "Nothing can be measured before it is put right.", way_out
    )


def _dropped(one: str, many: str, effect: str, *, fixed: bool = True) -> Kind:
    return Kind("note" if fixed else "warning", "skip", one, many, effect, "It is left out.")


def _of_set(severity: Severity, what: str, effect: str, way_out: str) -> Kind:
    return Kind(severity, "look", what, "", effect, way_out)


_NO_EFFECT: Final = "None; it said nothing new."
_MIXED: Final = (
    "A model that does not read all of them looks worse or better than it is.",
    "Choose models that read all of them, or measure each language apart.",
)
_WEAKER: Final = "The query is measured on fewer answers than it was judged with."

KINDS: Final[dict[str, Kind]] = {
    "undecodable": _broken(
        "line cannot be decoded",
        "lines cannot be decoded",
        "Save the file as UTF-8, or name its encoding with --encoding; skipping loses the line.",
    ),
    "broken-json": _broken(
        "line is broken JSON", "lines are broken JSON", "Correct the line; skipping loses it."
    ),
    "broken-row": _broken(
        "row has the wrong cells",
        "rows have the wrong cells",
        "Put texts that hold the delimiter in quotes; skipping loses the row.",
    ),
    "missing-field": _broken(
        "row has no id or no text",
        "rows have no id or no text",
        "Rename the column, or name it with --columns; skipping loses the row.",
    ),
    "wrong-value": _broken(
        "row has a value that is no text, id or grade",
        "rows have values that are no text, id or grade",
        "Correct the value; skipping loses the row.",
    ),
    "fractional-grade": _broken(
        "judgement has a grade that is no whole number",
        "judgements have grades that are no whole numbers",
        "Write grades as whole numbers, 0 not relevant; skipping loses the judgement.",
    ),
    "id-clash": _broken(
        "id stands with two texts",
        "ids stand with two texts",
        "Rename or remove one; skipping keeps the first.",
    ),
    "contradiction": _broken(
        "judgement contradicts an earlier one",
        "judgements contradict earlier ones",
        "Keep one of the two; skipping keeps the first.",
    ),
    "unreadable-file": _broken(
        "file cannot be read as text",
        "files cannot be read as text",
        "See the places; skipping leaves the file out.",
    ),
    "array": _stops("file is one JSON array", "files are JSON arrays", "Make it JSON lines."),
    "columns": _stops(
        "file has columns that are not understood",
        "files have columns that are not understood",
        "Rename them, or name them with --columns.",
    ),
    "files-apart": _stops(
        "the files do not belong together",
        "",
        "Give the files that belong together; ids are compared as text.",
    ),
    "no-queries": _stops("the file of queries is missing", "", "Add it."),
    "unusable": _stops("the set cannot be used as it is", "", "See what was found."),
    # Left out or put right while reading.
    "replaced-characters": Kind(
        "note",
        "fix",
        "text held characters that are none (lone surrogates or NUL); U+FFFD is put there",
        "texts held characters that are none (lone surrogates or NUL); U+FFFD is put there",
        "Next to none.",
        "U+FFFD stands in their place.",
    ),
    "empty-document": _dropped(
        "document without text was skipped",
        "documents without text were skipped",
        "None; there was nothing to find.",
    ),
    "empty-query": _dropped(
        "query without text was skipped",
        "queries without text were skipped",
        "Fewer queries; nothing could have been asked with it.",
    ),
    "repeated-document": _dropped(
        "repeated row of a document was skipped",
        "repeated rows of documents were skipped",
        _NO_EFFECT,
    ),
    "repeated-query": _dropped(
        "repeated row of a query was skipped", "repeated rows of queries were skipped", _NO_EFFECT
    ),
    "unknown-document": _dropped(
        "judgement of an unknown document was skipped",
        "judgements of an unknown document were skipped",
        _WEAKER,
        fixed=False,
    ),
    "unknown-query": _dropped(
        "judgement of an unknown query was skipped",
        "judgements of an unknown query were skipped",
        "Fewer queries are measured than were judged.",
        fixed=False,
    ),
    "judged-empty-document": _dropped(
        "judgement of a document without text was skipped",
        "judgements of a document without text were skipped",
        _WEAKER,
        fixed=False,
    ),
    "judged-empty-query": _dropped(
        "judgement of a query without text was skipped",
        "judgements of a query without text were skipped",
        "None; nothing could have been asked with it.",
    ),
    "negative-grade": Kind(
        "warning",
        "fix",
        "negative grade was taken as 0",
        "negative grades were taken as 0",
        "A document judged as spam counts as merely not relevant.",
        "0 is written.",
    ),
    "repeated-judgement": _dropped(
        "repeated judgement was skipped", "repeated judgements were skipped", _NO_EFFECT
    ),
    "empty-pair": _dropped(
        "row without question or answer was skipped",
        "rows without question or answer were skipped",
        "Fewer queries or documents.",
    ),
    "unlabelled": _dropped(
        "row without text or label was skipped",
        "rows without text or label were skipped",
        "Fewer texts; nothing could have been told by it.",
    ),
    "no-candidates": _dropped(
        "query without right and wrong texts was skipped",
        "queries without right and wrong texts were skipped",
        "Fewer queries; there was nothing to put in order.",
    ),
    "merged-answer": Kind(
        "note",
        "fix",
        "repeated answer was merged into one document",
        "repeated answers were merged into one document each",
        "None; copies would have counted against whoever finds them.",
        "One document stands for all.",
    ),
    "merged-question": Kind(
        "note",
        "fix",
        "repeated question was merged into one query",
        "repeated questions were merged into one query each",
        "None; all of its answers count.",
        "One query has all the answers.",
    ),
    "unjudged-query": Kind(
        "note",
        "skip",
        "query without any relevant document left out",
        "queries without any relevant document left out",
        "It cannot be measured; a query that nobody judged says nothing.",
        "It is left out. Judge it to use it.",
    ),
    # Seen in the texts.
    "control-characters": Kind(
        "note",
        "fix",
        "text holds control characters",
        "texts hold control characters",
        "Little; tokenizers drop some and count others as unknown.",
        "They are left out of the clean copy.",
    ),
    "same-text": Kind(
        "warning",
        "fix",
        "document has the text of an earlier one",
        "documents have the text of an earlier one",
        "A copy of a right answer counts against the model that finds it.",
        "The clean copy keeps the first and gives it the judgements of the others.",
    ),
    "near-copy": Kind(
        "warning",
        "look",
        "document is nearly the same as an earlier one",
        "documents are nearly the same as an earlier one",
        "If only one of two versions is judged, finding the other counts as wrong.",
        "Remove old versions, or judge them as well.",
    ),
    "same-query": Kind(
        "note",
        "look",
        "query asks the same as an earlier one",
        "queries ask the same as an earlier one",
        "Repeated queries count twice and are no independent evidence.",
        "Remove one, or put their judgements together.",
    ),
    "long-document": Kind(
        "warning",
        "look",
        "document is longer than about 512 tokens",
        "documents are longer than about 512 tokens",
        "Models that read 512 tokens never see the rest.",
        "Split long documents, or choose models that read more.",
    ),
    "upper-case": Kind(
        "warning",
        "look",
        "query is in capital letters only",
        "queries are in capital letters only",
        "Models that tell cases apart lose most of their quality on them.",
        "Write them as users do; if users write so, lower them before searching.",
    ),
    # Of the set as a whole.
    "mixed-documents": _of_set("note", "the documents are in several languages", *_MIXED),
    "mixed-queries": _of_set("note", "the queries are in several languages", *_MIXED),
    "cross-lingual": _of_set(
        "note",
        "the queries are in another language than the documents",
        "Only models that read both can do it, and BM25 finds next to nothing.",
        "Leave it if that is what users do.",
    ),
    "few-queries": _of_set(
        "warning",
        "too few queries for a verdict",
        "There will be figures, but no verdict.",
        "Judge more queries: from 20 on a verdict is given, 50 show what matters.",
    ),
    "few-units": _of_set(
        "warning",
        "too few texts or pairs for a verdict",
        "There will be figures, but no verdict.",
        "Add more: from 20 on a verdict is given, 200 show gaps of about .08.",
    ),
    "weak-units": _of_set(
        "note", "texts or pairs enough for large gaps only", "Smaller gaps look tied.", "Add more."
    ),
    "weak-queries": _of_set(
        "note", "queries enough for large gaps only", "Smaller gaps look tied.", "Judge more."
    ),
    "shifted": Kind(
        "error",
        "stop",
        "the judgements seem to be off by some lines",
        "",
        "Every model is measured against wrong answers.",
        "Look at the first judgements; join by id, not by line.",
    ),
    "too-easy": _of_set(
        "warning",
        "word search solves it",
        "All models will look alike, near the ceiling.",
        "Take queries in the users' own words, not made from the documents.",
    ),
    "too-hard": _of_set(
        "warning",
        "queries and their answers share next to no words",
        "It may be right, but wrong judgements look the same.",
        "Read ten queries with their judged documents.",
    ),
    "file-encoding": Kind(
        "note",
        "fix",
        "file is not written in UTF-8 and was read in its own encoding",
        "files are not written in UTF-8 and were read in their own encodings",
        "None if the encoding was recognised rightly; look at the texts.",
        "The clean copy is UTF-8; --encoding names another encoding.",
    ),
}
"""Kinds of findings by the name that --json gives them, most basic first."""
