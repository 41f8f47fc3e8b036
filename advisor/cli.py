"""The command line: its commands and exit codes; results on stdout, all else on stderr.

Exit codes: 0 answered (a tie and too little evidence are answers), 1 `verify` found that the
decision no longer holds, 2 usage, profile or data
error, 3 nothing could be measured, 130 interrupted. Heavy imports stay inside the commands, so
that `--help` is there at once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from advisor import __version__
from advisor.commands import catalogue, kept, measuring, records
from advisor.errors import AdvisorError
from advisor.text import plain

WIDTH = {"max_content_width": 100, "help_option_names": ["-h", "--help"]}


@click.group(context_settings=WIDTH, invoke_without_command=True)
@click.version_option(__version__, prog_name="embed-advisor")
@click.option("--data", help="Begin with this folder, file or sample.")
@click.option("--profile", help="Begin with the answers of this profile.")
@click.option("--models", help="Begin with these: names, folders, NAME=FOLDER.")
@click.option(
    "--models-dir", type=click.Path(path_type=Path), help="Folder with model folders in it."
)
@click.option("--seed", type=int, help="Makes the sample repeatable.  [default: 0]")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for decision records.  [default: benchmark_results]",
)
@click.option("--offline", is_flag=True, default=None, help="Contact nothing.")
@click.pass_context
def commands(ctx: click.Context, /, **options: Any) -> None:  # noqa: ANN401 - click's options
    """Measure text-embedding models on your own documents and queries, and say which to take.

    Without a command the interface opens; the options here are for it.
    """
    given = {name: value for name, value in options.items() if value is not None}
    if ctx.invoked_subcommand is None:
        _open(given)
    elif given:
        name = f"--{next(iter(given))}".replace("_", "-")
        raise click.UsageError(f"{name} stands after the command: {ctx.invoked_subcommand} {name}")


def _open(given: dict[str, Any]) -> None:
    """Open the interface, which needs a terminal."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError(
            "the interface needs a terminal; without one use `embed-advisor run PROFILE --data "
            "PATH` (see `embed-advisor --help`)"
        )
    from advisor.ui.app import Opening, open_interface

    if "models" in given:
        names = (name.strip() for name in given["models"].split(","))
        given["models"] = tuple(name for name in names if name)
    sys.exit(open_interface(Opening(**given)))


for _command in (
    measuring.run,
    measuring.check,
    records.show,
    records.compare,
    records.verify,
    catalogue.profiles,
    catalogue.show_shortlist,
    catalogue.models,
    catalogue.model,
    catalogue.add_model,
    catalogue.remove_model,
    kept.cache,
    kept.forget,
):
    commands.add_command(_command)


def main() -> None:
    """Run the command line; an expected failure is one sentence and its exit code."""
    try:
        commands.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except AdvisorError as error:
        click.echo(plain(str(error)), err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
