"""``**Question.** …`` and a task list below it: a question with a reason for each choice.

::

    **Question.** The spectral radius of $W$ is 1.2. What follows?

    - [ ] The influence explodes.
        - Why somebody may think so, and what is overlooked, in words that do not scold.
    - [x] Nothing yet: with squashing the slopes decide too.
        - Why this is so.

On a forge that is a list with ticked boxes. Here it becomes a ``<quiz-question>``: native radio
buttons, and a fold with all reasons, from which ``quiz-question.js`` puts each below its choice.
Its address is made of the first words of its last sentence: ``#q-what-follows``.
"""

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.extensions.toc import slugify, unique
from markdown.treeprocessors import Treeprocessor

from explainer.pages.extension import TOKENS, PageError, PageExtension

_SIGN = re.compile(r"\*\*Question\.\*\*")
_RULE = "**Question.** … is a paragraph, below which, after an empty line, stand - [ ] choices"
_NO_WORDS = re.compile(r"\{\{.*?\}\}|\$.*?\$")  # numbers, formulas
_BOX = re.compile(r"\[(?P<tick>[^\]]?)\](?=\s|$)\s*")
_TICKS = {" ": False, "x": True, "X": True}
_FEWEST, _MOST = 2, 6
_WORDS = 8  # of a question, in its address
# What a reason begins with: right and wrong are told by a word, not by colour alone.
_RIGHT, _WRONG = "**Yes.** ", "**Not quite.** "
# The last choice of every question, and what is said to those who take it.
_LATER = "I’d like to think about it."
_NO_HURRY = "Take your time: read on, come back when you like, and choose then."


class QuestionsExtension(PageExtension):
    """Turn questions into elements, or fail naming file and line."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Work on lists whose words are still as they were written: what is in them comes later."""
        super().extendMarkdown(md)
        md.treeprocessors.register(_Questions(self), "explainer_questions", TOKENS + 5)


class _Questions(Treeprocessor):
    def __init__(self, extension: QuestionsExtension) -> None:
        super().__init__(extension.md)
        self.extension = extension

    def run(self, root: ET.Element) -> None:
        self.count, self.addresses = 0, set()
        for parent in list(root.iter()):
            for asked, choices in pairwise([None, *parent, None]):
                is_list = choices is not None and choices.tag == "ul"
                if _is_question(asked):
                    if not is_list:
                        raise self._error(_RULE, asked)
                    parent[list(parent).index(choices)] = self._question(asked, choices)
                    parent.remove(asked)
                elif is_list:
                    for item in choices:
                        if _BOX.match(_paragraph(item).text or ""):
                            raise self._error(f"a choice without a question: {_RULE}", item)

    def _question(self, asked: ET.Element, choices: ET.Element) -> ET.Element:
        """Return the element for the paragraph `asked` and the list `choices` below it."""
        self.count += 1
        address = unique(_address(asked.text or ""), self.addresses)
        element = ET.Element("quiz-question", {"id": address})
        form = ET.SubElement(element, "form", {"class": "lr-quiz", "autocomplete": "off"})
        fieldset = ET.SubElement(form, "fieldset")
        ET.SubElement(fieldset, "legend").text = asked.text
        shown = ET.SubElement(fieldset, "ol", {"class": "lr-choices"})
        fold = ET.SubElement(element, "details", {"class": "exact"})
        ET.SubElement(fold, "summary").text = "The reasons"
        reasons = ET.SubElement(fold, "ol")
        right = 0
        for item in choices:
            words, is_right = self._choice(item)
            right += is_right
            self._button(shown, words)
            ET.SubElement(reasons, "li").append(self._reason(item, is_right))
        if not _FEWEST <= len(choices) <= _MOST:
            message = f"a question has {_FEWEST} to {_MOST} choices, not {len(choices)}"
            raise self._error(message, asked)
        if not right:
            raise self._error("none of the choices is right; - [x] says which", asked)
        later = self._button(shown, _LATER, {"class": "lr-later", "data-search-exclude": ""})
        ET.SubElement(later[-1], "div", {"class": "lr-reason", "hidden": ""}).text = _NO_HURRY
        ET.indent(element, "")  # or words of one part would touch those of the next
        return element

    def _choice(self, item: ET.Element) -> tuple[str, bool]:
        """Return the words of a choice, and whether it is right."""
        box = _BOX.match(_paragraph(item).text or "")
        if not box or box["tick"] not in _TICKS:
            raise self._error("a choice begins with [ ], or with [x] if it is right", item)
        words = box.string[box.end() :]
        if not words:
            raise self._error("a choice without words", item)
        return words, _TICKS[box["tick"]]

    def _reason(self, item: ET.Element, is_right: bool) -> ET.Element:
        """Return the reason of a choice: the one point of the list in it."""
        lists = [child for child in item if child.tag == "ul"]
        paragraphs = [child for child in item if child.tag == "p"]
        if len(item) != len(lists) + len(paragraphs) or len(paragraphs) > 1:
            raise self._error("a choice is one paragraph, and the list of its one reason", item)
        points = [point for one in lists for point in one]
        if len(points) != 1:
            message = f"a choice has one reason, not {len(points)}: a point below it, indented by 4"
            raise self._error(message, item)
        reason = ET.Element("div", {"class": "lr-reason"})
        reason.text = points[0].text
        reason.extend(points[0])
        first = _paragraph(reason)
        if not (first.text or "").strip():
            raise self._error("a reason without words", item)
        first.text = (_RIGHT if is_right else _WRONG) + first.text
        return reason

    def _button(
        self, choices: ET.Element, words: str, attributes: dict[str, str] | None = None
    ) -> ET.Element:
        """Add a radio button with its words, and room for its reason, which is read aloud."""
        item = ET.SubElement(choices, "li", attributes or {})
        label = ET.SubElement(item, "label")
        ET.SubElement(label, "input", {"type": "radio", "name": f"question-{self.count}"})
        ET.SubElement(label, "span").text = words
        ET.SubElement(item, "div", {"aria-live": "polite"})
        return item

    def _error(self, message: str, element: ET.Element) -> PageError:
        """Return the error, with the line of the words `element` begins with."""
        return self.extension.error(message, _paragraph(element).text or "")


def _address(asked: str) -> str:
    """Return the address of a question: the first words of its last sentence."""
    words = " ".join(_NO_WORDS.sub(" ", _SIGN.sub("", asked)).split())
    last = re.split(r"(?<=[.?!:]) ", words)[-1]
    return "-".join(["q", *slugify(last, "-").split("-")[:_WORDS]])


def _is_question(element: ET.Element | None) -> bool:
    return element is not None and element.tag == "p" and bool(_SIGN.match(element.text or ""))


def _paragraph(element: ET.Element) -> ET.Element:
    """Return what holds the first words of `element`: the paragraph it begins with, or itself."""
    begins = not (element.text or "").strip() and len(element) and element[0].tag == "p"
    return element[0] if begins else element


def makeExtension(**options: object) -> QuestionsExtension:
    """Return the extension (Python-Markdown's entry point)."""
    return QuestionsExtension(**options)
