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


def test_a_path_without_files_is_named(tmp_path):
    with pytest.raises(ValueError, match=rf"^{tmp_path}: no CoNLL-U file \(\*.conllu\)"):
        conllu_files(tmp_path)
    with pytest.raises(ValueError, match=r"nowhere: no such file or folder$"):
        list(read(tmp_path / "nowhere"))


GOOD = conllu(plain("a", "b", "c"))  # its words stand in lines 4 to 6


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("\tdep\t_\t_\n3", "\tdep\t_\n3", 5, "a line has 10 columns between tabs, this one 9"),
        ("2\tb", "two\tb", 5, "Failed parsing field 'id': 'two' is not a valid ID."),
        ("2\tb", "_\tb", 5, "word None stands where 2 is due"),
        ("3\tc", "4\tc", 6, "word 4 stands where 3 is due"),
        ("1\tdep\t_\t_\n\n", "x\tdep\t_\t_\n\n", 6, "Failed parsing field 'head': 'x' is not"),
        ("1\tdep\t_\t_\n\n", "4\tdep\t_\t_\n\n", 6, "word 3 depends on 4, no other word"),
        ("1\tdep\t_\t_\n\n", "3\tdep\t_\t_\n\n", 6, "word 3 depends on 3, no other word"),
        ("1\tdep\t_\t_\n\n", "-1\tdep\t_\t_\n\n", 6, "word 3 depends on -1, no other word"),
        ("1\tdep\t_\t_\n\n", "_\tdep\t_\t_\n\n", 6, "word 3 depends on None, no other word"),
        ("1\tdep\t_\t_\n\n", "1\tdep\t9:ref\t_\n\n", 6, "word 3 depends on 9, no other word"),
        ("1\tdep\t_\t_\n\n", "1\tdep\t0:ref\t_\n\n", 6, "word 3 depends on 0, no other word"),
        ("2\tb", "2\tb  b", 5, "two spaces in a row"),
        ("1\tdep\t_\t_\n\n", "1\tdep\tref\t_\n\n", 6, "no list of enhanced relations: ref"),
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
