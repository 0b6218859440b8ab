"""What can go wrong between a value and a core module's memory, told with the place inside the value."""

from __future__ import annotations


class AbiError(Exception):
    """The base of all errors of the Canonical ABI.

    `path` says where in the value, outermost first: ("parameter `people`", "element 3", "field `name`").
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.path: tuple[str, ...] = ()

    def inside(self, segment: str) -> None:
        """Note, while the error passes outwards, the part of the value that it comes from."""
        self.path = (segment, *self.path)

    def __str__(self) -> str:
        return f"{', '.join(self.path)}: {self.reason}" if self.path else self.reason


class ValueMismatch(AbiError):
    """A value that its type does not allow. Raised before anything is written."""


class Trap(AbiError):
    """The module broke a rule of the ABI: an address out of bounds, bad text, an unknown case, a stale handle.

    Where the specification says "trap", no further call into the instance is allowed.
    """


class UnsupportedType(AbiError):
    """A type that has no values here (stream, future, error-context) or that no valid WIT has."""


class ModuleMismatch(AbiError):
    """A core module that is not what its world says: an export is missing or has another signature."""
