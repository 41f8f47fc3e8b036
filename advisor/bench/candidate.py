"""A candidate: a model and how it runs, as one line of the comparison."""

from __future__ import annotations

from typing import Literal

import msgspec

CandidateKind = Literal["dense", "static", "baseline"]


class Candidate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the comparison; names are unique within a run."""

    name: str
    """Shown everywhere; the model's short name, or the folder's."""
    kind: CandidateKind
    repo: str | None = None
    """`organisation/model` on the Hub, where it is known."""
    revision: str | None = None
    """40-hex commit, where the weights came from the Hub's cache."""
    license: str | None = None
    languages: tuple[str, ...] = ()
    folder: str = ""
    """Where the weights are on this machine; never written to a record."""
    weights_hash: str = ""
    """Hash over the folder's files (weights, tokenizer, configuration)."""
    disk_bytes: int | None = None
    query_prompt: str | None = None
    """The catalogue's prompt, used where the folder names none."""
    document_prompt: str | None = None
    card_pooling: str | None = None
    """By its card, to compare with what its folder says."""
    card_max_tokens: int | None = None
    wants_prompt: bool = False
    """Whether its card says that it was trained with prompts."""
    cuts: tuple[int, ...] = ()
    """Dimensions that the model was trained to be cut to, by its card."""
    device: str = "cpu"
    threads: int = 1
    remote_code: bool = False
    named: bool = False
    """Whether the user named it: only then may a baseline be picked."""
    public_score: float | None = None
    """Public retrieval score that fits the task, 0 to 100."""
    public_board: str | None = None
    public_doubt: str = ""
    """Why the public score says little about other data: how much of it was trained on."""
    reason: str = ""
    """Why it is in the comparison."""
    doubts: dict[str, str] = {}
    """Limits of the user's that its card breaks (`languages`, `licence`, ...), in a sentence."""
    mark: str = ""
    """A doubt to show beside its numbers (an approximation of the published weights)."""
    twin: int = 0
    """How many candidates with the same weights stand before it in the run."""
