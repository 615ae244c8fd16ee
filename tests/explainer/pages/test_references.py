r"""Fields of BibTeX are read as BibTeX means them; names and years tell works apart."""

import re

import pytest

from explainer.pages.extension import PageError


@pytest.fixture
def cite(convert, docs):
    """Return a function that cites entries and returns what the text and the list say of them."""

    def cite(bib, *keys):
        (docs / "references.bib").write_text(bib, "utf-8")
        html = convert("Words " + " ".join(f"[@{key}]" for key in keys) + ".")
        text, notes = html.split('<div class="footnote">')
        told = [re.sub(r"<[^>]+>", "", one) for one in re.findall(r"<span id=.*?</span>", text)]
        lines = [
            re.sub(r"&#160;.*|<math.*?</math>|<(?!a )[^>]+>", "", line)
            for line in re.findall(r"<li id=.*?>\n<p>(.*?)</p>", notes, re.DOTALL)
        ]
        return told, lines

    return cite


def entry(cited="one", kind="misc", author="Probe, Ann", title="One", year="2020", **fields):
    fields = {"author": author, "title": title, "year": year} | fields
    told = ", ".join(f"{name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@{kind}{{{cited}, {told}}}\n"


# ── Labels ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("author", "label", "names"),
    [
        ("Probe, Ann and others", "Probe et al.", "Probe, Ann, et al."),
        ("Probe, Ann and Tester, Bo and others", "Probe et al.", "Probe, Ann, Tester, Bo, et al."),
        ("Probe, Ann and Tester, Bo", "Probe &amp; Tester", "Probe, Ann and Tester, Bo."),
        ("A, B and C, D and E, F", "A et al.", "A, B, C, D, and E, F."),
        ("{Institute of Probes}", "Institute of Probes", "Institute of Probes."),
        ("Probe, Jr., Ann", "Probe", "Probe, Jr., Ann."),
        (r"Gr{\"o}{\ss}e, {\'E}va and {\O}rsted, {\v Z}", "Größe &amp; Ørsted",
         "Größe, Éva and Ørsted, Ž."),
        ("van der Berg, Jan", "van der Berg", "van&nbsp;der Berg, Jan."),
    ],
)  # fmt: skip
def test_who_wrote_it(cite, author, label, names):
    told, (line,) = cite(entry(author=author), "one")
    assert told == [f"{label}, 2020"]
    assert line == f"{names} One. 2020."


def test_the_same_names_and_year_are_told_apart_in_the_order_of_the_list(cite):
    bib = "".join(
        entry(key, title=title) for key, title in (("a", "Zeta"), ("b", "Alpha"), ("c", "Mu"))
    )
    bib += entry("other", author="Tester, Bo") + entry("later", year="2021")
    told, lines = cite(bib, "a", "b", "other", "c", "a", "later")
    assert told == [
        "Probe, 2020c", "Probe, 2020a", "Tester, 2020", "Probe, 2020b", "Probe, 2020c",
        "Probe, 2021",
    ]  # fmt: skip
    assert lines == [
        "Probe, Ann. Alpha. 2020a.", "Probe, Ann. Mu. 2020b.", "Probe, Ann. Zeta. 2020c.",
        "Probe, Ann. One. 2021.", "Tester, Bo. One. 2020.",
    ]  # fmt: skip
    assert cite(bib, "c", "other", "b", "a", "later")[1] == lines  # however they are cited
    assert cite(bib, "b", "other")[0] == ["Probe, 2020", "Tester, 2020"]  # alone, it needs none


def test_there_is_a_letter_for_every_work(cite):
    keys = [f"k{i:02}" for i in range(28)]
    told, _ = cite("".join(entry(key, title=key) for key in keys), *keys)
    assert (told[0], told[25], told[26]) == ("Probe, 2020a", "Probe, 2020z", "Probe, 2020aa")


def test_names_that_are_only_short_alike_are_told_apart_too(cite):
    bib = entry("a", author="A, B and C, D and E, F") + entry("b", author="A, B and others")
    bib += entry("c", year="in press") + entry("d", year="in press", title="Two")
    assert cite(bib, "a", "b", "c", "d")[0] == [
        "A et al., 2020a", "A et al., 2020b", "Probe, in press-a", "Probe, in press-b",
    ]  # fmt: skip


