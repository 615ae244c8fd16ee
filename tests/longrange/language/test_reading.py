"""`longrange.language.reading`: what is read of CoNLL-U files, and what is wrong with some."""

import re

import pytest
from treebank import FIN, PLUR, SING, conllu, document, forms, mention, plain

from explainer.making.files import ROOT
from longrange.language import (
    agreement_links,
    conllu_files,
    coreference_links,
    discourse_links,
    read,
    shallow_discourse_links,
)


def test_multiword_tokens_and_empty_nodes_are_no_words(tmp_path):
    text = document(
        tmp_path,
        f"""dogs NOUN NNS {PLUR} 4 nsubj
            2-3 don't
            do AUX VBP {FIN} 4 aux
            n't PART RB _ 4 advmod
            bark VERB VB VerbForm=Inf 0 root
            4.1 bark
            at ADV RB _ 4 advmod""",
        f"""1.1 not
            it PRON PRP {SING}|Person=3 2 nsubj
            barks VERB VBZ {FIN} 0 root""",
    )
    assert [word.form for word in text.words] == ["dogs", "do", "n't", "bark", "at", "it", "barks"]
    assert [word.line for word in text.words[-2:]] == [13, 14]
    assert forms(text, agreement_links(text)) == [("dogs", "do", 1), ("it", "barks", 1)]
    assert [word.head for word in text.words] == [3, 3, 3, None, 3, 6, None]


def test_a_file_may_hold_many_documents_and_a_folder_many_files(tmp_path):
    one, two = plain("a"), plain("b", ",", "c")
    entity = plain(f"d {mention(1)})", f"e {mention(1)})")
    both = conllu(one, two, name="x") + conllu(entity, name="y", genre="song", comments="")
    (tmp_path / "2.conllu").write_text(both, "utf-8")
    (tmp_path / "1.conllu").write_text(both.replace("# newdoc id = x\n", "# sent_id = 1\n"))
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "3.conllu").write_text("not read")
    (tmp_path / "notes.txt").write_text("not read")
    found = list(read(tmp_path))
    assert [text.name for text in found] == ["1", "y", "x", "y"]
    assert [text.genre for text in found] == ["tale", "song"] * 2
    assert [text.sentences for text in found] == [2, 1] * 2
    assert found[2].places == (0, 1, 2, 2)
    assert found[1].layers == {"Entity"}
    assert len(coreference_links(found[1])) == 1  # the order of fields holds for the whole file
    assert [path.name for path in conllu_files(tmp_path)] == ["1.conllu", "2.conllu"]


def test_a_document_without_comments_is_named_after_its_file(tmp_path):
    (tmp_path / "b.conllu").write_text("\n".join(conllu(plain("a")).splitlines()[3:]))
    (found,) = read(tmp_path / "b.conllu")
    assert (found.name, found.genre) == ("b", "unknown")
    assert not coreference_links(found) + discourse_links(found) + shallow_discourse_links(found)


def test_the_example_of_the_library_page_reads_a_treebank(tmp_path):
    text = (ROOT / "docs/library.md").read_text("utf-8")
    code = re.findall(r"```python\n(.*?)```", text, re.DOTALL)[-1]
    one = mention(1) + ")"
    (tmp_path / "a.conllu").write_text(conllu(plain(f"A {one}", ",", "x", f"B {one}")))
    space = {}
    exec(code.replace("path/to/UD_English-GUM", str(tmp_path)), space)
    assert space["distances"] == [2]


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff{0}",
        "{0}".replace("\n", "\r\n"),
        "\ufeff{0}\ufeff{1}",  # two files that were joined
        "\n\n{0}\n \n",
        "#\n# no value\n{0}",
    ],
)
def test_marks_and_ends_of_lines_do_not_matter(tmp_path, content):
    texts = [conllu(plain("a", "b"), name="x", genre="song"), conllu(plain("c"), name="y")]
    (tmp_path / "a.conllu").write_bytes(content.format(*texts).encode())
    (tmp_path / "b.conllu").write_bytes(
        content.format(*texts).replace("\n", "\r\n").replace("x\r", "x2\r").encode()
    )
    for file in ("a", "b"):
        found = list(read(tmp_path / f"{file}.conllu"))
        assert [text.name[0] for text in found] == ["x", "y"][: 1 + content.count("{1}")]
        assert [word.form for word in found[0].words] == ["a", "b"]
        assert (found[0].genre, found[0].entity_fields[0]) == ("song", "GRP")


