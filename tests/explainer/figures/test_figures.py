"""Every figure keeps the rules of the house; its files are those of its sources."""

import itertools
import json
import math
import re
from fractions import Fraction
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from explainer.drawing.palette import LIGHT
from explainer.making import check, figure, make
from explainer.making.digests import stems
from explainer.making.files import FIGURES
from longrange import gradient_by_lag, horizon, lab, orthogonal, run

SVG = "{http://www.w3.org/2000/svg}"
STEMS = stems()
# A second computation of these would take as long as that of all others.
LONG = {"associative_recall", "default_inits", "edge_map", "gate_horizons", "jacobian_lab",
        "jacobian_norms", "kept_product", "lab_settings", "memory_functions", "power_norms",
        "recall_knee", "recoverable_bits"}  # fmt: skip
OFF_PAGE = {"favicon", "social_card"}  # a mark and a card, of sizes of their own
# Units across of a drawing: for a screen one panel, two or more, or what opens a page; a phone.
WIDTHS = {"wide": {640, 900, 1160}, "narrow": {328}}
SMALLEST = {"wide": 13, "narrow": 12}  # of letters, in units; a unit is a pixel


@pytest.fixture(params=STEMS)
def stem(request):
    return request.param


def committed(stem):
    return json.loads((FIGURES / f"{stem}.json").read_text("utf-8"))


def file(stem, kind="wide"):
    return FIGURES / f"{stem}.{figure.DRAWINGS[kind]}"


def picture(stem, kind="wide"):
    return ET.parse(file(stem, kind)).getroot()


def prefix(stem, kind):
    return f"{stem}-" if kind == "wide" else f"{stem}-{kind}-"


def names(stem, kind):
    """Return the names that were given in a drawing: not those of marks, clips and images."""
    ids = (one.get("id", "") for one in picture(stem, kind).iter())
    ours = {one.removeprefix(prefix(stem, kind)) for one in ids if one}
    return {one for one in ours if not re.fullmatch(r"[mp]\d+|image\w+", one)}


def test_the_committed_numbers_are_what_compute_returns_each_time(stem):
    data, kept = figure.compute(stem), committed(stem)
    for key in data.keys() - figure.RESERVED:
        assert list(check.drift(kept[key], data[key], key, **check.tolerance(stem))) == []
    if stem not in LONG:
        assert figure.compute(stem) == data


def test_the_committed_files_are_not_stale(stem):
    assert make.state(stem) != "stale", "run python scripts/make_figures.py and commit"


def test_it_says_its_finding_and_its_alternative_text(stem):
    finding = figure.module(stem).__doc__.splitlines()[0]
    assert len(finding) > 20
    assert finding.endswith(".")
    alt = committed(stem)["alt"]
    assert "{" not in alt
    for kind in figure.DRAWINGS:
        root = picture(stem, kind)
        assert root.get("role") == "img"
        assert root.find(f"{SVG}title").text == finding
        assert root.find(f"{SVG}desc").text == alt


@pytest.mark.parametrize("kind", figure.DRAWINGS)
def test_it_uses_only_colours_of_the_palette(stem, kind):
    used = set(re.findall(r"(?:fill|stroke): (#[0-9a-f]{6})", file(stem, kind).read_text("utf-8")))
    assert used <= set(LIGHT.values()), "a colour outside the palette does not follow the scheme"
    # The reader's colour is for what a reader holds: where an element is. And for the site's mark.
    held = (FIGURES.parent / f"elements/{stem.replace('_', '-')}.html").is_file()
    assert LIGHT["reader"] not in used or held or stem in OFF_PAGE


