"""`recall.js` against what both figures of the remembered picture compute with."""

import itertools
import json

import numpy as np
import pytest
from javascript import javascript

from explainer.making.files import ROOT
from explainer.shared import pixels as figure

DATA = json.loads((ROOT / "docs/figures/remembered_picture.json").read_text("utf-8"))
SETTINGS = [
    {"r": r, "d": d, "noise": noise}
    for r, d, noise in itertools.product((1, 0.99, 0.95, 0.8), (16, 64, 176, 256), (0.001, 0.2))
]


def test_recall_agrees_with_python():
    drawn = np.random.default_rng(0).integers(0, 16, figure.N)
    both = (figure.PIXELS, drawn)
    got = javascript(
        """const { recall, steadyError } = await import("./recall.js");
        const { signs, draws, pictures, settings } = given;
        const plus = [...signs].map((sign) => (sign === "+" ? 1 : -1));
        const noise = draws.split(" ").map(Number);
        return settings.map((one) => {
          const found = pictures.map((items) => recall(items, one, plus, noise));
          return { back: found.map(({ back }) => [...back]), errors: found[0].errors,
                   steady: steadyError(one.d, one.noise) };
        });""",
        {"signs": DATA["signs"], "draws": DATA["draws"], "settings": SETTINGS,
         "pictures": [((one - DATA["mean"]) / DATA["spread"]).tolist() for one in both]},
    )  # fmt: skip
    for settings, one in zip(SETTINGS, got, strict=True):
        for shown, items in zip(both, one["back"], strict=True):
            back = np.array(items) * figure.SPREAD + figure.MEAN
            np.testing.assert_allclose(
                back.clip(0, 15), figure.returned(shown, **settings), atol=1e-6
            )
        lost = figure.errors(**settings)
        assert np.mean(one["errors"]) == pytest.approx(lost["total"], abs=1e-6)
        assert np.mean(one["errors"][:16]) == pytest.approx(lost["top"], abs=1e-6)
        assert one["steady"] == pytest.approx(lost["width"] + lost["noisy"], abs=1e-6)
