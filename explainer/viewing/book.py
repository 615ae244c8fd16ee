"""The built site as one book: its pages as chapters of one HTML page, and that page as a PDF.

A page is taken as a reader without JavaScript has it. The answers to its questions and exercises,
and those of its guesses, go to the end of the book; so do the works it cites, each once. A link
within the book is followed by the number of a page, any other by its address. Those numbers are
the PDF's own: it is printed with blanks, read for where each place fell, and printed again until
no number changes.
"""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from html import escape
from itertools import count
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from markdown import Markdown

from explainer.pages.citations import CitationsExtension
from explainer.pages.formulas import FormulasExtension
from explainer.viewing import host, visit

MOST_TURNS = 5  # of printing, until no number changes
_ADDRESS = "book.html"  # where the page is while it is printed; on no disk
_STYLE = Path(__file__).with_suffix(".css")
_ROOT = "https://site.invalid/"  # stands for the site while links are followed
# What cannot be used on paper, or stands elsewhere in the book.
_GONE = (
    "script, nav, div:has(> check-answer), .headerlink, .footnote-backref, .lr-files, "
    ".lr-controls, .lr-hint, .lr-readout, .lr-pad, .lr-try, .lr-unseen, .lr-later, .lr-print, "
    ".lr-not-printed, .lr-for-narrow, .lr-shelf :is(th, td):nth-child(4), [data-sentence=own]"
)
_NAMES = ("for", "aria-labelledby", "aria-describedby")  # attributes that name places
_CELL = re.compile(rb"\(node\d{8}\)")
_DATE = re.compile(rb"/(?:Creation|Mod)Date \(D:[^)]*\)")
_PAGE = re.compile(r"<!--page ([\w.-]+)-->")


class BookError(Exception):
    """Why there is no book, in words."""


@dataclass
class Answer:
    """An answer that stands at the end of the book."""

    name: str
    place: str
    body: Tag


@dataclass
class Chapter:
    """A page of the site: its title in the navigation, where it lies, and what it says."""

    title: str
    address: str  # below that of the site: "", or with a slash at its end
    article: Tag
    stylesheets: list[str]
    answers: list[Answer] = field(default_factory=list)

    @property
    def heading(self) -> str:
        """The title above its text."""
        return self.article.h1.get_text().strip()

    def place(self, name: str = "chapter") -> str:
        """Return what a place of this page is called in the book: two pages may use one name."""
        return f"{name}--{self.address.strip('/').replace('/', '-') or 'index'}"


# ── The page ───────────────────────────────────────────────────────────────────────────────────


def assembled(site: Path, pages: list[tuple[str, str]]) -> str:
    """Return a book of `pages`, given by title and address, in which page numbers are blank.

    Raises
    ------
    BookError
        If a page is not there, or is none.
    """
    chapters = [_chapter(site, title, address) for title, address in pages]
    front = BeautifulSoup((site / "index.html").read_text("utf-8"), "html.parser")
    links = _Links(chapters, front)
    for chapter in chapters:
        links.follow(chapter)
    works, labels = _works(site, chapters)
    numbers, questions = count(1), count(1)
    for chapter in chapters:
        _cite(chapter, labels)
        for gone in chapter.article.select(_GONE):
            gone.decompose()
        for picture in chapter.article.select("img"):
            picture["src"] = _below_root(chapter, picture["src"])
        _tell_addresses(chapter.article)
        for fold in chapter.article.select("details"):
            fold["open"] = ""
        _mark(chapter.article, chapter.place)
        _part(chapter, numbers, questions)
    return _page(front, chapters, works)


def _chapter(site: Path, title: str, address: str) -> Chapter:
    path = site / address / "index.html"
    if not path.is_file():
        raise BookError(f"{path}: no such page, but the navigation has {title!r}")
    soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    article = soup.find("article")
    if not article or not article.h1:
        raise BookError(f"{path}: no article with a title in it")
    chapter = Chapter(title, address, article, [])
    sheets = soup.select("link[rel=stylesheet]")
    chapter.stylesheets += [_below_root(chapter, sheet["href"]) for sheet in sheets]
    return chapter


def _below_root(chapter: Chapter, address: str) -> str:
    """Return an address in a page as one seen from the first page."""
    return urljoin(_ROOT + chapter.address, address).removeprefix(_ROOT)


