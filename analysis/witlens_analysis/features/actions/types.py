"""Refactorings of types: give one a name, put a named one in its place, make records, and wrap or unwrap."""

from __future__ import annotations

from collections.abc import Iterator

from ...diagnostics import Span, TextEdit
from ...syntax.nodes import (
    Arguments,
    Callable,
    Constructor,
    Entry,
    Extern,
    Function,
    Generic,
    Method,
    Param,
    Resource,
    ResultType,
    TypeAlias,
)
from ...syntax.tree import Leaf, Node
from ..change import Change
from ..render import text_of
from .action import EXTRACT, REWRITE, Action
from .place import Member, Place, Scope, before, escaped, fresh_name, gate_at, type_nodes
from .verified import is_harmless

_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()


def type_actions(place: Place) -> Iterator[Action]:
    """Yields what can be done with the type at a place."""
    scope, member, node = place.scope, place.member, place.selected_type
    if scope is None or member is None or node is None or _is_fixed(place, node):
        return
    yield from _extract(place, scope, member, node)
    yield from _tuple_to_record(place, scope, member, node)
    if place.node(Constructor) is None and not _is_accessor(place):
        for action in (*_wrap(place, node), *_unwrap(place, node)):
            # What an alias stands for can be needed elsewhere, as the resource of a handle.
            if not isinstance(place.parent(node), TypeAlias) or is_harmless(place.snapshot, action.change()):
                yield action


def _is_fixed(place: Place, node: Node | Leaf) -> bool:
    """Tells whether a type stands where only a type of its kind may: a handle's resource, or the key of a map."""
    parent = place.parent(node)
    if isinstance(parent, Arguments):
        generic = place.parent(parent)
        if isinstance(generic, Generic):
            kind = generic.keyword.kind
            return kind in ("own", "borrow") or (kind == "map" and parent.items[0] is node)
    return False


def _is_accessor(place: Place) -> bool:
    callable_ = place.node(Callable)
    return callable_ is not None and callable_.accessor is not None


def _has_comment(node: Node | Leaf) -> bool:
    """Tells whether comments stand inside of a node."""
    return any("/" in leaf.prefix for leaf in list(node.leaves())[1:])


# Extract


def _extract(place: Place, scope: Scope, member: Member, node: Node | Leaf) -> Iterator[Action]:
    if not isinstance(node, Generic) or isinstance(place.parent(node), TypeAlias):
        return
    if isinstance(place.parent(node), ResultType) and (place.node(Constructor) is not None or _is_accessor(place)):
        return
    written = text_of(node)
    name = fresh_name(_name_for(place), scope.names())

    def extracted(everywhere: bool) -> Change:
        here = place.base + node.start
        spans = _same(scope, written, here) if everywhere else [Span(here, place.base + node.end)]
        edits = [TextEdit(place.path, span, escaped(name)) for span in spans]
        gates = {gate_at(scope, span.start) for span in spans}
        definition = f"type {escaped(name)} = {place.text_of(node)};"
        return Change((*before(place, member, definition, gates.pop() if len(gates) == 1 else ""), *edits))

    yield Action(f"Extract into type `{name}`", EXTRACT, lambda: extracted(False))
    others = _same(scope, written, place.base + node.start)
    if len(others) > 1:
        yield Action(f"Extract all {len(others)} of these into type `{name}`", EXTRACT, lambda: extracted(True))


def _same(scope: Scope, written: str, here: int) -> list[Span]:
    """Returns where a scope has a type of the same text, as far as a name could stand there."""
    found: list[Span] = []
    for member in scope.members:
        core = member.core
        if isinstance(core, Leaf):
            continue
        for node, parent in type_nodes(core):
            if not isinstance(node, Generic) or text_of(node) != written:
                continue
            is_here = member.base + node.start == here
            if not is_here and (isinstance(parent, TypeAlias) or not _may_name(core, parent)):
                continue
            found.append(Span(member.base + node.start, member.base + node.end))
    return found


def _may_name(core: Node, parent: object) -> bool:
    """Tells whether a name could stand where a type is: results of constructors and accessors are written out."""
    if not isinstance(parent, ResultType):
        return True
    return isinstance(core, Function) and core.callable is not None and core.callable.accessor is None


def _name_for(place: Place) -> str:
    """Returns what a type at a place would be called: after the parameter or field, or the function that returns it."""
    for node in reversed(place.around):
        if isinstance(node, (Param, Entry)) and node.name is not None:
            return node.name.name
        if isinstance(node, (Function, Method, Extern)) and node.name is not None:
            return f"{node.name.name}-result"
        if isinstance(node, TypeAlias) and node.name is not None:
            return f"{node.name.name}-part"
    return "new-type"


# Records


def _tuple_to_record(place: Place, scope: Scope, member: Member, node: Node | Leaf) -> Iterator[Action]:
    if not isinstance(node, Generic) or node.keyword.kind != "tuple" or not node.items or _has_comment(node):
        return
    parts = [place.text_of(item) for item in node.items]
    fields = [
        (_ORDINALS[number] if number < len(_ORDINALS) else f"field-n{number + 1}", part)
        for number, part in enumerate(parts)
    ]
    parent = place.parent(node)
    if isinstance(parent, TypeAlias) and parent.name is not None:
        name = parent.name.value

        def rewritten() -> Change:
            line = place.line_indent(place.base + parent.start)
            return Change((place.replace(parent, _record(name, fields, line, place.unit)),))

        yield Action(f"Convert `{parent.name.name}` to a record", REWRITE, rewritten)
        return
    if isinstance(parent, ResultType) and _is_accessor(place):
        return
    fresh = fresh_name(_name_for(place), scope.names())

    def extracted() -> Change:
        line = place.line_indent(member.start)
        definition = _record(escaped(fresh), fields, line, place.unit)
        gate = gate_at(scope, place.base + node.start)
        return Change((*before(place, member, definition, gate), place.replace(node, escaped(fresh))))

    yield Action(f"Convert tuple to record `{fresh}`", EXTRACT, extracted)


