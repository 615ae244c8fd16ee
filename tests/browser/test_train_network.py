"""`<train-network>`: a network learns in a worker, when it is asked to, and the views follow."""

import contextlib
import io

import pytest
from acting import FRAME, go, hash_of

from longrange.training import Training

HOST = "train-network"
FOUR = "#net=tanh&diet=alone&k=4"


@pytest.fixture
def page(open_page):
    page = open_page("train/")
    page.locator(f"{HOST} .lr-controls").scroll_into_view_if_needed()
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
    assert page.locator(f"{HOST} [data-value=learned]").inner_text().startswith("Right over")


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
    assert page.locator(f"{HOST} [data-unknown]").inner_text() == "It does not know sing."
    words = [page.locator(f"#train_network-word-{i}").text_content().strip() for i in range(7)]
    assert words == ["<s>", "the", "birds", "under", "the", "tree", ""]


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
    page.locator(f"{HOST} .lr-controls").scroll_into_view_if_needed()
    waiting(page, "data-step", "0")
    button(page, "step").click()
    waiting(page, "data-step", "1")
    assert page.problems == []


def test_without_javascript_the_picture_stands_alone(open_page):
    page = open_page("train/", java_script_enabled=False)
    assert page.locator("#train_network .lr-for-wide svg").is_visible()
    assert page.locator(f"{HOST} .lr-controls").is_hidden()
    assert page.locator("noscript p").count() <= 1
    assert page.locator("#training_runs svg").first.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_people_out(open_page, axe, scheme):
    page = open_page("train/", color_scheme=scheme)
    waiting(page, "data-step", "0")
    page.evaluate(axe)
    found = page.evaluate("axe.run('train-network').then((result) => result.violations)")
    assert [f"{v['id']}: {n['html'][:120]}" for v in found for n in v["nodes"]] == []
