"""What commands print of saved records: views, differences, and whether a decision holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import msgspec

from advisor.errors import RecordError
from advisor.record.cells import terminal_width, wrap
from advisor.record.decision import DecisionRecord
from advisor.record.store import load_record
from advisor.text import one_line, plain


def print_record(path: Path, form: str, out: Path | None = None) -> None:
    """Print a saved record, or write it into a new file; what is not known goes to stderr."""
    view = _view(loaded(path), form, path.name)
    if out is None:
        click.echo(view, nl=not view.endswith("\n"))
        return
    _write(view if view.endswith("\n") else f"{view}\n", out)
    click.echo(f"Written: {one_line(str(out))}", err=True)


def print_differences(before: Path, after: Path, *, as_json: bool) -> None:
    """Print what differs between two records."""
    from advisor.record.comparing import as_differences, differences

    one, two = loaded(before), loaded(after)
    if as_json:
        found = msgspec.to_builtins(differences(one, two))
        shown = {"before": before.name, "after": after.name, "differences": found}
        click.echo(plain(json.dumps(shown, ensure_ascii=False)))
    else:
        click.echo(as_differences(one, two, terminal_width()))


def print_verified(
    old: DecisionRecord,
    path: Path,
    command: Mapping[str, Any],
    given: Mapping[str, Any],
    out: Path | None,
    *,
    as_json: bool,
) -> int:
    """Measure again and print whether the decision holds; 0 when it does, 1 when not."""
    import asyncio

    from advisor.deciding.headless import concluded
    from advisor.deciding.verifying import options_of
    from advisor.printing.runs import ask_for_downloads, ask_to_send
    from advisor.record.holding import holding
    from advisor.record.store import save_record

    options = options_of(old, str(path.absolute()), command, given)
    new = asyncio.run(concluded(options, ask_for_downloads, ask_to_send))
    held = holding(old, new)
    saved = save_record(new, out) if out is not None else None
    if as_json:
        record = {"record": str(saved) if saved else None}
        shown = json.dumps({**msgspec.to_builtins(held), **record}, ensure_ascii=False)
        click.echo(plain(shown))
    else:
        for sentence in held.sentences:
            click.echo(wrap(sentence, terminal_width()))
        if saved is not None:
            click.echo(f"Record  {one_line(str(saved))}")
    return 0 if held.holds else 1


def loaded(path: Path) -> DecisionRecord:
    """Return the record; what of it this version does not know goes to stderr."""
    record, unknown = load_record(path)
    for note in unknown:
        click.echo(note, err=True)
    return record


def _view(record: DecisionRecord, form: str, name: str) -> str:
    """Return the record in one of the forms; only that one's modules are imported."""
    match form:
        case "json":
            from advisor.record.answer import answer

            return json.dumps(answer(record, name), ensure_ascii=False)
        case "md":
            from advisor.record.show_markdown import as_markdown

            return as_markdown(record)
        case "html":
            from advisor.record.show_html import as_html

            return as_html(record)
        case "code":
            from advisor.record.show_code import as_code

            return as_code(record)
    from advisor.record.show_text import as_text

    return as_text(record, terminal_width())


def _write(content: str, out: Path) -> None:
    """Write a file that is not there yet."""
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(content)
    except FileExistsError as error:
        raise RecordError(f"{one_line(str(out))}: is there already; name a new file") from error
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "no file can have this name"
        raise RecordError(f"{one_line(str(out))}: cannot be written ({why})") from error
