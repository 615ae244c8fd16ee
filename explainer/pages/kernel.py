"""Run the notebooks: mkdocs-jupyter does it, in a kernel that sees only what is handed to it.

MkDocs calls this module as a hook. What the cells put out goes through `explainer.pages.notebooks`
into a page like every other.
"""

import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from nbclient.exceptions import CellControlSignal, DeadKernelError

from explainer.making.digests import digest_of_files, reach
from explainer.making.writable import check_writable
from explainer.pages import notebooks
from explainer.pages.extension import PageError

_COLOURED = re.compile(r"\x1b\[[\d;]*m")
_KERNEL = """
c.IPKernelApp.log_level = "ERROR"  # it warns of every connection that is not encrypted
c.HistoryManager.enabled = False
c.InlineBackend.figure_formats = {"svg"}
c.InlineBackend.print_figure_kwargs = {"bbox_inches": None}
"""
_SPEC = {
    "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
    "display_name": "Python 3",
    "language": "python",
}
# Of the environment a kernel needs where programs and their libraries lie, and nothing else.
_KEPT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR")
_FOLDERS = (
    "HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "IPYTHONDIR",
    "JUPYTER_PATH",  # the first place where a kernel is looked for
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
)
# `mkdocs serve` builds again when any page changes; what a notebook put out stays, unless it or
# what it imports of this package has changed.
_put_out: dict[Path, tuple[str, list]] = {}


@contextmanager
def _alone() -> Iterator[None]:
    """Cut off from the environment: with a home, settings and a kernel of our own."""
    before = dict(os.environ)
    with TemporaryDirectory() as folder:
        profile, kernel = Path(folder, "profile_default"), Path(folder, "kernels/python3")
        profile.mkdir()
        (profile / "ipython_kernel_config.py").write_text(_KERNEL, "utf-8")
        kernel.mkdir(parents=True)
        (kernel / "kernel.json").write_text(json.dumps(_SPEC), "utf-8")
        os.environ.clear()
        os.environ.update(_environment(before, folder))
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


def _environment(outside: dict[str, str], home: str) -> dict[str, str]:
    """Return the variables that the kernel sees, with `home` for all that has settings."""
    cache = outside.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # has no settings
    try:
        check_writable(Path(cache))
    except OSError:
        cache = home
    return {
        **{name: outside[name] for name in _KEPT if name in outside},
        **dict.fromkeys(_FOLDERS, home),
        "XDG_CACHE_HOME": cache,
        # It imports what the build imports.
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "PYTHONUTF8": "1",
        # Two threads on small matrices wait for each other, for long on a busy machine.
        "OPENBLAS_NUM_THREADS": "1",
    }


def _failed(notebook: notebooks.Notebook, error: Exception) -> PageError:
    """Return the error for a cell that raised: where it stands and what it said."""
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    failed = next((source for source in cells if source and source in str(error)), "")
    said = f"{getattr(error, 'ename', type(error).__name__)}: {getattr(error, 'evalue', error)}"
    return notebook.error(f"a cell failed: {_COLOURED.sub('', said)}", failed)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Offer each notebook beside its page, as Python and for Jupyter (MkDocs calls it)."""
    for path in notebooks.paths():
        jupyter = notebooks.as_ipynb(notebooks.read(path))
        for suffix, content in ((".py", path.read_text("utf-8")), (".ipynb", jupyter)):
            name = f"{notebooks.FOLDER.name}/{path.stem}/{path.stem}{suffix}"
            files.append(File.generated(config, name, content=content))
    return files


def on_pre_page(page: Page, **_: object) -> Page:
    """Let the site show what mkdocs-jupyter has run (MkDocs calls it)."""
    path = Path(page.file.abs_src_path or "")
    if path not in notebooks.paths():
        return page
    run = page.render

    def render(config: MkDocsConfig, files: Files) -> None:
        # Of the notebook itself all counts: where a cell begins is said in a comment.
        notebook = notebooks.read(path)
        made_from = path.read_text("utf-8") + digest_of_files(reach(path))
        if _put_out.get(path, ("",))[0] != made_from:
            try:
                with _alone():
                    run(config, files)
            except (CellControlSignal, DeadKernelError) as error:
                raise _failed(notebook, error) from None
            _put_out[path] = (made_from, notebooks.outputs(page.content))
        page.meta = notebook.meta
        page.markdown, shown = notebooks.compose(notebook, _put_out[path][1])
        Page.render(page, config, files)
        for mark, html in shown.items():
            page.content = page.content.replace(f"<div>{mark}</div>", html)

    page.render = render
    return page
