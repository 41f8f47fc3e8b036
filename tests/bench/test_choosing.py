"""What the user named becomes candidates, with card, prompts and doubts, or is said absent."""

import shutil
from pathlib import Path

import msgspec
import pytest

from advisor.bench.candidate import Candidate
from advisor.bench.choice import Choice
from advisor.bench.choosing import edited, from_names, from_shortlist
from advisor.bench.locate import Places, available
from advisor.catalogue.catalogue import load_catalogue
from advisor.errors import CatalogueError, NothingMeasured, UsageError
from advisor.needs.requirements import Machine, Requirements
from advisor.shortlist.shortlist import shortlist

MACHINE = Machine(source="described", cores=2, memory_mib=8_000)
ENGLISH = Requirements(document_languages=("en",), query_languages=("en",), machine=MACHINE)
CHINESE = Requirements(
    document_languages=("zh-Hant",), query_languages=("zh-Hant",), machine=MACHINE
)


@pytest.fixture
def places(models: Path, tmp_path: Path) -> Places:
    return Places(models_dirs=(models,), hub_cache=tmp_path / "hub")


def chosen(places: Places, *names: str, needs: Requirements = ENGLISH) -> Choice:
    return from_names(names, load_catalogue(), places, needs)


def only_model(choice: Choice) -> Candidate:
    (model,) = (candidate for candidate in choice.candidates if candidate.kind != "baseline")
    return model


@pytest.mark.parametrize(
    "name",
    ["all-MiniLM-L6-v2", "sentence-transformers/all-MiniLM-L6-v2", "ALL-minilm-l6-V2"],
)
def test_a_name_of_the_catalogue_is_found_in_the_models_folder(
    models: Path, places: Places, name: str
) -> None:
    model = only_model(chosen(places, name))
    assert model.name == "all-MiniLM-L6-v2"
    assert model.kind == "dense"
    assert model.repo == "sentence-transformers/all-MiniLM-L6-v2"
    assert Path(model.folder) == models / "all-MiniLM-L6-v2"
    assert model.license == "apache-2.0"
    assert model.languages == ("eng-Latn",)
    assert len(model.weights_hash) == 64
    assert model.disk_bytes is not None
    assert model.disk_bytes > (models / "all-MiniLM-L6-v2" / "model.safetensors").stat().st_size
    assert model.named
    assert model.public_score is not None
    assert model.public_board == "en"
    assert (model.device, model.threads) == ("cpu", 2)


def test_models_stay_in_the_order_they_were_named(places: Places) -> None:
    names = ["potion-base-8M", "bm25", "multilingual-e5-small", "all-MiniLM-L6-v2"]
    choice = chosen(places, *names)
    assert [candidate.name for candidate in choice.candidates] == [
        "potion-base-8M", "BM25", "multilingual-e5-small", "all-MiniLM-L6-v2",
    ]  # fmt: skip
    assert choice.absent == ()


def test_a_static_model_is_known_as_static_by_its_card(places: Places) -> None:
    assert only_model(chosen(places, "potion-base-8M")).kind == "static"


def test_prompts_come_from_the_catalogue_and_a_model_without_has_none(places: Places) -> None:
    prompted = only_model(chosen(places, "multilingual-e5-small"))
    assert (prompted.query_prompt, prompted.document_prompt) == ("query: ", "passage: ")
    plain = only_model(chosen(places, "all-MiniLM-L6-v2"))
    assert (plain.query_prompt, plain.document_prompt) == (None, None)


def test_an_approximation_of_the_published_weights_is_marked(places: Places) -> None:
    assert "4-bit" in only_model(chosen(places, "multilingual-e5-small")).mark
    assert only_model(chosen(places, "all-MiniLM-L6-v2")).mark == ""


def test_a_folder_is_taken_as_it_is_and_known_by_what_it_says(models: Path, places: Places) -> None:
    nowhere = Places(models_dirs=(), hub_cache=places.hub_cache)
    model = only_model(chosen(nowhere, str(models / "multilingual-e5-small")))
    assert model.name == "multilingual-e5-small"
    assert model.repo == "intfloat/multilingual-e5-small"
    assert model.query_prompt == "query: "


