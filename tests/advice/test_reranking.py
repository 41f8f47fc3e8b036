"""How many documents a reranker should read, and how many are passed on."""

from advisor.advice.reranking import reading_notes, where_flat
from advisor.bench.candidate import Candidate
from advisor.bench.results import Result
from advisor.corpus.dataset import Dataset, Document, Query


def test_recall_is_flat_where_no_deeper_list_adds_a_point() -> None:
    assert where_flat({10: 0.80, 20: 0.895, 50: 0.90, 100: 0.90}) == 20
    assert where_flat({10: 0.5, 20: 0.6, 50: 0.7, 100: 0.8}) == 100


def test_the_note_names_k_where_the_first_stage_is_flat_and_n_where_the_second_is() -> None:
    documents = [f"d{i:03d}" for i in range(100)]
    dataset = Dataset(
        name="x",
        corpus=tuple(Document(one, one) for one in documents),
        queries=(Query("q", "?"),),
        qrels={"q": {"d030": 1}},
        evidence="human",
    )
    first = Result(
        candidate=Candidate(name="first", kind="dense"),
        status="measured",
        rankings={"q": tuple(documents)},
    )
    reranked = Candidate(name="first > reader", kind="reranked", parts=("first",), top_k=50)
    best = ("d030", *(one for one in documents if one != "d030"))
    second = Result(candidate=reranked, status="measured", rankings={"q": best})
    (note,) = reading_notes([first, second], dataset)
    assert "0.00 at 20, 1.00 at 50, 1.00 at 100. Reading K = 50 is enough; " in note
    assert "N = 10 hold nearly all of it (1.00)" in note
