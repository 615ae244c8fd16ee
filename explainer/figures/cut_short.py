"""Cut after a few steps, backpropagation still teaches what a mixture has in its short examples.

Number agreement, the gradient cut so many words before the answer (truncated backpropagation,
Williams & Peng 1990): ``scripts/run_experiments.py``.
"""

from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.drawing.scores import scale_of_answers, scale_of_k, seeds_and_mean
from explainer.shared.trained import alone, by_k, columns, fixed, results, summary

ALT = (
    "Two panels, right answers after training with the gradient cut {cuts[0]}, {cuts[1]}, "
    "{cuts[2]} or {cuts[3]} words before the answer. Plain tanh, the mixture, at {far} words: "
    "{told[tanh][far]}; at {near} words: {told[tanh][near]}; {near} words alone: "
    "{told[tanh][alone]}. LSTM, the mixture, at {far} words: {told[lstm][far]}; at {near} words: "
    "{told[lstm][near]}; {near} words alone: {told[lstm][alone]}."
)

PANELS = {"tanh": "plain tanh", "lstm": "LSTM"}
FAR = 64


def compute() -> dict:
    """Return the score of each seed after each cut: far examples alone, and the mixture."""
    cells, whole = results("truncation.json"), results("agreement.json")
    cuts = sorted({one["cut"] for one in cells})
    found, rows = {}, []
    for name in PANELS:
        mine = [one for one in cells if one["network"] == name]
        (k,) = {one["longest"] for one in mine if fixed(one)}
        found[name] = {"at": k}
        for cut in cuts:
            (far,) = (one for one in mine if one["cut"] == cut and fixed(one))
            (mixture,) = (one for one in mine if one["cut"] == cut and not fixed(one))
            shown = {"alone": far["test"][k]} | {
                key: mixture["test"][at] for key, at in (("near", k), ("far", FAR))
            }
            found[name][f"cut{cut}"] = {key: summary(seeds) for key, seeds in shown.items()}
            rows += [(name, key, cut, seed, score) for key, seeds in shown.items()
                     for seed, score in enumerate(seeds)]  # fmt: skip
        of = [one for one in whole if one["network"] == name]
        (mixture,) = (one for one in of if not fixed(one) and one["longest"] == FAR)
        found[name]["whole"] = {
            "alone": summary(alone(of)[k]),
            "near": summary(mixture["test"][k]),
            "far": summary(mixture["test"][FAR]),
        }
    # The finding: cut after four steps a mixture teaches all, and near examples alone do not.
    for name in PANELS:
        assert found[name]["cut4"]["far"]["low"] > 0.95 > found[name]["cut4"]["alone"]["mean"]
    assert 0.75 < found["lstm"]["cut1"]["far"]["mean"] < 0.98  # "most", on the page
    return {
        "chance": 1 / 2,
        "cuts": cuts,
        "far": FAR,
        "near": k,
        "networks": found,
        "told": {
            name: {
                key: ", ".join(f"{one[f'cut{cut}'][key]['mean']:.0%}" for cut in cuts)
                for key in ("far", "near", "alone")
            }
            for name, one in found.items()
        },
        "clipping": _clipping(),
        "growing": _growing(),
        "table": columns(("network", "regime", "k", "seed", "score"), rows),
    }


def _clipping() -> dict:
    """Return what is learned from each gain, clipped and not."""
    found = {}
    for one in results("clipping.json"):
        mine = found.setdefault(f"g{one['gain']:g}", {}).setdefault(
            "clipped" if one["clip"] else "free", {}
        )
        k = one["longest"]
        mine["alone" if fixed(one) else "mixture"] = summary(one["test"][k]) | {"rate": one["rate"]}
    return found


def _growing() -> dict:
    """Return what starting small teaches, at the longest distance and far beyond."""
    return {
        one["network"]: {f"k{k}": summary(one["test"][k]) for k in (FAR, max(one["test"]))}
        for one in results("growing.json")
    }


LOOKS = {
    "far": ("the mixture, at {far} words", "measured", "-"),
    "near": ("dotted: at {near} words", "measured", (0, (1, 1.5))),
    "alone": ("{near} words alone", "muted", "-"),
}
LABELS = {"far": 0.69, "near": 0.63, "alone": 0.57}  # heights of their names, in the last panel


def draw(data: dict, wide: bool) -> Figure:
    """Draw a panel for each network, a line for each way to train."""
    figure, axes = style.panels(wide, 2, 360, 560, sharex=True, sharey=True)
    for ax, (name, title) in zip(axes, PANELS.items(), strict=True):
        ax.set_gid(name)
        ax.set_title(f"right answers, {title}")
        scale_of_k(ax, data["cuts"])
        scale_of_answers(ax, data["chance"], 0.36)
        for place, (key, (label, colour, kind)) in enumerate(LOOKS.items(), -1):
            found = by_k(data, network=name, regime=key)
            seeds_and_mean(ax, found, place, color=LIGHT[colour], ls=kind, lw=2)
            if ax is axes[-1]:
                ax.annotate(label.format(**data), (data["cuts"][-1], LABELS[key]), va="center",
                            ha="right", color=LIGHT[colour])  # fmt: skip
    for ax in axes if wide else axes[1:]:
        ax.set_xlabel("steps that the gradient goes back")
    return figure
