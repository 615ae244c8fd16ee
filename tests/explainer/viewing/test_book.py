"""How pages are put together as a book: on a site of three pages, made by hand."""

import re
from contextlib import nullcontext

import pytest
from bs4 import BeautifulSoup

from explainer.viewing import book

PAGES = [("First", ""), ("Second", "second/")]
HEAD = """<html><head><title>A title · name</title><meta name="author" content="Somebody">
<meta name="description" content="What &amp; why"><link rel="stylesheet" href="{up}site.css">
</head>"""
ASKED = """<quiz-question id="q-why"><form class="lr-quiz"><fieldset>
<legend><strong>Question.</strong> Why?</legend>
<ol class="lr-choices"><li><label><input type="radio" name="question-1"><span>So.</span></label>
<div></div></li><li class="lr-later">Later.</li></ol></fieldset></form>
<details class="exact"><summary>The reasons</summary>
<ol><li><div class="lr-reason">A reason of {page}.</div></li></ol></details></quiz-question>
<p><strong>{number}.</strong> Do it.</p>
<div><check-answer><form></form></check-answer></div>
<details class="exact answer"><summary>Answer</summary><p>Done on {page}.</p></details>"""
FIRST = (
    """<article class="md-content__inner"><h1 id="top">The first</h1>
<p>See <a href="second/#part">the part</a>, <a href="second/#g=1">a setting</a>,
<a href="#g=2">one here</a>, <a href="left_out/">what is left out</a>,
<a href="figures/f.csv">a file</a>, <a href="https://example.org/a?b&amp;c">elsewhere</a>,
<a href="https://example.org/">https://example.org/</a>.</p>
<p>As <span id="fnref:one"><a class="footnote-ref" href="#fn:one">Doe, 2020</a></span> says.</p>
<h2 id="part">A part<a class="headerlink" href="#part">#</a></h2>
<svg aria-labelledby="s t"><title id="s">S</title><desc id="t">T</desc>
<clipPath id="c"></clipPath><g clip-path="url(#c)"><use xlink:href="#c"></use></g></svg>
<details class="exact"><summary>Exactly</summary>Folded.</details>
"""
    + ASKED.format(page="first", number=7)
    + """
<h2 id="references">References</h2>
<div class="footnote"><ol><li id="fn:one">Doe</li></ol></div></article>"""
)
SECOND = (
    """<article class="md-content__inner"><h1 id="top">The second</h1><h2 id="part">Again</h2>
<figure class="lr-figure" id="dial"><form class="lr-controls"><input name="g"></form></figure>
<figure class="lr-figure" id="guess"><guess-curve><svg><g id="guess-answer"></g></svg></guess-curve>
<figcaption><span class="lr-caption"><strong>How far?</strong> <span class="lr-told">Far.</span>
</span></figcaption></figure>
<p>As <span id="fnref:two"><a class="footnote-ref" href="#fn:two">Doe, 2020</a></span> says.
<img src="../figures/f.svg" alt=""></p>
"""
    + ASKED.format(page="second", number=8)
    + "</article>"
)
WORKS = """@misc{one, author={Doe, Jane}, title={Apples}, year={2020}}
@misc{two, author={Doe, Jane}, title={Pears}, year={2020}}"""


@pytest.fixture
def site(tmp_path):
    """Return the folder of the site."""
    for address, body in (("", FIRST), ("second/", SECOND), ("left_out/", FIRST)):
        (tmp_path / address).mkdir(exist_ok=True)
        head = HEAD.format(up="../" * address.count("/"))
        (tmp_path / address / "index.html").write_text(f"{head}<body>{body}</body></html>", "utf-8")
    (tmp_path / "references.bib").write_text(WORKS, "utf-8")
    return tmp_path


@pytest.fixture
def made(site):
    """Return the book."""
    return BeautifulSoup(book.assembled(site, PAGES), "html.parser")


def link(page, words):
    """Return the link of these words."""
    (found,) = (one for one in page.select("a") if one.get_text() == words)
    return found


def test_every_place_has_a_name_of_its_own_and_every_link_leads_to_one(made):
    names = [tag["id"] for tag in made.select("[id]")]
    assert len(names) == len(set(names))
    for one in made.select("a[href^='#']"):
        assert one["href"][1:] in names
    for place in re.findall(r"<!--page (\S+)-->", str(made)):
        assert place in names
    svg = made.svg
    assert svg["aria-labelledby"] == f"{svg.title['id']} {svg.desc['id']}"
    assert svg.g["clip-path"] == f"url(#{svg.find('clippath')['id']})"
    assert svg.use["xlink:href"] == f"#{svg.find('clippath')['id']}"


