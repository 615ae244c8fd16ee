"""The largest singular value of many matrices, against the SVD of each."""

import numpy as np
import pytest

from longrange import nets
from longrange.nets import products


def stacks(n, count=6):
    """Return stacks of matrices of every kind of spectrum."""
    rng = np.random.default_rng(n)
    frames = np.linalg.qr(rng.normal(size=(2, count, n, n)))[0]
    by_values = {
        "isometries": np.ones(n),
        "graded": 10.0 ** -np.arange(n),
        "two alike": np.array([1.0, 1.0 - 1e-9, *np.full(n, 0.1)])[:n],
        "one below another": np.array([1.0, 0.99, *np.full(n, 0.01)])[:n],
        "one that a start may miss": np.array([1.0, *np.full(n - 1, 0.999)]),
        "of rank one": np.eye(n)[0],
        "nothing": np.zeros(n),
    }
    made = {name: (frames[0] * values) @ frames[1] for name, values in by_values.items()}
    gaussian = rng.normal(size=(count, n, n))
    product = np.linalg.matrix_power(gaussian, 8)  # of eight factors
    return made | {"gaussian": gaussian, "products": product}


@pytest.mark.parametrize("n", [1, 2, 5, 40])
def test_the_largest_singular_value_is_that_of_the_svd(monkeypatch, n):
    sure = {}
    for many in (0, 2**60):  # by Lanczos first, and by LAPACK alone
        monkeypatch.setattr(products, "_MANY", many)
        for name, rows in stacks(n).items():
            expected = np.linalg.norm(rows, 2, axis=(1, 2))
            np.testing.assert_allclose(products.largest(rows), expected, rtol=1e-13, atol=1e-150)
            sure[name] = products._leading(rows @ rows.transpose(0, 2, 1))[1]
    if n == 40:
        assert sure["products"].any()
        assert sure["graded"].all()
        assert not any(sure[name].any() for name in ("isometries", "two alike", "nothing"))
        assert not sure["one that a start may miss"].any()


def test_wide_blocks_give_what_narrow_ones_give():
    W = np.random.default_rng(0).normal(0, 40**-0.5, (40, 40))
    run = nets.tanh(W).run(np.random.default_rng(1).normal(size=(30, 20, 40)), batch_first=False)
    found = run.norms([1, 9], log=True)
    for t in (9, 29):
        for b in (0, 19):
            alone = run.norms([1, 9], times=t, log=True)[:, 0, b]
            np.testing.assert_allclose(found[:, t, b], alone, rtol=1e-12)
            expected = np.log(np.linalg.norm(run.jacobian(t, 9, sequence=b), 2))
            assert alone[1] == pytest.approx(expected, rel=1e-12)
