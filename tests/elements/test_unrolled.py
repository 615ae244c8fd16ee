"""`unrolled.js` against the figure `unrolled_network`."""

import numpy as np
import pytest
from javascript import javascript

from explainer.figures import unrolled_network as figure
from longrange import influence

FACTORS = [float(influence(r, k)) for r in (0.3, 0.8, 1.0, 1.01, 1.2) for k in (0, 1, 2, 7, 30, 60)]


def test_what_stands_in_the_picture_agrees_with_python():
    steps = list(range(61))
    got = javascript(
        """const { shown, power } = await import("./unrolled.js");
        return given.map((k) => [shown(k), power(k)]);""",
        steps,
    )
    assert got == [[figure.shown(k), figure.power(k)] for k in steps]


def test_every_number_of_steps_shows_its_first_and_its_last_state():
    for k in range(61):
        steps = figure.shown(k)
        assert (steps[0], steps[-1]) == (0, k)
        assert len(steps) == min(k + 1, figure.SLOTS)
        if None in steps:
            hidden = set(range(k + 1)) - set(steps)
            assert len(hidden) == k + 2 - figure.SLOTS  # as the picture says


def test_marks_and_their_numbers_agree_with_python():
    got = javascript(
        """const { bounded, figures } = await import("./unrolled.js");
        return given.map((factor) => [bounded(factor), figures(factor)]);""",
        FACTORS,
    )
    for factor, (size, said) in zip(FACTORS, got, strict=True):
        assert size == pytest.approx(figure.bounded(factor), rel=1e-15)
        if 0.001 <= factor < 999.5:
            assert said == figure.figures(factor)
        number = said.removeprefix("×").replace("\u00a0", "").replace(" ", "")
        mantissa, _, exponent = number.partition("×10")
        digits = exponent.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
        assert float(f"{mantissa}e{digits or 0}") == pytest.approx(factor, rel=0.05)
        assert said.startswith("×") == (factor > 1)


def test_marks_are_to_scale_up_to_1_and_grow_above_it_within_bounds():
    factors = np.geomspace(1e-6, 1e6, 500)
    sizes = np.array([figure.bounded(factor) for factor in factors])
    assert (np.diff(sizes) > 0).all()
    np.testing.assert_array_equal(sizes[factors <= 1], factors[factors <= 1])
    assert sizes.max() < 1.65


def test_arrows_agree_with_python_and_are_as_wide_as_said():
    arrows = [((0, 0), (-50, 0), 9), ((120, 80), (120, 30), 0.002), ((5, 5), (25, 26), 14)]
    got = javascript(
        """const { arrow } = await import("./unrolled.js");
        return given.map((one) => arrow(...one));""",
        arrows,
    )
    for (tail, tip, width), corners in zip(arrows, got, strict=True):
        np.testing.assert_allclose(corners, figure.arrow(tail, tip, width), atol=1e-12)
        assert corners[3] == list(tip)
        np.testing.assert_allclose(np.mean([corners[0], corners[-1]], axis=0), tail, atol=1e-12)
        assert np.hypot(*np.subtract(corners[0], corners[-1])) == pytest.approx(width)


def test_band_is_that_of_python():
    got = javascript("""const { BAND, SLOTS } = await import("./unrolled.js");
        return [BAND, SLOTS];""")
    assert got == [figure.BAND, figure.SLOTS]
