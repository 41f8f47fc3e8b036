"""Profiles load, save and change; a broken or hostile one names file, key, expected and found."""

import contextlib
import os
from pathlib import Path

import platformdirs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.errors import ProfileError
from advisor.needs.answers import (
    Answers,
    AnswerSet,
    answered,
    contradictions,
    filled,
    with_defaults,
)
from advisor.needs.derive import requirements_from
from advisor.needs.languages import LANGUAGES, language_name, mteb_codes
from advisor.needs.profile import apply_settings, list_profiles, load_profile, save_profile
from advisor.needs.requirements import Machine

SHIPPED = sorted((Path(__file__).resolve().parent.parent.parent / "profiles").glob("*.toml"))
MACHINE = Machine(source="described", cores=2, memory_mib=8_000)
GOOD = SHIPPED[0].read_bytes()


def written(folder: Path, text: str | bytes) -> str:
    path = folder / "mine.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def test_eight_profiles_are_shipped_and_say_whom_they_are_for() -> None:
    assert len(SHIPPED) == 8
    for path in SHIPPED:
        assert path.read_text(encoding="utf-8").startswith("# For: ")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_profile_loads_saves_unchanged_and_gives_requirements(
    path: Path, tmp_path: Path
) -> None:
    profile = load_profile(str(path))
    assert profile.name == path.stem
    assert profile.description
    save_profile(profile, tmp_path / "again.toml")
    assert load_profile(str(tmp_path / "again.toml")) == profile
    requirements = requirements_from(with_defaults(profile.answers), MACHINE)
    assert requirements.commercial_use
    assert not list(tmp_path.glob("tmp*"))


def test_a_profile_is_found_by_its_name_and_by_its_path_in_the_checkout() -> None:
    assert load_profile("plain-rag") == load_profile("profiles/plain-rag.toml")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[answers]\nlatncy_ms = 5\n", "answers.latncy_ms: unknown key; do you mean latency_ms?"),
        ("[answers]\nlatency_ms = 'fast'\n", "latency_ms: Expected `float | null`, got `str`"),
        ("[answers]\nlatency_ms = 0\n", "latency_ms: Expected `float` > 0"),
        ("[answers]\ngive_up_ndcg = 0.5\n", "give_up_ndcg: Expected `float` <= 0.2"),
        ("[answers]\nlatency_ms = nan\n", "expected a finite number, found nan"),
        ("[answers]\nlatency_ms = inf\n", "expected a finite number, found inf"),
        ("[answers]\npriority = 'best'\n", "expected one of accuracy, balanced, speed"),
        ("[answers]\nquery_languages = ['klingon']\n", "no language known here"),
        ("[answers]\nquery_languages = ['Japanese']\n", "do you mean ja?"),
        ("[answers]\nremote_code = true\n", "cannot name code, places or the network"),
        ("[answers]\nmodels_dir = '/'\n", "cannot name code, places or the network"),
        ("allow_hub = true\n", "unknown key"),
        ("latency_ms = 5\n", "belongs under [answers]"),
        ("answers = 3\n", "expected a table [answers]"),
        ("name = 3\n", "name: expected text, found int"),
        ("schema = 'embed-advisor-profile/2'\n", "expected 'embed-advisor-profile/1'"),
        ("[answers\n", "not readable as TOML"),
        ("x = " + "9" * 5_000, "not readable as TOML"),
        ("x = " + "[" * 5_000, "not readable as TOML"),
        (b"name = '\xff'", "not UTF-8 at byte 8; save it as UTF-8"),
        ("#" * 100_000, "larger than 65,536 bytes"),
    ],
)
def test_a_broken_profile_names_file_place_and_way_out(
    tmp_path: Path, content: str | bytes, said: str
) -> None:
    with pytest.raises(ProfileError) as caught:
        load_profile(written(tmp_path, content))
    assert said in str(caught.value)
    assert "mine.toml" in str(caught.value)


def test_a_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    assert load_profile(written(tmp_path, b"\xef\xbb\xbf" + GOOD)).name == SHIPPED[0].stem


def test_a_folder_a_pipe_or_nothing_is_answered_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    for place in (tmp_path, tmp_path / "pipe.toml", tmp_path / "none.toml"):
        with pytest.raises(ProfileError, match=place.name):
            load_profile(str(place))