def test_a_folder_can_be_named_from_where_one_stands(
    models: Path, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(models)
    named = only_model(chosen(places, "./potion-base-8M"))
    assert named == only_model(chosen(places, str(models / "potion-base-8M")))


def test_a_folder_with_a_name_of_the_users_is_shown_under_it(models: Path, places: Places) -> None:
    folder = models / "potion-base-8M"
    choice = chosen(places, f"ours={folder}", str(folder))
    ours, other, _ = choice.candidates
    assert (ours.name, other.name) == ("ours", "potion-base-8M")
    assert ours.repo == other.repo == "minishlab/potion-base-8M"
    assert ours.weights_hash == other.weights_hash


def test_a_folder_nobody_knows_is_a_candidate_without_card_facts(
    models: Path, places: Places, tmp_path: Path
) -> None:
    folder = tmp_path / "our-finetune"
    shutil.copytree(models / "potion-base-8M", folder)
    (folder / "MODEL_INFO.json").unlink()
    (folder / "README.md").unlink()
    model = only_model(chosen(places, str(folder), needs=CHINESE))
    assert (model.name, model.repo, model.license, model.languages) == (
        "our-finetune", None, None, (),
    )  # fmt: skip
    assert (model.public_score, model.doubts, model.query_prompt) == (None, {}, None)
    assert model.weights_hash


def test_a_renamed_folder_is_known_by_the_repository_it_names(
    models: Path, places: Places, tmp_path: Path
) -> None:
    shutil.copytree(models / "potion-base-8M", tmp_path / "ours")
    model = only_model(chosen(places, str(tmp_path / "ours"), needs=CHINESE))
    assert (model.name, model.repo) == ("ours", "minishlab/potion-base-8M")
    assert (model.kind, list(model.doubts)) == ("static", ["languages"])


def test_a_folder_that_says_nothing_is_known_by_its_name(
    models: Path, places: Places, tmp_path: Path
) -> None:
    folder = tmp_path / "potion-base-8M"
    shutil.copytree(models / "potion-base-8M", folder)
    (folder / "MODEL_INFO.json").unlink()
    (folder / "README.md").unlink()
    model = only_model(chosen(places, str(folder)))
    assert (model.repo, model.license, model.kind) == ("minishlab/potion-base-8M", "mit", "static")


@pytest.mark.parametrize("name", ["bm25", "BM25", "Bm25"])
def test_bm25_is_named_in_any_case_and_then_it_may_be_picked(places: Places, name: str) -> None:
    choice = chosen(places, name)
    (baseline,) = choice.candidates
    assert (baseline.name, baseline.kind, baseline.named) == ("BM25", "baseline", True)
    choice.refuse_nothing()


def test_the_baseline_is_always_there_and_not_named_where_the_user_did_not(places: Places) -> None:
    _, baseline = chosen(places, "all-MiniLM-L6-v2").candidates
    assert (baseline.name, baseline.kind, baseline.named) == ("BM25", "baseline", False)


@pytest.mark.parametrize(
    "names",
    [
        ("potion-base-8M", "potion-base-8M"),
        ("potion-base-8M", "minishlab/potion-base-8M"),
        ("potion-base-8M", "{models}/potion-base-8M"),
        ("x={models}/potion-base-8M", "x={models}/all-MiniLM-L6-v2"),
        ("bm25", "BM25"),
        ("BM25={models}/potion-base-8M",),
    ],
)
def test_two_models_of_one_name_are_refused_with_the_way_to_rename(
    models: Path, places: Places, names: tuple[str, ...]
) -> None:
    with pytest.raises(
        UsageError, match=r"names .+ twice; (give one another name, as in second=|once)"
    ):
        chosen(places, *(name.format(models=models) for name in names))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("all-MiniLM-L6-v3", "nearest: sentence-transformers/all-MiniLM-L6-v2"),
        ("multilingual-e5-smal", "intfloat/multilingual-e5-small"),
        ("organisation/qqqq", "`embed-advisor models WORDS` searches it"),
        ("=x", "is not in the catalogue"),
    ],
)
def test_an_unknown_name_is_answered_with_what_may_have_been_meant(
    places: Places, name: str, said: str
) -> None:
    with pytest.raises(CatalogueError, match="is not in the catalogue") as caught:
        chosen(places, "all-MiniLM-L6-v2", name)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("{models}", "is no model folder.*--models-dir"),
        ("{models}/none", "is not there"),
        ("x=none", "none is not there"),
        ("{models}/all-MiniLM-L6-v2/config.json", "is a file"),
    ],
)
def test_a_folder_without_a_model_is_refused_with_the_reason(
    models: Path, places: Places, name: str, said: str
) -> None:
    with pytest.raises(CatalogueError, match=said):
        chosen(places, name.format(models=models))


