"""Links to pages, places and settings: followed when a page is made, with Python-Markdown alone."""

import markdown
import pytest
from bs4 import BeautifulSoup

from explainer.making.files import ROOT
from explainer.pages import controls, links
from explainer.pages.extension import PageError
from explainer.pages.links import LinksExtension
from explainer.pages.tokens import TokensExtension

OTHER = """---
title: Other
---

# Other

## Its end

![**It falls.** Caption.](figures/probe.svg)

**Question.** It falls by {{ probe.value }}. How far does $r^k$ fall?

- [x] Far.
    - It does.
- [ ] Not at all.
    - It does.

<div id="here"></div>

```sh
# No heading
```
"""
ELEMENT = """<some-probe><!-- stage --><form class="lr-controls">
<label>rate <input id="p" type="range" name="r" min="0.3" max="1.2" step="0.01" value="0.8"></label>
<label><input type="radio" name="net" value="tanh" checked> tanh</label>
<label><input type="radio" name="net" value="lstm"> LSTM</label>
<input type="hidden" name="own" data-pattern="|[\\p{L}\\p{M}_.]{1,4}" value="">
<input type="text" name="free" value=""></form></some-probe>"""


@pytest.fixture
def follow(docs):
    """Return a function that makes HTML of a page whose third line is the text."""
    (docs / "other.md").write_text(OTHER, "utf-8")
    (docs / "elements/probe.html").write_text(ELEMENT, "utf-8")
    (docs / "made.md").write_text("# Made\n\n::: longrange.rates\n", "utf-8")
    page = docs / "page.md"

    def follow(text):
        page.write_text(f"# Page\n\n{text}\n", "utf-8")
        options = {"docs": str(docs), "file": str(page)}
        extensions = [TokensExtension(**options), LinksExtension(**options)]
        return markdown.markdown(page.read_text("utf-8"), extensions=["toc", *extensions])

    return follow


@pytest.mark.parametrize(
    "address",
    [
        "other.md",
        "other.md#its-end",
        "other.md#probe",
        "other.md#here",
        "other.md#q-how-far-does-fall",
        "#page",
        "made.md#longrange.rates.influence",
        "other.md#r=0.93&net=lstm",
        "other.md#r=1.2",
        "other.md#own=Ü_a",
        "other.md#r={{ probe.reader.r }}&net=tanh",
        "https://example.org/other.md#nothing",
        "figures/probe.csv#nothing",
    ],
)
def test_a_link_that_leads_somewhere_stays_as_it_is(follow, address):
    link = BeautifulSoup(follow(f"[There]({address})."), "html.parser").p.a
    assert link["href"] == address.replace("{{ probe.reader.r }}", "0.8")
    assert list(link.attrs) == ["href"]


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("another.md", "there is no page another.md"),
        ("other.md#its-start", "other.md has no #its-start; it has its-end"),
        ("other.md#no-heading", "other.md has no #no-heading"),
        ("other.md#prob", "other.md has no #prob; it has probe"),
        ("#its-end", "page.md has no #its-end; it has page"),
        ("other.md#longrange.rates.influence", "other.md has no #longrange.rates.influence"),
        ("made.md#longrange.rates.effluence", "made.md has no #longrange.rates.effluence"),
        ("other.md#k=3", "there is no 'k' to set; there are r, net, own"),
        ("other.md#free=x", "there is no 'free' to set"),
        ("page.md#r=0.5", "there is no 'r' to set; there are none"),
        ("other.md#r=1.3", "r goes from 0.3 to 1.2 in steps of 0.01, not to 1.3"),
        ("other.md#r=0.555", "r goes from 0.3 to 1.2 in steps of 0.01, not to 0.555"),
        ("other.md#r=half", "'half' is no number"),
        ("other.md#net=gru", "net is one of tanh, lstm, not 'gru'"),
        ("other.md#own=a b", "own cannot be 'a b'"),
        ("other.md#net=tanh&r={{ probe.count }}", "r goes from 0.3 to 1.2"),
    ],
)
def test_a_link_that_leads_nowhere_stops_the_build_with_file_and_line(follow, address, told):
    with pytest.raises(PageError) as error:
        follow(f"[Home](#page) and\n[there]({address}).")
    assert "page.md:4: " in error.value.message
    assert told in error.value.message


def test_places_are_those_that_the_built_pages_have(site):
    for path in sorted((ROOT / "docs").rglob("*.md")):
        known = links._places(path, path.stat().st_mtime_ns)
        name = "" if path.stem == "index" else path.stem
        page = BeautifulSoup((site / name / "index.html").read_text("utf-8"), "html.parser")
        there = {tag["id"] for tag in page.select("article [id]")}
        assert known - {"references"} <= there, path
        headings = "article :is(h1, h2, h3)[id], article figure[id], quiz-question[id]"
        names = {tag["id"] for tag in page.select(headings)} - known
        assert all(links._is_documented(path, name) for name in names), path


def test_what_can_be_set_in_the_real_figures_is_what_they_start_with():
    """Python wrote ranges and starts: each start must be one of what can be set."""
    docs = ROOT / "docs"
    seen = 0
    for around in sorted((docs / "elements").glob("*.html")):
        stem = around.stem.replace("-", "_")
        page = BeautifulSoup(links.figures.element(around, docs / "figures"), "html.parser")
        for name, control in controls.of_figure(docs, stem).items():
            tag = page.select_one(
                f".lr-controls [name={name}]:is([type=range], [type=hidden], [pattern], [checked])"
            )
            if tag is not None:
                assert control.complaint(tag["value"]) == "", (stem, name)
                seen += 1
    assert seen > 30
