"""`lab-results.js` against the figure `jacobian_lab`, and in words."""

import json
import re

import numpy as np
import pytest
from javascript import javascript
from laboratory import DATA, LAGS, python

from explainer.figures import jacobian_lab as figure
from explainer.making.files import FIGURES, ROOT
from explainer.pages.tokens import filled, value_of

LIMITS = {
    "names": DATA["laws"],
    "within": DATA["within"],
    "level": DATA["level"],
    "gap": 7,
}
SETTINGS = [  # family, gain, input, activation, width, seed
    ("gaussian", 1.0, 0.5, "tanh", 64, 0),
    ("gaussian", 0.25, 0.0, "tanh", 8, 3),
    ("gaussian", 1.59, 0.5, "tanh", 64, 0),
    ("orthogonal", 1.0, 0.5, "linear", 16, 2),
    ("symmetric", 0.9, 0.0, "linear", 24, 0),
    ("symmetric", 0.9, 0.5, "tanh", 24, 5),
    ("triangular", 1.2, 0.5, "linear", 16, 1),
    ("ring-chain", 0.9, 0.0, "linear", 32, 0),
    ("cancelling", 3.0, 1.5, "tanh", 64, 0),
    ("cancelling", 3.0, 1.5, "linear", 64, 0),
]
TOLD = 'const { told } = await import("./lab-results.js"); return told(given.found, given.limits);'


def found(family, g, s, activation, d, seed, k=30):
    """Return what the worker would post, by the library; JSON has no infinities."""
    one = python(family, g, s, activation, d, seed, k)
    setting = {"family": family, "g": g, "s": s, "activation": activation, "d": d, "seed": seed}
    return {
        "setting": setting | {"k": k},
        **{name: one[name] for name in ("norm", "radius")},
        "rate": max(one["rate"], -1e300),
        "norms": one["norms"].tolist(),
    }


def test_laws_and_the_nearest_of_them_are_those_of_python():
    every = [found(*setting) for setting in SETTINGS]
    answers = javascript(
        """
        const { laws, meanFactor, nearest } = await import("./lab-results.js");
        return given.every.map((found) => {
          const [factors, factor] = [laws(found), meanFactor(found.norms)];
          return { factors, nearest: factor ? nearest(factors, factor, given.within) : [] };
        });
        """,
        {"every": every, "within": DATA["within"]},
    )
    told = set()
    for one, answer in zip(every, answers, strict=True):
        factors = {name: one[name] for name in ("norm", "radius")} | {"rate": np.exp(one["rate"])}
        assert list(answer["factors"].values()) == pytest.approx(list(factors.values()))
        expected = figure.nearest(answer["factors"], np.array(one["norms"]))
        assert answer["nearest"] == expected
        told.add(tuple(expected))
    assert {(), ("rate",), ("radius", "rate"), ("bound", "radius", "rate")} <= told


def test_a_law_is_told_beside_the_nearest_up_to_the_limit():
    within = DATA["within"]
    factors = {"bound": 0.9 * np.exp(1.01 * within), "radius": 0.9 * np.exp(0.99 * within)}
    factors["rate"] = 0.9
    norms = 0.9**LAGS
    told = javascript(
        """
        const { meanFactor, nearest } = await import("./lab-results.js");
        return nearest(given.factors, meanFactor(given.norms), given.within);
        """,
        {"factors": factors, "norms": norms.tolist(), "within": within},
    )
    assert told == figure.nearest(factors, norms) == ["radius", "rate"]


def test_the_first_readout_is_what_python_wrote_into_the_page():
    start = DATA["start"]
    one = found(
        *(start[key] for key in ("family", "g", "s", "activation", "d", "seed")), start["k"]
    )
    html = (ROOT / "docs/elements/jacobian-lab.html").read_text("utf-8")
    written = filled(html, lambda token: value_of(FIGURES, *token.group("stem", "key", "format")))
    bare = re.sub(r"(?s)<(span|i)[^>]*>(\D*?)</\1>", r"\2", written)
    readout = dict(re.findall(r'data-value="(\w+)">([^<]*)<', bare))
    code = 'const { values } = await import("./lab-results.js");'
    code += "return values(given.found, given.limits);"
    assert javascript(code, {"found": one, "limits": LIMITS}) == readout


