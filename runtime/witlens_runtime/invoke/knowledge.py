"""What is known of a component, as bytes: its WIT, its world and how its functions are wrapped.

Pickled, and unpickled from the cache only, where each entry carries a MAC (see `compiled`). Parts come before what is
made of them, so that a chain of types, however long, needs no deep recursion.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator

from witlens_analysis.model import Function, Interface, Resource, Type, World

from ..engine.recall import edition_of
from ..types import children
from .plan import WorldPlan

_MADE_BY = (
    "witlens_analysis.model",
    "witlens_runtime.canonical_abi.layout",
    "witlens_runtime.canonical_abi.signature",
    "witlens_runtime.engine.plan",
    "witlens_runtime.engine.recall",
    "witlens_runtime.invoke.knowledge",
    "witlens_runtime.invoke.plan",
)
"""The modules that decide what is in it, as far as they are imported anyway."""


def pack(wit: str, world: World, plan: WorldPlan) -> bytes:
    """The bytes that `unpack` takes."""
    return _edition() + pickle.dumps((list(_parts(world)), wit, world, plan), protocol=5)


def unpack(data: bytes) -> tuple[str, World, WorldPlan] | None:
    """What was packed, or None if another edition of Witlens did it. Only for bytes that `pack` gave."""
    edition = _edition()
    if not data.startswith(edition):
        return None
    _, wit, world, plan = pickle.loads(memoryview(data)[len(edition) :])
    return wit, world, plan


def _edition() -> bytes:
    return edition_of(_MADE_BY)


def _parts(world: World) -> Iterator[Type]:
    """The types of `world`, each once and after those that it is made of."""
    seen: set[int] = set()
    for root in _types(world):
        pending: list[tuple[Type, bool]] = [(root, False)]
        while pending:
            part, entered = pending.pop()
            if entered:
                yield part
            elif id(part) not in seen:
                seen.add(id(part))
                pending.append((part, True))
                pending += [(child, False) for child in children(part)]


def _types(world: World) -> Iterator[Type]:
    for item in (*world.imports.values(), *world.exports.values()):
        if isinstance(item, Interface):
            yield from (type for type in item.types.values() if not isinstance(type, Resource))
            yield from _of_functions(item.functions)
        elif isinstance(item, Function):
            yield from _of_functions([item])
        elif not isinstance(item, Resource):
            yield item


def _of_functions(functions: Iterable[Function]) -> Iterator[Type]:
    for function in functions:
        yield from (param.type for param in function.params)
        if function.result is not None:
            yield function.result
