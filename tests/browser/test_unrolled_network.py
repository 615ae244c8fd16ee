"""`<unrolled-network>`: what is drawn for every r and k, both passes step by step, its controls."""

import json

import pytest
from acting import (
    FRAME,
    announced,
    go,
    hash_of,
    move_often,
    moved,
    press_often,
    record_announcements,
)

from explainer.figures import unrolled_network as figure
from explainer.making.files import FIGURES
from longrange import influence

HOST = "unrolled-network"
BUTTON = "unrolled-network button[name={}]"
PREFIXES = {"wide": "unrolled_network", "narrow": "unrolled_network-narrow"}
SETTINGS = [(0.8, 30), (0.3, 60), (1.0, 12), (1.2, 60), (1.1, 5), (0.9, 8), (0.5, 7), (0.95, 1),
            (0.8, 0)]  # fmt: skip

# What is seen of a drawing, slot by slot: texts and sizes, null where nothing is.
SEEN = """(prefix) => {
  const slots = [...Array(8).keys()];
  const mark = (gid) => document.getElementById(`${prefix}-${gid}`);
  const isSeen = (group) =>
    group && group.getAttribute("visibility") !== "hidden" &&
    ![group, ...group.querySelectorAll("*")].some((one) =>
      ["opacity", "stroke-opacity"].some((name) => Number(one.getAttribute(name) ?? 1) < 0.01));
  const text = (gid) => (isSeen(mark(gid)) ? mark(gid).textContent.trim() : null);
  const numbers = (gid) =>
    isSeen(mark(gid)) ? mark(gid).querySelector("path").getAttribute("d")
      .match(/-?[\\d.]+/g).map(Number) : null;
  const size = (gid) => numbers(gid) && numbers(gid)[2];
  const width = (gid) => {
    const d = numbers(gid);
    return d && Math.hypot(d[0] - d.at(-2), d[1] - d.at(-1));
  };
  return {
    title: text("length"),
    gap: text("gap"),
    states: slots.map((slot) => isSeen(mark(`state-${slot}`))),
    times: slots.map((slot) => text(`time-${slot}`)),
    values: slots.map((slot) => text(`value-${slot}`)),
    powers: slots.map((slot) => text(`power-${slot}`)),
    discs: slots.map((slot) => size(`disc-${slot}`)),
    loop: size("disc-loop"),
    ws: slots.slice(1).map((slot) => text(`w-${slot - 1}`)),
    back: slots.slice(1).map((slot) => text(`back-value-${slot - 1}`)),
    bands: slots.slice(1).map((slot) => width(`band-${slot - 1}`)),
    error: text("error-name"),
  };
}"""


@pytest.fixture
def network(open_page):
    page = open_page()
    page.locator(HOST).scroll_into_view_if_needed()
    yield page
    assert page.problems == []


def seen(page, kind="wide"):
    page.evaluate(FRAME)
    return page.evaluate(SEEN, PREFIXES[kind])


def readout(page):
    """Return what is said of the picture."""
    page.evaluate(FRAME)
    said = page.evaluate("document.querySelector('unrolled-network').stage.said")
    return said.replace("\u00a0", " ")


def told(page):
    page.evaluate(FRAME)
    return page.locator(f"{HOST} .lr-values dd").all_text_contents()


def press(page, *names):
    for name in names:
        page.locator(BUTTON.format(name)).click()


def radius(kind):
    """Return the radius of a state in a drawing, which is the unit of its stage."""
    stage = json.loads((FIGURES / "unrolled_network.json").read_text("utf-8"))["stage"][kind]
    x = stage["axes"]["radii"]["x"]
    return (x["range"][1] - x["range"][0]) / (x["domain"][1] - x["domain"][0])


# ── What is drawn ───────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", PREFIXES)
@pytest.mark.parametrize(("r", "k"), SETTINGS)
def test_both_passes_are_drawn_for_every_rate_and_distance(network, kind, r, k):
    go(network, f"#r={r}&k={k}")
    drawn, steps, unit = seen(network, kind), figure.shown(k), radius(kind)
    assert drawn["title"] == f"unrolled over {k} step{'' if k == 1 else 's'}"
    for slot in range(figure.SLOTS):
        step = steps[slot] if slot < len(steps) else "none"
        if not isinstance(step, int):
            assert not drawn["states"][slot]
            assert drawn["values"][slot] is drawn["discs"][slot] is None
            continue
        left = influence(r, step)
        assert drawn["states"][slot]
        assert drawn["times"][slot] == figure.time(k - step)
        assert drawn["discs"][slot] == pytest.approx(unit * figure.bounded(left) ** 0.5, abs=0.06)
        assert drawn["values"][slot]
        assert (drawn["powers"][slot] or "") == figure.power(step)
    assert (drawn["gap"] is not None) == (None in steps)
    if None in steps:
        assert drawn["times"][steps.index(None)] == f"{k - 6} more"
    # The same W on every arrow there is, and the error's arrows by their exponents.
    links = len(steps) - 1
    assert drawn["ws"] == ["W"] * links + [None] * (7 - links)
    for slot in range(links):
        exponent = k - steps[slot] if steps[slot] is not None else k - steps[slot + 1] + 1
        width = figure.BAND * unit * figure.bounded(influence(r, exponent))
        assert drawn["bands"][slot] == pytest.approx(width, abs=0.03)
    assert drawn["back"][links:] == [None] * (7 - links)
    assert drawn["error"] == "error"
    # Both passes end at the same number.
    if k:
        assert drawn["back"][0] == drawn["values"][links]


