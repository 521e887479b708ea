"""Restriction of numpy's matrix products to one thread while articles are read.

The products are too small to benefit from a second thread. If other processes read on the other cores,
threads that wait for each other take many times as long. Besides, the way a sum is divided among threads
decides its last bits, and results must not depend on the number of cores.
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
    """Use one thread until the end of the `with` block; nested blocks cost nothing."""
    with _libraries().limit(limits=1, user_api="blas"):
        yield


def stay_on_one_thread() -> None:
    """Use one thread from now on, in a process that does nothing but read articles."""
    _libraries().limit(limits=1, user_api="blas")
