"""The catalogue that comes with the program: complete, sane, and found by name."""

from __future__ import annotations

import time

import pytest

from advisor.catalogue.card import ModelCard, PublicScore
from advisor.catalogue.catalogue import Catalogue, WrongName, load_catalogue, shipped_catalogue
from advisor.errors import CatalogueError

CARDS = shipped_catalogue().cards


def scores_of(card: ModelCard) -> list[PublicScore]:
    """Every public score a card holds."""
    nested = [score for by_type in card.type_scores.values() for score in by_type.values()]
    return [*card.scores.values(), *nested, *card.domain_scores.values()]


def test_it_holds_at_least_150_models_each_once() -> None:
    assert len(CARDS) >= 150
    assert len({card.name.lower() for card in CARDS}) == len(CARDS)


def test_every_kind_of_model_is_there() -> None:
    kinds = {card.kind for card in CARDS}
    assert kinds == {"dense", "static", "sparse", "multi-vector", "bm25", "hosted", "hybrid"}
    assert any(card.llm_based for card in CARDS)


@pytest.mark.parametrize(
    "name",
    [
        "all-MiniLM-L6-v2", "all-MiniLM-L12-v2", "all-mpnet-base-v2", "multi-qa-mpnet-base-dot-v1",
        "paraphrase-multilingual-MiniLM-L12-v2", "paraphrase-multilingual-mpnet-base-v2",
        "e5-small-v2", "e5-base-v2", "e5-large-v2", "multilingual-e5-small",
        "multilingual-e5-base", "multilingual-e5-large", "multilingual-e5-large-instruct",
        "e5-mistral-7b-instruct", "bge-small-zh-v1.5", "bge-base-zh-v1.5", "bge-large-zh-v1.5",
        "bge-small-en-v1.5", "bge-base-en-v1.5", "bge-large-en-v1.5", "bge-m3", "m3e-base",
        "text2vec-base-chinese", "mxbai-embed-large-v1", "embeddinggemma-300m",
        "Qwen3-Embedding-0.6B", "Qwen3-Embedding-4B", "Qwen3-Embedding-8B", "NV-Embed-v2",
        "LLM2Vec-Meta-Llama-3-8B-Instruct-mntp-supervised", "LaBSE", "nomic-embed-text-v1.5",
        "gte-modernbert-base", "snowflake-arctic-embed-s", "granite-embedding-english-r2",
        "jina-embeddings-v3", "potion-base-8M", "paraphrase-MiniLM-L3-v2", "colbertv2.0",
        "splade-v3", "text-embedding-3-small", "text-embedding-ada-002", "mistral-embed",
        "Cohere-embed-v4.0", "voyage-2", "voyage-3.5", "voyage-4", "gemini-embedding-001", "bm25",
        "pubmedbert-base-embeddings", "voyage-law-2", "codesage-small-v2",
    ],
)  # fmt: skip
def test_a_model_that_people_ask_for_is_found_by_its_short_name(name: str) -> None:
    assert load_catalogue().find(name).short_name == name


def test_every_public_score_lies_between_0_and_100_and_counts_its_tasks() -> None:
    for card in CARDS:
        for score in scores_of(card):
            assert 0 <= score.value <= 100, card.name
            assert 0 <= score.tasks <= score.of, card.name
            assert len(score.trained_on) <= score.of, card.name


def test_a_retrieval_score_with_missing_tasks_is_marked_as_estimated() -> None:
    for card in CARDS:
        for score in card.scores.values():
            assert (score.basis == "estimated") == (score.tasks < score.of), card.name


def test_every_card_names_its_source_or_says_that_it_has_none() -> None:
    unsourced = {card.short_name for card in CARDS if card.source is None}
    assert unsourced == {
        "average_word_embeddings_glove.6B.300d",
        "word2vec-google-news-300",
        "fasttext-zh-vectors",
    }
    assert all(card.as_of for card in CARDS)


