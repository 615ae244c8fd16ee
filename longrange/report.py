"""What the probe found as a figure and as one file of HTML."""

import html as escapes
import io
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from longrange.measurement import Measurement, sentences

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem;
  color: #222; background: #fff }
th { text-align: left; vertical-align: top; padding-right: 1.5rem; font-weight: 600 }
.curves td, .curves th { text-align: right; padding: 0 .75rem; font-variant-numeric: tabular-nums }
svg { max-width: 100%; height: auto }
"""


def plot(found: Measurement) -> "Figure":
    """Return a figure of the norms with rate and levels, and of the gradient by lag.

    Raises
    ------
    ValueError
        If matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise ValueError("a figure needs matplotlib: pip install matplotlib") from None
    panels = 1 if found.gradient is None else 2
    figure = Figure(figsize=(8, 3.2 * panels), layout="constrained")
    axes = figure.subplots(panels, 1, squeeze=False)[:, 0]
    lags = found.lags
    axes[0].fill_between(lags, found.norms_low, found.norms_high, alpha=0.25, linewidth=0)
    axes[0].plot(lags, found.norms, label="norm of the Jacobian, measured")
    with np.errstate(over="ignore", under="ignore"):
        axes[0].plot(lags, found.rate**lags, "--", label=f"rate {found.rate:.3g} a step, from 1 on")
        axes[0].plot(lags, found.bound**lags, ":", label=f"bound {found.bound:.3g} a step")
    for level in found.first_below:
        axes[0].axhline(level, color="0.6", linewidth=0.8)
    known = found.norms[np.isfinite(found.norms) & (found.norms > 0)]
    least = min(known.min(initial=1.0), 1e-3)
    axes[0].set(yscale="log", ylim=(least / 3, max(known.max(initial=1.0), 1.0) * 3))
    axes[0].set(xlabel="lag, steps back", ylabel="what a small change leaves")
    axes[0].legend(frameon=False)
    if found.gradient is not None:
        columns = found.table
        low, high = columns["gradient_low"], columns["gradient_high"]
        axes[1].fill_between(lags, low, high, alpha=0.25, linewidth=0)
        axes[1].plot(lags, columns["gradient"])
        axes[1].set(xlabel="lag, steps back", ylabel="share of the gradient", ylim=(0, None))
    figure.suptitle(found.network)
    return figure


def html(found: Measurement) -> str:
    """Return one file: the lines of the report, the figure, the curves and the rest as tables."""
    lines = "\n".join(
        f"<tr><th>{escapes.escape(name)}</th><td>{escapes.escape(text)}</td></tr>"
        for name, text in sentences(found)
    )
    title = escapes.escape(f"How far back it reads: {found.network}")
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{_STYLE}</style>
<h1>{title}</h1>
<table>
{lines}
</table>
{_picture(found)}
<h2>By lag</h2>
{_table(found.table)}
{_few(found.directions, "Directions that carry 1 % or more", "directions")}
{_few(found.recalled, "Recalled of the inputs by a linear readout", "recalled")}
</html>
"""


def _table(columns: Mapping[str, Floats]) -> str:
    """Return columns as a table."""
    head = "".join(f"<th>{name.replace('_', ' ')}</th>" for name in columns)
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{value:.4g}</td>" for value in row) + "</tr>"
        for row in zip(*columns.values(), strict=True)
    )
    return f"""<table class="curves">
<thead><tr>{head}</tr></thead>
<tbody>
{rows}
</tbody>
</table>"""


def _few(by_lag: Mapping[int, tuple[float, float, float]] | None, title: str, name: str) -> str:
    """Return what is known of a few lags alone as a table under a heading; nothing of none."""
    if not by_lag:
        return ""
    rows = np.array([(lag, *values) for lag, values in by_lag.items()])
    columns = ("lag", name, f"{name}_low", f"{name}_high")
    return f"<h2>{title}</h2>\n" + _table(dict(zip(columns, rows.T, strict=True)))


def _picture(found: Measurement) -> str:
    """Return the figure as SVG, or a sentence where it cannot be drawn."""
    try:
        figure = plot(found)
    except ValueError as error:
        return f"<p>No figure: {escapes.escape(str(error))}.</p>"
    import matplotlib

    drawn = io.StringIO()
    # The same numbers make the same file: no date, and ids that do not change.
    with matplotlib.rc_context({"svg.hashsalt": "longrange"}):
        figure.savefig(drawn, format="svg", metadata={"Date": None})
    return drawn.getvalue()[drawn.getvalue().index("<svg") :]
