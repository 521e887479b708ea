"""Threads of numpy's products of matrices: one, while articles are read.

The products are too small to be worth a second one. Where other processes read on the other cores, threads
that wait for each other take many times as long; and how a sum is shared out among threads decides its last
bits, which are not to hang on the number of cores.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import numpy as np  # noqa: F401  (its library is loaded with it, and can be asked only then)
from threadpoolctl import ThreadpoolController


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()


@contextmanager
def one_thread() -> Iterator[None]:
    """Work on one thread until the end of a block; inside another such block it costs nothing."""
    with _libraries().limit(limits=1, user_api="blas"):
        yield


def stay_on_one_thread() -> None:
    """Work on one thread from now on: for a process that does nothing but read."""
    _libraries().limit(limits=1, user_api="blas")
