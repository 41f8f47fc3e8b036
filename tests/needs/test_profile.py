"""Profiles load, save and change; a broken or hostile one names file, key, expected and found."""

import contextlib
import os
import string
from pathlib import Path
from typing import Any, get_args

import msgspec
import platformdirs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.errors import ProfileError
from advisor.needs.answers import Answers, AnswerSet, Domain, VectorStore, answered, filled
from advisor.needs.answers import with_defaults as defaulted
from advisor.needs.derive import requirements_from
from advisor.needs.languages import LANGUAGES, SEVERAL
from advisor.needs.profile import (
    MOST_BYTES,
    Profile,
    apply_settings,
    list_profiles,
    load_profile,
    save_profile,
)
from advisor.needs.requirements import Machine

SHIPPED = sorted((Path(__file__).resolve().parent.parent.parent / "profiles").glob("*.toml"))
MACHINE = Machine(source="described", cores=2, memory_mib=8_000)
GOOD = [path.read_bytes() for path in SHIPPED]
PLACES = "cannot name code, places or the network"


def written(folder: Path, text: str | bytes) -> str:
    path = folder / "mine.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def own_profiles() -> Path:
    folder = platformdirs.user_config_path("embed-advisor") / "profiles"
    folder.mkdir(parents=True)
    return folder


def refused(place: str) -> str:
    with pytest.raises(ProfileError) as caught:
        load_profile(place)
    return str(caught.value)


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
    assert set(profile.answers.sources.values()) == {"user"}
    save_profile(profile, tmp_path / "again.toml")
    assert load_profile(str(tmp_path / "again.toml")) == profile
    requirements = requirements_from(defaulted(profile.answers), MACHINE)
    assert requirements.commercial_use
    assert requirements.max_latency_p95_ms == profile.answers.values.latency_ms


def test_a_profile_is_found_by_its_name_and_by_its_path_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shipped = load_profile(str(SHIPPED[-1]))
    assert load_profile(shipped.name) == shipped
    assert load_profile(f"profiles/{shipped.name}.toml") == shipped


