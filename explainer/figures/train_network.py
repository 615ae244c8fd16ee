"""A network learns while you watch: right answers by distance, and where its gradient is.

The run that the page begins with, by `longrange.training`: on the left before and after, below on
the way, and what is believed of one sentence word by word.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.special import expit

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.shared.presets import LEARNED, MOST, START, training_of
from longrange import training

ALT = (
    "Four panels of one run of {start[steps]} steps. Right answers by distance: near a half before "
    "training at all distances, {right:.0%} or more after it, up to {farthest} words. Share of the "
    "gradient by lag, logarithmic: at the subject, {start[k]} words back, it is {before:.0e} "
    "before and {after:.0e} after. Right answers over {start[k]} words against sentences read: "
    "they rise to {right:.0%} within {learned} sentences. Belief in is or are after each word of a "
    "sentence."
)
TOLERANCE = {"rtol": 1e-3, "atol": 1e-3}  # rounding errors grow while a network learns

RANGE = {"k": (1, 64, 1), "d": (8, 32, 4), "rate": (0.001, 0.1, 0.001), "bias": (-2, 6, 0.5),
         "seed": (0, 99, 1)}  # fmt: skip
STEPS = 400  # of the run that is drawn
PICTURES = 1.15  # by this factor more steps lie behind each point of it
FLOOR = 1e-16  # of shares of the gradient
SLOTS = 14  # words that have room in the panel of beliefs
SENTENCE = "<s> the dog near the old trees behind the houses now"
GUESS = 0.5


def compute() -> dict:
    """Return what the four panels show, before and after the first setting's run."""
    run = training_of(START)
    words = SENTENCE.split()
    tokens = [[training.VOCABULARY.index(word) for word in words]]
    seen = {}
    progress = [(0, run.right(START["k"]))]
    for moment in ("before", "after"):
        while moment == "after" and run.steps < STEPS:
            run.step()
            if run.steps >= PICTURES * progress[-1][0] or run.steps == STEPS:
                progress.append((run.steps, run.right(START["k"])))
        odds = training.log_odds(run.network, run.weights, tokens)[0]
        seen[moment] = {
            "right": [run.right(k) for k in run.tested],
            "by_lag": run.by_lag().tolist(),
            "belief": (2 * expit(odds) - 1).tolist(),
        }
    subject = [seen[moment]["by_lag"][START["k"]] for moment in ("before", "after")]
    # The finding: it answers right over all distances, and the subject's gradient has vanished.
    assert min(seen["after"]["right"]) >= LEARNED
    assert max(seen["before"]["right"]) < 0.8
    assert subject[1] < 1e-3 * subject[0]
    learned = next(steps for steps, right in progress if right >= LEARNED)
    belief = seen["after"]["belief"]
    assert belief[-1] < -0.9  # the dog … is
    return {
        "start": {**START, "steps": STEPS},
        "range": RANGE,
        "most": MOST,
        "batch": training.BATCH,
        "tests": training.TESTS,
        "floor": FLOOR,
        "slots": SLOTS,
        "vocabulary": " ".join(training.VOCABULARY[1:]),
        "words_known": len(training.VOCABULARY) - 1,
        "most_read": MOST * training.BATCH,
        "sentence": " ".join(words[1:]),
        "words": words,
        "tested": list(run.tested),
        "farthest": run.tested[-1],
        "right": min(seen["after"]["right"]),
        "before": subject[0],
        "after": subject[1],
        "learned": learned * training.BATCH,
        "read": STEPS * training.BATCH,
        **{f"{name}_{moment}": value
           for moment, one in seen.items() for name, value in one.items()},
        "table": {
            "sentences": [steps * training.BATCH for steps, _ in progress],
            "right": [right for _, right in progress],
        },
    }  # fmt: skip


def draw(data: dict, wide: bool) -> Figure:
    """Draw the four panels; the page moves their marks and writes their words anew."""
    figure = plt.figure(
        figsize=style.px(900, 430) if wide else style.px(328, 900), layout="constrained"
    )
    if wide:
        grid = figure.add_gridspec(2, 3, width_ratios=(1, 1, 0.62), height_ratios=(1.2, 1))
        places = (grid[0, 0], grid[0, 1], grid[1, :2], grid[:, 2])
    else:
        grid = figure.add_gridspec(4, 1, height_ratios=(1, 1, 0.9, 1.5))
        places = tuple(grid[i] for i in range(4))
    distances, lags, progress, beliefs = (figure.add_subplot(place) for place in places)
    _distances(distances, data)
    _lags(lags, data)
    _progress(progress, data)
    _beliefs(beliefs, data)
    return figure


LIVE, OLD = {"color": LIGHT["measured"], "lw": 2.6}, {"color": LIGHT["muted"], "lw": 1.4}


