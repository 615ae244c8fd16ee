"""Run cells on the cores of this machine, or on a Dask cluster: the same call for both."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

NEEDED = ("equinox", "jax", "optax", "joblib")
# One core to a cell, and half the time to compile. Read when JAX is first imported.
XLA_FLAGS = (
    "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1 "
    "--xla_backend_optimization_level=1"
)
# What is compiled once is kept.
CACHE = {
    "JAX_COMPILATION_CACHE_DIR": str(Path(__file__).parents[1] / ".cache/jax"),
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0.1",
}


def missing() -> list[str]:
    """Return what the study needs and this Python lacks."""
    wanted = NEEDED + (("distributed",) if cluster() else ())
    return [name for name in wanted if find_spec(name) is None]


def cluster() -> str | None:
    """Return the address of the Dask scheduler to use, if one is named."""
    return os.environ.get("DASK_SCHEDULER_ADDRESS")


def run(cells: list[dict], jobs: int) -> Iterator[dict]:
    """Yield what came out of each of `cells`, as they finish.

    Parameters
    ----------
    cells : list of dict
        Each with ``"part"``, ``"cell"``, its number, and ``"config"``.
    jobs : int
        Processes; with a cluster, the cluster has as many as it has.

    Yields
    ------
    dict
        ``"part"``, ``"cell"``, ``"result"``, ``"wall"`` and ``"cpu"`` seconds.

    Raises
    ------
    OSError
        If the scheduler cannot be reached.
    """
    from joblib import Parallel, delayed

    with _workers(jobs) as workers:
        # Dispatch one by one: cells differ a hundredfold in length.
        parallel = Parallel(
            return_as="generator_unordered", batch_size=1, pre_dispatch="all", **workers
        )
        yield from parallel(delayed(work)(**one) for one in cells)


@contextmanager
def _workers(jobs: int) -> Iterator[dict]:
    """Say to joblib where to run: processes of this machine, or a cluster while it is open."""
    address = cluster()
    if address is None:
        os.environ |= CACHE
        # Started afresh, never forked: JAX has threads.
        yield {"backend": "loky", "n_jobs": jobs}
        return
    from dask.distributed import Client
    from joblib import parallel_config

    try:
        client = Client(address, timeout=5)
    except OSError as error:
        raise OSError(f"DASK_SCHEDULER_ADDRESS={address}: no scheduler answers ({error})") from None
    with client, tempfile.TemporaryDirectory() as folder:
        package = Path(__file__).parent
        client.upload_file(
            shutil.make_archive(f"{folder}/experiments", "zip", package.parent, package.name)
        )
        with parallel_config(backend="dask", wait_for_workers_timeout=30):
            yield {}


def work(part: str, cell: int, config: dict) -> dict:
    """Train one cell, in a process of its own, and time it."""
    os.environ["XLA_FLAGS"] = XLA_FLAGS
    import jax

    from experiments import training

    began = time.perf_counter(), time.process_time()
    result = training.cell(config)
    spent = time.perf_counter() - began[0], time.process_time() - began[1]
    jax.clear_caches()  # or a process grows with every cell
    return {"part": part, "cell": cell, "result": result, "wall": spent[0], "cpu": spent[1]}
