"""The handles of one instance, as calls take and give them.

For the caller a handle is a number of its own that never comes back, so that one that is gone, or that belonged to an
instance that broke down, is known as such. The wrapped component knows it by an index, which it uses again.
"""

from __future__ import annotations

from witlens_analysis.model import Resource

from ..canonical_abi import CallScope, HandleTable, Trap, ValueMismatch
from ..canonical_abi.values import Handle


class SessionHandles:
    """The owned handles that calls gave out and that are still there."""

    def __init__(self) -> None:
        self._next = 1
        self._indices: dict[int, tuple[Handle, int]] = {}

    @property
    def all(self) -> tuple[Handle, ...]:
        """The handles, oldest first."""
        return tuple(handle for handle, _ in self._indices.values())

    def named(self) -> dict[str, Handle]:
        """The handles by the form in which results show them, `account(3)`."""
        return {f"{handle.resource.name.name}({handle.rep})": handle for handle in self.all}

    def add(self, resource: Resource, index: int) -> Handle:
        """A new handle for what the component calls `index`."""
        handle = Handle(resource, self._next)
        self._next += 1
        self._indices[handle.rep] = (handle, index)
        return handle

    def index(self, handle: Handle) -> int:
        """What the component calls `handle`. Raises ValueMismatch for one that is not there."""
        known = self._indices.get(handle.rep)
        name = handle.resource.name.name
        if known is None:
            raise ValueMismatch(f"handle `{name}({handle.rep})` is no longer there: it was dropped or given away")
        if known[0].resource != handle.resource:
            raise ValueMismatch(f"handle {handle.rep} is of resource `{known[0].resource.name.name}`, not `{name}`")
        return known[1]

    def remove(self, handle: Handle) -> None:
        """Forget a handle."""
        self._indices.pop(handle.rep, None)

    def clear(self) -> None:
        """Forget all, because the instance is gone."""
        self._indices.clear()


class CallHandles(HandleTable):
    """What one call lowers and lifts handles with. `moved` are those that it gives away."""

    __slots__ = ("_session", "moved")

    def __init__(self, session: SessionHandles) -> None:
        super().__init__()
        self._session = session
        self.moved: list[Handle] = []

    def lower(self, resource: Resource, handle: Handle, *, own: bool, scope: CallScope) -> int:
        """The index for `handle`. Raises ValueMismatch where it is not there, or given away in the same call."""
        index = self._session.index(handle)
        if any(moved.rep == handle.rep for moved in self.moved):
            raise ValueMismatch(f"handle `{resource.name.name}({handle.rep})` is given away earlier in the same call")
        if own:
            self.moved.append(handle)
        return index

    def lift(self, resource: Resource, handle: int, *, own: bool, scope: CallScope) -> Handle:
        """A handle for the index that a result holds."""
        if not own:
            raise Trap("a result holds a borrowed handle")
        return self._session.add(resource, handle)

    def commit(self) -> None:
        """The call took place: what it was given is gone."""
        for handle in self.moved:
            self._session.remove(handle)
