"""`gates.js` against `longrange.gates` and the figure `forget_bias`."""

import json

import numpy as np
import pytest
from javascript import javascript

from explainer.figures import forget_bias as figure
from explainer.making.files import ROOT
from longrange import gates, horizon

DATA = json.loads((ROOT / "docs/figures/forget_bias.json").read_text("utf-8"))


def test_gates_and_ends_of_the_axis_agree_with_python():
    biases = np.round(np.arange(-2, 8.05, 0.1), 1).tolist()
    got = javascript(
        """const { gate, axisEnd } = await import("./gates.js");
        const { horizon } = await import("./rates.js");
        return given.map((bias) => ({ gate: gate(bias), horizon: horizon(gate(bias)),
          end: axisEnd(gate(bias)) }));""",
        biases,
    )
    for bias, one in zip(biases, got, strict=True):
        f = gates.gate(bias)
        assert one["gate"] == pytest.approx(f, rel=1e-14)
        assert one["horizon"] == pytest.approx(horizon(f), rel=1e-11)
        assert one["end"] == figure.axis_end(horizon(f))
        assert one["end"] in DATA["ends"]
        # The horizon is in the picture, and not far to the left in it.
        assert 0.3 * one["end"] < one["horizon"] < one["end"]


def test_the_table_is_the_inverse_of_the_bias_for_a_horizon():
    """By hand and in the other direction: b = ln(f / (1 - f)) with f = 0.01^(1/k)."""
    table = DATA["table"]
    f = 0.01 ** (1 / np.array(table["horizon"]))
    assert np.log(f / (1 - f)) == pytest.approx(table["bias"], abs=1e-9)


def test_steps_are_written_as_people_do():
    said = javascript(
        'const { steps } = await import("./gates.js"); return given.map(steps);',
        [2.166, 14.7007, 99.94, 685.77, 13721.9],
    )
    assert said == ["2.2", "14.7", "99.9", "686", "13,722"]
