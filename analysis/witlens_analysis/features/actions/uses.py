"""Use lines: organise them (merge, sort, drop what nobody needs), and take single names out of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...diagnostics import Span, TextEdit
from ...lower import ExternDecl, UseDecl, lower
from ...outline import ItemKey
from ...semantics.cycles import all_items
from ...semantics.packages import Ref
from ...semantics.types import item_of, resolve
from ...syntax.nodes import Use
from ...syntax.tree import Element
from ...workspace import Snapshot
from ..change import Change
from ..render import path_text
from .action import ORGANIZE, Action
from .place import Place, removal

_LINE_END = re.compile(r"[ \t]*(\r?\n|//)")


@dataclass(frozen=True, slots=True)
class _Line:
    """A `use` with what belongs to it: `above` are the comments over it and its attributes, `behind` the comment that
    trails on its line. `entries` are the names as written; those that are the same in `group` may be one line."""

    above: str
    indent: str
    path: str
    entries: tuple[tuple[str, str], ...]
    behind: str
    group: tuple[str, str]

    @property
    def order(self) -> tuple[bool, str]:
        """Paths of other packages stand before those of the own one, each sorted."""
        return (":" not in self.path, self.path.replace("%", ""))

    def text(self) -> str:
        """The lines that it takes."""
        names = ", ".join(text for _, text in self.entries)
        use = f"use {self.path}.{{{names}}};" if self.entries else self.path
        return f"{self.above}{self.indent}{use}{self.behind}"


def organize(snapshot: Snapshot, path: str) -> Iterator[Action]:
    """Offers to organise the use lines of a file, where that changes anything."""
    edits = tuple(_organized(snapshot, path))
    if edits:
        yield Action("Organise `use`", ORGANIZE, lambda: Change(edits))


def _organized(snapshot: Snapshot, path: str) -> Iterator[TextEdit]:
    state = snapshot.state(path)
    if state is None or not snapshot.is_writable(path):
        return
    needed = _Needed(snapshot, path)
    source = state.source
    text = source.text
    for key, (item, first) in state.items.items():
        if item.kind not in ("interface", "world"):
            continue
        run: list[tuple[Element, int]] = []
        # A blank line, or anything that is no `use`, ends a run of lines that are organised together.
        for number, element in enumerate((*item.members, *([item.close] if item.close else [])), first + 1):
            base = source.start_of(number)
            is_plain = _is_plain(element, text, base)
            if run and (not is_plain or _lines_of(element, base, text).start != _lines_of(*run[-1], text).end):
                edit = _run(path, text, run, needed.of(key, item.kind))
                if edit is not None:
                    yield edit
                run = []
            if is_plain:
                run.append((element, base))


def _is_plain(element: Element, text: str, base: int) -> bool:
    """Tells whether an element is a sound `use` with names on lines of its own and without comments inside."""
    core = element.core
    if not isinstance(core, Use) or core.names is None or element.findings or core.old_segment is not None:
        return False
    start = base + element.start
    end = base + core.end
    if text[text.rfind("\n", 0, start) + 1 : start].strip() or not _LINE_END.match(text, end):
        return False
    return not any("/" in leaf.prefix for leaf in list(core.leaves())[1:])


def _run(path: str, text: str, run: list[tuple[Element, int]], needed: set[str] | None) -> TextEdit | None:
    """Returns the edit that organises neighbouring `use` lines."""
    spans = [_lines_of(element, base, text) for element, base in run]
    lines = [
        line
        for (element, base), span in zip(run, spans, strict=True)
        if (line := _read(element, base, text, span, needed)) is not None
    ]
    merged: dict[object, _Line] = {}
    for line in lines:
        same = merged.get(line.group)
        if same is None or "/" in line.above or (line.behind and same.behind):
            merged[line.group if same is None else object()] = line
            continue
        entries = tuple(dict.fromkeys((*same.entries, *line.entries)))
        merged[line.group] = _Line(
            same.above, same.indent, same.path, entries, same.behind or line.behind, same.group
        )  # fmt: skip
    ordered = [
        _Line(one.above, one.indent, one.path, tuple(sorted(one.entries)), one.behind, one.group)
        for one in sorted(merged.values(), key=lambda one: one.order)
    ]
    start, end = spans[0].start, spans[-1].end
    newline = "\r\n" if "\r\n" in text[start:end] else "\n"
    old = text[start:end]
    if not ordered:
        return TextEdit(path, removal(text, start, end - len(newline)), "")
    new = "".join(one.text() + newline for one in ordered)
    return TextEdit(path, Span(start, end), new) if new != old else None


def _lines_of(element: Element, base: int, text: str) -> Span:
    """Returns the whole lines of a `use`, with the comments right above it."""
    prefix = element.first_leaf().prefix
    start = base + element.start
    begin = text.rfind("\n", 0, start) + 1
    limit = base + prefix.find("\n") + 1 if "\n" in prefix else begin
    while begin > limit and text[text.rfind("\n", 0, begin - 1) + 1 : begin].strip():
        begin = text.rfind("\n", 0, begin - 1) + 1
    end = text.find("\n", base + element.length)
    return Span(max(begin, limit), len(text) if end < 0 else end + 1)


def _read(element: Element, base: int, text: str, span: Span, needed: set[str] | None) -> _Line | None:
    core = element.core
    assert isinstance(core, Use) and core.names is not None
    start = base + core.start
    line_start = text.rfind("\n", 0, start) + 1
    attributes_apart = not text[line_start:start].strip()
    above = text[span.start : line_start] if attributes_apart else ""
    indent = text[line_start:start]
    entries = tuple(
        (entry.local.name, text[base + entry.start : base + entry.end])
        for entry in core.names.names
        if needed is None or entry.local.name in needed
    )
    if not entries and not above.strip():
        return None
    path = path_text(core.path)
    behind = text[base + core.end : span.end].rstrip("\r\n").rstrip()
    gates = "".join(attribute.get_code() for attribute in element.attributes)
    if not entries:
        entries = tuple((entry.local.name, text[base + entry.start : base + entry.end]) for entry in core.names.names)
    return _Line(above, indent, path, entries, behind, (path, "".join(gates.split())))


class _Needed:
    """Knows which used names an interface needs: those that it mentions, and those that others use from it."""

    def __init__(self, snapshot: Snapshot, path: str) -> None:
        self._snapshot = snapshot
        self._lent: dict[ItemKey, set[str]] | None = None
        self._path = path

    def of(self, key: ItemKey, kind: str) -> set[str] | None:
        """Returns the names; None for all: in a world a `use` is an import as well."""
        item = item_of(self._snapshot.database, key)
        if kind == "world" or item is None or any(element.findings for element in item.elements()):
            return None
        mentioned: set[str] = set()
        for element in item.members:
            mentioned.update(lower(element).mentions)
        found = mentioned | self._all_lent().get(key, set())
        own = {name for member in item.members for name in _local_names(lower(member).declaration)}
        return found if own & found else None  # one that only collects names for others keeps them

    def _all_lent(self) -> dict[ItemKey, set[str]]:
        if self._lent is None:
            self._lent = lent_names(self._snapshot, self._path)
        return self._lent


def _local_names(declaration: object) -> Iterable[str]:
    return (local.text for _, local in declaration.names) if isinstance(declaration, UseDecl) else ()


def lent_names(snapshot: Snapshot, path: str) -> dict[ItemKey, set[str]]:
    """Returns which names of which interfaces others use, as seen from all roots that have a file."""
    found: dict[ItemKey, set[str]] = {}
    database = snapshot.database
    for root in snapshot.roots_with([path]):
        for key in database.get(all_items, root):
            item = item_of(database, key)
            for element in item.members if item is not None else ():
                for use in _uses(lower(element).declaration):
                    target = resolve(database, Ref(root, key), use.path.package, use.path.name).key
                    if target is not None:
                        found.setdefault(target, set()).update(name.text for name, _ in use.names)
    return found


def _uses(declaration: object) -> Iterable[UseDecl]:
    """Returns the uses that a member has: itself, or those in the inline interface of an import or export."""
    members = declaration.members or () if isinstance(declaration, ExternDecl) else (declaration,)
    return (one for one in members if isinstance(one, UseDecl))


def without_names(place: Place, wanted: set[tuple[int, str]]) -> Change:
    """Returns the change that takes names out of use lists; each is given by the number of its element and its local
    name. A list that loses all of its names goes with its line."""
    edits: list[TextEdit] = []
    text = place.text
    for number in sorted({number for number, _ in wanted}):
        element = place.state.source.elements[number]
        base = place.state.source.start_of(number)
        core = element.core
        if not isinstance(core, Use) or core.names is None:
            continue
        names = core.names.names
        gone = [(number, entry.local.name) in wanted for entry in names]
        if all(gone):
            start = base + element.start
            behind = _LINE_END.match(text, base + core.end)
            end = text.find("\n", base + core.end) if behind is not None else base + core.end
            span = removal(text, start, end)
            edits.append(TextEdit(place.path, span, ""))
            continue
        kept = [index for index, is_gone in enumerate(gone) if not is_gone]
        for index, is_gone in enumerate(gone):
            if not is_gone:
                continue
            entry = names[index]
            if index > kept[0]:  # with the comma before
                edits.append(TextEdit(place.path, Span(base + names[index - 1].end, base + entry.end), ""))
            else:
                edits.append(TextEdit(place.path, Span(base + entry.start, base + names[index + 1].start), ""))
    return Change(tuple(_without_blank_lines(text, edit) for edit in _joined(edits)))


def _without_blank_lines(text: str, edit: TextEdit) -> TextEdit:
    """Takes one of two blank lines around removed lines away as well."""
    start, end = edit.span
    if end <= start or text[start - 1 : start] != "\n" or text[end - 1 : end] != "\n":
        return edit
    return edit._replace(span=removal(text, start, end - 1))


def _joined(edits: list[TextEdit]) -> Iterator[TextEdit]:
    """Puts removals together that meet or overlap."""
    last: TextEdit | None = None
    for edit in sorted(edits, key=lambda one: one.span):
        if last is not None and edit.span.start <= last.span.end and edit.path == last.path:
            last = last._replace(span=Span(last.span.start, max(last.span.end, edit.span.end)))
            continue
        if last is not None:
            yield last
        last = edit
    if last is not None:
        yield last
