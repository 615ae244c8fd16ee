"""`**Question.**` and a task list become an element; what is no question is refused."""

import re
from xml.etree import ElementTree as ET

import pytest

from explainer.pages.extension import PageError

QUESTION = """Before.

**Question.** The spectral radius of $W$ is {{ probe.reader.r }}.
What follows [@one1994]?

- [ ] It *explodes*,
  at once.
    - That is what $\\rho > 1$ says of the linear network,
      which has `no` squashing.
- [x] Nothing yet.
    - The slopes decide [@two2004].

        They are at most {{ probe.count }}.

After.
"""


def question(html):
    (found,) = re.findall(r"<quiz-question .*?</quiz-question>", html, re.DOTALL)
    return found


def words(html):
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def tree(html):
    """Return the question as a tree: what is asked, its choices, its reasons."""
    return ET.fromstring(re.sub(r"<(input|br)([^>]*?)/?>", r"<\1\2/>", question(html)))


def test_it_has_a_legend_radio_buttons_of_one_name_and_a_fold(convert):
    html = convert(QUESTION.replace("$W$", "W").replace("$\\rho > 1$", "it"))
    root = tree(html)
    form, fold = root
    legend, choices = form.find("fieldset")
    assert "".join(legend.itertext()).split()[:5] == [
        "Question.",
        "The",
        "spectral",
        "radius",
        "of",
    ]
    assert legend.find("strong").text == "Question."
    buttons = [item.find("label/input") for item in choices]
    assert [button.get("type") for button in buttons] == ["radio"] * 3
    assert {button.get("name") for button in buttons} == {"question-1"}
    assert not [button for button in buttons if "checked" in button.attrib]
    assert ["".join(item.find("label").itertext()).split()[0] for item in choices] == [
        "It", "Nothing", "I’d",
    ]  # fmt: skip
    # A place for each reason, where it is read aloud; only that of the last choice is there.
    places = [item.find("div[@aria-live='polite']") for item in choices]
    assert [len(place) for place in places] == [0, 0, 1]
    assert places[2][0].get("hidden") is not None
    assert fold.get("class") == "exact"
    assert fold.find("summary").text == "The reasons"
    reasons = ["".join(item.itertext()) for item in fold.find("ol")]
    assert [" ".join(reason.split())[:24] for reason in reasons] == [
        "Not quite. That is what ", "Yes. The slopes decide (",
    ]  # fmt: skip
    assert html.index("Before.") < html.index("<quiz-question ") < html.index("After.")


def test_formulas_numbers_citations_and_marks_work_inside(convert):
    html = question(convert(QUESTION))
    assert html.count("<math") == 2
    assert "is 0.8." in html
    assert "They are at most 12." in html
    assert "<em>explodes</em>" in html
    assert "<code>no</code>" in html
    assert 'href="#fn:one1994"' in html
    assert 'href="#fn:two2004"' in html
    assert not re.search(r"\[[ x]\]", html)


def test_a_reason_of_two_paragraphs_is_one_and_begins_with_its_word(convert):
    _, fold = tree(convert(QUESTION.replace("$W$", "W").replace("$\\rho > 1$", "it")))
    loose = fold.findall("ol/li/div")[1]
    assert loose.get("class") == "lr-reason"
    assert [child.tag for child in loose] == ["p", "p"]
    assert loose[0][0].tag == "strong"
    assert loose[0][0].text == "Yes."


def test_choices_with_empty_lines_between_them_are_alike(convert):
    plain = "**Question.** Which?\n\n- [ ] One\n    - Why.\n- [x] Two\n    - Because.\n"
    loose = plain.replace("\n-", "\n\n-").replace("\n    -", "\n\n    -")
    assert words(convert(plain)) == words(convert(loose))
    assert words(convert(plain)).startswith("Question. Which? One Two I’d like")


def test_several_questions_have_names_of_their_own_wherever_they_stand(convert):
    one = "**Question.** Which?\n\n- [ ] One\n    - Why.\n- [X] Two\n    - Because.\n"
    html = convert(f'{one}\n{one}\n<div markdown="1">\n\n{one}\n</div>\n')
    assert re.findall(r'name="(question-\d)"', html) == [
        f"question-{n}" for n in (1, 2, 3) for _ in range(3)
    ]


def test_other_lists_and_words_stay_as_they_are(convert):
    html = convert("A **Question.** of style.\n\n- one\n- [link](page.md)\n- two\n    - three\n")
    assert "<quiz-question" not in html
    assert html.count("<li>") == 4


GOOD = "- [x] Right\n    - Because."


@pytest.mark.parametrize(
    ("choices", "line", "message"),
    [
        (f"- [ ] Wrong\n{GOOD}", 5, "a choice has one reason, not 0"),
        (f"- [ ] Wrong\n    - a\n    - b\n{GOOD}", 5, "a choice has one reason, not 2"),
        (f"- [ ] Wrong\n  - less\n{GOOD}", 5, "a choice has one reason, not 0"),
        (f"{GOOD}\n- [y] Odd\n    - b", 7, "a choice begins with [ ], or with [x]"),
        (f"{GOOD}\n- [] Odd\n    - b", 7, "a choice begins with [ ], or with [x]"),
        (f"{GOOD}\n- Odd\n    - b", 7, "a choice begins with [ ], or with [x]"),
        (f"{GOOD}\n- [ ]\n    - b", 7, "a choice without words"),
        (f"{GOOD}\n- [ ] Odd\n    -\n", 7, "a choice"),
        (f"{GOOD}\n\n- [ ] Odd\n\n    More.\n\n    - b", 8, "a choice is one paragraph"),
        (GOOD, 3, "a question has 2 to 6 choices, not 1"),
        ("\n".join(f"- [x] n{i}\n    - b" for i in range(7)), 3, "2 to 6 choices, not 7"),
        ("- [ ] A\n    - a\n- [ ] B\n    - b", 3, "none of the choices is right"),
        ("1. [x] A\n2. [ ] B", 3, "**Question.** … is a paragraph, below which"),
        ("Words.", 3, "**Question.** … is a paragraph, below which"),
        ("", 3, "**Question.** … is a paragraph, below which"),
    ],
)
def test_what_is_no_question_is_refused_with_file_and_line(convert, choices, line, message):
    with pytest.raises(PageError) as error:
        convert(f"Words.\n\n**Question.** Which\n\n{choices}\n")
    assert error.value.message.startswith(f"page.md:{line}: ")
    assert message in error.value.message


def test_choices_without_a_question_are_refused(convert):
    with pytest.raises(PageError, match=r"^page\.md:3: a choice without a question"):
        convert(f"Which?\n\n{GOOD}\n")


def test_choices_without_an_empty_line_before_them_are_refused(convert):
    with pytest.raises(PageError, match=r"^page\.md:1: \*\*Question\.\*\* … is a paragraph"):
        convert(f"**Question.** Which?\n{GOOD}\n")
