"""``scripts/check_text.py``: what it refuses and where, what it lets pass, all that git tracks."""

import shutil
import subprocess
import sys

import pytest

from explainer.making.files import ROOT

SCRIPT = ROOT / "scripts/check_text.py"
HOST, PATH = "host of a package registry", "path of one machine"


def whole(text):
    """Return `text` without its bars: they keep this file from being refused itself."""
    return text.replace("|", "")


def check(*files, folder=ROOT, script=SCRIPT):
    """Run the script in `folder`."""
    command = [sys.executable, str(script), *map(str, files)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def git(folder, *command):
    subprocess.run(["git", "-C", str(folder), *command], check=True, capture_output=True)


def test_nothing_in_this_project_is_refused():
    done = check()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_every_kind_is_refused_with_file_and_line_and_nothing_else(tmp_path):
    lines = {
        HOST: [
            '  "resolved|": "https://registry.np|mjs.org/katex/-/katex-0.19.1.tgz",',
            '"resolved|": "http://10.0.0.1/katex.tgz"',
            "https://registry.yarn|pkg.com/katex",
            "https://files.python|hosted.org/packages/numpy.whl",
            "pip install -i https://Py|PI.org/simple numpy",
            "https://py|pi.org/project/numpy/",
            "https://www.np|mjs.com/package/katex",
            "pip install --extra-index-url| https://10.0.0.1/root numpy",
            "PIP_INDEX_URL|=http://10.0.0.1/",
            "index-url| = https://packages.example.org/",
            "registry|=http://10.0.0.1:8080/",
            "npm ci --registry| http://10.0.0.1",
        ],
        PATH: [
            "/ho|me/ada/explainer/pages",
            "cd /ro|ot/longrange",
            'out = "/t|mp/figures"',
            "PATH=/usr/bin:/ho|me/ada/bin",
            "see file:///Us|ers/ada/notes.md",
            'out = "C:\\\\Us|ers\\\\ada"',
            "c:/us|ers/ada",
            "é /t|mp/é",
        ],
        None: [
            "https://example.org/home/ada and docs/tmp/ and ./root/ and ../Users/ and ~/tmp/",
            "$PWD/tmp/ and {folder}/home/ and $(pwd)/root/ and */tmp/",
            "the registry, its index and its URL: https://example.org/",
            "the root/tmp, home/away and Users",
            'npm_config_registry="http://127.0.0.1:9/"',
        ],
    }
    expected, written = [], []
    for kind, some in lines.items():
        for line in some:
            written.append(whole(line))
            if kind:
                expected.append(f"some.md:{len(written)}: {kind}: ")
    (tmp_path / "some.md").write_text("\n".join(written), "utf-8")
    done = check("some.md", folder=tmp_path)
    assert done.returncode == 1
    told = done.stderr.splitlines()
    assert [line[: len(start)] for line, start in zip(told, expected, strict=True)] == expected
    assert told[-1].endswith(whole(": /t|mp/"))


def test_what_is_no_text_is_not_read_and_text_in_another_encoding_is(tmp_path):
    path = whole("/ho|me/ada")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\0" + path.encode())
    (tmp_path / "latin.txt").write_bytes("é\n".encode("latin-1") + path.encode())
    done = check("picture.png", "latin.txt", folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr == whole(f"latin.txt:2: {PATH}: /ho|me/\n")


def test_a_slash_that_begins_a_line_of_gitignore_is_the_projects_own_folder(tmp_path):
    (tmp_path / ".gitignore").write_text(whole("/t|mp/\n/ho|me/\n"), "utf-8")
    assert check(".gitignore", folder=tmp_path).returncode == 0


def test_without_arguments_it_reads_what_git_tracks_and_where_links_lead(tmp_path):
    """From any folder; what is removed and not yet committed is no mistake."""
    script = tmp_path / "project/scripts/check_text.py"
    script.parent.mkdir(parents=True)
    shutil.copy(SCRIPT, script)
    project = tmp_path / "project"
    for name in ("tracked é.md", "untracked.md", "removed.md"):
        (project / name).write_text(whole("/t|mp/out\n"), "utf-8")
    (project / "link").symlink_to(whole("/ho|me/ada/node_modules"))
    git(project, "init")
    git(project, "add", "tracked é.md", "removed.md", "link")
    (project / "removed.md").unlink()
    done = check(folder=script.parent, script=script)
    assert done.returncode == 1
    assert sorted(done.stderr.splitlines()) == [
        whole(f"../link:1: {PATH}: /ho|me/"),
        whole(f"../tracked é.md:1: {PATH}: /t|mp/"),
    ]


@pytest.mark.parametrize("files", [[], ["absent.md"]])
def test_it_says_what_it_cannot_read(tmp_path, files):
    script = tmp_path / "scripts/check_text.py"
    script.parent.mkdir()
    shutil.copy(SCRIPT, script)  # in no clone
    done = check(*files, folder=tmp_path, script=script)
    assert done.returncode == 1
    assert "error: " in done.stderr
    assert "Traceback" not in done.stderr
