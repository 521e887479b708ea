"""Locks on open files, which the system lets go of when their process ends, however it ends."""

from __future__ import annotations

import sys
from typing import IO


def locked(file: IO[bytes], *, shared: bool) -> bool:
    """Try to lock an open file without waiting; tell whether it is now held.

    The lock ends when the file is closed. On Windows there are no shared locks, and none are
    needed: the system itself refuses to delete a file that is open.
    """
    if sys.platform == "win32":
        import msvcrt

        if shared:
            return True
        try:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import errno
    import fcntl

    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError as error:
        # file systems without locks: a reader goes on without, a writer must not
        return shared and error.errno not in (errno.EAGAIN, errno.EACCES)
    return True
