"""Make one book of the site, in PDF: cover, contents, all pages, answers, references.

The pages stand in the order of the navigation. Two are left out: the Library is looked up, not
read, and its docstrings come with the package; the worksheet is a print by itself. Without --site
the site is built first, into a folder that is gone afterwards. A book written into the folder of
the site is linked from the pages that name it. What is done is told on standard error. Exits with
1 if there is no book, 2 if it was asked for what is not there, 130 if it was interrupted.
"""

import argparse
import logging
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from explainer.making import extras
from explainer.making.files import ROOT, write
from explainer.making.writable import check_writable

LEFT_OUT = ("library", "worksheet")  # pages whose file begins so


def main() -> int:
    """Run the command line and return its exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--site", type=Path, metavar="DIR", help="a built site (default: build it)")
    parser.add_argument(
        "--out", type=Path, default=Path("longrange.pdf"), metavar="FILE",
        help="what to write (default: %(default)s)",
    )  # fmt: skip
    args = parser.parse_args()
    if args.site and not (args.site / "index.html").is_file():
        parser.error(f"{args.site}: no site there; `mkdocs build` makes one")
    if args.out.is_dir():
        parser.error(f"{args.out} is a folder")
    try:
        check_writable(args.out.absolute().parent)
    except OSError as error:
        parser.error(f"{error.filename}: cannot be written to: {error.strerror}")
    if missing := extras.missing("test", "bs4", "mkdocs", "playwright", "pypdf"):
        parser.error(missing)
    from playwright.sync_api import Error

    from explainer.viewing import book

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends what was started, as Ctrl-C
    try:
        with built(args.site) as site:
            html = book.assembled(site, pages())
            tell("pages put together")
            pdf = book.printed(site, html, tell)
        args.out.parent.mkdir(parents=True, exist_ok=True)
        write(args.out, pdf)
        if args.site and args.out.resolve().parent == args.site.resolve():
            link_from_pages(args.site, args.out.name)
    except (book.BookError, RuntimeError, OSError, Error) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        logging.disable()  # Playwright says that it was interrupted too
        print("interrupted", file=sys.stderr)
        return 130
    tell(f"{args.out}: {len(pdf) / 1e6:.1f} MB")
    return 0


def link_from_pages(site: Path, name: str) -> None:
    """Lead from where the pages of a site name the book to it, which lies beside the first one."""
    for page in site.rglob("index.html"):
        text = page.read_text("utf-8")
        up = "../" * (len(page.relative_to(site).parts) - 1)
        linked = text.replace(f"<code>{name}</code>", f'<a href="{up}{name}">{name}</a>')
        if linked != text:
            write(page, linked.encode())


def tell(what: str) -> None:
    """Say what was done."""
    print(what, file=sys.stderr, flush=True)


@contextmanager
def built(site: Path | None) -> Iterator[Path]:
    """Give the site, built into a folder for as long as it is needed if there is none.

    Raises
    ------
    RuntimeError
        If it cannot be built.
    """
    if site:
        yield site
        return
    with tempfile.TemporaryDirectory(prefix="lr_") as folder:
        tell("building the site")
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", folder]
        if subprocess.run(command, cwd=ROOT, stdout=sys.stderr).returncode:
            raise RuntimeError("the site cannot be built: see above")
        yield Path(folder)


def pages() -> list[tuple[str, str]]:
    """Return title and address of the pages of the book, in the order of the navigation."""
    from mkdocs.utils import yaml_load

    from explainer.pages import gallery

    settings = yaml_load((ROOT / "mkdocs.yml").read_text("utf-8"))
    named = gallery.pages(settings["nav"])
    found = [(title, Path(name).with_suffix("").as_posix()) for title, name in named]
    return [
        (title, "" if name == "index" else f"{name}/")
        for title, name in found
        if not name.startswith(LEFT_OUT)
    ]


if __name__ == "__main__":
    sys.exit(main())
