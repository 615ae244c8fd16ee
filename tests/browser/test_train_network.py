"""`<train-network>`: a network learns in a worker, when it is asked to, and the views follow."""

import contextlib
import io
import re

import pytest
from acting import FRAME, go, hash_of

from longrange.training import Training

HOST = "train-network"
FOUR = "#net=tanh&diet=alone&k=4"


@pytest.fixture
def page(open_page):
    page = open_page("train/")
    page.locator(f"{HOST} .lr-controls").first.scroll_into_view_if_needed()
    waiting(page, "data-step", "0")
    yield page
    assert page.problems == []


def waiting(page, name, value):
    """Wait until an attribute of the element has a value."""
    page.wait_for_function(
        "([name, value]) => document.querySelector('train-network').getAttribute(name) === value",
        arg=[name, value],
    )


def button(page, name):
    return page.locator(f"{HOST} button[name={name}]")


def state(page):
    host = page.locator(HOST)
    return int(host.get_attribute("data-step")), float(host.get_attribute("data-right"))


def train_until(page, right):
    """Train until so many are right, and pause; return the state."""
    button(page, "train").click()
    page.wait_for_function(
        "right => +document.querySelector('train-network').dataset.right >= right", arg=right
    )
    button(page, "train").click()
    page.wait_for_function(
        "document.querySelector('train-network [name=train]').textContent === 'Train'"
    )
    page.evaluate("new Promise((done) => setTimeout(done, 300))")  # what was under way has come
    return state(page)


def drawn(page, gid):
    return page.locator(f"#train_network-{gid} path").first.get_attribute("d")


def text(page, part):
    return page.locator(f"{HOST} [{part}]").inner_text().strip()


def test_it_trains_when_asked_and_stands_still_when_paused(page):
    assert state(page)[0] == 0
    assert button(page, "train").inner_text() == "Train"
    before = [drawn(page, gid) for gid in ("right-now", "lag-now", "progress-now", "belief-3")]
    steps, right = train_until(page, 0.95)
    assert steps > 0
    after = [drawn(page, gid) for gid in ("right-now", "lag-now", "progress-now", "belief-3")]
    assert all(one != other for one, other in zip(before, after, strict=True))
    page.evaluate("new Promise((done) => setTimeout(done, 400))")
    assert state(page) == (steps, right)
    # Right in 95 % of some sentences may be less of all: what is said of which share has its tests.
    assert text(page, "data-value=learned") != "Not trained yet: it guesses."


def test_the_highest_share_of_the_gradient_stays_in_words(page):
    peak = page.locator(f"{HOST} [data-value=peak]")
    assert peak.inner_text().endswith("after 0 sentences.")
    train_until(page, 0.95)
    share, at = re.fullmatch(
        r"Highest on the subject so far: (.+), after ([\d,]+) sentences\.", peak.inner_text()
    ).groups()
    assert re.fullmatch(r"0\.\d+|\d\.\d\s×\s10⁻\S+", share)
    assert int(at.replace(",", "")) <= 32 * state(page)[0]


def test_one_step_is_one_step(page):
    button(page, "step").click()
    waiting(page, "data-step", "1")
    button(page, "step").click()
    waiting(page, "data-step", "2")
    assert page.locator("[data-value=examples]").inner_text() == "64"


def test_it_starts_again_from_the_same_weights_and_keeps_the_run_in_sight(page):
    go(page, FOUR)
    waiting(page, "data-step", "0")
    page.evaluate(FRAME)
    start = drawn(page, "right-now"), drawn(page, "lag-now")
    train_until(page, 0.95)
    button(page, "again").click()
    waiting(page, "data-step", "0")
    assert (drawn(page, "right-now"), drawn(page, "lag-now")) == start
    (item,) = page.locator(f"{HOST} .lr-runs li").all_inner_texts()
    assert item.startswith("plain tanh, 4 words alone, d 16, rate 0.01, seed 0: ")
    button(page, "other").click()
    page.wait_for_function("location.hash.includes('seed=1')")
    waiting(page, "data-step", "0")
    assert (drawn(page, "right-now"), drawn(page, "lag-now")) != start