class _Links:
    """Where the links of the pages lead in the book."""

    def __init__(self, chapters: list[Chapter], front: BeautifulSoup) -> None:
        self.chapters = {chapter.address: chapter for chapter in chapters}
        home = front.select_one("link[rel=canonical]")
        self.home = home["href"] if home else ""  # where the site is, if the build was told
        self.places, self.controls = {}, {}
        for address, chapter in self.chapters.items():
            self.places[address] = {tag["id"] for tag in chapter.article.select("[id]")}
            self.controls[address] = {
                tag["name"]: figure["id"]
                for figure in chapter.article.select("figure[id]")
                for tag in figure.select("input[name]")
            }

    def follow(self, chapter: Chapter) -> None:
        """Point each link of a chapter to its place in the book, or to an address."""
        for link in chapter.article.select("a[href]"):
            if not {"headerlink", "footnote-ref", "footnote-backref"} & set(link.get("class", [])):
                self._one(link, chapter)

    def _one(self, link: Tag, chapter: Chapter) -> None:
        to, fragment = urldefrag(urljoin(_ROOT + chapter.address, link["href"]))
        if not to.startswith(_ROOT):
            return
        path = urlsplit(to).path.lstrip("/")
        if path in self.chapters:
            place = self._place(self.chapters[path], unquote(fragment))
            link["href"] = f"#{place}"
            link.insert_after(_new(f'<span class="book-page"> (p.&nbsp;{_number(place)})</span>'))
        elif self.home:
            link["href"] = urljoin(self.home, path + (f"#{fragment}" if fragment else ""))
        else:  # a file of the site, and nobody knows where that will be
            link.unwrap()

    def _place(self, chapter: Chapter, fragment: str) -> str:
        """Return the place that `fragment` names, or that of the figure which it sets."""
        if fragment in self.places[chapter.address]:
            return chapter.place(fragment)
        controls = self.controls[chapter.address]
        names = (part.partition("=")[0] for part in fragment.split("&"))
        return chapter.place(
            next((controls[name] for name in names if name in controls), "chapter")
        )


def _works(site: Path, chapters: list[Chapter]) -> tuple[str, dict[str, str]]:
    """Return the list of all works cited, and by key how each is cited.

    It is made anew of ``references.bib``: two works of the same names and year, which no single
    page cites, need a letter each here.
    """
    cited = [link for chapter in chapters for link in chapter.article.select("a.footnote-ref")]
    keys = dict.fromkeys(link["href"].removeprefix("#fn:") for link in cited)
    if not keys:
        return "", {}
    options = {"docs": str(site), "file": "the book"}
    md = Markdown(
        extensions=["footnotes", "pymdownx.arithmatex", CitationsExtension(**options),
                    FormulasExtension(**options)],
        extension_configs={"footnotes": {"USE_DEFINITION_ORDER": True},
                           "pymdownx.arithmatex": {"generic": True}},
    )  # fmt: skip
    text = md.convert(f"[{'; '.join(f'@{key}' for key in keys)}]\n\n///Footnotes Go Here///")
    made = BeautifulSoup(text, "html.parser")
    labels = {link["href"].removeprefix("#fn:"): link.get_text()
              for link in made.select("a.footnote-ref")}  # fmt: skip
    notes = made.select_one(".footnote")
    for back in notes.select(".footnote-backref"):
        back.decompose()
    for item in notes.select("li[id]"):
        item["id"] = _work(item["id"].removeprefix("fn:"))
    _tell_addresses(notes)
    return str(notes), labels


def _work(key: str) -> str:
    return "work-" + re.sub(r"\W", "-", key)


def _cite(chapter: Chapter, labels: dict[str, str]) -> None:
    """Let citations lead to the end of the book, and take out the list of the page."""
    for link in chapter.article.select("a.footnote-ref"):
        key = link["href"].removeprefix("#fn:")
        link["href"], link.string = f"#{_work(key)}", labels[key]
    for notes in chapter.article.select(".footnote"):
        heading = notes.find_previous_sibling()
        if heading and heading.name == "h2":
            heading.decompose()
        notes.decompose()


