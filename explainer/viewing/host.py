"""Serve the built site on 127.0.0.1 as a static host would, for tests and benchmarks."""

import functools
import gzip
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TEXT = {".html", ".css", ".js", ".json", ".svg", ".xml", ".txt", ".csv", ".py", ".bib"}


@functools.lru_cache(maxsize=512)
def _packed(path: Path, _changed_ns: int) -> bytes:
    # Asked with the time of its last change, a changed file is read again.
    return gzip.compress(path.read_bytes(), 9, mtime=0)


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Text comes gzipped; what is missing is answered by the site's own page."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *args: object, headers: dict[str, str], **options: object) -> None:
        self.more = headers
        super().__init__(*args, **options)

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        status = 200 if path.is_file() else 404
        path = path if path.is_file() else Path(self.directory) / "404.html"
        packed = path.suffix in TEXT
        body = _packed(path, path.stat().st_mtime_ns) if packed else path.read_bytes()
        self.send_response(status)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")
        if packed:
            self.send_header("Content-Encoding", "gzip")
        for name, value in self.more.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(site: Path, headers: dict[str, str] | None = None) -> Iterator[str]:
    """Serve the folder `site` while the block runs; the value is its address, ending in a slash.

    Every answer has `headers` too.
    """
    handler = functools.partial(_Handler, directory=str(site), headers=headers or {})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def pages(site: Path) -> list[str]:
    """Return the path of every page of the folder `site`, relative to its address, sorted."""
    found = sorted(p.relative_to(site).parent.as_posix() for p in site.rglob("index.html"))
    return ["" if path == "." else f"{path}/" for path in found]
