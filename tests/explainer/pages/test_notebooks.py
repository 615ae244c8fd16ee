"""What mkdocs-jupyter ran becomes Markdown of this site, and what it cannot show is refused."""

import base64
import re

import markdown
import pytest

from explainer.pages import notebooks
from explainer.pages.extension import PageError
from explainer.pages.formulas import FormulasExtension

SOURCE = """# ---
# title: Small
# hide: [navigation]
# ---

# %% [markdown]
# # Small
#
# Some $r^k$.

# %%
print("a < b")

# %%
draw()

# %% [markdown]
# **It falls.** All of it, like $r^k$.
#
# ## More
"""
SVG = """<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 50"
width="100pt" height="50pt"><metadata/>
<path id="line" d="M 0 0" style="fill: none; stroke: #125ea8"/></svg>"""
SAID = notebooks.Output("text/plain", "a < b")
WARNED = notebooks.Output("application/vnd.jupyter.stderr", "Oh")
DREW = notebooks.Output("image/svg+xml", SVG)


@pytest.fixture
def small(tmp_path):
    return write(tmp_path, SOURCE)


def write(folder, source):
    path = folder / "small.py"
    path.write_text(source, "utf-8")
    return notebooks.read(path)


def test_front_matter_and_prose_are_those_of_a_page(small):
    assert small.meta == {"title": "Small", "hide": ["navigation"]}
    assert notebooks.prose(small).startswith("# Small\n\nSome $r^k$.")
    assert "print" not in notebooks.prose(small)


def test_the_file_for_jupyter_is_the_same_each_time(small):
    text = notebooks.as_ipynb(small)
    assert text == notebooks.as_ipynb(notebooks.read(small.path))
    assert '"id": "cell-1"' in text
    assert "title: Small" not in text


def test_outputs_are_found_in_the_page_of_mkdocs_jupyter():
    image = base64.b64encode(SVG.encode()).decode()
    html = f"""<style>pre {{}}</style><div class="jp-Cell jp-CodeCell">
    <div class="jp-Cell jp-CodeCell" id="cell-id=1"><pre>code</pre>
    <div class="jp-RenderedText jp-OutputArea-output" data-mime-type="text/plain">
    <pre>a &lt;</pre></div>
    <div class="jp-RenderedText jp-OutputArea-output" data-mime-type="text/plain">
    <pre> b\n</pre></div></div></div>
    <div class="jp-Cell jp-CodeCell" id="cell-id=2"></div>
    <div class="jp-Cell jp-CodeCell" id="cell-id=3">
    <div class="jp-RenderedSVG jp-OutputArea-output" data-mime-type="image/svg+xml">
    <img src="data:image/svg+xml;base64,{image}"></div></div>"""
    printed = SAID._replace(content="a < b\n")  # in two pieces
    assert notebooks.outputs(html) == [[printed], [], [DREW]]


def test_prose_code_and_output_in_their_order(small):
    text, shown = notebooks.compose(small, [[SAID], [DREW]])
    assert text.startswith('# Small\n\n<p class="lr-files"')
    assert "(small/small.py)" in text
    assert "(small/small.ipynb)" in text
    order = ['print("a < b")', "lr-output-1", "draw()", "lr-output-2", "**It falls.**", "## More"]
    assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)
    assert shown["lr-output-1"].endswith("<samp>a &lt; b</samp></pre>")


def test_a_picture_takes_name_and_caption_from_the_prose_after_it(small):
    text, shown = notebooks.compose(small, [[SAID], [DREW]])
    assert ">**It falls.** All of it, like $r^k$.</figcaption>" in text
    picture = shown["lr-output-2"]
    assert 'role="img" aria-label="It falls." aria-describedby="small-2-caption"' in picture
    assert 'id="small-2-caption"' in text
    assert 'id="small-2-line"' in picture
    assert 'stroke="var(--lr-measured)"' in picture
    assert "--aspect:2.0000" in picture
    assert re.search(r'<figure [^>]*style="--width:\d+px"', text)  # a page shows it no larger
    assert "metadata" not in picture
    assert "<?xml" not in picture


