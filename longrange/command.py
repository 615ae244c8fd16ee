"""The command line: ``longrange measure weights.safetensors --kind lstm --inputs x.npy``."""

import argparse
import contextlib
import os
import sys
import tempfile
import tokenize
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import longrange
from longrange import nets
from longrange.arguments import first_line
from longrange.nets.checkpoints import ENDINGS
from longrange.probe import measure


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status: 2 for what does not fit, 130 for Ctrl-C."""
    parser = argparse.ArgumentParser(
        prog="longrange", description="Why recurrent networks lose what they read long ago."
    )
    parser.add_argument("--version", action="version", version=f"longrange {longrange.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _measure_arguments(commands.add_parser(
        "measure", help="measure a network along inputs",
        description="Measure how far back a recurrent network reads, how fast it forgets, and "
        "what it still holds, along inputs of the kind that it is used on.",
    ))  # fmt: skip
    args = parser.parse_args(arguments)
    try:
        _measure(args)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"longrange measure: {where}{error.strerror or first_line(error)}", file=sys.stderr)
        return 2
    except (ValueError, ImportError) as error:
        print(f"longrange measure: {first_line(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("longrange measure: interrupted; nothing was written", file=sys.stderr)
        return 130
    return 0


def _measure_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "weights", type=Path, help=f"a file of weights, which ends with one of {', '.join(ENDINGS)}"
    )
    add("--kind", required=True, choices=nets.KINDS, help="which network")
    add("--prefix", default="",
        help="what the names of its weights begin with, such as rnn.; of stacked layers that have "
        "names of their own, all, lowest first, with commas between")  # fmt: skip
    add("--layout", choices=nets.LAYOUTS, help="whose order of gates, if the names do not tell")
    add("--gates", choices=nets.GATES,
        help="hard_sigmoid was Keras's default before its version 2.3")  # fmt: skip
    add("--direction", choices=("forward", "backward"),
        help="which direction of a bidirectional layer; for backward, inputs and states are "
        "reversed in time here: give them as they are")  # fmt: skip
    add("--inputs", required=True, type=Path, metavar="NPY",
        help="what the cell reads, a NumPy file of shape (T, I) or (T, B, I)")  # fmt: skip
    add("--batch-first", action="store_true", help="inputs and states are (B, T, …)")
    add("--states", type=Path, metavar="NPY",
        help="states of the original, (T, B, N): says how far ours are from them; with "
        "--direction also the outputs of both directions, (T, B, 2N), forward first")  # fmt: skip
    add("--lags", type=int, metavar="N", help="the longest lag (default: 100, or half of T)")
    add("--out", type=Path, metavar="HTML", help="write a report, one file")
    add("--json", type=Path, metavar="JSON", help="write all numbers")
    add("--quiet", action="store_true", help="no progress")


def _measure(args: argparse.Namespace) -> None:
    # What is wrong with the files that are to be written comes before the long work.
    taken = [path.resolve() for path in (args.weights, args.inputs, args.states) if path]
    for path in (path for path in (args.out, args.json) if path is not None):
        if not path.absolute().parent.is_dir():
            raise ValueError(f"{path}: there is no folder {path.absolute().parent}")
        if path.is_dir():
            raise ValueError(f"{path} is a folder")
        if path.resolve() in taken:
            raise ValueError(f"{path} is read or written already: name another file")
        taken.append(path.resolve())
    inputs = _array(args.inputs)
    states = None if args.states is None else _array(args.states)
    net = nets.from_file(
        args.weights,
        kind=args.kind,
        prefix=args.prefix.split(","),
        layout=args.layout,
        gates=args.gates,
        direction=args.direction,
    )
    if args.direction is not None:
        inputs = _read_along(inputs, args)
        if states is not None:
            states = _read_along(_half(states, net.layers[-1].outputs, args.direction), args)
    progress = None if args.quiet else _Progress()
    with contextlib.ExitStack() as stack:
        # The files are begun before the long work, beside their names, and named at the end: all
        # or none.
        begun = {path: stack.enter_context(_begun(path)) for path in (args.out, args.json) if path}
        try:
            found = measure(
                net,
                inputs,
                batch_first=args.batch_first,
                lags=args.lags,
                states=states,
                progress=progress,
            )
        except ValueError as error:
            # What is wrong is said of an argument, which here is a file.
            told = str(error)
            files = {"inputs": args.inputs, "states": args.states}
            where = next((f"{path}: " for name, path in files.items() if told.startswith(name)), "")
            raise ValueError(f"{where}{told}") from None
        finally:
            if progress is not None:
                progress.clear()
        for path, text in ((args.out, found.to_html), (args.json, found.to_json)):
            if path:
                begun[path].write_text(text(), encoding="utf-8")
        for path, file in begun.items():
            file.replace(path)
    print(found)


def _array(path: Path) -> NDArray[Any]:
    """Return the array of a .npy file."""
    try:
        with path.open("rb") as file:
            return np.lib.format.read_array(file, allow_pickle=False)
    except (ValueError, EOFError, MemoryError, SyntaxError, tokenize.TokenError) as error:
        why = ": it holds Python objects" if "allow_pickle" in str(error) else ", or it is broken"
        raise ValueError(f"{path} is no .npy file of numbers{why}") from None


def _half(states: NDArray[Any], width: int, direction: str) -> NDArray[Any]:
    """Return the part of one direction, of `width`, of the outputs of both."""
    if not states.ndim or states.shape[-1] != 2 * width:
        return states
    return states[..., :width] if direction == "forward" else states[..., width:]


def _read_along(values: NDArray[Any], args: argparse.Namespace) -> NDArray[Any]:
    """Return inputs or states in the order in which the direction named reads."""
    if args.direction == "forward" or not values.ndim:
        return values
    return np.flip(values, axis=1 if args.batch_first and values.ndim == 3 else 0)


@contextlib.contextmanager
def _begun(path: Path) -> Iterator[Path]:
    """Make a file beside `path`, which is gone at the end unless it has been given its name."""
    try:
        handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.")
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror or error}") from None
    os.close(handle)
    umask = os.umask(0)  # there is no other way to ask for it
    os.umask(umask)
    file = Path(name)
    file.chmod(0o666 & ~umask)  # as any other new file; mkstemp's own are private
    try:
        yield file
    finally:
        file.unlink(missing_ok=True)


class _Progress:
    """Say what is being done: on a terminal in one line, elsewhere in one line for each part."""

    def __init__(self) -> None:
        self.live, self.last = sys.stderr.isatty(), ""

    def __call__(self, name: str, share: float) -> None:
        if self.live:
            print(f"\r\x1b[K{name} {share:.0%}", end="", file=sys.stderr, flush=True)
        elif name != self.last:
            print(f"{name} …", file=sys.stderr, flush=True)
        self.last = name

    def clear(self) -> None:
        """Leave the line empty."""
        if self.live:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
