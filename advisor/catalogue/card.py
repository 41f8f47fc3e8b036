"""The facts of one model as the catalogue holds them: a model card."""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal["dense", "static", "sparse", "multi-vector", "bm25", "hosted", "hybrid"]
"""How the model represents a text; `dense` includes LLM-based ones (see `llm_based`).

`hybrid` is no model but a pipeline of several (see `parts`).
"""

TokenizerKind = Literal["wordpiece", "bpe", "byte-bpe", "unigram", "word"]
"""How a text is cut into tokens; `bpe` and `unigram` as SentencePiece trains them."""

Pooling = Literal["cls", "mean", "weighted mean", "last token", "latent attention"]
"""How the token vectors become the vector of a text."""

Board = Literal["en", "zh", "multilingual", "code"]
"""Which public benchmark a score comes from.

`en` is MTEB(eng, v2), `zh` MTEB(cmn, v1), `multilingual` MTEB(Multilingual, v2), `code`
MTEB(Code, v1).
"""


TaskType = Literal["similarity", "classification", "clustering"]
"""Task types beside retrieval whose public means are kept."""

Field = Literal["legal", "biomedical", "finance"]
"""Domains with a public retrieval benchmark: MTEB(Law, v1), MTEB(Medical, v1), RTEB(fin, beta)."""


class PublicScore(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A public retrieval score: the mean nDCG@10 over the benchmark's retrieval tasks, 0 to 100."""

    value: float
    tasks: int
    """How many of the benchmark's retrieval tasks were measured."""
    of: int
    """How many retrieval tasks the benchmark has."""
    basis: Literal["measured", "estimated"] = "measured"
    """`estimated`: missing tasks were filled in from the others (one-factor model)."""
    measured_mean: float | None = None
    """The plain mean over the measured tasks, where `value` is estimated."""
    trained_on: tuple[str, ...] = ()
    """The benchmark's tasks the model declares to have been trained on (a lower bound)."""


class Prompts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The texts put before queries and documents, and where that is known from."""

    query: str = ""
    document: str = ""
    source: str = ""


class ModelCard(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One model's facts, named as in MTEB's ModelMeta; None means unknown."""

    name: str
    """`organisation/model`, as on the Hub; hosted models `provider/model`."""
    kind: Kind = "dense"
    llm_based: bool = False
    revision: str | None = None
    """40-hex commit of the Hub repository."""
    release_date: str | None = None
    n_parameters: int | None = None
    n_active_parameters: int | None = None
    """Parameters outside the embedding table: what sets the speed."""
    memory_usage_mb: float | None = None
    """Size of the published weights in MiB (MTEB's figure follows the checkpoint's dtype)."""
    max_tokens: int | None = None
    embed_dim: int | None = None
    matryoshka_dims: tuple[int, ...] = ()
    pooling: Pooling | None = None
    tokenizer: TokenizerKind | None = None
    vocab_size: int | None = None
    license: str | None = None
    """SPDX-like lower-case name as on the Hub; `proprietary` for hosted ones."""
    open_weights: bool = True
    languages: tuple[str, ...] = ()
    """ISO 639-3 and script as MTEB writes them (`eng-Latn`, `zho-Hans`); empty is unknown."""
    n_languages: int | None = None
    similarity: str | None = None
    use_instructions: bool | None = None
    prompts: Prompts | None = None
    remote_code: bool | None = None
    """Whether the repository needs code of its own to be run."""
    sentence_transformers: bool = True
    """Whether sentence-transformers loads the repository as it is published."""
    domains: tuple[str, ...] = ()
    """Domains it was made for (`legal`, `biomedical`, `code`, ...); empty is general."""
    scores: dict[Board, PublicScore] = {}
    type_scores: dict[Board, dict[TaskType, PublicScore]] = {}
    """Public means of other task types, where at least three quarters of the tasks are measured."""
    domain_scores: dict[Field, PublicScore] = {}
    """Public retrieval means of domain benchmarks, on the same terms."""
    training_declared: bool = True
    """Whether the training data is declared; if not, no training on a benchmark can be excluded."""
    training_datasets: tuple[str, ...] = ()
    """Declared datasets by MTEB's names; translations and subsets count as what they are of."""
    n_training_datasets: int | None = None
    """How many names the registry lists, translations and subsets included."""
    outputs: tuple[Kind, ...] = ()
    """What the model gives where it gives several (bge-m3: dense, sparse and multi-vector)."""
    parts: tuple[str, ...] = ()
    """The models of a `hybrid` pipeline, in order; `dense` stands for any dense model."""
    place: str | None = None
    """Where one of the user's own models is: a folder, a Hub repository, an endpoint's address."""
    api_model: str | None = None
    """The name under which an endpoint knows the model."""
    note: str | None = None
    """One sentence on a known trap or doubt."""
    source: str | None = None
    """Where the facts come from; None says they have no source we can name."""
    as_of: str | None = None
    """Date of the facts, ISO."""
    basis: dict[str, str] = {}
    """Fields that rest on something else than `source`, and on what."""

    @property
    def short_name(self) -> str:
        """The name without its organisation."""
        return self.name.rsplit("/", 1)[-1]

    @property
    def organisation(self) -> str:
        """The part before the slash, empty when there is none."""
        return self.name.rsplit("/", 1)[0] if "/" in self.name else ""

    @property
    def folder(self) -> str | None:
        """The folder one of the user's own models lies in, None for every other model."""
        own = self.place if self.open_weights else None
        return own if own is not None and own.startswith(("/", "~", "\\")) else _on_a_drive(own)

    @property
    def repo(self) -> str | None:
        """What the Hub knows the model by, None for what is not there to be downloaded."""
        if not self.open_weights or self.kind in ("bm25", "hybrid") or self.folder is not None:
            return None
        return self.place or self.name


def _on_a_drive(place: str | None) -> str | None:
    """Return a place that is a path of Windows."""
    return place if place is not None and place[1:2] == ":" else None
