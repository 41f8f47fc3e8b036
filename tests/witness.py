"""A witness of the network: notes every address that any Python process of a command turns to."""

import os
import sys
from pathlib import Path

CODE = """
import os, sys

def note(event, given):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = given[1]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        address = given[0]
    else:
        return
    # A text or bytes is the path of a local socket, but for a name that is looked up.
    if "socket.get" in event or isinstance(address, tuple):
        with open(os.environ["NETWORK_WITNESS"], "a") as file:
            file.write(f"{event} {address!r}\\n")

sys.addaudithook(note)
"""


class Witness:
    """Put its `env` around a command; `seen` is what it turned to."""

    def __init__(self, folder: Path) -> None:
        """Keep code and notes in `folder`."""
        (folder / "site").mkdir(parents=True)
        (folder / "site" / "sitecustomize.py").write_text(CODE, encoding="utf-8")
        self._notes = folder / "seen.txt"
        paths = [str(folder / "site"), *(path for path in sys.path if path)]
        self.env = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(paths),
            "NETWORK_WITNESS": str(self._notes),
        }

    def seen(self) -> str:
        """Return the notes, a line each."""
        return self._notes.read_text("utf-8") if self._notes.exists() else ""
