"""What can go wrong before there is an instance to call."""

from __future__ import annotations

from collections.abc import Sequence


class InvokeError(Exception):
    """The base of these errors; `str()` is a message for people, of one or more lines."""


class LoadError(InvokeError):
    """A file that cannot be read, is no component, does not validate, or cannot be instantiated."""


class MissingImports(LoadError):
    """The component imports what nothing here provides; `names` are all of those imports."""

    def __init__(self, message: str, names: Sequence[str]) -> None:
        super().__init__(message)
        self.names = tuple(names)


class Cancelled(InvokeError):
    """`Worker.cancel()` ended a load or an instantiation."""
