"""Batches by length and bf16 change how quickly texts are encoded, and nothing else."""

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from advisor.bench import protocol
from advisor.bench.ranking import Floats
from advisor.bench.vectors import VectorStore, text_hash
from advisor.bench.worker import encoding, precision
from advisor.bench.worker.encoding import Encoder, keep
from tests.bench.faults import static_model

CORPUS = Path(__file__).resolve().parent.parent / "data" / "xquad-mini" / "corpus.jsonl"
PROMPTS: dict[str, dict[protocol.Side, str]] = {
    "all-MiniLM-L6-v2": {"documents": "", "queries": ""},
    "multilingual-e5-small": {"documents": "passage: ", "queries": "query: "},
    "potion-base-8M": {"documents": "", "queries": ""},
}


def encoder_of(folder: Path, name: str = "all-MiniLM-L6-v2") -> Encoder:
    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    limit = model.max_seq_length
    return Encoder(model, PROMPTS[name], int(limit) if limit and np.isfinite(limit) else None)


@pytest.fixture(scope="module")
def minilm(models: Path) -> Encoder:
    return encoder_of(models / "all-MiniLM-L6-v2")


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """Texts of very different lengths, one longer than MiniLM reads, one empty."""
    with CORPUS.open(encoding="utf-8") as lines:
        whole = [json.loads(line)["text"] for line in lines][:8]
    return [*whole, *(text[:60] for text in whole), *(text[:9] for text in whole), 600 * "a ", ""]


