"""Quick fixes for names from elsewhere: the `use` or the path that is missing, from bundled packages too."""

from __future__ import annotations

from collections.abc import Iterator

from ...diagnostics import Diagnostic, Span, TextEdit
from ...semantics.packages import package_items, package_of, packages
from ...syntax.nodes import Extern, Generic, Include, Path, Use
from ..change import Change
from ..completion.bundled import bundled_items
from ..completion.scopes import item_type_names
from ..completion.types import foreign_path
from ..render import path_text
from .action import QUICK_FIX, Action
from .place import Member, Place, Scope, before, escaped, place_at
from .verified import needs

_MOST = 6
"""No more ways to bring one name in are offered."""


def missing_type(place: Place, found: Diagnostic) -> Iterator[Action]:
    """Offers the `use` of a type of this name from other packages, bundled ones too."""
    here = place_at(place.snapshot, place.path, Span(found.span.start, found.span.start))
    scope = here.scope if here is not None else None
    name = place.text[found.span.start : found.span.end].removeprefix("%")
    if here is None or scope is None or not name or here.element.findings:
        return
    if here.node(Use) is not None:
        return  # a name that another interface lacks
    offered = {fix.title for fix in found.fixes}
    candidates = list(_candidates(here, name))
    for number, path in enumerate(candidates[:_MOST]):
        line = f"use {path}.{{{escaped(name)}}};"
        if f"Add `{line}`" not in offered:
            edit = added_use(here, scope, path, escaped(name))
            is_preferred = number == 0 and len(candidates) == 1 and not found.fixes
            yield Action(f"Add `{line}`", QUICK_FIX, lambda edit=edit: Change((edit,)), (found,), is_preferred)  # type: ignore[misc]
    member = here.member
    if member is not None:
        handle = here.node(Generic)
        is_handle = handle is not None and handle.keyword.kind in ("own", "borrow")
        text = f"resource {escaped(name)};" if is_handle else f"type {escaped(name)} = string;"
        yield Action(f"Declare `{text}`", QUICK_FIX, lambda: Change(before(here, member, text)), (found,))


def _candidates(place: Place, name: str) -> Iterator[str]:
    """Yields the paths of the interfaces that have a type of a name, those of the own package first."""
    symbols = place.symbols
    database = symbols.database
    own = database.get(package_of, (symbols.root, place.path, place.key.scope))
    own_first = sorted(database.get(packages, symbols.root).all, key=lambda package: package != own)
    for package in own_first:
        for other, entries in database.get(package_items, package).items():
            key = entries[0].key
            if entries[0].kind != "interface" or key == place.key or needs(place, key):
                continue
            if any(one.name == name and one.kind for one in database.get(item_type_names, key)):
                if package == own:
                    yield escaped(other)
                elif package.id:
                    yield foreign_path(package.id, other)
    for item in bundled_items(place.snapshot, symbols.root):
        if item.kind == "interface" and any(one.name == name for one in item.types):
            yield foreign_path(item.package, item.name)


def added_use(place: Place, scope: Scope, path: str, name: str) -> TextEdit:
    """Returns the edit that adds a name to the `use` of a path in a scope, or such a line."""
    last: int | None = None
    for member in scope.members:
        core = member.core
        if isinstance(core, Use) and core.names is not None:
            last = member.end
            if path_text(core.path) == path and core.names.names:
                return place.insert(member.base + core.names.names[-1].end, f", {name}")
    line = f"use {path}.{{{name}}};"
    if last is not None:
        return place.insert(last, f"\n{scope.indent}{line}")
    if not scope.members and "\n" not in place.text[scope.opening : scope.closing]:
        outer = place.line_indent(scope.opening)
        blanks = Span(scope.opening, scope.closing)
        return TextEdit(place.path, blanks, f"\n{scope.indent}{line}\n{outer}")
    if "\n" not in place.text[scope.opening : scope.closing]:
        return place.insert(scope.opening, f" {line}")
    return place.insert(scope.opening, f"\n{scope.indent}{line}" + ("\n" if scope.members else ""))


def missing_item(place: Place, found: Diagnostic) -> Iterator[Action]:
    """Offers the full path of an interface or world of this name in a bundled package."""
    here = place_at(place.snapshot, place.path, Span(found.span.start, found.span.start))
    holder = (here.node(Extern) or here.node(Use) or here.node(Include)) if here is not None else None
    path: Path | None = holder.path if holder is not None else None
    is_old = isinstance(holder, Use) and holder.old_segment is not None
    if here is None or path is None or path.namespace is not None or is_old:
        return
    kind = "world" if isinstance(holder, Include) else "interface"
    number = 0
    for item in bundled_items(here.snapshot, here.symbols.root):
        if item.name == path.name.name and item.kind == kind and number < _MOST:
            number += 1
            text = foreign_path(item.package, item.name)
            edit = TextEdit(here.path, Span(here.base + path.start, here.base + path.end), text)
            yield Action(f"Change to `{text}`", QUICK_FIX, lambda edit=edit: Change((edit,)), (found,))  # type: ignore[misc]
    around = here.item
    if around is not None and here.key.scope == "" and path.name.value:
        head = around[0].head
        start = here.state.source.start_of(around[1])
        leading = Member(head.core, head.attributes, head.first_leaf(), head.first_leaf(), start)
        text = f"{kind} {path.name.value} {{\n}}\n\n"
        edit = here.insert(leading.with_docs(), text)
        yield Action(f"Create {kind} `{path.name.name}`", QUICK_FIX, lambda: Change((edit,)), (found,))
