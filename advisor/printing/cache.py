"""What `embed-advisor cache` prints, asks and does."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click

from advisor.bench.cache import cache_dir
from advisor.bench.inventory import Entry, Model, by_model, survey
from advisor.bench.limit import VARIABLE, Limit, limit_of, parse_size, set_limit, size_words
from advisor.bench.retention import Freed, clear, enforce
from advisor.errors import CacheError, UsageError
from advisor.record.cells import cells, shorten
from advisor.text import one_line, plain

NAME_CELLS = 31
UNNAMED = "(of an older version)"
_SOURCES = {"default": "the default", "set": "as set", "environment": f"by {VARIABLE}"}


def print_cache(*, as_json: bool) -> None:
    """Print place, size, limit and a line per model, last used first."""
    cache = cache_dir()
    limit, inventory = limit_of(cache), survey(cache)
    models = by_model(inventory.entries)
    if as_json:
        shown = {
            "place": str(cache),
            "bytes": inventory.bytes,
            "limit_bytes": limit.bytes,
            "limit_source": limit.source,
            "models": [_as_json(model) for model in models],
        }
        click.echo(plain(json.dumps(shown, ensure_ascii=False)))
        return
    encodings = sum(len(model.encodings) for model in models)
    click.echo(f"Place  {one_line(str(cache))}")
    click.echo(f"Size   {size_words(inventory.bytes)} of at most {_limit_words(limit)}")
    click.echo(f"Holds  {_count(len(models), 'model')}, {_count(encodings, 'encoding')}")
    if models:
        head = f"{'encodings':>9} {'measured':>8} {'size':>11}  last used"
        click.echo(f"\n{'model':<{NAME_CELLS}} {head}")
    for model in models:
        click.echo(_line(model))


def limit_cache(text: str) -> None:
    """Set the limit, bring the cache within it and say what that freed."""
    cache = cache_dir()
    set_limit(cache, parse_size(text))
    limit = limit_of(cache)
    freed = enforce(cache, limit.bytes)
    click.echo(f"The cache keeps at most {_limit_words(limit)}. {_freed_words(freed)}")
    if limit.source == "environment":
        click.echo(f"{VARIABLE} is set and stands above what was just set.", err=True)


def clear_cache(model: str, *, sure: bool) -> None:
    """Remove what there is of a model, or everything when `model` is empty, and say so."""
    cache = cache_dir()
    entries = survey(cache).entries
    chosen = [entry for entry in entries if not model or entry.is_of(model)]
    if model and not chosen:
        raise CacheError(_not_there(model, entries))
    if not chosen:
        click.echo("The cache holds nothing.")
        return
    size = size_words(sum(entry.bytes for entry in chosen))
    what = f"what is kept of {one_line(model, 60)}" if model else "everything that is kept"
    if not sure:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise UsageError("nobody is there to be asked: say --yes to remove it")
        if not click.confirm(f"Remove {what} ({size})?", default=False, err=True):
            click.echo("Nothing was removed.")
            return
    click.echo(_freed_words(clear(cache, chosen)))


def _not_there(model: str, entries: Sequence[Entry]) -> str:
    names = [one_line(found.name, 60) for found in by_model(entries) if found.name]
    known = f"; it has {', '.join(names[:8])}" if names else ""
    return f"the cache has nothing of {one_line(model, 60)}{known}"


def _freed_words(freed: Freed) -> str:
    kept = f" {_count(freed.in_use, 'folder')} in use by a run stayed." if freed.in_use else ""
    return f"Freed {size_words(freed.bytes)}.{kept}"


def _limit_words(limit: Limit) -> str:
    return f"{size_words(limit.bytes)} ({_SOURCES[limit.source]})"


def _line(model: Model) -> str:
    name = shorten(model.name or UNNAMED, NAME_CELLS)
    used = datetime.fromtimestamp(model.used).astimezone()
    return (
        f"{name}{' ' * (NAME_CELLS - cells(name))} {len(model.encodings):>9} "
        f"{len(model.measurements):>8} {size_words(model.bytes):>11}  {used:%Y-%m-%d %H:%M}"
    )


def _as_json(model: Model) -> dict[str, Any]:
    return {
        "model": model.name or None,
        "bytes": model.bytes,
        "last_used": _utc(model.used),
        "encodings": [
            {**entry.about.settings, "bytes": entry.bytes, "last_used": _utc(entry.used)}
            for entry in model.encodings
        ],
        "measurements": len(model.measurements),
    }


def _utc(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