def test_links_lead_to_pages_of_the_book_or_tell_their_address(made):
    assert made.find(id=link(made, "the part")["href"][1:]).get_text() == "Again"
    # What is set stands in the figure that has this control, or on the page if none has it.
    assert made.find(id=link(made, "a setting")["href"][1:]).name == "figure"
    assert link(made, "one here")["href"] == "#chapter--index"
    assert "<!--page part--second-->" in str(link(made, "the part").find_next_sibling("span"))
    told = link(made, "elsewhere").find_next_sibling("span").get_text()
    assert told == " <https://example.org/a?b&c>"
    assert str(made).count("https://example.org/<") == 1  # words that are the address: not twice
    for gone in ("what is left out", "a file"):
        assert gone in made.get_text()
        assert not [one for one in made.select("a") if one.get_text() == gone]


def test_where_the_site_is_known_its_files_have_addresses(site):
    path = site / "index.html"
    home = '<link rel="canonical" href="https://somebody.example/site/"></head>'
    path.write_text(path.read_text("utf-8").replace("</head>", home), "utf-8")
    made = BeautifulSoup(book.assembled(site, PAGES), "html.parser")
    assert link(made, "a file")["href"] == "https://somebody.example/site/figures/f.csv"
    assert link(made, "what is left out")["href"] == "https://somebody.example/site/left_out/"


def test_answers_stand_at_the_end_under_what_was_asked(made):
    first, second, answers, _ = made.select(".book-chapter")
    assert "reason" not in first.get_text() + second.get_text()
    assert "Done" not in first.get_text() + second.get_text()
    shown = [" ".join(one.get_text(" ").split()) for one in answers.select(".book-answer")]
    told = [(one.split(" p. ")[0], one.split(" p. ")[1]) for one in shown]
    assert told == [
        ("Question 1", "A reason of first."), ("Exercise 7", "Done on first."),
        ("How far?", "How far? Far."), ("Question 2", "A reason of second."),
        ("Exercise 8", "Done on second."),
    ]  # fmt: skip
    assert [one.get_text() for one in made.select("legend strong")] == [
        "Question 1.",
        "Question 2.",
    ]
    assert "Later" not in made.get_text()
    # Nothing between an exercise and where its answer is, or a sheet could end there.
    for asked in (first, second):
        above = asked.select("p.book-answered")[-1].find_previous_sibling()
        assert above.get_text().endswith("Do it.")
    (guess,) = second.select(".book-guess")  # the style sheet hides its answer there, not here
    assert answers.select_one("figure guess-curve g")
    assert "book-guess" not in answers.figure["class"]
    assert guess["id"] != answers.figure["id"]
    assert first.find("details", class_="exact").has_attr("open")


def test_works_are_listed_once_and_told_apart(made):
    works = made.select_one("#works")
    assert len(works.select("li")) == 2
    assert [one.get_text() for one in made.select("a.footnote-ref")] == ["Doe, 2020a", "Doe, 2020b"]
    for letter, title in (("a", "Apples"), ("b", "Pears")):
        target = link(made, f"Doe, 2020{letter}")["href"]
        said = made.find(id=target[1:]).get_text()
        assert title in said
        assert f"2020{letter}" in said
    headings = [one.get_text() for one in made.select("h1, h2")]
    assert headings.count("References") == 1


def test_contents_name_every_part_in_order(made):
    lines = [one.a.get_text() for one in made.select(".book-contents p")]
    assert lines == [
        "The first", "A part", "The second", "Again", "Answers", "The first", "The second",
        "References",
    ]  # fmt: skip


def test_pictures_and_style_sheets_are_found_from_the_first_page(made):
    assert {one["href"] for one in made.select("link[rel=stylesheet]")} == {"site.css"}
    assert made.select_one(".book-chapter img")["src"] == "figures/f.svg"


def test_a_page_that_is_missing_or_none_is_named(site):
    with pytest.raises(book.BookError, match=r"third/index.html: no such page, but .* 'Third'"):
        book.assembled(site, [*PAGES, ("Third", "third/")])
    (site / "second/index.html").write_text("<html></html>", "utf-8")
    with pytest.raises(book.BookError, match=r"second/index.html: no article with a title"):
        book.assembled(site, PAGES)


def test_numbers_go_where_they_are_asked_for():
    text = "<p>a <!--page one--> b <!--page two--> <!-- not this --></p>"
    assert book.numbered(text, {"one": 12}) == "<p>a 12 b 0 <!-- not this --></p>"


def test_numbers_that_never_stay_and_places_that_are_none_are_told(monkeypatch):
    # No browser: another one may be at work in this process.
    monkeypatch.setattr(book, "_printer", lambda _: nullcontext(lambda _: b""))
    turns = iter(range(100))
    monkeypatch.setattr(book, "places", lambda _: {"one": next(turns)})
    with pytest.raises(book.BookError, match="after 5 turns the page numbers still change"):
        book.printed(None, "<p><!--page one--></p>", lambda _: None)
    with pytest.raises(book.BookError, match="no page has 'two'"):
        book.printed(None, "<p><!--page two--></p>", lambda _: None)