def test_the_address_carries_the_settings(page):
    go(page, "#net=lstm&diet=alone&k=7&d=8&rate=0.020&bias=5.0&seed=3&clip=off")
    waiting(page, "data-step", "0")
    button(page, "step").click()
    waiting(page, "data-step", "1")
    ours = Training("lstm", "alone", distance=7, d=8, rate=0.02, clip=False, bias=5, seed=3)
    ours.step()
    assert state(page)[1] == ours.right(7)
    assert "net=lstm" in hash_of(page)


def test_python_runs_the_same(page):
    go(page, FOUR)
    waiting(page, "data-step", "0")
    for steps in (1, 2, 3):
        button(page, "step").click()
        waiting(page, "data-step", str(steps))
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(page.locator(f"{HOST} pre code").text_content(), {})
    right = eval(printed.getvalue())
    assert set(right) == {1, 2, 4, 8}
    assert state(page)[1] == right[4]


def test_out_of_sight_it_pauses_and_says_so(page):
    button(page, "train").click()
    page.wait_for_function("+document.querySelector('train-network').dataset.step > 2")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_function(
        "document.querySelector('train-network [data-note]').textContent.startsWith('Paused')"
    )
    assert button(page, "train").inner_text() == "Train"


def test_a_sentence_of_ones_own_is_read(page):
    own = page.locator(f"{HOST} [data-own]")
    own.fill("the birds sing under the tree")
    page.wait_for_function(
        "document.querySelector('#train_network-word-2').textContent.includes('birds')"
    )
    assert page.locator(f"{HOST} [data-unknown]").inner_text() == (
        "It skips what it does not know: sing."
    )
    answer = page.locator(f"{HOST} [data-answer]").inner_text()
    assert re.fullmatch(r"After “tree” it answers “(is|are)”, \d+ % sure\.", answer)
    words = [page.locator(f"#train_network-word-{i}").text_content().strip() for i in range(7)]
    assert words == ["<s>", "the", "birds", "under", "the", "tree", ""]
    own.fill("now " * 50)
    page.wait_for_function(
        "document.querySelector('train-network [data-unknown]').textContent.includes('first 13')"
    )
    own.fill("")
    page.wait_for_function(
        "document.querySelector('train-network [data-answer]').textContent.startsWith('Before')"
    )


def words(page, distance):
    """Wait until the picture of a run over a distance has come."""
    page.wait_for_function(
        "(k) => document.querySelector('train-network [data-value=k]').textContent === k",
        arg=distance,
    )


def test_earlier_runs_stay_in_sight_as_thin_lines(page):
    go(page, FOUR)
    waiting(page, "data-step", "0")
    look = """(i) => {
      const style = getComputedStyle(document.querySelector(`#train_network-past-${i} path`));
      return [style.strokeOpacity, style.stroke !== 'none'];
    }"""
    assert page.evaluate(look, 0) == ["0", True]
    train_until(page, 0.95)
    button(page, "other").click()
    page.wait_for_function("location.hash.includes('seed=1')")
    waiting(page, "data-step", "0")
    page.evaluate(FRAME)
    assert page.evaluate(look, 0) == ["1", True]
    assert page.evaluate(look, 1) == ["0", True]
    line = drawn(page, "past-0")
    train_until(page, 0.95)
    button(page, "other").click()
    page.wait_for_function("location.hash.includes('seed=2')")
    waiting(page, "data-step", "0")
    page.evaluate(FRAME)
    assert drawn(page, "past-1") == line
    assert page.locator(f"{HOST} .lr-runs li").count() == 2


def test_another_distance_while_it_trains_is_another_run(page):
    button(page, "train").click()
    page.wait_for_function("+document.querySelector('train-network').dataset.step > 2")
    distance = page.locator("#lr-train-k")
    distance.focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    words(page, "27 words")
    assert text(page, "data-note") == "Another run: press Train."
    assert button(page, "train").inner_text() == "Train"
    page.evaluate("new Promise((done) => setTimeout(done, 400))")  # of the run that was left
    assert state(page) == (0, Training(distance=27).right(27))


