"""What commands print of saved records."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from advisor.cli import commands
from advisor.errors import RecordError

EXAMPLE = Path(__file__).parents[2] / "examples" / "record.toml"


@pytest.mark.parametrize(
    ("form", "begins"),
    [("md", "# Embedding model"), ("html", "<!doctype html>"), ("code", "# multilingual-e5-small")],
)
def test_show_prints_a_view_or_writes_it_into_a_new_file(
    form: str, begins: str, tmp_path: Path
) -> None:
    out = tmp_path / "view"
    words = ["show", str(EXAMPLE), "--format", form]
    printed = CliRunner().invoke(commands, words)
    assert printed.stdout.startswith(begins)
    written = CliRunner().invoke(commands, [*words, "--out", str(out)])
    assert written.stdout == ""
    assert out.read_text("utf-8") == printed.stdout
    again = CliRunner().invoke(commands, [*words, "--out", str(out)])
    assert isinstance(again.exception, RecordError)
    assert "name a new file" in str(again.exception)
