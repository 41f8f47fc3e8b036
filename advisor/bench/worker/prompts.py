"""Which texts are put before documents and queries: the model's own, or the catalogue's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from advisor.bench import protocol
from advisor.bench.solving import SYMMETRIC
from advisor.corpus.dataset import Task

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sentence_transformers import SentenceTransformer

Source = Literal["model", "catalogue", "none"]

_NAMES: dict[Task, tuple[str, ...]] = {
    "similarity": ("sts", "similarity", "sentence_similarity", "text-matching"),
    "classification": ("classification",),
    "clustering": ("clustering",),
}
"""What models call the prompt of a task, in lower case."""


def choose_prompts(
    model: SentenceTransformer, command: protocol.Load
) -> tuple[dict[protocol.Side, str], Source]:
    """Return the prompt of each side and where they come from.

    Where no side is a query (similarity, classification, clustering) both have the same one: the
    model's prompt for that task, else its default, else the one before queries if documents have
    one as well, as E5 asks for. A model that bids its reader search, and reads documents bare,
    reads such texts bare.
    """
    own: dict[str, str | None] = dict(model.prompts or {})
    query = own.get("query") or ""
    named = (own.get(name) for name in ("document", "passage", "corpus"))
    document = next((prompt for prompt in named if prompt), "")
    source: Source = "model"
    if not query and not document:
        query, document = command.query_prompt or "", command.document_prompt or ""
        source = "catalogue" if query or document else "none"
    if command.task not in SYMMETRIC:
        return {"documents": document, "queries": query}, source
    found = _of_task(own, command.task) or own.get(model.default_prompt_name or "")
    if found:
        return {"documents": found, "queries": found}, "model"
    both = query if query and document else ""
    return {"documents": both, "queries": both}, source if both else "none"


def _of_task(own: Mapping[str, str | None], task: Task) -> str | None:
    by_name = {name.lower(): prompt for name, prompt in own.items()}
    return next((by_name[name] for name in _NAMES[task] if by_name.get(name)), None)
