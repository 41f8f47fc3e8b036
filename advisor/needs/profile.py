"""Profiles: answers saved as TOML, shared and loaded; a profile from a stranger is a hostile file.

A profile holds answers and nothing else: no key of it can start code, name a path, or turn on
the network.
"""

from __future__ import annotations

import difflib
import math
import re
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from advisor.errors import ProfileError
from advisor.needs.answers import KEYS, Answers, AnswerSet, answered
from advisor.needs.refusals import PARTS, in_words, shown_value, unknown_key, unknown_part
from advisor.text import one_line, plain
from advisor.toml_file import parse, read_bytes

SCHEMA = "embed-advisor-profile/1"
RECORD_SCHEMA = "embed-advisor/1"
"""Of a decision record; a newer minor one, `embed-advisor/1.4`, only has more keys."""
MOST_BYTES = 65_536
MOST_RECORD_BYTES = 2 * 2**20
"""A decision record holds its answers, and much beside them."""
MOST_NAME, MOST_DESCRIPTION = 80, 2_000
"""Characters kept; escaped in TOML they stay far below `MOST_BYTES`, so what is saved loads."""
_SAYS_RECORD = re.compile(
    rb"""^(?:\xef\xbb\xbf)?schema *= *["']embed-advisor/1["'.]""", re.MULTILINE
)
_PACKAGE = Path(__file__).resolve().parent.parent


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """A named set of answers."""

    name: str
    description: str = ""
    answers: AnswerSet


def load_profile(name_or_path: str) -> Profile:
    """Load a profile by path or by the name of a shipped or an own one.

    ProfileError names the file, the key, what was expected and what was found.
    """
    path = _find(name_or_path)
    content = _parse(path)
    answers = _read_answers(content.get("answers", {}), path)
    return Profile(
        name=_clean_name(_text(content, "name", path, default="")) or _clean_name(path.stem),
        description=plain(_text(content, "description", path, default=""))[:MOST_DESCRIPTION],
        answers=answers,
    )


def save_profile(profile: Profile, path: Path) -> None:
    """Write a profile, whole or not at all; ProfileError when the place cannot be written.

    Only what the user said is kept: what was assumed or detected is found anew with each run.
    """
    import tomli_w

    given, sources = profile.answers.given(), profile.answers.sources
    content = {
        "schema": SCHEMA,
        "name": _clean_name(profile.name),
        "description": plain(profile.description)[:MOST_DESCRIPTION],
        "answers": {key: value for key, value in given.items() if sources[key] == "user"},
    }
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".") as folder:
            unfinished = Path(folder) / path.name
            unfinished.write_bytes(tomli_w.dumps(content).encode())
            unfinished.replace(path)
    except OSError as error:
        raise ProfileError(
            f"{one_line(str(path))}: cannot be written ({error.strerror}); save it elsewhere"
        ) from error


def list_profiles() -> tuple[Profile, ...]:
    """Return the shipped and the user's own profiles, by name; broken ones are left out."""
    found: dict[str, Profile] = {}
    for folder in _folders():
        for path in sorted(folder.glob("*.toml")):
            try:
                found.setdefault(path.stem, load_profile(str(path)))
            except ProfileError:
                continue  # running it by name says what is wrong with it
    return tuple(found[name] for name in sorted(found))


def apply_settings(profile: Profile, settings: Sequence[str]) -> Profile:
    """Change answers by `key=value`; lists are separated by commas, values read as in TOML.

    `key=` takes an answer back.
    """
    values = msgspec.structs.asdict(profile.answers.values)
    changed = set[str]()
    for setting in settings:
        key, equals, value = setting.partition("=")
        key = key.strip()
        if not equals:
            raise ProfileError(f"--set {one_line(setting, 60)}: write it as key=value")
        if key not in KEYS:
            raise ProfileError(f"--set {one_line(key, 60)}: {unknown_key(key)}")
        values[key] = _setting_value(key, value.strip()) if value.strip() else None
        changed.add(key)
    given = {key: value for key, value in values.items() if value is not None}
    answers = _read_answers(given, "--set")
    before = profile.answers.sources
    sources = {
        key: source if key in changed else before.get(key, source)
        for key, source in answers.sources.items()
    }
    return msgspec.structs.replace(
        profile, answers=msgspec.structs.replace(answers, sources=sources)
    )


def _setting_value(key: str, text: str) -> Any:  # noqa: ANN401 - checked by _read_answers
    if key.endswith("_languages") and not text.startswith("["):
        return [part.strip() for part in text.split(",") if part.strip()]
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (tomllib.TOMLDecodeError, ValueError, RecursionError):
        return text  # words need no quotes on a command line