def test_at_first_it_is_what_python_drew(open_page):
    still, live = open_page(java_script_enabled=False), open_page()
    for kind in PREFIXES:
        before, after = seen_still(still, kind), seen(live, kind)
        for name in ("title", "gap", "states", "times", "values", "powers", "ws", "back", "error"):
            assert before[name] == after[name], name
        assert before["bands"] == pytest.approx(after["bands"], abs=0.15)


def seen_still(page, kind):
    return page.evaluate(SEEN, PREFIXES[kind])  # no frame is asked for without JavaScript


def test_above_one_marks_grow_within_bounds_and_the_number_is_told(network):
    go(network, "#r=1.2&k=60")
    drawn = seen(network)
    discs = [size for size in drawn["discs"] if size]
    assert discs == sorted(discs)
    assert discs[-1] < 1.3 * radius("wide")
    assert drawn["values"][7].replace("\u00a0", " ") == "×5.6 × 10⁴"
    assert readout(network).count("×5.6 × 10⁴") == 2


# ── Step by step ────────────────────────────────────────────────────────────


def test_the_word_passes_on_and_then_the_error_comes_back(network):
    go(network, "#r=0.5&k=3")
    values, back = ["1", "0.5", "0.25", "0.125"], ["0.125", "0.25", "0.5"]
    for count in range(1, 5):
        press(network, "forward")
        drawn = seen(network)
        assert drawn["values"][:4] == values[:count] + [None] * (4 - count)
        assert drawn["back"][:3] == [None] * 3
        assert drawn["error"] is None
        # The loop is the same network.
        assert drawn["loop"] == pytest.approx(drawn["discs"][count - 1], abs=0.02)
    assert readout(network) == "Forward: 0.125 of the word arrives, 3 steps after it was read."
    assert told(network) == ["0.125", "–"]
    for count in range(1, 5):
        press(network, "back")
        drawn = seen(network)
        assert drawn["values"][:4] == values
        assert drawn["error"] == "error"
        assert drawn["back"][:3] == [None] * (4 - count) + back[4 - count :]
    assert readout(network).endswith("the same factors.")
    assert told(network) == ["0.125", "0.125"]
    press(network, "again")
    drawn = seen(network)
    assert drawn["values"] == [None] * 8
    assert drawn["error"] is None
    assert readout(network).startswith("Nothing has been read.")
    assert told(network) == ["–", "–"]


def test_the_error_is_known_at_the_end_only(network):
    press(network, "again", "forward", "back")
    drawn = seen(network)
    assert drawn["values"][7] == "0.00124"
    assert (drawn["error"], drawn["back"]) == ("error", [None] * 7)


def test_one_press_passes_the_gap(network):
    press(network, "again", *["forward"] * 5)
    assert readout(network) == "Forward: and so on, times 0.80 at each step."
    press(network, "forward")
    assert readout(network) == "Forward: 0.00193 of the word, 28 steps after it was read."


@pytest.mark.parametrize("k", [0, 1, 30])
def test_every_press_shows(network, k):
    go(network, f"#k={k}")
    for name in ["forward"] * 10 + ["back"] * 10:
        before = (seen(network), seen(network, "narrow"))
        press(network, name)
        after = (seen(network), seen(network, "narrow"))
        assert all(one != other for one, other in zip(before, after, strict=True)) or (
            # into the gap: words tell it, and on a longer way only
            "and so on" in readout(network)
        )


# ── The controls ────────────────────────────────────────────────────────────


def test_by_keyboard(network):
    network.locator(BUTTON.format("again")).focus()
    network.keyboard.press("Enter")
    for expected in (["1"], ["1", "0.8"], ["1", "0.8", "0.64"]):
        network.keyboard.press("ArrowRight")
        assert [value for value in seen(network)["values"] if value] == expected
    network.keyboard.press("ArrowLeft")
    assert seen(network)["error"] == "error"
    network.keyboard.press("Shift+Tab")
    network.keyboard.press("Space")
    assert seen(network)["back"][6] == "0.8"


def test_by_touch(open_page):
    page = open_page(width=360, height=740, has_touch=True, is_mobile=True)
    page.locator(BUTTON.format("again")).tap()
    page.locator(BUTTON.format("forward")).tap()
    assert seen(page, "narrow")["values"] == ["1", *[None] * 7]
    assert page.locator("#unrolled_network .lr-for-narrow").is_visible()
    assert page.problems == []


def test_every_control_has_a_name(network):
    tree = network.locator(f"{HOST} form").aria_snapshot()
    for control in ('button "Forward"', 'button "Back"', 'button "Start again"', 'slider "rate r"',
                    'slider "distance k"'):  # fmt: skip
        assert control in tree


def test_the_result_is_announced_once(network):
    record_announcements(network, HOST)
    network.locator(BUTTON.format("again")).focus()
    press_often(network, HOST, ["again", "forward", "forward"])
    assert announced(network) == ["Forward: 0.8 of the word, 1 step after it was read."]
    move_often(network, HOST, [{"r": r} for r in (0.5, 0.6, 0.7)])
    assert announced(network)[1:] == ["Forward: 0.7 of the word, 1 step after it was read."]


def test_it_shares_rate_and_distance_with_the_page(network):
    network.locator(f"{HOST} input[type=range][name=k]").fill("5")
    assert hash_of(network) == "#r=0.80&k=5"
    network.evaluate(FRAME)
    assert network.locator("influence-curves input[type=range][name=k]").input_value() == "5"


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_moves_under_the_hand(open_page, width):
    page = open_page(width=width)
    settings = [{"r": r, "k": k} for r, k in SETTINGS]
    marks = [f"{HOST} .lr-row", f"{HOST} .lr-readout", "#unrolled_network figcaption"]
    assert moved(page, HOST, settings, marks) < 1
    press(page, "again")
    assert moved(page, HOST, settings, marks) < 1
