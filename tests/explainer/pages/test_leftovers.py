"""What does not match is named: markup that no extension knew is found in the finished page."""

import re

import pytest

from explainer.pages import leftovers, notebooks
from explainer.pages.extension import PageError


@pytest.mark.parametrize(
    "left",
    [
        "[@gone, p. 3",
        "[^note] without a note",
        "](other.md and so on",
        "![picture](a.png and so on",
        "{{ probe .value }}",
        "$r^k and no end",
        "$2n and no end",
        "$1 - d/n and no end",
        "$x$2 pieces",
        r"\alpha",
        r"\begin{align} a \end{align}",
        "**bold and no end",
        "<!-- and no end",
        "::: longrange.rates",
        "][no such link]",
        "{% include x %}",
        "!!! note",
        "{: .class and no end",
    ],
)
def test_markup_that_came_through_is_named_with_file_and_line(convert, left):
    with pytest.raises(PageError) as error:
        convert(f"Fine: $r^k$, [@one1994].\n\n```\n{left}\n```\n\nMore\nwords {left}.\n\nEnd.")
    assert error.value.message.startswith("page.md:8: ")
    assert left.split()[0] in error.value.message


@pytest.mark.parametrize(
    "fine",
    [
        "`[@gone] $x {{ no.such }}`",
        "```\n[@gone] $x \\[y\\]\n```",
        "    [@gone] $x {{ no.such }}",
        "It costs $5-$10, $1,000.50, US$5 or 5$, $20/month; from $5 to $6.",
        "The sign &#36;, a bracket &#91;@.",
        r"$\left[@\right]$ and $\text{US\$}$",
        "r**k in words",
        "<pre>$x [@gone]</pre>",
        "mail me@example.org",
    ],
)
def test_code_money_and_signs_by_number_are_let_through(convert, fine):
    assert convert(f"Words.\n\n{fine}\n\nEnd.")


def test_a_place_for_references_that_has_none_is_named(convert):
    with pytest.raises(PageError, match=r"^page\.md:3: ///Footnotes Go Here///"):
        convert("Nothing cited.\n\n///Footnotes Go Here///")


@pytest.mark.parametrize(
    "text",
    [
        "<p>Raw $r^k$.</p>",
        "<p>[@one1994]</p>",
        '<p title="[@one1994]">x</p>',
        "![of $r^k$](photo.png)",
        '[link](#x "of $r^k$")',
        "<https://x.org/$a$>",
        r"It is \$x\$.",
    ],
)
def test_raw_html_attributes_and_escaped_signs_are_read_too(convert, text):
    with pytest.raises(PageError, match=r"^page\.md:3: "):
        convert(f"Words.\n\n{text}\n")


def test_an_element_is_named_by_its_own_file(convert, docs):
    path = docs / "elements/probe.html"
    path.write_text("<probe-it>\n<!-- stage -->\n<b>{{probe .count}}</b></probe-it>", "utf-8")
    with pytest.raises(PageError) as error:
        convert("![It falls.](figures/probe.svg)")
    assert error.value.message.startswith(f"{path.as_posix()}:3: {{{{probe .count}}}}: ")


def test_the_place_is_where_it_stands_not_where_it_stands_in_code(convert):
    with pytest.raises(PageError, match=r"^page\.md:7: \$y and more"):
        convert("Words `$y and more`.\n\n<!--\n$y and more\n-->\n\nThen $y and more.")


@pytest.mark.parametrize(
    "text", ["[@one1994;\n@two2004]", "[@one1994; @two2004\n]", "[\n@one1994;@two2004]"]
)
@pytest.mark.parametrize(
    "before", ["Words {}.", "> Quoted\n> {}", "- item {}", "| a |\n|---|\n| {} |"]
)
def test_a_citation_over_two_lines_is_cited(convert, before, text):
    if before.startswith("|"):
        text = text.replace("\n", " ")
    html = convert(before.format(text.replace("\n", "\n> " if before.startswith(">") else "\n")))
    words = re.sub(r"<[^>]+>", "", html)
    assert "(Bengio, 1994; White et al., 2004)" in words


