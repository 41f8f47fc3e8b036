"""Documents in chunks: cut by the model's own tokens, and the best chunk is a document's score."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from advisor.bench.candidate import Candidate
from advisor.bench.hybrid import hybrid_of
from advisor.bench.plan import Plan, Texts
from advisor.bench.ranking import by_document, search
from advisor.bench.reranking import reranked
from advisor.bench.results import Result
from advisor.bench.worker.cutting import Cutter
from advisor.bench.worker.reading import Reader
from advisor.corpus.chunking import Chunking, chunking_named
from advisor.corpus.dataset import Dataset, Document
from advisor.corpus.readers import read_dataset
from advisor.evaluation.metrics import evaluate
from tests.bench.faults import static_model
from tests.bench.test_runner import BM25, candidate, run
from tests.bench.tiny_models import cross_encoder, multi_vector_model, sparse_model

SPEC = Chunking(by="tokens", size=48, overlap=8)
TOGETHER = 4


@pytest.fixture(scope="module")
def long() -> Dataset:
    """Four paragraphs make one document; its questions stay its own."""
    whole = read_dataset(str(Path(__file__).parents[1] / "data" / "xquad-mini"))
    place = {document.id: at // TOGETHER for at, document in enumerate(whole.corpus)}
    texts: dict[int, list[str]] = {}
    for document in whole.corpus:
        texts.setdefault(place[document.id], []).append(document.text)
    return msgspec.structs.replace(
        whole,
        corpus=tuple(Document(f"L{at:02d}", "\n\n".join(own)) for at, own in texts.items()),
        qrels={
            query: {f"L{place[document]:02d}": grade for document, grade in grades.items()}
            for query, grades in whole.qrels.items()
        },
        queries=whole.queries[:24],
    )


@pytest.fixture(scope="module")
def model(models: Path) -> SentenceTransformer:
    return SentenceTransformer(str(models / "paraphrase-MiniLM-L3-v2"), device="cpu")


def cutter(model: SentenceTransformer, spec: Chunking) -> Cutter:
    return Cutter(Reader(model.tokenizer), spec, model.max_seq_length, "")


def best_of(model: SentenceTransformer, texts: list[str], owners: Any, dataset: Dataset) -> Any:
    """Score documents for every query by the library alone, (queries, documents)."""
    asked = model.encode_query([query.text for query in dataset.queries])
    scores = model.similarity(asked, model.encode_document(texts)).numpy()
    return best_columns(scores, owners)


def best_columns(scores: Any, owners: Any) -> Any:
    return np.stack([scores[:, owners == at].max(axis=1) for at in range(max(owners) + 1)], axis=1)


def test_a_real_model_in_chunks_ranks_as_the_library_does_and_is_held_against_cut_off_documents(
    long: Dataset, model: SentenceTransformer, models: Path, tmp_path: Path
) -> None:
    dataset = msgspec.structs.replace(long, chunking=SPEC)
    folder = models / "paraphrase-MiniLM-L3-v2"
    small = Candidate(name="L3", kind="dense", folder=str(folder), weights_hash="L3", threads=1)
    plan = Plan(
        dataset=dataset, candidates=(BM25, small, hybrid_of(small, BM25, "")), blocks=0, bf16=False
    )
    (lexical, result, both), _ = run(plan, tmp_path / "logs")
    assert result.status == "measured", result.reason
    texts = Texts(dataset)
    pieces = cutter(model, SPEC).cut(texts.documents)
    assert result.diagnosis is not None
    assert result.diagnosis.chunks_per_document == pieces.per_document
    assert result.diagnosis.truncated_share == 0.0
    assert pieces.per_document is not None
    assert pieces.per_document > 4
    agrees(result, best_of(model, pieces.texts, pieces.owners, dataset), texts)
    whole = best_of(model, texts.documents, np.arange(len(texts.documents)), dataset)
    run_of_whole = {
        query: tuple(texts.document_ids[at] for at in np.argsort(-row, kind="stable"))
        for query, row in zip(texts.query_ids, whole, strict=True)
    }
    direct = evaluate(run_of_whole, dataset.qrels, ["nDCG@10"])["nDCG@10"]
    assert result.views.cut_off == pytest.approx(direct)
    assert result.views.self_retrieval == 1.0
    assert lexical.diagnosis is not None
    assert lexical.diagnosis.chunks_per_document is None
    assert both.status == "measured"
    assert set(both.rankings[texts.query_ids[0]]) == set(texts.document_ids)
    # A document a second is a document with all its chunks.
    assert result.throughput is not None
    assert lexical.throughput is not None
    assert both.throughput is not None
    slower = 1 / result.throughput.documents_per_s + 1 / lexical.throughput.documents_per_s
    assert 1 / both.throughput.documents_per_s == pytest.approx(slower, rel=0.02)


def agrees(result: Result, scores: Any, texts: Texts) -> None:
    """Check that every document is ranked, by falling direct score."""
    columns = {document: at for at, document in enumerate(texts.document_ids)}
    for query, row in zip(texts.query_ids, scores, strict=True):
        ranking = result.rankings[query]
        assert sorted(ranking) == sorted(columns)
        direct = [row[columns[document]] for document in ranking]
        assert all(a >= b - 1e-4 for a, b in pairwise(direct))


def test_every_kind_of_model_ranks_documents_by_their_best_chunk(
    long: Dataset, tmp_path: Path
) -> None:
    dataset = msgspec.structs.replace(
        long,
        corpus=tuple(
            Document(f"d{at}", f"red cat number {at} " * 40 + f"blue dog {at}") for at in range(6)
        ),
        queries=long.queries[:2],
        qrels={query.id: {"d1": 1} for query in long.queries[:2]},
        chunking=SPEC,
    )
    static = candidate(static_model(tmp_path / "static"))
    others = tuple(
        Candidate(name=kind, kind=kind, folder=str(make(tmp_path / kind)), weights_hash=kind)  # type: ignore[arg-type]
        for kind, make in (("sparse", sparse_model), ("multi-vector", multi_vector_model))
    )
    reader = Candidate(
        name="reader", kind="reranked", folder=str(cross_encoder(tmp_path / "r")), weights_hash="r"
    )
    plan = Plan(
        dataset=dataset,
        candidates=(static, *others, reranked(static, reader)),
        blocks=0,
        bf16=False,
    )
    results, _ = run(plan, tmp_path / "logs")
    for result in results:
        assert result.status == "measured", result.reason
        assert all(sorted(own) == [f"d{at}" for at in range(6)] for own in result.rankings.values())


@pytest.mark.parametrize("spec", [SPEC, Chunking(by="headings", size=64)])
def test_chunks_are_read_to_their_end_and_nothing_is_lost(
    long: Dataset, model: SentenceTransformer, spec: Chunking
) -> None:
    texts = [document.text for document in long.corpus]
    pieces = cutter(model, spec).cut(texts)
    lengths, _ = Reader(model.tokenizer).count(pieces.texts)
    assert lengths.max() - 2 <= spec.size
    for text, own in zip(texts, pieces.lists(), strict=True):
        assert all(word in " ".join(own) for word in text.split())
        if not spec.overlap:
            assert "".join("".join(own).split()) == "".join(text.split())
        starts = [text.index(piece) for piece in own]
        assert starts == sorted(starts)


def test_a_document_that_fits_stays_whole_and_an_empty_one_is_one_chunk(
    model: SentenceTransformer,
) -> None:
    pieces = cutter(model, SPEC).cut(["short", "", "word " * 100])
    assert pieces.texts[:2] == ["short", ""]
    assert pieces.owners is not None
    assert pieces.owners.tolist()[:3] == [0, 1, 2]


def test_text_without_spaces_is_cut_where_the_tokens_end(model: SentenceTransformer) -> None:
    text = "資料庫" * 60
    pieces = cutter(model, SPEC).cut([text])
    assert all(piece in text for piece in pieces.texts)
    assert len(pieces.texts) > 3


def test_headings_go_before_every_chunk_of_their_section(model: SentenceTransformer) -> None:
    section = "\n\n".join(f"Paragraph {at} has some words in it, and more." for at in range(8))
    spec = Chunking(by="headings", size=40)
    own = cutter(model, spec).cut([f"Intro.\n\n## Returns\n\n{section}\n\n## Prices\n\nFree."])
    assert own.texts[0] == "Intro."
    assert own.texts[-1] == "## Prices\n\nFree."
    assert len(own.texts) > 4
    assert all(piece.startswith("## Returns\n\n") for piece in own.texts[1:-1])


def test_the_search_looks_deep_enough_for_documents_of_many_chunks() -> None:
    rng = np.random.default_rng(3)
    owners = np.repeat(np.arange(20), [200] + [1] * 19).astype(np.int32)
    vectors = rng.normal(size=(len(owners), 8)).astype(np.float32)
    vectors[:200] += 3  # all chunks of the first document go before every other
    queries = np.ones((2, 8), np.float32)
    asked: list[int] = []

    def find(k: int) -> tuple[Any, Any]:
        asked.append(k)
        return search(queries, lambda: iter([vectors]), k)

    indices, scores = by_document(find, owners, 5)
    direct = best_columns(queries @ vectors.T, owners)
    for row in range(2):
        assert indices[row].tolist() == np.argsort(-direct[row], kind="stable")[:5].tolist()
        assert scores[row] == pytest.approx(direct[row, indices[row]])
    assert asked == sorted(set(asked))


def test_a_spec_reads_back_as_it_is_written() -> None:
    for words in ("tokens:256/32", "headings:512", "tokens:64/0"):
        assert str(chunking_named(words)) == words
    assert str(chunking_named("tokens")) == "tokens:256/32"
    assert chunking_named(None) is None
