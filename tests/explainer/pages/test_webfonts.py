"""`explainer.pages.webfonts`: the faces of pages, cut to what the site is written in."""

import re

import pytest
from fontTools.ttLib import TTFont

from explainer.pages import webfonts

TEXTS = ["Größe", "λ₁ and ‖W‖"]


@pytest.fixture(scope="module")
def assets(tmp_path_factory):
    """Return a folder of faces, and the style sheet that names them."""
    folder = tmp_path_factory.mktemp("assets") / "faces"
    return folder, webfonts.write_assets(folder, TEXTS)


def shown(path):
    return set(TTFont(path).getBestCmap())


def test_each_face_is_a_file_that_shows_ascii_and_the_texts(assets):
    folder, _ = assets
    assert {path.name for path in folder.iterdir()} == {
        "faces.css", "LongrangeSans-licence.txt", "LongrangeSerif-licence.txt",
        *(f"{face.name}.woff2" for face in webfonts.FACES),
    }  # fmt: skip
    for face in webfonts.FACES:
        points = shown(folder / f"{face.name}.woff2")
        assert {*range(0x20, 0x7F), ord("ß")} <= points
        # Of what nobody wrote nothing is fetched.
        assert points <= {*range(0x20, 0x7F), *map(ord, "".join(TEXTS))}
    # Text and figures show all of it, the bold and the slanted letters.
    whole = [
        face.name for face in webfonts.FACES if ord("λ") in shown(folder / f"{face.name}.woff2")
    ]
    assert whole == ["LongrangeSerif-400", "LongrangeSans-400"]


def test_a_rule_names_family_weight_and_what_the_file_shows(assets):
    folder, css = assets
    rules = re.findall(r"@font-face\{(.*?)\}", css)
    assert len(rules) == len(webfonts.FACES)
    for face, rule in zip(webfonts.FACES, rules, strict=True):
        told = dict(one.split(":", 1) for one in rule.split(";"))
        assert told["font-family"] == f'"{face.family}"'
        assert told["font-weight"] == str(face.weight)
        assert told["font-style"] == ("italic" if face.italic else "normal")
        assert told["font-display"] == "optional"  # nothing moves when one comes late
        ranges = [one.removeprefix("U+").split("-") for one in told["unicode-range"].split(",")]
        named = {point for ends in ranges
                 for point in range(int(ends[0], 16), int(ends[-1], 16) + 1)}  # fmt: skip
        assert named == shown(folder / f"{face.name}.woff2")


def test_the_licence_goes_along_and_keeps_its_reserved_name(assets):
    folder, _ = assets
    for path in folder.glob("*-licence.txt"):
        text = path.read_text("utf-8")
        assert "SIL OPEN FONT LICENSE" in text.upper()
        assert "Reserved Font Name" in text
    for path in folder.glob("*.woff2"):
        table = TTFont(path)["name"]
        assert [table.getDebugName(number) for number in (1, 4, 6)] == [
            path.stem.split("-")[0].replace("Longrange", "Longrange "), path.stem, path.stem
        ]  # fmt: skip
        assert "Open Font License" in table.getDebugName(13)


def test_nothing_is_written_again_when_nothing_changed(assets, monkeypatch):
    folder, css = assets
    monkeypatch.setattr(webfonts, "write", lambda path, _: pytest.fail(f"{path} is written again"))
    assert webfonts.write_assets(folder, reversed(TEXTS)) == css  # their order is nothing


def test_a_new_sign_and_a_missing_file_have_all_made_again(assets, monkeypatch):
    folder, css = assets
    written = []
    monkeypatch.setattr(webfonts, "woff2", lambda *_: b"")
    monkeypatch.setattr(webfonts, "write", lambda path, _: written.append(path.name))
    assert webfonts.write_assets(folder, [*TEXTS, "ű"]) != css
    assert {f"{face.name}.woff2" for face in webfonts.FACES} | {"faces.css"} <= set(written)
    lost = folder / f"{webfonts.FACES[0].name}.woff2"
    kept = lost.rename(folder / "kept")
    try:
        written.clear()
        assert webfonts.write_assets(folder, TEXTS) == css
        assert lost.name in written
    finally:
        kept.rename(lost)
