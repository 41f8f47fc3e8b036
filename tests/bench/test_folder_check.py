"""A model folder is looked at before anything in it is opened."""

import json
import os
from pathlib import Path

import pytest

from advisor.bench.engine import EngineError
from advisor.bench.worker.folder import check
from tests.bench.faults import static_model


@pytest.mark.parametrize("place", ["../other", "a/../../other", "/etc", "..", "//x"])
def test_a_module_outside_of_the_folder_is_refused(tmp_path: Path, place: str) -> None:
    folder = static_model(tmp_path / "model")
    modules = json.loads((folder / "modules.json").read_text())
    modules[0]["path"] = place
    (folder / "modules.json").write_text(json.dumps(modules))
    # Consent to its code is none to its leaving the folder.
    with pytest.raises(EngineError, match="outside of the folder"):
        check(folder, remote_code=True)


@pytest.mark.parametrize("name", ["tokenizer.json", "1_Pooling/extra.json"])
def test_what_never_ends_is_refused_and_never_opened(tmp_path: Path, name: str) -> None:
    folder = static_model(tmp_path / "model")
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to("/dev/zero")
    with pytest.raises(EngineError, match=r"is a pipe, socket or device"):
        check(folder, remote_code=False)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(EngineError, match=f"{path.name} in it is a pipe"):
        check(folder, remote_code=False)


def test_links_to_files_elsewhere_and_in_circles_are_taken(tmp_path: Path) -> None:
    folder = static_model(tmp_path / "model")
    (folder / "tokenizer.json").rename(tmp_path / "tokenizer.json")
    (folder / "tokenizer.json").symlink_to(tmp_path / "tokenizer.json")
    (folder / "again").symlink_to(folder)
    (folder / "gone.json").symlink_to("nowhere")
    check(folder, remote_code=False)
