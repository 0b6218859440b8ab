"""Hover: what a word of a call file is, as Markdown; for a variable also its last value."""

from __future__ import annotations

from collections.abc import Mapping

from witlens_analysis.features.hover import Hover
from witlens_analysis.features.hover import hover as wit_hover
from witlens_analysis.features.symbols import Symbol, Symbols

from ...types import type_text
from ..results import CallResult
from ..scope import holds_handle, signature
from ..view import CallView
from .places import Place, place_at, type_symbol

_KEYWORDS = {
    "world": "The world under test. Its component is the one that the project builds for it, else one that fits.",
    "component": "The component under test, from the folder of this file.",
    "link": "A component whose exports serve the imports of the one under test.",
    "grant": "Lets the component use something outside of itself: `dir`, `env`, `args`, `stdin`, `http`, `network`.",
    "dir": 'A folder: `grant dir "data" as "/data" readonly`.',
    "env": 'An environment variable: `grant env HOME = "/"`; without a value that of the runner.',
    "args": "Arguments of the command line.",
    "stdin": "What is read from standard input.",
    "http": "Outgoing HTTP requests.",
    "network": "Sockets, and names of hosts.",
    "as": "What the component calls the folder.",
    "readonly": "The component can read what is in the folder, and change nothing.",
    "stub": "Answers an imported function with a value, always the same.",
    "limit": "Stops a call that goes further: `timeout 500ms`, `fuel 1000000`, `memory 64MiB`, `output 1MiB`.",
    "test": "Calls that share an instance of their own. A wrong answer fails the test, and it goes on.",
    "let": "Keeps the answer of a call: `let x = ..`, or what is inside it: `let ok(x) = ..`, `let (a, b) = ..`.",
    "drop": "Ends a handle.",
    "traps": "The call must trap, with this text in the message. What follows runs in a fresh instance.",
}
_LIMITS = {
    "timeout": "Time of one call: `ms`, `s` or `min`.",
    "fuel": "Work of one call, about the number of instructions.",
    "memory": "Size of each memory of the component: `MiB` or `GiB`.",
    "output": "What one call may write: `KiB`, `MiB` or `GiB`.",
}


def hover(view: CallView, offset: int, results: Mapping[int, CallResult] | None = None) -> Hover | None:
    """Tells what is at an offset; None where there is nothing to say. `results` are by the number of the statement."""
    place = place_at(view, offset)
    if place is None:
        return None
    text = _text(view, place, results or {})
    return Hover(place.span, text) if text else None


def _text(view: CallView, place: Place, results: Mapping[int, CallResult]) -> str:
    if place.kind == "keyword":
        return _KEYWORDS.get(place.name, "")
    if place.kind == "limit":
        return _LIMITS.get(place.name, "")
    if place.variable is not None:
        return _variable(view, place, results)
    if place.symbol is not None:
        return _declared(view, place.symbol)
    if place.type is not None:
        return f"```wit\n{place.name}\n```\n\nof `{type_text(place.type)}`"
    return ""


def _declared(view: CallView, symbol: Symbol) -> str:
    """What hover in the WIT says about a declaration."""
    world = view.world
    if world is None:
        return ""
    for location in Symbols(view.wit, world.root).locations(symbol):
        found = wit_hover(view.wit, location.path, location.span.start)
        if found is not None:
            return found.markdown
    return ""


def _variable(view: CallView, place: Place, results: Mapping[int, CallResult]) -> str:
    variable = place.variable
    assert variable is not None
    type = type_text(variable.type) if variable.type is not None else "?"
    lines = [f"```wit\n{variable.name}: {type}\n```"]
    call = view.meaning.calls.get(variable.index)
    if call is not None and call.target is not None and call.function is not None:
        lines.append(f"from `{signature(call.function, call.wave.callee)}`")
    result = results.get(variable.index)
    if result is not None and result.value and not (variable.type is not None and holds_handle(variable.type)):
        lines.append(f"last answer: `{_cut(result.value)}`")
    if variable.gone:
        lines.append(f"gone: it {variable.gone}")
    if variable.type is not None:
        symbol = type_symbol(view.world, variable.type)
        described = _declared(view, symbol) if symbol is not None else ""
        if described:
            lines.append(f"---\n\n{described}")
    return "\n\n".join(lines)


def _cut(text: str) -> str:
    text = text.replace("`", "'")
    return text if len(text) <= 300 else f"{text[:297]}..."