@pytest.mark.parametrize(
    ("old", "new", "put_out", "line", "message"),
    [
        ("**It falls.**", "It falls.", [SAID, DREW], 15, "begins with its finding in bold"),
        ("# %% [markdown]\n# **It", "# %%\n# **It", [SAID, DREW, SAID], 15, "its finding in bold"),
        ("# # Small\n", "# Small\n", [SAID, DREW], None, "begins with the title"),
        ("", "", [notebooks.Output("text/html", "<table>"), DREW], 12, "here text/html: <table>"),
        ("", "", [WARNED, DREW], 12, "a warning or error: Oh"),
        ("", "", [SAID, notebooks.Output("image/svg+xml", "")], 18, "no element found"),
    ],
)  # fmt: skip
def test_what_a_page_cannot_show_is_refused_with_file_and_line(
    tmp_path, old, new, put_out, line, message
):
    with pytest.raises(PageError) as error:
        notebooks.compose(write(tmp_path, SOURCE.replace(old, new)), [[one] for one in put_out])
    place = f"{tmp_path.as_posix()}/small.py"
    assert error.value.message.startswith(f"{place}:{line}: " if line else f"{place}: ")
    assert message in error.value.message


def test_a_picture_at_the_end_is_refused(tmp_path):
    source = SOURCE[: SOURCE.index("# %% [markdown]\n# **It")]
    with pytest.raises(PageError, match=r"small\.py:15: after a picture comes prose"):
        notebooks.compose(write(tmp_path, source), [[SAID], [DREW]])


def test_labels_set_as_mathtext_are_refused(small):
    broken = SVG.replace("<metadata/>", '<text><tspan x="1">r</tspan></text>')
    with pytest.raises(PageError, match=r"small\.py:18: a label is set as mathtext"):
        notebooks.compose(small, [[SAID], [DREW._replace(content=broken)]])


def test_colours_that_are_not_of_the_palette_are_refused(small):
    strange = DREW._replace(content=SVG.replace("#125ea8", "#123456"))
    with pytest.raises(PageError, match=r"small\.py:18: a picture uses the colour #123456: "):
        notebooks.compose(small, [[SAID], [strange]])


@pytest.mark.parametrize("source", ["1 + 1\n", "# ---\n# title: [\n# ---\n\n# %%\n1 + 1\n"])
def test_front_matter_that_is_missing_or_broken_is_refused(tmp_path, source):
    with pytest.raises(PageError, match=r"small\.py"):
        write(tmp_path, source)


def test_a_name_that_no_address_can_have_is_refused(tmp_path):
    path = tmp_path / 'a "b".py'
    path.write_text(SOURCE, "utf-8")
    with pytest.raises(PageError, match=r'a "b"\.py: the name of a notebook'):
        notebooks.read(path)


@pytest.mark.parametrize(
    ("source", "put_out", "message"),
    [
        (
            SOURCE.replace("# %%\ndraw()", "# %% [raw]\n# draw()"),
            [[SAID]],
            "neither prose nor code",
        ),
        (SOURCE, [[SAID]], "2 code cells gave 1 outputs"),
        ("# ---\n# title: Empty\n# ---\n", [], "begins with the title"),
    ],
)
def test_cells_that_do_not_fit_are_refused(tmp_path, source, put_out, message):
    with pytest.raises(PageError, match=message):
        notebooks.compose(write(tmp_path, source), put_out)


def test_a_formula_that_katex_rejects_is_named_by_its_line_in_the_notebook(tmp_path):
    notebook = write(tmp_path, SOURCE.replace("Some $r^k$", "Some $\\nonsense$"))
    text, _ = notebooks.compose(notebook, [[SAID], [DREW]])
    formulas = FormulasExtension(docs=str(tmp_path), file=str(notebook.path))
    with pytest.raises(PageError, match=r"small\.py:9: formula .*Undefined control sequence"):
        markdown.markdown(
            text, extensions=["pymdownx.arithmatex", "md_in_html", formulas],
            extension_configs={"pymdownx.arithmatex": {"generic": True}},
        )  # fmt: skip
