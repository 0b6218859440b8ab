"""A component that is loaded: what it exports, under the names that people call it by, and what it needs."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from witlens_analysis.model import Function, Resource, World

from ..canonical_abi import CoreSignature, FunctionCodec, core_signature
from .errors import MissingImports
from .names import FunctionNames
from .plan import WorldPlan, Wrapped, missing_imports
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


@dataclass(frozen=True, slots=True)
class Source:
    """What a component is made of: the bytes are read again when they are needed, and must have `digest` then."""

    path: Path
    digest: str
    binary: bytes | None
    module: bytes | None = None
    """For a core module, what the worker has to know about its world."""


class Component:
    """Made by `Worker.load`; may be instantiated any number of times.

    `path` is the file, `world` what it implements and asks for, `wit` the same as text, `functions` what it exports.
    """

    def __init__(self, worker: Worker, source: Source, wit: str, world: World, plan: WorldPlan) -> None:
        self.worker = worker
        self.path = source.path
        self.wit = wit
        self.world = world
        self.source = source
        self.plan = plan
        self.functions = tuple(ExportedFunction(one.interface, one.function, one.why) for one in plan.functions)
        self._wrapped: FunctionNames[Wrapped] = FunctionNames(
            (one.interface, one.function, one) for one in plan.functions
        )
        self._codecs: dict[int, tuple[FunctionCodec, CoreSignature, bool]] = {}

    @property
    def is_command(self) -> bool:
        """Whether it is a program, which `wasi:cli/run` starts."""
        return self.command is not None

    @property
    def command(self) -> ExportedFunction | None:
        """The function that starts it, if it is a program."""
        for one in self.functions:
            if (one.interface or "").startswith("wasi:cli/run@") and one.function.name == "run":
                return one
        return None

    def find(self, name: str) -> ExportedFunction:
        """The function that `name` means.

        Any name that is clear: `ns:pkg/iface@1.0.0.add`, without the version, `iface.add`, `add`;
        `[method]account.deposit` or `account.deposit`, with or without interface; a constructor `account.new`,
        `[constructor]account` or `account`. Raises LookupError with a message that proposes others.
        """
        found = self._wrapped.find(name)
        return ExportedFunction(found.interface, found.function, found.why)

    def instantiate(self, grants: Grants | None = None, limits: Limits | None = None) -> Instance:
        """An instance of its own, isolated from all others. Starts when first called.

        Raises MissingImports where the component imports what nothing provides.
        """
        from .instance import Instance

        grants = grants or Grants()
        missing = {} if self.source.module else missing_imports(self.world)
        if missing:
            listed = "".join(f"\n  {name} ({why})" for name, why in missing.items())
            raise MissingImports(f"{self.path} imports what nothing here provides:{listed}", tuple(missing))
        return Instance(self, grants, limits or Limits())

    # For instances

    def wrapped(self, name: str) -> Wrapped:
        """The function that `name` means, with its number. Raises LookupError."""
        return self._wrapped.find(name)

    def names(self) -> list[str]:
        """For each of `functions` a short name that is clear; those of a resource have its name in theirs."""
        return [self._short_name(one) for one in self.functions]

    def _short_name(self, one: ExportedFunction) -> str:
        plain = one.function.name.rpartition("]")[2]
        path = (one.interface or "").partition("@")[0]
        for name in (plain, f"{path.rpartition('/')[2]}.{plain}"):
            with suppress(LookupError):
                if self.find(name).name == one.name:
                    return name
        return one.name

    def closest(self, name: str) -> str | None:
        """The name of a function that `name` is most likely meant to be."""
        return self._wrapped.closest(name)

    def codec(self, wrapped: Wrapped) -> tuple[FunctionCodec, CoreSignature, bool]:
        """What lowers and lifts for a function, its core signature, and whether the core result is a pointer."""
        assert wrapped.index is not None
        found = self._codecs.get(wrapped.index)
        if found is None:
            codec = FunctionCodec(wrapped.function)
            spilled = bool(codec.signature.results) and not core_signature(wrapped.function, "lower").results
            found = self._codecs[wrapped.index] = (codec, codec.signature, spilled)
        return found

    def drop_number(self, resource: Resource) -> int | None:
        """The number of the function that drops handles of `resource`."""
        return self.plan.drops.get(resource)
