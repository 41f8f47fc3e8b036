"""The commands that read data: the run, and the data doctor."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from advisor.commands.options import Duration, chunks_option, reading_of, reading_options


@click.command()
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
    "--views",
    is_flag=True,
    help="Ask with typos, in capitals, without punctuation as well; read memory by batch.",
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
    from advisor.printing.runs import ask_for_downloads, ask_to_send, print_decision

    as_json = options.pop("as_json")
    names = tuple(name.strip() for name in options.pop("models").split(",") if name.strip())
    asked = RunOptions(reading=reading_of(options), **options, models=names)
    decision = asyncio.run(decide(asked, ask_for_downloads, ask_to_send))
    print_decision(decision, as_json=as_json)


@click.command("check-data")
@click.argument("place")
@reading_options
@click.option("--fix", is_flag=True, help="Write a clean copy beside it, losing nothing of value.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a report.")
def check(place: str, fix: bool, as_json: bool, **reading: Any) -> None:  # noqa: ANN401
    """Say everything that is wrong with, or odd about, the data at PLACE.

    PLACE is a folder, a file or a sample. Each finding says where it is, what it does to the
    result and what helps. The exit code is 2 if a run would refuse the data.
    """
    from advisor.printing.data import print_checkup

    sys.exit(print_checkup(place, reading_of(reading), fix=fix, as_json=as_json))
