"""`python -m advisor.desk --fd N --logs FOLDER` serves one interface on the inherited socket."""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import sys
import traceback
from pathlib import Path

from advisor.bench.choosing import has_usable_gpu
from advisor.bench.processes import Processes
from advisor.bench.serving import take_output
from advisor.desk.serving import serve
from advisor.needs import hardware
from advisor.text import blanked


async def _serve(connection: socket.socket, logs: Path) -> None:
    status = 1
    try:
        async with Processes(logs, gpu=has_usable_gpu(hardware.detect())) as processes:
            await serve(connection, processes)
        status = 0
    finally:
        if status:
            sys.stderr.write(blanked(traceback.format_exc()))
        # A thread may still be reading a large file for nobody: it is not waited for.
        os._exit(status)


def main() -> None:
    """Serve until the interface is gone."""
    parser = argparse.ArgumentParser(prog="advisor.desk")
    parser.add_argument("--fd", type=int, required=True)
    parser.add_argument("--logs", type=Path, required=True)
    options = parser.parse_args()
    options.logs.mkdir(parents=True, exist_ok=True)
    # The socket's end says that the interface is gone, and the desk clears up: it is not killed
    # with its parent, for the texts of a run would stay behind in the temporary folder.
    take_output(str(options.logs / "desk.log"))
    asyncio.run(_serve(socket.socket(fileno=options.fd), options.logs))


if __name__ == "__main__":
    main()
