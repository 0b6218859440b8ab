"""Quick fixes: what mends the findings at a place, those of the rules and those that need a look around."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ...diagnostics import Diagnostic, Fix, Span, TextEdit
from ...lower import lower_gates
from ...syntax.nodes import ResourceMember, Use
from ...workspace import Snapshot
from ..change import Change
from ..target import key_at, target_at
from .action import FIX_ALL, QUICK_FIX, Action
from .declarations import declaration_at, gap, since
from .imports import missing_item, missing_type
from .place import Member, Place, escaped, place_at
from .uses import lent_names, without_names
from .vendoring import bundled_package


def quick_fixes(place: Place) -> Iterator[Action]:
    """Yields the fixes of all findings that the selection touches."""
    for found in place.snapshot.diagnostics(place.path):
        if found.span.start <= place.span.end and place.span.start <= found.span.end:
            yield from _of_rule(found)
            more = _MORE.get(found.code)
            if more is not None and place.snapshot.is_writable(place.path):
                yield from more(place, found)


def fix_all(snapshot: Snapshot, path: str) -> Iterator[Action]:
    """Offers to apply every safe fix of a file at once."""
    edits: list[TextEdit] = []
    for found in snapshot.diagnostics(path):
        fix = next((one for one in found.fixes if one.safe), None)
        if fix is not None and all(_is_apart(edit, other) for edit in fix.edits for other in edits):
            edits.extend(dict.fromkeys(fix.edits))
    if edits:
        yield Action("Fix all that is safe to fix", FIX_ALL, lambda: Change(tuple(edits)))


def _is_apart(one: TextEdit, other: TextEdit) -> bool:
    if one.path != other.path:
        return True
    return one.span.end < other.span.start or other.span.end < one.span.start


def _of_rule(found: Diagnostic) -> Iterator[Action]:
    for number, fix in enumerate(found.fixes):
        is_preferred = number == 0 and (fix.safe or len(found.fixes) == 1)
        yield Action(fix.title, QUICK_FIX, _doing(fix), (found,), is_preferred)


def _doing(fix: Fix) -> Callable[[], Change]:
    return lambda: Change(tuple(dict.fromkeys(fix.edits)))


def _unused(place: Place, found: Diagnostic) -> Iterator[Action]:
    """Removes a used name that nothing mentions; all of them where there are several."""
    lent = lent_names(place.snapshot, place.path)
    everything: list[Diagnostic] = []
    wanted: dict[tuple[int, str], None] = {}
    here: tuple[int, str] | None = None
    for one in place.snapshot.diagnostics(place.path):
        entry = _entry(place, one) if one.code == found.code else None
        if entry is None or entry[1] in lent.get(key_at(place.state, entry[0], place.path), ()):
            continue  # others use it from here
        everything.append(one)
        wanted[entry] = None
        if one.span == found.span:
            here = entry
    if here is None:
        return
    only = {here}
    yield Action(f"Remove unused `{here[1]}`", QUICK_FIX, lambda: without_names(place, only), (found,), True)
    if len(wanted) > 1:
        title = f"Remove all {len(wanted)} unused names of this file"
        yield Action(title, QUICK_FIX, lambda: without_names(place, set(wanted)), tuple(everything))


def _entry(place: Place, found: Diagnostic) -> tuple[int, str] | None:
    """Returns the element and local name that an unused name is in."""
    source = place.state.source
    number = source.index_at(found.span.start)
    core = source.elements[number].core
    base = source.start_of(number)
    for entry in core.names.names if isinstance(core, Use) and core.names is not None else ():
        if base + entry.start == found.span.start:
            return number, entry.local.name
    return None


def _without_gate(place: Place, found: Diagnostic) -> Iterator[Action]:
    """Offers the gate that `@deprecated` needs beside it."""
    here = place_at(place.snapshot, place.path, Span(found.span.start, found.span.start))
    member = declaration_at(here) if here is not None else None
    if here is not None and member is not None:
        for action in since(here, member):
            yield Action(action.title, QUICK_FIX, action.change, (found,), True)


def _missing_gate(place: Place, found: Diagnostic) -> Iterator[Action]:
    """Offers the gate that something needs which mentions what is behind a feature."""
    here = place_at(place.snapshot, place.path, Span(found.span.start, found.span.start))
    target = target_at(place.snapshot, place.path, found.span.start)
    if here is None or target is None or here.scope is None or here.member is None:
        return
    symbols = (target.local, *target.symbols)
    holders = [site.mention.holder for one in symbols if one is not None for site in here.symbols.sites(one)]
    attributes = [getattr(holder, "attributes", ()) for holder in holders]
    feature = next((gate for one in attributes if (gate := lower_gates(tuple(one)).unstable)), "")
    inner = here.node(ResourceMember)
    member = here.member
    if inner is not None:
        first = next(inner.leaves())
        member = Member(inner.core, inner.attributes, first, first, here.base)
    gates = lower_gates(member.attributes)
    if feature and not gates.since and not gates.unstable:
        text = f"@unstable(feature = {escaped(feature)})"
        edit = here.insert(member.start, text + gap(here, member))
        yield Action(f"Add `{text}`", QUICK_FIX, lambda: Change((edit,)), (found,), True)


_MORE: dict[str, Callable[[Place, Diagnostic], Iterator[Action]]] = {
    "unused-use": _unused,
    "unknown-type": missing_type,
    "unknown-item": missing_item,
    "bundled-package": bundled_package,
    "deprecated-without-gate": _without_gate,
    "missing-gate": _missing_gate,
    "reference-to-gated": _missing_gate,
}
"""By rule, the fixes that need more than its finding."""
