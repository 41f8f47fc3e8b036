"""The bench host's entry, and that of a session that is a fresh process.

`--control-fd N` starts the host, which imports the heavy packages once and forks a session each
time it is asked. `--session-fd N` serves one session in this very process (where forking is not
safe: other systems than Linux, and whenever a GPU is used).
"""

from __future__ import annotations

import argparse
import socket

from advisor.bench.kin import adopt_orphans, die_with_parent, go_first
from advisor.bench.serving import serve, take_output


def main() -> None:
    """Start as host or as session, as the options say."""
    parser = argparse.ArgumentParser(prog="advisor.bench.worker")
    role = parser.add_mutually_exclusive_group(required=True)
    role.add_argument("--control-fd", type=int)
    role.add_argument("--session-fd", type=int)
    parser.add_argument("--log", required=True)
    options = parser.parse_args()
    take_output(options.log)
    die_with_parent()
    adopt_orphans()
    if options.session_fd is not None:
        go_first()
        from advisor.bench.worker.engine import ModelEngine

        serve(socket.socket(fileno=options.session_fd), ModelEngine, "fresh")
        return
    from advisor.bench.worker.host import Host

    Host(socket.socket(fileno=options.control_fd)).run()


if __name__ == "__main__":
    main()
