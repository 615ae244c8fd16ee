"""How scores of trained networks are drawn: a colour and a line for each, scales, seeds."""

from matplotlib.axes import Axes

from explainer.drawing.palette import LIGHT

SOLID, DASHED, DOTTED = "-", (0, (6, 2)), (0, (1, 1.5))
# Name, colour and line of each network, in the order in which they are told.
NETWORKS = {
    "tanh": ("plain tanh", "measured", SOLID),
    "orthogonal": ("orthogonal start", "measured", DASHED),
    "small_inputs": ("small inputs", "measured", DOTTED),
    "leaky": ("leaky", "measured", (0, (4, 1.5, 1, 1.5))),
    "identity": ("identity, ReLU", "measured", (0, (2.5, 1.5))),
    "gru": ("GRU", "forward", SOLID),
    "lstm": ("LSTM", "forward", DASHED),
    "lstm_chrono": ("LSTM, chrono", "forward", DOTTED),
    "ssm": ("diagonal SSM", "theory", SOLID),
    "attention": ("attention", "backward", SOLID),
    "attention_bag": ("attention, no positions", "backward", DOTTED),
}


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


def seeds_and_mean(ax: Axes, found: dict[int, list[float]], place: float, **look: object) -> list:
    """Draw a line of means and a dot for each seed, all moved aside by `place` of the like.

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
        (k * aside * 2 ** (0.02 * (i - len(seeds) // 2)), score)
        for k, seeds in found.items()
        for i, score in enumerate(seeds)
    ]
    dots = ax.plot(*zip(*points, strict=True), "o", ms=2.6, mew=0, color=colour)
    return [*line, *dots]
