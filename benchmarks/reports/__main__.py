"""Reports made from real runs of all models in a folder on the samples and on xquad.

`python -m benchmarks.reports MODELS_DIR DATA_DIR [--out benchmark_results/reports]`. What was
measured before is taken from the product's cache (EMBED_ADVISOR_CACHE); a folder of approximated
weights says so in its MODEL_INFO.json, under `approximation`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from advisor.errors import AdvisorError
from benchmarks.reports.comparison import all_models, comparison, failed_models
from benchmarks.reports.front import index, records_page
from benchmarks.reports.guide import guide
from benchmarks.reports.kept import Run, load
from benchmarks.reports.measuring import measure
from benchmarks.reports.model_page import model_page
from benchmarks.reports.sets import SETS, place_of
from benchmarks.reports.told import file_of, with_marks

RESULTS = Path(__file__).resolve().parents[2] / "benchmark_results"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the sets, then write every page; the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("models", type=Path, help="folder of model folders")
    parser.add_argument("data", type=Path, help="folder with xquad-en and its like")
    parser.add_argument("--out", type=Path, default=RESULTS / "reports")
    parser.add_argument("--sets", default=",".join(SETS), help="of these only")
    parser.add_argument("--queries", type=int, help="at most so many of a set")
    parser.add_argument("--only-write", action="store_true", help="write from the records there")
    options = parser.parse_args(arguments)
    names = [name for name in options.sets.split(",") if name]
    unknown = [name for name in names if name not in SETS]
    if unknown:
        parser.error(f"no such set: {', '.join(unknown)}; there are {', '.join(SETS)}")
    kept = options.out / "records"
    for name in [] if options.only_write else names:
        place = place_of(SETS[name], options.data)
        if place is None:
            print(f"{name}: not in {options.data}, left out")
            continue
        try:
            measure(SETS[name], place, options.models, kept, options.queries)
        except AdvisorError as error:
            print(f"{name}: {error}")
            return error.exit_code
    runs = [run for name in SETS if (run := load(name, kept)) is not None]
    if not runs:
        print(f"{kept}: no records to write from; run without --only-write")
        return 2
    write(runs, options.out)
    return 0


def write(runs: Sequence[Run], out: Path) -> None:
    """Write the pages; those of models that are no longer in the runs go."""
    pages = out / "models"
    pages.mkdir(parents=True, exist_ok=True)
    for old in pages.glob("*.md"):
        old.unlink()
    for part in (*all_models(runs), *failed_models(runs)):
        _write(pages / file_of(part.name), model_page(part.name, runs), runs)
    _write(out / "comparison.md", comparison(runs), runs)
    _write(out / "guide.md", guide(runs), runs)
    records = out.parent / "records"
    if records.is_dir():
        _write(records / "README.md", records_page(records), runs)
    _write(out.parent / "README.md", index(runs, out.parent), runs)


def _write(path: Path, text: str, runs: Sequence[Run]) -> None:
    path.write_text(with_marks(text, runs), encoding="utf-8")
    print(f"wrote {path}")


if __name__ == "__main__":
    sys.exit(main())