def test_models_whose_results_do_not_stand_scrutiny_are_left_out() -> None:
    names = " ".join(card.name.lower() for card in CARDS)
    for distrusted in ("ternary-weight", "yuan-embedding-2.0-en", "geevec"):
        assert distrusted not in names


@pytest.mark.parametrize(
    ("name", "max_tokens"),
    [
        ("paraphrase-multilingual-MiniLM-L12-v2", 128),
        ("all-MiniLM-L12-v2", 128),
        ("e5-large-v2", 512),
        ("multilingual-e5-base", 512),
        ("Cohere-embed-multilingual-v3.0", 512),
        ("potion-base-8M", None),
    ],
)
def test_the_context_is_what_the_model_really_reads(name: str, max_tokens: int | None) -> None:
    assert load_catalogue().find(name).max_tokens == max_tokens


def test_the_cohere_multilingual_model_has_1024_dimensions() -> None:
    assert load_catalogue().find("Cohere-embed-multilingual-v3.0").embed_dim == 1024


@pytest.mark.parametrize(
    ("name", "query", "document"),
    [
        ("multilingual-e5-small", "query: ", "passage: "),
        ("e5-large-v2", "query: ", "passage: "),
        ("bge-small-en-v1.5", "Represent this sentence for searching relevant passages: ", ""),
        ("bge-base-zh-v1.5", "为这个句子生成表示以用于检索相关文章\uff1a", ""),
        ("nomic-embed-text-v1.5", "search_query: ", "search_document: "),
        ("embeddinggemma-300m", "task: search result | query: ", "title: none | text: "),
        (
            "multilingual-e5-large-instruct",
            "Instruct: Given a web search query, retrieve relevant passages that answer the query\n"
            "Query: ",
            "",
        ),
    ],
)
def test_the_prompts_are_the_ones_the_model_was_trained_with(
    name: str, query: str, document: str
) -> None:
    prompts = load_catalogue().find(name).prompts
    assert prompts is not None
    assert (prompts.query, prompts.document) == (query, document)
    assert prompts.source


def test_no_prompt_holds_a_placeholder_or_an_api_parameter() -> None:
    for card in CARDS:
        if card.prompts is not None:
            assert card.open_weights, card.name
            assert not {"{", "}"} & set(card.prompts.query + card.prompts.document), card.name
            assert "retrieval.query" not in card.prompts.query, card.name


def test_e5_large_v2_is_not_good_at_chinese_and_says_so() -> None:
    card = load_catalogue().find("intfloat/e5-large-v2")
    assert card.scores["zh"].measured_mean == pytest.approx(11.4, abs=0.05)
    assert card.languages == ("eng-Latn",)
    assert "11.4" in (card.note or "")


def test_a_model_that_does_not_exist_is_answered_with_the_one_that_is_meant() -> None:
    with pytest.raises(CatalogueError, match=r"No such model.*google/embeddinggemma-300m"):
        load_catalogue().find("google/embedding-gemma-en-large")


def test_every_wrong_name_is_unknown_and_points_at_a_known_model() -> None:
    catalogue = load_catalogue()
    known = {card.name for card in catalogue.cards}
    for wrong in catalogue.wrong_names:
        assert wrong.name not in known
        assert wrong.instead in known


def test_a_name_is_found_in_any_case_and_with_blanks_around_it() -> None:
    assert load_catalogue().find(" ALL-minilm-l6-V2 ").name.endswith("all-MiniLM-L6-v2")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("bge-bse-en-v1.5", "BAAI/bge-base-en-v1.5"),
        ("all-MiniLM-L6", "sentence-transformers/all-MiniLM-L6-v2"),
        ("qwen3-embedding", "Qwen/Qwen3-Embedding-0.6B"),
    ],
)
def test_an_unknown_name_suggests_the_nearest(typed: str, meant: str) -> None:
    with pytest.raises(CatalogueError, match="nearest") as caught:
        load_catalogue().find(typed)
    assert meant in str(caught.value)


