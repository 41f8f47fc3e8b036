"""The set-up of .venv: what it says about a Python that will not do, and what it builds anew."""

import importlib.util
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import set_up


def test_an_old_python_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(set_up, "sys", SimpleNamespace(version_info=(3, 9, 2)))
    problem = set_up.what_is_wrong_with_this_python()
    assert "Python 3.11 or newer, and this one is 3.9.2" in problem
    assert "make setup PYTHON=python3.12" in problem


def test_a_debian_python_without_ensurepip_is_told_which_package_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name != "ensurepip" or None)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"sudo apt install python{version}-venv" in set_up.what_is_wrong_with_this_python()


def test_this_python_will_do() -> None:
    assert set_up.what_is_wrong_with_this_python() == ""


def test_a_missing_environment_is_not_sound(tmp_path: Path) -> None:
    assert not set_up.is_sound(tmp_path / ".venv")


@pytest.mark.parametrize(
    ("name", "has_record", "half_installed"),
    [
        ("torch-2.13.0.dist-info", True, False),
        ("torch-2.13.0.dist-info", False, True),
        ("~orch", False, True),
        ("torch", False, False),
    ],
)
def test_a_package_is_half_installed_without_its_record_or_under_a_name_with_a_tilde(
    tmp_path: Path, name: str, has_record: bool, half_installed: bool
) -> None:
    (tmp_path / name).mkdir()
    if has_record:
        (tmp_path / name / "RECORD").touch()
    assert set_up.is_half_installed(tmp_path / name) is half_installed
