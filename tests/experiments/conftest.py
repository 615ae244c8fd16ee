"""What JAX has compiled is kept for the run: for its processes, and for the commands they start."""

import pytest


@pytest.fixture(scope="session")
def _cache(once):
    """Return the settings of JAX's cache of compiled programs."""
    return {
        "jax_compilation_cache_dir": str(once("compiled", lambda folder: folder.mkdir())),
        "jax_compilation_cache_max_size": 10**9,  # with a limit it locks: many write
        "jax_persistent_cache_min_compile_time_secs": 0.1,  # each write reads all that is there
    }


@pytest.fixture(scope="session")
def compiled(_cache):
    """Return the variables that have the commands of a run share what they compile."""
    return {name.upper(): str(value) for name, value in _cache.items()}


@pytest.fixture(autouse=True, scope="session")
def _compile_once(_cache):
    """Have this process share it too."""
    import jax

    for setting in _cache.items():
        jax.config.update(*setting)
