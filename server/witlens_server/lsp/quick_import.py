"""Imports lsprotocol in little more than half the time, which is most of what a user waits for when the server starts.

lsprotocol has attrs write and compile comparison and printing methods for some 500 classes. The server uses neither:
it reads and writes these objects, and decides on its own data. So they are left out, and the collector, which finds
nothing while modules load, is off meanwhile. Objects of the protocol are then equal only to themselves.
"""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def quick_import() -> Iterator[None]:
    """Imports `lsprotocol.types`, and then what is imported in the `with` block."""
    gc.disable()
    try:
        if "lsprotocol.types" not in sys.modules:
            import attrs

            define: Any = attrs.define
            attrs.define = partial(define, eq=False, repr=False)
            try:
                import lsprotocol.types  # noqa: F401
            finally:
                attrs.define = define
        yield
        gc.freeze()
    finally:
        gc.enable()
