"""What JAX has compiled is kept for the run: for its processes, and for the commands they start."""

import pytest


@pytest.fixture(scope="session")
def compiled(once):
    """Return the variables that have the commands of a run share what they compile."""
    folder = once("compiled", lambda folder: folder.mkdir())
    return {
        "JAX_COMPILATION_CACHE_DIR": str(folder),
        "JAX_COMPILATION_CACHE_MAX_SIZE": "1000000000",  # with a limit it locks: many write
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0.1",
    }


@pytest.fixture(autouse=True, scope="session")
def _compile_once(compiled):
    """Have this process share it too."""
    import jax

    jax.config.update("jax_compilation_cache_dir", compiled["JAX_COMPILATION_CACHE_DIR"])
    jax.config.update("jax_compilation_cache_max_size", 10**9)
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.1)
