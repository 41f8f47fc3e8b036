"""What can be compared at a task: models with one vector a text, and a baseline that fits."""

from __future__ import annotations

import msgspec

from advisor.bench.candidate import Candidate
from advisor.bench.choice import Choice
from advisor.corpus.dataset import RANKED, Task
from advisor.evaluation.yardstick import yardstick

_WITH_VECTORS = ("dense", "static", "baseline")


def for_task(choice: Choice, task: Task) -> Choice:
    """Return the choice without what is not for this task, each with its reason."""
    if task == "retrieval":
        return choice
    fits: list[Candidate] = []
    gone: list[tuple[str, str]] = []
    for candidate in choice.candidates:
        reason = _unfit(candidate, task)
        if reason is not None:
            gone.append((candidate.name, reason))
        elif candidate.kind == "baseline" and task not in RANKED:
            named = msgspec.structs.replace(candidate, name=yardstick(task).baseline)
            # BM25 may have been there already, and by another name as well.
            fits += [] if any(one.name == named.name for one in fits) else [named]
        else:
            fits.append(candidate)
    return msgspec.structs.replace(choice, candidates=tuple(fits), dropped=(*choice.dropped, *gone))


def _unfit(candidate: Candidate, task: Task) -> str | None:
    if candidate.kind in ("hybrid", "reranked"):
        return f"not for this task: a pipeline of searches does no {task}"
    if task not in RANKED and candidate.kind not in _WITH_VECTORS:
        return f"not for this task: {task} needs one vector a text"
    return None