def test_a_model_that_is_not_here_is_absent_with_the_command_that_fetches_it(
    places: Places,
) -> None:
    choice = chosen(places, "all-MiniLM-L6-v2", "bge-m3")
    assert [candidate.name for candidate in choice.candidates] == ["all-MiniLM-L6-v2", "BM25"]
    (gone,) = choice.absent
    assert (gone.name, gone.reason) == ("BAAI/bge-m3", "not on this machine")
    assert gone.command == "hf download BAAI/bge-m3"
    assert gone.public_score is not None
    assert gone.bytes is not None
    assert 2 * 2**30 < gone.bytes < 3 * 2**30


def test_a_hosted_model_is_absent_and_no_command_fetches_it(places: Places) -> None:
    (gone,) = chosen(places, "text-embedding-3-small").absent
    assert gone.name == "openai/text-embedding-3-small"
    assert "hosted" in gone.reason
    assert gone.command is None


def test_nothing_to_measure_is_refused_with_what_would_fetch_it(places: Places) -> None:
    with pytest.raises(NothingMeasured) as caught:
        chosen(places, "bge-m3", "text-embedding-3-small").refuse_nothing()
    assert caught.value.exit_code == 3
    assert "BAAI/bge-m3: not on this machine; fetch it with: hf download BAAI/bge-m3" in str(
        caught.value
    )
    assert "text-embedding-3-small: hosted: can't be measured" in str(caught.value)


def test_one_model_that_is_here_is_enough_to_go_on(places: Places) -> None:
    chosen(places, "all-MiniLM-L6-v2", "bge-m3").refuse_nothing()


def test_an_english_model_for_chinese_texts_is_measured_and_doubted(places: Places) -> None:
    choice = chosen(places, "all-MiniLM-L6-v2", "multilingual-e5-small", needs=CHINESE)
    english, multilingual, _ = choice.candidates
    assert list(english.doubts) == ["languages"]
    assert "reads English only" in english.doubts["languages"]
    assert "Traditional Chinese" in english.doubts["languages"]
    assert multilingual.doubts == {}
    assert (english.public_board, multilingual.public_board) == ("zh", "zh")


def test_every_limit_a_named_model_breaks_is_doubted_and_none_keeps_it_out(places: Places) -> None:
    tight = Requirements(
        document_languages=("ja",), query_languages=("ja",), max_memory_mib=10, machine=MACHINE
    )
    assert set(only_model(chosen(places, "all-MiniLM-L6-v2", needs=tight)).doubts) == {
        "languages", "memory",
    }  # fmt: skip


def test_the_shortlist_becomes_candidates_with_its_reasons(places: Places) -> None:
    cards = load_catalogue().cards
    listed = shortlist(ENGLISH, cards, available(cards, places))
    choice = from_shortlist(listed, places, ENGLISH)
    assert {candidate.name for candidate in choice.candidates} >= {"all-MiniLM-L6-v2", "BM25"}
    assert all(candidate.reason and not candidate.named for candidate in choice.candidates)
    assert {gone.name for gone in choice.absent} == {entry.card.name for entry in listed.not_here}
    assert len(choice.dropped) == len(listed.dropped)
    assert choice.clash == ""


def test_limits_that_leave_no_model_are_named_with_what_would_bring_one_back(
    places: Places,
) -> None:
    tight = Requirements(
        document_languages=("en",), query_languages=("en",), max_memory_mib=1, machine=MACHINE
    )
    cards = load_catalogue().cards
    listed = shortlist(tight, cards, available(cards, places))
    choice = from_shortlist(listed, places, tight)
    assert [candidate.name for candidate in choice.candidates] == ["BM25"]
    assert "MiB" in choice.clash
    with pytest.raises(NothingMeasured, match="MiB"):
        choice.refuse_nothing()


# What a person takes out and in ----------------------------------------------------------------


def after(
    choice: Choice, places: Places, *, removed: tuple[str, ...] = (), added: tuple[str, ...] = ()
) -> Choice:
    return edited(choice, removed, added, places, ENGLISH)


def names_of(choice: Choice) -> list[str]:
    return [candidate.name for candidate in choice.candidates]


def test_a_choice_that_nobody_edits_stays_as_it_is(places: Places) -> None:
    choice = chosen(places, "potion-base-8M", "bge-m3")
    assert after(choice, places) == choice