def test_what_was_pressed_last_counts(page):
    press = """(many) => {
      for (let i = 0; i < many; i++) document.querySelector("[name=train]").click();
    }"""
    page.evaluate(press, 2)  # train, pause
    page.evaluate("new Promise((done) => setTimeout(done, 500))")
    assert button(page, "train").inner_text() == "Train"
    steps = state(page)[0]
    page.evaluate(press, 3)
    page.wait_for_function(
        "(steps) => +document.querySelector('train-network').dataset.step > steps + 2", arg=steps
    )
    assert button(page, "train").inner_text() == "Pause"
    page.evaluate(press, 1)


def test_after_its_examples_it_stops_and_says_so(page):
    page.evaluate("document.querySelector('train-network').most = 40")
    button(page, "again").click()
    button(page, "train").click()
    waiting(page, "data-step", "40")
    page.wait_for_function("document.querySelector('[name=train]').textContent === 'Train'")
    assert text(page, "data-note") == (
        "It has read all 1,280 sentences: start again, or change a dial."
    )
    assert button(page, "train").is_disabled()
    assert button(page, "step").is_disabled()
    button(page, "again").click()
    waiting(page, "data-step", "0")
    assert button(page, "train").is_enabled()


def test_numbers_that_overflow_are_told_in_words(page):
    """No dial goes that far: the largest rate of the page is too small."""
    page.evaluate("""
      const host = document.querySelector("train-network");
      const begin = { ...host.setting, rate: 1e308, clip: false };
      host.run = host.tell({ begin, most: host.most });
    """)
    button(page, "train").click()
    page.wait_for_function(
        "document.querySelector('[data-value=learned]').textContent.startsWith('Numbers')"
    )
    assert text(page, "data-value=learned") == (
        "Numbers overflowed at step 2: the rate is too large."
    )
    assert button(page, "train").is_disabled()
    marks = page.locator("#train_network path").evaluate_all("(all) => all.map((p) => p.outerHTML)")
    assert "NaN" not in page.locator("#train_network").inner_text() + "".join(marks)


def test_a_link_of_the_walk_sets_the_scene_and_shows_it(page):
    page.get_by_role("link", name="Half the distance, alone.").click()
    words(page, "16 words")
    page.evaluate(FRAME)
    assert page.locator("input[name=diet][value=alone]").is_checked()
    top = page.locator("#train_network").bounding_box()["y"]
    assert 0 <= top < 200
    assert page.evaluate("document.activeElement.name") == "train"


def test_by_keyboard(page):
    page.locator(f"{HOST} input[name=diet][value=mixture]").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator(f"{HOST} input[name=diet][value=growing]").is_checked()
    button(page, "step").focus()
    page.keyboard.press("Enter")
    waiting(page, "data-step", "1")
    distance = page.locator("#lr-train-k")
    distance.focus()
    page.keyboard.press("Home")
    waiting(page, "data-step", "0")
    assert page.locator("[data-value=k]").inner_text() == "1 word"


def test_where_workers_are_forbidden_the_page_trains_by_itself(open_page):
    page = open_page("", fresh=True)
    page.add_init_script("window.Worker = class { constructor() { throw Error('none') } }")
    page.goto(page.url + f"train/{FOUR}")
    page.locator(f"{HOST} .lr-controls").first.scroll_into_view_if_needed()
    waiting(page, "data-step", "0")
    button(page, "step").click()
    waiting(page, "data-step", "1")
    assert page.problems == []


def test_without_javascript_the_picture_stands_alone(open_page):
    page = open_page("train/", java_script_enabled=False)
    assert page.locator("#train_network .lr-for-wide svg").is_visible()
    assert page.locator(f"{HOST} .lr-controls").first.is_hidden()
    assert page.locator("noscript p").count() <= 1
    assert page.locator("#training_runs svg").first.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_people_out(open_page, axe, scheme):
    page = open_page("train/", color_scheme=scheme)
    waiting(page, "data-step", "0")
    page.evaluate(axe)
    found = page.evaluate("axe.run('train-network').then((result) => result.violations)")
    assert [f"{v['id']}: {n['html'][:120]}" for v in found for n in v["nodes"]] == []
