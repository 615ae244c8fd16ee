"""The page for teachers: its routes add up, and each link sets the figure that it says."""

import math
import re

import pytest
from bs4 import BeautifulSoup

PAGE = "teach/"
# The figure that is in the window, most of it.
SHOWN = """() => [...document.querySelectorAll("figure")].map((figure) => {
  const { top, bottom } = figure.getBoundingClientRect();
  return [Math.min(bottom, innerHeight) - Math.max(top, 0), figure.id];
}).sort(([one], [other]) => other - one)[0][1]"""
NOTICE = "document.querySelector('.lr-notice')?.textContent ?? ''"


@pytest.fixture(scope="module")
def page(site):
    return BeautifulSoup((site / PAGE / "index.html").read_text("utf-8"), "html.parser")


@pytest.mark.parametrize("minutes", [15, 45, 90])
def test_the_minutes_of_a_route_add_up(page, minutes):
    heading = page.find("h3", id=re.compile(rf"^{minutes}-minutes"))
    rows = heading.find_next("tbody").select("tr")
    assert sum(int(row.td.text) for row in rows) == minutes
    assert all(row.find("a") for row in rows[minutes == 90 :])  # the longest begins with another


def test_every_link_with_a_setting_is_taken_as_it_stands(page, open_page):
    links = {
        link["href"]
        for link in page.select("article a[href]")
        if "=" in link["href"].split("#")[-1]
    }
    assert len(links) > 15
    for href in sorted(links):
        path, _, setting = href.removeprefix("../").partition("#")
        asked = dict(part.split("=") for part in setting.split("&"))
        tab = open_page(f"{path}#{setting}", fresh=True)
        assert tab.evaluate(NOTICE).strip() == "", href
        for name, value in asked.items():
            control = tab.locator(
                f".lr-controls input[name={name}]:is([type=range], :checked)"
            ).first
            found = control.input_value()
            same = found == value or float(found) == float(value)
            assert same, (href, name, found)
        figure = tab.locator(f"figure#{tab.evaluate(SHOWN)}")
        assert all(figure.locator(f"input[name={name}]").count() for name in asked), href


def test_every_link_to_a_question_leads_to_one(page, site):
    links = [
        link["href"]
        for link in page.select("article a[href]")
        if "#q-" in link["href"] and not link["href"].startswith("#")
    ]
    assert len(links) > 8
    for href in links:
        path, _, place = href.removeprefix("../").partition("#")
        other = BeautifulSoup((site / path / "index.html").read_text("utf-8"), "html.parser")
        assert other.find(id=place).name == "quiz-question"


def codes(page):
    """Return the code that is folded under the exercises with a program."""
    heading = page.find("h3", id="with-a-program")
    return [code.text for code in heading.find_all_next("pre") if "import" in code.text]


@pytest.mark.parametrize("bias", [1, 5])
def test_the_answer_on_the_probe_finds_what_is_said_of_it(page, bias):
    code, found = codes(page)[0], []
    for old, new in (
        ("d, bias = 64, 1", f"d, bias = 64, {bias}"),
        ("(8, 400, d)", "(8, 200, d)"),  # to be quick
        ("print(longrange", "found.append(longrange"),
        ("batch_first=True", "batch_first=True, lags=[1, 2]"),
    ):
        assert old in code
        code = code.replace(old, new)
    exec(compile(code, "probe", "exec"), {"found": found})
    rate, gate = found[0].rate, 1 / (1 + math.exp(-bias))
    assert rate > gate
    assert (rate > 1) == (bias == 5)


def test_the_answer_on_training_runs(page, capsys):
    code = codes(page)[1]
    for old, new in (("range(1024)", "range(2)"), ("range(10)", "range(1)")):
        assert old in code
        code = code.replace(old, new)
    exec(compile(code, "training", "exec"), {})
    assert capsys.readouterr().out.split()[::2] == ["4", "8", "12", "16", "24"]


def test_the_small_pictures_are_fetched_when_they_are_seen(open_page, url):
    tab = open_page(PAGE)
    fetched = "performance.getEntriesByType('resource').map(({ name }) => name)"
    pictures = [name for name in tab.evaluate(fetched) if "/figures/" in name]
    assert [name for name in pictures if name.endswith(".svg")] == []
    fold = tab.locator(".lr-shelf").first
    fold.locator("summary").click()
    fold.scroll_into_view_if_needed()
    tab.wait_for_function("document.querySelector('.lr-shelf img').complete")
    assert tab.evaluate("document.querySelector('.lr-shelf img').naturalWidth") > 0
