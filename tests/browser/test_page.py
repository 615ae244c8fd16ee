"""What the page does around the figures: search, print, citations."""

import re

import pytest
from acting import FRAME, READY, reload


def test_search_finds_a_word_and_waits_until_it_is_asked(open_page):
    page = open_page()
    asked = []
    page.on("request", lambda r: asked.append(r.url))
    page.locator("h1").hover()
    assert not asked
    with page.expect_request("**/search/search_index.json"):
        page.locator("input[name=query]").click()
    page.keyboard.type("backpropagation")
    page.locator(".md-search-result__link").first.wait_for()
    assert "Wall one" in page.locator(".md-search-result").inner_text()


def test_search_waits_for_nobody_who_is_there_before_it(browser, url):
    page = browser.new_page()
    page.add_init_script("""
      new MutationObserver(() => document.querySelector("[name=query]")?.focus())
        .observe(document, { childList: true, subtree: true })
    """)
    page.goto(f"{url}about/")
    page.keyboard.type("orthogonal")
    page.wait_for_selector(".md-search-result__link")
    page.context.close()


@pytest.mark.parametrize("path", ["about/", "no/such/page"])
def test_search_goes_by_keys_alone(open_page, path):
    page = open_page(path)
    page.keyboard.press("/")
    page.keyboard.type("attention")
    first = page.locator(".md-search-result__link").first
    first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/(?!about/|no/)\w*/?(\?h=attention)?#?"))
    page.wait_for_function(READY)
    assert "attention" in page.locator("article").inner_text().lower()


def test_an_address_asks_the_search(open_page):
    page = open_page("about/?q=orthogonal")
    page.locator(".md-search-result__link").first.wait_for()


def test_search_tries_again_when_the_index_did_not_come(open_page):
    page = open_page("about/")
    page.context.route("**/search_index.json", lambda route: route.abort())
    page.locator("input[name=query]").click()
    with page.expect_event("requestfailed"):
        page.keyboard.type("a")
    page.context.unroute("**/search_index.json")
    page.keyboard.type("ttention")
    page.locator(".md-search-result__link").first.wait_for()


def test_without_materials_program_the_page_is_dark_and_whole(open_page):
    """It comes after the first picture: who likes dark must not see a light page until then."""
    page = open_page("about/", color_scheme="dark")
    page.route("**/bundle.*.js", lambda route: route.abort())
    page.reload()
    page.wait_for_load_state()
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert max(map(int, re.findall(r"\d+", paper)[:3])) < 64
    assert page.locator("article p").first.is_visible()


def test_materials_program_begins_once(open_page):
    """It is told that the document has come; heard twice, it would put two buttons on code."""
    page = open_page("library/", fresh=True)
    for _ in range(3):
        reload(page)
        page.locator("pre > nav").first.wait_for(state="attached")
        counts = page.locator("pre").evaluate_all(
            "(all) => all.map((one) => one.querySelectorAll('nav').length)"
        )
        assert set(counts) == {1}


def test_print_shows_both_panels_and_every_fold_and_no_controls(open_page):
    page = open_page("#scale=log")
    page.emulate_media(media="print")
    page.evaluate(FRAME)
    for panel in ("linear", "log"):
        assert page.locator(f"#influence_curves-{panel}").bounding_box()["height"] > 50
    stage = page.locator("influence-curves .lr-for-wide").bounding_box()
    linear = page.locator("#influence_curves-linear").bounding_box()
    assert linear["y"] >= stage["y"] - 1
    assert not page.locator(".lr-controls:visible, .md-header:visible").count()
    fold = page.locator("details.exact").first
    assert fold.locator("p").first.is_visible()


def test_citations_show_their_reference_on_hover(open_page):
    page = open_page()
    page.locator("a.footnote-ref").first.hover()
    page.locator(".md-tooltip2--active, .md-tooltip2").first.wait_for(state="visible")
    assert "Finding Structure in Time" in page.locator(".md-tooltip2").first.inner_text()