def _distances(ax: Axes, data: dict) -> None:
    """Draw the right answers by distance, before and after."""
    ax.set_gid("distances")
    ax.set_title("right answers, by words in between")
    ax.set_xscale("log", base=2)
    ax.set_xlim(1, 64)
    ax.set_xticks([1, 2, 4, 8, 16, 32, 64], ["1", "2", "4", "8", "16", "32", "64"])
    ax.minorticks_off()
    _shares(ax)
    (start,) = ax.plot(data["tested"], data["right_before"], **OLD)
    (now,) = ax.plot(data["tested"], data["right_after"], clip_on=False, **LIVE)
    (here,) = ax.plot(
        [data["start"]["k"]] * 2, [0, 1], color=LIGHT["reader"], lw=1.2, ls=(0, (4, 3))
    )
    for gid, artist in {"right-start": start, "right-now": now, "distance": here}.items():
        artist.set_gid(gid)


def _lags(ax: Axes, data: dict) -> None:
    """Draw the share of the gradient by lag, before and after."""
    ax.set_gid("lags")
    ax.set_title("share of the gradient on a word, by words back")
    k = data["start"]["k"]
    ax.set_xlim(0, k + 2)
    ax.set_yscale("log")
    ax.set_ylim(data["floor"], 2)
    ax.set_yticks([1, 1e-5, 1e-10, 1e-15])
    ax.yaxis.set_major_formatter(style.power_of_ten)
    ticks = [0, k]
    ax.set_xticks(ticks, ["0", str(k)])
    ax.get_xticklabels()[1].set_gid("lag-tick")
    ax.minorticks_off()
    (start,) = ax.plot(np.maximum(data["by_lag_before"], data["floor"]), **OLD)
    (now,) = ax.plot(np.maximum(data["by_lag_after"], data["floor"]), **LIVE)
    subject = ax.axvline(k, color=LIGHT["reader"], lw=1.2, ls=(0, (4, 3)))
    name = ax.annotate("the subject", (0.84, 1), (0, -4), xycoords="axes fraction", ha="right",
                       va="top", textcoords="offset points", color=LIGHT["reader"])  # fmt: skip
    parts = {"lag-start": start, "lag-now": now, "subject": subject, "subject-name": name}
    for gid, artist in parts.items():
        artist.set_gid(gid)


def _progress(ax: Axes, data: dict) -> None:
    """Draw the right answers over the distance against the sentences read."""
    ax.set_gid("progress")
    ax.set_title("right over k words, by sentences read")
    ax.set_xscale("log")
    ax.set_xlim(data["batch"], data["most"] * data["batch"])
    ax.set_xticks([100, 1000, 10_000, 100_000], ["100", "1,000", "10,000", "100,000"])
    ax.minorticks_off()
    _shares(ax)
    table = data["table"]
    sentences = np.maximum(table["sentences"], data["batch"])
    for i in range(4):
        (past,) = ax.plot(sentences[:2], [data["right_before"][0]] * 2, alpha=0, **OLD)
        past.set_gid(f"past-{i}")
    (now,) = ax.plot(sentences, table["right"], **LIVE)
    now.set_gid("progress-now")


def _shares(ax: Axes) -> None:
    """Give an axis of right answers its ticks, and the line of those who guess."""
    ax.set_ylim(0, 1)
    ax.set_yticks([0, GUESS, 1], ["0", "guess", "100 %"])
    ax.axhline(GUESS, color=LIGHT["bound"], lw=1.2, ls=":")


def _beliefs(ax: Axes, data: dict) -> None:
    """Draw what is believed after each word: a bar to the left for is, to the right for are."""
    ax.set_gid("beliefs")
    ax.set_title("its answer after each word")
    ax.set_xlim(-1, 1)
    ax.set_xticks([-1, 0, 1], ["is", "", "are"])
    ax.set_ylim(data["slots"] - 0.4, -0.6)
    ax.set_yticks([])
    ax.axvline(0, color=LIGHT["muted"], lw=1)
    words, beliefs = data["words"], data["belief_after"]
    for i in range(data["slots"]):
        there = i < len(words)
        word, belief = (words[i], beliefs[i]) if there else ("", 0.0)
        (bar,) = ax.plot([0, belief], [i, i], lw=9, solid_capstyle="butt", alpha=0.8,
                         color=LIGHT["measured"])  # fmt: skip
        bar.set_gid(f"belief-{i}")
        label = ax.annotate(word or "…", (0, i), (-6, 0), xycoords=("axes fraction", "data"),
                            textcoords="offset points", ha="right", va="center", size=13,
                            alpha=1 if there else 0)  # fmt: skip
        label.set_gid(f"word-{i}")
