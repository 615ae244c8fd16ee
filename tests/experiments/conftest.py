"""What JAX has compiled is kept: cells and studies that are run again compile nothing again."""

import pytest


@pytest.fixture(scope="session")
def compiled(once):
    """Return the variables that have the commands of a run share what they compile."""
    folder = once("compiled", lambda folder: folder.mkdir())
    return {
        "JAX_COMPILATION_CACHE_DIR": str(folder),
        "JAX_COMPILATION_CACHE_MAX_SIZE": "1000000000",  # with a limit it locks: many write
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
    }


@pytest.fixture(autouse=True, scope="session")
def _compile_once(tmp_path_factory):
    """Keep what this process compiles in a folder of its own."""
    import jax

    jax.config.update("jax_compilation_cache_dir", str(tmp_path_factory.mktemp("compiled")))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
