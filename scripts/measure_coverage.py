"""Measure how often the probe's interval of 95 % holds the rate; write docs/data/coverage.csv.

Random networks of every kind are measured twice along white noise: as the probe does, and over ten
times as many sequences that are each ten times as long, which is taken for the truth. Half of the
networks are measured on one sequence, half on sixteen.
"""

import argparse
import csv
import io
import sys
from pathlib import Path

import numpy as np

from explainer.making.files import DATA, write
from explainer.making.writable import check_writable
from longrange import nets
from longrange.nets import intervals

KINDS = ("tanh", "leaky", "lstm", "gru")
STEPS, BURN_IN = 1000, 100
TRUTH = 10  # times as many sequences, and times as many steps
COLUMNS = ("network", "kind", "width", "sequences", "steps", "rate", "rate_low", "rate_high",
           "true_rate")  # fmt: skip


def main() -> int:
    """Run the command line and return its exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--networks", type=int, default=200, help="(default: %(default)s)")
    parser.add_argument("--out", type=Path, default=DATA, help="folder to write to")
    args = parser.parse_args()
    if args.networks < 1:
        parser.error(f"--networks must be at least 1, got {args.networks}")
    try:
        check_writable(args.out)
        rows = []
        for number in range(args.networks):
            print(f"\r{number + 1} of {args.networks}", end="", file=sys.stderr, flush=True)
            rows.append(row(number))
        print(file=sys.stderr)
        text = io.StringIO()
        table = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
        write(args.out / "coverage.csv", text.getvalue().encode())
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    held = [one["rate_low"] <= one["true_rate"] <= one["rate_high"] for one in rows]
    print(f"{sum(held)} of {len(held)} intervals hold the rate")
    return 0


def row(number: int) -> dict:
    """Return the line of one network."""
    rng = np.random.default_rng(number)
    kind = KINDS[number % len(KINDS)]
    net = network(kind, rng)
    sequences = (1, 16)[number // len(KINDS) % 2]
    found, truth = (rates(net, n * sequences, n * STEPS, rng) for n in (1, TRUTH))
    return {
        "network": number,
        "kind": kind,
        "width": net.layers[0].width,
        "sequences": sequences,
        "steps": STEPS,
        "rate": np.exp(found.value),
        "rate_low": np.exp(found.low),
        "rate_high": np.exp(found.high),
        "true_rate": np.exp(truth.value),
    }


def network(kind: str, rng: np.random.Generator) -> nets.Net:
    """Return a random network that reads two numbers a step, in fading or in growing."""
    width, gain = int(rng.integers(4, 24)), rng.uniform(0.6, 2.0)

    def weights(blocks: int) -> tuple[np.ndarray, np.ndarray]:
        rows = blocks * width
        W = rng.normal(0, gain / np.sqrt(width), (rows, width))
        return W, rng.normal(0, 0.5, (rows, 2))

    if kind == "lstm":
        bias = np.zeros(4 * width)
        bias[width : 2 * width] = rng.uniform(-1, 2)  # of the forget gate
        return nets.lstm(*weights(4), bias)
    if kind == "gru":
        return nets.gru(*weights(3), recurrent_bias=rng.normal(0, 0.3, 3 * width))
    return {"tanh": nets.tanh, "leaky": nets.leaky}[kind](*weights(1))


def rates(
    net: nets.Net, sequences: int, steps: int, rng: np.random.Generator
) -> intervals.Interval:
    """Return the exponent of some sequences, as `longrange.measure` does."""
    inputs = rng.normal(size=(BURN_IN + steps, sequences, 2))
    growth = net.run(inputs, batch_first=False).growth(1, own_frames=True)[BURN_IN:, :, 0]
    return intervals.interval(growth)


if __name__ == "__main__":
    sys.exit(main())
