"""Refuse text that is true on one machine only: registries' hosts, absolute paths of a machine.

Where packages come from is a setting of each machine, and paths end at its door. What is refused
is told with file and line. Without arguments, all files that git tracks are read.
"""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Escapes and groups keep these patterns from matching themselves.
HOST = re.compile(
    r"""
    \b(?:registry\.|www\.)?(?:npmjs\.(?:org|com)|yarnpkg\.com)\b
    | \b(?:files\.pythonhosted|pypi)\.org\b
    # An address told to pip, uv or npm, whatever its host
    | (?: index[-_]url | --registry | ^registry (?=\s*=) ) ["']? [\s=:]+ ["']? https?://
    | "resolved":\ *"https?://  # npm writes it into its lock file
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Not within an address or a relative path: a folder of a site or of the project may have any name.
PATH = re.compile(r"(?:(?<![\w./~*)}\]-])|(?<=file://))/(?:home|root|tmp|Users)/")
WINDOWS = re.compile(r"\b[a-z]:[\\/]+users[\\/]", re.IGNORECASE)
RULES = {"host of a package registry": [HOST], "path of one machine": [PATH, WINDOWS]}
# Here a slash at the beginning is the project's own folder.
ANCHORED = {".gitattributes", ".gitignore", "CODEOWNERS"}


def main() -> int:
    """Run the command line and return its exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path, help="files (default: all that git tracks)")
    files = parser.parse_args().files
    try:
        found = [line for path in files or tracked() for line in check(path)]
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found else 0


def tracked() -> list[Path]:
    """Return the files that git tracks and that are there, as seen from the working folder."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z"]
    names = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.split(b"\0")
    paths = [Path(os.path.relpath(ROOT / os.fsdecode(name))) for name in names if name]
    return [path for path in paths if path.is_symlink() or path.is_file()]


def check(path: Path) -> list[str]:
    """Return what is refused in the file at `path`, each with file and line."""
    # Of a link, git keeps where it leads.
    content = os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
    if b"\0" in content:  # no text
        return []
    return [
        f"{path}:{number}: {rule}: {match.group()}"
        for number, line in enumerate(content.decode("utf-8", "replace").split("\n"), 1)
        for rule, patterns in RULES.items()
        for pattern in patterns
        if (match := pattern.search(line)) and not (pattern is PATH and path.name in ANCHORED)
    ]


if __name__ == "__main__":
    sys.exit(main())
