"""`<link-distances>`: the shares of Python beyond the reader's horizon, its words, its controls."""

import csv
import json
import math

import pytest
from acting import (
    FRAME,
    announced,
    drag,
    go,
    hash_of,
    move_often,
    place,
    record_announcements,
    reload,
    rest,
    said,
    values,
)

from explainer.making.files import FIGURES, ROOT
from longrange import half_life, horizon

PAGE = "language/"
PLACE = "link-distances"
RANGE = PLACE + " input[type=range][name=r]"
BOX = PLACE + " input[role=spinbutton][name=r]"
RATES = [hundredths / 100 for hundredths in range(30, 121)]
SPOKEN = {
    "agreement": "of agreement",
    "any_dependency": "of any dependency",
    "discourse_erst": "(eRST)",
    "discourse_gdtb": "(GDTB) of discourse",
    "coreference": "of coreference",
    "coreference_names_nouns": "of names and nouns",
    "coreference_third_person": "of third-person pronouns",
}


def curves():
    """Return for each series what the table says of P(distance > k), k from 1 on."""
    with (ROOT / "docs/data/link_survival.csv").open(newline="") as file:
        found = [row for row in csv.DictReader(file) if row["unit"] == "words"]
    return {series: [float(row[series]) for row in found] for series in SPOKEN}


def beyond(curve, r):
    """Return the share of links beyond the horizon of r, in per cent, as it is written."""
    share = 100 * curve[int(horizon(r)) - 1] if r < 1 else 0
    if share and share < 0.05:
        return "<0.1"
    return f"{share:.1f}" if 0 < share < 9.95 else f"{share:.0f}"


def words(r, every):
    if r >= 1:
        fate = f"doubles every {math.log(2) / math.log(r):.1f} words" if r > 1 else "never changes"
        return f"r = {r:.2f}: {fate}. There is no horizon, and no link lies beyond it."
    said = {
        name: f"{beyond(curve, r).replace('<', 'under ')} % {SPOKEN[name]}"
        for name, curve in every.items()
    }
    return (
        f"r = {r:.2f}: half left after {half_life(r):.1f} words, 1 % after {horizon(r):.1f}. "
        f"Beyond lie {said['agreement']}, {said['any_dependency']}, {said['discourse_erst']} or "
        f"{said['discourse_gdtb']}, {said['coreference']}: {said['coreference_names_nouns']}, "
        f"{said['coreference_third_person']}."
    )


def stage(kind="wide"):
    data = json.loads((FIGURES / "link_distances.json").read_text("utf-8"))["stage"][kind]
    return data["size"][0], data["axes"]["share"]


def module(page, name):
    return f"{page.url.split('#')[0].removesuffix(PAGE)}assets/elements/{name}.js"


def rate(page):
    page.evaluate(FRAME)
    return float(page.locator(RANGE).input_value())


@pytest.fixture
def links(open_page):
    page = open_page(PAGE)
    page.evaluate(f"document.querySelector('{PLACE}').scrollIntoView({{ block: 'center' }})")
    yield page
    assert page.problems == []


# ── What is shown and said ──────────────────────────────────────────────────


def test_every_rate_says_and_shows_the_shares_of_the_table(links):
    seen = links.evaluate(
        """async ([path, rates, series]) => {
          const { set } = await import(path);
          const text = (id) => {
            const [wide, narrow] = ["", "narrow-"].map((kind) =>
              document.getElementById(`link_distances-${kind}live-${id}`).textContent.trim());
            return wide === narrow ? wide : `${wide} is not ${narrow}`;
          };
          const found = [];
          for (const r of rates) {
            set({ r });
            await new Promise(requestAnimationFrame);
            found.push({ values: series.map(text), label: text("label"),
              said: document.querySelector("link-distances").stage.said });
          }
          return found;
        }""",
        [module(links, "state"), RATES, list(SPOKEN)],
    )
    every = curves()
    for r, one in zip(RATES, seen, strict=True):
        assert one["values"] == [f"{beyond(curve, r)} %" for curve in every.values()]
        assert one["said"].replace("\u00a0", " ") == words(r, every)
        if r < 1:
            assert one["label"] == f"beyond {horizon(r):.1f} words"
        else:
            assert one["label"] == "beyond no horizon"


def test_the_values_are_those_of_the_picture(links):
    every = curves()
    for r in (0.8, 0.5, 0.99, 1.0):
        go(links, f"#r={r}")
        spoken = {name: f"{beyond(every[key], r).replace('<', 'under ')} %" for name, key in
                  (("agreement", "agreement"), ("discourse", "discourse_erst"),
                   ("coreference", "coreference"))}  # fmt: skip
        reach = f"{horizon(r):.1f} words" if r < 1 else "never"
        assert values(links, PLACE) == {"reach": reach} | spoken


