"""Where things lie, and how a file is written: whole, or not at all."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FIGURES = ROOT / "docs" / "figures"  # what is made of them, not their modules
DATA = ROOT / "docs" / "data"
RESULTS = ROOT / "experiments" / "results"


def write(path: Path, content: bytes) -> None:
    """Write `content` beside `path` and rename, so that no reader sees half a file."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def update(path: Path, content: bytes) -> None:
    """Write `content` to `path` unless it is there already: `mkdocs serve` watches the file."""
    if not path.is_file() or path.read_bytes() != content:
        write(path, content)