def test_an_unknown_name_is_answered_with_the_nearest_or_with_all() -> None:
    assert "do you mean plain-rag?" in refused("plain-rga")
    assert all(path.stem in refused("quux") for path in SHIPPED)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[answers]\nlatncy_ms = 5\n", "answers.latncy_ms: unknown key; do you mean latency_ms?"),
        ("[answers]\nlatency = 5\n", "answers.latency: unknown key; do you mean latency_ms?"),
        ("[answers]\nzzz = 5\n", "answers.zzz: unknown key; known are task, "),
        ("[answers]\nlatency_ms = 'fast'\n", "latency_ms: expected a number, found 'fast'"),
        ("[answers]\nlatency_ms = true\n", "latency_ms: expected a number, found true"),
        ("[answers]\nlatency_ms = [5]\n", "latency_ms: expected a number, found a list"),
        ("[answers.latency_ms]\na = 5\n", "latency_ms: expected a number, found a table"),
        ("[answers]\nlatency_ms = 2026-01-01\n", "expected a number, found 2026-01-01"),
        ("[answers]\ndocuments = 1.5\n", "documents: expected a whole number, found 1.5"),
        ("[answers]\nexact_terms = 1\n", "exact_terms: expected true or false, found 1"),
        ("[answers]\nquery_languages = 'en'\n", "query_languages: expected a list, found 'en'"),
        ("[answers]\nquery_languages = [3]\n", "query_languages[0]: expected text, found 3"),
        ("[answers]\nlatency_ms = 0\n", "latency_ms: expected a number > 0, found 0"),
        ("[answers]\nmemory_mib = 0\n", "memory_mib: expected a whole number >= 1, found 0"),
        ("[answers]\ndocuments = -1\n", "documents: expected a whole number >= 0, found -1"),
        ("[answers]\ngive_up_ndcg = 0.5\n", "give_up_ndcg: expected a number <= 0.2, found 0.5"),
        ("[answers]\nmin_recall_at_10 = 2\n", "min_recall_at_10: expected a number <= 1, found 2"),
        ("[answers]\nlatency_ms = nan\n", "latency_ms: expected a finite number, found nan"),
        ("[answers]\nlatency_ms = -inf\n", "latency_ms: expected a finite number, found -inf"),
        ("[answers]\nlatency_ms = 1e400\n", "latency_ms: expected a finite number, found inf"),
        (
            "[answers]\npriority = 'best'\n",
            "priority: expected one of accuracy, balanced, speed, found 'best'",
        ),
        ("[answers]\npriority = 3\n", "priority: expected one of accuracy, balanced, speed"),
        ("[answers]\nvector_store = 'mongo'\n", "chroma, sqlite, none, found 'mongo'"),
        ("[answers]\nquery_languages = ['klingon']\n", "query_languages: 'klingon' is no language"),
        ("[answers]\nquery_languages = ['Japanese']\n", "do you mean ja (Japanese)?"),
        ("[answers]\nname = 'x'\n", "answers.name: belongs before [answers]"),
        ("latency_ms = 5\n", "latency_ms: belongs under [answers]"),
        ("latncy_ms = 5\n", "unknown key; do you mean latency_ms under [answers]?"),
        ("nmae = 'x'\n", "nmae: unknown key; do you mean name?"),
        ("zzz = 'x'\n", "zzz: unknown key; known are schema, name, description, answers"),
        ("answers = 3\n", "answers: expected a table [answers]"),
        ("[[answers]]\ntask = 'search'\n", "answers: expected a table [answers]"),
        ("name = 3\n", "name: expected text, found int"),
        ("description = ['x']\n", "description: expected text, found list"),
        (
            "schema = 'embed-advisor-profile/2'\n",
            "schema is 'embed-advisor-profile/2', expected 'embed-advisor-profile/1'",
        ),
        ("schema = 3\n", "schema is 3, expected 'embed-advisor-profile/1'"),
        ("[answers\n", "not readable as TOML"),
        ("name = 'a'\nname = 'b'\n", "not readable as TOML"),
        (b"name = '\xff'", "not UTF-8 at byte 8; save it as UTF-8"),
        ("name = 'x'".encode("utf-16"), "not UTF-8 at byte 0"),
    ],
)
def test_a_broken_profile_names_file_key_expected_and_found(
    tmp_path: Path, content: str | bytes, said: str
) -> None:
    message = refused(written(tmp_path, content))
    assert said in message
    assert message.startswith(str(tmp_path / "mine.toml"))


@pytest.mark.parametrize(
    "key",
    [
        "remote_code", "trust_remote_code", "models_dir", "models", "hub", "allow_hub", "hub_url",
        "path", "data-path", "url", "api_key", "command", "network", "http_proxy",
    ],
)  # fmt: skip
@pytest.mark.parametrize("before", ["", "[answers]\n"], ids=["top", "answers"])
def test_a_key_that_would_reach_code_places_or_network_is_refused_with_the_reason(
    tmp_path: Path, before: str, key: str
) -> None:
    message = refused(written(tmp_path, f"{before}{key} = true\n"))
    assert key in message
    assert PLACES in message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[answers]\ndocuments = " + "9" * 5_000, "not readable as TOML"),
        ("[answers]\ndocuments = " + "9" * 4_000, "documents: expected a whole number <= "),
        ("[answers]\ndocuments = 0b1" + "0" * 60_000, "documents: expected a whole number <= "),
        ("[answers]\nlatency_ms = 0x1" + "0" * 60_000, "latency_ms: expected a smaller number"),
        ("schema = 0b1" + "0" * 60_000, "schema is a far larger number, expected"),
        ("schema = '" + "z" * 60_000 + "'", "schema is 'zzz"),
        ("schema" + ".a" * 2_000 + " = 1", "schema is a table, expected"),
        ("[answers]\nlatency_ms" + ".a" * 2_000 + " = 1", "expected a number, found a table"),
        (
            "x" + ".a" * 32_000 + " = 1",
            "line 1: expected at most 2,500 dots in a line, found 32,000",
        ),
        ("\n'='" + ".a" * 32_000 + " = 1", "line 2: expected at most 2,500 dots in a line"),
        ("x = " + "[" * 5_000, "not readable as TOML"),
        ("x = " + "[" * 5_000 + "]" * 5_000, "not readable as TOML"),
        ("x = " + "{a=" * 5_000 + "1" + "}" * 5_000, "not readable as TOML"),
        ("[answers]\nquery_languages = ['" + "z" * 60_000 + "']", "is no language known here"),
        ("[answers]\n" + "z" * 60_000 + " = 1", "unknown key"),
        ("#" * 102_400, f"larger than {MOST_BYTES:,} bytes"),
    ],
    ids=lambda value: value[:24] if value.startswith(("x", "#", "[", "s")) else None,
)
def test_a_profile_made_to_overwhelm_is_refused_in_a_few_words(
    tmp_path: Path, content: str, said: str
) -> None:
    message = refused(written(tmp_path, content))
    assert said in message
    assert len(message) < len(str(tmp_path)) + 700


