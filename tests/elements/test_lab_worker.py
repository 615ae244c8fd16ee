"""`lab-worker.js`, with `network.js` and `jacobian.js`, against the library."""

import pytest
from javascript import javascript
from laboratory import LAGS, compare, python

from longrange import lab

SETTINGS = [  # gain, input, activation, width, seed, lag
    (0.25, 0.5, "tanh", 8, 3, 5),
    (1.0, 0.0, "tanh", 24, 0, 30),
    (1.5, 0.5, "tanh", 64, 0, 10),
    (3.0, 0.0, "tanh", 64, 7, 20),
    (3.0, 2.0, "tanh", 32, 99, 60),
    (0.9, 0.5, "linear", 64, 0, 40),
    (3.0, 1.0, "linear", 16, 5, 60),
]
# The worker as the page has it: it is sent a setting and posts what it found.
ASK = """
  globalThis.onmessage = null; // it assigns to it, as to a variable that is there
  await import("./lab-worker.js");
  const found = [];
  for (const data of given) {
    await new Promise((done) => {
      globalThis.postMessage = (answer) => { found.push(answer); done(); };
      onmessage({ data });
    });
  }
  return found;
"""


@pytest.mark.parametrize("family", lab.FAMILIES)
def test_the_numbers_are_the_librarys(family):
    names = ("g", "s", "activation", "d", "seed", "k")
    asked = [{"family": family} | dict(zip(names, one, strict=True)) for one in SETTINGS]
    every = javascript(ASK, [one | {"lags": int(LAGS[-1])} for one in asked])
    for one, found in zip(asked, every, strict=True):
        compare(found, python(**one))


def test_the_last_of_many_settings_is_the_one_that_is_answered_last():
    """A newer setting ends an older one; whatever is left out, the last one never is."""
    start = {"family": "gaussian", "s": 0.5, "activation": "tanh", "d": 16, "seed": 0, "k": 5}
    asked = [start | {"g": g, "lags": 60} for g in (1.1, 1.2, 1.3, 1.4, 1.5)]
    answered = javascript(
        """
        globalThis.onmessage = null;
        await import("./lab-worker.js");
        const answered = [];
        await new Promise((done) => {
          globalThis.postMessage = ({ setting }) => {
            answered.push(setting);
            if (setting === given.at(-1)) done();
          };
          for (const data of given) onmessage({ data });
        });
        return answered;
        """,
        asked,
    )
    assert answered[-1] == asked[-1]
    assert len(answered) < 5  # those in between were never begun
