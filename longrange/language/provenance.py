"""Which corpus it was: its name, version and date, as far as its folder says."""

import hashlib
import re
import subprocess
from pathlib import Path

_NAME = re.compile(r"\bUD_[A-Z]\w+-\w+")
_COMMIT = re.compile(r"\b[0-9a-f]{40}\b")
_VERSION = re.compile(r"\b(?:UD |v)(\d+\.\d+)\b")
_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


def provenance(files: list[Path]) -> dict[str, str | None]:
    """Return name, commit, release, date and digest of the corpus in `files`.

    The README beside the files says it; where that names no commit, git tells commit and date.
    What neither says is None. The digest is that of all the files.

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
    text = readme.read_text("utf-8", "replace") if readme.is_file() else ""
    name = _NAME.search(str(folder)) or _NAME.search(text)
    commit, date = _COMMIT.search(text), _DATE.search(text)
    found = (commit[0], date[0] if date else None) if commit else _from_git(folder)
    release = _VERSION.search(text)
    digest = hashlib.sha256(b"".join(hashlib.sha256(f.read_bytes()).digest() for f in files))
    return {
        "corpus": name[0] if name else folder.name,
        "commit": found[0],
        "date": found[1],
        "release": f"UD {release[1]}" if release else None,
        "sha256": digest.hexdigest(),
    }


def _from_git(folder: Path) -> tuple[str | None, str | None]:
    """Return the last commit that touched `folder` and its date, None twice if git knows none."""
    command = ["git", "-C", str(folder), "log", "-1", "--format=%H %cs", "--", "."]
    try:
        said = subprocess.run(command, capture_output=True, text=True).stdout.split()
    except OSError:
        said = []
    return (said[0], said[1]) if len(said) == 2 else (None, None)
