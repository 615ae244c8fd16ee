"""`training.js` against `longrange.training`: every network on every diet."""

import itertools

import numpy as np
import pytest
from javascript import javascript

from longrange import training
from longrange.training import DIETS, NETWORKS, Training

RUN = """
  const { Training } = await import("./training.js");
  return given.map(({ setting, steps, words }) => {
    const run = new Training(setting);
    const start = [...run.net.flat];
    const losses = [], reach = [];
    let first;
    for (let i = 0; i < steps; i++) {
      losses.push(run.step().loss);
      reach.push(run.reach);
      first ??= [...run.net.flatSlopes];
    }
    const right = run.tested.map((k) => run.right(k));
    const beliefs = [...run.beliefs(Int32Array.from(words))];
    return { start, first, losses, reach, right, byLag: [...run.byLag()], beliefs };
  });
"""
WORDS = [0, 1, 22, 6, 1, 12, 31, 2]


def flat(parts):
    """Return weights in the order in which JavaScript has them, of U a row for each word."""
    turned = parts | {"U": parts["U"].T}
    return np.concatenate([turned[name].ravel() for name in "WUbcva" if name in turned])


def setting(network, diet, **more):
    return {"network": network, "diet": diet, "distance": 9, "d": 10, "rate": 0.01, "clip": True,
            "bias": 1, "seed": 3, **more}  # fmt: skip


CASES = [setting(network, diet) for network, diet in itertools.product(NETWORKS, DIETS)]
CASES += [
    setting("tanh", "mixture", clip=False, rate=0.03, d=8, seed=65535),
    setting("lstm", "growing", bias=4, distance=33, d=16, seed=0),
]


@pytest.fixture(scope="module")
def found():
    return javascript(RUN, [{"setting": one, "steps": 50, "words": WORDS} for one in CASES])


@pytest.mark.parametrize("i", range(len(CASES)), ids=lambda i: " ".join(
    str(CASES[i][key]) for key in ("network", "diet", "distance")))  # fmt: skip
def test_a_run_is_the_librarys(found, i):
    ours, theirs = Training(**CASES[i]), found[i]
    np.testing.assert_array_equal(theirs["start"], flat(ours.weights))
    for n in range(50):
        step = ours.step()
        assert theirs["losses"][n] == pytest.approx(step.loss, rel=1e-8)
        assert theirs["reach"][n] == ours.reach
        if n == 0:
            first = flat(step.weights)
            np.testing.assert_allclose(
                theirs["first"], first, rtol=0, atol=1e-12 * abs(first).max()
            )
    assert theirs["right"] == [ours.right(k) for k in ours.tested]
    np.testing.assert_allclose(theirs["byLag"], ours.by_lag(), rtol=1e-6, atol=1e-12)
    odds = training.log_odds(ours.network, ours.weights, [WORDS])[0]
    np.testing.assert_allclose(theirs["beliefs"], odds, rtol=1e-7)


@pytest.mark.parametrize("network", NETWORKS)
def test_after_500_steps_as_many_are_right(network):
    """But for sentences on the edge: rounding errors grow while a network learns."""
    case = setting(network, "mixture", distance=16, d=8)
    (theirs,) = javascript(RUN, [{"setting": case, "steps": 500, "words": WORDS}])
    ours = Training(**case)
    for _ in range(500):
        ours.step()
    for share, k in zip(theirs["right"], ours.tested, strict=True):
        assert share == pytest.approx(ours.right(k), abs=0.02)


def test_numbers_that_overflow_are_told_with_the_step():
    told = javascript(
        """
        const { Training } = await import("./training.js");
        const run = new Training(given);
        run.step();
        run.net.weights.W.fill(1e160);
        run.net.weights.U.fill(0);
        run.net.weights.b.fill(0);
        const before = [...run.net.flat];
        try {
          run.step();
        } catch (error) {
          const same = before.every((x, i) => x === run.net.flat[i]);
          return [error.message, run.steps, same];
        }
        """,
        setting("tanh", "alone", distance=60, clip=False),
    )
    assert told == ["numbers overflowed at step 2: the rate is too large", 1, True]
