"""A candidate: a model and how it runs, as one line of the comparison."""

from __future__ import annotations

from typing import Literal

import msgspec

CandidateKind = Literal[
    "dense", "static", "sparse", "multi-vector", "reranked", "baseline", "hybrid"
]


ONNX, OPENVINO = "onnxruntime", "openvino"
GRAPHS = (ONNX, OPENVINO)
"""What runs a model's graph instead of sentence-transformers."""


class Candidate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the comparison; names are unique within a run."""

    name: str
    """Shown everywhere; the model's short name, or the folder's."""
    kind: CandidateKind
    parts: tuple[str, ...] = ()
    """The names of the candidates it is made of, for a pipeline of several."""
    pipeline: str = ""
    """How they work together, in words for the record."""
    over: str = ""
    """What a reranker reads again, by content: another first stage is another run."""
    top_k: int = 0
    """How many documents of the first stage a reranker reads."""
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
    backend: str = "sentence-transformers"
    """What runs the model; another one gives other vectors, and is another candidate."""
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

    @property
    def races(self) -> bool:
        """Whether it is a model that stands for itself, and so takes part in a race.

        Baselines stand beside the models; what is made of others waits for them.
        """
        return self.kind != "baseline" and not self.parts

    @property
    def is_plain(self) -> bool:
        """Whether it gives one vector a text, run by sentence-transformers."""
        return self.kind in ("dense", "static") and self.backend not in GRAPHS