def test_a_hostile_name_is_harmless_in_the_message() -> None:
    with pytest.raises(CatalogueError) as caught:
        load_catalogue().find("\x1b[31mbad\u202e" + "x" * 500)
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_a_short_name_of_two_organisations_asks_for_the_full_one() -> None:
    catalogue = Catalogue([ModelCard(name="a/same"), ModelCard(name="b/same")])
    with pytest.raises(CatalogueError, match="a/same or b/same"):
        catalogue.find("same")
    assert catalogue.find("b/same").name == "b/same"


def test_a_wrong_name_is_recognised_without_its_organisation() -> None:
    wrong = WrongName(name="x/nowhere", instead="a/same", why="It was never made.")
    with pytest.raises(CatalogueError, match=r"It was never made\. Use a/same"):
        Catalogue([ModelCard(name="a/same")], [wrong]).find("Nowhere")


def test_loading_takes_less_than_30_ms() -> None:
    shipped_catalogue.cache_clear()
    start = time.perf_counter()
    load_catalogue()
    assert time.perf_counter() - start < 0.03


@pytest.mark.parametrize(
    ("name", "tokenizer", "vocab_size"),
    [
        ("all-MiniLM-L6-v2", "wordpiece", 30_522),
        ("bge-base-zh-v1.5", "wordpiece", 21_128),
        ("multilingual-e5-small", "unigram", 250_037),
        ("granite-embedding-125m-english", "byte-bpe", 50_265),
        ("Qwen3-Embedding-0.6B", "byte-bpe", 151_669),
        ("e5-mistral-7b-instruct", "bpe", 32_000),
        ("gtr-t5-base", "unigram", 32_128),
        ("text-embedding-3-small", "byte-bpe", 100_277),
        ("bm25", "word", None),
        ("voyage-4", None, None),
    ],
)
def test_the_tokenizer_is_that_of_the_backbone(
    name: str, tokenizer: str | None, vocab_size: int | None
) -> None:
    card = load_catalogue().find(name)
    assert (card.tokenizer, card.vocab_size) == (tokenizer, vocab_size)
    assert (tokenizer is None) == ("tokenizer" not in card.basis)


def test_a_basis_of_its_own_belongs_to_a_fact_that_is_there() -> None:
    for card in CARDS:
        for field in card.basis:
            assert field == "card" or getattr(card, field) not in (None, ()), (card.name, field)


def test_a_card_made_from_knowledge_says_so() -> None:
    assert "knowledge" in load_catalogue().find("nlpaueb/legal-bert-base-uncased").basis["card"]


@pytest.mark.parametrize("domain", ["legal", "biomedical", "finance", "scientific", "code"])
def test_every_domain_has_models_made_for_it(domain: str) -> None:
    assert sum(domain in card.domains for card in CARDS) >= 2


def test_the_parts_of_a_pipeline_are_cards_or_any_dense_model() -> None:
    pipelines = [card for card in CARDS if card.kind == "hybrid"]
    assert pipelines
    for card in pipelines:
        assert card.parts
        for part in card.parts:
            assert part == "dense" or load_catalogue().find(part).name == part


def test_bge_m3_gives_three_kinds_of_vectors() -> None:
    card = load_catalogue().find("BAAI/bge-m3")
    assert card.outputs == ("dense", "sparse", "multi-vector")


def test_declared_training_data_is_named_without_its_translations() -> None:
    card = load_catalogue().find("intfloat/e5-small-v2")
    assert {"MSMARCO", "NQ"} <= set(card.training_datasets)
    assert not any(
        name.endswith(("-PL", "-VN", "HardNegatives")) for name in card.training_datasets
    )
    assert (card.n_training_datasets or 0) > len(card.training_datasets)


def test_what_the_facts_cut_short_is_marked() -> None:
    card = load_catalogue().find("nvidia/NV-Embed-v2")
    assert "of 135" in card.basis["training_datasets"]
