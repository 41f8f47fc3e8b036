"""Creates .venv and installs PyTorch, the pinned packages and this program into it.

Usage: python tools/set_up.py (`make setup` calls it with any Python 3)

It can be stopped at any point and run again: a .venv that was left incomplete is built anew.
"""

import importlib.util
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)


def main() -> int:
    """Set everything up; the exit code."""
    problem = what_is_wrong_with_this_python()
    if problem:
        print(problem, file=sys.stderr)
        return 1
    # Imported late, because older Pythons than the one asked for cannot read it.
    from pip_client import PipError, run_pip

    try:
        python = ready_virtual_environment(ROOT / ".venv")
        print(
            "Installing PyTorch and the other packages: some minutes, about 200 MB where pip"
            " takes PyTorch's build for the CPU.",
            flush=True,
        )
        pinned = ("install", "--quiet", "--constraint", ROOT / "constraints.txt")
        # First and alone, so that nothing else can ask for another PyTorch.
        run_pip([*pinned, "torch"], python)
        run_pip([*pinned, "--editable", f"{ROOT}[dev]"], python)
    except PipError as error:
        print(f"The packages could not be installed: {error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"Python could not create .venv. It says:\n{error.stdout}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. Run `make setup` again to go on.", file=sys.stderr)
        return 130
    print("The packages are installed.", flush=True)
    return 0


def what_is_wrong_with_this_python() -> str:
    """Why this Python cannot be used, and what to do; empty if it can."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info[:2] < OLDEST:
        return (
            f"embed-advisor needs Python 3.11 or newer, and this one is {version}. Name a newer"
            " one like this: make setup PYTHON=python3.12"
        )
    # Debian takes venv apart: the module is there, but what puts pip into it is not.
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        minor = ".".join(version.split(".")[:2])
        return (
            "This Python cannot create virtual environments. On Debian or Ubuntu install the"
            f" missing part with `sudo apt install python{minor}-venv`, then run make setup again."
        )
    return ""


def ready_virtual_environment(folder: Path) -> Path:
    """The Python of the virtual environment, which is created unless it is there and sound."""
    python = folder / "bin" / "python"
    if not is_sound(folder):
        if folder.exists():
            print("The .venv that is here is incomplete; building it anew.", flush=True)
        else:
            print("Creating .venv.", flush=True)
        # Its output is kept back because Ctrl-C would show a traceback of Python's own.
        subprocess.run(
            [sys.executable, "-m", "venv", "--clear", str(folder)],
            check=True,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    return python


def is_sound(folder: Path) -> bool:
    """Whether the environment's Python and pip work and no package in it is half installed."""
    code = f"import pip, sys; sys.exit(sys.version_info[:2] < {OLDEST})"
    command = [str(folder / "bin" / "python"), "-c", code]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return not any(map(is_half_installed, folder.glob("lib/python3*/site-packages/*")))


def is_half_installed(path: Path) -> bool:
    """Whether an entry of site-packages shows that pip was stopped in the middle of it."""
    # pip moves what it replaces aside under a name with a tilde, and writes RECORD last.
    unfinished = path.suffix == ".dist-info" and not (path / "RECORD").exists()
    return unfinished or path.name.startswith("~")


if __name__ == "__main__":
    sys.exit(main())
