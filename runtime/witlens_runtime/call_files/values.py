"""From the tree of a call file to WAVE: values and arguments as the trees that the reader of WAVE takes."""

from __future__ import annotations

from witlens_analysis.diagnostics import Span
from witlens_analysis.model import Primitive
from witlens_analysis.syntax.tree import Leaf, Node

from ..wave.errors import WaveError
from ..wave.parser import MAX_DEPTH
from ..wave.reader import read_value
from ..wave.tree import Applied, Braces, Broken, Call, Entry, Items, Label, Number, Quoted
from ..wave.tree import Node as WaveNode
from .syntax import nodes
from .syntax.lexical import wave_token
from .syntax.nodes import ValueNode, below

_STRING = Primitive("string")


def wave_node(node: ValueNode | None, base: int, depth: int = 0) -> WaveNode:
    """A value as a tree of WAVE, with positions in the text; `base` is where the statement begins."""
    if node is None:
        return Broken(Span(base, base))
    span = Span(base + node.start, base + node.end)
    if depth > MAX_DEPTH:
        return Broken(span)
    if isinstance(node, Leaf):
        return _leaf(node, base, span)
    if isinstance(node, nodes.Choice):
        return _choice(node, base, span, depth)
    if isinstance(node, nodes.Braces):
        entries = tuple(_entry(entry, base, depth + 1) for entry in node.all(nodes.Entry))
        colon = not entries and node.leaf(":") is not None
        return Braces(span, entries, colon)
    items = tuple(wave_node(item, base, depth + 1) for item in below(node))
    return Items(span, items, isinstance(node, nodes.ListValue))


def _leaf(leaf: Leaf, base: int, span: Span) -> WaveNode:
    if not leaf.value:
        return Broken(span)
    token = wave_token(leaf, base)
    if token.kind == "error":
        return Broken(span)
    return Number(span, leaf.value) if leaf.kind == "NUMBER" else Quoted(span, token)


def _choice(node: nodes.Choice, base: int, span: Span, depth: int) -> WaveNode:
    leaf = node.children[0]
    if not isinstance(leaf, Leaf) or not leaf.value or wave_token(leaf).kind == "error":
        return Broken(span)
    label = Label(Span(base + leaf.start, base + leaf.end), leaf.name, leaf.value.startswith("%"))
    if len(node.children) == 1:
        return label
    payloads = below(node)
    if not payloads:
        return Applied(span, label, Broken(Span(span.end, span.end)))
    return Applied(span, label, wave_node(payloads[0], base, depth + 1))


def _entry(node: nodes.Entry, base: int, depth: int) -> Entry:
    key, *rest = [wave_node(part, base, depth) for part in below(node)] or [Broken(Span(base, base))]
    if node.leaf(":") is None:
        return Entry(key, None)
    return Entry(key, rest[0] if rest else Broken(Span(key.span.end, key.span.end)))


def wave_call(call: nodes.Call, base: int) -> Call:
    """A call as a tree of WAVE."""
    name = call.name.leaf_ if call.name is not None else Leaf("LABEL", "", "", call.start)
    callee = Span(base + name.start, base + name.end)
    arguments = call.arguments
    if arguments is None:
        return Call(
            Span(base + call.start, base + call.end), name.value, callee, Items(Span(callee.end, callee.end), (), False)
        )
    return Call(Span(base + call.start, base + call.end), name.value, callee, wave_items(arguments, base))


def wave_items(arguments: nodes.Arguments, base: int) -> Items:
    """The arguments of a call as a tree of WAVE."""
    items = tuple(wave_node(item, base, 1) for item in below(arguments))
    return Items(Span(base + arguments.start, base + arguments.end), items, False)


def string_value(leaf: Leaf | None) -> str | None:
    """What a text in quotes says; None if it is missing or broken."""
    if leaf is None or not leaf.value or leaf.value[0] != '"':
        return None
    try:
        text: str = read_value(leaf.value, _STRING)
    except WaveError:
        return None
    return text


def extra_payloads(node: Node) -> list[nodes.Choice]:
    """The cases below a node that have more than one payload, or none between their parentheses."""
    found: list[nodes.Choice] = []
    stack: list[Node] = [node]
    while stack:
        one = stack.pop()
        if isinstance(one, nodes.Choice) and len(one.children) > 1 and len(below(one)) != 1:
            found.append(one)
        stack.extend(child for child in one.children if isinstance(child, Node))
    return found
