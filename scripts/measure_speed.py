"""Measure how fast `longrange.norms` is, beside JAX and a plain loop; print Markdown tables.

The job: all ‖J_{t,k}‖ of a driven tanh network over T steps for lags 1 ... K. The rivals are

- JAX: `jacrev` of the k unrolled steps, compiled once a lag, mapped over the times;
- the plain loop: for each lag and time, multiply k factors.

All take the same norm, `numpy.linalg.norm(J, 2)`, in 64 bits, and take turns in this process; the
best of some turns counts. Seconds are the processor's, over all threads, so that other programs
weigh little; OPENBLAS_NUM_THREADS=1 XLA_FLAGS=--xla_cpu_multi_thread_eigen=false makes them those
of one core. Who is too slow for the whole job does some of the times and, the rivals, every fourth
lag only, evenly spread; the seconds are scaled to the number of pairs (t, k) of the whole job, and
the column "done" says so. Before timing, all must agree. Needs the extra `test`, for JAX.
"""

import argparse
import sys
import time
from collections.abc import Callable

import numpy as np

import longrange
from explainer.making import extras

WHOLE = 64  # up to this width `norms` does the whole job


def main() -> int:
    """Run the command line and return its exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--steps", type=int, default=400, help="T (default: %(default)s)")
    parser.add_argument("--lags", type=int, default=60, help="K (default: %(default)s)")
    parser.add_argument("--compare", type=int, nargs="+", default=[64, 256], metavar="d")
    parser.add_argument("--widths", type=int, nargs="+", default=[32, 64, 128, 256], metavar="d")
    parser.add_argument("--more-lags", type=int, nargs="+", default=[15, 30, 60, 120], metavar="K")
    parser.add_argument(
        "--times", type=int, default=8, help="how many times t the slow ones do (default: 8)"
    )
    parser.add_argument("--turns", type=int, default=2, help="(default: %(default)s)")
    args = parser.parse_args()
    for name, value in vars(args).items():
        if np.min(value) < 1:
            parser.error(f"--{name.replace('_', '-')} must be at least 1, got {np.min(value)}")
    longest = max(args.lags, *args.more_lags)
    if args.steps <= longest:
        parser.error(f"--steps must be more than the longest lag, {longest}, got {args.steps}")
    if missing := extras.missing("test", "jax"):
        parser.error(missing)
    import jax

    jax.config.update("jax_enable_x64", True)

    print(
        f"T = {args.steps}, lags 1 ... {args.lags}, width d, processor seconds for the whole job\n"
    )
    print("| d | method | done | seconds | compiling, apart | relative to ours |")
    print("|--:|:--|:--|--:|--:|--:|")
    for width in args.compare:
        compare(jax, width, args)

    print(f"\n`norms`, lags 1 ... {args.lags}\n\n| d | done | seconds | per product |")
    print("|--:|:--|--:|--:|")
    for width in args.widths:
        print(row(width, width, args.lags, args))
    width = args.compare[0]
    print(f"\n`norms`, d = {width}\n\n| lags | done | seconds | per product |")
    print("|--:|:--|--:|--:|")
    for lags in args.more_lags:
        print(row(lags, width, lags, args))
    return 0


def compare(jax: object, width: int, args: argparse.Namespace) -> None:
    """Print the lines of the three methods at one width."""
    W, drive, states = network(width, args.steps)
    every, few = np.arange(1, args.lags + 1), some(args.steps, args.lags, args.times)
    fourth = every[1::4] if args.lags >= 4 else every
    compiled, compiling = compile_all(jax, W, drive, states, fourth, few)
    ours = np.arange(args.steps) if width <= WHOLE else few
    methods = {
        "`longrange.norms`": (lambda: longrange.norms(W, states, every, times=ours), every, ours),
        "JAX `jacrev`": (lambda: by_jax(compiled, W, drive, states, few), fourth, few),
        "plain loop": (lambda: by_loop(W, states, fourth, few), fourth, few),
    }
    expected = longrange.norms(W, states, fourth, times=few)
    for name in list(methods)[1:]:
        np.testing.assert_allclose(methods[name][0](), expected, rtol=1e-9)
    seconds = best([job for job, _, _ in methods.values()], args.turns)
    whole = pairs(np.arange(args.steps), every)
    scaled = [
        s * whole / pairs(t, k) for s, (_, k, t) in zip(seconds, methods.values(), strict=True)
    ]
    for name, took in zip(methods, scaled, strict=True):
        _, lags, times = methods[name]
        apart = f"{compiling * len(every) / len(fourth):.0f}" if name.startswith("JAX") else "–"
        done = f"{len(times)} of {args.steps} times, {len(lags)} of {args.lags} lags"
        print(f"| {width} | {name} | {done} | {took:.2f} | {apart} | {took / scaled[0]:.1f} × |")


def row(first: int, width: int, longest: int, args: argparse.Namespace) -> str:
    """Return the line of a table on `norms` alone."""
    W, _, states = network(width, args.steps)
    lags, every = np.arange(1, longest + 1), np.arange(args.steps)
    times = every if width <= WHOLE else some(args.steps, longest, args.times)
    (seconds,) = best([lambda: longrange.norms(W, states, lags, times=times)], args.turns)
    each = seconds / pairs(times, lags)
    whole = each * pairs(every, lags)
    return f"| {first} | {len(times)} of {args.steps} times | {whole:.2f} | {1e6 * each:.0f} µs |"


def network(width: int, steps: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return W, drive and states of a Gaussian network of gain 1.5 under white input."""
    W = longrange.gaussian(width, 1.5, seed=0)
    drive = np.random.default_rng(1).normal(0, 0.5, (steps, width))
    return W, drive, longrange.run(W, drive)


