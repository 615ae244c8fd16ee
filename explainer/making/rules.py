"""The rules of a figure that its module shows before it computes anything.

`making` asks here first, so that an author is told all of it at once, and not after the work.
"""

import ast
import inspect
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from types import FunctionType, ModuleType

import numpy as np

from explainer.drawing import palette
from explainer.making.files import ROOT

_FINDING = "its first line is the finding, in one sentence that ends in a full stop"
_SHORTEST = 21  # characters of a sentence that finds something
_DRAWS = "it draws what compute() returned and computes nothing"
_OURS = ("explainer.figures.", "explainer.shared.")  # what they call is looked at too
_MATHEMATICS = ("longrange.", "numpy.fft.", "numpy.linalg.", "numpy.random.", "scipy.")


class RuleError(ValueError):
    """A figure breaks rules of the house: a line for each says which, and where."""


def broken(figure: ModuleType) -> list[str]:
    """Return a sentence for each rule that the module `figure` breaks."""
    return [*_missing(figure), *_computed_in_drawing(figure)]


def told_of_colours(figure: ModuleType, colours: list[str]) -> str:
    """Return the sentence for `colours`, as #rrggbb, that are drawn and not of the palette."""
    from matplotlib.colors import is_color_like, to_hex  # slow, and who makes no mistake needs none

    path, written = Path(figure.__file__), {}
    for node in ast.walk(ast.parse(path.read_bytes())):
        text = node.value if isinstance(node, ast.Constant) else None
        # One letter is a colour too, but more often the name of something.
        if isinstance(text, str) and len(text) > 1 and is_color_like(text):
            written.setdefault(to_hex(text), f"{text!r} ({_at(path, node.lineno)})")
    drawn = place(figure, "draw")
    named = [written.get(colour, f"{colour!r} ({drawn})") for colour in colours]
    return f"draw() uses the colour {', '.join(named)}: {palette.ONLY}"


def place(figure: ModuleType, name: str | None = None) -> str:
    """Return the file of the module `figure`, and the line where it defines `name`."""
    path = Path(figure.__file__)
    for node in ast.parse(path.read_bytes()).body:
        targets = getattr(node, "targets", [getattr(node, "target", None)])
        if name and name in [getattr(node, "name", None), *(getattr(t, "id", "") for t in targets)]:
            return _at(path, node.lineno)
    return _at(path)


def _at(path: Path, line: int | None = None) -> str:
    shown = (path.relative_to(ROOT) if path.is_relative_to(ROOT) else path).as_posix()
    return f"{shown}:{line}" if line else shown


def _missing(figure: ModuleType) -> Iterator[str]:
    text = figure.__doc__ or ""
    finding = text.split("\n")[0]
    if not text.strip():
        yield f"no docstring: {_FINDING} ({place(figure)})"
    elif not finding.endswith(".") or len(finding) < _SHORTEST:
        yield f"the docstring begins {finding!r}: {_FINDING} ({place(figure)}:1)"
    if not isinstance(getattr(figure, "ALT", None), str):
        yield (
            "no ALT: a text that tells the finding to somebody who cannot see it, with {numbers} "
            f"({place(figure)})"
        )
    if not callable(getattr(figure, "compute", None)):
        yield f"no compute(): it returns the numbers of the figure as a dict ({place(figure)})"
    if not callable(getattr(figure, "draw", None)):
        yield (
            "no draw(data, wide): it returns a matplotlib Figure of what compute() returned "
            f"({place(figure)})"
        )


def _computed_in_drawing(figure: ModuleType) -> Iterator[str]:
    """Yield a sentence for each line where ``draw``, or what it calls, names the mathematics.

    The text is read, nothing is run: that finds what a run would not come to, costs nothing, and
    is known before ``compute`` begins. NumPy's arrays are free to use, its linear algebra, Fourier
    transforms and random numbers are not.
    """
    todo, seen = _functions(getattr(figure, "draw", None)), set()
    while todo:
        function = todo.pop(0)
        if function in seen:
            continue
        seen.add(function)
        lines = {}
        for thing, line in _named(function):
            name = _full_name(thing)
            if name.startswith(_OURS):
                todo += _functions(thing)
            elif name.startswith(_MATHEMATICS):
                lines.setdefault(line, name)
        for line, name in sorted(lines.items()):
            at = _at(Path(function.__code__.co_filename), line)
            yield f"draw() calls {name} ({at}): {_DRAWS}"


def _full_name(thing: object) -> str:
    """Return the name of what can be called, from its package on."""
    home = getattr(thing, "__module__", None) or ""
    if isinstance(thing, np.ufunc) and not hasattr(np, thing.__name__):
        home = "scipy.special"  # the others of that kind say nothing of where they are from
    return f"{home}.{getattr(thing, '__name__', type(thing).__qualname__)}"


def _functions(thing: object) -> list[FunctionType]:
    """Return the functions, written in files, that run when `thing` is called."""
    found = vars(thing).values() if isinstance(thing, type) else [inspect.unwrap(thing)]
    return [f for f in found if inspect.isfunction(f) and Path(f.__code__.co_filename).is_file()]


def _named(function: FunctionType) -> Iterator[tuple[object, int]]:
    """Yield what can be called, with the line, where `function` names something of its module."""
    nodes = [node for part in _body(function) for node in ast.walk(part)]
    code, names = function.__code__, dict(function.__globals__)
    imports = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    own = {*code.co_varnames}
    # The variables of a comprehension or a lambda within it are not among these.
    own |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    own |= {n.id for n in nodes if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    for node in imports:
        exec(compile(ast.Module([node], []), code.co_filename, "exec"), names)
        own -= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    for node in nodes:
        path = _dotted(node)
        if path and path[0] in names and path[0] not in own:
            thing = names[path[0]]
            for step in path[1:]:
                thing = getattr(thing, step, None)
            yield from ((one, node.lineno) for one in _callable(thing))


def _body(function: FunctionType) -> list[ast.AST]:
    """Return the syntax of what `function` does, without its signature."""
    code = function.__code__
    for node in ast.walk(ast.parse(Path(code.co_filename).read_bytes())):
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
            if first == code.co_firstlineno and getattr(node, "name", "<lambda>") == code.co_name:
                return node.body if isinstance(node.body, list) else [node.body]
    return []


def _dotted(node: ast.AST) -> list[str]:
    """Return ``a.b.c`` in parts, and nothing for what is no such name."""
    if isinstance(node, ast.Attribute):
        inner = _dotted(node.value)
        return [*inner, node.attr] if inner else []
    return [node.id] if isinstance(node, ast.Name) else []


def _callable(thing: object) -> Iterable[object]:
    """Yield `thing` if it can be called, or what a dict, list or tuple holds that can."""
    if isinstance(thing, dict | list | tuple):
        for one in thing.values() if isinstance(thing, dict) else thing:
            yield from _callable(one)
    elif isinstance(thing, partial):
        yield from _callable(thing.func)
    elif callable(thing):
        yield thing
