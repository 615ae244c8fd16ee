"""What a matrix memory holds grows with its entries, d², not with d; a growing cache has no wall.

S = Σ v kᵀ is the state of linear attention (Katharopoulos et al. 2020); that it holds d keys, and
the delta rule, are in Schlag, Irie & Schmidhuber (2021). Keys are random, values are words of a
vocabulary. d whole vectors of d numbers fill d² entries; of single words they hold more.
"""

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.shared.items import directions
from longrange import associative, recall
from longrange.rates import horizon

ALT = (
    "Two panels for keys and values of {widths[0]}, {widths[1]} and {widths[2]} numbers. Whole "
    "vectors: the squared error of a value against pairs per dimension, n / d, up to 4. Least "
    "squares, the best matrix, is exact up to n = d, then at 1 − d / n; the sum of outer products "
    "at (n − 1) / d, as bad as nothing from n = d on. All widths lie on one curve. Words: the "
    "share of right words out of {words} against pairs per entry, n / d², on a logarithmic axis. "
    "Again the widths lie close together: from nearly all at 1/64, to {outer[eighth][d16]:.0%}, "
    "{outer[eighth][d32]:.0%} and {outer[eighth][d64]:.0%} for outer products at 1/8, to below a "
    "tenth at 1/2. Softmax attention, if sharp, is at 1 throughout, up to {most} pairs. At the "
    "usual scale it falls to {usual[last][d16]:.0%} for d = {widths[0]} and {usual[last][d32]:.0%}"
    " for d = {widths[1]} at n = 4 d², and stays at {usual[last][d64]:.0%} for d = {widths[2]}."
)
TOLERANCE = {"atol": 5e-3}  # a word at the edge may go over to its neighbour

WIDTHS, WORDS, QUERIES = (16, 32, 64), 256, 500
FEW, MOST = (0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4), 4  # n/d; n/d² at the end
USUAL, SHARP = 1, 4  # in units of √d: keys and queries twice as long are four times as sharp
DELTA_SEEDS = 20
RADIUS, SSM_D, SSM_SEEDS, NOISES, FAR = (
    0.999,
    64,
    10,
    {"none": 0.0, "low": 1e-6, "high": 0.01},
    1000,
)


