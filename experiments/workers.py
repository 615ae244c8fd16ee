"""Run cells on the cores of this machine, or on a Dask cluster: the same call for both."""

import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dask.distributed import Client

PACKAGES = ("jax", "jaxlib", "equinox", "optax", "numpy")
NEEDED = ("equinox", "jax", "optax", "joblib")
# One core to a cell, and half the time to compile. Read when JAX is first imported.
XLA_FLAGS = (
    "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1 "
    "--xla_backend_optimization_level=1"
)
# What is compiled once is kept. Processes share a GPU: none takes all of its memory at once.
SETTINGS = {
    "JAX_COMPILATION_CACHE_DIR": str(Path(__file__).parents[1] / ".cache/jax"),
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0.1",
    "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
}


KEPT = 8  # cells whose compiled programs a process keeps: most of the small ones serve the next
_DONE = count(1)


class UnreachableError(OSError):
    """No scheduler or no worker answers."""


def needed() -> tuple[str, ...]:
    """Return the modules that the study needs."""
    return NEEDED + (("distributed",) if cluster() else ())


def cluster() -> str | None:
    """Return the address of the Dask scheduler to use, if one is named."""
    return os.environ.get("DASK_SCHEDULER_ADDRESS") or None


def run(cells: list[dict], jobs: int) -> Iterator[dict]:
    """Yield what came out of each of `cells`, as they finish.

    Parameters
    ----------
    cells : list of dict
        Each with ``"part"``, ``"cell"``, its number, and ``"config"``.
    jobs : int
        Processes; a cluster uses all its workers, which should have one thread each.

    Yields
    ------
    dict
        As `work` returns it.

    Raises
    ------
    UnreachableError
        If no scheduler or no worker answers.
    """
    if address := cluster():
        yield from _on_cluster(address, cells)
        return
    from joblib import Parallel, delayed

    os.environ |= SETTINGS
    # Started afresh, never forked: JAX has threads. One by one: cells differ a hundredfold.
    parallel = Parallel(jobs, return_as="generator_unordered", backend="loky", batch_size=1)
    memory = _memory() // jobs
    yield from parallel(delayed(work)(**one, memory=memory) for one in cells)


def _memory() -> int:
    """Return the bytes of this machine that may be filled: three quarters of them."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * 3 // 4


def versions() -> list[dict]:
    """Return the versions of `PACKAGES` in each place where cells would be trained.

    Raises
    ------
    UnreachableError
        If no scheduler or no worker answers.
    """

    def here() -> dict:
        return {name: version(name) for name in PACKAGES}

    if not (address := cluster()):
        return [here()]
    with _connected(address) as client:
        return list(client.run(here).values())


@contextmanager
def _connected(address: str) -> Iterator["Client"]:
    """Give the client of a scheduler that has a worker."""
    from dask.distributed import Client

    try:
        client = Client(address, timeout=5)
    except (OSError, ValueError) as error:
        raise UnreachableError(
            f"DASK_SCHEDULER_ADDRESS={address}: no scheduler answers ({error})"
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=30)
        except TimeoutError:
            raise UnreachableError(f"DASK_SCHEDULER_ADDRESS={address}: it has no worker") from None
        yield client


def _on_cluster(address: str, cells: list[dict]) -> Iterator[dict]:
    from dask.distributed import as_completed

    def forget() -> None:  # what the workers imported for an earlier run
        for name in [name for name in sys.modules if name.split(".")[0] == "experiments"]:
            del sys.modules[name]

    with _connected(address) as client, tempfile.TemporaryDirectory() as folder:
        package = Path(__file__).parent
        client.upload_file(
            shutil.make_archive(f"{folder}/experiments", "zip", package.parent, package.name)
        )
        client.run(forget)
        limits = [one["memory_limit"] for one in client.scheduler_info(-1)["workers"].values()]
        memory = min(limits) * 3 // 4 or None  # 0: no limit
        futures = [client.submit(work, **one, memory=memory, pure=False) for one in cells]
        for _, done in as_completed(futures, with_results=True):
            yield done


def work(part: str, cell: int, config: dict, memory: int | None = None) -> dict:
    """Train one cell, with as many bytes as a process has.

    Returns
    -------
    dict
        ``"part"`` and ``"cell"`` as given, ``"result"``, ``"wall"`` and ``"cpu"`` seconds, and
        ``"by"``: the versions and the machine it was trained with.
    """
    os.environ["XLA_FLAGS"] = XLA_FLAGS
    import jax

    from experiments import learning

    began = time.perf_counter(), time.process_time()
    result = learning.cell(config, memory)
    spent = time.perf_counter() - began[0], time.process_time() - began[1]
    if next(_DONE) % KEPT == 0:
        jax.clear_caches()  # or a process grows with every cell
    by = {"versions": {name: version(name) for name in PACKAGES}, "machine": machine()}
    return {"part": part, "cell": cell, "result": result, "wall": spent[0], "cpu": spent[1],
            "by": by}  # fmt: skip


def machine() -> dict:
    """Return what decides the bits of a result beside the versions."""
    cpu = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        cpu = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass  # not Linux, or not such a processor
    import jax

    device = jax.devices()[0].device_kind  # a GPU, where JAX finds one
    return {"system": platform.system(), "cpu": cpu, "python": platform.python_version(),
            "device": device}  # fmt: skip
