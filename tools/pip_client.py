"""The one place that starts pip, and turns what it prints on failure into plain sentences."""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

NETWORK = re.compile(
    r"connection (broken|error|refused|reset|aborted)|NewConnectionError|ProxyError|SSLError"
    r"|Max retries exceeded|timed out|Temporary failure in name resolution",
    re.IGNORECASE,
)
# In this order: a lost connection also ends in "no matching distribution".
REASONS = (
    (
        re.compile(r"No space left on device", re.IGNORECASE),
        "the disk is full. Free some space and run this again.",
    ),
    (
        re.compile(r"DO NOT MATCH THE HASHES|hash(es)? mismatch", re.IGNORECASE),
        "what the package index offers is not the pinned file (its sha256 differs), so it was"
        " refused. Run this again; if it stays so, do not use that package index.",
    ),
    (
        NETWORK,
        "the package index cannot be reached. Check the network connection or the proxy, then"
        " run this again: it goes on where it stopped.",
    ),
    (
        re.compile(r"No matching distribution found|Could not find a version", re.IGNORECASE),
        "the package index does not offer the pinned version for this machine. Check that pip"
        " uses a complete package index, then run this again.",
    ),
    (
        re.compile(r"No module named pip", re.IGNORECASE),
        "this Python has no pip. Delete .venv and run `make setup`.",
    ),
)
ADDRESS = re.compile(r"\b(https?|file)://\S+|host='[^']*'")


class PipError(RuntimeError):
    """pip did not do what it was asked; the text says why and what to do."""


def run_pip(arguments: Sequence[str | Path], python: str | Path = sys.executable) -> None:
    """Run the pip of a Python (this one by default) without showing its output.

    Raises PipError with a reason fit for a person.
    """
    command = [str(python), "-m", "pip", *map(str, arguments)]
    # pip's usual five retries take a minute per package to report that there is no network.
    environment = {
        "PIP_RETRIES": "2",
        **os.environ,
        "PIP_NO_INPUT": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    finished = subprocess.run(
        command,
        check=False,
        env=environment,
        text=True,
        errors="replace",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if finished.returncode:
        raise PipError(reason_of(finished.stdout))


def reason_of(output: str) -> str:
    """Why pip failed, in a sentence or two, from everything it printed."""
    for pattern, reason in REASONS:
        if pattern.search(output):
            return reason
    errors = [line.strip() for line in output.splitlines() if line.startswith("ERROR:")]
    last = errors[-1].removeprefix("ERROR:").strip() if errors else "it gave no reason"
    # Where packages come from is the reader's own setting and no part of the message.
    return f"pip says: {ADDRESS.sub('…', last)}"
