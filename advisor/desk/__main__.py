"""`python -m advisor.desk --fd N --logs FOLDER` serves one interface on the inherited socket."""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
from pathlib import Path

from advisor.bench.choosing import has_usable_gpu
from advisor.bench.processes import Processes
from advisor.bench.serving import die_with_parent, take_output
from advisor.desk.serving import serve
from advisor.needs import hardware


async def _serve(connection: socket.socket, logs: Path) -> None:
    async with Processes(logs, gpu=has_usable_gpu(hardware.detect())) as processes:
        await serve(connection, processes)
    # A thread may still be reading a large file for nobody: it is not waited for.
    os._exit(0)


def main() -> None:
    """Serve until the interface is gone."""
    parser = argparse.ArgumentParser(prog="advisor.desk")
    parser.add_argument("--fd", type=int, required=True)
    parser.add_argument("--logs", type=Path, required=True)
    options = parser.parse_args()
    options.logs.mkdir(parents=True, exist_ok=True)
    take_output(str(options.logs / "desk.log"))
    die_with_parent()
    asyncio.run(_serve(socket.socket(fileno=options.fd), options.logs))


if __name__ == "__main__":
    main()
