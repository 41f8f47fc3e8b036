"""The command line: commands, options and exit codes; results on stdout, all else on stderr.

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
from advisor.cli_options import Duration, chunks_option, reading_of, reading_options
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


@commands.command()
@click.argument("profile")
@click.option(
    "--data", required=True, help="Folder, file or sample (techcorp-zh, xquad-en, …) to measure on."
)
@reading_options
@chunks_option
@click.option(
    "--models",
    default="",
    help="Measure these: names, folders, NAME=FOLDER, bm25, 'NAME + BM25', 'NAME > RERANKER'.",
)
@click.option(
    "--models-dir", type=click.Path(path_type=Path), help="Folder with model folders in it."
)
@click.option("--queries", type=click.IntRange(1), help="Queries in the sample.")
@click.option("--documents", type=click.IntRange(1), help="Documents in it.")
@click.option(
    "--sample",
    type=click.Choice(["quick", "standard", "thorough"]),
    default="standard",
    show_default=True,
    help="64, 256 or 512 queries; 500, 2000 or 5000 documents.",
)
@click.option("--full", is_flag=True, help="Measure everything on everything there is.")
@click.option(
    "--bf16/--no-bf16",
    default=True,
    help="Read quality from bf16 vectors where they are quicker and proven equal.  [default: bf16]",
)
@click.option(
    "--load",
    "load_qps",
    type=click.FloatRange(0.01, 100_000),
    metavar="QPS",
    help="Serve so many queries a second, coming at random; find the highest rate in the limit.",
)
@click.option(
    "--views", is_flag=True, help="Ask with typos, in capitals, without punctuation as well."
)
@click.option(
    "--queries-from",
    metavar="URL",
    help="Have queries written by this OpenAI-compatible endpoint; key in EMBED_ADVISOR_API_KEY.",
)
@click.option("--queries-model", metavar="NAME", help="The model there that writes them.")
@click.option(
    "--judged-here/--no-judged-here",
    default=True,
    help="Count what was judged of this data in the interface.  [default: judged-here]",
)
@click.option("--seed", default=0, show_default=True, help="Makes the sample repeatable.")
@click.option("--time-limit", type=Duration(), help="Stop measuring after 90s, 10m, 1h.")
@click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help="Change an answer of the profile."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("benchmark_results"),
    show_default=True,
    help="Folder for the decision record.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a report.")
@click.option("--offline", is_flag=True, help="Contact nothing.")
@click.option("--yes", is_flag=True, help="Answer yes to every question, downloads included.")
def run(**options: Any) -> None:  # noqa: ANN401 - click hands over what the options above say
    """Shortlist, measure, decide and save a decision record for PROFILE.

    PROFILE is a TOML file or the name of a shipped profile (see `embed-advisor profiles`).
    """
    import asyncio

    from advisor.deciding.headless import RunOptions, decide
    from advisor.printing import ask_for_downloads, ask_to_send, print_decision

    as_json = options.pop("as_json")
    names = tuple(name.strip() for name in options.pop("models").split(",") if name.strip())
    asked = RunOptions(reading=reading_of(options), **options, models=names)
    decision = asyncio.run(decide(asked, ask_for_downloads, ask_to_send))
    print_decision(decision, as_json=as_json)


@commands.command("check-data")
@click.argument("place")
@reading_options
@click.option("--fix", is_flag=True, help="Write a clean copy beside it, losing nothing of value.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a report.")
def check(place: str, fix: bool, as_json: bool, **reading: Any) -> None:  # noqa: ANN401
    """Say everything that is wrong with, or odd about, the data at PLACE.

    PLACE is a folder, a file or a sample. Each finding says where it is, what it does to the
    result and what helps. The exit code is 2 if a run would refuse the data.
    """
    from advisor.printing_data import print_checkup

    sys.exit(print_checkup(place, reading_of(reading), fix=fix, as_json=as_json))


@commands.command()
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
    from advisor.printing_records import print_record

    print_record(record, form, out)


@commands.command()
@click.argument("before", metavar="A", type=click.Path(path_type=Path))
@click.argument("after", metavar="B", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def compare(before: Path, after: Path, as_json: bool) -> None:
    """Say what differs between the decision records A and B.

    Verdict, answers, data, machine, software, candidates; of figures only what is beyond noise.
    """
    from advisor.printing_records import print_differences

    print_differences(before, after, as_json=as_json)


@commands.command()
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
    from advisor.printing_records import loaded, print_verified

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


@commands.command()
def profiles() -> None:
    """List the profiles that can be run by name."""
    from advisor.printing import print_profiles

    print_profiles()


@commands.command("shortlist")
@click.argument("profile")
@click.option(
    "--models-dir", type=click.Path(path_type=Path), help="Folder with model folders in it."
)
@click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help="Change an answer of the profile."
)
def show_shortlist(profile: str, models_dir: Path | None, settings: tuple[str, ...]) -> None:
    """Say which models fit PROFILE and why the others do not, without measuring."""
    from advisor.printing import print_shortlist

    print_shortlist(profile, models_dir, settings)


@commands.command()
@click.argument("words", nargs=-1)
@click.option("--language", help="Reads this: en, zh-Hant, chinese, several.")
@click.option("--max-params", help="At most so many parameters: 150M, 1.5B.")
@click.option("--license", help="This licence, or `commercial`: any that allows commercial use.")
@click.option("--kind", help="dense, static, sparse, multi-vector, bm25, hosted, hybrid or llm.")
@click.option("--dim", type=click.IntRange(1), help="At most so many dimensions, cuts included.")
@click.option("--context", type=click.IntRange(1), help="Reads at least so many tokens.")
@click.option("--sort", help="name, score, params, speed, size, dim, context or date.")
@click.option("--json", "as_json", is_flag=True, help="Print the cards as one JSON list.")
def models(words: tuple[str, ...], as_json: bool, **options: Any) -> None:  # noqa: ANN401
    """List the models of the catalogue that fit WORDS and options.

    A word has to occur in a card, or to name a language that the model reads.
    """
    from advisor.printing_models import print_models

    print_models(words, as_json=as_json, **options)


@commands.command()
@click.argument("name")
@click.option(
    "--models-dir", type=click.Path(path_type=Path), help="Folder with model folders in it."
)
@click.option("--json", "as_json", is_flag=True, help="Print the card as one JSON object.")
def model(name: str, models_dir: Path | None, as_json: bool) -> None:
    """Show what the catalogue knows of the model called NAME, and what it needs here."""
    from advisor.printing_models import print_model

    print_model(name, models_dir, as_json=as_json)


@commands.command()
@click.argument("place")
@click.option("--name", help="What it is called; by default after its place.")
@click.option("--api-model", help="What the endpoint at PLACE calls the model.")
@click.option("--language", "languages", multiple=True, help="It reads this: en, zh-Hant, chinese.")
@click.option("--license", help="Its licence: mit, apache-2.0.")
@click.option("--max-tokens", type=click.IntRange(1), help="It reads so many tokens.")
@click.option("--query-prompt", default="", help="Text to put before every query.")
@click.option("--document-prompt", default="", help="Text to put before every document.")
@click.option("--note", help="A sentence to show beside it.")
def add_model(place: str, **facts: Any) -> None:  # noqa: ANN401
    """Add a model of your own to the catalogue.

    PLACE is a folder, organisation/model on the Hub, or the http address of an OpenAI-compatible
    endpoint. What you do not say stays unknown.
    """
    from advisor.catalogue.adding import Facts
    from advisor.printing_models import print_added

    print_added(place, Facts(**facts))


@commands.command()
@click.argument("name")
def remove_model(name: str) -> None:
    """Remove one of your own models from the catalogue."""
    from advisor.printing_models import print_removed

    print_removed(name)


@commands.command()
@click.option("--limit", metavar="SIZE", help="Keep at most this much from now on: 2GiB, 500MiB.")
@click.option(
    "--clear",
    "clearing",
    is_flag=False,
    flag_value="",
    metavar="[MODEL]",
    help="Remove everything, or what is there of MODEL.",
)
@click.option("--yes", is_flag=True, help="Do not ask before removing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def cache(limit: str | None, clearing: str | None, yes: bool, as_json: bool) -> None:
    """Show what is kept of earlier runs; limit it; clear it.

    Kept are vectors and finished measurements, so that nothing is measured twice. Of what goes
    over the limit (5 GiB unless set here or in EMBED_ADVISOR_CACHE_LIMIT), that which was used
    longest ago is removed, before and after each run.
    """
    from advisor.printing_cache import clear_cache, limit_cache, print_cache

    if limit is not None and clearing is not None:
        raise click.UsageError("--limit and --clear are two commands; give one of them")
    if limit is not None:
        limit_cache(limit)
    elif clearing is not None:
        clear_cache(clearing, sure=yes)
    else:
        print_cache(as_json=as_json)


@commands.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("benchmark_results"),
    show_default=True,
    help="Folder of the decision records.",
)
@click.option("--yes", is_flag=True, help="Do not ask before removing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
def forget(names: tuple[str, ...], out: Path, yes: bool, as_json: bool) -> None:
    """Show everything that is kept on this machine, or remove what is named.

    NAME is measurements, judgements, logs, decisions (begun and not saved), places, profiles,
    models (your own entries), settings or records; `all` is everything but records.
    """
    from advisor.printing_kept import forget as forget_named
    from advisor.printing_kept import print_kept

    if names:
        forget_named(names, out, sure=yes)
    else:
        print_kept(out, as_json=as_json)


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
