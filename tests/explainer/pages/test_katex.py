"""The fonts a reader downloads: small first parts, and nothing missing."""

import io
import re

import pytest
from fontTools.ttLib import TTFont

from explainer.pages import katex

PAGES = ["Text $r^k \\le \\lVert W \\rVert$ and\n\n$$\n\\frac{a}{b} = {{ probe.value }}\n$$\n"]


@pytest.fixture(scope="module")
def assets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("katex")
    katex.write_assets(folder, PAGES)
    return folder


def faces(folder):
    css = (folder / "katex.css").read_text("utf-8")
    for rule in re.findall(r"@font-face\{(.*?)\}", css):
        ranges = re.search(r"unicode-range:([^;}]+)", rule)[1]
        yield re.search(r"url\(([\w.-]+)\)", rule)[1], points(ranges)


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
    for file, claimed in faces(assets):
        has = set(TTFont(io.BytesIO((assets / file).read_bytes())).getBestCmap())
        assert claimed <= has, file
        parts.setdefault(file.removesuffix(".woff2").removesuffix("-rest"), []).append(claimed)
    source = katex.node.MODULES / "katex/dist/fonts"
    for name, claims in parts.items():
        whole = set(TTFont(source / f"{name}.woff2").getBestCmap())
        assert set.union(*claims) == whole
        assert sum(map(len, claims)) == len(whole)


def test_the_first_parts_are_small(assets):
    source = katex.node.MODULES / "katex/dist/fonts"
    for name in ("KaTeX_Main-Regular", "KaTeX_Math-Italic"):
        first, whole = ((f / f"{name}.woff2").stat().st_size for f in (assets, source))
        assert first < whole / 2


def test_a_deleted_font_is_made_again_with_the_same_bytes_and_nothing_is_done_twice(assets):
    before = {path.name: path.read_bytes() for path in assets.iterdir()}
    (assets / "KaTeX_Main-Regular.woff2").unlink()
    katex.write_assets(assets, PAGES)
    assert {path.name: path.read_bytes() for path in assets.iterdir()} == before
    made = (assets / "katex.css").stat().st_mtime_ns
    katex.write_assets(assets, PAGES)
    assert (assets / "katex.css").stat().st_mtime_ns == made
