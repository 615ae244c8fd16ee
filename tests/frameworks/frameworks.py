"""PyTorch, Keras and Flax, where they are installed, and where they must be.

``REQUIRE_FRAMEWORKS`` names those that must be, as ``.ci/run`` does; else what is there is tried,
and ``pip install -c constraints.txt -e '.[test,frameworks]'`` brings all.
"""

import importlib
import os

import pytest

N, READS, STEPS, SEQUENCES = 5, 3, 40, 2
# How far a state of a net, computed in float64, may lie from that of the framework.
TOLERANCE = {"float32": 1e-6, "float64": 1e-12}


def find(name):
    """Return a module, or skip the test, or its file, where the package is lacking and may be."""
    package = name.partition(".")[0]
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != package:  # it is there, and broken
            raise
        required = os.environ.get("REQUIRE_FRAMEWORKS", "").split(",")
        assert package not in required, f"{package} is not installed"
        pytest.skip(f"{package} is not installed", allow_module_level=True)
