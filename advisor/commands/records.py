"""The commands on saved records: show one, compare two, verify one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from advisor.commands.measuring import run
from advisor.commands.options import Duration, reading_of


@click.command()
@click.argument("record", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "md", "html", "json", "code"]),
    default="text",
    show_default=True,
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write into this new file instead of printing.",
)
def show(record: Path, form: str, out: Path | None) -> None:
    """Show a decision record.

    As text; as an architecture decision record in Markdown; as one HTML page with charts; as the
    JSON that scripts read; or as code for the model that was picked.
    """
    from advisor.printing.records import print_record

    print_record(record, form, out)


@click.command()
@click.argument("before", metavar="A", type=click.Path(path_type=Path))
@click.argument("after", metavar="B", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def compare(before: Path, after: Path, as_json: bool) -> None:
    """Say what differs between the decision records A and B.

    Verdict, answers, data, machine, software, candidates; of figures only what is beyond noise.
    """
    from advisor.printing.records import print_differences

    print_differences(before, after, as_json=as_json)


@click.command()
@click.argument("record", type=click.Path(path_type=Path))
@click.option("--data", required=True, help="Folder, file or sample to measure on.")
@click.option("--models", default="", help="Where candidates are now, if elsewhere: NAME=FOLDER.")
@click.option(
    "--models-dir", type=click.Path(path_type=Path), help="Folder with model folders in it."
)
@click.option("--queries-from", metavar="URL", help="Where the record's queries were written.")
@click.option("--time-limit", type=Duration(), help="Stop measuring after 90s, 10m, 1h.")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help="Change an answer; `latency_ms=` leaves that limit out, on another machine.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Save the new record into here.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--offline", is_flag=True, help="Contact nothing.")
@click.option("--yes", is_flag=True, help="Answer yes to every question, downloads included.")
def verify(record: Path, out: Path | None, as_json: bool, **given: Any) -> None:  # noqa: ANN401
    """Measure the candidates of RECORD again and say whether its decision still holds.

    The same answers, sample and seed; exit code 0 when it holds, 1 when it does not. It holds
    while the pick meets the limits, is probably within the given-up points of the best, and is
    not below its recorded interval.
    """
    from advisor.deciding.verifying import words_of_command
    from advisor.errors import RecordError
    from advisor.printing.records import loaded, print_verified

    old = loaded(record)
    try:
        command = run.make_context("run", list(words_of_command(old)))
    except (click.ClickException, click.exceptions.Exit) as error:
        raise RecordError(f"The command in the record is none of this version: {error}") from error
    told = dict(command.params)
    told["reading"] = reading_of(told)
    names = (name.strip() for name in given.pop("models").split(","))
    given["models"] = tuple(name for name in names if name)
    sys.exit(print_verified(old, record, told, given, out, as_json=as_json))