def test_what_other_treebanks_write_is_read(tmp_path):
    """Spaces in forms, relations with digits or marks, edges to empty nodes, misc without value."""
    rows = [
        "1\tdeux  mille\tdeux mille\tNUM\t_\tForeign\t2\tnummod\t8.1:ref|2:nmod:24_h\tA|B=c=d|=|_",
        "2\tans\tan\tNOUN\t_\tNumber[psor]=Sing\t0\troot\t0:root|1:obl:_à\tSpaceAfter=No",
    ]
    (tmp_path / "a.conllu").write_text("\n".join(rows), "utf-8")
    (text,) = read(tmp_path)
    assert [word.form for word in text.words] == ["deux  mille", "ans"]
    assert text.words[0].misc == {"A": "", "B": "c=d"}
    assert text.words[0].feats == {"Foreign": ""}
    assert [word.antecedents for word in text.words] == [(), ()]
    assert (text.name, text.announced) == ("a", False)


def test_empty_nodes_stand_where_they_stood(tmp_path):
    rows = ["0.1 _", "a", "1.1 _", "1.2 _", "b", "2.1 _"]
    text = document(tmp_path, plain(*rows), plain("0.1 _", "c"))
    assert [index for index, _ in text.nodes] == [None, 0, None, None, 1, None, None, 2]
    assert [node.line for _, node in text.nodes] == [4, 5, 6, 7, 8, 9, 11, 12]


def test_a_path_without_files_is_named(tmp_path):
    with pytest.raises(ValueError, match=rf"^{tmp_path}: no CoNLL-U file \(\*.conllu\)"):
        conllu_files(tmp_path)
    with pytest.raises(ValueError, match=r"nowhere: no such file or folder$"):
        list(read(tmp_path / "nowhere"))
    with pytest.raises(ValueError, match="path must be that of a file or folder, got a int"):
        conllu_files(3)
    (tmp_path / "folder.conllu").mkdir()
    with pytest.raises(ValueError, match=r"no CoNLL-U file"):
        conllu_files(tmp_path)


GOOD = conllu(plain("a", "b", "c"))  # its words stand in lines 4 to 6


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("\tdep\t_\t_\n3", "\tdep\t_\n3", 5, "a line has 10 columns between tabs, this one 9"),
        ("2\tb", "two\tb", 5, "'two' is no id of a word"),
        ("2\tb", "_\tb", 5, "word None stands where 2 is due"),
        ("3\tc", "4\tc", 6, "word 4 stands where 3 is due"),
        ("1\tdep\t_\t_\n\n", "x\tdep\t_\t_\n\n", 6, "the head 'x' is no number"),
        ("1\tdep\t_\t_\n\n", "4\tdep\t_\t_\n\n", 6, "word 3 depends on 4, no other word"),
        ("1\tdep\t_\t_\n\n", "3\tdep\t_\t_\n\n", 6, "word 3 depends on 3, no other word"),
        ("1\tdep\t_\t_\n\n", "-1\tdep\t_\t_\n\n", 6, "word 3 depends on -1, no other word"),
        ("1\tdep\t_\t_\n\n", "_\tdep\t_\t_\n\n", 6, "word 3 has no head: the tree is missing"),
        ("1\tdep\t_\t_\n\n", "1\tdep\t9:ref\t_\n\n", 6, "word 3 depends on 9, no other word"),
        ("1\tdep\t_\t_\n\n", "1\tdep\t0:ref\t_\n\n", 6, "word 3 depends on 0, no other word"),
        ("1\tdep\t_\t_\n\n", "1\tdep\tref\t_\n\n", 6, "no list of enhanced relations: ref"),
        ("1\tdep\t_\t_\n\n", "1\tdep\tx:ref\t_\n\n", 6, "no list of enhanced relations: x:ref"),
    ],
)
def test_a_malformed_line_is_named(tmp_path, old, new, line, message):
    assert GOOD.count(old) == 1
    path = tmp_path / "a.conllu"
    path.write_text(GOOD.replace(old, new))
    with pytest.raises(ValueError, match=rf"^{path}:{line}: {re.escape(message)}"):
        list(read(path))


def test_a_file_of_comments_or_of_other_bytes_is_named(tmp_path):
    path = tmp_path / "a.conllu"
    path.write_text("# newdoc id = a\n")
    with pytest.raises(ValueError, match=rf"^{path}:1: no sentence in this file"):
        list(read(path))
    later = "# more\n" * 5000  # does not hide the line
    path.write_bytes(GOOD.encode() + b"# \xe9\n" + later.encode())
    with pytest.raises(ValueError, match=rf"^{path}:8: not UTF-8: "):
        list(read(path))