@pytest.fixture
def a_cpu_with_bf16(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine that says it is quick in bf16; returns its probe's file."""
    cpuinfo, probe = tmp_path / "cpuinfo", tmp_path / "probe.json"
    cpuinfo.write_text("flags : avx512_bf16\n", "utf-8")
    probe.write_bytes(msgspec.json.encode(precision.Probe(float32=100.0, bfloat16=200.0)))
    monkeypatch.setattr(precision, "CPUINFO", cpuinfo)
    monkeypatch.setattr("advisor.bench.proof.PAYS_FROM", 1)
    monkeypatch.setattr("advisor.bench.proof.LEAST_SPEEDUP", 0.0)
    return probe


def by_hash(texts: list[str]) -> dict[bytes, str]:
    return {text_hash(text): text for text in texts}


@pytest.mark.parametrize("name", PROMPTS)
def test_batches_by_length_give_the_vectors_of_plain_encode(
    models: Path, texts: list[str], tmp_path: Path, name: str
) -> None:
    encoder = encoder_of(models / name, name)
    for side, encode in (
        ("documents", encoder.model.encode_document),
        ("queries", encoder.model.encode_query),
    ):
        own: protocol.Side = "queries" if side == "queries" else "documents"
        plain = encode(texts, batch_size=32, prompt=PROMPTS[name][own] or None)
        missing = by_hash(texts)
        store = VectorStore(tmp_path / side, int(plain.shape[1]))
        order = encoder.longest_first(missing, own)
        *_, done = keep(store, encoder.batches(order, missing, own, "float32"), own)
        assert done == len(missing)
        np.testing.assert_allclose(store.take([text_hash(t) for t in texts]), plain, atol=1e-6)


def test_a_batch_stays_under_the_budget_and_holds_hardly_any_padding(
    minilm: Encoder, texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Encoder, "token_budget", 300)
    many = by_hash([f"{text} {number}" for text in texts for number in range(20)])
    order = minilm.longest_first(many, "documents")
    batches = list(minilm.cut(order))
    assert [key for batch in batches for key in batch] == order
    widths = [max(minilm.tokens([key]) for key in batch) for batch in batches]
    padded = [len(batch) * width for batch, width in zip(batches, widths, strict=True)]
    assert max(padded) <= 300
    assert sum(padded) < 1.15 * minilm.tokens(order)


def test_bf16_that_ranks_the_same_is_taken_with_the_figures_of_the_proof(
    minilm: Encoder, texts: list[str], a_cpu_with_bf16: Path
) -> None:
    many = by_hash([f"{text} {number}" for text in texts[8:24] for number in range(5)])
    found, done = precision.prove(minilm, many, a_cpu_with_bf16)
    assert (found.precision, found.reason, found.texts) == ("bfloat16", "", 64)
    assert found.cosine is not None
    assert 0.999 < found.cosine < 1  # another path was really taken
    assert found.overlap is not None
    assert found.overlap >= 0.98
    assert (found.speedup or 0) > 0
    assert found.encoded().tokens == found.tokens > 0
    # What the proof has encoded is not encoded again.
    assert sum(len(batch.keys) for batch in done) == 64
    again = minilm.encode([many[key] for key in done[-1].keys], "documents", "bfloat16")
    np.testing.assert_allclose(done[-1].vectors, again, atol=1e-3)


def test_bf16_vectors_are_float32_and_normal(minilm: Encoder, texts: list[str]) -> None:
    vectors = minilm.encode(texts[:4], "documents", "bfloat16")
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_bf16_that_would_rank_otherwise_is_refused(
    minilm: Encoder, texts: list[str], a_cpu_with_bf16: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = minilm._encode

    def damaged(texts: list[str], side: protocol.Side, path: protocol.Precision) -> Floats:
        vectors = plain(texts, side, path)
        return vectors if path == "float32" else vectors + np.float32(0.05)

    monkeypatch.setattr(minilm, "_encode", damaged)
    found, _ = precision.prove(minilm, by_hash(texts), a_cpu_with_bf16)
    assert found.precision == "float32"
    assert "rank otherwise" in found.reason
    assert (found.cosine or 1) < 0.999


def test_an_operation_that_bf16_lacks_leaves_the_model_on_float32(
    minilm: Encoder, texts: list[str], a_cpu_with_bf16: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = minilm.batches

    def lacking(
        keys: list[bytes], texts: dict[bytes, str], side: protocol.Side, path: protocol.Precision
    ) -> Iterator[encoding.Batch]:
        if path == "bfloat16":
            raise RuntimeError('"some_kernel" not implemented for BFloat16')
        return plain(keys, texts, side, path)

    monkeypatch.setattr(minilm, "batches", lacking)
    found, _ = precision.prove(minilm, by_hash(texts[16:]), a_cpu_with_bf16)
    assert (found.precision, found.texts) == ("float32", 0)
    assert "some_kernel" in found.reason


def test_without_the_instructions_not_even_the_probe_runs(
    minilm: Encoder, texts: list[str], a_cpu_with_bf16: Path
) -> None:
    precision.CPUINFO.write_text("flags : avx2\n", "utf-8")
    a_cpu_with_bf16.unlink()
    found, _ = precision.prove(minilm, by_hash(texts), a_cpu_with_bf16)
    assert (found.precision, found.texts, found.peak_mib) == ("float32", 0, None)
    assert "no bf16 instructions" in found.reason
    assert not a_cpu_with_bf16.exists()


def test_a_machine_is_probed_once(tmp_path: Path) -> None:
    file = tmp_path / "new" / "probe.json"
    found = precision.probe(file)
    assert found.float32 > 0
    kept = precision.Probe(float32=1.0, bfloat16=2.0)
    file.write_bytes(msgspec.json.encode(kept))
    assert precision.probe(file) == kept
    file.write_bytes(b"{")
    assert precision.probe(file) != kept


def test_where_a_proof_does_not_pay_none_is_made(
    minilm: Encoder, texts: list[str], a_cpu_with_bf16: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("advisor.bench.proof.PAYS_FROM", 8)
    found, _ = precision.prove(minilm, by_hash(texts), a_cpu_with_bf16)
    assert (found.precision, found.texts) == ("float32", 0)
    assert "too little" in found.reason
    assert precision.prove(minilm, {}, a_cpu_with_bf16)[0].precision == "float32"


def test_a_static_model_has_nothing_that_bf16_could_speed_up(
    tmp_path: Path, a_cpu_with_bf16: Path
) -> None:
    static = encoder_of(static_model(tmp_path / "static"))
    assert "no matrix products" in precision.prove(static, {b"k": "red cat"}, tmp_path)[0].reason


def test_the_texts_of_a_proof_are_of_all_lengths() -> None:
    keys = [bytes([number]) for number in range(100)]
    chosen = precision.spread(keys, 64)
    assert len(set(chosen)) == 64
    assert (chosen[0], chosen[-1]) == (keys[0], keys[-1])
    assert precision.spread(keys[:3], 64) == keys[:3]


def test_neighbours_in_common_are_counted_without_the_text_itself() -> None:
    angles = np.linspace(0, 3, 30)
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    cosine, overlap = precision.compare(vectors, 3 * vectors)
    assert (round(cosine, 6), overlap) == (1.0, 1.0)
    shuffled = vectors[np.random.default_rng(0).permutation(30)]
    cosine, overlap = precision.compare(vectors, shuffled)
    assert cosine < 0
    assert overlap < 0.6
    assert precision.compare(vectors[:1], vectors[:1])[1] == 1.0