@pytest.mark.parametrize("kind", ["wide", "narrow"])
def test_the_line_stands_at_the_horizon_and_the_dots_on_the_curves(links, kind):
    _, axes = stage(kind)
    for r in (0.3, 0.5, 0.8, 0.9, 0.95, 0.99):
        go(links, f"#r={r}")
        seen = links.evaluate("""(kind) => {
          const get = (id) => document.querySelector(
            `#link_distances .lr-for-${kind} [id$="-live-${id}"]`);
          return { line: get("line").querySelector("path").getAttribute("d").match(/[\\d.]+/g),
            dots: [...get("dots").querySelectorAll("use")].map((dot) =>
              [dot.getAttribute("x"), dot.getAttribute("y")]) };
        }""", kind)  # fmt: skip
        x0, bottom, x1, top = map(float, seen["line"])
        x = place(axes["x"], float(horizon(r)))
        assert [x0, x1] == pytest.approx([x, x], abs=0.01)
        assert [bottom, top] == pytest.approx(axes["y"]["range"], abs=0.01)
        for curve, dot in zip(curves().values(), seen["dots"], strict=True):
            assert float(dot[0]) == pytest.approx(x, abs=0.01)
            near = int(horizon(r))  # the curve is drawn straight from one word to the next
            high, low = (place(axes["y"], curve[k - 1]) for k in (near, near + 1))
            assert high - 0.3 <= float(dot[1]) <= low + 0.3


def test_without_a_horizon_there_is_no_line(links):
    for r, seen in ((0.99, "visible"), (1, "hidden"), (1.2, "hidden")):
        go(links, f"#r={r}")
        for selector in ("line path", "dots use"):
            mark = links.locator(f"#link_distances-live-{selector}").first
            assert mark.evaluate("(mark) => getComputedStyle(mark).visibility") == seen


def test_the_page_begins_as_python_wrote_it(open_page):
    every = curves()
    still = open_page(PAGE, java_script_enabled=False)
    readout = PLACE + " .lr-readout"
    written = still.locator(readout).text_content().replace("\u00a0", " ")
    shown = {
        name: still.locator(f"#link_distances-live-{name} text").text_content() for name in SPOKEN
    }
    assert shown == {name: f"{beyond(curve, 0.8)} %" for name, curve in every.items()}
    page = open_page(PAGE)
    assert page.locator(readout).text_content().replace("\u00a0", " ") == written
    assert said(page, PLACE) == words(0.8, every)


def test_one_range_for_r_on_every_page(links, open_page):
    asked = "async (path) => (await import(path)).KEYS.r"
    first = open_page()
    mine = links.evaluate(asked, module(links, "state"))
    assert mine == first.evaluate(asked, f"{first.url}assets/elements/state.js")


def test_the_value_is_said_in_words(links):
    for selector in (RANGE, BOX):
        assert links.locator(selector).get_attribute("aria-valuetext") == (
            f"r 0.80: half left after {half_life(0.8):.1f} words, 1 % after {horizon(0.8):.1f}"
        )
    links.locator(RANGE).fill("1")
    links.evaluate(FRAME)
    assert links.locator(RANGE).get_attribute("aria-valuetext") == "r 1.00: never changes"


def test_the_result_is_announced_once_and_describes_the_picture(links):
    described = "(svg) => document.getElementById(svg.getAttribute('aria-describedby')).textContent"
    picture = links.locator(PLACE + " .lr-for-wide svg")
    assert picture.evaluate(described).startswith("Seven falling curves")
    record_announcements(links, PLACE)
    links.locator(RANGE).focus()
    move_often(links, PLACE, [{"r": 0.8 + n / 100} for n in range(1, 11)])
    assert announced(links) == [words(0.9, curves())]
    assert f"1 % left after{horizon(0.9):.1f} words" in picture.evaluate(described)


# ── The controls ────────────────────────────────────────────────────────────


def test_the_whole_range_by_keyboard(links):
    links.locator(RANGE).focus()
    links.keyboard.press("Home")
    seen = [rate(links)]
    for _ in range(3):
        links.keyboard.press("ArrowRight")
        seen.append(rate(links))
    assert seen == RATES[:4]
    links.keyboard.press("End")
    assert rate(links) == RATES[-1]
    links.keyboard.press("PageDown")
    assert rate(links) == 1.1


def test_typing_a_rate(links):
    box = links.locator(BOX)
    box.fill("0.93")
    assert said(links, PLACE) == words(0.93, curves())
    box.fill("7")
    box.press("Enter")
    assert rate(links) == 1.2


def test_every_control_has_a_name(links):
    tree = links.locator(PLACE + " form").aria_snapshot()
    for control in ('slider "rate r"', 'spinbutton "rate r"'):
        assert control in tree


def at(page, k):
    """Return the place on the screen of the distance k, halfway up."""
    size, axes = stage("wide" if page.viewport_size["width"] >= 960 else "narrow")
    box = page.locator(PLACE + " .lr-stage:visible svg").bounding_box()
    unit = box["width"] / size
    y = sum(axes["y"]["range"]) / 2
    return box["x"] + place(axes["x"], k) * unit, box["y"] + y * unit


