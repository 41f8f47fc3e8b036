"""JSON lines as rows."""

from __future__ import annotations

import json
from collections.abc import Iterator

from advisor.corpus.fields import Row, kind, normal, renamed
from advisor.corpus.lines import lines
from advisor.corpus.opening import Source
from advisor.corpus.problems import Problems
from advisor.text import one_line


class _Refused(ValueError):
    """Valid for Python's reader, but not JSON or not clear."""


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Refused(f"the key '{one_line(twice, 40)}' stands there twice")
    return found


def _constant(name: str) -> float:
    raise _Refused(f"{name} is not a number")


_decoder = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)


def json_rows(source: Source, problems: Problems) -> Iterator[tuple[int, Row]]:
    """Yield line numbers and objects with normal keys; empty lines are passed over."""
    for number, line in lines(source, problems):
        if not line.strip():
            continue
        try:
            row = _decoder.decode(line)
        except _Refused as error:
            problems.add("broken-json", source.at(number), f"{error}. Correct the line.")
        except RecursionError:
            problems.add(
                "broken-json", source.at(number), "the JSON is nested too deeply. Correct the line."
            )
        except json.JSONDecodeError as error:
            problems.add(
                "array" if _is_array(number, line) else "broken-json",
                source.at(number),
                f"expected one JSON object on the line, found broken JSON ({error.msg}, column "
                f"{error.colno}). {_remedy(number, line)}",
            )
            if _is_array(number, line):
                return
        except ValueError as error:
            problems.add(
                "broken-json",
                source.at(number),
                f"a number cannot be read ({one_line(str(error), 60)}).",
            )
        else:
            if isinstance(row, dict):
                yield (
                    number,
                    renamed({normal(key): value for key, value in row.items()}, source.renamed),
                )
            else:
                problems.add(
                    "array" if _is_array(number, line) else "broken-json",
                    source.at(number),
                    f"expected one JSON object on the line, found {kind(row)}. "
                    f"{_remedy(number, line)}",
                )


def _is_array(number: int, line: str) -> bool:
    return number == 1 and line.lstrip().startswith("[")


def _remedy(number: int, line: str) -> str:
    if _is_array(number, line):
        return "The file is one JSON array: make it lines with jq -c '.[]' FILE > FILE.jsonl."
    if number == 1 and line.strip() == "{":
        return "Each object must stand on one line: jq -c . FILE > FILE.jsonl."
    return "Correct the line or leave it out."
