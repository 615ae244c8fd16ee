"""Formulas by KaTeX, with arithmatex and Python-Markdown alone."""

import re

import markdown
import pytest

from explainer.pages.extension import PageError
from explainer.pages.formulas import FormulasExtension
from explainer.pages.tokens import TokensExtension


def convert(text, docs="docs"):
    options = {"docs": str(docs), "file": "page.md"}
    extensions = ["pymdownx.arithmatex", "md_in_html", "tables", TokensExtension(**options),
                  FormulasExtension(**options)]  # fmt: skip
    return markdown.markdown(
        text, extensions=extensions, extension_configs={"pymdownx.arithmatex": {"generic": True}}
    )


def test_inline_and_display_formulas_come_as_html_and_mathml():
    html = convert("Here $r^k$.\n\n$$\n\\lVert W\\rVert^k\n$$\n")
    assert html.count('class="katex"') == 2
    assert html.count("<math") == 2
    assert html.count('class="katex-display"') == 1
    assert 'encoding="application/x-tex">r^k</annotation>' in html
    assert "$" not in html


def test_signs_that_html_needs_for_itself():
    html = convert(r"$\begin{pmatrix} a & b \\ c & d \end{pmatrix}$ and $a < b > c$")
    assert "amp;" not in re.sub(r"<annotation.*?</annotation>", "", html)
    assert html.count("<mtd>") == 4
    assert "<mo>&lt;</mo>" in html


def test_formulas_inside_lists_tables_and_html():
    text = '- $a$\n\n| x |\n|---|\n| $b$ |\n\n<div markdown="1">\n\n$$\nc\n$$\n\n</div>\n'
    assert convert(text).count("<math") == 3


@pytest.mark.parametrize(
    ("after", "kept"), [(".", True), (", b", True), (")", True), (" b", False)]
)
def test_what_closes_stays_with_the_formula(after, kept):
    text = re.sub(r"<[^>]+>", "", convert(f"$a${after}"))
    assert text.endswith(("\u2060" if kept else "a") + after)


def test_numbers_inside_formulas(docs):
    assert "<mn>12</mn>" in convert("$r^{{{ probe.count }}}$", docs)


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        (r"\frac{a}", "expected '}'"),
        (r"\nonsense", "Undefined control sequence"),
        ("{a", "Expected '}'"),
    ],
)
def test_a_formula_katex_rejects_fails_with_file_and_line(formula, reason):
    with pytest.raises(PageError) as error:
        convert(f"Fine: $a$.\n\nBad: ${formula}$.")
    assert error.value.message.startswith(f"page.md:3: formula {formula}: KaTeX parse error: ")
    assert reason in error.value.message


def test_the_line_is_found_where_the_formula_has_a_number_in_it(docs):
    with pytest.raises(PageError, match=r"^page\.md:5: formula"):
        convert("One.\n\nTwo.\n\n$$\n\\nonsense {{ probe.count }}\n$$\n", docs)


def test_the_formula_is_found_not_one_that_holds_its_letters():
    with pytest.raises(PageError, match=r"^page\.md:3: formula"):
        convert("Fine: $x^2$ and $x^{3}$.\n\nBad: $x^$.")


def test_a_formula_in_a_heading_is_refused():
    with pytest.raises(PageError, match=r"^page\.md:3: a formula in a heading"):
        convert("Text $a$.\n\n## The $r^k$ law")


def test_a_formula_that_is_not_closed_is_refused():
    with pytest.raises(PageError, match=r"^page\.md:3: \$\$ without its other half"):
        convert("Text.\n\n$$\na = 1\n\nMore.")