def test_a_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    assert load_profile(written(tmp_path, b"\xef\xbb\xbf" + GOOD[0])) == load_profile(
        str(SHIPPED[0])
    )


def test_a_folder_a_pipe_a_device_or_nothing_is_named_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    assert f"{tmp_path}: is a folder" in refused(str(tmp_path))
    assert "pipe.toml: is no ordinary file" in refused(str(tmp_path / "pipe.toml"))
    assert "/dev/zero: is no ordinary file" in refused("/dev/zero")
    assert "none.toml: is not there" in refused(str(tmp_path / "none.toml"))


@pytest.mark.parametrize("name", ["x" * 300, "x" * 300 + ".toml", "a/" + "x" * 300, "a\0b", "\x1b"])
def test_a_name_no_file_can_have_is_refused_in_words(name: str) -> None:
    message = refused(name)
    assert "\x1b" not in message
    assert "\0" not in message


def test_control_characters_of_a_profile_come_out_harmless(tmp_path: Path) -> None:
    profile = load_profile(
        written(tmp_path, 'name = "a\\u001b[2J\\nb"\ndescription = "c\\u202ed\\u0007\\ne"\n')
    )
    assert profile.name == "a\ufffd[2J b"
    assert profile.description == "c\ufffdd\ufffd\ne"


@pytest.mark.parametrize(
    "content",
    [
        '"\\u001b[2J" = 1\n',
        '[answers]\n"\\u001b\\u202e" = 1\n',
        '[answers]\npriority = "\\u001b[2J\\u202e"\n',
        '[answers]\nquery_languages = ["\\u001b\\u202e"]\n',
        'schema = "\\u001b\\u202e"\n',
        '[answers]\nlatency_ms = "\\u001b\\u202e"\n',
    ],
)
def test_control_characters_of_a_broken_profile_do_not_reach_the_message(
    tmp_path: Path, content: str
) -> None:
    message = refused(written(tmp_path, content))
    assert "\x1b" not in message
    assert "\u202e" not in message


def test_a_profile_without_a_name_is_called_as_its_file(tmp_path: Path) -> None:
    assert load_profile(written(tmp_path, "")).name == "mine"
    assert load_profile(written(tmp_path, "name = ' '")).name == "mine"


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_mutated_bytes_are_a_profile_or_a_profile_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = data.draw(st.sampled_from(GOOD))
    odd = st.sampled_from([b'"', b"'''", b"[", b"]\n", b"\x00", b"\xff", b"nan", b"1e9", b"\n[a]"])
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(content)))
        change = data.draw(st.binary(max_size=12) | odd)
        content = content[:place] + change + content[place + data.draw(st.integers(0, 40)) :]
    path = tmp_path_factory.getbasetemp() / "mutated.toml"
    path.write_bytes(content)
    with contextlib.suppress(ProfileError):
        assert isinstance(load_profile(str(path)), Profile)


LANGUAGE_LISTS = st.lists(st.sampled_from([*LANGUAGES, SEVERAL]), max_size=4).map(tuple)
NUMBERS = st.floats(1e-300, 1e9) | st.integers(1, 10**9)
COUNTS = st.integers(0, 10**12)
ANSWERS: dict[str, st.SearchStrategy[Any]] = {
    "task": st.sampled_from(["search", "clustering", "images-or-audio"]),
    "document_languages": LANGUAGE_LISTS,
    "query_languages": LANGUAGE_LISTS,
    "exact_terms": st.booleans(),
    "domain": st.sampled_from(get_args(Domain)),
    "priority": st.sampled_from(["accuracy", "balanced", "speed"]),
    "give_up_ndcg": st.floats(0, 0.2),
    "min_recall_at_10": st.floats(0, 1),
    "latency_ms": NUMBERS,
    "queries_per_s": NUMBERS,
    "machine": st.sampled_from(["this", "edge", "gpu-server"]),
    "memory_mib": st.integers(1, 10**8),
    "hosted_allowed": st.booleans(),
    "usd_per_month": st.floats(0, 1e9),
    "usd_per_hour": st.floats(1e-9, 1e9),
    "documents": COUNTS,
    "document_words": COUNTS,
    "chunking": st.booleans(),
    "queries_per_day": COUNTS,
    "vector_store": st.sampled_from(get_args(VectorStore)),
    "commercial_use": st.booleans(),
    "labelled_pairs": COUNTS,
    "documents_per_month": COUNTS,
    "judging_usd_per_hour": st.floats(1e-9, 1e4),
    "index_minutes": NUMBERS,
}


