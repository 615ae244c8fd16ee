"""`precision.js` against `longrange.precision`."""

import numpy as np
import pytest
from javascript import javascript

from longrange import bits_read_back
from longrange.precision import FORMATS


def messages(length):
    """Return messages of all kinds: fair, of long runs, nearly all 0 or 1, and the constant."""
    rng = np.random.default_rng(length)
    fair = rng.integers(0, 2, (20, length))
    rare = (rng.random((10, length)) < 0.1).astype(int)
    runs = np.cumsum(rng.random((10, length)) < 0.15, axis=1) % 2
    return np.concatenate([fair, rare, 1 - rare, runs, [[0] * length, [1] * length]])


def text(bits):
    return "".join(map(str, bits))


@pytest.mark.parametrize("name", FORMATS)
def test_the_bits_and_the_number_agree_with_python(name):
    asked = [messages(length) for length in range(1, 65)]
    texts = [text(row) for block in asked for row in block]
    assert len(texts) > 3000
    back, numbers = javascript(
        """const { readBack, written } = await import("./precision.js");
        return [given.texts.map((text) => readBack(given.name, text)),
                given.texts.map((text) => written(given.name, text))];""",
        {"name": name, "texts": texts},
    )
    expected = [text(row) for block in asked for row in bits_read_back(name, block)]
    assert back == expected
    assert any(a != b for a, b in zip(texts, expected, strict=True))
    kind = FORMATS[name]
    for message, number in zip(texts, numbers, strict=True):
        h = kind.type(0)
        for bit in message:
            h = (h + kind.type(int(bit))) / kind.type(2)
        assert number == float(h)
