"""A Hub on 127.0.0.1 with one repository, which can misbehave in the ways real networks do."""

from __future__ import annotations

import hashlib
import json
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

REPO = "acme/tiny"
REVISION = "0123456789abcdef0123456789abcdef01234567"
WEIGHTS = bytes(range(256)) * 4 * 3072  # 3 MiB

MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    {
        "idx": 2,
        "name": "2",
        "path": "2_Normalize",
        "type": "sentence_transformers.models.Normalize",
    },
]

FILES: dict[str, bytes] = {
    "modules.json": json.dumps(MODULES).encode(),
    "config.json": b'{"model_type": "bert"}',
    "1_Pooling/config.json": b'{"pooling_mode_mean_tokens": true}',
    "tokenizer.json": b'{"version": "1.0"}' + b" " * 2000,
    "vocab.txt": b"[PAD]\n[UNK]\n",
    "model.safetensors": WEIGHTS,
}
"""What a model needs."""

REFUSED: dict[str, bytes] = {
    "README.md": b"# Tiny",
    "modeling_tiny.py": b"import os",
    "pytorch_model.bin": b"\x80\x04pickle",
    "1_Pooling/extra.py": b"import os",
    "training_args.bin": b"\x80\x04pickle",
    "onnx/model.onnx": b"onnx",
    "onnx/config.json": b"{}",
    "MODEL_INFO.json": b'{"hf_id": "other/model"}',
    "openvino/openvino_model.bin": b"ov",
    "../escape.json": b"{}",
    "consolidated.safetensors": b"again",
}
"""What the same repository holds and nobody should fetch."""


class FakeHub:
    """The server's state, read and set by tests."""

    def __init__(self) -> None:
        self.files = {**FILES, **REFUSED}
        self.requests: list[tuple[str, str, str | None]] = []
        """Method, path and Range of everything that was asked."""
        self.status: int | None = None
        """Answer everything with this status."""
        self.status_headers: dict[str, str] = {}
        self.extra: dict[str, Any] = {}
        """Put into the repository's description."""
        self.cut_after: int | None = None
        """Close the connection after so many bytes of the weights, once."""
        self.reset = False
        """Close it with a reset instead of an end."""
        self.hold_after: int | None = None
        """Send so many bytes of the weights and no more, until `let_go`."""
        self.let_go = threading.Event()
        self.lie = False
        """Send other bytes than announced for the weights."""
        self.plain_page = False
        self.endpoint = ""

    def fetched(self) -> list[str]:
        """Return the names of the files whose content was asked for."""
        start = f"/{REPO}/resolve/{REVISION}/"
        return [
            path.removeprefix(start)
            for method, path, _ in self.requests
            if method == "GET" and path.startswith(start)
        ]

    def ranges(self) -> list[str]:
        return [wanted for method, _, wanted in self.requests if method == "GET" and wanted]

    def description(self) -> dict[str, Any]:
        siblings = []
        for name, content in self.files.items():
            sibling: dict[str, Any] = {"rfilename": name, "size": len(content)}
            sibling["blobId"] = hashlib.sha1(content).hexdigest()
            if name.endswith((".safetensors", ".bin", ".onnx")):
                sibling["lfs"] = {
                    "sha256": hashlib.sha256(content).hexdigest(),
                    "size": len(content),
                    "pointerSize": 130,
                }
            siblings.append(sibling)
        return {"id": REPO, "sha": REVISION, "siblings": siblings, "gated": False, **self.extra}


@contextmanager
def running() -> Iterator[FakeHub]:
    hub = FakeHub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(hub))
    server.daemon_threads = True
    hub.endpoint = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield hub
    finally:
        hub.let_go.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(hub: FakeHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def log_message(self, format: str, *args: object) -> None:
            pass

        def _answer(self, *, with_body: bool) -> None:
            path = unquote(urlsplit(self.path).path)
            hub.requests.append((self.command, path, self.headers.get("Range")))
            if hub.status is not None:
                self._send(hub.status, hub.status_headers, b"{}", with_body=with_body)
            elif hub.plain_page:
                page = b"<html>Please log in to this network</html>"
                self._send(200, {"Content-Type": "text/html"}, page, with_body=with_body)
            elif path.startswith(f"/api/models/{REPO}"):
                body = json.dumps(hub.description()).encode()
                self._send(200, {"Content-Type": "application/json"}, body, with_body=with_body)
            elif (name := path.removeprefix(f"/{REPO}/resolve/{REVISION}/")) in hub.files:
                self._file(name, with_body=with_body)
            else:
                self._send(404, {"X-Error-Code": "RepoNotFound"}, b"", with_body=with_body)

        def _file(self, name: str, *, with_body: bool) -> None:
            content = hub.files[name]
            large = name.endswith(".safetensors")
            digest = hashlib.sha256(content) if large else hashlib.sha1(content)
            headers = {"ETag": f'"{digest.hexdigest()}"', "X-Repo-Commit": REVISION}
            headers["Accept-Ranges"] = "bytes"
            wanted = self.headers.get("Range")
            status, start = 200, 0
            if wanted:
                start = int(wanted.removeprefix("bytes=").partition("-")[0])
                status = 206
                headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
            if large and hub.lie:
                content = bytes(len(content))
            self._send(status, headers, content[start:], with_body=with_body, weights=large)

        def _send(
            self,
            status: int,
            headers: dict[str, str],
            body: bytes,
            *,
            with_body: bool,
            weights: bool = False,
        ) -> None:
            self.send_response(status)
            for key, value in headers.items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if not with_body:
                return
            if weights and hub.cut_after is not None:
                self.wfile.write(body[: hub.cut_after])
                hub.cut_after = None
                self.close_connection = True
                if hub.reset:
                    self.wfile.flush()
                    linger = struct.pack("ii", 1, 0)
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    self.connection.close()
                return
            if weights and hub.hold_after is not None:
                self.wfile.write(body[: hub.hold_after])
                self.wfile.flush()
                hub.let_go.wait()
                self.close_connection = True
                return
            self.wfile.write(body)

    return Handler