# ── Fields ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("key", "written"),
    [("a/b", None), ("a+b", None), ("a:b.c", None), ("a_b*c", None), ("DBLP:conf/x/A-B+1", None),
     ("Big2020", "big2020")],
)  # fmt: skip
def test_keys_are_those_that_bibtex_allows(cite, convert, key, written):
    told, lines = cite(entry(key), written or key)
    assert told == ["Probe, 2020"]
    assert lines == ["Probe, Ann. One. 2020."]
    html = convert(f"[@{key}] and [@{written or key}; @{key}]")
    assert html.count(f'href="#fn:{key}"') == 3
    assert html.count(f'<li id="fn:{key}">') == 1


@pytest.mark.parametrize(
    ("field", "value", "address"),
    [
        ("url", r"\url{https://x.org/a_b}", "https://x.org/a_b"),
        ("url", r"https://x.org/\~{}ann/a\_b\%20c", "https://x.org/~ann/a_b%20c"),
        ("url", 'https://x.org/?a=1&b="2"<3', "https://x.org/?a=1&amp;b=&quot;2&quot;&lt;3"),
        ("url", "www.x.org/a", "https://www.x.org/a"),
        ("howpublished", r"\url{https://x.org/~a--b}", "https://x.org/~a--b"),
        ("note", r"See \url{https://x.org/a%20b_c~d}", "https://x.org/a%20b_c~d"),
        ("doi", "https://doi.org/10.1/a", "https://doi.org/10.1/a"),
        ("doi", r"doi:10.1002/(SICI)1097\_9<1::AID>3;2-2",
         "https://doi.org/10.1002/(SICI)1097_9&lt;1::AID&gt;3;2-2"),
        ("eprint", "arXiv:1211.5063", "https://arxiv.org/abs/1211.5063"),
    ],
)  # fmt: skip
def test_addresses_lead_where_they_should(cite, field, value, address):
    _, (line,) = cite(entry(**{field: value}), "one")
    assert re.findall(r'<a href="([^"]*)">', line) == [address]


def test_an_eprint_that_is_not_of_arxiv_is_not_taken_for_one(cite):
    _, (line,) = cite(entry(eprint="hal-1", archiveprefix="HAL", url="https://x.org/"), "one")
    assert "arxiv" not in line
    assert 'href="https://x.org/"' in line


def test_a_title_is_neither_markdown_nor_html(cite):
    title = r"A* and *B* [x] `c` <i> & \emph{d} {E}f 50% --- 1--2 {\"U}ber"
    _, (line,) = cite(entry(title=title), "one")
    assert line == ("Probe, Ann. A* and *B* [x] `c` &lt;i&gt; &amp; d Ef 50% — 1–2 Über. 2020.")


def test_a_dollar_sign_in_a_title_is_one(cite):
    _, (line,) = cite(entry(title=r"From $5 to \$6 or \$x"), "one")
    assert line == "Probe, Ann. From $5 to &#36;6 or &#36;x. 2020."


def test_formulas_in_a_title_are_set(cite):
    _, (line,) = cite(entry(title=r"In $O(n^{10})$ for $k$"), "one")
    assert line.startswith("Probe, Ann. In O(n10) for k. 2020.")


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"editor": "Ed, Ann"}, "Ed, Ann, editor."),
        ({"editor": "Ed, Ann and Itor, Bo"}, "Ed, Ann and Itor, Bo, editors."),
        ({"organization": "Org & Co"}, "Org &amp; Co."),
        ({"key": "The Key"}, "The Key."),
    ],
)
def test_without_an_author_somebody_else_stands_for_it(cite, fields, names):
    told, (line,) = cite(entry(author="", **fields), "one")
    assert line == f"{names} One. 2020."
    assert told == [
        f"{names.removesuffix('.').split(',')[0]}{' &amp; Itor' if 'Bo' in names else ''}, 2020"
    ]


@pytest.mark.parametrize(
    ("bib", "message"),
    [
        (entry(author=""), "one has none of author, editor, organization, institution, key"),
        (entry(year=""), "missing year in one"),
        (entry(kind="article"), "missing journal in one"),
        (entry(kind="report"), "@report is no type of entry that can be shown"),
        (entry(title=r"On \cite{x}"), r"\cite in title of one cannot be read"),
        (entry(title=r"x\textsuperscript{2}"), r"\textsuperscript in title of one cannot be read"),
        (entry(note=r"\foo bar"), r"\foo in note of one cannot be read"),
    ],
)
def test_an_entry_that_cannot_be_shown_is_named_with_its_field(cite, bib, message):
    with pytest.raises(PageError) as error:
        cite(bib, "one")
    assert message in error.value.message
