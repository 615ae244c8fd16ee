"""What an installation lacks, told by the name of the extra that brings it."""

from importlib.util import find_spec


def missing(extra: str, *modules: str) -> str:
    """Return which of `modules` cannot be imported and what installs them, or nothing."""
    absent = [name for name in modules if find_spec(name) is None]
    if not absent:
        return ""
    command = f"pip install -c constraints.txt -e '.[{extra}]'"
    return f"not installed: {', '.join(absent)}; {command}"
