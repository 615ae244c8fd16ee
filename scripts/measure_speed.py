"""Measure how fast norms of Jacobians are, beside JAX and PyTorch; print Markdown tables.

The job: all ‖J_{t,k}‖ of a driven network of d units, tanh or LSTM, for lags 1 ... K at some times.
The rivals are

- JAX: `jacrev` of k steps in a `scan`, compiled once a lag, mapped over the times;
- PyTorch, where it is installed: `torch.func.jacrev` of k steps, mapped over the times.

All compute in 64 bits; of the rivals' matrices the norm is `numpy.linalg.norm(J, 2)`. All take
turns in this process, and the best turn counts. Seconds are the processor's, over all threads, so
that other programs weigh little; OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1
XLA_FLAGS=--xla_cpu_multi_thread_eigen=false makes them those of one core. The rivals do four of
the lags, and their seconds are scaled by the number of steps. All must agree. Needs the extra
`test`, for JAX.
"""

import argparse
import cProfile
import importlib.util
import pstats
import sys
import time
from collections.abc import Callable

import numpy as np

import longrange
from explainer.making import extras
from longrange import nets
from longrange.nets import products

KINDS = ("tanh", "lstm")
Run = nets.Run


def main() -> int:
    """Run the command line and return its exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--compare", type=int, nargs="+", default=[64, 256, 1024], metavar="d")
    parser.add_argument("--lags", type=int, default=60, help="K (default: %(default)s)")
    parser.add_argument("--some", type=int, default=16, help="lags, of all tables but the first")
    parser.add_argument("--longest", type=int, default=64, help="of these (default: %(default)s)")
    parser.add_argument(
        "--work", type=int, default=1024, help="1024/d times t are done, at least 1 (default: 1024)"
    )
    parser.add_argument(
        "--widths", type=int, nargs="+", default=[32, 64, 128, 256, 512, 1024], metavar="d"
    )
    parser.add_argument("--more-lags", type=int, nargs="+", default=[16, 64, 256], metavar="k")
    parser.add_argument("--layers", type=int, nargs="+", default=[1, 2, 4], metavar="L")
    parser.add_argument("--middle", type=int, default=256, help="d of both (default: %(default)s)")
    parser.add_argument("--large", type=int, default=1024, help="d of the LSTM taken apart")
    parser.add_argument("--far", type=int, default=256, help="its longest lag")
    parser.add_argument("--turns", type=int, default=2, help="(default: %(default)s)")
    args = parser.parse_args()
    for name, value in vars(args).items():
        if np.min(value) < 1:
            parser.error(f"--{name.replace('_', '-')} must be at least 1, got {np.min(value)}")
    if args.some > min(args.longest, args.far, *args.more_lags):
        parser.error(f"--some must be at most the least of the longest lags, got {args.some}")
    if missing := extras.missing("test", "jax"):
        parser.error(missing)
    compare(args)
    growth(args)
    taken_apart(args)
    errors(args)
    return 0


def compare(args: argparse.Namespace) -> None:
    """Print the seconds of all methods."""
    lags, few = np.arange(1, args.lags + 1), spread(4, args.lags)
    rivals = {"JAX `jacrev`": by_jax}
    if importlib.util.find_spec("torch"):
        rivals["`torch.func.jacrev`"] = by_torch
    else:
        print("PyTorch is not installed: its lines are left out.\n")
    print(f"Lags 1 ... {args.lags}, processor seconds\n")
    print("| network | d | times | method | seconds | compiling, apart | relative to ours |")
    print("|:--|--:|--:|:--|--:|--:|--:|")
    for kind in KINDS:
        for d in args.compare:
            times = args.lags + np.arange(max(1, args.work // d))
            run = network(kind, d, int(times.max()) + 1)
            jobs = {"`Run.norms`": lambda run=run, times=times: run.norms(lags, times=times)}
            compiling = {}
            for name, rival in rivals.items():
                jobs[name], compiling[name] = rival(kind, run, few, times)
            seconds, (ours, *theirs) = best(list(jobs.values()), args.turns)
            for found in theirs:
                np.testing.assert_allclose(found, ours[few - 1, :, 0], rtol=1e-3)
            whole = lags.sum() / few.sum()
            for name, took in zip(jobs, seconds, strict=True):
                apart = compiling.get(name)
                took = took * (1 if apart is None else whole)
                compiled = f"{apart * whole:.1f}" if apart else "–"
                print(
                    f"| {kind} | {d} | {len(times)} | {name} | {took:.3f} | {compiled} | "
                    f"{took / seconds[0]:.1f} × |",
                    flush=True,
                )


def growth(args: argparse.Namespace) -> None:
    """Print how the seconds of one time grow with d, with the longest lag and with the layers."""
    for kind in KINDS:
        print(f"\n{kind}, one time, {args.some} lags to {args.longest}\n")
        print("| d | S | method | seconds | per step to the longest lag |\n|--:|--:|:--|--:|--:|")
        for d in args.widths:
            print(row(d, network(kind, d, args.longest + 1), args.longest, args), flush=True)
        print(f"\n{kind}, d = {args.middle}, one time, {args.some} lags up to the longest\n")
        print("| longest | S | method | seconds | per step |\n|--:|--:|:--|--:|--:|")
        for longest in args.more_lags:
            run = network(kind, args.middle, longest + 1)
            print(row(longest, run, longest, args), flush=True)
    d = max(1, args.middle // 2)
    print(f"\nlstm of layers of {d} units, one time, {args.some} lags to {args.longest}\n")
    print("| layers | S | method | seconds | per step |\n|--:|--:|:--|--:|--:|")
    for layers in args.layers:
        run = network("lstm", d, args.longest + 1, layers=layers)
        print(row(layers, run, args.longest, args), flush=True)


def row(first: int, run: Run, longest: int, args: argparse.Namespace) -> str:
    """Return one line on the last time of a run."""
    lags = spread(args.some, longest)
    (seconds,), _ = best([lambda: run.norms(lags, times=longest)], args.turns)
    method = "matrix-free" if products.saves(run, lags) else "dense"
    return f"| {first} | {run.size} | {method} | {seconds:.3f} | {1e3 * seconds / longest:.2f} ms |"


def taken_apart(args: argparse.Namespace) -> None:
    """Print where the time goes in a large LSTM, by matrices and without."""
    lags = spread(args.some, args.far)
    run = network("lstm", args.large, args.far + 1)
    for method, few in (("matrix-free", lags), ("dense", lags[: max(1, len(lags) // 8)])):
        begin, wall = time.process_time(), time.perf_counter()
        with cProfile.Profile() as profile:
            run.norms(few, times=int(few.max()), method=method)
        took, wall = time.process_time() - begin, time.perf_counter() - wall
        print(
            f"\nLSTM of {args.large} units, {len(few)} lags to {few.max()}, {method}: {wall:.1f} "
            f"seconds, {took:.1f} of the processor\n\n| where | share of the time |\n|:--|--:|"
        )
        functions = pstats.Stats(profile).get_stats_profile().func_profiles
        shares = {name: one.tottime / wall for name, one in functions.items()}
        for name in sorted(shares, key=shares.get, reverse=True)[:5]:
            print(f"| `{name}` | {100 * shares[name]:.0f} % |")


def errors(args: argparse.Namespace) -> None:
    """Print how far the norms without matrices are from the singular values of the products."""
    d, tolerance = args.middle, 1e-3
    lags = spread(args.some, args.longest)
    frame = np.linalg.qr(np.random.default_rng(7).normal(size=(d, d)))[0]
    gaussian = longrange.gaussian(d, 1.5, seed=0)
    runs = {
        "orthogonal, linear": driven(nets.linear(frame), 0.1, args),
        "orthogonal, tanh, states of 0.03": driven(nets.tanh(frame), 0.03, args),
        "orthogonal, tanh, states of 0.3": driven(nets.tanh(frame), 0.3, args),
        "gaussian, g = 1.5": driven(nets.tanh(gaussian), 0.5, args),
        "symmetric": driven(nets.linear(longrange.symmetric(d, 0.99, seed=0)), 0.1, args),
        "delay line": driven(nets.linear(longrange.delay_line(d, 1.1)), 0.1, args),
        "nilpotent, in a random frame": driven(
            nets.linear(frame @ longrange.delay_line(d, 1.1) @ frame.T), 0.1, args
        ),
        "LSTM": driven(lstm(d // 2, 0.6, 0, 0), 0.5, args),
        "LSTM, forget bias 1": driven(lstm(d // 2, 0.6, 1, 0), 0.5, args),
        "LSTM, forget bias 5": driven(lstm(d // 2, 1, 5, 0), 0.5, args),
        "LSTM, biases from -2 to 6": driven(lstm(d // 2, 1, 2, 2), 1, args),
    }
    print(f"\nWithout matrices, S = {d}, tolerance {tolerance:g}, {len(lags)} lags and lag 1\n")
    print("| network | largest relative error |\n|:--|--:|")
    for name, run in runs.items():
        dense, free = (
            run.norms([1, *lags], times=run.steps - 1, method=method, tolerance=tolerance)
            for method in ("dense", "matrix-free")
        )
        some = dense > 0  # a nilpotent matrix leaves nothing
        print(f"| {name} | {np.abs(free[some] / dense[some] - 1).max():.0e} |", flush=True)


def lstm(d: int, gain: float, forget: float, wide: float) -> nets.Net:
    """Return an LSTM with Gaussian weights and biases."""
    rng = np.random.default_rng(3)
    b = rng.normal(0, wide, 4 * d)
    b[d : 2 * d] += forget
    return nets.lstm(rng.normal(0, gain / d**0.5, (4 * d, d)), b=b)


def driven(net: nets.Net, size: float, args: argparse.Namespace) -> Run:
    """Return the run under white noise of that size."""
    drive = np.random.default_rng(1).normal(0, size, (args.longest + 1, net.reads))
    return net.run(drive)


def network(kind: str, d: int, steps: int, *, layers: int = 1) -> Run:
    """Return the run of a network with Gaussian weights under white input."""
    rng = np.random.default_rng(0)
    rows = 4 * d if kind == "lstm" else d
    made = []
    for layer in range(layers):
        W, U = rng.normal(0, d**-0.5, (2, rows, d))
        made.append(getattr(nets, kind)(W, U if layer else None))
    return nets.stack(made).run(rng.normal(0, 0.5, (steps, rows)))


def spread(count: int, longest: int) -> np.ndarray:
    """Return `count` lags, evenly spread up to the longest."""
    return np.unique(np.linspace(0, longest, count + 1)[1:].astype(int))


def best(jobs: list[Callable], turns: int) -> tuple[list[float], list[np.ndarray]]:
    """Return the seconds of the fastest run of each of `jobs`, which take turns, and its result."""
    seconds, results = np.empty((turns, len(jobs))), [np.empty(0)] * len(jobs)
    for turn, i in np.ndindex(*seconds.shape):
        begin = time.process_time()
        results[i] = jobs[i]()
        seconds[turn, i] = time.process_time() - begin
    return seconds.min(axis=0).tolist(), results


def step(kind: str, W: np.ndarray, h: np.ndarray, u: np.ndarray, xp: object) -> np.ndarray:
    """Return the state one step on, of one sequence; `xp` is jax.numpy or torch."""
    d = W.shape[1]
    inner = W @ h[:d] + u
    if kind == "tanh":
        return xp.tanh(inner)
    i, f, o = (1 / (1 + xp.exp(-inner[n * d : (n + 1) * d])) for n in (0, 1, 3))
    c = f * h[d:] + i * xp.tanh(inner[2 * d : 3 * d])
    return xp.concatenate([o * xp.tanh(c), c])


def by_jax(
    kind: str, run: Run, lags: np.ndarray, times: np.ndarray
) -> tuple[Callable[[], np.ndarray], float]:
    """Return the job done by JAX, and the seconds it took to compile."""
    import jax

    jax.config.update("jax_enable_x64", True)

    def later(h: np.ndarray, W: np.ndarray, drive: np.ndarray) -> np.ndarray:
        return jax.lax.scan(lambda h, u: (step(kind, W, h, u, jax.numpy), None), h, drive)[0]

    begin = time.process_time()
    jacobians = jax.jit(jax.vmap(jax.jacrev(later), (0, None, 0)))
    given = {k: arguments(run, k, times) for k in lags}
    compiled = {k: jacobians.lower(*given[k]).compile() for k in lags}
    compiling = time.process_time() - begin

    def job() -> np.ndarray:
        return np.array(
            [np.linalg.norm(np.asarray(compiled[k](*given[k])), 2, (1, 2)) for k in lags]
        )

    return job, compiling


def by_torch(
    kind: str, run: Run, lags: np.ndarray, times: np.ndarray
) -> tuple[Callable[[], np.ndarray], float]:
    """Return the job done by PyTorch, which compiles nothing."""
    import torch

    def later(h: np.ndarray, W: np.ndarray, drive: np.ndarray) -> np.ndarray:
        for u in drive:
            h = step(kind, W, h, u, torch)
        return h

    jacobians = torch.func.vmap(torch.func.jacrev(later), (0, None, 0))
    given = {k: [torch.tensor(one) for one in arguments(run, k, times)] for k in lags}

    def job() -> np.ndarray:
        return np.array([np.linalg.norm(jacobians(*given[k]).numpy(), 2, (1, 2)) for k in lags])

    return job, 0.0


def arguments(run: Run, k: int, times: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what the rivals need for lag k: the states k steps before, W, and the drive since."""
    drive = run.inputs[times[:, None] + np.arange(1 - k, 1), 0]
    before = run.states[times - k, 0]
    return before, run.layers[0].W, drive


if __name__ == "__main__":
    sys.exit(main())
