"""Figures as one file each: from a disk, in frames, with controls left out, and as pictures."""

import gzip
import http.server
import re
import threading
from functools import partial
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from explainer.drawing.palette import PALETTE
from explainer.making.files import FIGURES

MOST, MOST_OF_LABS = 150_000, 250_000  # bytes, gzip -9
LABS = {"jacobian_lab", "train_network"}
SHOWN = sorted({path.stem for path in FIGURES.glob("*.json")} - {"favicon", "social_card"})
PAGES = ["", "decay/", "bottleneck/", "remedies/", "experiments/", "lab/", "language/", "train/",
         "wild/", "worksheet/"]  # fmt: skip
LISTENER = """<script>
  addEventListener("message", ({ data }) => {
    if (data.subject === "lti.frameResize") document.querySelector("iframe").height = data.height;
  });
</script>"""
PAPER = "getComputedStyle(document.body).backgroundColor"


@pytest.fixture(scope="module")
def folder(site):
    return site / "take"


@pytest.fixture
def opened(browser):
    """Return a function that opens an address alone; nothing may go wrong or be fetched."""
    context = browser.new_context(viewport={"width": 900, "height": 700})
    page = context.new_page()
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("console", lambda m: m.type == "error" and page.problems.append(m.text))

    def opened(address):
        page.goto(address)
        page.wait_for_function("document.readyState === 'complete'")
        page.wait_for_function("!document.querySelector(':not(:defined)')")
        return page

    yield opened
    assert page.problems == []
    context.close()


def rgb(colour):
    """Return a colour such as #fffefb as browsers compute it."""
    return "rgb({}, {}, {})".format(*bytes.fromhex(colour.removeprefix("#")))


def test_there_is_a_file_for_each_figure_that_a_page_shows(folder, site):
    shown = set()
    for page in site.rglob("index.html"):
        shown |= set(re.findall(r'<figure class="lr-figure" id="(\w+)"', page.read_text("utf-8")))
    assert {path.stem for path in folder.glob("*.html")} == shown == set(SHOWN)


@pytest.mark.parametrize("stem", SHOWN)
def test_it_is_light_and_has_room(folder, opened, stem):
    """That it fetches nothing and moves is seen in three engines: `test_engines.py`."""
    path = folder / f"{stem}.html"
    most = MOST_OF_LABS if stem in LABS else MOST
    assert len(gzip.compress(path.read_bytes(), 9)) <= most
    page = opened(path.as_uri())
    for width in (900, 700, 360):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("figure .lr-stage:visible").count() <= 1
    credit = page.locator(".lr-credit")
    assert credit.get_by_role("link", name="CC BY-SA 4.0").get_attribute("rel") == "license"
    assert "The longrange authors" in credit.inner_text()
    assert page.title().endswith(" · longrange")
    assert not page.title().startswith(stem)


def test_its_worker_comes_from_within(folder, opened):
    page = opened((folder / "train_network.html").as_uri() + "#diet=alone&k=4")
    page.locator("[name=step]").click()
    page.wait_for_function("document.querySelector('train-network').dataset.step === '1'")
    assert len(page.workers) == 1
    assert page.workers[0].url.startswith("blob:")


