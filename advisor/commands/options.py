"""Options that several commands share, and types of options; light, for `--help` loads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from advisor.corpus.options import ReadOptions


class Duration(click.ParamType[float]):
    """Seconds, written `90s`, `10m` or `1h`."""

    name = "duration"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - click's own signature
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> float:
        """Return seconds."""
        if isinstance(value, float):
            return value
        number, unit = str(value)[:-1], str(value)[-1:]
        factor = {"s": 1, "m": 60, "h": 3_600}.get(unit)
        if factor is None or not number.isdigit() or not int(number):
            self.fail(f"{value!r} is no duration; write 90s, 10m or 1h", param, ctx)
        return float(int(number) * factor)


def reading_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say how data is read."""
    for option in (
        click.option("--skip", is_flag=True, help="Leave out rows that cannot be read."),
        click.option(
            "--columns", default="", metavar="LIST", help="Name columns: id=doc_id,text=body."
        ),
        click.option(
            "--task",
            type=click.Choice(["search", "similarity", "classification", "clustering"]),
            help="What the data is measured as.  [default: by the answers and the data]",
        ),
        click.option("--encoding", help="Of the data's files.  [default: detected]"),
    ):
        command = option(command)
    return command


def chunks_option(command: Callable[..., None]) -> Callable[..., None]:
    """Add the option that says how documents are cut; `reading_of` takes it."""
    return click.option(
        "--chunks",
        metavar="SPEC",
        help="Cut long documents: tokens:256/32 (size/overlap, each model's own), headings:256.",
    )(command)


def reading_of(given: dict[str, Any]) -> ReadOptions:
    """Take the options of `reading_options`, and `--chunks`, out of `given`."""
    from advisor.corpus.chunking import chunking_named
    from advisor.corpus.options import ReadOptions, columns_named, encoding_named

    return ReadOptions(
        encoding=encoding_named(given.pop("encoding")),
        columns=columns_named(given.pop("columns")),
        skip=given.pop("skip"),
        chunks=chunking_named(given.pop("chunks", None)),
        task=given.pop("task"),
    )
