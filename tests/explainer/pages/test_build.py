"""MkDocs builds two pages with the site's extensions: a mistake stops it and is named."""

import pytest
import yaml
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from explainer.making.files import ROOT
from explainer.pages.extension import PageError

INDEX = """---
title: First
---

# First

Some {{ probe.value:.5f }} was shown [@one1994], like $r^k$. See [the other](other.md#its-end).

![**It falls.** Caption.](figures/probe.svg)

$$
J = \\operatorname{diag}(1 - h^2)\\, W
$$
"""
OTHER = """---
title: Other
---

# Other

## Its end

[Back](index.md).
"""


@pytest.fixture
def two_pages(docs, tmp_path, monkeypatch):
    """Return the folder of two pages; they are built with the settings of ``mkdocs.yml``."""
    (docs / "index.md").write_text(INDEX, "utf-8")
    (docs / "other.md").write_text(OTHER, "utf-8")
    for suffix in ("csv", "png", "py"):  # what the page links to beside the picture
        (docs / f"figures/probe.{suffix}").write_text("")
    loader = type("Loader", (yaml.SafeLoader,), {})
    loader.add_constructor("!ENV", lambda *_: "")
    settings = yaml.load((ROOT / "mkdocs.yml").read_text("utf-8"), loader)
    kept = {key: settings[key] for key in ("site_name", "markdown_extensions", "validation")}
    kept["markdown_extensions"] = [
        {one: {"docs": str(docs)}} if str(one).startswith("explainer.") else one
        for one in settings["markdown_extensions"]
    ]
    kept |= {"docs_dir": docs.name, "theme": "mkdocs", "plugins": [], "strict": True}
    (tmp_path / "mkdocs.yml").write_text(yaml.safe_dump(kept), "utf-8")
    monkeypatch.chdir(tmp_path)
    return docs


def test_pages_without_a_mistake_are_built(two_pages):
    build(load_config("mkdocs.yml"))
    text = (two_pages.parent / "site/index.html").read_text("utf-8")
    assert "Some 0.00124 was shown" in text
    assert text.count("<math") == 2
    assert '<figure class="lr-figure" id="probe" ' in text
    assert "On LSTMs and Größe" in text


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("probe.value", "prob.value", 7, "no figure 'prob'"),
        ("probe.value", "probe.volume", 7, "probe has no 'volume'; it has value"),
        ("value:.5f", "value:.5z", 7, "format '.5z' does not fit"),
        ("[@one1994]", "[@one1890]", 7, "no such entry in references.bib"),
        ("other.md#", "another.md#", 7, "there is no page another.md"),
        ("#its-end", "#the-end", 7, "other.md has no #the-end; it has its-end"),
        ("#its-end", "#r=0.9", 7, "there is no 'r' to set"),
        ("(figures/probe.svg)", "(figures/prob.svg)", 9, "figure 'prob' cannot be"),
        # A formula is named by the line where it begins.
        (r"\operatorname{diag}", r"\operatornam{diag}", 11, "KaTeX parse error"),
    ],
)
def test_a_mistake_stops_the_build_with_file_and_line(two_pages, old, new, line, message):
    assert old in INDEX
    (two_pages / "index.md").write_text(INDEX.replace(old, new), "utf-8")
    with pytest.raises(PageError) as error:
        build(load_config("mkdocs.yml"))
    assert error.value.message.startswith(f"docs/index.md:{line}: ")
    assert message in error.value.message
    assert not (two_pages.parent / "site/index.html").exists()


def test_a_broken_link_to_a_file_stops_the_build(two_pages, caplog):
    (two_pages / "index.md").write_text(INDEX.replace("other.md#its-end", "other.csv"), "utf-8")
    with pytest.raises(Abort):
        build(load_config("mkdocs.yml"))
    assert "other.csv" in caplog.text
