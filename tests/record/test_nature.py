"""What a candidate is, said beside its figures where it is not the usual."""

import msgspec

from advisor.record.decision import CandidatePart
from advisor.record.nature import natures
from advisor.record.show_markdown import as_markdown
from advisor.record.show_text import as_text
from tests.record.made import record, results


def part(name: str, kind: str = "dense", **more: object) -> CandidatePart:
    return CandidatePart(name=name, kind=kind, status="measured", **more)  # type: ignore[arg-type]


def test_only_what_is_not_the_usual_is_said_once_for_all_alike() -> None:
    assert natures(
        [
            part("usual", backend="sentence-transformers"),
            part("BM25", "baseline", backend="bm25s"),
            part("a + BM25", "hybrid", pipeline="fused"),
            part("b + BM25", "hybrid", pipeline="fused"),
            part("terms", "sparse", backend="sentence-transformers"),
            part("graph", backend="onnxruntime", dtype="int8"),
        ]
    ) == [
        "a + BM25, b + BM25: fused",
        "terms: a weight for some terms of a vocabulary instead of a vector",
        "graph: run by onnxruntime in int8",
    ]


def test_a_record_says_how_its_pipelines_work() -> None:
    first, *others = results()
    made = msgspec.structs.replace(
        first.candidate, kind="hybrid", parts=("x", "BM25"), pipeline="rank fusion of both"
    )
    kept = record([msgspec.structs.replace(first, candidate=made), *others])
    assert "rank fusion of both" in as_text(kept)
    assert "rank fusion of both" in as_markdown(kept)
    assert kept.candidates[0].parts == ("x", "BM25")