def test_dragging_in_the_picture_sets_the_rate_through_its_horizon(links):
    links.mouse.move(*at(links, 20))
    links.mouse.down()
    for r in (0.8, 0.5, 0.95, 0.99, 0.31, 0.9):
        links.mouse.move(*at(links, float(horizon(r))), steps=3)
        assert rate(links) == r
    links.mouse.move(*at(links, 1), steps=3)
    assert rate(links) == 0.3
    x, y = at(links, 500)
    links.mouse.move(x + 200, y, steps=3)
    assert rate(links) == 1  # off the picture to the right: no horizon
    links.mouse.move(x - 2000, y, steps=3)
    assert rate(links) == 0.3
    links.mouse.up()
    links.mouse.move(*at(links, 100))
    assert rate(links) == 0.3


def test_dragging_the_slider(links):
    drag(links, links.locator(RANGE).bounding_box(), 0.55, 0.9)
    assert 1.05 < rate(links) < 1.15


def test_a_finger_sideways_sets_it_and_one_that_scrolls_does_not(open_page):
    page = open_page(PAGE, width=360, height=740, has_touch=True, is_mobile=True)
    page.evaluate(f"document.querySelector('{PLACE}').scrollIntoView({{ block: 'center' }})")
    wire = page.context.new_cdp_session(page)

    def finger(*points):
        for kind, (x, y) in zip(("touchStart", *["touchMove"] * 9), points, strict=False):
            wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
            page.wait_for_timeout(30)
        wire.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    x, y = at(page, 20)
    finger(*[(x, y - 15 * step) for step in range(8)])
    rest(page, 310)
    assert rate(page) == 0.8
    page.evaluate(f"document.querySelector('{PLACE}').scrollIntoView({{ block: 'center' }})")
    far, y = at(page, float(horizon(0.95)))
    finger(*[(x + (far - x) * step / 6, y) for step in range(7)])
    assert rate(page) == 0.95
    assert page.problems == []


def test_links_and_address_set_it_and_back_undoes_it(links):
    links.get_by_role("link", name="0.95").click()
    assert said(links, PLACE) == words(0.95, curves())
    assert hash_of(links) == "#r=0.95"
    reload(links)
    assert said(links, PLACE) == words(0.95, curves())
    links.go_back()
    assert said(links, PLACE) == words(0.8, curves())


# ── The page around it ──────────────────────────────────────────────────────


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_moves_under_the_hand_and_no_label_lies_over_another(open_page, width):
    page = open_page(PAGE, width=width)
    found = page.evaluate(
        """async ([path, rates]) => {
          const { set } = await import(path);
          const svg = [...document.querySelectorAll("link-distances .lr-stage svg")].find(
            (one) => one.getClientRects().length);
          const places = new Set(), hits = [];
          for (const r of rates) {
            set({ r });
            await new Promise(requestAnimationFrame);
            const tops = ["link-distances form", "#link_distances figcaption"].map((one) =>
              Math.round(document.querySelector(one).getBoundingClientRect().top + scrollY));
            places.add(tops.join(" "));
            const outer = svg.getBoundingClientRect();
            const boxes = [...svg.querySelectorAll("text")].map((t) =>
              [t.textContent, t.getBoundingClientRect()]);
            for (const [i, [text, a]] of boxes.entries()) {
              if (a.left < outer.left - 1 || a.right > outer.right + 1)
                hits.push(`${r}: ${text} is cut off`);
              for (const [other, b] of boxes.slice(i + 1))
                if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3
                    && b.top < a.bottom - 3) hits.push(`${r}: ${text} lies over ${other}`);
            }
          }
          return { places: [...places], hits };
        }""",
        [module(page, "state"), RATES],
    )
    assert found["hits"] == []
    assert len(found["places"]) == 1, found["places"]


def test_still_and_in_print_the_figure_stands_alone(open_page):
    still, printed = open_page(PAGE, java_script_enabled=False), open_page(PAGE)
    printed.emulate_media(media="print")
    for page in (still, printed):
        assert page.locator(PLACE + " .lr-stage:visible svg").bounding_box()["height"] > 200
        assert not page.locator(PLACE + " :is(.lr-controls, .lr-try):visible").count()
        # On paper the words say what was set; without JavaScript the picture does.
        assert page.locator(PLACE + " .lr-readout").is_visible() == (page is printed)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_after_a_move(open_page, axe, scheme):
    page = open_page(f"{PAGE}#r=1.00", color_scheme=scheme)
    page.locator(RANGE).fill("0.97")
    rest(page, 510)
    page.evaluate(axe)
    found = page.evaluate(
        "axe.run('link-distances').then((result) => result.violations.map((v) => v.id))"
    )
    assert found == []
