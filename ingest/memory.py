"""What the C library holds free, for the next who asks, goes back to the machine."""

from __future__ import annotations

import ctypes
import sys


def trim() -> None:
    """Give free pages back, also those amid used ones (glibc's malloc_trim(3)); elsewhere does nothing."""
    if sys.platform == "linux" and (malloc_trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        malloc_trim(0)
