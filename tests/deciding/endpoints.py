"""A real server on this machine that speaks the protocol of chat completions, as it is told to."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, dict[str, str], bytes]
Behaviour = Callable[[int, Any], Answer]


def completion(text: str) -> Answer:
    body = {"choices": [{"message": {"role": "assistant", "content": text}}]}
    return 200, {}, json.dumps(body).encode()


class Server(ThreadingHTTPServer):
    """Speaks the protocol as it is told to, and remembers what it was asked."""

    daemon_threads = True
    behaviour: Behaviour
    asked: list[Any]
    keys: list[str | None]
    one_at_a_time: threading.Lock

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that leave; what else goes wrong shows as a lost connection."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.one_at_a_time:
            self.server.asked.append(body)
            self.server.keys.append(self.headers.get("Authorization"))
            number = len(self.server.asked)
        status, headers, content = self.server.behaviour(number, body)
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def running() -> Iterator[Server]:
    """Run a server that writes a usable query for whatever it is asked."""
    with Server(("127.0.0.1", 0), Handler) as server:
        server.asked, server.keys = [], []
        server.one_at_a_time = threading.Lock()
        server.behaviour = lambda number, body: completion(f"how do I repair item {number} today")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()