@pytest.mark.parametrize("kind", figure.DRAWINGS)
def test_its_ids_are_its_own_and_unique(stem, kind):
    ids = [e.get("id") for e in picture(stem, kind).iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    assert all(i.startswith(prefix(stem, kind)) for i in ids)
    for target in re.findall(r'(?:url\(#|href="#)([^)"]+)', file(stem, kind).read_text("utf-8")):
        assert target in ids


def test_both_drawings_name_the_same_axes_and_artists(stem):
    stage = committed(stem)["stage"]
    assert set(stage) == set(figure.DRAWINGS)
    assert set(stage["wide"]["axes"]) == set(stage["narrow"]["axes"])
    assert names(stem, "wide") == names(stem, "narrow")


@pytest.mark.parametrize("kind", figure.DRAWINGS)
def test_a_drawing_is_as_wide_as_its_place_and_its_text_is_large_enough(stem, kind):
    size, root = committed(stem)["stage"][kind]["size"], picture(stem, kind)
    assert root.get("viewBox").split() == ["0", "0", *(f"{one:g}" for one in size)]
    assert size[0] in WIDTHS[kind] or stem in OFF_PAGE
    for label in root.iter(f"{SVG}text"):
        letters = float(re.search(r"font(?:-size)?: [^;]*?([\d.]+)px", label.get("style"))[1])
        assert letters >= SMALLEST[kind], "".join(label.itertext())


def test_curves_lie_where_the_stage_says():
    """The stage is checked against the paths that matplotlib drew from the same data."""
    data = committed("influence_curves")
    for kind, panel in itertools.product(figure.DRAWINGS, ("linear", "log")):
        axes, root = data["stage"][kind]["axes"][panel], picture("influence_curves", kind)
        name = f"{prefix('influence_curves', kind)}{panel}-curve"
        group = next(e for e in root.iter() if e.get("id") == name)
        drawn = [float(v) for v in re.findall(r"-?[\d.]+", group.find(f"{SVG}path").get("d"))]
        xs, ys = drawn[::2], drawn[1::2]
        table = data["table"]
        for k in (0, 5, 29):
            assert xs[k] == pytest.approx(place(axes["x"], table["k"][k]), abs=0.06)
            assert ys[k] == pytest.approx(place(axes["y"], table["r=0.80"][k]), abs=0.06)


def place(axis, value):
    unit = math.log10 if axis["log"] else float
    low, high = (unit(v) for v in axis["domain"])
    start, end = axis["range"]
    return start + (unit(value) - low) / (high - low) * (end - start)


def test_panels_of_influence_curves_are_equal_halves():
    """The page shows one panel by moving the picture half of its height."""
    for stage in committed("influence_curves")["stage"].values():
        height = stage["size"][1]
        linear, log = (stage["axes"][name]["y"]["range"] for name in ("linear", "log"))
        assert log == pytest.approx([y + height / 2 for y in linear], abs=0.01)


def test_the_bars_of_card_and_icon_agree_with_exact_arithmetic():
    for stem, rate, lags in (("social_card", Fraction(4, 5), "steps_back"),
                             ("favicon", Fraction(3, 4), "k")):  # fmt: skip
        table = committed(stem)["table"]
        exact = [float(rate**k) for k in table[lags]]
        assert table["influence"] == pytest.approx(exact, rel=1e-12)
    words = committed("social_card")["table"]
    assert dict(zip(words["word"], words["steps_back"], strict=True))["cat"] == 7


def test_sentences_fade_by_exact_arithmetic_from_the_word_that_is_chosen():
    data = committed("fading_sentence")
    rows = list(zip(*data["table"].values(), strict=True))
    for name, linked, gap in (("cat", ("cat", "was"), 7), ("keys", ("keys", "are"), 4),
                              ("committee", ("committee", "It"), 8),
                              ("hands", ("one", "other"), 16)):  # fmt: skip
        own = [row[1:] for row in rows if row[0] == name]
        text = " ".join(word for word, *_ in own)
        assert data[name]["text"].startswith(f"{text} ")
        assert own[-1][:2] == (linked[1], 0)
        assert [back for word, back, _ in own if word == linked[0]] == [gap]
        for _, back, left in own:
            assert left == pytest.approx(float(Fraction(4, 5) ** back), rel=1e-12)
        assert (data[name]["gap"], data[name]["left"]) == (gap, pytest.approx(0.8**gap))
        # What the page shows is that sentence, and its marks.
        marked = data[name]["marked"]
        assert re.sub(r"<[^>]+>", "", marked) == data[name]["text"]
        assert re.findall(r"<mark [^>]+>(\w+)", marked) == list(linked)
        assert re.findall(r"--k:(\d+)", marked) == [str(back) for _, back, _ in own]
    assert (data["keys"]["trap"]["gap"], data["keys"]["trap"]["left"]) == (1, 0.8)


def test_one_number_stands_for_the_cat_when_its_verb_is_read():
    """The first picture, its card, the worked example and the lag of the laboratory agree."""
    sentence, card = committed("fading_sentence")["cat"], committed("social_card")
    example, lab_ = committed("influence_curves")["sentence"], committed("jacobian_lab")
    gaps = {sentence["gap"], card["gap"], example["gap"]}
    assert gaps == {7}
    lefts = [sentence["left"], card["left"], example["influence"]]
    assert lefts == pytest.approx([float(Fraction(4, 5) ** 7)] * 3, rel=1e-12)
    assert lab_["at_gap"] == lab_["table"]["measured"][7]
    # One word sooner, where the verb must be chosen, more is left; nowhere is it told otherwise.
    assert example["before"] == pytest.approx(float(Fraction(4, 5) ** 6), rel=1e-12)
    for page in ("index", "language"):
        text = (FIGURES.parent / f"{page}.md").read_text("utf-8")
        (caption,) = re.findall(r"!\[(.*)\]\(figures/fading_sentence\.svg\)", text)
        assert "when the second framed word is read" in caption
        assert "chosen" not in caption


def test_numbers_of_influence_curves_agree_with_exact_arithmetic():
    data = committed("influence_curves")
    assert data["reader"]["influence"] == pytest.approx(float(Fraction(4, 5) ** 30), rel=1e-12)
    assert data["sentence"]["gap"] == 7
    assert data["sentence"]["influence"] == pytest.approx(float(Fraction(4, 5) ** 7), rel=1e-12)
    assert data["settings"]["growing"]["influence"] == pytest.approx(
        float(Fraction(11, 10) ** 30), rel=1e-12
    )


def test_the_answers_to_guess_agree_with_exact_arithmetic_and_with_the_product():
    decay, law = committed("guess_decay"), committed("guess_law")
    exact = [float(Fraction(4, 5) ** k) for k in range(31)]
    assert decay["table"]["left"] == pytest.approx(exact, rel=1e-12)
    assert 0.8 ** decay["half_life"] == pytest.approx(0.5)
    assert 0.8 ** decay["tenth"] == pytest.approx(0.1)
    # One factor after the other, back from the last state; its rate from a run of its own.
    w = lab.matrix("gaussian", law["d"], law["gain"], seed=0)
    states = lab.states(w, input_std=law["input_std"], seed=0)
    product, sizes = np.eye(law["d"]), [1.0]
    for h in states[: -law["last"] - 1 : -1]:
        product = product @ ((1 - h**2)[:, None] * w)
        sizes.append(np.linalg.svd(product)[1][0])
    assert law["table"]["measured"] == pytest.approx(sizes, rel=1e-9)
    assert law["laws"]["bound"] == pytest.approx(np.sqrt(np.linalg.eigvalsh(w.T @ w)[-1]))
    assert law["laws"]["radius"] == pytest.approx(np.abs(np.linalg.eigvals(w)).max())
    long = lab.states(w, input_std=law["input_std"], seed=1, steps=4000)
    assert law["laws"]["rate"] == pytest.approx(np.exp(lab.rate(w, long, seed=1)), rel=0.03)


def test_both_passes_of_the_unrolled_network_agree_with_exact_arithmetic_and_with_its_gradient():
    table, reader = committed("unrolled_network")["table"], committed("unrolled_network")["reader"]
    exact = [float(Fraction(4, 5) ** k) for k in range(31)]
    assert table["trace of the word"] == pytest.approx(exact, rel=1e-12)
    assert table["error going back"][::-1] == pytest.approx(exact, rel=1e-12)
    # The gradient on r of the last state has k terms, each a trace times an error: k r^(k-1).
    states = run([[0.8]], [[1.0], *[[0.0]] * 30], activation="linear")
    parts = gradient_by_lag([[0.8]], states, [1.0], activation="linear").sum()
    trace, error = (np.array(table[name]) for name in ("trace of the word", "error going back"))
    assert trace[:-1] @ error[1:] == pytest.approx(30 * 0.8**29, rel=1e-12)
    assert parts == pytest.approx(trace[:-1] @ error[1:], rel=1e-12)
    assert reader["left"] == pytest.approx(exact[-1], rel=1e-12)


def test_the_ball_of_two_valleys_is_a_network_that_is_run():
    """A push of the state by p is an input of w p to the next step; V has its valleys there."""
    data = committed("two_valleys")
    table, (w, start, push, *_) = data["table"], data["reader"].values()
    drive = np.zeros((data["steps"], 1))
    drive[data["pushed_at"]] = -w * push
    states = run([[w]], drive, h0=[start])[:, 0]
    shown = dict(zip(table["step"], table["state"], strict=True))  # after it
    shown[data["pushed_at"]] += push
    assert [shown[step] for step in range(1, 21)] == pytest.approx(states.tolist(), rel=1e-12)
    left = np.cumprod([1, *(w * (1 - states**2))])
    del table["derivative"][data["pushed_at"]]
    assert table["derivative"] == pytest.approx(left.tolist(), rel=1e-9)
    height = data["landscape"]["height"]
    for side in (slice(0, 41), slice(40, 81)):
        lowest = np.abs(data["landscape"]["h"][side][np.argmin(height[side])])
        assert lowest == pytest.approx(data["valley"], abs=0.02)


def test_the_scale_of_the_gradient_is_that_of_random_numbers_of_variance_one():
    """E |w| of 64 of them is √2 Γ(32.5) / Γ(32), a little less than 8."""
    data = committed("gradient_by_lag")
    mean = np.sqrt(2) * np.exp(math.lgamma(32.5) - math.lgamma(32))
    for name in ("half", "one"):
        assert data[name]["loss"] == pytest.approx(mean, rel=0.1)
        assert data[name]["size"] > 3 * data[name]["loss"]


def test_the_curve_of_kept_product_is_that_of_simulated_linear_networks():
    """The share is what a second draw of the newest input changes, at the horizon of the rate."""
    curve, rng = committed("kept_product")["curve"], np.random.default_rng(0)
    for rate in (0.5, 0.9, 0.97):
        u = rng.normal(size=(3000, 64))
        states = run(orthogonal(64, rate, seed=0), u, activation="linear")[500:]
        changed = states + rng.normal(size=states.shape) - u[500:]
        share = ((states - changed) ** 2).mean() / 2 / (states**2).mean()
        drawn = np.interp(np.log(horizon(rate)), np.log(curve["steps"]), np.log(curve["newest"]))
        assert np.exp(drawn) == pytest.approx(share, rel=0.04)
