"""The style sheet of colours; what it does in a browser is tests/browser/test_scheme.py."""

from explainer.drawing.palette import PALETTE
from explainer.pages.colours import css


def test_every_concept_is_named_in_both_schemes_and_alone_for_old_browsers():
    old, new = css().split("@supports")
    for name, colour in PALETTE.items():
        assert f"--lr-{name}: {colour.light};" in old
        assert f"--lr-{name}: light-dark({colour.light}, {colour.dark});" in new
