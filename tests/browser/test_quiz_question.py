"""`<quiz-question>`: a reason for each choice, in a page of its own, as pages write them."""

import markdown
import pytest
from acting import READY, TRANSLATE

from explainer.pages.formulas import FormulasExtension
from explainer.pages.questions import QuestionsExtension

TEXT = """
**Question.** The spectral radius of $W$ is 1.2. What follows?

- [ ] The influence explodes.
    - That is what $\\rho > 1$ says of the linear network. See [above](#__skip).
- [x] Nothing yet: with squashing the slopes decide too.
    - They are below one where the state is large.
- [ ] The network forgets.
    - It may.

        It may also not.

**Question.** Another?

- [x] One.
    - The first.
- [x] Two.
    - The second.
"""
HERE = "quiz-question >> nth=0"
REASONS = ("Not quite. That is what", "Yes. They are below one", "Not quite. It may. It", "Take")


@pytest.fixture
def open_question(open_page, npm_packages):
    """Return a function that opens a page of the site with `TEXT` in it, watched for errors."""
    html = markdown.markdown(
        TEXT,
        extensions=["pymdownx.arithmatex", QuestionsExtension(), FormulasExtension()],
        extension_configs={"pymdownx.arithmatex": {"generic": True}},
    )
    opened = []

    def with_question(route):
        page = route.fetch()
        text = page.text().replace("</h1>", f"</h1>{html}", 1)
        assert html in text
        route.fulfill(response=page, body=text)

    def open_question(**options):
        page = open_page("about/", **options)
        page.route("**/about/", with_question)
        page.reload()
        if options.get("java_script_enabled", True):
            page.wait_for_function(READY)
        opened.append(page)
        return page

    yield open_question
    for page in opened:
        assert page.problems == []


def seen(page):
    """Return the words of each reason that is seen in the first question."""
    shown = page.locator(HERE).locator(".lr-reason:visible").all_inner_texts()
    return [" ".join(one.split()) for one in shown]


def test_a_choice_shows_its_reason_below_it_and_no_other(open_question):
    page = open_question()
    question = page.locator(HERE)
    assert question.get_by_role("radio").count() == 4
    assert not question.get_by_role("radio", checked=True).count()
    assert seen(page) == []
    assert not question.locator("details").count()
    for i, reason in enumerate(REASONS):
        item = question.locator(".lr-choices > li").nth(i)
        item.locator("label").click()
        (shown,) = seen(page)
        assert shown.startswith(reason)
        assert item.locator("[aria-live=polite] .lr-reason").is_visible()
    assert page.evaluate("location.href").endswith("/about/")  # nothing is kept


def test_by_keys_each_choice_in_turn_and_enter_leads_nowhere(open_question):
    page = open_question()
    page.locator(HERE).get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    for reason in (*REASONS, REASONS[0]):
        assert [one[: len(reason)] for one in seen(page)] == [reason]
        page.keyboard.press("Enter")
        page.keyboard.press("ArrowDown")
    assert page.evaluate("location.search") == ""
    page.keyboard.press("Tab")  # into the link of a reason, if there is one, and on
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('a') || document.activeElement.name")


def test_by_touch_on_a_phone(open_question):
    page = open_question(width=360, height=740, has_touch=True, is_mobile=True)
    for label in page.locator("quiz-question label").all():
        assert label.bounding_box()["height"] >= 24
    page.locator(HERE).locator("label").nth(1).tap()
    assert seen(page)[0].startswith(REASONS[1])
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_two_questions_do_not_mix(open_question):
    page = open_question()
    page.locator(HERE).get_by_role("radio").nth(1).check()
    other = page.locator("quiz-question").nth(1)
    other.get_by_role("radio").nth(1).check()
    assert len(seen(page)) == 1
    assert other.locator(".lr-reason:visible").all_inner_texts() == ["Yes. The second."]


def test_it_is_told_as_a_group_with_what_is_asked_and_the_reason_where_it_is_read(open_question):
    page = open_question()
    page.locator(HERE).get_by_role("radio").first.check()
    tree = page.locator(HERE).aria_snapshot()
    assert 'group "Question. The spectral radius of' in tree
    assert 'radio "The influence explodes." [checked]' in tree
    assert "Not quite." in tree
    assert "They are below one" not in tree  # what is not chosen is not read


def test_without_javascript_there_are_lists_and_no_dead_button(open_question):
    page = open_question(java_script_enabled=False)
    question = page.locator(HERE)
    assert not question.locator("input:visible").count()
    assert question.locator(".lr-choices > li:visible").count() == 3
    assert seen(page) == []
    question.locator("summary").click()
    assert [one[:20] for one in seen(page)] == [one[:20] for one in REASONS[:3]]


def test_where_its_module_does_not_come_the_fold_is_there(open_question):
    page = open_question()
    page.route("**/quiz-question.js", lambda route: route.abort())
    page.reload()
    page.wait_for_function("!document.documentElement.classList.contains('live')")
    assert not page.locator("quiz-question input:visible").count()
    assert page.locator("quiz-question summary:visible").count() == 2
    page.problems.clear()  # it was told


@pytest.mark.parametrize("scripts", [True, False])
def test_paper_has_choices_and_reasons(open_question, scripts):
    page = open_question(java_script_enabled=scripts)
    page.emulate_media(media="print")
    assert [one[:20] for one in seen(page)] == [one[:20] for one in REASONS[:3]]
    assert page.locator(HERE).locator(".lr-choices > li:visible").count() == 3


def test_a_translated_page_shows_reasons_as_they_were_translated(open_question):
    page = open_question()
    page.evaluate(TRANSLATE)
    page.evaluate("document.querySelectorAll('.lr-reason strong font font')[1].textContent = 'Ja.'")
    page.locator(HERE).get_by_text("Nothing yet").click()
    assert seen(page)[0].startswith("Ja. They are below one")
    page.locator(HERE).get_by_text("The network forgets.").click()
    assert len(seen(page)) == 1


def test_nothing_moves_when_the_element_has_come(open_question):
    page = open_question()
    held = []
    page.route("**/quiz-question.js", lambda route: held.append(route))
    page.reload(wait_until="domcontentloaded")
    page.wait_for_function("document.querySelector('quiz-question:not(:defined)')")
    places = """[...document.querySelectorAll(".lr-choices > li, quiz-question + *")].map(
      (one) => one.getBoundingClientRect().top + scrollY)"""
    page.wait_for_function("window.component$")
    page.evaluate("document.fonts.ready.then(() => 0)")
    before = page.evaluate(places)
    assert not page.locator("quiz-question input:visible").count()
    held[0].continue_()
    page.wait_for_function(READY)
    assert page.locator("quiz-question input:visible").count() == 7
    assert page.evaluate(places) == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_kept_out(open_question, axe, scheme):
    page = open_question(color_scheme=scheme)
    page.locator(HERE).get_by_role("radio").nth(1).check()
    page.evaluate(axe)
    found = page.evaluate("axe.run('quiz-question').then((result) => result.violations)")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


def test_forced_colours_leave_buttons_and_reasons_to_be_read(open_question):
    page = open_question(forced_colors="active", color_scheme="dark")
    page.locator(HERE).get_by_role("radio").nth(1).check()
    ground, ink = page.evaluate("""() => [document.body, document.querySelectorAll(
      ".lr-reason:not([hidden])")[0]].map((one, i) =>
        getComputedStyle(one)[i ? "color" : "backgroundColor"])""")
    assert {ground, ink} == {"rgb(0, 0, 0)", "rgb(255, 255, 255)"}
    assert page.locator(HERE).get_by_role("radio", checked=True).is_visible()
