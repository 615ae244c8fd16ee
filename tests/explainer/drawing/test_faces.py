"""`explainer.drawing.faces`: static cuts of the variable fonts, and of these what is used."""

import base64
import io
import re

import pytest
from fontTools.ttLib import TTFont

from explainer.drawing import faces
from explainer.drawing.faces import SANS, SERIF, Face

REGULAR = Face(SANS, 400)


def opened(data):
    return TTFont(io.BytesIO(data))


def test_a_static_face_has_no_axes_and_says_its_family_and_weight():
    for face in (REGULAR, Face(SANS, 600)):
        font = opened(faces.static(face))
        assert "fvar" not in font
        assert font["OS/2"].usWeightClass == face.weight
        assert font["name"].getDebugName(1) == SANS
        # What labels of figures are written in is there.
        assert {ord(sign) for sign in "aZ0λ₁²–−’"} <= font.getBestCmap().keys()


def test_a_heavier_face_is_drawn_heavier():
    def stem(face):
        font = opened(faces.static(face))
        glyph = font["glyf"][font.getBestCmap()[ord("l")]]
        return glyph.xMax - glyph.xMin

    assert stem(Face(SANS, 600)) > stem(REGULAR)


def test_a_face_is_made_once_and_kept(tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(faces, "_CACHE", tmp_path / "faces")
    monkeypatch.setattr(faces, "_made", lambda face: made.append(face) or b"a font")
    assert [faces.static(REGULAR), faces.static(REGULAR)] == [b"a font"] * 2
    assert made == [REGULAR]
    assert faces.kept_at(REGULAR).read_bytes() == b"a font"


def test_faces_that_differ_are_kept_apart():
    different = [REGULAR, Face(SANS, 600), Face(SERIF, 400), Face(SERIF, 400, size=16),
                 Face(SERIF, 400, size=24), Face(SERIF, 400, italic=True, size=16)]  # fmt: skip
    assert len({faces.kept_at(face) for face in different}) == len(different)


def test_a_cut_shows_what_was_asked_and_nothing_else():
    asked = {ord(sign) for sign in "Waffle λ₁"}
    font = opened(faces.woff2(REGULAR, asked))
    assert font.flavor == "woff2"
    assert set(font.getBestCmap()) == asked


def test_the_same_cut_has_the_same_bytes():
    assert faces.woff2(REGULAR, map(ord, "abc")) == faces.woff2(REGULAR, map(ord, "cba"))


def test_the_rule_names_the_family_and_holds_the_cut():
    rule = faces.in_sheet(Face(SANS, 600), "hat")
    assert rule.startswith("@font-face{")
    assert re.search(rf"font-family: ?[\"']?{SANS}[\"']?;", rule)
    assert re.search(r"font-weight: ?600", rule)
    (data,) = re.findall(r"base64,([^)\"']+)", rule)
    assert set(opened(base64.b64decode(data)).getBestCmap()) == {ord(sign) for sign in "hat"}
    assert "http" not in rule  # nothing is fetched


def test_a_package_that_is_missing_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(faces, "_CACHE", tmp_path)
    monkeypatch.setattr(faces, "find_spec", lambda _: None)
    with pytest.raises(ModuleNotFoundError, match=f"{SERIF} comes with .* fontpkg_source_serif_4"):
        faces.static(Face(SERIF, 400, size=16))
    assert not list(tmp_path.iterdir())
