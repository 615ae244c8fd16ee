"""`<!-- figures -->`: a table of all figures, from a small folder of pages and from the site."""

import html
import re

import markdown
import pytest
from bs4 import BeautifulSoup

from explainer.making.digests import stems
from explainer.making.files import ROOT
from explainer.pages import gallery
from explainer.pages.extension import PageError

NAV = """site_url: https://example.org/site/
nav:
  - Second: two.md
  - More:
      - First: one.md
      - Last: teach.md
"""
FIGURE = "# {}\n\n![**It falls by {{{{ probe.count }}}}.** And more.](figures/{}.svg)\n"
SLIDER = '<input type="range" name="{}" min="0" max="1" step="0.5" value="0">'


@pytest.fixture
def shelf(docs):
    """Return a function that makes the table, with what can be set in the figure."""
    (docs.parent / "mkdocs.yml").write_text(NAV, "utf-8")
    for suffix in ("svg", "json"):
        data = (docs / f"figures/probe.{suffix}").read_text("utf-8")
        (docs / f"figures/other.{suffix}").write_text(data, "utf-8")
    (docs / "one.md").write_text(FIGURE.format("One", "probe"), "utf-8")
    two = "\n".join((FIGURE.format("Two", "probe"), FIGURE.format("More", "other")))
    (docs / "two.md").write_text(two, "utf-8")
    (docs / "teach.md").write_text("# Teach\n\n<!-- figures -->\n\nAfter.\n", "utf-8")

    def shelf(settable=()):
        inputs = "".join(map(SLIDER.format, settable))
        (docs / "elements/probe.html").write_text(
            f'<some-probe><!-- stage --><form class="lr-controls">{inputs}</form></some-probe>'
        )
        options = {"docs": str(docs), "file": str(docs / "teach.md")}
        names = ["tokens", "figures", "gallery", "links"]
        text = (docs / "teach.md").read_text("utf-8")
        made = markdown.markdown(
            text,
            extensions=["md_in_html", *(f"explainer.pages.{name}" for name in names)],
            extension_configs={f"explainer.pages.{name}": options for name in names},
        )
        return BeautifulSoup(made, "html.parser")

    return shelf


def test_each_figure_stands_once_where_it_first_comes_in_the_navigation(shelf):
    page = shelf()
    (fold,) = page.select("details")
    assert fold.summary.text == "Second: 2 figures"
    links = [row.select("a") for row in fold.select("tbody tr")]
    assert [[link["href"] for link in row] for row in links] == [
        ["two.md#probe", "take/probe.html", "figures/probe.py"],
        ["two.md#other", "take/other.html", "figures/other.py"],
    ]
    assert links[0][0].text == "It falls by 12."
    assert [image["src"] for image in fold.select("img")] == [
        "figures/probe.svg", "figures/other.svg",
    ]  # fmt: skip
    image = fold.img
    # As wide as it is said, in its proportions, and fetched when it is seen.
    assert int(image["width"]) == 2 * int(image["height"])
    assert image["loading"] == "lazy"
    assert page.select("p")[-1].text == "After."


def test_the_line_that_embeds_it_is_sound_html_with_the_address_of_the_site(shelf):
    box = shelf().select_one("input")
    assert box["readonly"] is not None
    frame = BeautifulSoup(box["value"], "html.parser").iframe
    assert frame["src"] == "https://example.org/site/take/probe.html"
    assert frame["title"] == "It falls."  # the title of the picture
    assert int(frame["height"]) > 400


def test_minutes_follow_the_rule_that_is_told(shelf):
    told = [int(one) for one in re.findall(r"\d+", shelf().p.text)]
    looking, setting, most = told
    for count in range(7):
        names = [f"n{i}" for i in range(count)]
        cell = shelf(names).select_one("tbody tr").select("td")[2]
        assert int(cell.text) == min(looking + setting * count, most)


def test_a_caption_without_a_finding_stops_the_build(shelf, docs):
    text = (docs / "one.md").read_text("utf-8").replace("**", "")
    (docs / "one.md").write_text(text, "utf-8")
    with pytest.raises(PageError, match=r"one\.md:3: a caption begins with its finding in bold"):
        shelf()


def test_the_page_has_every_figure_that_stands_on_a_page(site):
    page = BeautifulSoup((site / "teach/index.html").read_text("utf-8"), "html.parser")
    rows = page.select(".lr-shelf tbody tr")
    files = [row.select_one('a[href^="../take/"]')["href"] for row in rows]
    shown = {
        figure["id"]
        for path in site.rglob("index.html")
        for figure in BeautifulSoup(path.read_text("utf-8"), "html.parser").select("figure")
        if figure["id"] in stems()
    }
    assert {re.search(r"(\w+)\.html$", file)[1] for file in files} == shown
    assert len(files) == len(shown)
    for row in rows:
        for link in row.select("a"):
            assert (site / "teach" / link["href"].partition("#")[0]).resolve().exists()
        frame = BeautifulSoup(row.select_one(".lr-embed")["value"], "html.parser").iframe
        stem = re.search(r"(\w+)\.html$", frame["src"])[1]
        title = re.search(
            r"<title[^>]*>(.*?)</title>", (ROOT / f"docs/figures/{stem}.svg").read_text("utf-8")
        )[1]
        assert frame["title"] == html.unescape(title)


def test_names_of_controls_are_those_that_the_page_has(site):
    """What a browser finds in the built page, against what the table says."""
    page = BeautifulSoup((site / "teach/index.html").read_text("utf-8"), "html.parser")
    head = page.find(id="what-an-address-may-say")
    rows = head.find_next("table").find_next("table").select("tbody tr")
    told = {}
    for row in rows:
        stem, settable, rest = row.select("td")
        told[stem.text] = {code.text for code in (*settable.select("code"), *rest.select("code"))}
    found = {}
    for path in (site / "take").glob("*.html"):
        large = r"<(script|style|svg)\b.*?</\1>"
        text = re.sub(large, "", path.read_text("utf-8"), flags=re.DOTALL)
        file = BeautifulSoup(text, "html.parser")
        names = {tag["name"] for tag in file.select(".lr-controls [name]")}
        if names:
            found[path.stem] = names
    assert told == found


def test_the_order_is_that_of_the_navigation():
    nav = [{"A": "a.md"}, {"B": [{"C": "c.md"}, {"D": "d.md"}]}]
    assert list(gallery.pages(nav)) == [("A", "a.md"), ("C", "c.md"), ("D", "d.md")]
