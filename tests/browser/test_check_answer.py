"""`<check-answer>`: an exercise that says whether a number is right."""

import json

import pytest

from explainer.making.files import FIGURES

FORM = "check-answer >> nth=0"


@pytest.fixture
def exercise(open_page):
    page = open_page("decay/")
    yield page.locator(FORM)
    assert page.problems == []


def answer():
    data = json.loads((FIGURES / "default_inits.json").read_text("utf-8"))
    return data["horizon"]


def test_it_judges_what_is_typed(exercise):
    for typed, said in (
        (f"{answer():.1f}", f"Right: {answer():.1f}."),
        (f"{answer():.2f}".replace(".", ","), f"Right: {answer():.1f}."),
        (f"{answer() * 1.03:.3f}", "Too large. Try again, or open the answer."),
        ("2", "Too small. Try again, or open the answer."),
        ("", "Type a number, such as 12.5."),
        ("eight", "Type a number, such as 12.5."),
    ):
        exercise.locator("input").fill(typed)
        exercise.locator("input").press("Enter")
        assert exercise.locator("output").inner_text() == said


def test_the_button_does_the_same_by_touch(open_page):
    page = open_page("decay/", width=360, has_touch=True)
    exercise = page.locator(FORM)
    exercise.locator("input").fill("100")
    exercise.locator("button").tap()
    assert exercise.locator("output").inner_text().startswith("Too large")


def test_without_javascript_there_is_the_fold_alone(open_page):
    page = open_page("decay/", java_script_enabled=False)
    assert not page.locator("check-answer form:visible").count()
    assert page.locator("details.exact", has_text="The gain is").count() == 1