@pytest.mark.parametrize("stem", ["influence_curves", "edge_map"], ids=["moving", "still"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_address_chooses_the_colours(folder, opened, stem, scheme):
    page = opened(f"{(folder / stem).as_uri()}.html?scheme={scheme}")
    for system in ("light", "dark"):
        page.emulate_media(color_scheme=system)
        assert page.evaluate(PAPER) == rgb(getattr(PALETTE["paper"], scheme))


def test_what_is_hidden_cannot_be_set_and_is_told(folder, opened):
    address = (folder / "influence_curves.html").as_uri()
    page = opened(f"{address}?hide=k,scale&hide=reset#r=0.9&k=20&scale=log")
    slider = page.locator(".lr-slider", has=page.locator("[name=k]"))
    assert slider.count() == 1
    assert slider.is_hidden()
    assert page.get_by_role("button", name="Reset", include_hidden=True).is_hidden()
    assert page.get_by_role("radio").count() == 0
    assert page.locator(".lr-slider:has([name=r])").is_visible()
    assert page.locator(".lr-fixed").inner_text() == "Set here: distance k 20, logarithmic."
    # Links that would set it are gone, and so is any other way.
    assert page.locator("state-link", has_text="a larger r").is_hidden()
    page.evaluate("location.hash = '#r=0.5&k=7'")
    page.wait_for_function("document.querySelector('[type=range][name=r]').value === '0.5'")
    assert page.locator("input[type=range][name=k]").input_value() == "20"


def test_a_value_that_stands_in_its_label_is_told_once(folder, opened):
    page = opened((folder / "fading_sentence.html").as_uri() + "?hide=sentence,r")
    assert page.locator(".lr-fixed").inner_text() == "Set here: the cat, kept per word 0.80."


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("?hide=zoom", "there is no “zoom” to hide here; there are r, k, scale, reset."),
        ("?scheme=blue", "scheme is light or dark, not “blue”."),
        ("#r=5", "r goes from 0.30 to 1.20: it is 1.20."),
        ("#zoom=1", "there is no “zoom” to set here."),
    ],
)
def test_what_an_address_asks_wrongly_is_told_and_the_rest_works(folder, opened, asked, told):
    page = opened((folder / "influence_curves.html").as_uri() + asked)
    page.wait_for_function("document.querySelector('.lr-notice p')?.textContent")
    assert page.locator(".lr-notice p").inner_text() == f"From the address: {told}"
    before = page.locator(".lr-readout").inner_text()
    page.locator("input[type=range][name=r]").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(
        "(before) => document.querySelector('.lr-readout').innerText !== before", arg=before
    )


@pytest.fixture
def served(folder, tmp_path):
    """Return a function that serves a page from another port, beside the file of a figure."""
    servers = []

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    def serve(directory):
        server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), partial(Quiet, directory=directory)
        )
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    def served(frame):
        figure = serve(folder)
        (tmp_path / "index.html").write_text(
            "<!doctype html><link rel='icon' href='data:,'><title>A lesson</title><h1>A lesson</h1>"
            + frame(figure),
            "utf-8",
        )
        return serve(tmp_path)

    yield served
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("sandbox", ["", 'sandbox="allow-scripts"'])
@pytest.mark.parametrize("stem", ["influence_curves", "train_network", "edge_map"])
@pytest.mark.parametrize("height", [100, 3000])
def test_in_a_frame_of_another_page_it_works_and_says_how_tall_it_is(
    opened, served, height, sandbox, stem
):
    address = served(
        lambda figure: (
            f'<iframe {sandbox} src="{figure}{stem}.html" width="700" height="{height}"></iframe>'
            + LISTENER
        )
    )
    page = opened(address)
    page.wait_for_function(f"document.querySelector('iframe').height !== '{height}'")
    frame = page.frames[1]
    # All of it is seen, and nothing is left over.
    frame.wait_for_function(
        "Math.abs(document.querySelector('main').getBoundingClientRect().height - innerHeight) < 2"
    )
    if stem == "train_network":
        frame.locator("[name=step]").click()
        frame.wait_for_function("document.querySelector('train-network').dataset.step === '1'")
    elif stem == "influence_curves":
        before = frame.locator(".lr-readout").inner_text()
        frame.locator("input[type=range][name=r]").focus()
        page.keyboard.press("ArrowRight")
        frame.wait_for_function(
            "(before) => document.querySelector('.lr-readout').innerText !== before", arg=before
        )


def test_lines_of_the_table_are_about_as_high_as_their_figures(folder, site, opened):
    page = BeautifulSoup((site / "teach/index.html").read_text("utf-8"), "html.parser")
    boxes = page.select(".lr-shelf .lr-embed")
    assert len(boxes) == len(SHOWN)
    for box in boxes:
        frame = BeautifulSoup(box["value"], "html.parser").iframe
        stem = re.search(r"(\w+)\.html", frame["src"])[1]
        tab = opened((folder / f"{stem}.html").as_uri())
        tab.set_viewport_size({"width": 700, "height": 700})
        needed = tab.evaluate("document.querySelector('main').getBoundingClientRect().height")
        assert 0.8 * needed < int(frame["height"]) < 1.45 * needed, stem


def taking(open_page, path, stem, **options):
    page = open_page(path, **options)
    figure = page.locator(f"#{stem}")
    figure.scroll_into_view_if_needed()
    figure.get_by_role("button", name="Take this figure").click()
    page.locator("dialog").wait_for()
    return page


def downloaded(page, name):
    with page.expect_download() as found:
        page.locator("dialog").get_by_role("button", name=name, exact=True).click()
    return found.value.suggested_filename, found.value.path()


