"""Text is replaced when it is known what it is part of: comment, code, heading, tag or words."""

import re

import pytest

from explainer.pages.extension import PageError

OPEN = "[@nobody; @one1994] $x {{ no.such }} [^none] \\[y"  # each would stop the build as text


@pytest.mark.parametrize(
    "comment",
    [
        f"<!-- {OPEN} -->",
        f"<!--\n{OPEN}\n\nmore $y\n-->",
        f"Words <!-- {OPEN} --> and words.",
        f"Words `a` <!-- `{OPEN}` ` --> and `b`.",
        f"Words <!-- {OPEN}\n--> and words.",
        f"- item <!-- {OPEN} -->\n\n    <!-- {OPEN} -->",
        f"> quoted <!-- {OPEN} -->",
        f'<div markdown="1">\n\n<!-- {OPEN} -->\n\n</div>',
        f"<p>raw <!-- {OPEN} --> html</p>",
        f"| a | b |\n|---|---|\n| <!-- {OPEN} | --> x | y |",
        f"Words[^n].\n\n[^n]: A note. <!-- {OPEN} -->",
    ],
)
def test_a_comment_is_no_text(convert, comment):
    html = convert(f"{comment}\n\nShown [@two2004].")
    assert re.findall(r'<li id="fn:(\w+\d)"', html) == ["two2004"]
    assert "<math" not in html
    shown = re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL)
    assert "nobody" not in shown
    assert shown.count("<p>") == shown.count("</p>")


@pytest.mark.parametrize(
    "code",
    [
        f"`{OPEN}`",
        f"``{OPEN} ` ``",
        f"`<!-- {OPEN} -->`",
        f"```\n{OPEN}\n```",
        f"    {OPEN}",
        f"> ```\n> {OPEN}\n> ```",
        f"- item\n\n    ```\n    {OPEN}\n    ```",
        f"- item\n\n        {OPEN}",
        f"<pre>{OPEN}</pre>",
    ],
)
def test_code_is_kept_as_it_stands(convert, code):
    html = convert(f"Words.\n\n{code}\n\nShown.")
    assert re.sub(r"<[^>]+>", "", html).replace("&lt;", "<").count(OPEN) == 1
    assert "fn:" not in html


def contents(md):
    def walk(tokens):
        return [one for t in tokens for one in ((t["id"], t["name"]), *walk(t["children"]))]

    return walk(md.toc_tokens)


@pytest.mark.parametrize(
    ("heading", "address", "name"),
    [
        ("## The wall [@one1994]", "the-wall", "The wall"),
        ("## The wall [@one1994; @two2004] of *stone*", "the-wall-of-stone", "The wall of stone"),
        ("## [@one1994] and *[@two2004]* first", "and-first", "and  first"),
        ("## What f() does [@one1994]", "what-f-does", "What f() does"),
        ("The wall [@one1994]\n---", "the-wall", "The wall"),
        ("## The wall[^n]", "the-wall", "The wall"),
        ("## The wall [@one1994] { #stone }", "stone", "The wall"),
        ("## The `[@wall]`", "the-wall", "The [@wall]"),
        ("## {{ probe.count }} walls { #walls }", "walls", "12 walls"),
        ("## The <!-- [@gone] $x$ --> wall", "the-wall", "The  wall"),
    ],
)
def test_the_address_of_a_heading_is_made_of_its_words(convert, heading, address, name):
    html = convert(f"{heading}\n\nWords [@one1994].\n\n[^n]: A note.")
    assert f'<h2 id="{address}">' in html
    assert [(i, " ".join(n.split())) for i, n in contents(convert.md)] == [
        (address, " ".join(name.split()))
    ]
    if "[@one" in heading:
        assert '<span id="fnref:one1994">' in html[: html.index("</h2>")]


def test_two_headings_of_the_same_words_have_two_addresses(convert):
    html = convert("## The wall [@one1994]\n\n## The wall [@two2004]\n\n## The wall")
    assert re.findall(r'<h2 id="([^"]+)"', html) == ["the-wall", "the-wall_1", "the-wall_2"]


@pytest.mark.parametrize(
    ("heading", "message"),
    [
        ("## {{ probe.count }} walls", "a number in a heading would change its address"),
        ("{{ probe.count }} walls\n---", "a number in a heading would change its address"),
        ("## [@one1994]", "a heading of citations alone; use words"),
        ("## The $r^k$ law", "a formula in a heading"),
        (r"## The \(r^k\) law", "a formula in a heading"),
    ],
)
def test_what_would_change_the_address_of_a_heading_is_refused(convert, heading, message):
    with pytest.raises(PageError, match=r"^page\.md:3: ") as error:
        convert(f"Words {{{{ probe.value }}}} and $r$.\n\n{heading}\n")
    assert message in error.value.message


def test_a_citation_where_it_would_lead_nowhere_is_refused(convert):
    for text in ("![a [@one1994]](photo.png)", '[link](#x "see [@one1994]")'):
        with pytest.raises(PageError, match=r"^page\.md:3: \[@one1994\]: cited in the name of a"):
            convert(f"Words [@two2004].\n\n{text}")


def test_a_citation_that_markdown_takes_for_the_address_of_a_link_is_refused(convert):
    with pytest.raises(PageError, match=r"^page\.md:3: \[@one1994\]: with one word after it"):
        convert("Words.\n\n[@one1994]: yes\n")
    assert "(Bengio, 1994" in re.sub(r"<[^>]+>", "", convert("[@one1994]: yes, they do."))


def test_a_footnote_of_the_name_of_a_work_is_refused(convert):
    with pytest.raises(PageError, match=r"^page\.md:3: \[\^one1994\]: "):
        convert("Words [@one1994].\n\n[^one1994]: A note.")


def test_elements_balance_around_line_numbers_and_tables_with_a_class(convert):
    html = convert('```python linenums="1"\na = 1\n```\n\nWords.\n\n<table class="wide"><tr><td>'
                   "cell</td></tr></table>\n\n| a |\n|---|\n| b |")  # fmt: skip
    assert len(re.findall(r"<div>\s*<table>\s*<thead>", html)) == 1
    for tag in ("div", "table", "td", "p"):
        assert len(re.findall(rf"<{tag}\b", html)) == html.count(f"</{tag}>"), tag
