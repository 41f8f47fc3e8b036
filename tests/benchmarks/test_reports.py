"""The reports, made from a real run of two small models on a sample."""

import json
import re
from pathlib import Path

import pytest

from advisor.record.cells import number
from benchmarks.reports.__main__ import main
from benchmarks.reports.kept import Run, load
from benchmarks.reports.told import best

SET = "techcorp-en"
MADE_UP = "two of three layers were guessed"


@pytest.fixture(scope="module")
def results(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of results with the reports of one set; one model says its weights are guesses."""
    place = tmp_path_factory.mktemp("reports")
    (place / "models" / "potion-base-8M").mkdir(parents=True)
    (place / "models" / "paraphrase-MiniLM-L3-v2").symlink_to(models / "paraphrase-MiniLM-L3-v2")
    for path in (models / "potion-base-8M").iterdir():
        if path.name != "MODEL_INFO.json":
            (place / "models" / "potion-base-8M" / path.name).symlink_to(path)
    told = json.loads((models / "potion-base-8M" / "MODEL_INFO.json").read_text("utf-8"))
    (place / "models" / "potion-base-8M" / "MODEL_INFO.json").write_text(
        json.dumps({**told, "approximation": MADE_UP}), "utf-8"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMBED_ADVISOR_CACHE", str(place / "cache"))
        assert _made(place) == 0
    return place / "results"


def _made(place: Path, *more: str) -> int:
    out = place / "results" / "reports"
    return main([str(place / "models"), str(place), "--out", str(out), "--sets", SET, *more])


@pytest.fixture(scope="module")
def run(results: Path) -> Run:
    found = load(SET, results / "reports" / "records")
    assert found is not None
    return found


def test_a_page_says_what_its_record_says(results: Path, run: Run) -> None:
    for part in run.models:
        page = (results / "reports" / "models" / f"{part.name.lower()}.md").read_text("utf-8")
        assert part.quality is not None and part.speed is not None
        assert f"| {SET} | {part.quality.mean:.3f} ".replace(" 0.", " .") in page
        assert number(part.speed.documents_per_s) in page
        assert "## When not" in page


def test_a_pair_reads_the_same_from_both_sides(run: Run) -> None:
    one, other = (part.name for part in run.models)
    there, back = run.gap(one, other), run.gap(other, one)
    assert there.mean == -back.mean
    assert (there.low, there.high) == (-(back.high or 0), -(back.low or 0))
    means = [part.quality.mean for part in run.models if part.quality]
    assert there.mean == pytest.approx(means[0] - means[1], abs=1e-3)
    assert best(run).name == one


def test_approximated_weights_are_marked_wherever_they_are_named(results: Path) -> None:
    for page in sorted((results / "reports").rglob("*.md")):
        for line in page.read_text("utf-8").splitlines():
            for found in re.finditer(r"(?<!/)\bpotion-base-8M\b", line):
                assert line[found.end() :].startswith(" ≈"), line
        assert "potion-base-8M ≈" in page.read_text("utf-8") or page.stem.startswith("para")


def test_every_link_leads_somewhere_and_no_path_of_this_machine_is_written(results: Path) -> None:
    pages = [*results.rglob("*.md"), *results.rglob("*.toml"), *results.rglob("*.json")]
    assert len(pages) == 7
    for page in pages:
        text = page.read_text("utf-8")
        assert str(results.parent) not in text
        assert "/home/" not in text and "/tmp/" not in text
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text) if page.suffix == ".md" else ():
            assert (page.parent / target).exists(), (page.name, target)


def test_pages_are_written_again_from_the_records_alone(results: Path) -> None:
    before = {path: path.read_bytes() for path in results.rglob("*.md")}
    stale = results / "reports" / "models" / "gone.md"
    stale.write_text("old", "utf-8")
    assert _made(results.parent, "--only-write") == 0
    assert {path: path.read_bytes() for path in results.rglob("*.md")} == before


def test_a_set_that_is_not_there_is_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([str(tmp_path), str(tmp_path), "--sets", "nothing"])
    assert "nothing" in capsys.readouterr().err
    assert main([str(tmp_path), str(tmp_path), "--out", str(tmp_path), "--only-write"]) == 2
