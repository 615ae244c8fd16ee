"""The fonts a reader downloads: small first parts, and nothing missing."""

import base64
import io
import re

import pytest
from fontTools.ttLib import TTFont

from explainer.pages import katex

PAGES = ["Text $r^k \\le \\lVert W \\rVert$ and\n\n$$\n\\frac{a}{b} = {{ probe.value }}\n$$\n"]
FACE = ("font-family", "font-style", "font-weight")


@pytest.fixture(scope="module")
def assets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("katex")
    katex.write_assets(folder, PAGES)
    return folder


def faces(folder):
    """Give of each @font-face rule: its face, whether it stands here, its bytes, its points."""
    css = (folder / "katex.css").read_text("utf-8")
    for rule in re.findall(r"@font-face\{(.*?)\}", css):
        ranges = re.search(r"unicode-range:([^;}]+)", rule)[1]
        face = tuple(re.search(rf"{name}:([^;}}]+)", rule)[1] for name in FACE)
        here, where = re.search(r"url\((data:font/woff2;base64,)?([^)]+)\)", rule).groups()
        data = base64.b64decode(where) if here else (folder / where).read_bytes()
        assert f"font-display:{'block' if here else 'swap'}" in rule  # early.js looks for it
        yield face, bool(here), data, points(ranges)


def points(ranges):
    found = set()
    for run in ranges.split(","):
        first, _, last = run.strip()[2:].partition("-")
        found |= set(range(int(first, 16), int(last or first, 16) + 1))
    return found


def test_characters_are_those_that_katex_sets():
    found = {chr(c) for c in katex.characters(PAGES)}
    assert set("rkW≤∥ab=0123456789") <= found
    assert "Z" not in found


def test_every_font_is_split_in_two_that_together_are_whole(assets):
    parts = {}
    for face, _, data, claimed in faces(assets):
        assert claimed <= set(TTFont(io.BytesIO(data)).getBestCmap()), face
        parts.setdefault(face, []).append(claimed)
    source = katex.node.MODULES / "katex/dist"
    css = (source / "katex.min.css").read_text("utf-8")
    rules = re.findall(r"@font-face\{(.*?)\}", css)
    assert len(parts) == len(rules)
    for rule in rules:
        face = tuple(re.search(rf"{name}:([^;}}]+)", rule)[1] for name in FACE)
        file = re.search(r"fonts/[\w-]+\.woff2", rule)[0]
        whole = set(TTFont(source / file).getBestCmap())
        assert set.union(*parts[face]) == whole
        assert sum(map(len, parts[face])) == len(whole)


def test_the_first_parts_are_small_and_the_commonest_come_with_the_style_sheet(assets):
    source = katex.node.MODULES / "katex/dist/fonts"
    for name, style in (("Main-Regular", "normal"), ("Math-Italic", "italic")):
        family = f"KaTeX_{name.partition('-')[0]}"
        first, rest = (
            (here, len(data))
            for face, here, data, _ in faces(assets)
            if face == (family, style, "400")
        )
        whole = (source / f"KaTeX_{name}.woff2").stat().st_size
        assert first[0]
        assert first[1] < whole / 2
        assert not rest[0]


def test_a_deleted_font_is_made_again_with_the_same_bytes_and_nothing_is_done_twice(assets):
    before = {path.name: path.read_bytes() for path in assets.iterdir()}
    (assets / "KaTeX_Main-Bold.woff2").unlink()
    katex.write_assets(assets, PAGES)
    assert {path.name: path.read_bytes() for path in assets.iterdir()} == before
    made = (assets / "katex.css").stat().st_mtime_ns
    katex.write_assets(assets, PAGES)
    assert (assets / "katex.css").stat().st_mtime_ns == made