def test_what_is_removed_is_gone_and_the_baseline_cannot_be(places: Places) -> None:
    choice = chosen(places, "potion-base-8M", "all-MiniLM-L6-v2")
    left = after(choice, places, removed=("potion-base-8M", "BM25", "no such model"))
    assert names_of(left) == ["all-MiniLM-L6-v2", "BM25"]
    assert left.candidates[0] == choice.candidates[1]


def test_when_every_model_is_removed_nothing_can_be_measured(places: Places) -> None:
    left = after(chosen(places, "potion-base-8M"), places, removed=("potion-base-8M",))
    assert names_of(left) == ["BM25"]
    with pytest.raises(NothingMeasured):
        left.refuse_nothing()


def test_what_is_added_comes_behind_the_models_and_before_the_baseline(
    models: Path, places: Places
) -> None:
    choice = chosen(places, "potion-base-8M")
    more = after(
        choice, places, added=("all-MiniLM-L6-v2", f"ours={models / 'paraphrase-MiniLM-L3-v2'}")
    )
    assert names_of(more) == ["potion-base-8M", "all-MiniLM-L6-v2", "ours", "BM25"]
    assert more.candidates[1].named
    assert not more.candidates[-1].named


def test_the_baseline_added_by_name_is_there_once(places: Places) -> None:
    assert names_of(after(chosen(places, "potion-base-8M"), places, added=("bm25",))) == [
        "potion-base-8M", "BM25",
    ]  # fmt: skip


def test_a_model_can_be_taken_out_and_in_again(places: Places) -> None:
    choice = chosen(places, "potion-base-8M", "all-MiniLM-L6-v2")
    again = after(choice, places, removed=("potion-base-8M",), added=("potion-base-8M",))
    assert names_of(again) == ["all-MiniLM-L6-v2", "potion-base-8M", "BM25"]


def test_what_is_there_already_is_refused_with_the_way_to_rename(places: Places) -> None:
    with pytest.raises(UsageError, match="hold potion-base-8M twice; give one another name"):
        after(chosen(places, "potion-base-8M"), places, added=("potion-base-8M",))


def test_an_added_model_that_is_not_here_is_absent_once_and_no_limit_is_blamed(
    places: Places,
) -> None:
    choice = msgspec.structs.replace(chosen(places, "bge-m3"), clash="no model fits 1 MiB")
    more = after(choice, places, added=("bge-m3", "multilingual-e5-base"))
    assert [gone.name for gone in more.absent] == ["BAAI/bge-m3", "intfloat/multilingual-e5-base"]
    assert more.clash == ""


@pytest.mark.parametrize("name", ["all-MiniLM-L6-v3", "x=/nowhere", "a" * 10_000])
def test_an_added_model_that_cannot_be_found_is_refused(places: Places, name: str) -> None:
    with pytest.raises(CatalogueError):
        after(chosen(places, "potion-base-8M"), places, added=(name,))


@pytest.mark.parametrize("name", ["~nobody-of-that-name/x", "x=~nobody-of-that-name/y"])
def test_the_home_of_nobody_is_no_folder(places: Places, name: str) -> None:
    with pytest.raises(CatalogueError, match="nobody of that name"):
        chosen(places, name)


def test_a_hybrid_brings_its_model_once_and_goes_with_it(places: Places) -> None:
    choice = chosen(places, "all-MiniLM-L6-v2 + bm25", "all-MiniLM-L6-v2")
    assert names_of(choice) == ["all-MiniLM-L6-v2", "BM25", "all-MiniLM-L6-v2 + BM25"]
    assert choice.candidates[2].parts == ("all-MiniLM-L6-v2", "BM25")
    assert chosen(places, "all-MiniLM-L6-v2+BM25") == choice
    known = chosen(places, "all-MiniLM-L6-v2", "paraphrase-MiniLM-L3-v2")
    more = after(known, places, added=("all-MiniLM-L6-v2 + BM25",))
    assert names_of(more) == [
        "all-MiniLM-L6-v2",
        "paraphrase-MiniLM-L3-v2",
        "all-MiniLM-L6-v2 + BM25",
        "BM25",
    ]
    fewer = after(more, places, removed=("all-MiniLM-L6-v2",))
    assert names_of(fewer) == ["paraphrase-MiniLM-L3-v2", "BM25"]
