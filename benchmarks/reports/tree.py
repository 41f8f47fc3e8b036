"""The decision tree as a drawing: the interview's questions, and what was measured at the ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from advisor.needs.questions import QUESTIONS, Question
from advisor.record.cells import ndcg, signed
from advisor.text import one_line
from benchmarks.reports.kept import Run, mean_of
from benchmarks.reports.public_only import for_task
from benchmarks.reports.sets import (
    CHINESE,
    CHINESE_ON_ENGLISH,
    ENGLISH,
    ENGLISH_ON_CHINESE,
    MANY,
    WISHES,
)
from benchmarks.reports.told import setting


class Node(NamedTuple):
    """An answer or a question, with what follows from it."""

    text: str
    children: tuple[Node, ...] = ()


def drawing(runs: Sequence[Run]) -> str:
    """Return the tree as a block of text."""
    root = _tree(runs)
    return "\n".join(["```text", root.text, *_drawn(root.children, ""), "```"])


def _tree(runs: Sequence[Run]) -> Node:
    languages = Node(
        _text("document_languages"),
        (
            Node(
                "English",
                (
                    Node(
                        _text("query_languages"),
                        (
                            Node("English", _ends(runs, ENGLISH)),
                            Node("Chinese", _ends(runs, CHINESE_ON_ENGLISH)),
                        ),
                    ),
                ),
            ),
            Node(
                "Chinese",
                (
                    Node(
                        _text("query_languages"),
                        (
                            Node("Chinese", _ends(runs, CHINESE)),
                            Node("English", _ends(runs, ENGLISH_ON_CHINESE)),
                        ),
                    ),
                ),
            ),
            Node("Many languages", _ends(runs, MANY)),
        ),
    )
    exact = Node(_text("exact_terms"), _exact(runs))
    options = {option.value: option.label for option in _question("task").options}
    others = tuple(
        Node(f"{options[task]}: not run here; first by public scores {for_task(task)}")
        for task in ("code-search", "classification", "clustering", "similarity")
    )
    pictures = Node(f"{options['images-or-audio']}: no text embedding; CLIP, SigLIP or CLAP")
    search = Node(options["search"], (languages, exact))
    return Node(_text("task"), (search, *others, pictures))


def _ends(runs: Sequence[Run], languages: str) -> tuple[Node, ...]:
    """Return what comes first, and for each set of the setting what it leads to."""
    own = [run for run in runs if setting(run.name) == languages]
    if not own:
        return (Node("not run here"),)
    leaves = []
    for wish in WISHES:
        picks = "; ".join(_pick(runs, run, wish.key) for run in own)
        leaves.append(Node(f"{wish.words}: {picks}"))
    return (Node(_text("priority"), tuple(leaves)),)


def _pick(runs: Sequence[Run], run: Run, wish: str) -> str:
    decided = run.beside.wishes[wish]
    if decided.pick is None:
        return f"no pick ({run.name})"
    part = run.part(decided.pick)
    figure = f" {ndcg(mean_of(part))}" if part is not None and part.quality is not None else ""
    return f"{decided.pick}{figure} ({run.name}, {decided.kind})"


def _exact(runs: Sequence[Run]) -> tuple[Node, ...]:
    """Return what BM25 beside the best model of each set brought."""
    told = []
    for run in runs:
        for part in run.record.candidates:
            model = run.models[0].name
            if part.kind == "hybrid" and part.quality is not None and model in part.parts:
                change = run.gap(part.name, model)
                sure = "" if change.surely_above or change.surely_below else ", a tie"
                told.append(
                    Node(f"{run.name}: BM25 beside {model} "
                         f"{signed(change.mean)} nDCG@10{sure}")
                )  # fmt: skip
    return (Node("Yes", tuple(told) or (Node("no hybrid was run"),)), Node("No: the model alone"))


def _question(key: str) -> Question:
    return next(question for question in QUESTIONS if question.key == key)


def _text(key: str) -> str:
    return _question(key).text


def _drawn(nodes: Sequence[Node], lead: str) -> list[str]:
    lines = []
    for index, node in enumerate(nodes):
        last = index == len(nodes) - 1
        lines.append(f"{lead}{'└─ ' if last else '├─ '}{one_line(node.text)}")
        lines += _drawn(node.children, lead + ("   " if last else "│  "))
    return lines
