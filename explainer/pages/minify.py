"""Scripts and style sheets as the reader gets them: esbuild takes comments and spaces out.

The sources are for people, with all the comments they deserve; a mistake in one stops the build
with its file and line. Each module stays a file of its own, so that a page loads what it needs.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from explainer.making.files import update
from explainer.pages import node
from explainer.pages.extension import error_at

_SCRIPT = Path(__file__).with_name("minify.mjs")


def style(sheets: Sequence[tuple[Path, str]]) -> str:
    """Return the style sheets `sheets`, each with the path to blame, as one.

    Raises
    ------
    PageError
        If one is wrong, with file and line.
    """
    return "".join(one["code"] for one in _minified(tuple(sheets)))


def write_all(folder: Path, target: Path, sheets: Sequence[Path] = ()) -> None:
    """Write each module of `folder`, with a map to its source, and `sheets` to `target`.

    What else is in `target` is removed.

    Raises
    ------
    PageError
        If one is wrong, with file and line.
    """
    paths = [*sorted(folder.glob("*.js")), *sheets]
    made = _minified(tuple((path, path.read_text("utf-8")) for path in paths))
    files = {}
    for path, one in zip(paths, made, strict=True):
        files[path.name] = one["code"]
        if path.suffix == ".js":
            files[path.name] += f"//# sourceMappingURL={path.name}.map\n"
            files[f"{path.name}.map"] = one["map"]
    target.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        update(target / name, text.encode())
    for stale in {path.name for path in target.iterdir()} - files.keys():
        (target / stale).unlink()


@lru_cache(maxsize=8)  # `mkdocs serve` builds again when any page changes
def _minified(sources: tuple[tuple[Path, str], ...]) -> list[dict]:
    node.ensure("esbuild")
    given = [{"file": str(path), "text": text} for path, text in sources]
    results = json.loads(node.run(_SCRIPT, json.dumps(given)))
    for one in results:
        if error := one.get("error"):
            raise error_at(Path(error["file"]), error["line"], error["text"])
    return results
