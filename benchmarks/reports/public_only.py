"""What public scores alone say: for a setting beside what was run, and for the shipped profiles."""

from __future__ import annotations

from collections.abc import Collection

from advisor.catalogue.catalogue import shipped_catalogue
from advisor.needs.answers import Answers, AnswerSet, answered, with_defaults
from advisor.needs.derive import requirements_from
from advisor.needs.hardware import describe
from advisor.needs.profile import list_profiles
from advisor.record.markdown import bullets
from advisor.shortlist.shortlist import Listed, shortlist
from benchmarks.reports.sets import SETTINGS

MOST = 3
MACHINE = "server"
"""Described, so that the same catalogue gives the same list on every machine."""


def first_by_score(answers: AnswerSet, without: Collection[str] = ()) -> tuple[Listed, ...]:
    """Return the first models of the shortlist by public score, those named left out."""
    requirements = requirements_from(with_defaults(answers), describe(MACHINE))
    # Nothing is taken to be here: what is proposed must not depend on this machine.
    listed = shortlist(requirements, shipped_catalogue().cards, available=())
    found = (one for one in listed.not_here if one.evidence.value is not None)
    ranked = sorted(found, key=lambda one: one.rank or 0)
    return tuple(one for one in ranked if one.card.name not in without)[:MOST]


def for_setting(setting: str, run: Collection[str]) -> str:
    """Return what the shortlist would add to the models that were run, as a list."""
    documents, queries = SETTINGS[setting]
    answers = answered(
        Answers(task="search", document_languages=documents, query_languages=queries)
    )
    return bullets(map(_line, first_by_score(answers, run)))


def for_profiles() -> tuple[tuple[str, str, str], ...]:
    """Return (profile, description, first model by public score with its basis)."""
    rows = []
    for profile in list_profiles():
        found = first_by_score(profile.answers)
        first = _line(found[0]) if found else "none with a public score"
        rows.append((profile.name, profile.description, first))
    return tuple(rows)


def for_task(task: str) -> str:
    """Return the first model by public score for a task, in English."""
    answers = answered(
        Answers(task=task, document_languages=("en",))  # type: ignore[arg-type]
    )
    found = first_by_score(answers)
    return _short(found[0]) if found else "no model with a public score"


def _line(one: Listed) -> str:
    return f"{_short(one)}; {one.evidence.basis}"


def _short(one: Listed) -> str:
    card = one.card
    size = f"{card.n_parameters / 1e6:,.0f} M parameters, " if card.n_parameters else ""
    return f"{card.name} ({size}{card.license or 'licence not known'})"
