"""A component that is loaded: what it exports, under the names that people call it by, and what it needs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from witlens_analysis.model import Function, World

from .settings import Grants, Limits

if TYPE_CHECKING:
    from .instance import Instance
    from .worker import Worker


@dataclass(frozen=True, slots=True)
class ExportedFunction:
    """A function that can be called, or cannot for the reason `unsupported`.

    `interface` is the name by which the component exports the interface, None for a function of the world itself.
    """

    interface: str | None
    function: Function
    unsupported: str | None = None

    @property
    def name(self) -> str:
        """The name as `wasmtime run --invoke` takes it: `add`, `ns:pkg/iface@1.0.0.add`."""
        return f"{self.interface}.{self.function.name}" if self.interface else self.function.name


class Component:
    """Made by `Worker.load`; may be instantiated any number of times."""

    path: Path
    world: World
    wit: str
    functions: tuple[ExportedFunction, ...]
    is_command: bool

    def find(self, name: str) -> ExportedFunction:
        """The function that `name` means.

        Any name that is clear: `ns:pkg/iface@1.0.0.add`, without the version, `iface.add`, `add`;
        `[method]account.deposit` or `account.deposit`, with or without interface; a constructor `account.new`,
        `[constructor]account` or `account`. Raises LookupError with a message that proposes others.
        """
        raise NotImplementedError

    def instantiate(self, grants: Grants | None = None, limits: Limits | None = None) -> Instance:
        """An instance of its own, isolated from all others. Starts when first called.

        Raises MissingImports where the component imports what nothing provides.
        """
        raise NotImplementedError
