"""Whether files can be written to a folder: asked before work, not found out after it."""

import errno
import os
from pathlib import Path


def check_writable(folder: Path) -> None:
    """Go on only if files can be written to `folder`, which need not be there yet.

    Raises
    ------
    OSError
        If they cannot; it names what stands in the way.
    """
    parents = (folder, *folder.absolute().parents)
    there = next(path for path in parents if os.path.lexists(path))
    if not there.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(there))
    if not os.access(there, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(there))