def compute() -> dict:
    """Return error and accuracy of each memory, for each width and number of pairs."""
    rows = []
    for d in WIDTHS:
        loads = [*FEW, *(2.0**i for i in range(3, int(np.log2(MOST * d)) + 1))]
        for n in (int(load * d) for load in loads):
            runs = range(min(100, max(2, 10_000 // n)))
            found = np.mean([_recall(d, n, seed) for seed in runs], axis=0).tolist()
            expected = associative.outer_product_accuracy(n, d, WORDS)
            rows.append((d, n, n / d, n / d**2, *found, expected))
    memories = ("outer", "least", "usual", "sharp")
    names = ["d", "n", "per width", "per entry"]
    names += [f"{name} {what}" for name in memories for what in ("error", "accuracy")]
    table = dict(zip([*names, "outer expected"], map(list, zip(*rows, strict=True)), strict=True))

    def at(column: str, per: str, load: float) -> dict:
        return {f"d{d}": next(value for width, x, value in zip(
            table["d"], table[per], table[column], strict=True) if (width, x) == (d, load))
            for d in WIDTHS}  # fmt: skip

    for d, n, error, least, right, expected, sharp in zip(
        *(table[key] for key in ("d", "n", "outer error", "least error", "outer accuracy",
                                 "outer expected", "sharp accuracy")), strict=True):  # fmt: skip
        assert abs(error / max(associative.outer_product_error(n, d), 0.1) - 1) < 0.2
        assert abs(least - max(0, 1 - d / n)) < 0.05
        assert abs(right - expected) < 0.06
        assert sharp == 1  # as far as is shown, the cache has no wall
    # The finding: at the same n/d² alike, at the same n/d not.
    outer = {"fourfold": at("outer accuracy", "per width", 4),
             "eighth": at("outer accuracy", "per entry", 1 / 8)}  # fmt: skip
    assert np.ptp(list(outer["eighth"].values())) < 0.1
    assert outer["fourfold"]["d64"] > 3 * outer["fourfold"]["d16"]
    usual = {"last": at("usual accuracy", "per entry", MOST),
             "error": at("usual error", "per entry", MOST)}  # fmt: skip
    half = {f"d{d}": _half(d) for d in (*WIDTHS, WORDS)}
    # At a width not small beside the number of words, a smaller share of the entries.
    assert half["d16"] < half["d64"] > 1.3 * half[f"d{WORDS}"]
    assert usual["last"]["d16"] < 0.25  # dilution: keys that are short and few numbers
    return {
        "widths": WIDTHS,
        "words": WORDS,
        "usual_sharpness": USUAL,
        "sharpness": SHARP,
        "most": max(table["n"]),
        "entries": WIDTHS[-1] ** 2,
        "cache": 2 * max(table["n"]) * WIDTHS[-1],
        "outer": outer,
        "least": {"eighth": at("least accuracy", "per entry", 1 / 8)},
        "half": half,
        "usual": usual,
        "sharp": {"error": at("sharp error", "per entry", MOST)},
        "delta": _delta(WIDTHS[-1]),
        "diagonal": _diagonal_network(),
        "curves": {
            "least": _curve(lambda x: max(0, 1 - 1 / x)),
            "outer": {"load": [0, MOST], "error": [0, MOST]},
            "words": _expected(WIDTHS[-1]),
        },
        "table": table,
    }


def _pairs(d: int, n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return n keys, the vocabulary, and which word each key goes with."""
    rng = np.random.default_rng([seed, d, n])
    return directions(n, d, seed), directions(WORDS, d, seed + 10**6), rng.integers(WORDS, size=n)


def _recall(d: int, n: int, seed: int) -> list[float]:
    keys, vocabulary, words = _pairs(d, n, seed)
    values = vocabulary[words]
    asked, right = keys[:QUERIES], words[:QUERIES]
    answers = [
        asked @ associative.outer_product_memory(keys, values).T,
        asked @ associative.least_squares_memory(keys, values).T,
        *(associative.softmax_recall(keys, values, asked, sharpness=by * np.sqrt(d))
          for by in (USUAL, SHARP)),
    ]  # fmt: skip
    return [number for one in answers
            for number in (associative.relative_error(one, vocabulary[right]),
                           associative.recall_accuracy(one, right, vocabulary))]  # fmt: skip


def _half(d: int) -> float:
    """Return n/d² at which theory has half of the words of the outer products right."""
    n, step = 1, d * d
    while step := step // 2:
        n += step * (associative.outer_product_accuracy(n + step, d, WORDS) > 0.5)
    return n / d**2


def _delta(d: int) -> dict:
    """Return what the delta rule gains where keys are written again, and loses to new ones."""
    few, many = d // 4, 4 * d
    rows = []
    for seed in range(DELTA_SEEDS):
        keys, vocabulary, words = _pairs(d, many, seed)
        twice = np.concatenate([keys[:few]] * 2), vocabulary[words[: 2 * few]]
        row = []
        for build in (associative.outer_product_memory, associative.delta_rule_memory):
            answers = keys[:few] @ build(*twice).T
            row.append(associative.recall_accuracy(answers, words[few : 2 * few], vocabulary))
            answers = keys @ build(keys, vocabulary[words]).T
            for some in (slice(None, d // 2), slice(-d // 2, None), slice(None)):
                row.append(associative.recall_accuracy(answers[some], words[some], vocabulary))
        rows.append(row)
    parts = ("rewritten", "oldest", "newest", "all")
    names = [f"{name}_{part}" for name in ("sum", "delta") for part in parts]
    found = dict(zip(names, np.mean(rows, axis=0).tolist(), strict=True))
    # It replaces, and what it replaces is gone: better for the newest, worse on the whole.
    assert found["delta_rewritten"] > 0.95 > 0.6 > found["sum_rewritten"]
    assert found["delta_newest"] > found["sum_newest"] > found["sum_all"] - 0.05
    assert found["delta_all"] < found["sum_all"]
    return {"d": d, "again": few, "n": many, "part": d // 2, "seeds": DELTA_SEEDS} | found


def _diagonal_network() -> dict:
    """Return recall errors of d state numbers that turn and fade by RADIUS, one write direction."""
    even = np.pi * (np.arange(SSM_D // 2) + 0.5) / (SSM_D // 2)
    drawn = [np.random.default_rng(seed).uniform(0, np.pi, len(even)) for seed in range(SSM_SEEDS)]
    write = np.tile([1.0, 0.0], len(even)) / np.sqrt(len(even))
    errors = {}
    for name, phases in (("even", [even]), ("drawn", drawn)):
        for load, n in (("half", SSM_D // 2), ("full", SSM_D), ("over", 2 * SSM_D)):
            errors[f"{name}_{load}"] = {
                key: float(np.mean([
                    recall.recall_error(_turning(p), np.tile(write, (n, 1)), noise=noise).mean()
                    for p in phases]))
                for key, noise in NOISES.items()}  # fmt: skip
    one = np.zeros((FAR + 1, SSM_D))
    one[0] = write
    far = float(recall.recall_error(_turning(even), one, noise=NOISES["high"])[0])
    # Wall one is gone, wall two stands at n = d; near it, phases at random need precision.
    assert far < 0.001
    assert errors["even_full"]["high"] < 0.001
    assert all(np.isclose(errors[f"{name}_over"]["none"], 0.5) for name in ("even", "drawn"))
    assert errors["drawn_full"]["high"] > 0.1
    return {"d": SSM_D, "radius": RADIUS, "noise": NOISES["high"], "low_noise": NOISES["low"],
            "far_lag": FAR, "far": far, "horizon": float(horizon(RADIUS)), "newest": 1 - RADIUS**2,
            "seeds": SSM_SEEDS} | errors  # fmt: skip


def _turning(phases: np.ndarray) -> np.ndarray:
    """Return the real form of the diagonal W of eigenvalues RADIUS · exp(±iθ), in blocks of two."""
    w = np.zeros((2 * len(phases), 2 * len(phases)))
    for i, phase in enumerate(phases):
        turn = [[np.cos(phase), -np.sin(phase)], [np.sin(phase), np.cos(phase)]]
        w[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = RADIUS * np.array(turn)
    return w


def _curve(error: Callable) -> dict:
    loads = [0.0625, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4]
    return {"load": loads, "error": [error(x) for x in loads]}


def _expected(d: int) -> dict:
    loads = 2.0 ** np.arange(-6, 2.1, 0.5)
    pairs = (round(x * d**2) for x in loads)
    return {"load": loads, "accuracy": [associative.outer_product_accuracy(n, d, WORDS)
                                        for n in pairs]}  # fmt: skip


def draw(data: dict, wide: bool) -> Figure:
    """Draw errors of vectors beside shares of right words."""
    figure, (vectors, words) = style.panels(wide, 2, 420, 620)
    table, theory = data["table"], {"lw": 1.4, "color": LIGHT["theory"]}
    colours = {"outer": LIGHT["measured"], "least": LIGHT["bound"], "sharp": LIGHT["forward"]}
    for name, curve in data["curves"].items():
        (words if name == "words" else vectors).plot(*curve.values(), **theory)
    # Rings around a dot, so that all are seen where they agree.
    for d, size in zip(data["widths"], (10, 6.5, 3), strict=True):
        mine = [i for i, width in enumerate(table["d"]) if width == d]
        near = [i for i in mine if table["per width"][i] <= 4]
        # Each width has the same loads per entry.
        same = [i for i in mine if np.log2(table["per entry"][i]) in range(-6, 3)]
        for name, colour in colours.items():
            face = colour if size == 3 else "none"
            dots = {"marker": "o", "ls": "", "ms": size, "mfc": face, "mew": 1.1, "color": colour}
            for ax, some, x, y in ((vectors, near, "per width", "error"),
                                   (words, same, "per entry", "accuracy")):  # fmt: skip
                if (x, name) != ("per entry", "sharp"):
                    ax.plot([table[x][i] for i in some], [table[f"{name} {y}"][i] for i in some],
                            **dots)  # fmt: skip
        for name, line in (("usual", (0, (4, 2))), ("sharp", "-")):
            words.plot([table["per entry"][i] for i in same],
                       [table[f"{name} accuracy"][i] for i in same],
                       lw=1.4, ls=line, color=LIGHT["forward"])  # fmt: skip
    vectors.set_gid("vectors")
    vectors.set_title("whole vectors: squared error")
    vectors.set_xlim(0, 4.1)
    vectors.set_ylim(-0.06, 2.15)
    vectors.set_xticks([0, 1, 2, 3, 4])
    vectors.set_yticks([0, 0.5, 1, 1.5, 2], ["0", "½", "1", "1½", "2"])
    vectors.set_xlabel("pairs per dimension, n / d")
    vectors.text(1.68, 1.35, "outer products: n / d", color=colours["outer"])
    vectors.text(2.1, 0.36, "least squares: 1 − d / n", color=colours["least"])
    vectors.text(2.1, 0.1, "softmax, sharp", color=colours["sharp"])
    words.set_gid("words")
    words.set_title(f"words, out of {data['words']}: share right")
    words.set_xscale("log", base=2)
    words.set_xlim(2**-6.2, 4.8)
    words.set_ylim(-0.03, 1.06)
    words.set_xticks([2**-6, 2**-4, 2**-2, 1, 4], ["1/64", "1/16", "1/4", "1", "4"])
    words.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "¼", "½", "¾", "1"])
    words.set_xlabel("pairs per entry, n / d²")
    words.text(2**-6, 0.26, "outer products", color=colours["outer"])
    words.text(2**-2.7, 0.68, "least squares", color=colours["least"])
    words.text(2**-2.7, 0.89, "softmax", color=colours["sharp"])
    small, middle, _ = (f"d = {d}" for d in data["widths"])
    words.text(1.1, 0.4, f"less sharp, {small}", ha="right", color=colours["sharp"])
    words.text(4.6, 0.5, middle, ha="right", color=colours["sharp"])
    return figure
