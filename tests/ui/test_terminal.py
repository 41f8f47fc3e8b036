"""The installed command on a real terminal: how it comes, and how it leaves."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from terminal import PATIENCE_S, Terminal

COMMAND = str(Path(sys.executable).parent / "embed-advisor")
ALTERNATE_ON, ALTERNATE_OFF = b"\x1b[?1049h", b"\x1b[?1049l"


@pytest.fixture
def at_home() -> Iterator[Terminal]:
    """The interface, opened and painted."""
    with Terminal([COMMAND], dict(os.environ)) as terminal:
        terminal.until("plain-rag")
        yield terminal


def below(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def until_a_desk_runs(pid: int) -> list[psutil.Process]:
    deadline = time.monotonic() + 60
    while not (found := below(pid)):
        assert time.monotonic() < deadline, "no desk came"
        time.sleep(0.1)
    return found


def all_gone(processes: list[psutil.Process]) -> bool:
    _, alive = psutil.wait_procs(processes, timeout=PATIENCE_S)
    return not alive


@pytest.mark.parametrize("key", ["ctrl+c", "ctrl+q", "q"])
def test_leaving_by_key_gives_the_terminal_back_and_leaves_no_process(
    at_home: Terminal, key: str
) -> None:
    helpers = until_a_desk_runs(at_home.pid)
    at_home.press(key)
    assert at_home.wait() == 0
    assert at_home.raw.count(ALTERNATE_ON) == at_home.raw.count(ALTERNATE_OFF) == 1
    assert all_gone(helpers)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_gives_the_terminal_back_and_leaves_no_process(
    at_home: Terminal, number: signal.Signals
) -> None:
    helpers = until_a_desk_runs(at_home.pid)
    os.kill(at_home.pid, number)
    assert at_home.wait() == 130
    assert at_home.raw.count(ALTERNATE_OFF) == 1
    assert all_gone(helpers)


def test_a_killed_interface_leaves_no_process(at_home: Terminal) -> None:
    helpers = until_a_desk_runs(at_home.pid)
    os.kill(at_home.pid, signal.SIGKILL)
    assert at_home.wait() == -signal.SIGKILL
    assert all_gone(helpers)


def test_a_terminal_that_is_closed_leaves_no_process() -> None:
    with Terminal([COMMAND], dict(os.environ)) as terminal:
        terminal.until("plain-rag")
        helpers = [psutil.Process(terminal.pid), *until_a_desk_runs(terminal.pid)]
        terminal.close()
        assert all_gone(helpers)


def test_a_terminal_that_is_closed_while_it_takes_nothing_leaves_no_process() -> None:
    with Terminal([COMMAND], dict(os.environ)) as terminal:
        terminal.until("plain-rag")
        helpers = [psutil.Process(terminal.pid), *until_a_desk_runs(terminal.pid)]
        for _ in range(80):  # paints more than the terminal and the queue before it hold
            terminal.press("ctrl+t")
            time.sleep(0.05)
        terminal.close()
        assert all_gone(helpers)


def test_without_a_terminal_the_way_without_one_is_said() -> None:
    import subprocess

    done = subprocess.run(
        [COMMAND], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "embed-advisor run PROFILE --data PATH" in done.stderr


def test_a_crash_of_ours_is_one_sentence_with_a_log_on_a_usable_terminal() -> None:
    broken = (
        "from advisor.ui import app\n"
        "async def walk(application): raise RuntimeError('a fault of ours')\n"
        "app.walk = walk\n"
        "raise SystemExit(app.open_interface(app.Opening()))"
    )
    with Terminal([sys.executable, "-c", broken], dict(os.environ), columns=200) as terminal:
        assert terminal.wait() == 1
        said = terminal.text()
        left = terminal.raw.count(ALTERNATE_OFF)
    assert left == 1
    assert "met an error of its own" in said
    assert "Traceback" not in said
    logs = list(Path(os.environ["EMBED_ADVISOR_CACHE"]).glob("logs/*/interface.log"))
    assert len(logs) == 1
    assert logs[0].name in said
    assert "RuntimeError: a fault of ours" in logs[0].read_text()


def test_options_of_the_interface_do_not_stand_before_a_command() -> None:
    with Terminal([COMMAND, "--data", "x", "profiles"], dict(os.environ)) as terminal:
        assert terminal.wait() == 2
        assert "--data stands after the command" in terminal.text()


def test_a_resize_repaints_to_the_new_size(at_home: Terminal) -> None:
    at_home.resize(40, 12)
    at_home.until(lambda text: "…" in text and "plain-rag" not in text)
    at_home.resize(120, 40)
    text = at_home.until("nothing special.")
    assert "Search over your own documents for an LLM, nothing special." in text


def test_no_color_is_honoured() -> None:
    with Terminal([COMMAND], {**os.environ, "NO_COLOR": "1"}) as terminal:
        terminal.until("plain-rag")
        terminal.press("q")
        terminal.wait()
        raw = bytes(terminal.raw)
    import re

    colours = {
        tuple(found[1:])
        for found in re.findall(rb"\x1b\[(?:[0-9;]*;)?(3|4)8;2;(\d+);(\d+);(\d+)", raw)
        for found in [found]
    }
    assert all(red == green == blue for red, green, blue in colours)