def test_control_characters_of_a_profile_are_harmless(tmp_path: Path) -> None:
    profile = load_profile(written(tmp_path, 'name = "\\u001b[2J"\ndescription = "\\u202ex"\n'))
    assert "\x1b" not in profile.name
    assert "\u202e" not in profile.description


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.binary(max_size=12), st.integers(0, 40))
def test_mutated_bytes_are_a_profile_or_a_profile_error(
    tmp_path_factory: pytest.TempPathFactory, place: int, change: bytes, dropped: int
) -> None:
    mutated = GOOD[:place] + change + GOOD[place + dropped :]
    path = tmp_path_factory.mktemp("mutated") / "p.toml"
    path.write_bytes(mutated)
    with contextlib.suppress(ProfileError):
        load_profile(str(path))


def test_the_users_own_profiles_are_listed_and_broken_ones_left_out() -> None:
    folder = platformdirs.user_config_path("embed-advisor") / "profiles"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text("name = 'mine'\n", encoding="utf-8")
    (folder / "broken.toml").write_text("[", encoding="utf-8")
    names = [profile.name for profile in list_profiles()]
    assert "mine" in names
    assert "broken" not in names
    assert load_profile("mine").name == "mine"


@pytest.mark.parametrize(
    ("setting", "key", "value"),
    [
        ("latency_ms=50", "latency_ms", 50.0),
        ("query_languages=zh-Hant, en", "query_languages", ("zh-Hant", "en")),
        ("priority=speed", "priority", "speed"),
        ('priority="speed"', "priority", "speed"),
        ("hosted_allowed=true", "hosted_allowed", True),
        ("documents=5_000", "documents", 5_000),
    ],
)
def test_a_setting_changes_one_answer(setting: str, key: str, value: object) -> None:
    changed = apply_settings(load_profile("plain-rag"), [setting]).answers
    assert getattr(changed.values, key) == value
    assert changed.sources[key] == "user"
    assert changed.values.task == "search"


@pytest.mark.parametrize("setting", ["latency_ms", "latency=5", "latency_ms=fast", "url=http://x"])
def test_a_wrong_setting_is_named(setting: str) -> None:
    with pytest.raises(ProfileError, match="--set"):
        apply_settings(load_profile("plain-rag"), [setting])


def test_what_the_user_said_stays_and_every_answer_knows_its_source() -> None:
    said = answered(Answers(document_languages=("en",)))
    found = {"document_languages": ("de",), "query_languages": ("de",)}
    full = with_defaults(filled(said, found, "detected"))
    assert full.values.document_languages == ("en",)
    assert full.values.query_languages == ("de",)
    assert full.sources["document_languages"] == "user"
    assert full.sources["query_languages"] == "detected"
    assert full.sources["priority"] == "default"
    assert "latency_ms" not in full.sources
    assert set(full.given()) == set(full.sources)


def test_a_language_the_data_does_not_show_is_questioned() -> None:
    said = answered(Answers(document_languages=("en",), query_languages=("several",)))
    (sentence,) = contradictions(said, {"document_languages": ("ja",), "query_languages": ("ja",)})
    assert "English" in sentence
    assert "Japanese" in sentence
    assert contradictions(said, {"document_languages": ("en",)}) == ()


@pytest.mark.parametrize(("priority", "points"), [("accuracy", 0.01), ("speed", 0.05)])
def test_the_priority_sets_what_may_be_given_up_unless_said(priority: str, points: float) -> None:
    answers = apply_settings(load_profile("plain-rag"), [f"priority={priority}"]).answers
    assert requirements_from(answers, MACHINE).give_up_ndcg == points
    own = apply_settings(load_profile("plain-rag"), ["give_up_ndcg=0.03"]).answers
    assert requirements_from(own, MACHINE).give_up_ndcg == 0.03


def test_queries_are_taken_to_be_in_the_documents_language_unless_said() -> None:
    answers: AnswerSet = answered(Answers(document_languages=("ja",)))
    assert requirements_from(answers, MACHINE).query_languages == ("ja",)


def test_images_and_audio_are_answered_with_what_to_look_for() -> None:
    with pytest.raises(ProfileError, match=r"CLIP.*CLAP"):
        requirements_from(answered(Answers(task="images-or-audio")), MACHINE)


def test_every_language_has_a_name_and_codes_and_several_has_none() -> None:
    for tag in LANGUAGES:
        assert language_name(tag)
        assert all("-" in code for code in mteb_codes(tag))
    assert mteb_codes("several") == ()
