"""What `embed-advisor forget` prints, asks and does."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from advisor.bench.limit import size_words
from advisor.bench.snapshots import hub_cache
from advisor.errors import UsageError
from advisor.kept import RECORDS, Part, chosen, parts, remove
from advisor.text import one_line, plain


def print_kept(out: Path, *, as_json: bool) -> None:
    """Print what is kept, how much, what it says and where it lies."""
    found = parts(out)
    if as_json:
        shown = [
            {
                "name": part.name,
                "what": part.what,
                "place": str(part.place),
                "n": len(part.paths),
                "bytes": part.bytes,
            }
            for part in found
        ]
        click.echo(plain(json.dumps(shown, ensure_ascii=False)))
        return
    click.echo(f"{'kept':<12} {'n':>4} {'size':>10}  what it is")
    for part in found:
        click.echo(
            f"{part.name:<12} {len(part.paths):>4} {size_words(part.bytes):>10}  {part.what}"
        )
    click.echo()
    for place in dict.fromkeys(part.place for part in found if part.paths):
        click.echo(f"Lies in  {one_line(str(place))}")
    click.echo(
        "Nothing of it leaves this machine. `embed-advisor forget NAME` removes a part, `forget "
        f"all` everything but {RECORDS}.\nModels from the Hub stay: they lie in "
        f"{one_line(str(hub_cache()))}, which other programs use too."
    )


def forget(names: Sequence[str], out: Path, *, sure: bool) -> None:
    """Remove what is named after a question, and say what is gone and what stayed."""
    wanted = [part for part in chosen(names, parts(out)) if part.paths]
    if not wanted:
        click.echo("Nothing of that is kept.")
        return
    listing = ", ".join(f"{part.name} ({size_words(part.bytes)})" for part in wanted)
    if not sure:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise UsageError("nobody is there to be asked: say --yes to remove it")
        if not click.confirm(f"Remove for good: {listing}?", default=False, err=True):
            click.echo("Nothing was removed.")
            return
    for part in wanted:
        click.echo(_gone(part))


def _gone(part: Part) -> str:
    freed, stayed = remove(part)
    rest = f"; {stayed} stayed, in use or not to be removed" if stayed else ""
    return f"{part.name}: {size_words(freed)} gone{rest}"
