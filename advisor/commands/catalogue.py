"""The commands on profiles and models, which measure nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


@click.command()
def profiles() -> None:
    """List the profiles that can be run by name."""
    from advisor.printing.runs import print_profiles

    print_profiles()


@click.command("shortlist")
@click.argument("profile")
@click.option(
    "--models-dir", type=click.Path(path_type=Path), help="Folder with model folders in it."
)
@click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help="Change an answer of the profile."
)
def show_shortlist(profile: str, models_dir: Path | None, settings: tuple[str, ...]) -> None:
    """Say which models fit PROFILE and why the others do not, without measuring."""
    from advisor.printing.runs import print_shortlist

    print_shortlist(profile, models_dir, settings)


@click.command()
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
    from advisor.printing.models import print_models

    print_models(words, as_json=as_json, **options)


@click.command()
@click.argument("name")
@click.option(
    "--models-dir", type=click.Path(path_type=Path), help="Folder with model folders in it."
)
@click.option("--json", "as_json", is_flag=True, help="Print the card as one JSON object.")
def model(name: str, models_dir: Path | None, as_json: bool) -> None:
    """Show what the catalogue knows of the model called NAME, and what it needs here."""
    from advisor.printing.models import print_model

    print_model(name, models_dir, as_json=as_json)


@click.command()
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
    from advisor.printing.models import print_added

    print_added(place, Facts(**facts))


@click.command()
@click.argument("name")
def remove_model(name: str) -> None:
    """Remove one of your own models from the catalogue."""
    from advisor.printing.models import print_removed

    print_removed(name)