@settings(max_examples=150, deadline=None)
@given(st.fixed_dictionaries({}, optional=ANSWERS), st.text(), st.text())
def test_whatever_a_user_answers_is_the_same_after_saving_and_loading(
    tmp_path_factory: pytest.TempPathFactory, said: dict[str, Any], name: str, description: str
) -> None:
    assert set(ANSWERS) == set(Answers.__struct_fields__)
    answers = answered(msgspec.convert(said, Answers))
    path = tmp_path_factory.getbasetemp() / "saved.toml"
    save_profile(Profile(name=name, description=description, answers=answers), path)
    once = load_profile(str(path))
    assert once.answers == answers
    save_profile(once, path)
    assert load_profile(str(path)) == once


@pytest.mark.parametrize("text", ['"', "\n", "\u00ad", "\\"], ids=["quote", "line", "soft", "back"])
def test_a_description_that_grows_when_written_still_loads_after_saving(
    tmp_path: Path, text: str
) -> None:
    escaped = {'"': '\\"', "\\": "\\\\"}.get(text, text)
    half = text * (40_000 // len(escaped.encode()))
    place = written(tmp_path, f'description = """a{half.replace(text, escaped)}"""\n')
    profile = load_profile(place)
    assert profile.description.startswith("a")
    save_profile(profile, Path(place))
    assert load_profile(place) == profile


def test_a_description_of_nothing_but_dots_still_loads_after_saving(tmp_path: Path) -> None:
    dots = Profile(name="." * 500, description="." * 5_000, answers=answered(Answers()))
    save_profile(dots, tmp_path / "dots.toml")
    loaded = load_profile(str(tmp_path / "dots.toml"))
    assert loaded.description == "." * 2_000


def test_only_what_the_user_said_is_saved(tmp_path: Path) -> None:
    said = answered(Answers(priority="speed"))
    full = defaulted(filled(said, {"query_languages": ("de",)}, "detected"))
    save_profile(Profile(name="mine", answers=full), tmp_path / "mine.toml")
    assert load_profile(str(tmp_path / "mine.toml")).answers == said


def test_a_place_that_cannot_be_written_is_named_and_nothing_is_left_behind(tmp_path: Path) -> None:
    profile = load_profile("plain-rag")
    (tmp_path / "folder.toml").mkdir()
    for place in (tmp_path / "folder.toml", tmp_path / "no" / "mine.toml"):
        with pytest.raises(ProfileError, match=rf"{place.name}: cannot be written .*elsewhere"):
            save_profile(profile, place)
    assert [path.name for path in tmp_path.iterdir()] == ["folder.toml"]


def test_a_saved_profile_can_be_read_by_whoever_can_read_new_files(tmp_path: Path) -> None:
    (tmp_path / "new").touch()
    save_profile(load_profile("plain-rag"), tmp_path / "mine.toml")
    assert (tmp_path / "mine.toml").stat().st_mode == (tmp_path / "new").stat().st_mode


def test_a_failed_save_leaves_the_old_profile_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    place = written(tmp_path, "name = 'old'")
    profile = load_profile("plain-rag")
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ProfileError, match="No space left on device"):
        save_profile(profile, Path(place))
    assert load_profile(place).name == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.toml"]


