"""What `check-data` prints."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator

import click
import msgspec

from advisor.corpus.cleaning import CleanCopy, write_clean_copy
from advisor.corpus.options import ReadOptions
from advisor.corpus.problems import Finding, counted
from advisor.deciding.checkup import Checkup, check_data
from advisor.evaluation.yardstick import yardstick
from advisor.record.cells import wrap
from advisor.text import plain

WIDEST = 100
LABEL_CELLS = 9
_TITLES = {"error": "Errors", "warning": "Warnings", "note": "Notes"}
EXIT_ERRORS = 2


def print_checkup(place: str, options: ReadOptions, *, fix: bool, as_json: bool) -> int:
    """Check the data and print what is found; return the exit code: 2 with errors, else 0."""
    checkup = check_data(place, options)
    stops = checkup.stops(skipping=options.skip)
    copy = write_clean_copy(place, options) if fix and not stops else None
    if as_json:
        said = msgspec.to_builtins(checkup)
        said["clean_copy"] = {**copy._asdict(), "folder": str(copy.folder)} if copy else None
        click.echo(json.dumps(said, ensure_ascii=False))
    else:
        for line in _report(checkup, stops=stops, skipping=options.skip):
            click.echo(plain(line))
        if fix:
            click.echo(plain(wrap(_copied(copy), _width())))
    return EXIT_ERRORS if stops else 0


def _copied(copy: CleanCopy | None) -> str:
    if copy is None:
        return "No clean copy was written: put the errors right first."
    left_out = f"; {counted(copy.left_out, 'row')} left out, see left-out.tsv there"
    return (
        f"Clean copy: {copy.folder} with {counted(copy.documents, 'document')}, "
        f"{counted(copy.queries, 'query', 'queries')} and "
        f"{counted(copy.judgements, 'judgement')}{left_out if copy.left_out else ''}."
    )


def _width() -> int:
    return min(WIDEST, shutil.get_terminal_size((80, 24)).columns)


def _report(checkup: Checkup, *, stops: bool, skipping: bool) -> Iterator[str]:
    width = _width()
    yield wrap(_head(checkup), width)
    for severity, title in _TITLES.items():
        found = [finding for finding in checkup.findings if finding.severity == severity]
        if found:
            yield f"\n{title}"
        for one in found:
            yield from _finding(one, width)
    if checkup.notes:
        yield "\nWhile reading"
        for note in checkup.notes:
            yield wrap(note, width, "  ", "  ")
    yield ""
    yield wrap(_verdict(checkup, stops=stops, skipping=skipping), width)


def _head(checkup: Checkup) -> str:
    if checkup.documents is None:
        return f"{checkup.name}: no dataset could be made of it."
    words = yardstick(checkup.task)
    own = () if checkup.task in ("similarity", "clustering") else (checkup.documents,)
    kind = "" if checkup.task == "retrieval" else f"{checkup.task}, "
    parts = [
        *map(words.many_documents, own),
        words.many(checkup.queries or 0),
        f"{counted(checkup.judgements or 0, 'judgement')} ({checkup.evidence})",
    ]
    sentences = [f"{checkup.name}: {kind}{', '.join(parts)}."]
    if checkup.smallest_gap is not None:
        sentences.append(
            f"So many {words.units} can show gaps of {checkup.smallest_gap:.2f} {words.main}."
        )
    if checkup.bm25_ndcg is not None:
        sentences.append(f"Word search (BM25) reaches {checkup.bm25_ndcg:.2f}.")
    return " ".join(sentences)


def _finding(one: Finding, width: int) -> Iterator[str]:
    more = f" and {one.count - len(one.places):,} more" if one.count > len(one.places) else ""
    yield wrap(one.what, width, "  ", "    ")
    rows = (
        ("at", ", ".join(one.places) + more),
        ("found", one.detail),
        ("effect", one.effect),
        (one.remedy, one.way_out),
    )
    for label, text in rows:
        if text:
            yield wrap(text, width, f"    {label:<{LABEL_CELLS}}", " " * (LABEL_CELLS + 4))


def _verdict(checkup: Checkup, *, stops: bool, skipping: bool) -> str:
    counts = [
        counted(checkup.count(severity), "kind of " + severity, f"kinds of {severity}s")
        for severity in _TITLES
        if checkup.count(severity)
    ]
    if not counts:
        return "Nothing was found to object to."
    said = ", ".join(counts) + "."
    if not stops:
        return f"{said} The data can be measured on."
    if not skipping and not checkup.stops(skipping=True):
        return f"{said} A run refuses the data; with --skip it leaves the bad rows out."
    return f"{said} A run would not be worth its time before the errors are put right."
