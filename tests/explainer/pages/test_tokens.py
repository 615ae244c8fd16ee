"""`{{ stem.key:format }}` on its own, with Python-Markdown alone."""

import json
import os

import markdown
import pytest

from explainer.pages.extension import PageError
from explainer.pages.tokens import TokensExtension


def convert(docs, text, **options):
    extension = TokensExtension(docs=str(docs), **options)
    return markdown.markdown(text, extensions=["fenced_code", extension])


@pytest.mark.parametrize(
    ("token", "shown"),
    [
        ("{{ probe.value:.5f }}", "0.00124"),
        ("{{probe.value:.3g}}", "0.00124"),
        ("{{ probe.count }}", "12"),
        ("{{ probe.count:04d }}", "0012"),
        ("{{ probe.name }}", "cat"),
        ("{{ probe.reader.r:.2f }}", "0.80"),
        ("{{ probe.list.1 }}", "2.5"),
        ("{{ probe.table.r=0.80.1:.1f }}", "0.8"),
        ("$r^{{{ probe.count }}}$", "$r^{12}$"),
        ("<b>{{ probe.count }}</b>", "<b>12</b>"),
        ("{{ probe.count }} and {{ probe.name }}", "12 and cat"),
    ],
)
def test_a_token_becomes_its_value(docs, token, shown):
    assert convert(docs, f"It is {token}.") == f"<p>It is {shown}.</p>"


def test_code_keeps_its_braces(docs):
    assert "{{ probe.count }}" in convert(docs, "`{{ probe.count }}`")
    assert "{{ no.such }}" in convert(docs, "```\n{{ no.such }}\n```")


def test_tex_braces_are_not_tokens(docs):
    assert convert(docs, r"$\frac{{a}}{{b}}$") == r"<p>$\frac{{a}}{{b}}$</p>"


@pytest.mark.parametrize(
    ("token", "message"),
    [
        ("{{ prob.value }}", "no figure 'prob'; there are probe"),
        ("{{ probe.valu }}", "probe has no 'valu'; it has value, count"),
        ("{{ probe.reader.k }}", "probe.reader has no 'k'; it has r"),
        ("{{ probe.list.-1 }}", "probe.list has no '-1'; it has list"),
        ("{{ probe.list.7 }}", "probe.list has no '7'; it has list"),
        ("{{ probe.value.x }}", "probe.value has no 'x'; it has float"),
        ("{{ probe.reader }}", "probe.reader is not one value"),
        ("{{ probe.name:.2f }}", "format '.2f' does not fit 'cat'"),
        ("{{ probe.value:.2q }}", "format '.2q' does not fit 0.00123794"),
        ("{{ probe.nothing:.2f }}", "format '.2f' does not fit None"),
    ],
)
def test_a_bad_token_fails_with_file_and_line(docs, token, message):
    page = docs / "page.md"
    text = (
        f"---\ntitle: x\n---\n\nFirst {{{{ probe.count }}}}.\n\n```\ncode\n```\n\nThen {token}.\n"
    )
    page.write_text(text, "utf-8")
    body = text.split("---\n\n")[1]  # site generators take the front matter off
    with pytest.raises(PageError) as error:
        convert(docs, body, file=str(page))
    assert error.value.message.startswith(f"{page.as_posix()}:11: {token}: {message}")


@pytest.mark.parametrize(
    "slip",
    [
        "{{ probe }}",
        "{{ no-such.r }}",
        "{{ Probe.x }}",
        "{{ probe.value | .2f }}",
        "{{ probe.value }",
        "{{probe-it.value}}",
        "{{probe}}",
    ],
)
def test_what_is_almost_a_token_fails_with_file_and_line(docs, slip):
    with pytest.raises(PageError, match=r"^page\.md:3: .*not a token") as error:
        convert(docs, f"Fine: {{{{ probe.count }}}}.\n\nSee {slip}", file="page.md")
    assert slip in error.value.message


def test_a_changed_number_is_read_again(docs):
    path = docs / "figures/probe.json"
    assert "12" in convert(docs, "{{ probe.count }}")
    path.write_text(json.dumps({"count": 13}), "utf-8")
    os.utime(path, (1, 1))
    assert "13" in convert(docs, "{{ probe.count }}")
