"""What commands print on stdout: decisions, records, profiles, shortlists."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from advisor.bench.choice import Absent
from advisor.deciding.headless import Decision
from advisor.deciding.steps import machine_of
from advisor.needs.answers import with_defaults
from advisor.needs.derive import requirements_from
from advisor.needs.profile import apply_settings, list_profiles, load_profile
from advisor.record.answer import answer
from advisor.record.cells import shorten, terminal_width, wrap
from advisor.record.show_text import as_text
from advisor.text import one_line, plain


def print_decision(decision: Decision, *, as_json: bool) -> None:
    """Print a run's outcome as one JSON object or as a report."""
    if as_json:
        shown = answer(decision.record, str(decision.path), decision.seconds)
        click.echo(json.dumps(shown, ensure_ascii=False))
        return
    click.echo(as_text(decision.record, terminal_width(), path=str(decision.path)))


def ask_for_downloads(absent: Sequence[Absent]) -> bool:
    """Ask once, with the bytes, whether models may be fetched; without a terminal it is no."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    known = [gone.bytes for gone in absent if gone.bytes is not None]
    size = f"about {sum(known) / 1e9:.1f} GB by their cards" if known else "of unknown size"
    click.echo("Not on this machine:", err=True)
    for gone in absent:
        click.echo(f"  {one_line(gone.name, 60)}", err=True)
    return click.confirm(f"Download them from the Hub, {size}?", default=False, err=True)


def ask_to_send(words: str) -> bool:
    """Ask whether texts may be sent, with all that is said of it; without a terminal it is no."""
    click.echo(wrap(words, terminal_width()), err=True)
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    return click.confirm("Send them?", default=False, err=True)


def print_profiles() -> None:
    """Print every profile's name and what it is for."""
    profiles = list_profiles()
    widest = max((len(profile.name) for profile in profiles), default=0)
    for profile in profiles:
        click.echo(f"{profile.name:<{widest}}  {one_line(profile.description, 90)}")


def print_shortlist(name: str, models_dir: Path | None, settings: tuple[str, ...]) -> None:
    """Print which models fit a profile, and what became of the others."""
    from advisor.bench.locate import available, default_places
    from advisor.catalogue.catalogue import load_catalogue
    from advisor.shortlist.relaxing import why_none
    from advisor.shortlist.shortlist import shortlist

    profile = apply_settings(load_profile(name), settings)
    requirements = requirements_from(with_defaults(profile.answers), machine_of(profile.answers))
    catalogue = load_catalogue()
    cards = catalogue.cards
    for remark in catalogue.remarks:
        click.echo(remark, err=True)
    listed = shortlist(requirements, cards, available(cards, default_places(models_dir)))
    width = terminal_width()
    for title, entries in (("To measure here", listed.candidates), ("Not here", listed.not_here)):
        click.echo(title)
        for entry in entries:
            score = f"{entry.evidence.value:5.1f}" if entry.evidence.value is not None else "    –"
            click.echo(f"  {shorten(entry.card.name, 48):<48} {score}")
            click.echo(wrap(entry.reason, width, "      ", "      "))
            if entry.command:
                click.echo(f"      {plain(entry.command)}")
        if not entries:
            click.echo("  none")
    click.echo(
        f"{len(listed.lower)} more fit and rank lower; {len(listed.dropped)} of "
        f"{listed.considered} do not fit."
    )
    if not listed.lower and not listed.not_here and len(listed.candidates) < 2:
        click.echo(wrap(why_none(listed.dropped).sentence, width))
