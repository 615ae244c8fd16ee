"""Train the networks of the page's walk from twenty starts each; write docs/data/training.csv.

A row a preset, start and moment: how many sentences had been read, how many answers are right over
the distance trained for and over twice that, which share of the gradient lies on the subject, and
what share of the gradients so far was longer than 1, so that clipping shortens it.
"""

import argparse
import csv
import io
import math
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

# How a product of matrices is shared out among processors shows in its last digits.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from explainer.making.files import DATA, write
from explainer.making.writable import check_writable
from explainer.shared.presets import PRESETS, START, training_of
from longrange.training import BATCH, CLIP

STEPS = 1024  # of a run, a quarter of those that the page takes at most
MOMENTS = (0, *(int(2 ** (i / 2)) for i in range(8, 21)))  # steps after which it is asked
COLUMNS = ("preset", "seed", "sentences", "right", "right_twice", "subject", "long")


def main() -> int:
    """Run the command line and return its exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=20, help="(default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="runs at a time")
    parser.add_argument("--out", type=Path, default=DATA, help="folder (default: docs/data)")
    args = parser.parse_args()
    for name in ("seeds", "jobs"):
        if getattr(args, name) < 1:
            parser.error(f"--{name} must be at least 1, got {getattr(args, name)}")
    try:
        check_writable(args.out)
        places = [(preset, seed) for preset in PRESETS for seed in range(args.seeds)]
        rows = []
        with ProcessPoolExecutor(min(args.jobs, len(places))) as pool:
            for count, found in enumerate(pool.map(run, *zip(*places, strict=True)), 1):
                print(f"\r{count} of {len(places)}", end="", file=sys.stderr, flush=True)
                rows += found
        print(file=sys.stderr)
        text = io.StringIO()
        table = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
        write(args.out / "training.csv", text.getvalue().encode())
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted: nothing is written", file=sys.stderr)
        return 130
    return 0


def run(preset: str, seed: int) -> list[dict]:
    """Return the rows of one run."""
    training, found = training_of(START | PRESETS[preset] | {"seed": seed}), []
    long = 0  # gradients that were
    while training.steps <= STEPS:
        if training.steps in MOMENTS:
            k = training.distance
            found.append(
                {
                    "preset": preset,
                    "seed": seed,
                    "sentences": training.steps * BATCH,
                    "right": training.right(k),
                    "right_twice": training.right(2 * k),
                    "subject": f"{training.by_lag()[k]:.3g}",
                    "long": f"{long / max(training.steps, 1):.3g}",
                }
            )
        if training.steps == STEPS:
            break
        parts = training.step().weights.values()
        long += math.sqrt(sum((part**2).sum() for part in parts)) > CLIP
    return found


if __name__ == "__main__":
    sys.exit(main())
