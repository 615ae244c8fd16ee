"""What the library finds for a setting of the laboratory, and how JavaScript is held against it."""

import json
import math

import numpy as np

from explainer.making.files import ROOT
from longrange import jacobian, lab, matrices

DATA = json.loads((ROOT / "docs/figures/jacobian_lab.json").read_text("utf-8"))
LAGS = np.arange(DATA["last"] + 1)


def python(family, g, s, activation, d, seed, k):
    """Return what the library finds for a setting."""
    w = lab.matrix(family, d, g, seed=seed)
    states = lab.states(w, input_std=s, seed=seed, activation=activation)
    kind, t = {"activation": activation}, len(states) - 1
    return {
        "norm": matrices.spectral_norm(w),
        "radius": lab.radius(w),
        "rate": lab.rate(w, states, seed=seed, **kind),
        "norms": jacobian.norms(w, states, LAGS, times=[t], **kind)[:, 0],
        "values": jacobian.singular_values(w, states, t, k, **kind),
    }


def compare(found, expected):
    """Assert agreement to 1e-6; only where everything cancels, to rounding errors."""
    noise = 0 if math.isfinite(expected["rate"]) else 1e-14 * expected["norm"] ** LAGS
    np.testing.assert_array_less(
        np.abs(np.subtract(found["norms"], expected["norms"])),
        1e-6 * expected["norms"] + noise + 1e-300,
    )
    for key in ("norm", "radius"):
        assert math.isclose(found[key], expected[key], rel_tol=1e-6)
    rate = float(found["rate"])
    if math.isfinite(expected["rate"]):
        assert math.isclose(rate, expected["rate"], rel_tol=1e-6, abs_tol=1e-7)
        assert math.isclose(
            found["values"][0], expected["norms"][found["setting"]["k"]], rel_tol=1e-6
        )
    else:
        assert rate == -math.inf
        assert not any(found["norms"][2:])  # W² = 0
    values = expected["values"]
    seen = values > 1e-8 * values[0]  # smaller ones are rounding errors of the product
    if values[0] > 1e-12:
        assert np.allclose(np.array(found["values"])[seen], values[seen], rtol=1e-6, atol=0)
