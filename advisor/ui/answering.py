"""The answers as they grow: which question is in front, what an answer changes, what it means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from advisor.needs.answers import KEYS, AnswerSet
from advisor.needs.derive import GIVE_UP
from advisor.needs.languages import LANGUAGES, SEVERAL
from advisor.needs.mistakes import mistakes
from advisor.needs.questions import QUESTIONS, Question, questions_for, unsupported
from advisor.ui.asking import in_words, of_task

BY_KEY = {question.key: question for question in QUESTIONS}
Found = Mapping[str, Any]

_OPEN = {
    "query_languages": "the documents' languages",
    "memory_mib": "what the machine has",
    "document_languages": "any",
    "documents": "not known",
    "document_words": "not known",
    "queries_per_day": "not known",
    "queries_per_s": "not known",
    "vector_store": "not known",
}
"""What stands in for an answer that has neither a default nor anything in the data."""


def known_languages(found: Found) -> dict[str, Any]:
    """Return what the data shows, without language tags that no question offers."""
    known = {
        key: tags
        if isinstance(tags, str)
        else tuple(tag for tag in tags if tag in LANGUAGES or tag == SEVERAL)
        for key, tags in found.items()
    }
    return {key: tags for key, tags in known.items() if tags}


def assumed(question: Question, answers: AnswerSet, found: Found) -> str:
    """Say what counts when a question is left open."""
    if question.key in found:
        return in_words(question, found[question.key])
    if question.key == "give_up_ndcg":
        return f"{GIVE_UP[answers.values.priority or 'balanced']}, by the priority"
    if question.default is None:
        return _OPEN.get(question.key, "no limit")
    return in_words(question, question.default)


class Answering:
    """One sitting: all questions that apply, or one and those that its answer brings up."""

    def __init__(
        self, answers: AnswerSet, skipped: tuple[str, ...], found: Found, at: str | None
    ) -> None:
        """With `at` that question is asked; `found` is what the data shows."""
        self.answers, self.skipped, self.found = answers, skipped, known_languages(found)
        self._only = at
        self._applied = {question.key for question in questions_for(answers.values)}
        self.key = at or self._first_open()

    @property
    def question(self) -> Question:
        """The question in front."""
        task = self.answers.values.task or self.found.get("task")
        return of_task(BY_KEY[self.key], task)

    @property
    def place(self) -> tuple[int, int]:
        """Which question of how many is in front, counted from 1."""
        keys = [question.key for question in questions_for(self.answers.values)]
        return (keys.index(self.key) + 1 if self.key in keys else 1, len(keys))

    def stands(self) -> Any:  # noqa: ANN401 - an answer of any question
        """Return what stands there first: what was said, else found, else the default."""
        given = getattr(self.answers.values, self.key)
        if given is not None or self.key in self.skipped:
            return given
        return self.found.get(self.key, self.question.default)

    def is_answered(self) -> bool:
        """Say whether the question in front has an answer already."""
        return getattr(self.answers.values, self.key) is not None

    def take(self, value: Any) -> str | None:  # noqa: ANN401 - an answer of any question
        """Answer the question in front, None leaves it open; says why an answer is refused."""
        values = msgspec.structs.replace(self.answers.values, **{self.key: value})
        refused = unsupported(values)
        if refused is not None:
            return refused
        sources = dict(self.answers.sources)
        if value is None:
            sources.pop(self.key, None)
        elif value != getattr(self.answers.values, self.key) or self.key not in sources:
            sources[self.key] = "detected" if value == self.found.get(self.key) else "user"
        self.answers = _only_what_applies(AnswerSet(values=values, sources=sources))
        asked = {question.key for question in questions_for(self.answers.values)}
        skipped = [key for key in self.skipped if key != self.key and key in asked]
        self.skipped = (*skipped, self.key) if value is None else tuple(skipped)
        return None

    def warnings(self, value: Any) -> tuple[str, ...]:  # noqa: ANN401 - an answer of any question
        """Return the mistakes that this answer to the question in front would make."""
        without = msgspec.structs.replace(self.answers.values, **{self.key: None})
        with_it = msgspec.structs.replace(without, **{self.key: value})
        before = mistakes(without)
        return tuple(sentence for sentence in mistakes(with_it) if sentence not in before)

    def forward(self) -> bool:
        """Go to the next question; False after the last one."""
        return self._step(1)

    def back(self) -> bool:
        """Go to the question before; False at the first one."""
        return self._step(-1)

    def _step(self, by: int) -> bool:
        scope = self._scope()
        place = scope.index(self.key) + by if self.key in scope else -1
        if not 0 <= place < len(scope):
            return False
        self.key = scope[place]
        return True

    def _scope(self) -> list[str]:
        keys = [question.key for question in questions_for(self.answers.values)]
        if self._only is None:
            return keys
        return [key for key in keys if key == self._only or key not in self._applied]

    def _first_open(self) -> str:
        keys = [question.key for question in questions_for(self.answers.values)]
        if not self.answers.sources and not self.skipped:
            return keys[0]
        done = {*self.answers.sources, *self.skipped}
        return next((key for key in keys if key not in done), keys[-1])


def _only_what_applies(answers: AnswerSet) -> AnswerSet:
    """Drop answers that only another answer, gone now, had made worth asking for."""
    while True:
        asked = {question.key for question in questions_for(answers.values)}
        gone = [key for key in KEYS if key in answers.sources and key not in asked]
        if not gone:
            return answers
        answers = AnswerSet(
            values=msgspec.structs.replace(answers.values, **dict.fromkeys(gone)),
            sources={key: source for key, source in answers.sources.items() if key not in gone},
        )
