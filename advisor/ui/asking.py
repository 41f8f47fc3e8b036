"""One question as a person meets it: options in order, what stands there first, what is typed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from advisor.evaluation.metrics import MAIN_METRIC
from advisor.evaluation.yardstick import yardstick
from advisor.needs.languages import SEVERAL, language_name
from advisor.needs.questions import Question

UNKNOWN = ""
"""The value of "I don't know"."""
_LIKELY = ("en", "zh-Hans", "zh-Hant", SEVERAL)
_FACTORS = {"k": 1e3, "m": 1e6}


@dataclass(frozen=True)
class Shown:
    """One option as it is shown."""

    value: str
    label: str


DONT_KNOW = Shown(UNKNOWN, "I don't know")


def of_task(question: Question, task: str | None) -> Question:
    """Return the question as it is asked for a task, whose own metric takes the place of nDCG."""
    metric = yardstick(task or "retrieval").main
    return replace(
        question,
        text=question.text.replace(MAIN_METRIC, metric),
        unit=question.unit.replace(MAIN_METRIC, metric),
        options=tuple(
            replace(option, label=option.label.replace(MAIN_METRIC, metric))
            for option in question.options
        ),
    )


def options_of(question: Question, found: tuple[str, ...]) -> list[Shown]:
    """Return the options; of a long list the likely ones, then "I don't know", then the rest."""
    if question.kind == "yes-no":
        return [Shown("yes", "Yes"), Shown("no", "No"), DONT_KNOW]
    options = [Shown(option.value, option.label) for option in question.options]
    if question.kind != "several":
        return [*options, DONT_KNOW]
    first = list(dict.fromkeys((*found, *_LIKELY)))
    by_value = {option.value: option for option in options}
    rest = sorted((one for one in options if one.value not in first), key=lambda one: one.label)
    return [*(by_value[tag] for tag in first if tag in by_value), DONT_KNOW, *rest]


def in_words(question: Question, value: object) -> str:
    """Write an answer as the person would say it."""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(language_name(tag) for tag in value)
    if isinstance(value, int | float):
        figure = f"{value:,g}" if value < 1e6 else f"{value:,.0f}"
        return f"{figure} {question.unit}".rstrip()
    labels = {option.value: option.label for option in question.options}
    return labels.get(str(value), str(value))


def number_of(question: Question, text: str) -> tuple[float | int | None, str]:
    """Read what was typed: the number, or None and what is wrong; empty is None and nothing."""
    bare = text.replace(",", "").replace("_", "").replace(" ", "").strip().lower()
    if not bare:
        return None, ""
    factor = _FACTORS.get(bare[-1], 1.0)
    digits = bare[:-1] if bare[-1] in _FACTORS else bare
    try:
        value = float(digits) * factor
    except ValueError:
        return None, "a number, such as 50, 2,000 or 5k"
    if not question.low <= value <= question.high:
        high = "" if question.high >= 1e9 else f" to {question.high:,g}"
        return None, f"from {question.low:,g}{high or ' on'}"
    if question.whole:
        return (int(value), "") if value == int(value) else (None, "a whole number")
    return value, ""
