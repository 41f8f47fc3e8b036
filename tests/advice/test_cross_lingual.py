"""Queries in one language, documents in another: what is found, and of which language."""

from pathlib import Path

import msgspec
import pytest

from advisor.advice.cross_lingual import (
    Translations,
    cross_lingual,
    cross_lingual_note,
    languages_in,
)
from advisor.bench.candidate import Candidate
from advisor.bench.results import Result, Views
from advisor.corpus.dataset import Dataset, Document, Query
from advisor.corpus.language import languages_of_texts
from advisor.corpus.tagging import with_languages

ENGLISH = "The council of the city was elected in {} and has met in the hall every month since then"
CHINESE = "市议会于{}年选出，此后每个月都在大厅里开会，这个问题还没有得到解决"
N = 30


def parallel() -> Dataset:
    """Thirty documents in each of two languages; each query is for the one in English."""
    corpus = [Document(f"en{i:02d}", ENGLISH.format(1900 + i)) for i in range(N)]
    corpus += [Document(f"zh{i:02d}", CHINESE.format(1900 + i)) for i in range(N)]
    queries = [Query(f"q-en{i:02d}", ENGLISH.format(1900 + i)) for i in range(N)]
    queries += [Query(f"q-zh{i:02d}", CHINESE.format(1900 + i)) for i in range(N)]
    return with_languages(
        Dataset(
            name="parallel",
            corpus=tuple(corpus),
            queries=tuple(queries),
            qrels={query.id: {f"en{query.id[-2:]}": 1} for query in queries},
            evidence="human",
        )
    )


def finds_own_language(dataset: Dataset) -> Result:
    """Return a model that puts the text in the query's own language first, and that alone."""
    return with_rankings({query.id: (query.id.removeprefix("q-"),) for query in dataset.queries})


def with_rankings(rankings: dict[str, tuple[str, ...]], views: Views | None = None) -> Result:
    candidate = Candidate(name="model", kind="dense", folder=str(Path()))
    return Result(candidate=candidate, status="measured", rankings=rankings, views=views or Views())


def test_a_model_that_stays_in_one_language_shows_by_direction() -> None:
    data = parallel()
    found = cross_lingual(finds_own_language(data), data, languages_in(data))
    assert found is not None
    means = {one[:2]: (one.quality.mean, one.quality.n) for one in found.directions}
    assert means["en", "en"] == (1.0, N)
    assert means["zh-Hans", "en"] == (0.0, N)
    assert means["any", "same"] == (1.0, N)
    assert means["any", "other"] == (0.0, N)
    assert found.same_share == 1.0
    assert found.expected_share == pytest.approx(0.5)
    note = cross_lingual_note("model", found)
    assert note is not None
    assert "0.000 against 1.000" in note


def test_a_question_asked_in_two_languages_shows_what_its_lists_share() -> None:
    data = parallel()
    found = cross_lingual(finds_own_language(data), data, languages_in(data))
    assert found is not None
    assert found.twice == (N, 0.0)
    same = {query.id: (f"en{query.id[-2:]}", "zh00") for query in data.queries}
    half = {query: row[: 2 if query.startswith("q-en") else 1] for query, row in same.items()}
    found = cross_lingual(with_rankings(half), data, languages_in(data))
    assert found is not None
    assert found.twice == (N, 0.5)
    # Sixty queries ask for thirty documents: these are no translations.
    assert found.translations is None


def test_translations_are_searched_both_ways() -> None:
    whole = parallel()
    data = msgspec.structs.replace(
        whole,
        queries=whole.queries[N:],
        qrels={f"q-zh{i:02d}": {f"en{i:02d}": 1} for i in range(N)},
    )
    rankings: dict[str, tuple[str, ...]]
    rankings = {f"q-zh{i:02d}": (f"en{i:02d}" if i < 20 else "zh00", "zh01") for i in range(N)}
    nearest = {f"en{i:02d}": f"q-zh{i:02d}" if i < 10 else "q-zh00" for i in range(N)}
    result = with_rankings(rankings, Views(nearest_query=nearest))
    found = cross_lingual(result, data, languages_in(data))
    assert found is not None
    assert found.translations == Translations(N, 20 / N, 10 / N)
    assert found.twice is None
    without = cross_lingual(with_rankings(rankings), data, languages_in(data))
    assert without is not None
    assert without.translations is None


@pytest.mark.parametrize(("repeated", "counted"), [(2, N - 2), (6, None)])
def test_sentences_that_are_there_twice_do_not_count_and_many_of_them_are_no_bitext(
    repeated: int, counted: int | None
) -> None:
    whole = parallel()
    qrels = {f"q-zh{i:02d}": {f"en{i // 2 if i < repeated else i:02d}": 1} for i in range(N)}
    data = msgspec.structs.replace(whole, queries=whole.queries[N:], qrels=qrels)
    rankings = {query: tuple(grades) for query, grades in qrels.items()}
    nearest = {document: query for query, grades in qrels.items() for document in grades}
    result = with_rankings(rankings, Views(nearest_query=nearest))
    found = cross_lingual(result, data, languages_in(data))
    assert found is not None
    expected = None if counted is None else Translations(counted, 1.0, 1.0)
    assert found.translations == expected


def test_in_one_language_there_is_nothing_between_languages() -> None:
    data = parallel()
    english = Dataset(
        name="english",
        corpus=data.corpus[:N],
        queries=data.queries[:N],
        qrels={query.id: data.qrels[query.id] for query in data.queries[:N]},
        evidence="human",
    )
    assert cross_lingual(finds_own_language(english), english, languages_in(english)) is None


def test_a_text_whose_script_alone_is_known_has_the_language_that_won_it() -> None:
    told = languages_of_texts([CHINESE.format(1901)] * 5 + ["中文", ENGLISH.format(1901), "42"])
    assert told == (*["zh-Hans"] * 6, "en", None)
    assert languages_of_texts(["中文"]) == ("zh",)
