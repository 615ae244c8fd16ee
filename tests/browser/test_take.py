"""Figures as one file each: from a disk, in frames, with controls left out, and as pictures."""

import gzip
import http.server
import re
import threading
from functools import partial

import pytest
from PIL import Image

from explainer.making.files import FIGURES

MOST, MOST_OF_LABS = 150_000, 250_000  # bytes, gzip -9
LABS = {"jacobian_lab", "train_network"}
STEMS = sorted(path.stem for path in FIGURES.glob("*.json"))
MOVING = ["influence_curves", "jacobian_lab", "train_network", "two_valleys", "remembered_picture"]


@pytest.fixture(scope="module")
def folder(site):
    return site / "take"


@pytest.fixture
def opened(browser):
    """Return a function that opens an address alone; nothing may go wrong or be fetched."""
    context = browser.new_context(viewport={"width": 900, "height": 700})
    page = context.new_page()
    page.problems, page.fetched = [], []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("console", lambda m: m.type == "error" and page.problems.append(m.text))
    page.on("request", lambda request: page.fetched.append(request.url))

    def opened(address):
        page.goto(address)
        page.wait_for_function("document.readyState === 'complete'")
        page.wait_for_function("!document.querySelector(':not(:defined)')")
        return page

    yield opened
    assert page.problems == []
    context.close()


def test_there_is_a_file_for_each_figure_that_a_page_shows(folder, site):
    shown = set()
    for page in site.rglob("index.html"):
        shown |= set(re.findall(r'<figure class="lr-figure" id="(\w+)"', page.read_text("utf-8")))
    assert {path.stem for path in folder.glob("*.html")} == shown
    assert len(shown) > 40


@pytest.mark.parametrize("stem", STEMS)
def test_it_is_light_and_fetches_nothing(folder, opened, stem):
    path = folder / f"{stem}.html"
    if not path.is_file():
        pytest.skip("on no page")
    most = MOST_OF_LABS if stem in LABS else MOST
    assert len(gzip.compress(path.read_bytes(), 9)) <= most
    page = opened(path.as_uri())
    allowed = (path.as_uri(), "data:", "blob:")
    assert [url for url in page.fetched if not url.startswith(allowed)] == []
    assert page.locator("figure").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert "CC BY-SA 4.0" in page.locator(".lr-credit").inner_text()


@pytest.mark.parametrize("stem", MOVING)
def test_controls_move_the_picture(folder, opened, stem):
    page = opened((folder / f"{stem}.html").as_uri())
    drawn = """(document.querySelector('figure .lr-stage').innerHTML
      + (document.querySelector('.lr-readout')?.innerText ?? ''))"""
    before = page.evaluate(drawn)
    page.locator("figure input[type=range]").first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"(before) => {drawn} !== before", arg=before)


def test_its_worker_comes_from_within(folder, opened):
    page = opened((folder / "train_network.html").as_uri() + "#diet=alone&k=4")
    page.locator("[name=step]").click()
    page.wait_for_function("document.querySelector('train-network').dataset.step === '1'")
    assert len(page.workers) == 1
    assert page.workers[0].url.startswith("blob:")


def test_the_address_sets_it(folder, opened):
    page = opened((folder / "influence_curves.html").as_uri() + "?scheme=dark#r=0.9&k=20")
    assert page.locator("input[type=range][name=r]").input_value() == "0.9"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 254, 251)"


def test_what_is_hidden_cannot_be_set_and_is_told(folder, opened):
    page = opened((folder / "influence_curves.html").as_uri() + "?hide=k,reset#r=0.9&k=20")
    assert page.locator(".lr-slider:has([name=k])").is_hidden()
    assert page.locator("button[name=reset]").is_hidden()
    assert page.locator(".lr-slider:has([name=r])").is_visible()
    assert page.locator(".lr-fixed").inner_text() == "Set here: distance k 20."
    page.get_by_text("a larger r", exact=False).first.click()  # a link that sets r and k
    page.evaluate("new Promise(requestAnimationFrame)")
    assert page.locator("input[type=range][name=k]").input_value() == "20"


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
@pytest.mark.parametrize("stem", ["influence_curves", "train_network"])
def test_in_a_frame_of_another_page_it_works_and_says_how_tall_it_is(opened, served, sandbox, stem):
    address = served(
        lambda figure: (
            f"""
        <iframe {sandbox} src="{figure}{stem}.html" width="700" height="100"></iframe>
        <script>
          addEventListener("message", ({{ data }}) => {{
            if (data.subject === "lti.frameResize") {{
              document.querySelector("iframe").height = data.height;
            }}
          }});
        </script>"""
        )
    )
    page = opened(address)
    page.wait_for_function("document.querySelector('iframe').height > 300")
    frame = page.frames[1]
    frame.wait_for_function("document.documentElement.scrollHeight <= innerHeight + 1")
    if stem == "train_network":
        frame.locator("[name=step]").click()
        frame.wait_for_function("document.querySelector('train-network').dataset.step === '1'")
    else:
        before = frame.locator(".lr-readout").inner_text()
        frame.locator("input[type=range][name=r]").focus()
        page.keyboard.press("ArrowRight")
        frame.wait_for_function(
            "(before) => document.querySelector('.lr-readout').innerText !== before", arg=before
        )


def taking(open_page, path, stem):
    page = open_page(path)
    figure = page.locator(f"#{stem}")
    figure.scroll_into_view_if_needed()
    figure.get_by_role("button", name="Take it").click()
    page.locator("dialog").wait_for()
    return page


def downloaded(page, name):
    with page.expect_download() as found:
        page.locator("dialog").get_by_role("button", name=name, exact=True).click()
    return found.value.suggested_filename, found.value.path()


def test_the_dialog_has_file_address_and_line_as_they_are_set(open_page, url):
    page = taking(open_page, "#r=0.9&k=20", "influence_curves")
    address, line = page.locator("dialog input[type=text]").evaluate_all(
        "(all) => all.map((i) => i.value)"
    )
    assert address == f"{url}take/influence_curves.html#r=0.90&k=20&scale=linear"
    assert address.replace("&", "&#38;") in line
    assert re.search(r'title="Below r=1 a curve falls [^"]+" width="100%" height="\d{3,4}"', line)
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="detached")


@pytest.mark.parametrize(("path", "stem"), [("#r=0.9&k=20", "influence_curves"),
                                            ("train/", "training_runs")])  # fmt: skip
def test_a_picture_is_as_it_is_set_with_title_source_and_licence(open_page, path, stem):
    page = taking(open_page, path, stem)
    name, file = downloaded(page, "SVG")
    assert name.startswith(stem)
    assert name.endswith(".svg")
    if stem == "influence_curves":
        assert "r0.90-k20" in name
    text = file.read_text("utf-8")
    assert "var(--" not in re.sub(r' (fill|stroke|style)="[^"]*"', "", text)
    shown = re.findall(r"<text[^>]*>([^<]*)</text>", text)
    assert any("CC BY-SA 4.0" in line and stem in line for line in shown)
    name, file = downloaded(page, "PNG")
    with Image.open(file) as picture:
        assert picture.size == (3200, 1800)
        assert len(picture.convert("RGB").resize((320, 180)).getcolors(57_600)) > 20
    page.locator("dialog [name=wide]").uncheck()
    _, file = downloaded(page, "PNG")
    with Image.open(file) as picture:
        assert picture.size != (3200, 1800)