def own_profiles() -> Path:
    """Return the folder of the user's own profiles."""
    import platformdirs

    return platformdirs.user_config_path("embed-advisor") / "profiles"


def _folders() -> Iterator[Path]:
    # In a wheel the profiles lie inside the package, in a checkout beside it.
    yield _PACKAGE / "profiles"
    yield _PACKAGE.parent / "profiles"
    yield own_profiles()


def _find(name: str) -> Path:
    path = Path(name)
    if path.suffix == ".toml" or len(path.parts) > 1:
        if not _is_file(path) and (shipped := _named(path.stem)) and path.parts[0] == "profiles":
            return shipped
        return path
    found = _named(name) or _called(name)
    if found is not None:
        return found
    known = sorted({file.stem for folder in _folders() for file in folder.glob("*.toml")})
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"do you mean {near[0]}?" if near else f"there are {', '.join(known)}"
    raise ProfileError(f"{one_line(name, 60)}: no profile of this name; {hint}")


def _named(name: str) -> Path | None:
    paths = (folder / f"{name}.toml" for folder in _folders())
    return next((path for path in paths if _is_file(path)), None)


def _called(name: str) -> Path | None:
    """Return the file of the profile that `list_profiles` shows under this name."""
    for path in (path for folder in _folders() for path in sorted(folder.glob("*.toml"))):
        try:
            if load_profile(str(path)).name == name:
                return path
        except ProfileError:
            continue
    return None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name too long for a file, or a folder nobody may look into
        return False


def _parse(path: Path) -> dict[str, Any]:
    shown = one_line(str(path))
    way = "`embed-advisor profiles` lists those that are"
    raw = read_bytes(path, MOST_RECORD_BYTES, ProfileError, what="profile", way=way)
    if len(raw) > MOST_BYTES and _SAYS_RECORD.search(raw[:MOST_BYTES]) is None:
        raise ProfileError(f"{shown}: larger than {MOST_BYTES:,} bytes, which no profile is")
    content = parse(raw, shown, ProfileError)
    schema = content.get("schema", SCHEMA)
    if isinstance(schema, str) and schema.partition(".")[0] == RECORD_SCHEMA:
        return _answers_of_record(content, shown)
    if schema != SCHEMA:
        raise ProfileError(
            f"{shown}: schema is {shown_value(schema)}, expected {SCHEMA!r}; "
            "is it a profile, and of this version?"
        )
    for key in content:
        if key not in PARTS:
            raise ProfileError(f"{shown}: {one_line(key, 60)}: {unknown_part(key)}")
    return content


def _answers_of_record(content: dict[str, Any], shown: str) -> dict[str, Any]:
    """Return what a person said in a decision; what was found or assumed is found anew."""
    head, answers = content.get("record", {}), content.get("answers", {})
    sources = content.get("answer_sources", {})
    if not all(isinstance(part, dict) for part in (head, answers, sources)):
        raise ProfileError(f"{shown}: its parts record, answers, answer_sources are no tables")
    said = {key: value for key, value in answers.items() if sources.get(key) == "user"}
    return {"name": head.get("name", ""), "answers": said}


def _read_answers(content: object, where: Path | str) -> AnswerSet:
    shown = one_line(str(where))
    if not isinstance(content, dict):
        raise ProfileError(f"{shown}: answers: expected a table [answers]")
    for key, value in content.items():
        if key not in KEYS:
            raise ProfileError(f"{shown}: answers.{one_line(key, 60)}: {unknown_key(key)}")
        if isinstance(value, float) and not math.isfinite(value):
            raise ProfileError(f"{shown}: answers.{key}: expected a finite number, found {value}")
    try:
        # In strict mode an integer is taken where a float is asked for, and nothing else bends.
        return answered(msgspec.convert(content, Answers))
    except msgspec.ValidationError as error:
        raise ProfileError(f"{shown}: answers: {in_words(str(error), content)}") from error
    except ProfileError as error:
        raise ProfileError(f"{shown}: answers: {error}") from error


def _clean_name(text: str) -> str:
    return one_line(text, MOST_NAME)


def _text(content: dict[str, Any], key: str, path: Path, *, default: str) -> str:
    value = content.get(key, default)
    if not isinstance(value, str):
        raise ProfileError(
            f"{one_line(str(path))}: {key}: expected text, found {type(value).__name__}"
        )
    return value
