"""What the page does around the figures: search, print, citations."""

import re

from acting import FRAME, reload


def test_search_finds_a_word_and_waits_until_it_is_asked(open_page):
    page = open_page()
    asked = []
    page.on("request", lambda r: asked.append(r.url))
    page.locator("h1").hover()
    assert not asked
    page.locator("input[name=query]").click()
    page.keyboard.type("backpropagation")
    page.locator(".md-search-result__link").first.wait_for()
    assert any(a.endswith("search_index.json") for a in asked)
    assert "Wall one" in page.locator(".md-search-result").inner_text()


def test_search_waits_for_nobody_who_is_there_before_it(browser, url):
    page = browser.new_page()
    page.add_init_script("""
      new MutationObserver(() => document.forms.search?.query.focus())
        .observe(document, { childList: true, subtree: true })
    """)
    page.goto(f"{url}about/")
    page.keyboard.type("orthogonal")
    page.wait_for_selector(".md-search-result__link")
    page.context.close()


def test_without_materials_program_the_page_is_dark_and_whole(open_page):
    """It comes after the first picture: who likes dark must not see a light page until then."""
    page = open_page("about/", color_scheme="dark")
    page.route("**/bundle.*.js", lambda route: route.abort())
    reload(page)
    assert page.locator("body").get_attribute("data-md-color-scheme") == "slate"
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert max(map(int, re.findall(r"\d+", paper)[:3])) < 64
    page.wait_for_function("document.documentElement.dataset.coming === undefined")


def test_print_shows_both_panels_and_every_fold_and_no_controls(open_page):
    page = open_page("#scale=log")
    page.emulate_media(media="print")
    page.evaluate(FRAME)
    for panel in ("linear", "log"):
        assert page.locator(f"#influence_curves-{panel}").bounding_box()["height"] > 50
    stage = page.locator("influence-curves .lr-stage").bounding_box()
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


def test_pictures_below_the_screen_are_laid_out_soon_after_the_page(open_page):
    """They wait for the first screen, not for the reader: a full-page picture shows them all."""
    page = open_page("experiments/")
    last = page.locator(".lr-stage text").last
    assert last.bounding_box()["y"] > 3 * page.viewport_size["height"]
    page.wait_for_function(
        """[...document.querySelectorAll(".lr-stage text")].every(
          (text) => text.checkVisibility({ contentVisibilityAuto: true }))"""
    )
