"""MODEL_INFO.json: what a model folder that we or others put together says about itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from advisor.bench.model_folder import read_json
from advisor.text import one_line

_REPO = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_LICENCE_ID = re.compile(r"[A-Za-z0-9.+-]+")
_WIDEST = 200


@dataclass(frozen=True)
class Information:
    """The folder's own words, fit to be shown; nothing in them is needed to run the model."""

    repo: str | None = None
    """`organisation/model`; None where `hf_id` is anything but the name of a repository."""
    revision: str | None = None
    license: str | None = None
    languages: str = ""
    mark: str = ""


def information_of(folder: Path) -> Information:
    """Read the folder's MODEL_INFO.json; what is not there or not readable says nothing."""
    held = read_json(folder / "MODEL_INFO.json")
    if not isinstance(held, dict):
        return Information()
    licence = _words(held, "licence") or _words(held, "license")
    return Information(
        repo=_only(_REPO, _words(held, "hf_id")),
        revision=_only(_COMMIT, _words(held, "revision")),
        # The Hub writes licences small; a remark after the name is kept as it stands.
        license=(licence.lower() if _LICENCE_ID.fullmatch(licence) else licence) or None,
        languages=_words(held, "languages"),
        mark=_words(held, "approximation"),
    )


def _words(held: dict[str, Any], key: str) -> str:
    value = held.get(key)
    if isinstance(value, list):
        value = ", ".join(entry for entry in value if isinstance(entry, str))
    return one_line(value, _WIDEST) if isinstance(value, str) else ""


def _only(pattern: re.Pattern[str], text: str) -> str | None:
    return text if pattern.fullmatch(text) else None