def _record(name: str, fields: list[tuple[str, str]], indent: str, unit: str) -> str:
    rows = "".join(f"{indent}{unit}{field}: {type_},\n" for field, type_ in fields)
    return f"record {name} {{\n{rows}{indent}}}"


def parameter_actions(place: Place) -> Iterator[Action]:
    """Offers to put the parameters of a function, or those of them that are selected, into a record."""
    scope, member = place.scope, place.member
    holder = place.node(Constructor) or place.node(Method) or place.node(Function) or place.node(Extern)
    if scope is None or member is None or holder is None:
        return
    callable_ = holder if isinstance(holder, Constructor) else holder.first(Callable)
    if callable_ is None or callable_.params_node is None or _is_accessor(place):
        return
    params = [param for param in callable_.params if param.name is not None and param.type_node is not None]
    if len(params) != len(callable_.params) or _has_comment(callable_.params_node):
        return
    start, end = place.span.start - place.base, place.span.end - place.base
    chosen = params
    if start < end:
        chosen = [param for param in params if param.start < end and start < param.end]
    inside = callable_.params_node.start <= start and end <= callable_.params_node.end
    on_name = isinstance(place.around[-1], Leaf) and place.around[-1] is getattr(holder, "name", None)
    if len(chosen) < 2 or not (inside or on_name):
        return
    subject = _subject(place, holder)
    name = fresh_name(f"{subject}-args", scope.names())
    rest = {param.name.name for param in params if param not in chosen and param.name is not None}
    param_name = fresh_name("args", rest)

    def extracted() -> Change:
        fields = [
            (place.text_of(param.name), place.text_of(param.type_node))
            for param in chosen
            if param.name is not None and param.type_node is not None
        ]
        definition = _record(escaped(name), fields, place.line_indent(member.start), place.unit)
        span = Span(place.base + chosen[0].start, place.base + chosen[-1].end)
        edit = TextEdit(place.path, span, f"{param_name}: {escaped(name)}")
        return Change((*before(place, member, definition, gate_at(scope, span.start)), edit))

    what = "parameters" if len(chosen) == len(params) else f"{len(chosen)} parameters"
    yield Action(f"Extract {what} into record `{name}`", EXTRACT, extracted)


def _subject(place: Place, holder: Node) -> str:
    name = getattr(holder, "name", None)
    if isinstance(name, Leaf):
        return name.name
    resource = place.node(Resource)
    if resource is not None and resource.name is not None:
        return f"{resource.name.name}-new"
    return "call"


# Wrap and unwrap


def _wrap(place: Place, node: Node | Leaf) -> Iterator[Action]:
    kind = node.keyword.kind if isinstance(node, Generic) else node.kind if isinstance(node, Leaf) else ""
    if kind in ("borrow",) and isinstance(place.parent(node), ResultType):
        return
    written = place.text_of(node)
    if kind != "option":
        yield _rewrite(place, node, "Wrap in `option`", f"option<{written}>")
    is_result = isinstance(place.parent(node), ResultType)
    if is_result and kind != "result":
        yield _rewrite(place, node, "Wrap in `result`", f"result<{written}>")
        yield _rewrite(place, node, "Wrap in `result` with an error", f"result<{written}, string>")
    elif kind == "result":
        items = [] if isinstance(node, Leaf) else node.items if isinstance(node, Generic) else []
        if len(items) < 2:
            ok = place.text_of(items[0]) if items else "_"
            yield _rewrite(place, node, "Add an error type", f"result<{ok}, string>")
    if not is_result:
        yield _rewrite(place, node, "Wrap in `list`", f"list<{written}>")


def _unwrap(place: Place, node: Node | Leaf) -> Iterator[Action]:
    if not isinstance(node, Generic) or node.keyword.kind not in ("option", "result", "list", "future", "stream"):
        return
    items = node.items
    if not items or place.text_of(items[0]) == "_" or (node.keyword.kind == "list" and len(items) > 1):
        return
    yield _rewrite(place, node, f"Unwrap `{node.keyword.kind}`", place.text_of(items[0]))


def _rewrite(place: Place, node: Node | Leaf, title: str, text: str) -> Action:
    return Action(title, REWRITE, lambda: Change((place.replace(node, text),)))


def result_actions(place: Place) -> Iterator[Action]:
    """Offers to let a function without a result return one."""
    callable_ = place.node(Callable)
    holder = place.node(Function) or place.node(Method) or place.node(Extern)
    if callable_ is None and holder is not None:
        callable_ = holder.first(Callable)
    if callable_ is None or callable_.accessor is not None or callable_.result is not None or place.member is None:
        return
    params = callable_.params_node
    if params is None or params.start < place.span.start - place.base < params.end:
        return
    end = place.base + params.end
    yield Action("Return a `result`", REWRITE, lambda: Change((place.insert(end, " -> result"),)))