def test_the_users_own_profiles_are_listed_and_broken_ones_left_out() -> None:
    folder = own_profiles()
    (folder / "mine.toml").write_text("name = 'mine'\n", encoding="utf-8")
    (folder / "broken.toml").write_text("[", encoding="utf-8")
    (folder / "folder.toml").mkdir()
    os.mkfifo(folder / "pipe.toml")
    names = [profile.name for profile in list_profiles()]
    assert names == sorted(["mine", *(path.stem for path in SHIPPED)])
    assert load_profile("mine").name == "mine"
    assert "broken.toml: not readable as TOML" in refused("broken")


def test_a_shipped_profile_is_not_replaced_by_an_own_one_of_its_name() -> None:
    (own_profiles() / "plain-rag.toml").write_text("name = 'other'\n", encoding="utf-8")
    assert load_profile("plain-rag").name == "plain-rag"
    assert "other" not in [profile.name for profile in list_profiles()]


def test_every_listed_profile_loads_by_the_name_it_is_listed_under() -> None:
    (own_profiles() / "a-file.toml").write_text("name = 'Our search'\n", encoding="utf-8")
    listed = list_profiles()
    assert "Our search" in [profile.name for profile in listed]
    assert [load_profile(profile.name) for profile in listed] == list(listed)


@pytest.mark.parametrize(
    ("setting", "key", "value"),
    [
        ("latency_ms=50", "latency_ms", 50.0),
        (" latency_ms = 2.5 ", "latency_ms", 2.5),
        ("query_languages=zh-Hant, en", "query_languages", ("zh-Hant", "en")),
        ("query_languages=ja", "query_languages", ("ja",)),
        ('query_languages=["zh-Hant", "en"]', "query_languages", ("zh-Hant", "en")),
        ("priority=speed", "priority", "speed"),
        ('priority="speed"', "priority", "speed"),
        ("vector_store=none", "vector_store", "none"),
        ("task=code-search", "task", "code-search"),
        ("hosted_allowed=true", "hosted_allowed", True),
        ("documents=5_000", "documents", 5_000),
        ("usd_per_month=0", "usd_per_month", 0.0),
    ],
)
def test_a_setting_changes_one_answer_and_no_other(setting: str, key: str, value: object) -> None:
    before = load_profile("english-technical-docs")
    changed = apply_settings(before, [setting])
    assert getattr(changed.answers.values, key) == value
    assert changed.answers.sources[key] == "user"
    assert (changed.name, changed.description) == (before.name, before.description)
    old, new = before.answers.given(), changed.answers.given()
    assert {**new, key: None} == {**old, key: None}


def test_of_two_settings_the_later_counts_and_none_changes_nothing() -> None:
    profile = load_profile("plain-rag")
    changed = apply_settings(profile, ["latency_ms=5", "latency_ms=6", "priority=speed"])
    assert changed.answers.values.latency_ms == 6.0
    assert changed.answers.values.priority == "speed"
    assert apply_settings(profile, []) == profile


def test_a_setting_makes_no_assumption_or_finding_the_users_word() -> None:
    full: AnswerSet = defaulted(filled(answered(Answers()), {"documents": 5}, "detected"))
    changed = apply_settings(Profile(name="x", answers=full), ["priority=balanced"]).answers
    assert changed.sources["priority"] == "user"
    assert changed.sources["machine"] == "default"
    assert changed.sources["documents"] == "detected"


def test_a_setting_without_a_value_takes_the_answer_back() -> None:
    profile = load_profile("chinese-customer-support")
    assert profile.answers.values.latency_ms is not None
    answers = apply_settings(profile, ["latency_ms="]).answers
    assert answers.values.latency_ms is None
    assert "latency_ms" not in answers.sources


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("latency_ms", "--set latency_ms: write it as key=value"),
        ("latency=5", "--set latency: unknown key; do you mean latency_ms?"),
        ("latency_ms=fast", "latency_ms: expected a number, found 'fast'"),
        ("latency_ms=nan", "latency_ms: expected a finite number, found nan"),
        ("latency_ms=-1", "latency_ms: expected a number > 0, found -1"),
        ("documents=" + "9" * 5_000, "documents: expected a whole number, found '999"),
        ("priority=best", "expected one of accuracy, balanced, speed, found 'best'"),
        ("hosted_allowed=yes", "hosted_allowed: expected true or false, found 'yes'"),
        ("query_languages=en,xx", "query_languages: 'xx' is no language known here"),
        ("query_languages=[[[", "query_languages: expected a list, found '[[['"),
        ("latency_ms=" + "[" * 5_000, "latency_ms: expected a number, found '[[["),
        ("url=http://x", PLACES),
        ("remote_code=true", PLACES),
        ("\x1b=5", "--set \ufffd: unknown key"),
    ],
)
def test_a_wrong_setting_is_named_with_the_way_out(setting: str, said: str) -> None:
    with pytest.raises(ProfileError, match="--set") as caught:
        apply_settings(load_profile("plain-rag"), [setting])
    assert said in str(caught.value)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(Answers.__struct_fields__),
    st.text(max_size=20) | st.text(string.digits + "[]{}\"'=.,\n#ex_", max_size=30),
)
def test_any_text_after_the_equals_sign_is_an_answer_or_a_profile_error(
    key: str, text: str
) -> None:
    profile = Profile(name="x", answers=answered(Answers()))
    with contextlib.suppress(ProfileError):
        changed = apply_settings(profile, [f"{key}={text}"])
        assert set(changed.answers.sources) <= {key}


