"""``scripts/make_book.py``: what it prints of a small site, read back; what it says of mistakes."""

import re
import runpy
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from conftest import Project, copy_of
from pypdf import PdfReader

from explainer.making.files import ROOT

SCRIPT = "scripts/make_book.py"


@pytest.fixture(scope="module")
def whole(once, built_project):
    """Return a small project with its site built and its book made; nothing here is touched."""

    def fill(folder):
        copy = copy_of(built_project, folder)
        done = copy.run(SCRIPT, "--site", "site", "--out", "made/book.pdf")
        assert done.returncode == 0, done.stderr
        assert done.stdout == ""
        assert re.search(r"printed, \d+ places on \d+ pages", done.stderr)
        assert sorted(path.name for path in (folder / "made").iterdir()) == ["book.pdf"]

    return Project(once("book", fill))


@pytest.fixture(scope="module")
def pdf(whole):
    """Return the book."""
    return PdfReader(whole.path / "made/book.pdf")


@pytest.fixture(scope="module")
def texts(pdf):
    """Return the words of each page, each with one space before it."""
    return [" ".join(page.extract_text().split()) for page in pdf.pages]


def headings(pdf):
    """Return title and page of what Chromium took as headings of the first two levels."""
    found = []
    for one in pdf.outline:
        if isinstance(one, list):
            inner = [two for two in one if not isinstance(two, list)]
            found += [(two.title, pdf.get_destination_page_number(two) + 1) for two in inner]
        else:
            found.append((one.title, pdf.get_destination_page_number(one) + 1))
    return found


def test_its_contents_have_the_pages_where_the_headings_are(pdf, texts):
    (_, contents), (_, begins), *_ = found = headings(pdf)
    lines = "\n".join(page.extract_text() for page in pdf.pages[contents - 1 : begins - 1])
    told = [(line[1], int(line[2])) for line in re.finditer(r"^(.+) (\d+)$", lines, re.MULTILINE)]
    assert len(told) > 100
    for title, page in told:
        assert title in texts[page - 1]
    # Chromium makes the outline by itself.
    rest = iter(found)
    assert [line for line in told if line not in rest] == []


def test_page_numbers_are_those_below_the_text(texts):
    for number, text in list(enumerate(texts, 1))[1:]:
        assert re.search(rf"(^|\D){number}(\D|$)", text)


def test_pages_stand_in_the_order_of_the_navigation_and_answers_after_them(pdf):
    parts = [one.title for one in pdf.outline if not isinstance(one, list)]
    first = [
        "Contents",
        "Why recurrent networks lose what they read long ago",
        "Wall one, measured",
    ]
    assert parts[:3] == first
    assert parts[-2:] == ["Answers", "References"]
    assert not [title for title in parts if "library" in title.lower()]


def test_answers_are_at_the_end_and_nowhere_else(pdf, texts):
    pages = {title: page for title, page in headings(pdf) if title == "Answers"}
    before = "".join(texts[: pages["Answers"] - 1])
    after = "".join(texts[pages["Answers"] - 1 :])
    for answer in ("Tanh keeps each entry between", "Half is gone after 3.1 words"):
        assert answer not in before
        assert answer in after
    assert "Which of the two?" in before
    # The page that a question names has its answer, and leads back.
    (number,) = re.search(r"What can explode\?.*?Answer: p\. (\d+)", before).groups()
    assert "Tanh keeps each entry between" in texts[int(number) - 1]


def test_folds_are_open_and_controls_are_gone(texts):
    told = "".join(texts)
    assert "It is tempting to add that slopes below 1" in told
    for control in ("Show the answer", "Next word", "Print this page", "CSV JSON"):
        assert control not in told


def test_a_work_is_listed_once_and_addresses_are_printed(texts):
    told = "".join(texts)
    assert told.count("Finding Structure in Time") == 1
    assert "<https://doi.org/10.1207/s15516709cog1402_1>" in re.sub(r"\s", "", told)
    assert "<https://creativecommons.org/licenses/by-sa/4.0/>" in re.sub(r"\s", "", texts[0])


def test_a_figure_is_on_one_page(texts):
    for parts in (
        ("share left", "distance k (words back)", "How fast does a word fade?"),
        ("the network", "unrolled over 30 steps", "The network with its loop"),
    ):
        assert any(all(part in text for part in parts) for text in texts), parts


