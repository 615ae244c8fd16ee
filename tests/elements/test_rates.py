"""`rates.js` against `longrange.rates`."""

import numpy as np
import pytest
from javascript import javascript

from longrange import half_life, horizon, influence


def test_rates_agree_with_python():
    r = np.round(np.arange(0.3, 1.2001, 0.01), 2).tolist()
    k = list(range(61))
    got = javascript(
        """const { influence, horizon, halfLife } = await import("./rates.js");
        return given.r.map((r) => ({ powers: given.k.map((k) => influence(r, k)),
          horizon: horizon(r), half: halfLife(r) }));""",
        {"r": r, "k": k},
    )
    for rate, row in zip(r, got, strict=True):
        np.testing.assert_allclose(row["powers"], influence(rate, k), rtol=1e-12)
        assert float(row["horizon"]) == pytest.approx(horizon(rate), rel=1e-12)
        assert float(row["half"]) == pytest.approx(half_life(rate), rel=1e-12)


def test_shares_are_said_in_per_cent_and_what_has_grown_in_times():
    given = [1, 0.8, 0.2097, 0.02815, 1e-5, 9.96e-6, 1.9e-9, 1.01, 1.996, 3.583, 18.49, 46805.8]
    said = javascript(
        'const { share } = await import("./rates.js"); return given.map(share);', given
    )
    assert said == [
        "100\xa0%", "80\xa0%", "21\xa0%", "2.8\xa0%", "0.001\xa0%", "1.0\xa0×\xa010⁻³\xa0%",
        "1.9\xa0×\xa010⁻⁷\xa0%", "×1.01", "×2", "×3.6", "×18", "×4.7\xa0×\xa010⁴",
    ]  # fmt: skip


def test_numbers_are_said_in_three_figures():
    said = javascript(
        'const { figures } = await import("./rates.js"); return given.map(figures);',
        [0.00123794, 0.2097, 17.449, 56347.5, 5.6e-8, 1],
    )
    assert said == ["0.00124", "0.210", "17.4", "5.6\xa0×\xa010⁴", "5.6\xa0×\xa010⁻⁸", "1.00"]
