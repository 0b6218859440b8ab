"""Adding a `use`: which edit brings a type of another interface into the scope of the cursor."""

from __future__ import annotations

from dataclasses import dataclass

from ...diagnostics import Span, TextEdit
from ...outline import ItemKey
from ...syntax.nodes import InlineInterface, Use, UseNames
from ...syntax.tree import Leaf, Node
from .cursor import Cursor
from .scopes import children_of, inline_interface

_INDENT = "  "


@dataclass(frozen=True, slots=True)
class Uses:
    """The `use` lines of a scope: what each leads to, its node, and where its element begins. `opening` is where the
    scope's `{` ends, None if it has none; `indent` is what stands before its members, None if they are on one line."""

    found: tuple[tuple[ItemKey | None, Use, int], ...]
    opening: int | None
    indent: str | None

    def lends(self, key: ItemKey) -> set[str]:
        """Returns the names that are used of an interface already."""
        return {
            entry.name.name
            for target, use, _ in self.found
            if target == key and use.names is not None
            for entry in use.names.names
        }

    def adding(self, cursor: Cursor, key: ItemKey | None, path: str, name: str) -> TextEdit | None:
        """Returns the edit that uses `name` of an interface with this path, None where there is no room for one. `key`
        is None for an interface that is not among the packages yet."""
        for target, use, base in self.found:
            if key is not None and target == key and use.names is not None:
                return self._merged(cursor, use.names, base, name)
        line = f"use {path}.{{{name}}};"
        if self.found:
            _, use, base = self.found[-1]
            end = _line_end(cursor.text, base + use.end)
            new = f"\n{self.indent}{line}" if self.indent is not None else f" {line}"
            return TextEdit(cursor.path, Span(end, end), new)
        if self.opening is None:
            return None
        new = f"\n{self.indent}{line}\n" if self.indent is not None else f" {line}"
        return TextEdit(cursor.path, Span(self.opening, self.opening), new)

    def _merged(self, cursor: Cursor, names: UseNames, base: int, name: str) -> TextEdit | None:
        entries = [entry for entry in names.names if entry.name.value]
        if entries:
            end = base + entries[-1].end
            return TextEdit(cursor.path, Span(end, end), f", {name}")
        opening = names.leaf("{")
        if opening is None:
            return None
        return TextEdit(cursor.path, Span(base + opening.end, base + opening.end), name)


def uses_around(cursor: Cursor) -> Uses:
    """Returns the `use` lines of the scope that types are looked up in."""
    source = cursor.state.source
    if "inline_interface" in cursor.partial.rules:
        inline = inline_interface(cursor)
        base = source.start_of(source.index_at(max(cursor.span.start - 1, 0)))
        return _inline_uses(cursor, inline, base) if inline is not None else Uses((), None, None)
    if cursor.key is None or cursor.key not in cursor.state.items:
        return Uses((), None, None)
    item, first = cursor.state.items[cursor.key]
    found: list[tuple[Node | Leaf, int]] = [
        (member.core, source.start_of(first + number)) for number, member in enumerate(item.members, 1)
    ]
    base = source.start_of(first)
    head = item.head.core
    brace = children_of(head.children, "{")[-1:] if isinstance(head, Node) else []
    opening = base + brace[0].end if brace and brace[0].value else None
    return _uses(cursor, found, opening, base + item.head.start)


def _inline_uses(cursor: Cursor, inline: InlineInterface, base: int) -> Uses:
    brace = inline.leaf("{")
    found = [(member.core, base) for member in inline.members]
    return _uses(cursor, found, base + brace.end if brace is not None else None, base + inline.start)


def _uses(cursor: Cursor, members: list[tuple[Node | Leaf, int]], opening: int | None, head: int) -> Uses:
    uses = [(core, base) for core, base in members if isinstance(core, Use) and core.names is not None]
    found = tuple((cursor.symbols.path_target(cursor.place, use.path).key, use, base) for use, base in uses)
    starts = [base + core.start for core, base in members]
    indents = [indent for start in starts if (indent := _indent(cursor.text, start)) is not None]
    if indents:
        return Uses(found, opening, indents[0])
    outer = _indent(cursor.text, head)
    return Uses(found, opening, outer + _INDENT if outer is not None and not starts else None)


def _indent(text: str, start: int) -> str | None:
    """Returns the white space before a place, None where something else stands on the line."""
    before = text[text.rfind("\n", 0, start) + 1 : start]
    return before if not before.strip() else None


def _line_end(text: str, end: int) -> int:
    """Returns `end`, or the end of the line where only a comment follows that belongs to what stands before."""
    line = text.find("\n", end)
    rest = text[end : line if line >= 0 else len(text)]
    return end + len(rest.rstrip()) if rest.lstrip().startswith("//") else end
