"""What a figure is made from: its module, what that imports, tables, what makes files of it."""

import ast
import hashlib
import json
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path

from explainer.making.files import DATA, RESULTS, ROOT

_PACKAGES = ("longrange", "explainer")
_MODULES = ROOT / "explainer" / "figures"
_HAVE_DOCSTRINGS = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_LIBRARIES = ("fontpkg-source-sans-3", "matplotlib", "numpy", "scipy")
_BYTES = (".npy", ".safetensors")  # arrays: no text
# What makes the files of every figure.
_ALWAYS = (
    "making/figure.py",
    "drawing/svg.py",
    "drawing/style.py",
    "drawing/style.mplstyle",
    "drawing/faces.py",
)


def stems() -> list[str]:
    """Return the stem of every figure, sorted: the folder is the registry."""
    return sorted(
        p.stem for p in _MODULES.glob("*.py") if p.stem.isidentifier() and p.stem[0] != "_"
    )


def module_file(stem: str) -> Path:
    """Return the file of the figure `stem`."""
    return _MODULES / f"{stem}.py"


def sources(stem: str) -> list[Path]:
    """Return the files the figure `stem` is made from.

    Raises
    ------
    SyntaxError
        If one of them is not Python.
    """
    return reach(module_file(stem), *(ROOT / "explainer" / name for name in _ALWAYS))


def reach(*files: Path) -> list[Path]:
    """Return `files`, what they import of our packages, the tables they name, and so on.

    Raises
    ------
    SyntaxError
        If one of them is not Python.
    """
    todo, found = list(files), set()
    while todo:
        path = todo.pop()
        if path not in found:
            found.add(path)
            todo += _needs(path)
    return sorted(found)


def digest(stem: str) -> str:
    """Return the digest of everything that decides what the files of `stem` hold.

    Raises
    ------
    SyntaxError
        If one of its sources is not Python.
    """
    made_from = digest_of_files(sources(stem))
    module = module_file(stem)
    text = ast.get_docstring(_tree(module.read_text("utf-8"), str(module))) or ""
    title = text.split("\n")[0]  # of the picture: the one line of a docstring that counts
    return digest_of(f"{title}\n{made_from}".encode())


def digest_of_files(files: list[Path]) -> str:
    """Return the digest of what `files` mean and of the versions of libraries.

    Of Python that is its `meaning`, of all else its text.
    """
    parts = []
    for path in files:
        if path.suffix in _BYTES:
            told = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            text = path.read_text("utf-8")
            told = meaning(text, str(path)) if path.suffix == ".py" else text
        parts.append((path.relative_to(ROOT).as_posix(), told))
    return digest_of(json.dumps([parts, versions()]).encode())


@lru_cache(maxsize=512)  # `mkdocs serve` asks again at each change of a page
def meaning(code: str, file: str = "<code>") -> str:
    """Return the syntax tree of `code` as text: no comment, docstring or way to write it counts.

    The same in every version of Python that this package runs on. `file` is for errors.

    Raises
    ------
    SyntaxError
        If `code` is not Python.
    """
    return _written(_tree(code, file))


@lru_cache(maxsize=512)  # what it imports is asked, and what it means
def _tree(code: str, file: str) -> ast.Module:
    return ast.parse(code, file)


def _written(node: object) -> str:
    if isinstance(node, list):
        return f"[{','.join([_written(one) for one in node])}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    told = isinstance(node, _HAVE_DOCSTRINGS) and ast.get_docstring(node, clean=False) is not None
    parts = []
    for name in node._fields:
        value = getattr(node, name, None)
        if told and name == "body":
            value = value[1:]
        # Newer versions of Python have more fields, empty in what older ones can read.
        if value is not None and value != []:
            parts.append(f"{name}={_written(value)}")
    return f"{type(node).__name__}({','.join(parts)})"


def digest_of(content: bytes) -> str:
    """Return a short SHA-256 of `content`."""
    return hashlib.sha256(content).hexdigest()[:16]


@cache
def versions() -> dict[str, str]:
    """Return the versions of the libraries that numbers and pictures depend on."""
    return {name: version(name) for name in _LIBRARIES}


def _needs(path: Path) -> list[Path]:
    """Return what the file `path` imports of ours and the tables and results it names."""
    if path.suffix != ".py":
        return []
    imports, strings = _named(path, path.read_text("utf-8"))
    # `from package import module` is the module; any other name is what the package makes of it.
    modules = [inner if _files(inner) else base for base, inner in imports]
    tables = [
        table
        for folder in (DATA, RESULTS)
        for table in folder.rglob("*.*")
        if str(table.relative_to(folder)) in strings
    ]
    return tables + [file for module in modules for file in _files(module)]


@lru_cache(maxsize=512)  # `mkdocs serve` asks again at each change of a page
def _named(path: Path, code: str) -> tuple[list[tuple[str, str]], set[str]]:
    """Return what `code` imports of ours, as (module, name in it), and its strings."""
    imports, strings = [], set()
    for node in ast.walk(_tree(code, str(path))):
        if isinstance(node, ast.Import):
            imports += [(alias.name, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            package = path.relative_to(ROOT).parts[: -node.level] if node.level else ()
            base = ".".join([*package, *filter(None, [node.module])])
            imports += [(base, f"{base}.{alias.name}") for alias in node.names]
        elif isinstance(node, ast.Constant):
            strings.add(node.value)
    return [one for one in imports if one[0].split(".")[0] in _PACKAGES], strings


def _files(module: str) -> list[Path]:
    base = ROOT.joinpath(*module.split("."))
    return [p for p in (base.with_suffix(".py"), base / "__init__.py") if p.is_file()]