# A decision record in place of a profile -----------------------------------------------------


def test_a_record_gives_back_what_was_said_in_its_decision() -> None:
    path = Path(__file__).parents[2] / "examples" / "record.toml"
    again, profile = load_profile(str(path)), load_profile(str(path.with_name("profile.toml")))
    assert again.name == profile.name
    assert again.answers == profile.answers


def test_of_a_record_only_what_a_person_said_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "record.toml"
    path.write_text(
        'schema = "embed-advisor/1"\n[record]\nname = "mine"\n[answers]\ntask = "search"\n'
        'document_languages = ["ja"]\npriority = "speed"\n[answer_sources]\ntask = "user"\n'
        'document_languages = "detected"\npriority = "default"\n'
    )
    profile = load_profile(str(path))
    assert profile.name == "mine"
    assert profile.answers.given() == {"task": "search"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("answers = 3\n", "no tables"),
        ("answer_sources = [1]\n", "no tables"),
        ("[answers]\ntask = 3\n[answer_sources]\ntask = 'user'\n", "task"),
        ("[answers]\nwild = 3\n[answer_sources]\nwild = 'user'\n", "wild"),
        ("x = " + "[" * 5_000 + "]" * 5_000 + "\n", "not readable as TOML"),
        ("a" + ".a" * 100_000 + " = 1\n", "dots"),
    ],
)
def test_a_hostile_record_is_refused_with_a_sentence(
    tmp_path: Path, content: str, words: str
) -> None:
    path = tmp_path / "record.toml"
    path.write_text('schema = "embed-advisor/1"\n' + content)
    with pytest.raises(ProfileError, match=words):
        load_profile(str(path))


def test_a_record_of_a_newer_minor_schema_is_taken_and_a_mark_at_its_start_is_no_error(
    tmp_path: Path,
) -> None:
    example = Path(__file__).parents[2] / "examples" / "record.toml"
    text = example.read_text(encoding="utf-8").replace('advisor/1"', 'advisor/1.4"', 1)
    long = text.replace("notes = [", 'notes = [\n"' + "x" * 70_000 + '",', 1)
    path = tmp_path / "record.toml"
    path.write_text(long, encoding="utf-8-sig")
    assert load_profile(str(path)).answers == load_profile(str(example)).answers


@pytest.mark.parametrize("schema", ["embed-advisor/2", "embed-advisor/10", "embed-advisor"])
def test_a_record_of_another_major_schema_is_refused(tmp_path: Path, schema: str) -> None:
    path = tmp_path / "record.toml"
    path.write_text(f'schema = "{schema}"\n')
    with pytest.raises(ProfileError, match="schema"):
        load_profile(str(path))


def test_a_record_of_many_lines_of_dots_is_refused_at_once(tmp_path: Path) -> None:
    lines = (f"a{number}{'.a' * 2_400} = 1\n" for number in range(400))
    path = tmp_path / "record.toml"
    path.write_text('schema = "embed-advisor/1"\n' + "".join(lines))
    with pytest.raises(ProfileError, match="full of dots"):
        load_profile(str(path))


def test_a_file_larger_than_any_record_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "record.toml"
    path.write_text('schema = "embed-advisor/1"\n' + "# x\n" * 600_000)
    with pytest.raises(ProfileError, match="larger than"):
        load_profile(str(path))
