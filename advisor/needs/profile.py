"""Profiles: answers saved as TOML, shared and loaded; a profile from a stranger is a hostile file.

A profile holds answers and nothing else: no key of it can start code, name a path, or turn on
the network.
"""

from __future__ import annotations

import difflib
import math
import tempfile
import tomllib
import typing
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from advisor.errors import ProfileError
from advisor.needs.answers import KEYS, Answers, AnswerSet, answered
from advisor.text import one_line, plain

SCHEMA = "embed-advisor-profile/1"
MOST_BYTES = 65_536
_PACKAGE = Path(__file__).resolve().parent.parent
_FORBIDDEN = ("code", "hub", "network", "path", "dir", "url", "key", "command", "models")
_PARTS = ("schema", "name", "description", "answers")


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
        name=one_line(_text(content, "name", path, default=path.stem), 80),
        description=plain(_text(content, "description", path, default="")),
        answers=answers,
    )


def save_profile(profile: Profile, path: Path) -> None:
    """Write a profile, whole or not at all; ProfileError when the place cannot be written."""
    import tomli_w

    content = {
        "schema": SCHEMA,
        "name": profile.name,
        "description": profile.description,
        "answers": profile.answers.given(),
    }
    try:
        with tempfile.NamedTemporaryFile("wb", dir=path.parent, delete=False) as file:
            tomli_w.dump(content, file)
        Path(file.name).replace(path)
    except OSError as error:
        raise ProfileError(
            f"{path}: cannot be written ({error.strerror}); save it elsewhere"
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
    """Change answers by `key=value`; lists are separated by commas, values read as in TOML."""
    values = msgspec.structs.asdict(profile.answers.values)
    for setting in settings:
        key, equals, value = setting.partition("=")
        key = key.strip()
        if not equals:
            raise ProfileError(f"--set {one_line(setting, 60)}: write it as key=value")
        if key not in KEYS:
            raise ProfileError(f"--set {one_line(key, 60)}: {_unknown_key(key)}")
        values[key] = _setting_value(key, value.strip())
    given = {key: value for key, value in values.items() if value is not None}
    return msgspec.structs.replace(profile, answers=_read_answers(given, "--set"))


def _setting_value(key: str, text: str) -> Any:  # noqa: ANN401 - checked by _read_answers
    if key.endswith("_languages"):
        return [part.strip() for part in text.split(",") if part.strip()]
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (tomllib.TOMLDecodeError, ValueError, RecursionError):
        return text  # words need no quotes on a command line


def _folders() -> Iterator[Path]:
    import platformdirs

    # In a wheel the profiles lie inside the package, in a checkout beside it.
    yield _PACKAGE / "profiles"
    yield _PACKAGE.parent / "profiles"
    yield platformdirs.user_config_path("embed-advisor") / "profiles"


def _find(name: str) -> Path:
    path = Path(name)
    if path.suffix == ".toml" or len(path.parts) > 1:
        if not path.exists() and (shipped := _named(path.stem)) and path.parts[0] == "profiles":
            return shipped
        return path
    found = _named(name)
    if found is not None:
        return found
    known = sorted({file.stem for folder in _folders() for file in folder.glob("*.toml")})
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"do you mean {near[0]}?" if near else f"there are {', '.join(known)}"
    raise ProfileError(f"{one_line(name, 60)}: no profile of this name; {hint}")


def _named(name: str) -> Path | None:
    paths = (folder / f"{name}.toml" for folder in _folders())
    return next((path for path in paths if path.is_file()), None)


def _parse(path: Path) -> dict[str, Any]:
    shown = one_line(str(path))
    try:
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "is not there"
            raise ProfileError(f"{shown}: {what}; `embed-advisor profiles` lists those that are")
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ProfileError(f"{shown}: cannot be read ({error.strerror})") from error
    if len(raw) > MOST_BYTES:
        raise ProfileError(f"{shown}: larger than {MOST_BYTES:,} bytes, which no profile is")
    try:
        content = tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ProfileError(f"{shown}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise ProfileError(f"{shown}: not readable as TOML: {one_line(str(error), 200)}") from error
    schema = content.get("schema", SCHEMA)
    if schema != SCHEMA:
        raise ProfileError(
            f"{shown}: schema is {one_line(str(schema), 60)!r}, expected {SCHEMA!r}; "
            "is it a profile, and of this version?"
        )
    for key in content:
        if key not in _PARTS:
            raise ProfileError(f"{shown}: {one_line(key, 60)}: {_unknown_part(key)}")
    return content


def _read_answers(content: object, where: Path | str) -> AnswerSet:
    shown = one_line(str(where))
    if not isinstance(content, dict):
        raise ProfileError(f"{shown}: answers: expected a table [answers]")
    for key, value in content.items():
        if key not in KEYS:
            raise ProfileError(f"{shown}: answers.{one_line(key, 60)}: {_unknown_key(key)}")
        if isinstance(value, float) and not math.isfinite(value):
            raise ProfileError(f"{shown}: answers.{key}: expected a finite number, found {value}")
    try:
        # In strict mode an integer is taken where a float is asked for, and nothing else bends.
        return answered(msgspec.convert(content, Answers))
    except msgspec.ValidationError as error:
        raise ProfileError(f"{shown}: answers: {_where(str(error))}") from error
    except ProfileError as error:
        raise ProfileError(f"{shown}: answers: {error}") from error


def _where(message: str) -> str:
    """Put msgspec's `Expected x, got y - at $.key` the other way round."""
    said, _, place = message.partition(" - at `$.")
    key = place.rstrip("`")
    choices = _choices(key)
    if choices and said.startswith("Invalid enum value"):
        found = said.removeprefix("Invalid enum value ")
        said = f"expected one of {', '.join(choices)}, found {found}"
    return one_line(f"{key}: {said}" if place else message, 300)


def _choices(key: str) -> tuple[str, ...]:
    """Return the words an answer is chosen from, none where it is not a choice."""
    kind = typing.get_type_hints(Answers).get(key)
    literals = [part for part in typing.get_args(kind) if typing.get_origin(part) is typing.Literal]
    return tuple(word for literal in literals for word in typing.get_args(literal))


def _unknown_key(key: str) -> str:
    lowered = key.lower()
    if any(word in lowered for word in _FORBIDDEN):
        return "a profile cannot name code, places or the network; those are options of the command"
    near = difflib.get_close_matches(lowered, KEYS, n=1, cutoff=0.5)
    hint = f"do you mean {near[0]}?" if near else f"known are {', '.join(KEYS)}"
    return f"unknown key; {hint}"


def _unknown_part(key: str) -> str:
    if key in KEYS:
        return f"belongs under [answers]: put {key} there"
    near = difflib.get_close_matches(key.lower(), _PARTS, n=1)
    return f"unknown key; {f'do you mean {near[0]}?' if near else f'known are {_PARTS}'}"


def _text(content: dict[str, Any], key: str, path: Path, *, default: str) -> str:
    value = content.get(key, default)
    if not isinstance(value, str):
        raise ProfileError(
            f"{one_line(str(path))}: {key}: expected text, found {type(value).__name__}"
        )
    return value
