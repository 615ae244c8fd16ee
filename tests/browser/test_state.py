"""The state in the address: shared, reloaded, undone, and given as nonsense."""

import pytest
from acting import BOX, FRAME, RANGE, go, hash_of, move_often, reload, rest, value


def test_the_state_is_in_the_address_and_survives_a_reload(page):
    page.locator(RANGE.format("r")).fill("0.93")
    page.locator(RANGE.format("k")).fill("40")
    assert hash_of(page) == "#r=0.93&k=40"
    reload(page)
    assert (value(page, "r"), value(page, "k")) == (0.93, 40)


def test_back_undoes_a_movement_whole_and_forward_redoes_it(page):
    move_often(page, "influence-curves", [{"r": r / 100} for r in range(81, 88)])
    assert hash_of(page) == "#r=0.87&k=30"
    page.locator("input[name=scale][value=log]").check()
    assert hash_of(page) == "#r=0.87&k=30&scale=log"
    page.go_back()
    assert page.locator("input[name=scale][value=linear]").is_checked()
    assert value(page, "r") == 0.87
    page.go_back()
    assert value(page, "r") == 0.80
    assert page.evaluate("location.hash") == ""
    page.go_forward()
    assert value(page, "r") == 0.87


def test_a_link_to_a_heading_keeps_the_state_and_so_does_the_way_back(page):
    page.locator(RANGE.format("r")).fill("0.93")
    assert hash_of(page) == "#r=0.93&k=30"
    page.evaluate("location.hash = 'summary'")
    assert value(page, "r") == 0.93
    page.locator(RANGE.format("r")).fill("0.5")
    assert hash_of(page) == "#r=0.50&k=30"
    page.go_back()
    assert value(page, "r") == 0.93
    assert page.evaluate("location.hash") == "#summary"


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 844)])
def test_a_link_sets_the_figure_beside_it_and_scrolls_nothing(open_page, width, height):
    page = open_page(width=width, height=height)
    link = page.locator("state-link[to='r=1.10&k=30'] a")
    link.scroll_into_view_if_needed()
    # The whole link is in sight, and its figure above it: a click has nothing to scroll for.
    link.evaluate("(link) => link.scrollIntoView({ block: 'end' })")
    before = page.evaluate("scrollY")
    link.click()
    assert (value(page, "r"), value(page, "k")) == (1.1, 30)
    assert page.evaluate("scrollY") == before
    picture = page.locator("influence-curves .lr-stage:visible").bounding_box()
    assert picture["y"] > 40  # the whole picture is in sight, below the header
    page.go_back()
    assert value(page, "r") == 0.8


def test_a_shared_address_opens_at_the_figure_and_a_reload_stays_where_it_is(open_page):
    page = open_page("#r=0.9&k=10")
    page.evaluate(FRAME)
    top = page.locator("#unrolled_network").bounding_box()["y"]  # the first with both
    assert 0 < top < 400
    page.evaluate("scrollTo(0, 200)")
    rest(page, 300)
    reload(page)
    assert page.evaluate("scrollY") == 200
    assert open_page().evaluate("scrollY") == 0


def test_nonsense_in_the_address_is_replaced_by_what_is_shown(page):
    go(page, "#r=9&k=-5")
    assert page.evaluate("location.hash") == "#r=1.20&k=0"


ADDRESSES = {
    "#r=0.93&k=40": (0.93, 40, "linear"),
    "#k=12": (0.8, 12, "linear"),
    "#r=99&k=-5": (1.2, 0, "linear"),
    "#r=-1&k=1e9": (0.3, 60, "linear"),
    "#r=abc&k=": (0.8, 30, "linear"),
    "#r=NaN&k=Infinity": (0.8, 30, "linear"),
    "#r=0x1&k=0b11": (0.8, 30, "linear"),
    "#r=0.9377&k=7.6": (0.94, 8, "linear"),
    "#r=0.5&r=0.6": (0.6, 30, "linear"),
    "#scale=log": (0.8, 30, "log"),
    "#scale=cubic&r=0.4": (0.4, 30, "linear"),
    "#x=1&__proto__=2&constructor=3": (0.8, 30, "linear"),
    "#%E0%A4%A": (0.8, 30, "linear"),
    "#r=<img src=x onerror=alert(1)>": (0.8, 30, "linear"),
}


def seen(page):
    return (
        value(page, "r"),
        value(page, "k"),
        page.locator("influence-curves").get_attribute("data-scale"),
    )


def test_any_address_gives_a_sound_state(page):
    for address, state in ADDRESSES.items():
        go(page, "")
        go(page, address)
        assert seen(page) == state, address


@pytest.mark.parametrize("address", ["#r=0.93&k=40", "#scale=cubic&r=0.4", "#%E0%A4%A"])
def test_a_page_that_is_opened_at_an_address_reads_it_alike(open_page, address):
    page = open_page(address)
    assert seen(page) == ADDRESSES[address]
    assert page.problems == []


def test_reset_is_one_step_that_back_undoes(page):
    page.locator(RANGE.format("r")).fill("0.93")
    page.locator("input[name=scale][value=log]").check()
    page.locator("influence-curves button").click()
    assert (value(page, "r"), value(page, "k")) == (0.8, 30)
    assert page.locator("influence-curves").get_attribute("data-scale") == "linear"
    assert page.evaluate("location.hash") == ""
    page.go_back()
    assert value(page, "r") == 0.93


def test_a_long_movement_does_not_flood_the_history(open_page):
    page = open_page(fresh=True)
    before = page.evaluate("history.length")
    rates = [{"r": hundredths / 100} for hundredths in range(40, 110)]
    move_often(page, "influence-curves", rates)
    assert hash_of(page) == "#r=1.09&k=30"
    assert page.evaluate("history.length") == before + 1


def test_back_reaches_the_number_box_too(page):
    box = page.locator(BOX.format("r"))
    box.focus()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("0.93")  # at once: a pause would end the movement
    rest(page, 310)
    page.go_back()
    page.evaluate(FRAME)
    assert box.input_value() == "0.80"
    page.locator("influence-curves button").focus()
    assert value(page, "r") == 0.8


def test_a_movement_cut_short_by_a_link_is_kept(page):
    page.locator(RANGE.format("r")).focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("PageUp")
    page.evaluate("document.querySelector('a[href=\"#summary\"]').click()")
    page.go_back()
    assert value(page, "r") == 0.91


def test_reset_cleans_a_nonsense_address(page):
    go(page, "#r=abc")
    page.locator("influence-curves button").click()
    assert page.evaluate("location.hash") == ""


def test_opened_as_a_file_it_reads_as_without_javascript(browser, site):
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto((site / "index.html").as_uri())
    assert not page.locator(".lr-controls:visible").count()
    stage = page.locator("influence-curves .lr-for-wide").bounding_box()
    panel = page.locator("#influence_curves-log").bounding_box()
    assert panel["y"] + panel["height"] <= stage["y"] + stage["height"] + 3
    page.close()
