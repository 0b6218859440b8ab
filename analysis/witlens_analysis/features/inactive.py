"""What is switched off: items and members behind a feature gate that is not active, for editors to show in grey."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..diagnostics import Diagnostic, Severity, Span
from ..lower import lower_gates
from ..queries import Database
from ..semantics.gates import is_active
from ..syntax.nodes import Attribute, Extern, InlineMember, Resource, ResourceMember
from ..syntax.tree import Element, Node
from ..workspace import Snapshot
from .layout import PlacedElement, PlacedItem, placed_items

CODE = "inactive-feature"
"""The code that the findings have, and that settings of severities name."""


@dataclass(frozen=True, slots=True)
class Inactive:
    """A range that is not there, and the feature that would bring it back."""

    span: Span
    feature: str


def inactive(snapshot: Snapshot, path: str) -> tuple[Inactive, ...]:
    """Returns what of a file is behind features that are off, the outermost ranges only."""
    state = snapshot.state(path)
    if state is None or snapshot.options.all_features:
        return ()
    if not any("@unstable" in element.text for element in state.source.elements):
        return ()
    database = snapshot.database
    return tuple(found for item in placed_items(state.source) for found in _item(database, item))


def inactive_findings(snapshot: Snapshot, path: str) -> tuple[Diagnostic, ...]:
    """Returns the same as hints. They are no findings of a rule: nothing is wrong there."""
    severity = snapshot.options.severities.get(CODE, Severity.HINT)
    if severity is None:
        return ()
    return tuple(
        Diagnostic(
            path, one.span, severity, CODE,
            f"not there for tools, because the feature `{one.feature}` is off", tags=("unnecessary",),
        )
        for one in inactive(snapshot, path)
    )  # fmt: skip


def _item(database: Database, placed: PlacedItem) -> Iterator[Inactive]:
    head = placed.head
    feature = _off(database, head.element.attributes)
    if feature:
        yield Inactive(Span(head.base + head.element.start, placed.end), feature)
        return
    for member in placed.members:
        if "@unstable" in member.element.text:
            yield from _member(database, member)
    for inner in placed.items:
        yield from _item(database, inner)


def _member(database: Database, placed: PlacedElement) -> Iterator[Inactive]:
    element, base = placed.element, placed.base
    feature = _off(database, element.attributes)
    if feature:
        yield Inactive(Span(base + element.start, base + element.children[-1].end), feature)
        return
    yield from _inside(database, element, base)


def _inside(database: Database, holder: Element | Node, base: int) -> Iterator[Inactive]:
    """The members of resources and inline interfaces."""
    core = holder.core if isinstance(holder, (Element, InlineMember)) else holder
    inner: Iterable[ResourceMember | InlineMember] = ()
    if isinstance(core, Resource):
        inner = core.members
    elif isinstance(core, Node) and (extern := core.first(Extern)) is not None and extern.inline is not None:
        inner = extern.inline.members
    for member in inner:
        feature = _off(database, member.attributes)
        if feature:
            yield Inactive(Span(base + member.start, base + member.end), feature)
        elif isinstance(member, InlineMember):
            yield from _inside(database, member, base)


def _off(database: Database, attributes: Iterable[Attribute]) -> str:
    attributes = tuple(attributes)
    if not attributes:
        return ""
    gates = lower_gates(attributes)
    return "" if is_active(database, gates) else gates.unstable
