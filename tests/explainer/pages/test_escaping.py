"""Nothing goes into an attribute, a script or a template unescaped."""

import json
import re
from types import SimpleNamespace

import markdown
import pytest
from bs4 import BeautifulSoup

from explainer.drawing import svg
from explainer.pages.extension import PageError
from explainer.pages.front_matter import FrontMatterExtension

EVIL = """a "b" <c> 'd' & </script><script>e"""


@pytest.fixture
def evil(docs):
    """Return the folder of pages, its figure with a text among the data that HTML would take."""
    path = docs / "figures/probe.json"
    data = json.loads(path.read_text("utf-8")) | {"evil": EVIL}
    data["stage"]["wide"]["axes"] = {EVIL: {}}
    path.write_text(json.dumps(data), "utf-8")
    return docs


@pytest.mark.parametrize(
    "html",
    [
        '<p title="{{ probe.evil }}">x</p>',
        "<p title='{{ probe.evil }}'>x</p>",
        'Words <b title="{{ probe.evil }}">x</b>.',
        '<div markdown="1" title="{{ probe.evil }}">\n\nWords.\n\n</div>',
    ],
)
def test_a_token_in_a_tag_is_escaped(convert, evil, html):
    assert BeautifulSoup(convert(html), "html.parser").find(title=True)["title"] == EVIL


def test_a_token_in_an_element_is_escaped_within_tags_only(convert, evil):
    element = '<probe-it data-x="{{ probe.evil }}"><!-- stage --><i>{{ probe.mark }}</i></probe-it>'
    (evil / "elements/probe.html").write_text(element, "utf-8")
    path = evil / "figures/probe.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"mark": "<u>w</u>"}), "utf-8")
    html = BeautifulSoup(convert("![It falls.](figures/probe.svg)"), "html.parser")
    assert html.find("probe-it")["data-x"] == EVIL
    assert html.find("i").u.text == "w"
    assert json.loads(html.find("script").text)["wide"]["axes"] == {EVIL: {}}
    assert len(html.find_all("script")) == 1


def test_name_and_description_of_a_picture_are_escaped(convert, docs):
    picture = docs / "figures/probe.svg"
    text = picture.read_text("utf-8")
    safe = EVIL.replace("&", "&amp;").replace("<", "&lt;")
    picture.write_text(text.replace("It falls.", safe).replace("A line.", safe), "utf-8")
    html = BeautifulSoup(
        convert('![**A "quoted" < finding & more.**](figures/probe.svg)'), "html.parser"
    )
    assert html.svg["aria-label"] == EVIL
    assert html.find(id="probe-desc").text == EVIL
    assert html.strong.text == 'A "quoted" < finding & more.'


def test_the_name_of_a_picture_of_a_notebook_is_escaped():
    raw = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>'
    shown = svg.inlined(raw, "small", EVIL, "caption")
    assert BeautifulSoup(shown, "html.parser").svg["aria-label"] == EVIL


class Mkdocs(markdown.treeprocessors.Treeprocessor):
    """What MkDocs adds to Markdown, as far as the site's extensions look at it."""

    def __init__(self, path, meta):
        self.file = SimpleNamespace(abs_src_path=str(path), page=SimpleNamespace(meta=meta))

    def run(self, root):
        pass


def rendered(path, **meta):
    md = markdown.Markdown(extensions=[FrontMatterExtension(docs=str(path.parent))])
    md.treeprocessors.register(Mkdocs(path, meta), "relpath", 0)
    path.write_text("---\n" + "".join(f"{k}: {v}\n" for k, v in meta.items()) + "---\n\nWords.\n")
    md.convert("Words.")
    md.reset().convert("Words.")  # once is enough, however often a page is rendered
    return meta


def test_title_and_description_are_escaped_once_for_all_templates(tmp_path):
    page, hide = tmp_path / "page.md", ["navigation"]
    meta = rendered(page, title="Gates & <memory>", description='What "it" is: r < 1', hide=hide)
    assert meta == {
        "title": "Gates &amp; &lt;memory&gt;",
        "description": "What &#34;it&#34; is: r &lt; 1",
        "hide": ["navigation"],
    }


@pytest.mark.parametrize("title", ["The $r^k$ law", "{{ probe.count }} walls", "Two [@one1994]"])
def test_markup_in_front_matter_is_named_with_file_and_line(tmp_path, title):
    with pytest.raises(PageError) as error:
        rendered(tmp_path / "page.md", hide=[], title=title)
    assert re.match(r".*page\.md:3: ", error.value.message)
    assert title.split()[-1] in error.value.message
