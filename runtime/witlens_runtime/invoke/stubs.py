"""Canned answers for imported functions: `ns:pkg/iface.func = VALUE`, in WAVE."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from witlens_analysis.model import Function, Interface, World

from ..wave import WaveError, read_value
from .errors import LoadError
from .names import FunctionNames


@dataclass(frozen=True, slots=True)
class Stub:
    """The value that an imported function always gives; None for one without a result."""

    interface: str | None
    function: Function
    value: Any


def stub_values(world: World, stubs: Mapping[str, str]) -> list[Stub]:
    """What `stubs`, by any clear name of an imported function, mean in `world`. Raises LoadError."""
    names: FunctionNames[tuple[str | None, Function]] = FunctionNames(
        (interface, function, (interface, function)) for interface, function in imported_functions(world)
    )
    found = []
    for name, text in stubs.items():
        try:
            interface, function = names.find(name)
        except LookupError as error:
            message = str(error.args[0]).replace("the component exports none", "it imports none")
            raise LoadError(f"cannot answer `{name}`: {message}") from error
        found.append(Stub(interface, function, _value(name, text, function)))
    return found


def imported_functions(world: World) -> Iterator[tuple[str | None, Function]]:
    """The functions that `world` imports, with the names of their interfaces."""
    for name, item in world.imports.items():
        if isinstance(item, Interface):
            yield from ((name, function) for function in item.functions)
        elif isinstance(item, Function):
            yield None, item


def _value(name: str, text: str, function: Function) -> Any:
    if function.result is None:
        if text not in ("()", "_"):
            raise LoadError(f"cannot answer `{name}` with {text}: it has no result; write `{name} = ()`")
        return None
    try:
        return read_value(text, function.result)
    except WaveError as error:
        raise LoadError(f"cannot answer `{name}` with {text}: {error}") from error
