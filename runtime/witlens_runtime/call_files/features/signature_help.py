"""Signature help: what a call takes, while its arguments are written."""

from __future__ import annotations

from witlens_analysis.features.describe import documentation
from witlens_analysis.features.signature_help import Parameter, Signature, SignatureHelp
from witlens_analysis.features.symbols import Symbols
from witlens_analysis.model import Function
from witlens_analysis.syntax.tree import Leaf

from ...types import type_text
from ..meaning import CallMeaning
from ..view import CallView


def signature_help(view: CallView, offset: int) -> SignatureHelp | None:
    """Help for the call whose arguments an offset is in; None outside of any."""
    index = view.file.index_at(offset)
    for number in (index, index - 1):
        call = view.meaning.calls.get(number)
        if call is None or call.function is None or call.node.arguments is None:
            continue
        active = _active(view, number, call, offset)
        if active is None:
            continue
        made = _signature(call.function, call.wave.callee)
        count = len(call.function.params)
        return SignatureHelp((made,), _documentation(view, call), 0, active if active < count else None)
    return None


def _active(view: CallView, number: int, call: CallMeaning, offset: int) -> int | None:
    """Which argument an offset is in; None if it is in none."""
    base = view.file.starts[number]
    arguments = call.node.arguments
    assert arguments is not None
    start = base + arguments.start + 1
    closer = arguments.children[-1]
    is_closed = isinstance(closer, Leaf) and closer.kind == ")" and bool(closer.value)
    if offset < start or (is_closed and offset > base + arguments.end - 1):
        return None
    active = depth = 0
    for leaf in arguments.leaves():
        if base + leaf.start >= offset:
            break
        if leaf.value:
            depth += (leaf.kind in ("(", "[", "{")) - (leaf.kind in (")", "]", "}"))
            active += leaf.kind == "," and depth == 1
    return active


def _signature(function: Function, name: str) -> Signature:
    label = f"{name}("
    parameters = []
    for number, param in enumerate(function.params):
        label += ", " if number else ""
        start = len(label)
        label += f"{param.name}: {type_text(param.type)}"
        parameters.append(Parameter(start, len(label), ""))
    label += ")"
    if function.result is not None:
        label += f" -> {type_text(function.result)}"
    return Signature(label, tuple(parameters))


def _documentation(view: CallView, call: CallMeaning) -> str:
    if call.target is None or view.world is None:
        return ""
    sites = Symbols(view.wit, view.world.root).sites(call.target.symbol)
    return next((text for site in sites if (text := documentation(site))), "")