def test_a_slip_over_two_lines_is_named(convert):
    with pytest.raises(PageError, match=r"^page\.md:3: \[@one1994,\n?p\. 3\]: not a citation"):
        convert("Words.\n\nMore [@one1994,\np. 3].")


def test_a_known_work_without_brackets_is_named(convert):
    with pytest.raises(
        PageError, match=r"^page\.md:1: @one1994: not a citation; write \[@one1994\]"
    ):
        convert("As @one1994 says.")
    assert "@nobody" in convert("As @nobody says.")


def cells(html):
    return [
        re.sub(r"<math.*?</math>|<[^>]+>", "", cell) for cell in re.findall(r"<td>.*?</td>", html)
    ]


def test_a_formula_in_a_cell_keeps_its_bars(convert):
    html = convert("| law | size |\n|---|---|\n| bound | $|W|^k$ |\n| norm | $\\|J\\|$ |")
    assert cells(html) == ["bound", "∣W∣k", "norm", "∥J∥"]
    assert "|W|^k</annotation>" in html
    assert cells(convert("a | b\n---|---\n$|a|$ | \\(|b|\\)")) == ["∣a∣", "∣b∣"]
    assert cells(convert("| a | b |\n|---|---|\n| $5 | $10 |")) == ["$5", "$10"]


@pytest.mark.parametrize(
    "row", ["| bound | |W|^k |", "| one |", "| $5|$6 | x |", "|5$|6$|", "| a | b | c |"]
)
def test_a_row_that_does_not_fit_its_table_is_named(convert, row):
    with pytest.raises(PageError, match=r"^page\.md:4: .* cells? in a table of 2 columns"):
        convert(f"| law | size |\n|---|---|\n| a | b |\n{row}\n")


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        ("It is $5-$10.", 0),
        ("It is $5, then $x$.", 1),
        ("From $5 to $10 and $x$-$y$.", 2),
        ("A $ 5 $x$", None),
        ("$a$, $b$: $c$", 3),
        ("$x$2", None),
    ],
)
def test_a_dollar_sign_opens_and_closes_as_in_pandoc(convert, text, formulas):
    if formulas is None:
        with pytest.raises(PageError, match=r"^page\.md:1: \$"):
            convert(text)
    else:
        assert convert(text).count("<math") == formulas


def test_brackets_of_tex_are_set_or_refused(convert):
    assert convert(r"A \(y\) within.").count("<math") == 1
    assert convert("\\[\ny\n\\]").count("katex-display") == 1
    for text in (r"A \[y\] within.", r"A \[y", r"A \(y", r"An array\[0\]."):
        with pytest.raises(PageError, match=r"^page\.md:3: \\[\[(] is no formula here"):
            convert(f"Words.\n\n{text}")
    with pytest.raises(PageError, match=r"^page\.md:3: \\\(y\\\)"):
        convert("Words.\n\n<p>\\(y\\)</p>")


def test_the_name_of_a_picture_of_a_notebook_is_read_too(tmp_path):
    path = tmp_path / "small.py"
    path.write_text("# ---\n# title: x\n# ---\n\n# %% [markdown]\n# # Small\n\n# %%\ndraw()\n\n"
                    "# %% [markdown]\n# **It is {{ probe.x }}.** Words.\n", "utf-8")  # fmt: skip
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>'
    with pytest.raises(PageError, match=r"small\.py:12: \{\{ probe\.x"):
        notebooks.compose(notebooks.read(path), [[notebooks.Output("image/svg+xml", svg)]])


def test_formulas_that_are_set_are_not_left_over(convert):
    assert leftovers.leftovers(convert(r"$\{\{a\}\}$ and $\text{a \$x\$}$")) == []
