"""The files of the study: finished parts, and what an interrupted run leaves.

``<part>.json`` holds the cells of a part and what came out, the same bytes for the same versions
and machine; ``<part>.run.json`` who ran it: versions, machine, time. While a part runs, finished
cells are kept in ``<part>.partial.json``.
"""

import json
from pathlib import Path

from experiments.study import fingerprint
from explainer.making.files import write
from explainer.making.writable import check_writable

_NOT_OURS = "not results of the study; move it away"


class MixedError(ValueError):
    """Cells of one part were trained with different versions."""


class Part:
    """The files of one part of the study in one folder.

    Parameters
    ----------
    name : str
    cells : list of dict
        The configurations.
    folder : Path

    Raises
    ------
    ValueError
        If the folder has results, or the rest of a run, of another configuration, or a file that
        is not one of ours.
    OSError
        If the folder cannot be written to.
    """

    def __init__(self, name: str, cells: list[dict], folder: Path):
        check_writable(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.name, self.cells, self.hash = name, cells, fingerprint(cells)
        self.file = folder / f"{name}.json"
        self.run_file = folder / f"{name}.run.json"
        self.partial = folder / f"{name}.partial.json"
        if self.file.exists():
            self._read(self.file)
        self.found: dict[int, dict] = {}
        if self.partial.exists():
            cells = self._read(self.partial)
            try:
                self.found = {one["cell"]: one for one in cells if one["by"]["versions"]}
            except (LookupError, TypeError):
                raise ValueError(f"{self.partial}: {_NOT_OURS}") from None

    def _read(self, path: Path) -> list[dict]:
        try:
            found = json.loads(path.read_text("utf-8"))
            configuration, cells = found["configuration"], found["cells"]
        except (ValueError, LookupError, TypeError):
            raise ValueError(f"{path}: {_NOT_OURS}") from None
        if configuration != self.hash:
            raise ValueError(
                f"{path}: of configuration {configuration}, but this run is {self.hash}; "
                "move it away, or write elsewhere with --out"
            )
        return cells

    def check(self, versions: list[dict]) -> None:
        """Go on only if the cells that are there fit those to come, before these are trained.

        Parameters
        ----------
        versions : list of dict
            The versions in each place where cells will be trained.

        Raises
        ------
        MixedError
            If cells would be of different versions.
        """
        if all(i in self.found for i in range(len(self.cells))):
            return  # none is to come
        every = [*(one["by"]["versions"] for one in self.found.values()), *versions]
        if other := next((one for one in every if one != every[0]), None):
            names = sorted(name for name in every[0] if every[0][name] != other.get(name))
            then, now = (
                ", ".join(f"{name} {one.get(name)}" for name in names) for one in (every[0], other)
            )
            raise MixedError(
                f"{self.partial}: cells of {then} and of {now} would be mixed; "
                "go on with the versions they began with, or delete it"
            )

    def add(self, done: dict) -> None:
        """Keep one finished cell: its number, result and times."""
        self.found[done["cell"]] = done
        self._write(self.partial, list(self.found.values()))

    def _write(self, path: Path, cells: list[dict]) -> None:
        lines = ",\n".join(json.dumps(one, allow_nan=False) for one in cells)
        write(path, f'{{"configuration": "{self.hash}", "cells": [\n{lines}\n]}}\n'.encode())

    def finish(self, run: dict) -> None:
        """Write the results of all cells, and what is told of the `run`; drop the partial ones.

        Raises
        ------
        MixedError
            If cells were trained with different versions, as a cluster or a resumed run may.
        """
        done = [self.found[i] for i in range(len(self.cells))]
        versions = done[0]["by"]["versions"]
        if other := [one["by"]["versions"] for one in done if one["by"]["versions"] != versions]:
            raise MixedError(
                f"{self.partial}: trained with {versions} and with {other[0]}; delete it"
            )
        machines = [one["by"]["machine"] for one in done]
        told = {
            "configuration": self.hash,
            "versions": versions,
            "machines": [m for i, m in enumerate(machines) if m not in machines[:i]],
            "cells_wall_seconds": round(sum(one["wall"] for one in done), 1),
            "cells_cpu_seconds": round(sum(one["cpu"] for one in done), 1),
            "run": run,
        }
        self._write(
            self.file,
            [
                {"cell": cell, "result": one["result"]}
                for cell, one in zip(self.cells, done, strict=True)
            ],
        )
        write(self.run_file, (json.dumps(told, indent=1) + "\n").encode())
        self.partial.unlink(missing_ok=True)
