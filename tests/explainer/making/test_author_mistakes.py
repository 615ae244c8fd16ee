"""A mistake of an author is told in words, with its place, and stops nobody else's work."""

import importlib.util
import re

import click
import pytest
from figure_probe import PROBE, add
from mkdocs.livereload import LiveReloadServer

from explainer.drawing import palette, svg
from explainer.making import rules
from explainer.making.digests import stems
from explainer.making.figure import compute, module
from explainer.making.files import FIGURES
from explainer.pages import serving

PALETTE = "the palette has paper, ink, muted, grid, reader, measured, theory"
IMPORTS = """\
from functools import cache, partial

import numpy as np
import scipy.special

import longrange
from longrange import rates
from explainer.drawing.palette import LIGHT
from explainer.drawing.style import power_of_ten
from explainer.figures import edge_map
from explainer.shared import items
from explainer.drawing.notation import written
from longrange.rates import influence
"""
HELPERS = """
RANDOM = np.random.default_rng(0)
SHAPES = {"half": influence}
half = partial(influence, 0.5)


@cache
def left(k):
    return [rates.influence(0.5, k) for _ in range(2)]


class Curve:
    def left(self, k):
        return influence(0.5, k)


def draw(data, wide):
"""


@pytest.fixture
def figure(tmp_path):
    """Return a function that imports `code` as the module of a figure."""

    def figure(code):
        path = tmp_path / "probe.py"
        path.write_text(code, "utf-8")
        spec = importlib.util.spec_from_file_location("explainer.figures.probe", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return figure


def edited(*changes):
    code = PROBE
    for old, new in changes:
        assert old in code
        code = code.replace(old, new)
    return code


# What each prints, after the figure's name. All are made in one run.
BAR = 'ax.bar([0], [data["value"]])'
MISTAKES = {
    "unknown_colour": (
        edited(
            ("import influence", "import influence\nfrom explainer.drawing.palette import LIGHT"),
            (BAR, 'ax.bar([0], [data["value"]], color=LIGHT["purple"])'),
        ),
        f"LookupError: no colour 'purple'; {PALETTE}",
        21,
    ),
    "strange_colour": (
        edited((BAR, 'ax.bar([0], [data["value"]], color="red")')),
        "draw() uses the colour 'red' ",
        20,
    ),
    "calls_mathematics": (
        edited((BAR, "ax.bar([0], [influence(0.5, 2)])")),
        "draw() calls longrange.rates.influence ",
        20,
    ),
    "unknown_number": (
        edited(("{value}", "{volume}")),
        "ALT names 'volume'; the data have value, table ",
        10,
    ),
    "no_table": (
        edited((', "table": {"value": [value]}', "")),
        "compute() returns no 'table': columns of one length, for the CSV ",
        13,
    ),
    "no_return": (
        edited(('    return {"value": value, "table": {"value": [value]}}\n', "")),
        "compute() must return a dict, not NoneType ",
        13,
    ),
    "half_a_line": (edited(("dict:", "dict")), "SyntaxError: expected ':' ", 13),
}


def test_every_mistake_is_told_with_its_line_and_the_others_are_made(project):
    for stem, (code, _, _) in MISTAKES.items():
        add(project, code, stem)
    for made in project.folder.glob("favicon.*"):
        made.unlink()
    done = project.figures("favicon", *MISTAKES)
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    for stem, (_, message, line) in MISTAKES.items():
        told = next(one for one in done.stderr.splitlines() if stem in one)
        assert told.startswith(f"error: {stem}: {message}")
        assert f"(explainer/figures/{stem}.py:{line})" in told
        assert not list(project.folder.glob(f"*{stem}*"))
    assert len(done.stderr.splitlines()) == len(MISTAKES)
    assert (project.folder / "favicon.svg").stat().st_size


def test_all_that_a_module_lacks_is_told_at_once(figure):
    module = figure("x = 1\n")
    assert rules.broken(module) == [
        f"{told} ({module.__file__})"
        for told in (
            "no docstring: its first line is the finding, in one sentence that ends in a full stop",
            "no ALT: a text that tells the finding to somebody who cannot see it, with {numbers}",
            "no compute(): it returns the numbers of the figure as a dict",
            "no draw(data, wide): it returns a matplotlib Figure of what compute() returned",
        )
    ]
    assert rules.broken(figure(PROBE)) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("one number in one bar.", "one number in one bar", "'A probe, not a figure of the site"),
        ("A probe, not a figure of the site: one number in one bar.", "A bar.", "begins 'A bar.'"),
        ('"""A probe', '"""\nA probe', "begins ''"),
    ],
)
def test_a_docstring_that_does_not_begin_with_a_finding_is_told(figure, old, new, message):
    (told,) = rules.broken(figure(edited((old, new))))
    assert message in told
    assert "its first line is the finding, in one sentence that ends in a full stop" in told
    assert told.endswith("probe.py:1)")


