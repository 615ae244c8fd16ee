"""Scripts and style sheets are minified file by file, and a mistake is named."""

import json
from pathlib import Path

import pytest
from javascript import javascript

from explainer.making.files import ROOT
from explainer.pages import minify
from explainer.pages.extension import PageError


@pytest.fixture
def elements(tmp_path):
    folder = tmp_path / "elements"
    folder.mkdir()
    (folder / "one.js").write_text(
        '// What it is.\nimport { two } from "./two.js";\n\nconst twice = two + two;\n'
        'export const url = new URL("two.js", import.meta.url);\nexport { twice };\n',
        "utf-8",
    )
    (folder / "two.js").write_text("/** Two. */\nexport const two = 2;\n", "utf-8")
    (folder / "one.css").write_text("one-two { & b { color: red; } }\n", "utf-8")
    return folder


def test_each_module_is_a_small_file_that_does_the_same(elements, tmp_path):
    target = tmp_path / "assets/elements"
    minify.write_all(elements, target)
    assert {path.name for path in target.iterdir()} == {
        "one.js", "one.js.map", "two.js", "two.js.map",
    }  # fmt: skip
    text = (target / "one.js").read_text("utf-8")
    assert "What it is" not in text
    assert len(text) < len((elements / "one.js").read_text("utf-8"))
    answer = javascript(
        "const { twice, url } = await import(given); return [twice, String(url)];",
        (target / "one.js").as_uri(),
    )
    assert answer == [4, (target / "two.js").as_uri()]
    # The browser's tools show the source.
    assert text.endswith("//# sourceMappingURL=one.js.map\n")
    source = json.loads((target / "one.js.map").read_text("utf-8"))
    assert source["sources"] == ["one.js"]
    assert source["sourcesContent"] == [(elements / "one.js").read_text("utf-8")]


def test_what_is_unchanged_stays_and_what_has_no_source_goes(elements, tmp_path):
    target = tmp_path / "assets"
    minify.write_all(elements, target)
    before = (target / "one.js").stat().st_mtime_ns
    (elements / "two.js").write_text("export const two = 3;\n", "utf-8")
    minify.write_all(elements, target)
    assert (target / "one.js").stat().st_mtime_ns == before
    assert "=3" in (target / "two.js").read_text("utf-8")
    (elements / "two.js").unlink()
    minify.write_all(elements, target)
    assert {path.name for path in target.iterdir()} == {"one.js", "one.js.map"}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("const a = 1;\n\nconst b = = 2;\n", 3, 'Unexpected "="'),
        ("const a = {\n  b: 1,\n  b: 2,\n};\n", 3, 'Duplicate key "b"'),  # to esbuild a warning
    ],
)
def test_a_mistake_in_a_script_is_named_and_nothing_is_written(
    elements, tmp_path, text, line, message
):
    (elements / "wrong.js").write_text(text, "utf-8")
    with pytest.raises(PageError) as error:
        minify.write_all(elements, tmp_path / "assets")
    path = (elements / "wrong.js").as_posix()
    assert error.value.message.startswith(f"{path}:{line}: {message}")
    assert not (tmp_path / "assets").exists()


def test_style_sheets_become_one_in_their_order_and_keep_their_nesting(elements):
    one = (elements / "one.css", (elements / "one.css").read_text("utf-8"))
    two = (elements / "two.css", "/* Why. */\none-two b { color: blue; }\n")
    made = minify.style([one, two]).replace("\n", "")
    assert made == "one-two{& b{color:red}}one-two b{color:#00f}"


def test_a_mistake_in_a_style_sheet_is_named():
    with pytest.raises(PageError, match=r"^wrong\.css:2: Expected"):
        minify.style([(Path("wrong.css"), "a { color: red; }\nb { color red; }\n")])


def test_the_sources_of_the_page_are_small_when_they_are_served(tmp_path):
    source = ROOT / "docs/elements"
    minify.write_all(source, tmp_path)
    served = sum(path.stat().st_size for path in tmp_path.glob("*.js"))
    assert served < 0.5 * sum(path.stat().st_size for path in source.glob("*.js"))