def test_it_is_marked_up_for_those_who_listen(pdf):
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert pdf.trailer["/Root"]["/Lang"] == "en"
    assert pdf.metadata.title == "Why recurrent networks lose what they read long ago"


def test_the_same_site_makes_the_same_file(whole, tmp_path):
    done = whole.run(SCRIPT, "--site", "site", "--out", str(tmp_path / "again.pdf"))
    assert done.returncode == 0, done.stderr
    again = (tmp_path / "again.pdf").read_bytes()
    assert again == (whole.path / "made/book.pdf").read_bytes()


def test_pages_lead_to_a_book_that_lies_beside_the_first_one(tmp_path):
    pages = {"index.html": "<p><code>some.pdf</code></p>", "teach/index.html": "no book"}
    pages["a/b/index.html"] = "<code>some.pdf</code> and <code>other.pdf</code>"
    for name, text in pages.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    runpy.run_path(str(ROOT / SCRIPT))["link_from_pages"](tmp_path, "some.pdf")
    found = {name: (tmp_path / name).read_text("utf-8") for name in pages}
    assert found == {
        "index.html": '<p><a href="some.pdf">some.pdf</a></p>',
        "teach/index.html": "no book",
        "a/b/index.html": '<a href="../../some.pdf">some.pdf</a> and <code>other.pdf</code>',
    }


def test_a_page_that_is_missing_is_named_and_the_old_book_stays(built):
    out = built.path / "book.pdf"
    out.write_text("the old one", "utf-8")
    (built.path / "site/decay/index.html").unlink()
    done = built.run(SCRIPT, "--site", "site", "--out", "book.pdf")
    assert done.returncode == 1
    assert done.stderr == (
        "error: site/decay/index.html: no such page, but the navigation has 'Wall one'\n"
    )
    assert out.read_text("utf-8") == "the old one"


def test_a_site_that_cannot_be_built_is_told(made):
    made.edit("docs/about.md", "# ", "{{ nothing.here }}\n\n# ")
    done = made.run(SCRIPT, "--out", "book.pdf")
    assert done.returncode == 1
    assert "docs/about.md" in done.stderr
    assert done.stderr.endswith("error: the site cannot be built: see above\n")
    assert not (made.path / "book.pdf").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--site", "nowhere"], "nowhere: no site there; `mkdocs build` makes one"),
        (["--site", "scripts"], "scripts: no site there; `mkdocs build` makes one"),
        (["--out", "docs"], "docs is a folder"),
        (["--out", "README.md/book.pdf"], "README.md: cannot be written to: Not a directory"),
    ],
)
def test_what_cannot_be_is_named_at_once(options, message):
    done = Project(ROOT).run(SCRIPT, *options)
    assert done.returncode == 2
    assert re.search(rf"error: .*{re.escape(message)}$", done.stderr)


def test_without_what_reads_the_pdf_it_says_how_to_get_it(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "pypdf", None)
    monkeypatch.setattr(sys, "argv", [SCRIPT])
    with pytest.raises(SystemExit, match="2"):
        runpy.run_path(str(ROOT / SCRIPT), run_name="__main__")
    told = capsys.readouterr().err
    assert "not installed: pypdf; pip install -c constraints.txt -e '.[test]'" in told


def test_interrupted_it_leaves_nothing(whole, tmp_path):
    command = [sys.executable, SCRIPT, "--site", "site", "--out", str(tmp_path / "book.pdf")]
    with tempfile.TemporaryDirectory() as short:  # Chromium has a socket there
        with subprocess.Popen(
            command, cwd=whole.path, stderr=subprocess.PIPE, text=True,
            env=whole.environment | {"TMPDIR": short},
        ) as process:  # fmt: skip
            first = [process.stderr.readline() for _ in range(2)]
            assert list(Path(short).iterdir()), first
            process.send_signal(signal.SIGTERM)
            _, told = process.communicate()
        assert list(Path(short).iterdir()) == []
    assert process.returncode == 130
    assert told.endswith("interrupted\n")
    assert "Traceback" not in told
    assert list(tmp_path.iterdir()) == []
