"""Run the notebooks: mkdocs-jupyter does it, in a kernel that leaves the user's home alone.

MkDocs calls this module as a hook. What the cells put out goes through `explainer.pages.notebooks`
into a page like every other.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from nbclient.exceptions import CellControlSignal, DeadKernelError

from explainer.making.digests import digest_of_files, reach
from explainer.pages import notebooks
from explainer.pages.extension import PageError

_COLOURED = re.compile(r"\x1b\[[\d;]*m")
_KERNEL = """
c.IPKernelApp.log_level = "ERROR"  # it warns of every connection that is not encrypted
c.HistoryManager.enabled = False
c.InlineBackend.figure_formats = {"svg"}
c.InlineBackend.print_figure_kwargs = {"bbox_inches": None}
"""
# `mkdocs serve` builds again when any page changes; what a notebook put out stays, unless it or
# what it imports of this package has changed.
_put_out: dict[Path, tuple[str, list]] = {}


@contextmanager
def _at_home() -> Iterator[None]:
    """Give the kernel a folder of its own: nothing is read from or left in the user's home."""
    with TemporaryDirectory() as folder:
        profile = Path(folder, "profile_default")
        profile.mkdir()
        (profile / "ipython_kernel_config.py").write_text(_KERNEL, "utf-8")
        names = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
        # Two threads on small matrices wait for each other, for long on a busy machine.
        ours = dict.fromkeys(names, folder) | {"OPENBLAS_NUM_THREADS": "1"}
        before = {name: os.environ.get(name) for name in ours}
        os.environ.update(ours)
        try:
            yield
        finally:
            for name, value in before.items():
                del os.environ[name]
                if value is not None:
                    os.environ[name] = value


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
                with _at_home():
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
