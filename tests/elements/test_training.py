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


@pytest.mark.parametrize("diet", DIETS)
@pytest.mark.parametrize("network", NETWORKS)
def test_after_500_steps_as_many_are_right(network, diet):
    """But for sentences on the edge: rounding errors grow while a network learns."""
    case = setting(network, diet, distance=8, d=8)
    (theirs,) = javascript(RUN, [{"setting": case, "steps": 500, "words": WORDS}])
    ours = Training(**case)
    for _ in range(500):
        ours.step()
    for share, k in zip(theirs["right"], ours.tested, strict=True):
        assert share == pytest.approx(ours.right(k), abs=0.02)


def test_numbers_that_overflow_are_told_with_the_step():
    told = javascript(
        """
        const { Overflow, Training } = await import("./training.js");
        const run = new Training(given);
        run.step();
        const before = [...run.net.flat];
        try {
          run.step();
        } catch (error) {
          const same = before.every((x, i) => x === run.net.flat[i]);
          return [error instanceof Overflow, error.message, run.steps, same];
        }
        """,
        setting("tanh", "alone", rate=1e308, clip=False),
    )
    assert told == [True, "numbers overflowed at step 2: the rate is too large", 1, True]


def worker(given, code):
    """Return what `code` does with `told`, which asks the worker and returns its last picture."""
    return javascript(
        """
        const { ask } = await import("./training-worker.js");
        let latest, heard = () => {}, count = 0;
        const told = (asked, until = () => true) => new Promise((done) => {
          heard = (picture) => until(picture) && done(picture);
          ask({ ...asked, count: ++count }, (picture) => heard(picture));
        });
        """
        + code,
        given,
    )


def test_the_worker_trains_until_all_is_read():
    picture = worker(
        setting("tanh", "alone", distance=2),
        """
        await told({ begin: given, most: 30 });
        return told({ go: true }, ({ isOver }) => isOver);
        """,
    )
    assert (picture["steps"], picture["examples"]) == (30, 30 * training.BATCH)
    assert picture["isGoing"] is False
    ours = Training(**setting("tanh", "alone", distance=2))
    for _ in range(30):
        ours.step()
    found = dict(zip(picture["tested"], picture["right"], strict=True))
    assert found == {k: pytest.approx(ours.right(k), abs=0.01) for k in ours.tested}


def test_the_worker_stops_where_numbers_overflow_and_says_so():
    picture, later = worker(
        setting("gru", "mixture", rate=1e308, clip=False),
        """
        await told({ begin: given, most: 30 });
        const failed = await told({ go: true }, ({ failed }) => failed);
        return [failed, await told({ go: false })];
        """,
    )
    assert picture["failed"].startswith("numbers overflowed at step ")
    assert picture["isGoing"] is False
    assert "Infinity" not in str(picture) + str(later)
    assert "NaN" not in str(picture) + str(later)
    assert later["steps"] == picture["steps"]


def test_the_worker_leaves_a_run_for_another():
    pictures = worker(
        [setting("tanh", "alone", distance=3), setting("tanh", "alone", distance=5)],
        """
        await told({ begin: given[0], most: 4000 });
        const first = await told({ go: true }, ({ steps }) => steps > 0);
        const isOther = ({ tested }) => tested.includes(5);
        const second = await told({ begin: given[1], most: 4000 }, isOther);
        await new Promise((done) => setTimeout(done, 300));
        return [first, second, await told({ go: 1 })];
        """,
    )
    assert [picture["run"] for picture in pictures] == [1, 3, 3]
    assert [picture["isGoing"] for picture in pictures] == [True, False, False]
    assert [picture["steps"] for picture in pictures][1:] == [0, 1]


def test_the_worker_hides_no_other_fault():
    told = worker(
        setting("tanh", "alone"),
        """
        await told({ begin: given, most: 30 });
        const { Training } = await import("./training.js");
        Training.prototype.step = () => { throw new TypeError("a fault") };
        try {
          ask({ go: 1, count: 9 });
        } catch (error) {
          return error.message;
        }
        """,
    )
    assert told == "a fault"