def _part(chapter: Chapter, numbers: Iterator[int], questions: Iterator[int]) -> None:
    """Take the answers out of a chapter, and say where they are; number its questions."""
    for part in chapter.article.select("quiz-question, details.answer, figure:has(guess-curve)"):
        place = f"answer-{next(numbers)}"
        told = f'<a href="#{place}">Answer</a>: p.&nbsp;{_number(place)}'
        told = _new(f'<p class="book-answered" id="asked-{place}">{told}</p>')
        if part.name == "quiz-question":
            part.append(told)
        else:
            part.insert_after(told)
        if part.name == "figure":
            name, body = part.select_one(".lr-caption strong").get_text(), copy(part)
            _mark(body, lambda name, place=place: f"{name}--{place}")
            part["class"] = [*part["class"], "book-guess"]
        elif part.name == "details":
            name, body = _exercise(part), part.extract()
            body.summary.decompose()
            body.name, body.attrs = "div", {}
        else:
            name, body = f"Question {next(questions)}", part.details.ol.extract()
            part.details.decompose()
            part.legend.strong.string = f"{name}."
        chapter.answers.append(Answer(name, place, body))


def _exercise(fold: Tag) -> str:
    """Return what the exercise above an answer is called: by its number, else by its fold."""
    for above in fold.find_previous_siblings("p"):
        bold = above.find("strong")
        if bold and (number := re.match(r"\d+(?=\.)", bold.get_text())):
            return f"Exercise {number[0]}"
    return fold.summary.get_text().strip()


def _tell_addresses(part: Tag) -> None:
    """Print the address behind each link that leads out of the book, if its words are not it."""
    for link in part.select('a[href^="http"]'):
        if link.get_text() != link["href"]:
            address = link["href"]
            link.insert_after(_new(f'<span class="book-address"> &lt;{escape(address)}&gt;</span>'))


def _mark(part: Tag, place: Callable[[str], str]) -> None:
    """Give every place in `part` its name in the book, wherever the page names it."""
    for tag in (part, *part.find_all(True)):
        for name, value in tag.attrs.items():
            if not isinstance(value, str):
                continue
            if name == "id":
                tag[name] = place(value)
            elif name in _NAMES:
                tag[name] = " ".join(map(place, value.split()))
            elif name.endswith("href") and tag.name != "a" and value.startswith("#"):
                tag[name] = f"#{place(value[1:])}"
            elif "url(#" in value:
                tag[name] = re.sub(
                    r"url\(#([^)]+)\)", lambda found: f"url(#{place(found[1])})", value
                )


def _new(html: str) -> Tag:
    return BeautifulSoup(html, "html.parser").find(True)


def _number(place: str) -> str:
    """Return what becomes the number of the page that `place` is on."""
    return f"<!--page {place}-->"


def _page(front: BeautifulSoup, chapters: list[Chapter], works: str) -> str:
    """Return the book: cover, contents, chapters, answers, works."""
    sheets = dict.fromkeys(sheet for chapter in chapters for sheet in chapter.stylesheets)
    links = "\n".join(f'<link rel="stylesheet" href="{escape(sheet)}">' for sheet in sheets)
    parts = [(chapter.place(), chapter.title, chapter.heading, _body(chapter))
             for chapter in chapters]  # fmt: skip
    if answers := "".join(_answers(chapter) for chapter in chapters if chapter.answers):
        parts.append(("answers", "Answers", "Answers", f"<h1>Answers</h1>{answers}"))
    if works:
        parts.append(("works", "References", "References", f"<h1>References</h1>{works}"))
    title = front.title.get_text().split(" · ")[0]
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{escape(title)}</title>
<meta name="author" content="{escape(front.select_one("meta[name=author]")["content"])}">
{links}
<style>{_STYLE.read_text("utf-8")}
{"".join(_running(place, head) for place, head, _, _ in parts)}</style>
</head>
<body dir="ltr">
{_cover(front, title)}
{_contents(parts)}
{"".join(_section(place, body) for place, _, _, body in parts)}
</body>
</html>
"""


def _running(place: str, head: str) -> str:
    """Return the rules for what stands above and below the text of a part."""
    quoted = head.replace("\\", r"\5c ").replace('"', r"\22 ").replace("<", r"\3c ")
    return f"""
@page {place} {{ @top-left {{ content: "{quoted}" }} }}
#{place} {{ page: {place} }}"""


def _cover(front: BeautifulSoup, title: str) -> str:
    home = front.select_one("link[rel=canonical]")
    address = f'<p><a href="{escape(home["href"])}">{escape(home["href"])}</a></p>' if home else ""
    terms = front.select_one(".md-copyright__highlight")
    if terms:
        _tell_addresses(terms)
    return f"""<section class="book-cover md-typeset">
<img src="figures/social_card.svg" alt="{escape(title)}">
<p class="book-about">{escape(front.select_one("meta[name=description]")["content"])}</p>
<div class="book-terms"><p>{escape(front.select_one("meta[name=author]")["content"])}</p>{address}
<p>{terms.decode_contents().strip() if terms else ""}</p></div>
</section>"""


