"""What each word of a call file is: which function, interface, type, variable, field or case it names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from witlens_analysis.diagnostics import Span
from witlens_analysis.features.symbols import Symbol
from witlens_analysis.model import (
    Enum,
    FixedList,
    Flags,
    List,
    Map,
    Option,
    Record,
    Result,
    Tuple,
    Type,
    TypeName,
    Variant,
)
from witlens_analysis.syntax.tree import Leaf, Node

from ...canonical_abi.layout import cases_of
from ...wave.tree import Applied, Braces, Items, Label
from ...wave.tree import Node as WaveNode
from ..meaning import Binding, CallMeaning
from ..scope import Group, Target, WorldScope
from ..syntax import nodes
from ..syntax.tokens import KEYWORDS
from ..values import wave_node
from ..view import CallView

PlaceKind = Literal[
    "function", "method", "constructor", "interface", "resource", "variable", "world", "field", "case", "flag",
    "keyword", "file", "limit",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """One word. `symbol` is its declaration in WIT, `type` that of a variable, of a field, or of what has the case.
    `is_declaration` where `let` names a variable. `index` is the number of the statement."""

    index: int
    span: Span
    kind: PlaceKind
    name: str
    symbol: Symbol | None = None
    target: Target | None = None
    variable: Binding | None = None
    type: Type | None = None
    is_declaration: bool = False


def place_at(view: CallView, offset: int) -> Place | None:
    """The word that covers an offset, or ends or begins there."""
    index = view.file.index_at(offset)
    found: Place | None = None
    for number in (index, index - 1):
        if number < 0:
            continue
        for place in places(view, number):
            if place.span.start <= offset <= place.span.end and (found is None or place.span.start <= offset):
                found = place
        if found is not None:
            return found
    return None


def all_places(view: CallView) -> Iterator[Place]:
    """The words of the whole file, in order."""
    for index in range(len(view.file.statements)):
        yield from places(view, index)


def places(view: CallView, index: int) -> list[Place]:
    """The words of a statement, in order."""
    finder = _Finder(view, index)
    finder.statement()
    return sorted(finder.found, key=lambda place: place.span)


class _Finder:
    def __init__(self, view: CallView, index: int) -> None:
        self.view = view
        self.index = index
        self.base = view.file.starts[index]
        self.found: list[Place] = []
        self.world: WorldScope | None = view.world
        self.defined = {one.span: one for one in view.meaning.by_statement.get(index, ())}

    def add(self, span: Span, kind: PlaceKind, name: str, **details: object) -> None:
        self.found.append(Place(self.index, span, kind, name, **details))  # type: ignore[arg-type]

    def _span(self, node: Node | Leaf) -> Span:
        return Span(self.base + node.start, self.base + node.end)

    def statement(self) -> None:
        core = self.view.file.statements[self.index].core
        self._keywords(core)
        call = self.view.meaning.calls.get(self.index)
        if call is not None:
            self._callee(call)
            if call.function is not None:
                for item, param in zip(call.wave.arguments.items, call.function.params, strict=False):
                    self._value(item, param.type)
        if isinstance(core, nodes.Let) and core.pattern is not None:
            self._pattern(core.pattern, call.result if call is not None else None)
        elif isinstance(core, nodes.Check) and core.equals is not None and call is not None and call.result is not None:
            self._value(wave_node(core.equals.value, self.base), call.result)
        elif isinstance(core, nodes.Drop) and core.name is not None:
            self._variable(self._span(core.name), core.name.name)
        elif isinstance(core, nodes.World) and core.name is not None:
            symbol = self.world.symbol if self.world is not None else None
            self.add(self._span(core.name), "world", core.name.leaf_.value, symbol=symbol)
        elif isinstance(core, nodes.Stub):
            self._stub(core)
        elif isinstance(core, (nodes.Component, nodes.Link)) and core.file is not None:
            self.add(self._span(core.file), "file", core.file.value)
        elif isinstance(core, nodes.Limit) and core.what is not None:
            self.add(self._span(core.what), "limit", core.what.value)

    def _keywords(self, core: Node | Leaf) -> None:
        for leaf in core.leaves():
            if leaf.value and leaf.kind in KEYWORDS and leaf.kind == leaf.value:
                self.add(self._span(leaf), "keyword", leaf.value)

    # Names

    def _callee(self, call: CallMeaning) -> None:
        span, text = call.wave.callee_span, call.wave.callee
        if call.receiver is not None:
            end = span.start + len(text.partition(".")[0])
            self.add(
                Span(span.start, end), "variable", call.receiver.name, variable=call.receiver, type=call.receiver.type
            )
            if call.target is not None:
                self.add(
                    Span(end + 1, span.end),
                    "method",
                    text[end + 1 - span.start :],
                    symbol=call.target.symbol,
                    target=call.target,
                )
        elif call.target is not None and self.world is not None:
            self._function(span, text, call.target, self.world.exports)

    def _stub(self, core: nodes.Stub) -> None:
        if core.name is None or self.world is None:
            return
        found = self.world.find_import(core.name.leaf_.value)
        if isinstance(found, Target):
            self._function(self._span(core.name), core.name.leaf_.value, found, self.world.imports)
            if found.function is not None and found.function.result is not None and core.value is not None:
                self._value(wave_node(core.value, self.base), found.function.result)

    def _function(self, span: Span, text: str, target: Target, groups: tuple[Group, ...]) -> None:
        """The parts of a function's name: interface, resource, and its own."""
        start = span.start
        group = next((one for one in groups if one.interface == target.interface), None)
        if group is not None:
            spelling = max((one for one in group.spellings if text.startswith(f"{one}.")), key=len, default="")
            if spelling:
                self.add(Span(start, start + len(spelling)), "interface", spelling, symbol=group.symbol)
                start += len(spelling) + 1
        rest = text[start - span.start :]
        before, dot, name = rest.rpartition(".")
        if dot and target.resource and before == target.resource:
            symbol = Symbol("type", target.symbol.key, (target.resource,))
            self.add(Span(start, start + len(before)), "resource", before, symbol=symbol)
            start += len(before) + 1
        kind: PlaceKind = "constructor" if target.encoded.startswith("[constructor]") else "function"
        self.add(Span(start, span.end), kind, name or rest, symbol=target.symbol, target=target)

    def _variable(self, span: Span, name: str) -> None:
        variable = self.view.meaning.variable(name, self.index)
        if variable is not None:
            self.add(span, "variable", name, variable=variable, type=variable.type)

    def _pattern(self, pattern: nodes.Pattern, type: Type | None) -> None:
        if isinstance(pattern, nodes.Bind):
            label = pattern.label
            if label is None:
                return
            span = self._span(label)
            if len(pattern.children) == 1:
                variable = self.defined.get(span)
                if variable is not None:
                    self.add(span, "variable", label.name, variable=variable, type=variable.type, is_declaration=True)
                return
            inner: Type | None = None
            if isinstance(type, (Option, Result, Variant)):
                inner = dict(cases_of(type)).get(label.name)
                self._case(span, label.name, type)
            if pattern.payload is not None:
                self._pattern(pattern.payload, inner)
            return
        parts = [one for one in pattern.children if isinstance(one, (nodes.Bind, nodes.BindTuple, nodes.BindList))]
        for number, part in enumerate(parts):
            inner = None
            if isinstance(type, Tuple) and number < len(type.types):
                inner = type.types[number]
            elif isinstance(type, (List, FixedList)):
                inner = type.element
            self._pattern(part, inner)

    # Values

    def _value(self, node: WaveNode, type: Type) -> None:
        if isinstance(node, Label) and not node.keyword and not _has_case(type, node.name):
            self._variable(node.span, node.name)
            return
        match type:
            case Record(fields):
                if isinstance(node, Braces):
                    by_name = {one.name: one.type for one in fields}
                    for entry in node.entries:
                        if isinstance(entry.key, Label) and entry.key.name in by_name:
                            self._member(entry.key, "field", type, by_name[entry.key.name])
                            if entry.value is not None:
                                self._value(entry.value, by_name[entry.key.name])
            case Flags(flags):
                if isinstance(node, Braces):
                    for entry in node.entries:
                        if isinstance(entry.key, Label) and entry.key.name in flags:
                            self._member(entry.key, "flag", type, type)
            case Map(key, value):
                if isinstance(node, Braces):
                    for entry in node.entries:
                        self._value(entry.key, key)
                        if entry.value is not None:
                            self._value(entry.value, value)
            case List(element) | FixedList(element):
                if isinstance(node, Items):
                    for item in node.items:
                        self._value(item, element)
            case Tuple(types):
                if isinstance(node, Items):
                    for item, of in zip(node.items, types, strict=False):
                        self._value(item, of)
            case Enum() | Variant() | Option() | Result():
                self._choice(node, type)

    def _choice(self, node: WaveNode, type: Enum | Variant | Option | Result) -> None:
        label = node.label if isinstance(node, Applied) else node
        cases = dict(cases_of(type))
        if isinstance(label, Label) and label.name in cases:
            self._case(label.span, label.name, type)
            inner = cases[label.name]
            if isinstance(node, Applied) and inner is not None:
                self._value(node.payload, inner)
        elif isinstance(type, Option):
            self._value(node, type.some)
        elif isinstance(type, Result) and type.ok is not None:
            self._value(node, type.ok)

    def _case(self, span: Span, name: str, type: Enum | Variant | Option | Result) -> None:
        symbol = member_symbol(self.world, "case", type, name)
        self.add(span, "case", name, symbol=symbol, type=type)

    def _member(self, label: Label, kind: Literal["field", "flag"], of: Record | Flags, type: Type) -> None:
        symbol = member_symbol(self.world, kind, of, label.name)
        self.add(label.span, kind, label.name, symbol=symbol, type=type)


def member_symbol(world: WorldScope | None, kind: str, type: Type, name: str) -> Symbol | None:
    """The declaration of a field, case or flag of a named type."""
    owner = getattr(type, "name", None)
    if world is None or not isinstance(owner, TypeName) or isinstance(type, (Option, Result)):
        return None
    key = world.interface_keys.get(owner.owner)
    return Symbol(kind, key, (owner.name, name)) if key is not None else None


def type_symbol(world: WorldScope | None, type: Type) -> Symbol | None:
    """The declaration of a named type, or of the resource of a handle."""
    resource = getattr(type, "resource", None)
    owner = resource.name if resource is not None else getattr(type, "name", None)
    if world is None or not isinstance(owner, TypeName):
        return None
    key = world.interface_keys.get(owner.owner)
    return Symbol("type", key, (owner.name,)) if key is not None else None


def _has_case(type: Type, name: str) -> bool:
    return isinstance(type, (Enum, Variant)) and any(case == name for case, _ in cases_of(type))
