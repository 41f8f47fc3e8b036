"""What the commands about the catalogue print: models, model, add-model, remove-model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from advisor.bench.locate import available, default_places
from advisor.catalogue.adding import Facts, add, notes_about
from advisor.catalogue.card import Board, ModelCard
from advisor.catalogue.catalogue import Catalogue, load_catalogue
from advisor.catalogue.finding import board_of, find_models, wanted
from advisor.catalogue.own import own_path, remove_own
from advisor.deciding.steps import this_machine
from advisor.record.cells import (
    UNKNOWN,
    WIDEST,
    cells,
    number,
    shorten,
    terminal_width,
    wrap,
)
from advisor.shortlist.model_page import model_page
from advisor.text import one_line

LABEL_CELLS = 17
FIGURES = f"{'params':>7}{'MiB':>7}{'dim':>6}{'context':>8}{'public':>7}  {'licence':<11}"


def print_models(words: Sequence[str], *, as_json: bool, **options: Any) -> None:  # noqa: ANN401
    """Print the models that fit, a line each; the public score is that of the fitting board."""
    catalogue = load_catalogue()
    asked = wanted(words, **options)
    found = find_models(catalogue.cards, asked)
    _say_notes(catalogue)
    if as_json:
        click.echo(json.dumps([msgspec.to_builtins(card) for card in found], ensure_ascii=False))
        return
    width = terminal_width()
    board = board_of(asked)
    name = max(20, width - len(FIGURES) - 1)
    click.echo(f"{'model':<{name}} {FIGURES}".rstrip())
    for card in found:
        click.echo(_row(card, name, board).rstrip())
    count = "1 model" if len(found) == 1 else f"{len(found)} models"
    click.echo(f"{count} of {len(catalogue.cards)}; public: MTEB retrieval, {board}.")


def print_model(name: str, models_dir: Path | None, *, as_json: bool) -> None:
    """Print one model's page; CatalogueError with the nearest names when there is none.

    Whether it is here is looked up in `models_dir` and where models usually are.
    """
    catalogue = load_catalogue()
    card = catalogue.find(name)
    _say_notes(catalogue)
    if as_json:
        click.echo(json.dumps(msgspec.to_builtins(card), ensure_ascii=False))
        return
    click.echo(shorten(card.name, WIDEST))
    here = card.name in available([card], default_places(models_dir))
    for section in model_page(card, catalogue.cards, this_machine(), here=here):
        legend = f"; {section.legend}" if section.legend else ""
        click.echo(f"\n{section.title}{legend}")
        for label, text in section.rows:
            click.echo(
                wrap(text, terminal_width(), f"  {label:<{LABEL_CELLS}}", " " * (LABEL_CELLS + 2))
            )


def print_added(place: str, facts: Facts) -> None:
    """Add one of the user's own models and say under which name, and what it stands in for."""
    name = add(place, facts)
    catalogue = load_catalogue()
    click.echo(f"{name} is among your own models, in {one_line(str(own_path()), 200)}.")
    for note in notes_about(name, catalogue.notes):
        click.echo(note, err=True)


def print_removed(name: str) -> None:
    """Remove one of the user's own models."""
    remove_own(name)
    click.echo(f"{one_line(name, 120)} is no longer among your own models.")


def _row(card: ModelCard, name: int, board: Board) -> str:
    shown = shorten(card.name, name)
    score = card.scores[board].value if board in card.scores else None
    parameters = UNKNOWN if card.n_parameters is None else f"{card.n_parameters / 1e6:,.0f} M"
    licence = shorten(card.license or UNKNOWN, 11)
    return (
        f"{shown}{' ' * (name - cells(shown))} {parameters:>7}{number(card.memory_usage_mb):>7}"
        f"{_count(card.embed_dim):>6}{_count(card.max_tokens):>8}{number(score):>7}  {licence}"
    )


def _count(value: int | None) -> str:
    return UNKNOWN if value is None else f"{value:,}"


def _say_notes(catalogue: Catalogue) -> None:
    """Say on stderr what stands in for a shipped card, and what could not be read."""
    for remark in catalogue.remarks:
        click.echo(remark, err=True)
