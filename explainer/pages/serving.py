"""`mkdocs serve` goes on after a mistake: every page says what is wrong until it is mended.

By itself MkDocs ends when the first build fails, and after any later one it answers no request
until one succeeds. MkDocs calls this module as a hook.
"""

import logging
from collections.abc import Callable, Iterable
from html import escape
from pathlib import PurePosixPath

from click import ClickException, get_current_context
from mkdocs.commands import serve
from mkdocs.exceptions import Abort
from mkdocs.livereload import LiveReloadServer

_log = logging.getLogger("mkdocs")
_mistakes: list[str] = []  # what stopped the last build
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="1">
<title>The site could not be built</title>
<style>
body {{ margin: 2rem; font: 1rem/1.5 system-ui; color-scheme: light dark }}
pre {{ white-space: pre-wrap }}
</style>
<h1>The site could not be built</h1>
<pre>{}</pre>
<p>This page goes away when that is mended.</p>
"""


def on_startup(command: str, **_: object) -> None:
    """Let the first build fail without an end to the server (MkDocs calls it)."""
    context = get_current_context(silent=True)
    # With ``--no-livereload`` nothing is built again: then it had better end.
    if command == "serve" and (context is None or context.params["livereload"]):
        serve.build = _survives(serve.build)


def on_serve(server: LiveReloadServer, **_: object) -> LiveReloadServer:
    """Answer with the mistake while there is one (MkDocs calls it)."""
    server.builder = _survives(server.builder)  # it also reads mkdocs.yml
    answer = server.serve_request

    def application(environ: dict, start_response: Callable) -> Iterable[bytes]:
        path = PurePosixPath(environ["PATH_INFO"])
        if not _mistakes or path.suffix not in ("", ".html") or path.parts[1:2] == ("livereload",):
            return answer(environ, start_response)
        # MkDocs prints a line for any other status, and this page asks once a second.
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [_PAGE.format(escape("\n".join(_mistakes))).encode()]

    server.set_app(application)
    return server


def on_post_build(**_: object) -> None:
    """Forget the mistake of an earlier build (MkDocs calls it)."""
    _mistakes.clear()


def _survives(build: Callable) -> Callable:
    def survives(*args: object, **options: object) -> None:
        try:
            build(*args, **options)
        except Exception as error:
            told = error.__context__ if isinstance(error, Abort) and error.__context__ else error
            expected = isinstance(told, ClickException)
            said = told.format_message() if expected else f"{type(told).__name__}: {told}"
            _mistakes[:] = [said]
            # Only what nobody foresaw needs the way it came.
            _log.error(said, exc_info=None if expected else told)

    return survives
