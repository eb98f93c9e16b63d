"""A file server with faults on demand, and generated IDX files."""

import gzip
import re
import struct
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import torch
from torch import Tensor


class FileServer(ThreadingHTTPServer):
    """Serves `files` by path and records the requests.

    Attributes:
        requests: path and Range header of each request.
        sent: bytes of content sent altogether.
        honours_ranges: whether it continues a file where asked to.
        cut_after: when set, each answer breaks off after so many bytes.
        silent_after: when set, each answer falls silent after so many bytes, until `speak` is set; -1: at once.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, bytes] = {}
        self.requests: list[tuple[str, str | None]] = []
        self.sent = 0
        self.honours_ranges = True
        self.cut_after: int | None = None
        self.silent_after: int | None = None
        self.silent = threading.Event()
        self.speak = threading.Event()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{path}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignores clients that close the connection: the tests provoke this."""


class _Handler(BaseHTTPRequestHandler):
    server: FileServer

    def do_GET(self) -> None:
        server, wanted = self.server, self.headers.get("Range")
        server.requests.append((self.path[1:], wanted))
        if server.silent_after == -1:
            self._fall_silent()
        content = server.files.get(self.path[1:])
        if content is None:
            self.send_error(404)
            return
        start = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1]) if wanted and server.honours_ranges else 0
        if start and start >= len(content):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        self._send(content[start:])

    def _send(self, content: bytes) -> None:
        server = self.server
        limits = [limit for limit in (server.cut_after, server.silent_after) if limit is not None]
        content = content[: min(limits, default=len(content))]
        server.sent += len(content)  # counted before the client, which may be faster, receives the last bytes
        self.wfile.write(content)
        if server.silent_after is not None:
            self._fall_silent()

    def _fall_silent(self) -> None:
        self.server.silent.set()
        self.server.speak.wait()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    with FileServer() as server:
        server.daemon_threads = False
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.speak.set()
        server.shutdown()
        thread.join()


def idx_bytes(values: Tensor) -> bytes:
    """Returns a tensor of bytes as an IDX file."""
    header = struct.pack(f">BBBB{values.dim()}I", 0, 0, 8, values.dim(), *values.shape)
    return header + values.to(torch.uint8).numpy().tobytes()


@pytest.fixture
def write_idx() -> Callable[[Path, Tensor], Path]:
    """Writes a tensor as an IDX file, gzipped if the name ends in .gz."""

    def write(path: Path, values: Tensor) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        content = idx_bytes(values)
        path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
        return path

    return write