def test_what_a_module_lacks_is_told_before_it_computes(figure, monkeypatch):
    code = edited(("    value =", "    raise SystemExit\n    value ="), ("def draw", "def paint"))
    monkeypatch.setattr("explainer.making.figure.module", lambda _: figure(code))
    with pytest.raises(rules.RuleError, match="no draw"):
        compute("probe")


@pytest.mark.parametrize(
    ("line", "called"),
    [
        ("influence(0.5, 2)", "longrange.rates.influence"),
        ("rates.influence(0.5, 2)", "longrange.rates.influence"),
        ("longrange.influence(0.5, 2)", "longrange.rates.influence"),
        ("[influence(0.5, k) for k in data]", "longrange.rates.influence"),
        ("(lambda k: influence(0.5, k))(2)", "longrange.rates.influence"),
        ("list(map(influence, data))", "longrange.rates.influence"),
        ("half(2)", "longrange.rates.influence"),
        ("SHAPES['half'](0.5, 2)", "longrange.rates.influence"),
        ("left(2)", "longrange.rates.influence"),
        ("Curve().left(2)", "longrange.rates.influence"),
        ("items.mean_error(0.9, 8, 8, 0.1)", "longrange.recall.mean_field_recall"),
        ("from longrange.rates import horizon; horizon(0.5)", "longrange.rates.horizon"),
        ("np.linalg.svd(data)", "numpy.linalg.svd"),
        ("np.random.default_rng(0)", "numpy.random.default_rng"),
        ("RANDOM.normal()", "numpy.random._generator.normal"),
        ("scipy.special.erf(1)", "scipy.special.erf"),
    ],
)
def test_mathematics_in_draw_is_found(figure, line, called):
    code = f'"""The finding of a probe."""\n\n{IMPORTS}{HELPERS}    {line}\n'
    module = figure(f'{code}\n\ndef compute():\n    return {{}}\n\n\nALT = "It."\n')
    (told,) = rules.broken(module)
    place = r"\(.*(probe|items)\.py:\d+\)"
    assert re.fullmatch(
        rf"draw\(\) calls {re.escape(called)} {place}: "
        r"it draws what compute\(\) returned and computes nothing",
        told,
    )


@pytest.mark.parametrize(
    "line",
    [
        "np.exp(np.reshape(data, -1)).max()",
        "power_of_ten(written(LIGHT['ink']))",
        "edge_map.FULL * edge_map.GAINS",
        "influence = data; influence(1)",
        "[influence for influence in data]",
    ],
)
def test_arrays_constants_and_names_of_its_own_are_free_to_draw(figure, line):
    code = f'"""The finding of a probe."""\n\n{IMPORTS}{HELPERS}    {line}\n'
    module = figure(f'{code}\n\ndef compute():\n    return {{}}\n\n\nALT = "It."\n')
    assert rules.broken(module) == []


@pytest.mark.parametrize("stem", stems())
def test_the_figures_of_the_site_break_no_rule(stem):
    assert rules.broken(module(stem)) == []
    assert svg.strange_colours((FIGURES / f"{stem}.svg").read_text("utf-8")) == []


def test_a_name_that_is_not_in_the_palette_is_told_with_those_that_are():
    for colours in (palette.LIGHT, palette.PALETTE):
        with pytest.raises(LookupError, match=f"no colour 'purple'; {PALETTE}"):
            colours["purple"]
    assert palette.LIGHT.get("purple") is None


