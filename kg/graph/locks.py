"""Locks on open files, which the operating system releases when the process ends, however it ends."""

from __future__ import annotations

import sys
from typing import IO


def locked(file: IO[bytes], *, shared: bool) -> bool:
    """Try to lock an open file without waiting, and return whether it is now locked.

    Closing the file releases the lock. On Windows there are no shared locks, and none are needed: the system
    itself refuses to delete an open file.
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
        # on a file system without locks, a reader continues without one; a writer must not
        return shared and error.errno not in (errno.EAGAIN, errno.EACCES)
    return True
