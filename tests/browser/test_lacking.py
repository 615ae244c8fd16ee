"""Where a page may not do all it would: what cannot run is not shown, and the rest reads well."""

import json

import pytest
from acting import FRAME, READY

from explainer.viewing import host

STRICT = {"Content-Security-Policy": "default-src 'self'"}
SHOWN = """() => [...document.querySelectorAll(
  ".lr-controls, .lr-try, .lr-hint, .lr-walk, .lr-pad, .lr-cursor, [data-sentence=own]")].filter(
  (one) => one.checkVisibility({ visibilityProperty: true })).map((one) => one.outerHTML)"""
STATIC = """() => !document.documentElement.classList.contains("live")"""
THROWING = """
  for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name,
    { get() { throw new DOMException("denied", "SecurityError") } });
"""
NO_WORKER = "window.Worker = class { constructor() { throw new Error('none') } };"
BAD_WORKER = """{
  const { Worker } = window;
  window.Worker = class extends Worker {
    constructor(url, options) { super(url.href?.includes("lab") ? "/not-there.js" : url, options) }
  };
}"""
# Colours, sizes and widths of all that is drawn, and of words and formulas.
LOOK = """() => [...document.querySelectorAll(
  ".lr-stage svg *, .lr-words *, .katex-html *")].map((one) => {
    const { fill, stroke, strokeWidth, fontSize, opacity, height, textAnchor } =
      getComputedStyle(one);
    return [one.localName, fill, stroke, strokeWidth, fontSize, opacity, height, textAnchor].join();
  })"""


@pytest.fixture
def new_page(browser):
    """Return a function that gives a page in a context of its own."""
    contexts = []

    def new_page(script="", **options):
        context = browser.new_context(
            **{"reduced_motion": "reduce", "viewport": {"width": 1280, "height": 900}} | options
        )
        contexts.append(context)
        page = context.new_page()
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.add_init_script(script)
        return page

    yield new_page
    for context in contexts:
        context.close()


@pytest.fixture
def framed(new_page, site, tmp_path):
    """Return a function that opens a page of the site in a frame without an origin of its own."""
    frames = tmp_path / "frames"
    frames.mkdir()
    (frames / "404.html").write_text("", "utf-8")
    hosts = []

    def framed(path, **headers):
        hosts.append(host.serving(site, {k.replace("_", "-"): v for k, v in headers.items()}))
        url = hosts[-1].__enter__()
        (frames / "index.html").write_text(
            f'<iframe sandbox="allow-scripts" src="{url}{path}" width="1200" height="800">', "utf-8"
        )
        hosts.append(host.serving(frames))
        page = new_page(color_scheme="dark")
        page.goto(hosts[-1].__enter__())
        frame = page.frames[1]
        frame.wait_for_function("document.readyState === 'complete' && window.component$")
        return page, frame

    yield framed
    for one in reversed(hosts):
        one.__exit__(None, None, None)


def is_dark(page):
    return page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 25, 31)"


@pytest.mark.parametrize("path", ["", "lab/", "bottleneck/", "decay/"])
def test_a_frame_without_an_origin_shows_no_control_that_is_dead(framed, path):
    _, frame = framed(path)  # modules cannot come: the host does not share them
    frame.wait_for_function(STATIC)
    assert frame.evaluate(SHOWN) == []
    assert frame.locator(".lr-figure svg").first.is_visible()
    assert is_dark(frame)
    assert not frame.locator("[name=query]").is_visible()
    assert not frame.locator("label[for=__search]:visible").count()
    frame.locator("#scheme").click()
    assert not is_dark(frame)


def test_where_modules_come_to_such_a_frame_its_controls_work(framed):
    page, frame = framed("", Access_Control_Allow_Origin="*")
    frame.wait_for_function("!document.querySelector(':not(:defined)')")
    before = frame.locator("#lr-readout").inner_text()
    frame.locator("#lr-r").press("ArrowRight")
    frame.evaluate(FRAME)
    assert frame.locator("#lr-readout").inner_text() != before
    frame.locator("influence-curves button").click()
    frame.evaluate(FRAME)
    assert frame.locator("#lr-readout").inner_text() == before
    assert page.problems == []


