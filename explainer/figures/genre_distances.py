"""In every genre agreement is short and coreference long; how long, differs by genre.

Nine of ten links are no longer than this, in the genres of UD English GUM (Zeldes 2017), as
``scripts/measure_language.py`` measures them.
"""

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from explainer.drawing import style
from explainer.drawing.palette import LIGHT
from explainer.figures.influence_curves import READER
from explainer.shared.measured import corpus, rows
from longrange.rates import horizon

ALT = (
    "A row for each of {corpus[genres]} genres; dots show the distance in words that nine of ten "
    "links do not exceed, on a logarithmic axis. Agreement: {range[agreement][least]} to "
    "{range[agreement][most]} words, left of the dashed horizon at r = {reader[r]:.2f}, "
    "{reader[horizon]:.1f} words, in every genre. Discourse: {range[discourse_gdtb][least]} to "
    "{range[discourse_gdtb][most]} by GDTB, {range[discourse_erst][least]} to "
    "{range[discourse_erst][most]} by eRST. Coreference: {range[coreference][least]} in "
    "{range[coreference][in_least]} to {range[coreference][most]} in "
    "{range[coreference][in_most]}."
)

NAMES = {
    "academic": "academic writing",
    "bio": "biographies",
    "conversation": "conversation",
    "court": "courtroom",
    "essay": "essays",
    "fiction": "fiction",
    "interview": "interviews",
    "letter": "letters",
    "news": "news",
    "podcast": "podcasts",
    "speech": "speeches",
    "textbook": "textbooks",
    "vlog": "vlogs",
    "voyage": "travel guides",
    "whow": "how-to guides",
}
SHOWN = {
    "agreement": ("forward", "agreement", "center"),
    "discourse_gdtb": ("backward", "GDTB", "right"),
    "discourse_erst": ("backward", "eRST", "center"),
    "coreference": ("measured", "coreference", "center"),
}
COLUMNS = ("documents", "N", "mean", "median", "p90", "beyond")


def compute() -> dict:
    """Return what the table says of each genre, and the extremes of the 90th percentile."""
    genres = {genre: {} for genre in NAMES}
    for row in rows("link_genres.csv", unit="words"):
        row["beyond"] = row.pop("beyond_0.8")
        genres[row["genre"]][row["series"]] = {key: row[key] for key in COLUMNS}
    order = sorted(NAMES, key=lambda genre: genres[genre]["coreference"]["p90"])
    reach = float(horizon(READER["r"]))
    found = {name: _range(genres, name) for name in genres["news"]}
    # The finding: in every genre agreement is short, and coreference the longest of the four.
    assert found["agreement"]["most"] < reach < found["discourse_erst"]["least"]
    assert found["agreement"]["most_beyond"] < 0.01
    for genre in genres.values():
        far = [genre[name]["p90"] for name in SHOWN]
        assert far == sorted(far)
    return {
        "corpus": corpus(),
        "reader": {"r": READER["r"], "horizon": reach},
        "range": found,
        "genre": genres,
        "order": order,
        "table": {
            "genre": [genre for genre in order for _ in found],
            "series": [name for _ in order for name in found],
            **{
                key: [genres[genre][name][key] for genre in order for name in found]
                for key in COLUMNS
            },
        },
    }


def _range(genres: dict, series: str) -> dict:
    """Return the least and the most of the 90th percentile and of the shares, and where."""
    by_end = sorted(NAMES, key=lambda genre: genres[genre][series]["p90"])
    shares = [one[series]["beyond"] for one in genres.values()]
    return {
        "least": genres[by_end[0]][series]["p90"],
        "in_least": NAMES[by_end[0]],
        "most": genres[by_end[-1]][series]["p90"],
        "in_most": NAMES[by_end[-1]],
        "least_beyond": min(shares),
        "most_beyond": max(shares),
    }


def draw(data: dict, wide: bool) -> Figure:
    """Draw a row for each genre, longest coreference at the top, names above the first."""
    size = style.px(640, 460) if wide else style.px(328, 440)
    figure, ax = plt.subplots(figsize=size, layout="constrained")
    ax.set_gid("p90")
    ax.set_xscale("log")
    ax.set_xlim(1.5, 300)
    ax.set_ylim(-0.7, len(data["order"]) - 0.4)
    ends = {name: [data["genre"][genre][name]["p90"] for genre in data["order"]] for name in SHOWN}
    ys = range(len(data["order"]))
    ax.hlines(ys, ends["discourse_gdtb"], ends["discourse_erst"], lw=2.2, alpha=0.4,
              color=LIGHT["backward"])  # fmt: skip
    for name, (colour, label, side) in SHOWN.items():
        ink = {"color": LIGHT[colour]}
        face = LIGHT["paper" if name == "discourse_gdtb" else colour]
        ax.plot(ends[name], ys, "o", ms=6, mfc=face, mew=1.5, **ink)
        # On a phone the names have no room beside each other.
        lift = 12 if wide or name != "coreference" else 28
        ax.annotate(label, (ends[name][-1], ys[-1]), (0, lift), textcoords="offset points",
                    ha=side, **ink)  # fmt: skip
    reach = data["reader"]["horizon"]
    theory = {"color": LIGHT["theory"]}
    ax.plot([reach, reach], ax.get_ylim(), lw=1.2, ls=(0, (4, 3)), zorder=1, **theory)
    ax.annotate(f"r = {data['reader']['r']:.2f}", (reach, 1.5), (-6, 0), ha="right", va="center",
                textcoords="offset points", **theory)  # fmt: skip
    ax.set_yticks(ys, [NAMES[genre] for genre in data["order"]])
    ax.tick_params(axis="y", length=0)
    ax.set_xticks([2, 5, 10, 20, 50, 100, 200], ["2", "5", "10", "20", "50", "100", "200"])
    links = "nine of ten links" if wide else "nine of ten"
    ax.set_xlabel(f"{links} are no longer than (words)")
    return figure
