"""What an installation lacks, told by the name of the extra that brings it."""

from importlib.util import find_spec


def need(extra: str, *modules: str) -> None:
    """Go on only if `modules` can be imported.

    Raises
    ------
    ModuleNotFoundError
        If one is missing, with the command that installs `extra`.
    """
    if missing := [name for name in modules if find_spec(name) is None]:
        raise ModuleNotFoundError(
            f"{', '.join(missing)} missing: pip install -c constraints.txt -e '.[{extra}]'",
            name=missing[0],
        )