def measured(page):
    """Turn a dial of the laboratory; return what it says then."""
    page.wait_for_function(READY)
    page.locator("#lr-lab-g").press("PageUp")
    page.wait_for_function("""document.querySelector("jacobian-lab").found?.setting.g > 1""")
    page.wait_for_selector("jacobian-lab .lr-screen[aria-busy=false]")
    return page.locator("#lr-lab-readout").inner_text()


def test_the_laboratory_measures_where_there_is_no_worker(framed, new_page, url):
    page = new_page()
    page.goto(f"{url}lab/")
    said = measured(page)
    for script in (NO_WORKER, BAD_WORKER):
        page = new_page(script)
        page.goto(f"{url}lab/")
        assert measured(page) == said
    page, frame = framed("lab/", Access_Control_Allow_Origin="*")
    assert measured(frame) == said
    assert page.problems == []


@pytest.mark.parametrize("path", ["", "lab/", "bottleneck/", "experiments/"])
def test_under_a_policy_that_forbids_styles_in_the_page_all_looks_alike(new_page, site, path):
    looks = []
    for headers in ({}, STRICT):
        page = new_page(color_scheme="dark")
        with host.serving(site, headers) as url:
            page.goto(url + path)
            page.wait_for_function(READY)
            if path == "lab/":
                page.wait_for_selector("jacobian-lab .lr-screen[aria-busy=false]")
            page.evaluate("document.fonts.ready")
            assert is_dark(page)
            looks.append(page.evaluate(LOOK))
            page.locator("[name=query]").click()
            page.keyboard.type("gradient")
            page.locator(".md-search-result__link").first.wait_for()
        assert page.problems == []
    assert len(looks[0]) > 500
    assert [one for one in zip(*looks, strict=True) if one[0] != one[1]] == []


def test_formulas_have_their_faces_where_sheets_may_hold_none(new_page, site):
    page = new_page()
    with host.serving(site, STRICT) as url:
        page.goto(f"{url}decay/")
        page.wait_for_function(READY)
        page.evaluate("document.fonts.ready")
        assert page.evaluate("document.fonts.check('16px KaTeX_Math', 'r')")


def test_where_nothing_can_be_stored_all_works(new_page, url):
    page = new_page(THROWING, color_scheme="dark")
    page.goto(url)
    page.wait_for_function(READY)
    assert is_dark(page)
    page.locator("#lr-r").press("ArrowRight")
    page.evaluate(FRAME)
    assert page.locator("#lr-readout").inner_text().startswith("half left after\n3.3 words")
    page.locator("#scheme").click()
    assert not is_dark(page)
    assert page.problems == []


@pytest.mark.parametrize("lost", ["main.js", "state.js", "influence-curves.js"])
def test_where_a_module_does_not_come_no_control_is_shown(new_page, url, lost):
    page = new_page()
    page.route(f"**/elements/{lost}", lambda route: route.abort())
    page.goto(url)
    page.wait_for_function(STATIC)
    assert page.evaluate(SHOWN) == []
    assert page.locator("[data-sentence=keys]").is_visible()  # all sentences, as without scripts
    panel = page.locator("#influence_curves-log").bounding_box()
    stage = page.locator("influence-curves .lr-for-wide").bounding_box()
    assert panel["y"] + panel["height"] <= stage["y"] + stage["height"] + 3


def test_controls_show_when_their_module_has_run_and_move_nothing(new_page, url):
    page, held = new_page(), []
    page.route("**/elements/influence-curves.js", lambda route: held.append(route))
    page.goto(url)
    page.wait_for_function("document.querySelector('fading-sentence:defined')")
    form = page.locator("influence-curves form")
    assert page.locator("fading-sentence form").is_visible()
    assert not form.is_visible()
    place = "document.querySelector('#summary').getBoundingClientRect().top + scrollY"
    before = page.evaluate(place)
    held[0].continue_()
    form.wait_for(state="visible")
    page.evaluate(FRAME)
    assert page.evaluate(place) == before
    assert json.loads(page.evaluate("JSON.stringify(history.state)"))["longrange"]["r"] == 0.8
