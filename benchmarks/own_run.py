"""Our command, started by the benchmarks with a cache of its own and no network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def place_of(data: str) -> str:
    """Return data as a run finds it from any folder: a path that is there, or a sample's name."""
    return str(Path(data).resolve()) if Path(data).exists() else data


def command(data: str, models_dir: Path, models: str, *options: str) -> list[str]:
    """Return a comparison of `models` (as `--models` takes them) on `data`."""
    return [
        sys.executable, "-m", "advisor.cli", "run", "plain-rag", "--data", data,
        "--models-dir", str(models_dir.resolve()), "--models", models, "--offline", "--json",
        *options,
    ]  # fmt: skip


def surroundings(place: Path, cache: str = "cache") -> dict[str, str]:
    """Return an environment whose cache and configuration lie in `place`."""
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
        "PYTHONWARNINGS": "ignore",
        "HF_HUB_OFFLINE": "1",
        "EMBED_ADVISOR_CACHE": str(place / cache),
        "XDG_CONFIG_HOME": str(place / "config"),
    }


def start(order: Sequence[str], place: Path, env: Mapping[str, str]) -> subprocess.Popen[str]:
    """Start it in `place`, in a process group of its own."""
    return subprocess.Popen(
        order,
        cwd=place,
        env=env,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def answer(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Wait for its JSON; SystemExit with what it said when it fails."""
    said, complaint = process.communicate()
    if process.returncode:
        raise SystemExit(f"the run ended with {process.returncode}:\n{complaint}")
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found