def _contents(parts: list[tuple[str, str, str, str]]) -> str:
    lines = []
    for place, _, heading, body in parts:
        lines.append(_line("book-part", place, heading))
        for section in BeautifulSoup(body, "html.parser").select("h2[id]"):
            lines.append(_line("book-section", section["id"], section.get_text().strip()))
    return f'<nav class="book-contents md-typeset"><h1>Contents</h1>{"".join(lines)}</nav>'


def _line(kind: str, place: str, heading: str) -> str:
    return (
        f'<p class="{kind}"><a href="#{place}">{escape(heading)}</a>'
        f"<span>{_number(place)}</span></p>"
    )


def _section(place: str, body: str) -> str:
    kind = "book-chapter md-content__inner md-typeset"
    return f'<section class="{kind}" id="{place}">{body}</section>'


def _body(chapter: Chapter) -> str:
    return chapter.article.decode_contents()


def _answers(chapter: Chapter) -> str:
    """Return the answers to what a chapter asks."""
    shown = ""
    for answer in chapter.answers:
        asked = f"asked-{answer.place}"
        back = f'<a href="#{asked}">p.&nbsp;{_number(asked)}</a>'
        shown += (
            f'<section class="book-answer" id="{answer.place}">'
            f"<p><strong>{escape(answer.name)}</strong> {back}</p>{answer.body}</section>"
        )
    return f'<h2 id="{chapter.place("answers")}">{escape(chapter.heading)}</h2>{shown}'


# ── On paper ───────────────────────────────────────────────────────────────────────────────────


def numbered(book: str, pages: dict[str, int]) -> str:
    """Return the book with the numbers of pages where they go; 0 for a place not known."""
    return _PAGE.sub(lambda found: str(pages.get(found[1], 0)), book)


def places(pdf: bytes) -> dict[str, int]:
    """Return the page, from 1, that each place fell on to which something in a PDF leads."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(pdf))
    return {
        name.removeprefix("/"): reader.get_destination_page_number(place) + 1
        for name, place in reader.named_destinations.items()
    }


def printed(site: Path, book: str, tell: Callable[[str], None]) -> bytes:
    """Return the book as a PDF whose page numbers are right, printed by Chromium.

    Raises
    ------
    BookError
        If a place is not in the PDF, or numbers change for ever.
    RuntimeError
        If there is no Chromium.
    """
    pages: dict[str, int] = {}
    with _printer(site) as printer:
        for turn in range(1, MOST_TURNS + 1):
            pdf = printer(numbered(book, pages))
            found = places(pdf)
            if lost := sorted(set(_PAGE.findall(book)) - found.keys()):
                raise BookError(f"no page has {lost[0]!r}, to which something in the book leads")
            tell(f"printed, {len(found)} places on {max(found.values())} pages (turn {turn})")
            if found == pages:
                return _finished(pdf)
            pages = found
    raise BookError(f"after {MOST_TURNS} turns the page numbers still change")


@contextmanager
def _printer(site: Path) -> Iterator[Callable[[str], bytes]]:
    """Give a function that prints a page, which lies beside the first page of the site."""
    with host.serving(site) as url, visit.driven() as browser:
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        bodies = [""]
        page.route(
            url + _ADDRESS,
            lambda route: route.fulfill(body=bodies[0], content_type="text/html; charset=utf-8"),
        )

        def printer(html: str) -> bytes:
            bodies[0] = html
            page.goto(url + _ADDRESS, wait_until="load")
            page.evaluate("document.fonts.ready.then(() => 0)")
            return page.pdf(prefer_css_page_size=True, print_background=True, outline=True,
                            tagged=True)  # fmt: skip

        yield printer
        context.close()


def _finished(pdf: bytes) -> bytes:
    """Return the PDF without what differs from one print to the next; no byte changes its place.

    That is the time, and from where Chromium counts the cells of tables.
    """
    cells = {name: b"(node%08d)" % n for n, name in enumerate(sorted(set(_CELL.findall(pdf))))}
    pdf = _CELL.sub(lambda name: cells[name[0]], pdf)
    return _DATE.sub(lambda date: b" " * len(date[0]), pdf)