@pytest.mark.parametrize(
    ("line", "colours"),
    [
        ("ax.bar([0], [1])", []),  # what is given no colour is drawn in ink
        ("ax.plot([0, 1], 'o', mfc='none', mec='#125ea8')", []),
        ("ax.imshow([[0, 1]], cmap='gray')", []),
        ("ax.plot([0, 1], color='#123456')", ["#123456"]),
        ("ax.plot([0, 1], color='black')", ["#000000"]),
        ("ax.text(0, 0, 'black')", []),
        ("ax.text(0, 0, 'text', color='black')", ["#000000"]),
        ("ax.bar([0], [1], color='black')", ["#000000"]),
        ("ax.scatter([0], [1], color='k', ec='none')", ["#000000"]),
        ("ax.bar([0], [1], color='lime', ec='red')", ["#00ff00", "#ff0000"]),
        ("ax.bar([0], [1], fc='none', ec='#125ea8', hatch='/')", []),
        ("ax.bar([0], [1], fc='none', ec='red', hatch='/')", ["#ff0000"]),
    ],
)
def test_colours_that_are_not_of_the_palette_are_found_in_the_picture(line, colours):
    import matplotlib.pyplot as plt

    from explainer.drawing.style import site_style

    with site_style("probe"):
        figure, ax = plt.subplots()
        exec(line, {"ax": ax})
        assert svg.strange_colours(svg.render(figure, "probe", "title", "text")) == colours
        plt.close(figure)


def test_colours_are_told_with_the_line_where_they_are_written(figure):
    module = figure(edited((BAR, f'{BAR}\n    ax.plot([0], color="#ABCDEF")')))
    told = rules.told_of_colours(module, ["#1f77b4", "#abcdef"])
    assert re.search(r"colour '#1f77b4' \(.*probe\.py:18\), '#ABCDEF' \(.*:21\): the pal", told)


# ── mkdocs serve ────────────────────────────────────────────────────────────


@pytest.fixture
def server(tmp_path, monkeypatch):
    """Return a server of MkDocs with one page, whose builds end as `server.outcome` says."""
    (tmp_path / "index.html").write_text("<p>The page.</p>", "utf-8")

    def build():
        if server.outcome:
            raise server.outcome
        serving.on_post_build()

    server = LiveReloadServer(build, "127.0.0.1", 0, str(tmp_path))
    server.outcome = None
    monkeypatch.setattr(serving, "_mistakes", [])
    yield serving.on_serve(server)
    server.server_close()


def asked(server, path="/"):
    answer = server.get_app()({"PATH_INFO": path}, lambda *_: None)
    body = b"".join(answer).decode()
    getattr(answer, "close", list)()  # a file, or a list of bytes
    return body


def test_the_page_says_what_is_wrong_until_it_is_mended(server):
    server.builder()
    assert "The page." in asked(server)
    server.outcome = click.ClickException("docs/index.md:3: a < b")
    server.builder()
    for path in ("/", "/decay/", "/index.html"):
        assert "docs/index.md:3: a &lt; b" in asked(server, path)
    assert "a &lt; b" not in asked(server, "/style.css") + asked(server, "/livereload/0/1")
    server.outcome = None
    server.builder()
    assert "The page." in asked(server)


def test_an_error_that_nobody_foresaw_is_printed_with_the_way_it_came(server, caplog):
    server.outcome = ZeroDivisionError("division by zero")
    server.builder()
    assert "ZeroDivisionError: division by zero" in asked(server)
    assert "Traceback" in caplog.text
    caplog.clear()
    server.outcome = click.ClickException("docs/index.md:3: a token")
    server.builder()
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("livereload", [True, False])
def test_where_nothing_is_built_again_the_first_mistake_ends_it(monkeypatch, livereload):
    monkeypatch.setattr(serving.serve, "build", broken := lambda: 1 / 0)
    with click.Context(click.Command("serve")) as context:
        context.params["livereload"] = livereload
        serving.on_startup("serve")
    assert (serving.serve.build is broken) == (not livereload)
