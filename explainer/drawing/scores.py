"""How scores of trained networks are drawn: a colour and a line for each, scales, seeds."""

from matplotlib.axes import Axes

from explainer.drawing import style
from explainer.drawing.palette import LIGHT

SOLID, DASHED, DOTTED = "-", (0, (6, 2)), (0, (1, 1.5))
# Name, colour and line of each network that has all tasks, in the order in which they are told.
EVERY = {
    "tanh": ("plain tanh", "measured", SOLID),
    "orthogonal": ("orthogonal start", "measured", DASHED),
    "small_inputs": ("small inputs", "measured", DOTTED),
    "leaky": ("leaky", "measured", (0, (4, 1.5, 1, 1.5))),
    "identity": ("identity, ReLU", "measured", (0, (2.5, 1.5))),
    "gru": ("GRU", "forward", SOLID),
    "lstm": ("LSTM", "forward", DASHED),
    "lstm_chrono": ("LSTM, chrono", "forward", DOTTED),
    "ssm": ("diagonal SSM", "theory", SOLID),
    "mingru": ("minGRU", "theory", DASHED),
    "rglru": ("RG-LRU", "theory", DOTTED),
    "selective": ("selective SSM", "theory", (0, (4, 1.5, 1, 1.5))),
    "linear_attention": ("linear attention", "bound", DOTTED),
    "deltanet": ("DeltaNet", "bound", DASHED),
    "gated_deltanet": ("gated DeltaNet", "bound", (0, (4, 1.5, 1, 1.5))),
    "attention": ("attention", "backward", SOLID),
    "attention_rotary": ("attention, rotary", "backward", DASHED),
    "attention_alibi": ("attention, ALiBi", "backward", (0, (2.5, 1.5))),
    "attention_bag": ("attention, no positions", "backward", DOTTED),
}
# On some tasks: with factors down to −1, and behind a convolution.
SIGNED = {
    "selective_signed": ("selective SSM, signed", "theory", SOLID),
    "deltanet_signed": ("DeltaNet, signed", "bound", SOLID),
}
CONVOLVED = ("mingru_convolved", "rglru_convolved", "selective_convolved", "deltanet_convolved")


def scale_of_k(ax: Axes, distances: list[int]) -> None:
    """Set a logarithmic axis of distances, all of them named."""
    ax.set_xscale("log", base=2)
    ax.set_xticks(distances, map(str, distances))
    ax.minorticks_off()
    ax.set_xlim(distances[0] / 1.35, distances[-1] * 1.35)


def scale_of_answers(ax: Axes, chance: float, least: float) -> None:
    """Set an axis of shares of right answers, with a line at chance."""
    ax.set_ylim(least, 1.04)
    ticks = [tick for tick in (0, 0.25, 0.5, 0.75, 1) if tick >= least]
    ax.set_yticks(ticks, [f"{tick:.0%}".replace("%", " %") for tick in ticks])
    ax.axhline(chance, color=LIGHT["bound"], lw=1.2, ls=":")


def apart(values: list[float], least: float, top: float) -> list[float]:
    """Return heights near sorted `values`, at least so far apart, none above `top`."""
    places: list[float] = []
    for value in values:
        places.append(max(value, places[-1] + least) if places else value)
    for i in reversed(range(len(places))):
        above = places[i + 1] - least if i + 1 < len(places) else top
        places[i] = min(places[i], above)
    return places


def label_ends(ax: Axes, x: float, ends: dict[str, float], titles: dict, least: float) -> None:
    """Name lines beyond their right ends: `ends` are the heights at which they end, by network.

    The names keep at least so far apart, in units of the axis.
    """
    order = sorted(ends, key=ends.__getitem__)
    for name, height in zip(order, apart([ends[name] for name in order], least, 1.02), strict=True):
        title, colour, _ = titles[name]
        style.label_end(ax, x, height, title, color=LIGHT[colour])


def seeds_and_mean(ax: Axes, found: dict[int, list[float]], place: float, **look: object) -> list:
    """Draw a line of means and the seeds as dots, all moved aside by `place` of the like.

    Seeds with the same score share a dot.

    Returns
    -------
    list
        The line and the dots.
    """
    aside = 2 ** (0.05 * place)
    colour = look.pop("color")
    line = ax.plot(
        [k * aside for k in found], [sum(seeds) / len(seeds) for seeds in found.values()],
        color=colour, **look,
    )  # fmt: skip
    points = [
        (k * aside * 2 ** (0.02 * (i - len(set(seeds)) // 2)), score)
        for k, seeds in found.items()
        for i, score in enumerate(dict.fromkeys(seeds))
    ]
    dots = ax.plot(*zip(*points, strict=True), "o", ms=2.6, mew=0, color=colour)
    return [*line, *dots]
