"""The handle table of one instance (CanonicalABI.md: Table State, Resource State, `canon resource.*`).

An instance knows resources by small numbers, its handles. For a resource that the instance implements, a handle
stands for the `rep` that the instance gave to `resource.new`; for others, for what the host calls it by.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from witlens_analysis.model import Resource

from .errors import Trap
from .values import Handle

MAX_HANDLES = (1 << 28) - 1


class CallScope:
    """What one call lends: it may end only when all borrows that it passed in are dropped again."""

    __slots__ = ("borrows", "lenders")

    def __init__(self) -> None:
        self.borrows = 0
        self.lenders: list[Entry] = []

    def finish(self) -> None:
        """End the call. Trap if the instance kept a borrow."""
        for lender in self.lenders:
            lender.lends -= 1
        self.lenders.clear()
        if self.borrows:
            raise Trap(f"the call ended while {self.borrows} borrowed handle(s) that it got were not dropped")


@dataclass(slots=True)
class Entry:
    """One handle: `own`, or a borrow of the call `scope`; `lends` counts the borrows that are out."""

    resource: Resource
    rep: int
    own: bool
    scope: CallScope | None = None
    lends: int = 0


@dataclass(slots=True)
class HandleTable:
    """The handles of one instance. `implemented` are the resources that the instance itself implements."""

    implemented: Collection[Resource] = frozenset()
    _entries: list[Entry | None] = field(default_factory=lambda: [None])
    _free: list[int] = field(default_factory=list)

    def resource_new(self, resource: Resource, rep: int) -> int:
        """`canon resource.new`: a new owned handle."""
        return self._add(Entry(resource, rep, own=True))

    def resource_rep(self, resource: Resource, handle: int) -> int:
        """`canon resource.rep`: what `handle` stands for."""
        return self._get(resource, handle).rep

    def resource_drop(self, resource: Resource, handle: int) -> int | None:
        """`canon resource.drop`: forget `handle`. Gives the rep if it was owned, for its destructor."""
        entry = self._get(resource, handle)
        if entry.lends:
            raise Trap(f"handle {handle} of resource `{resource.name.name}` is dropped while it is borrowed")
        self._remove(handle)
        if entry.own:
            return entry.rep
        if entry.scope is not None:
            entry.scope.borrows -= 1
        return None

    def lower(self, resource: Resource, handle: Handle, *, own: bool, scope: CallScope) -> int:
        """The number by which the instance gets `handle` (`lower_own`, `lower_borrow`)."""
        if own:
            return self._add(Entry(resource, handle.rep, own=True))
        if resource in self.implemented:
            return handle.rep
        scope.borrows += 1
        return self._add(Entry(resource, handle.rep, own=False, scope=scope))

    def lift(self, resource: Resource, handle: int, *, own: bool, scope: CallScope) -> Handle:
        """What the number `handle` stands for; an owned one leaves the instance (`lift_own`, `lift_borrow`)."""
        entry = self._get(resource, handle)
        if not own:
            entry.lends += 1
            scope.lenders.append(entry)
            return Handle(resource, entry.rep, own=False)
        if not entry.own:
            raise Trap(f"handle {handle} of resource `{resource.name.name}` is borrowed and cannot be given away")
        if entry.lends:
            raise Trap(f"handle {handle} of resource `{resource.name.name}` is given away while it is borrowed")
        self._remove(handle)
        return Handle(resource, entry.rep)

    def __len__(self) -> int:
        return len(self._entries) - 1 - len(self._free)

    def _add(self, entry: Entry) -> int:
        if self._free:
            handle = self._free.pop()
            self._entries[handle] = entry
            return handle
        if len(self._entries) > MAX_HANDLES:
            raise Trap("the handle table is full")
        self._entries.append(entry)
        return len(self._entries) - 1

    def _get(self, resource: Resource, handle: int) -> Entry:
        entry = self._entries[handle] if 0 <= handle < len(self._entries) else None
        if entry is None:
            raise Trap(f"{handle} is no handle of this instance; resource `{resource.name.name}` is expected")
        if entry.resource != resource:
            raise Trap(
                f"handle {handle} is of resource `{entry.resource.name.name}`, `{resource.name.name}` is expected"
            )
        return entry

    def _remove(self, handle: int) -> None:
        self._entries[handle] = None
        self._free.append(handle)
