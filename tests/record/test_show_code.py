"""The code of a record: it compiles, it encodes as the model was measured, nothing can leave it."""

import ast
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from advisor.catalogue.vector_stores import load_vector_stores
from advisor.errors import RecordError
from advisor.record.decision import DecisionRecord
from advisor.record.index_code import index_code
from advisor.record.show_code import as_code, snippets
from tests.bench.faults import static_model
from tests.record import made

HOSTILE = '"""\'\nimport os\nos.system("x") \\'


def picked(record: DecisionRecord, **changes: Any) -> DecisionRecord:
    """Return the record with its pick changed."""
    parts = tuple(
        msgspec.structs.replace(part, **changes) if part.name == record.verdict.pick else part
        for part in record.candidates
    )
    return msgspec.structs.replace(record, candidates=parts)


def with_store(record: DecisionRecord, store: str) -> DecisionRecord:
    return msgspec.structs.replace(record, answers={**record.answers, "vector_store": store})


def test_every_snippet_compiles_and_the_prompts_stand_in_each_library() -> None:
    record = with_store(picked(made.record(), document_prompt="passage: "), "pgvector")
    found = snippets(record)
    assert [one.title for one in found] == [
        "sentence-transformers", "LangChain", "LlamaIndex", "Haystack", "index of pgvector",
    ]  # fmt: skip
    for one in found:
        compile(one.code, one.title, "exec")
    for one in found[:4]:
        assert '"query: "' in one.code
        assert '"passage: "' in one.code
    compile(as_code(record), "all", "exec")


@pytest.mark.parametrize("store", sorted(load_vector_stores()))
@pytest.mark.parametrize("similarity", ["cosine", "dot"])
def test_the_index_of_every_store_compiles_and_names_the_dimensions(
    store: str, similarity: str
) -> None:
    code = index_code(store, 384, similarity)
    assert code is not None
    compile(code, store, "exec")
    assert "384" in code


def test_long_vectors_go_into_a_narrower_index_or_are_refused() -> None:
    assert "halfvec(3000)" in (index_code("pgvector", 3_000, "cosine") or "")
    refused = index_code("pgvector", 5_000, "cosine") or ""
    assert "at most 4,000" in refused
    assert not ast.parse(refused).body


def test_texts_of_a_record_stay_texts() -> None:
    record = picked(made.record(), query_prompt=HOSTILE, repo=HOSTILE, mark=HOSTILE)
    tree = ast.parse(as_code(record))
    imported = {
        name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    }
    assert "os" not in imported


@pytest.mark.filterwarnings("ignore")  # of the libraries that the code loads
def test_the_first_snippet_encodes_with_its_prompt_to_unit_length(tmp_path: Path) -> None:
    folder = static_model(tmp_path / "tiny")
    record = picked(
        made.record(), repo=str(folder), revision=None, max_tokens=None, document_prompt=""
    )
    code = next(one.code for one in snippets(record) if one.title == "sentence-transformers")
    place: dict[str, Any] = {}
    exec(compile(code, "snippet", "exec"), place)
    vectors = place["embed_queries"](["red cat", "blue house"])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    prompted = place["embed_documents"](["query: red cat"])
    assert np.allclose(vectors[0], prompted[0], atol=1e-5)


def test_no_pick_and_kinds_without_code_are_said() -> None:
    record = made.record()
    verdict = msgspec.structs.replace(record.verdict, pick=None)
    with pytest.raises(RecordError, match="picks no model"):
        as_code(msgspec.structs.replace(record, verdict=verdict))
    with pytest.raises(RecordError, match="no code for one: sparse"):
        as_code(picked(record, kind="sparse"))


def test_the_baseline_is_searched_with_what_measured_it() -> None:
    code = as_code(picked(made.record(), kind="baseline"))
    place: dict[str, Any] = {}
    exec(compile(code, "snippet", "exec"), place)
    rows, _ = place["search"](["red apples", "blue sky"], ["sky"], 1)
    assert rows.tolist() == [[1]]