def some(steps: int, lags: int, count: int) -> np.ndarray:
    """Return up to `count` times, evenly spread over those that have all lags."""
    return np.unique(np.linspace(lags, steps - 1, count).astype(int))


def pairs(times: np.ndarray, lags: np.ndarray) -> int:
    """Return how many pairs of one of `times` and one of `lags` lie within the sequence."""
    return int((times[:, None] >= lags).sum())


def best(jobs: list[Callable], turns: int) -> list[float]:
    """Return the seconds of the fastest run of each of `jobs`, which take turns."""
    seconds = np.empty((turns, len(jobs)))
    for turn, i in np.ndindex(*seconds.shape):
        begin = time.process_time()
        jobs[i]()
        seconds[turn, i] = time.process_time() - begin
    return seconds.min(axis=0).tolist()


def compile_all(
    jax: object,
    W: np.ndarray,
    drive: np.ndarray,
    states: np.ndarray,
    lags: np.ndarray,
    few: np.ndarray,
) -> tuple[dict, float]:
    """Return for each lag the compiled Jacobians at all of `few`, and the seconds that took."""

    def later(h: np.ndarray, w: np.ndarray, inputs: np.ndarray) -> np.ndarray:
        for u in inputs:
            h = jax.numpy.tanh(w @ h + u)
        return h

    begin = time.process_time()
    jacobians = jax.jit(jax.vmap(jax.jacrev(later), (0, None, 0)))
    compiled = {k: jacobians.lower(*arguments(W, drive, states, k, few)).compile() for k in lags}
    return compiled, time.process_time() - begin


def arguments(
    W: np.ndarray, drive: np.ndarray, states: np.ndarray, k: int, times: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what JAX needs for lag k: the states k steps before, W, and the drive since."""
    return states[times - k], W, drive[times[:, None] + np.arange(1 - k, 1)]


def by_jax(
    compiled: dict, W: np.ndarray, drive: np.ndarray, states: np.ndarray, times: np.ndarray
) -> np.ndarray:
    """Return the norms by automatic differentiation, lag by lag."""
    return np.array([
        np.linalg.norm(np.asarray(jacobians(*arguments(W, drive, states, k, times))), 2, (1, 2))
        for k, jacobians in compiled.items()
    ])  # fmt: skip


def by_loop(W: np.ndarray, states: np.ndarray, lags: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Return the norms of products made from the start for each lag and time."""
    norms = np.empty((len(lags), len(times)))
    for i, k in enumerate(lags):
        for j, t in enumerate(times):
            product = np.eye(len(W))
            for h in states[t - k + 1 : t + 1]:
                product = (1 - h**2)[:, None] * (W @ product)
            norms[i, j] = np.linalg.norm(product, 2)
    return norms


if __name__ == "__main__":
    sys.exit(main())
