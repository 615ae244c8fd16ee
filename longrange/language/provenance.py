"""Which corpus it was: its name, version and date, as far as its folder says."""

import hashlib
import re
import subprocess
from pathlib import Path

_NAME = re.compile(r"UD_[A-Z]\w+-\w+")
# What a README says on purpose: "commit <40 digits> (2025-05-10, GUM V11 / UD 2.16)".
_MADE_OF = re.compile(
    r"\bcommit ([0-9a-f]{40}) \((\d{4}-\d{2}-\d{2})(?:[^()\n]*\bUD (\d+\.\d+))?[^()\n]*\)"
)
_RELEASE = re.compile(r"(?:ud-treebanks-v|r)(\d+\.\d+)")  # folder of a release; its tag in git


def provenance(files: list[Path]) -> dict[str, str | None]:
    """Return name, commit, release, date and digest of the corpus in `files`.

    Nothing is guessed: a README is full of versions, dates and names of other treebanks. The name
    is that of the folder, or what the README beside the files begins with. If that says
    ``commit <40 digits> (<date>, … UD <release>)``, it is believed; otherwise git tells commit and
    date. The release is then a tag of that commit, such as ``r2.16``, or stands in the name of the
    folder of all treebanks, ``ud-treebanks-v2.16``. What nobody says is None. The digest is that
    of all the files.

    Parameters
    ----------
    files : list of Path
        At least one, in one folder.

    Returns
    -------
    dict of str or None
    """
    folder = files[0].parent.resolve()
    readme = folder / "README.md"
    text = readme.read_text("utf-8-sig", "replace") if readme.is_file() else ""
    name = _NAME.match(folder.name) or _NAME.match(text.lstrip("# "))
    if made_of := _MADE_OF.search(text):
        commit, date, release = made_of.groups()
    else:
        commit, date, release = _from_git(folder)
    if not release and (found := _RELEASE.fullmatch(folder.parent.name)):
        release = found[1]
    digest = hashlib.sha256(b"".join(hashlib.sha256(f.read_bytes()).digest() for f in files))
    return {
        "corpus": name[0] if name else folder.name,
        "commit": commit,
        "date": date,
        "release": f"UD {release}" if release else None,
        "sha256": digest.hexdigest(),
    }


def _from_git(folder: Path) -> tuple[str | None, str | None, str | None]:
    """Return the last commit that touched `folder`, its date, and the release it is tagged as."""
    said = _git(folder, "log", "-1", "--format=%H %cs", "--", ".")
    if len(said) != 2:
        return None, None, None
    tags = [_RELEASE.fullmatch(tag) for tag in _git(folder, "tag", "--points-at", said[0])]
    release = next((tag[1] for tag in tags if tag), None)
    return said[0], said[1], release


def _git(folder: Path, *command: str) -> list[str]:
    """Return the words that git says, none where it does not know."""
    try:
        return subprocess.run(
            ["git", "-C", str(folder), *command], capture_output=True, text=True
        ).stdout.split()
    except OSError:
        return []