def say(**changes):
    """Return what is told of a network for which all laws agree, but for `changes`."""
    one = {
        "setting": {"activation": "tanh", "k": 2},
        "norm": 0.8,
        "radius": 0.8,
        "rate": float(np.log(0.8)),
        "norms": (0.8**LAGS).tolist(),
    }
    return javascript(TOLD, {"found": one | changes, "limits": LIMITS})


def test_what_is_told():
    assert say() == (
        "By law: ‖W‖ 0.80, ρ 0.80, λ₁ −0.223, effective r 0.800; this r alone says: half left "
        "after 3.1 words, 1 % after 20.6.\n"
        "Measured: 0.640 at lag 2, 0.210 for “cat”, 7 words back. "
        "Nearest: the bound, the radius, its own rate."
    )
    assert "Nearest: the radius." in say(norm=0.9, radius=0.8, rate=-1)


def test_a_rate_that_one_run_cannot_tell_from_zero_is_no_horizon():
    vague = "level, as far as one run tells"
    for rate in (0.0099, -0.0099, 0):
        assert vague in say(rate=rate)
    assert "doubles every 69.3 words" in say(rate=0.01)
    linear = {"activation": "linear", "k": 2}
    assert "doubles every 70.0 words" in say(rate=0.0099, setting=linear)  # exact: no vagueness
    assert "λ₁ 0.000, effective r 1.000; this r alone says: never changes." in say(
        rate=-1e-12, setting=linear
    )


def test_one_run_is_as_vague_as_runs_scatter():
    settings = json.loads((ROOT / "docs/figures/lab_settings.json").read_text("utf-8"))
    assert round(settings["scatter"]["drives"], 2) == DATA["level"]


def test_where_nothing_is_left_no_law_is_nearest():
    gone = [1, 3, *[0] * (len(LAGS) - 2)]
    told = say(norms=gone, radius=0, rate=-1e300)
    assert "effective r 0.000; this r alone says: all is lost.\nMeasured: 0 at lag 2, 0 for" in told
    assert told.endswith("Nothing is left.")


def test_minus_infinity_is_written_as_people_do():
    told = javascript(
        """
        const { told } = await import("./lab-results.js");
        return told({ ...given.found, rate: -Infinity }, given.limits);
        """,
        {"found": found(*SETTINGS[-1]), "limits": LIMITS},
    )
    assert "λ₁ −∞, effective r 0.000; this r alone says: all is lost." in told


def test_what_is_measured_stands_apart_from_what_the_rate_says():
    """The rate says that half is gone after 2.5 words; measured, 7 words leave 0.73."""
    start = DATA["start"]
    keys = ("family", "g", "s", "activation", "d", "seed")
    law, measured = javascript(
        TOLD, {"found": found(*(start[key] for key in keys), start["k"]), "limits": LIMITS}
    ).split("\n")
    assert "half left" in law
    assert "cat" not in law
    assert f"{DATA['at_gap']:.3f} for “cat”, 7 words back" in measured
    assert "half" not in measured


def test_a_control_that_cannot_act_is_known_and_no_other():
    """A control acts if another value of it gives other norms, by the library."""
    others = {"s": 1.5, "seed": 9}
    every = [(f, a) for f in figure.lab.FAMILIES for a in ("tanh", "linear")]
    idle = javascript(
        "const { idle } = await import('./lab-results.js');"
        "return given.map(([family, activation]) => Object.keys(idle({ family, activation })))",
        every,
    )
    for (family, activation), names in zip(every, idle, strict=True):
        setting = {
            "family": family,
            "g": 1.1,
            "s": 0.5,
            "activation": activation,
            "d": 8,
            "seed": 4,
        }
        norms = python(**setting, k=30)["norms"]
        still = [n for n, v in others.items()
                 if np.array_equal(python(**setting | {n: v}, k=30)["norms"], norms)]  # fmt: skip
        assert names == still, (family, activation)
