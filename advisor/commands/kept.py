"""The commands on what is kept on this machine."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
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
    from advisor.printing.cache import clear_cache, limit_cache, print_cache

    if limit is not None and clearing is not None:
        raise click.UsageError("--limit and --clear are two commands; give one of them")
    if limit is not None:
        limit_cache(limit)
    elif clearing is not None:
        clear_cache(clearing, sure=yes)
    else:
        print_cache(as_json=as_json)


@click.command()
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
    from advisor.printing.kept import forget as forget_named
    from advisor.printing.kept import print_kept

    if names:
        forget_named(names, out, sure=yes)
    else:
        print_kept(out, as_json=as_json)