def rows(page):
    return page.locator("dialog input[type=text]").evaluate_all("(all) => all.map((i) => i.value)")


def test_the_dialog_has_address_and_line_as_the_figure_is_set_and_as_it_is_asked(open_page, url):
    page = taking(open_page, "#r=0.9&k=20", "influence_curves")
    address, line = rows(page)
    assert address == f"{url}take/influence_curves.html#r=0.90&k=20&scale=linear"
    assert address.replace("&", "&#38;") in line
    assert re.search(r'title="Below r=1 a curve falls [^"]+" width="100%" height="\d{3,4}"', line)
    dialog = page.locator("dialog")
    dialog.get_by_label("distance k").check()
    dialog.get_by_label("Vertical scale").check()
    dialog.get_by_label("dark").check()
    address, line = rows(page)
    asked = "?hide=k,scale&scheme=dark#r=0.90&k=20&scale=linear"
    assert address == f"{url}take/influence_curves.html{asked}"
    # The height is the one that this file has.
    page.wait_for_function("document.querySelector('dialog iframe').contentDocument.body")
    frame = page.frames[1]
    frame.wait_for_function("document.querySelector('.lr-fixed')?.innerText")
    needed = frame.evaluate(
        "Math.ceil(document.querySelector('main').getBoundingClientRect().height)"
    )
    page.wait_for_function(
        "(height) => [...document.querySelectorAll('dialog input[type=text]')].at(-1)"
        '.value.includes(`height="${height}"`)',
        arg=needed,
    )


def test_the_dialog_by_keys(open_page):
    page = open_page("")
    button = page.locator("#influence_curves-take")
    button.scroll_into_view_if_needed()
    button.focus()
    page.keyboard.press("Enter")
    page.locator("dialog").wait_for()
    for _ in range(20):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('dialog, body')?.localName") in {
            "dialog",
            "body",  # between the last and the first: the browser's own bar
        }
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="detached")
    assert page.evaluate("document.activeElement.id") == "influence_curves-take"
    assert page.problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_in_the_dialog(open_page, axe, scheme, width):
    page = taking(open_page, "", "influence_curves", color_scheme=scheme, width=width)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate(axe)
    found = page.evaluate("axe.run('dialog').then(({ violations }) => violations.map((v) => v.id))")
    assert found == []


def test_a_picture_is_called_as_it_is_set(open_page):
    page = taking(open_page, "#r=0.9&k=20", "influence_curves")
    name, file = downloaded(page, "SVG")
    assert name == "influence_curves-r0.90-k20-scalelinear.svg"
    name, file = downloaded(page, "PNG")
    with Image.open(file) as picture:
        assert picture.size == (3200, 1800)
        assert len(picture.convert("RGB").resize((320, 180)).getcolors(57_600)) > 20
    page.locator("dialog [name=wide]").uncheck()
    _, file = downloaded(page, "PNG")
    with Image.open(file) as picture:
        assert picture.size != (3200, 1800)


PICTURES = """async () => {
  const main = document.querySelector("script[src*='elements/main.js']").src;
  const { picture } = await import(new URL("picture.js", main));
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  const figures = [...document.querySelectorAll("figure.lr-figure")];
  const made = figures.map(async (one) =>
    [one.id, await (await picture(one, { format: "svg", isWide: true })).text()]);
  return Object.fromEntries(await Promise.all(made));
}"""


@pytest.mark.parametrize("path", PAGES)
def test_every_figure_is_a_picture_with_title_source_and_licence(open_page, path):
    pictures = open_page(path).evaluate(PICTURES)
    assert pictures
    for stem, text in pictures.items():
        svg = ElementTree.fromstring(text)
        assert (svg.get("width"), svg.get("height")) == ("1600", "900")
        shown = ["".join(one.itertext()) for one in svg.iter("{http://www.w3.org/2000/svg}text")]
        source = next(line for line in shown if "CC BY-SA 4.0" in line)
        assert "longrange" in source
        assert "#" in source, stem
        title = [one for one in svg if one.get("font-weight") == "600"]
        assert title
        assert float(title[0].get("font-size")) > 40, stem
        # What only this page knows is nowhere: variables, mixtures, later ways to write a colour.
        for look in re.findall(r'(?:fill|stroke): ?([^;"]+)', text):
            assert re.match(r"rgba?\(|none|url\(|context-", look), (stem, look)
