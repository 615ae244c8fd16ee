"""`[@key]` on its own, with Python-Markdown's footnotes alone."""

import re

import markdown
import pytest

from explainer.pages.citations import CitationsExtension
from explainer.pages.extension import PageError


def convert(docs, text):
    extensions = ["fenced_code", "footnotes", CitationsExtension(docs=str(docs), file="page.md")]
    by_author = {"footnotes": {"USE_DEFINITION_ORDER": True}}
    return markdown.markdown(text, extensions=extensions, extension_configs=by_author)


def words(html):
    return re.sub(r"<[^>]+>", "", html)


def test_a_citation_reads_as_author_and_year_and_leads_to_its_entry(docs):
    html = convert(docs, "Shown before [@one1994].")
    assert "Shown before (Bengio, 1994)." in words(html)
    assert '<a class="footnote-ref" href="#fn:one1994">Bengio, 1994</a>' in html
    assert '<li id="fn:one1994">' in html


def test_several_authors_and_several_works(docs):
    text = words(convert(docs, "[@two2004; @both2016]"))
    assert "(White et al., 2004; Olah & van der Berg, 2016)" in text.replace("&amp;", "&")


def test_the_reference_keeps_its_capitals_and_one_lasting_address(docs):
    html = convert(docs, "[@one1994]")
    assert "On LSTMs and Größe." in html
    assert "<em>Some Journal</em>, 5:157–166, 1994." in html
    assert 'href="https://doi.org/10.1/x"' in html
    assert "example.org" not in html


def test_only_what_is_cited_is_listed_once_by_author(docs):
    html = convert(docs, "[@two2004] and [@one1994] and [@two2004]")
    assert re.findall(r'<li id="fn:(\w+)"', html) == ["one1994", "two2004"]
    assert "Bengio, Yoshua. On LSTMs" in words(html).replace("\xa0", " ")


def test_ordinary_footnotes_stay_as_they_are(docs):
    html = convert(docs, "A word[^a].\n\n[^a]: A note.")
    assert '<sup id="fnref:a"><a class="footnote-ref" href="#fn:a">1</a></sup>' in html


def test_code_is_left_alone(docs):
    assert "[@nobody]" in convert(docs, "`[@nobody]`\n\n```\n[@nobody]\n```")


def test_an_unknown_key_fails_with_file_and_line(docs):
    with pytest.raises(PageError) as error:
        convert(docs, "One.\n\nTwo [@one1994; @nobody2000].")
    assert error.value.message == "page.md:3: [@nobody2000]: no such entry in references.bib"


def test_an_incomplete_entry_fails_with_file_and_line(docs):
    with pytest.raises(PageError, match=r"page\.md:1: \[@bare1999\]: missing journal"):
        convert(docs, "[@bare1999]")


@pytest.mark.parametrize(
    "slip", ["[@one1994, p. 3]", "[see @one1994]", "[@one1994; p. 4]", "[@one1994, @two2004]"]
)
def test_what_is_almost_a_citation_fails_with_file_and_line(docs, slip):
    with pytest.raises(PageError) as error:
        convert(docs, f"Fine [@one1994].\n\nThen {slip}.")
    assert error.value.message == f"page.md:3: {slip}: not a citation; write [@key] or [@one; @two]"


def test_an_address_in_a_link_is_no_citation(docs):
    assert "mailto" in convert(docs, "[me@example.org](mailto:me@example.org)")


def test_a_key_that_begins_like_another_is_found_on_its_own_line(docs):
    with pytest.raises(PageError, match=r"^page\.md:3: \[@one\]"):
        convert(docs, "Fine [@one1994].\n\nThen [@one].")


def test_a_broken_bibliography_is_named(docs):
    (docs / "references.bib").write_text("@article{one1994, title={x}", "utf-8")
    with pytest.raises(PageError, match=r"references\.bib: "):
        convert(docs, "[@one1994]")


def test_a_page_without_citations_needs_no_bibliography(docs):
    (docs / "references.bib").unlink()
    assert convert(docs, "Nothing cited.") == "<p>Nothing cited.</p>"
    assert "me@example.org" in convert(docs, "Mail me@example.org.")


def test_an_entry_without_a_year_fails_with_file_and_line(docs):
    (docs / "references.bib").write_text("@misc{one1994, author={A, B}, title={x}}", "utf-8")
    with pytest.raises(PageError, match=r"page\.md:1: \[@one1994\]: missing year"):
        convert(docs, "[@one1994]")
