"""`axes.js`: where axes end, what stands at their ticks, where names and drawn curves lie."""

import itertools
import math

import numpy as np
import pytest
from javascript import javascript

from explainer.drawing.style import power_of_ten
from explainer.figures.influence_curves import ENDS, POWERS, RANGE, TOPS
from longrange import influence


def test_an_axis_ends_at_the_first_top_that_holds_the_value():
    values = [0.2, 1, 1.5, 1.500001, 3, 5.9, 6.1, 14.9, 15.1, 304.5, 56347.5, 6e4, 1e6]
    got = javascript(
        'const { topFor } = await import("./axes.js");'
        "return given.values.map((one) => topFor(one, given.tops));",
        {"values": values, "tops": TOPS},
    )
    every = sorted(top * 10**n for top, n in itertools.product(TOPS, range(8)))
    assert got == [next(top for top in every if top >= value) for value in values]


def test_a_logarithmic_axis_is_raised_as_far_as_every_rate_needs():
    rates = np.round(np.arange(RANGE["r"][0], RANGE["r"][1] + 0.001, 0.01), 2)
    ends = [float(influence(r, RANGE["k"][1])) for r in rates]
    got = javascript(
        'const { powerFor } = await import("./axes.js");'
        "return given.values.map((one) => powerFor(one, given.ends, given.powers));",
        {"values": ends, "ends": ENDS["log"], "powers": POWERS},
    )
    low, high = (math.log10(end) for end in ENDS["log"])
    for end, power in zip(ends, got, strict=True):
        assert power * low <= math.log10(end) <= power * high
        smaller = [one for one in POWERS if one < power]
        assert not any(one * low <= math.log10(end) <= one * high for one in smaller)


def test_ticks_are_written_as_python_writes_them():
    exponents = list(range(-36, 13))
    powers, plain = javascript(
        """const { tick } = await import("./axes.js");
        return [given.powers.map((one) => tick(one, true)),
          given.plain.map((one) => tick(one, false))];""",
        {"powers": [10.0**e for e in exponents],
         "plain": [0, 0.5, 1 / 2 + 1e-12, 1.5, 5, 500, 9999, 20000.000001, 60000]},
    )  # fmt: skip
    assert powers == [power_of_ten(10.0**e) for e in exponents]
    assert plain == ["0", "0.5", "0.5", "1.5", "5", "500", "9999", "20\u202f000", "60\u202f000"]


@pytest.mark.parametrize("seed", range(4))
def test_names_are_kept_apart_in_their_order_and_move_no_more_than_they_must(seed):
    rng = np.random.default_rng(seed)
    low, high, gap = 10.0, 110.0, 16.0
    wanted = np.concatenate([rng.uniform(-50, 200, 3), rng.choice([60.0, 10.0], 1)])
    got = np.array(javascript(
        'const { spread } = await import("./axes.js");'
        "return spread(given.wanted, given.gap, given.low, given.high);",
        {"wanted": wanted.tolist(), "gap": gap, "low": low, "high": high},
    ))  # fmt: skip
    order = np.argsort(wanted, kind="stable")
    assert (np.diff(got[order]) >= gap - 1e-9).all()
    assert got.min() >= low - 1e-9
    assert got.max() <= high + 1e-9
    apart = np.clip(wanted, low, high)
    if (np.diff(apart[order]) >= gap).all():
        np.testing.assert_allclose(got, apart)


def test_a_drawn_curve_is_read_between_its_points():
    xs, ys = [10.0, 20.5, 60.2], [5.0, 7.3, 90.1]
    d = "M" + "L".join(f"{x} {y}" for x, y in zip(xs, ys, strict=True))
    at = [10, 12.5, 20.5, 33, 60.2]
    got = javascript(
        'const { heightAt, pointsOf } = await import("./axes.js");'
        "return given.at.map((x) => heightAt(pointsOf(given.d), x));",
        {"d": d, "at": at},
    )
    np.testing.assert_allclose(got, np.interp(at, xs, ys))
