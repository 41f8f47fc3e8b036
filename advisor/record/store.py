"""Records as files: written whole, read back, never over one that is there; read with distrust."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

import msgspec

from advisor.errors import RecordError
from advisor.record.decision import SCHEMA, DecisionRecord
from advisor.text import one_line, plain
from advisor.toml_file import parse, read_bytes, refuse_wild_values

MOST_BYTES = 2 * 2**20
_MAJOR = SCHEMA.partition("/")[2]
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})


def save_record(record: DecisionRecord, folder: Path) -> Path:
    """Write the record under a dated name into `folder` and return its path.

    RecordError when it cannot be written, or does not read back as it was.
    """
    stem = f"{record.record.created[:10]}-{_slug(record.record.name)}-{_slug(_outcome(record))}"
    content = to_toml(record)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = _write(folder, stem, content)
    except (OSError, ValueError) as error:
        # ValueError: a name with a null character, or with what no file system can hold.
        why = error.strerror if isinstance(error, OSError) else "no folder can have this name"
        raise RecordError(
            f"{one_line(str(folder))}: the record cannot be written ({why}); name "
            "another folder with --out. The measurements are kept, so the next run is quick."
        ) from error
    again, _ = load_record(path)
    if to_toml(again) != content:
        raise RecordError(
            f"{one_line(str(path))}: does not read back as it was written; check the disk"
        )
    return path


def to_toml(record: DecisionRecord) -> bytes:
    """Return the record as TOML: the same record gives the same bytes."""
    import tomli_w

    return tomli_w.dumps(msgspec.to_builtins(record), indent=2).encode()


def load_record(path: Path) -> tuple[DecisionRecord, tuple[str, ...]]:
    """Read a record and what of it is not known to this version, a sentence each.

    RecordError names the file and what is wrong with it; nothing in a record can do anything.
    """
    shown = one_line(str(path))
    way = "name a record that `run` has saved"
    raw = read_bytes(path, MOST_BYTES, RecordError, what="record", way=way)
    content = parse(raw, shown, RecordError)
    refuse_wild_values(content, shown, RecordError)
    schema = content.get("schema")
    if not isinstance(schema, str) or not schema.startswith("embed-advisor/"):
        raise RecordError(f"{shown}: no decision record (schema {one_line(repr(schema), 60)})")
    if schema.partition("/")[2].partition(".")[0] != _MAJOR:
        raise RecordError(
            f"{shown}: written as {one_line(schema, 60)}, this version reads {SCHEMA}; use the "
            "version of embed-advisor that its [record] names"
        )
    try:
        record = msgspec.convert(content, DecisionRecord)
    except (msgspec.ValidationError, RecursionError) as error:
        raise RecordError(f"{shown}: {one_line(str(error), 200)}") from error
    notes = _unknown(content, record, "")
    if schema != SCHEMA:
        notes.insert(0, f"written as {one_line(schema, 60)}, read as {SCHEMA}")
    return record, tuple(notes)


def _unknown(given: object, known: object, place: str) -> list[str]:
    """Name the keys of the file that this version does not read."""
    notes: list[str] = []
    if isinstance(given, dict):
        fields = _fields(known)
        for key, child in given.items():
            where = f"{place}.{plain(str(key))}" if place else plain(str(key))
            if key in fields:
                notes += _unknown(child, fields[key], where)
            else:
                notes.append(f"{one_line(where, 80)} is not known to this version; it is not shown")
    elif isinstance(given, list) and isinstance(known, (list, tuple)):
        for index, (left, right) in enumerate(zip(given, known, strict=False)):
            notes += _unknown(left, right, f"{place}[{index}]")
    return notes


def _fields(known: object) -> dict[str, object]:
    # Of a struct every field counts, also those at their defaults, which are never written.
    if isinstance(known, msgspec.Struct):
        return msgspec.structs.asdict(known)
    return known if isinstance(known, dict) else {}


def _write(folder: Path, stem: str, content: bytes) -> Path:
    unfinished = folder / f".{stem}.{os.getpid()}"
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        for number in range(1, 10_000):
            path = folder / (f"{stem}.toml" if number == 1 else f"{stem}-{number}.toml")
            try:
                # A link fails where a name is taken, also for another process: nothing is
                # ever written over.
                path.hardlink_to(unfinished)
            except FileExistsError:
                continue
            except OSError as error:
                # exFAT sticks and some mounted folders have no links.
                if error.errno not in _NO_LINKS:
                    raise
                if not _write_new(path, content):
                    continue
            return path
        raise FileExistsError(errno.EEXIST, "ten thousand records of one day and name are there")
    finally:
        unfinished.unlink(missing_ok=True)


def _write_new(path: Path, content: bytes) -> bool:
    """Write a file that is not there yet; False when it is."""
    try:
        file = path.open("xb")
    except FileExistsError:
        return False
    try:
        with file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)  # half a record is none
        raise
    return True


def _outcome(record: DecisionRecord) -> str:
    return record.verdict.pick or record.verdict.kind


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", text.lower()).strip("-.")[:60] or "decision"
