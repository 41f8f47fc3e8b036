"""Hand-made inputs of a record: two models, a baseline, a failure, a model that is not here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from advisor.advice.recommendation import recommend
from advisor.bench import protocol
from advisor.bench.candidate import Candidate
from advisor.bench.choice import Absent, Choice
from advisor.bench.results import Latency, Result, Throughput
from advisor.corpus.dataset import Dataset, Document, Query, Sampling
from advisor.needs.answers import Answers, answered, with_defaults
from advisor.needs.requirements import Machine, Requirements
from advisor.record.build import build_record
from advisor.record.decision import DecisionRecord

CREATED = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
SOFTWARE = {
    "embed-advisor": "0.1.0", "python": "3.11.9", "torch": "2.13.0",
    "sentence-transformers": "6.0.0", "transformers": "5.0.0", "bm25s": "0.3.0",
}  # fmt: skip
COMMAND = "embed-advisor run support --data handbook --queries 40 --seed 7"
QUERIES = 40
SECRET_FOLDER = "/home/geheim/modelle/one"
SECRET_LOG = "/var/tmp/geheim/session.log"
SECRET_DOCUMENT = "confidential-document-text"
SECRET_QUERY = "confidential-query-text"


def dataset() -> Dataset:
    """Forty queries in two categories, each with one relevant document."""
    categories = ("billing", "帳號與登入")
    return Dataset(
        name="handbook",
        corpus=tuple(
            Document(f"d{i}", f"{SECRET_DOCUMENT} {i} {'x' * i}", categories[i % 2])
            for i in range(250)
        ),
        queries=tuple(
            Query(f"q{i}", f"{SECRET_QUERY} {i}", categories[i % 2]) for i in range(QUERIES)
        ),
        qrels={f"q{i}": {f"d{i}": 1} for i in range(QUERIES)},
        evidence="human",
        notes=("3 duplicates were merged.",),
        sampling=Sampling(
            documents_of=9_000, queries_of=120, seed=7, how="40 of 120 queries, seed 7."
        ),
    )


def per_query(level: float) -> dict[str, dict[str, float]]:
    """Return values around a level, the same from run to run and other queries hard for each."""
    shift = round(level * 100)
    spread = {i: 0.3 * (((i * 7 + i * i * shift) % 11) / 10 - 0.5) for i in range(QUERIES)}
    main = {f"q{i}": min(1.0, max(0.0, level + off)) for i, off in spread.items()}
    return {"nDCG@10": main, "Recall@10": {query: min(1.0, v + 0.1) for query, v in main.items()}}


def result(name: str = "one", level: float = 0.6, **changes: Any) -> Result:
    """Return a result in which every part is measured."""
    candidate = Candidate(
        name=name, kind="dense", repo=f"org/{name}", revision="0123456789" * 4,
        license="apache-2.0", folder=SECRET_FOLDER, weights_hash="ab" * 32,
        disk_bytes=90_000_000, public_score=51.2, public_board="MTEB(eng, v2)",
    )  # fmt: skip
    full: dict[str, Any] = {
        "candidate": candidate,
        "status": "measured",
        "log": SECRET_LOG,
        "loaded": protocol.Loaded(
            seconds=0.412345, first_call_ms=46.0, dim=384, max_tokens=512, n_parameters=22_000_000,
            pooling="mean", normalized=True, query_prompt="query: ", prompt_source="model",
        ),
        "diagnosis": protocol.Diagnosed(
            truncated_share=0.021234, lost_token_share=0.011, unknown_share=0.0,
            tokens_per_character=0.24, document_tokens=40_000, longest_tokens=700,
        ),
        "throughput": Throughput(
            tokens_per_s=5_432.1, documents_per_s=40.123, characters_per_s=None, basis="measured"
        ),
        "latency": Latency(
            p50=9.1234, p95=12.0, p99=None, n=210, blocks=3, noise=0.04, noisy=False,
            covers="tokenise, encode and search", cpu_share=0.98, basis="measured",
        ),
        "peak_mib": 910.4,
        "bare_mib": 790.1,
        "start_method": "fork",
        "per_query": per_query(level),
    }  # fmt: skip
    return Result(**{**full, **changes})


def baseline(level: float = 0.35) -> Result:
    """Return BM25, which has neither a load time nor tokens."""
    return Result(
        candidate=Candidate(name="BM25", kind="baseline"),
        status="measured",
        loaded=protocol.Loaded(seconds=0.0),
        per_query=per_query(level),
    )


def failed(name: str = "broken") -> Result:
    """Return a model that could not be loaded."""
    return Result(
        candidate=Candidate(name=name, kind="dense", folder=SECRET_FOLDER),
        status="failed",
        reason="weights are a pickle file",
        log=SECRET_LOG,
    )


def results() -> list[Result]:
    """Return the four lines of the comparison."""
    return [result(), result("two", 0.45), baseline(), failed()]


def choice(dropped: tuple[tuple[str, str], ...] | None = None) -> Choice:
    """Return what became of the models that were not measured."""
    return Choice(
        candidates=(),
        absent=(Absent(name="org/far", reason="its weights are not here", repo="org/far"),),
        dropped=dropped
        if dropped is not None
        else (
            *((f"org/english-{i}", "reads English only") for i in range(5)),
            ("org/shop", "its licence forbids commercial use"),
        ),
    )


def record(
    measured: list[Result] | None = None, over: Mapping[str, Any] | None = None
) -> DecisionRecord:
    """Return the record of the hand-made run; `over` replaces arguments of `build_record`."""
    data = dataset()
    machine = Machine(source="detected", cpu="AMD EPYC", cores=2, memory_mib=16_000, system="Linux")
    requirements = Requirements(machine=machine, queries_per_day=1_000)
    found = measured if measured is not None else results()
    said = Answers(task="search", document_languages=("en",), latency_ms=50.0, priority="balanced")
    arguments: dict[str, Any] = {
        "profile_name": "support",
        "answers": with_defaults(answered(said)),
        "requirements": requirements,
        "dataset": data,
        "languages": {"document_languages": ("en",), "query_languages": ("zh-Hant",)},
        "results": found,
        "advice": recommend(requirements, found, data),
        "choice": choice(),
        "reproduce": COMMAND,
        "seed": 7,
        "created": CREATED,
        "software": SOFTWARE,
    }
    return build_record(**{**arguments, **(over or {})})


def renamed(whole: DecisionRecord, name: str, **changes: Any) -> DecisionRecord:
    """Return the record with the pick's name changed everywhere it stands."""
    first = msgspec.structs.replace(whole.candidates[0], name=name, **changes)
    verdict = msgspec.structs.replace(
        whole.verdict, pick=name, leader=name, within_reach=(name,), sentence=f"Take {name}."
    )
    return msgspec.structs.replace(
        whole, candidates=(first, *whole.candidates[1:]), verdict=verdict
    )
