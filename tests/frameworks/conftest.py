"""What the tests against PyTorch, Keras and Flax share: the frameworks, inputs, a tolerance."""

import os

import frameworks
import numpy as np
import pytest
from frameworks import READS, SEQUENCES, STEPS, TOLERANCE

os.environ["KERAS_BACKEND"] = "jax"  # before Keras


@pytest.fixture(scope="session")
def torch():
    """Return PyTorch."""
    return frameworks.find("torch")


@pytest.fixture(scope="session")
def keras(jax, tmp_path_factory):
    """Return Keras on JAX, with settings that are nobody's."""
    os.environ["KERAS_HOME"] = str(tmp_path_factory.mktemp("keras"))
    return frameworks.find("keras")


@pytest.fixture(scope="session")
def linen(jax):
    """Return Flax as it was first."""
    return frameworks.find("flax.linen")


@pytest.fixture(scope="session")
def nnx(jax):
    """Return Flax as it is now."""
    return frameworks.find("flax.nnx")


@pytest.fixture(params=TOLERANCE)
def dtype(request):
    """Return the name of the format that the framework computes in."""
    return request.param


@pytest.fixture
def inputs(dtype):
    """Return inputs of shape (T, B, I) in that format."""
    return np.random.default_rng(0).normal(size=(STEPS, SEQUENCES, READS)).astype(dtype)


@pytest.fixture
def hold(dtype):
    """Return a function that holds the states of a net against the framework's, (T, B, S)."""

    def hold(net, inputs, states):
        found = net.run(inputs, batch_first=False).states
        assert states.dtype == dtype
        assert found.shape == states.shape
        np.testing.assert_allclose(found, states, rtol=0, atol=TOLERANCE[dtype])
        assert abs(states).max() > 0.1  # they tell something

    return hold


@pytest.fixture
def draw(dtype):
    """Return a function that draws weights, so small that a network with relu stays small."""

    def draw(shapes, seed=0):
        rng = np.random.default_rng(seed)
        return [rng.uniform(-0.4, 0.4, shape).astype(dtype) for shape in shapes]

    return draw
