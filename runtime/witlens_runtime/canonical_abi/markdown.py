"""What the Canonical ABI makes of a type or function, as Markdown for hover: size, layout, core signature, names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from witlens_analysis.features.symbols import split_key
from witlens_analysis.model import Resource
from witlens_analysis.model_reader import Reader
from witlens_analysis.model_types import ModelError

from .declared import declared_functions, declared_type
from .errors import AbiError
from .signature import MAX_FLAT_PARAMS
from .views import function_view, type_view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from witlens_analysis.features.symbols import Symbol
    from witlens_analysis.model import Function, Type
    from witlens_analysis.workspace import Snapshot

_ROWS = 24
"""More fields or cases than this are counted, not listed."""
_LISTED = 16
"""More core values than this are counted, not listed."""


def abi_markdown(snapshot: Snapshot, root: str, symbol: Symbol) -> str:
    """Returns the Canonical ABI's view of a type, function or constructor; "" where there is none, as of a type with
    errors."""
    key = symbol.key
    if key is None or symbol.kind not in ("type", "function", "constructor"):
        return ""
    reader = Reader(snapshot.database, root)
    try:
        if symbol.kind == "type":
            type_ = declared_type(reader, symbol)
            return "" if type_ is None or isinstance(type_, Resource) else type_markdown(type_)
        direction = symbol.direction or split_key(key)[1].partition(" ")[0]
        sides = (direction,) if direction else ("import", "export")
        return "\n\n".join(function_markdown(*found, sides) for found in declared_functions(reader, symbol))
    except (ModelError, AbiError, KeyError, AssertionError):
        return ""


def type_markdown(type_: Type) -> str:
    """The size of a type, its core values, and where its parts lie in memory."""
    view = type_view(type_)
    head = f"**Canonical ABI**: {_bytes(view['size'])}, alignment {view['alignment']}, flat {_flat(view)}"
    return "\n\n".join([head, *_parts(view)])


def function_markdown(interface: str | None, function: Function, sides: Sequence[str] = ("import", "export")) -> str:
    """The core signatures of a function, what a core module calls it, and what goes through memory.

    `sides` are those that it is seen from: `import` by who calls it, `export` by who implements it.
    """
    view = function_view(interface, function)
    signatures = {side: _signature(view[side]) for side in sides}
    lines = ["**Canonical ABI**"]
    if len(set(signatures.values())) == 1:
        lines.append(f"core signature `{signatures[sides[0]]}`")
    else:
        lines.append(", ".join(f"{side}ed `{signature}`" for side, signature in signatures.items()))
    if "import" in sides:
        lines.append(f"import `{view['import_module']}` `{view['import_name']}`")
    if "export" in sides:
        lines.append(f"export `{view['export_name']}`")
    count = sum(param["flat_count"] for param in view["params"])
    if count > MAX_FLAT_PARAMS:
        lines.append(f"{count} values > {MAX_FLAT_PARAMS}: passed by pointer")
    if view["result"] is not None and view["result"]["flat_count"] > 1:
        lines.append(f"{view['result']['flat_count']} values > 1: the result is returned by pointer")
    return "  \n".join(lines)


def _parts(view: dict[str, Any]) -> list[str]:
    if "fields" in view:
        rows = [
            (str(one["offset"]), str(one["size"]), f"`{one['name']}`", f"`{one['type']}`") for one in view["fields"]
        ]
        return [_table(("offset", "size", "field", "type"), rows)]
    if "items" in view:
        items = [(str(one["offset"]), str(one["size"]), f"`{one['type']}`") for one in view["items"]]
        return [_table(("offset", "size", "type"), items)]
    if "cases" in view:
        payload = any("type" in one for one in view["cases"])
        told = f"discriminant of {_bytes(view['discriminant_size'])}"
        if not payload:
            return [told]
        cases = [
            (str(one["discriminant"]), f"`{one['name']}`", f"`{one['type']}`" if "type" in one else "")
            for one in view["cases"]
        ]
        return [f"{told}, payload at offset {view['payload_offset']}", _table(("number", "case", "payload"), cases)]
    return []


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    shown = [list(row) for row in rows[:_ROWS]]
    lines = [head, ["---"] * len(head), *shown]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"{table}\n\n... and {len(rows) - _ROWS} more" if len(rows) > _ROWS else table


def _flat(view: dict[str, Any]) -> str:
    if view["flat"] is None or len(view["flat"]) > _LISTED:
        return f"{view['flat_count']} core values"
    return f"`{' '.join(view['flat'])}`"


def _signature(part: dict[str, Any]) -> str:
    if len(part["params"]) > _LISTED:
        return f"({len(part['params'])} values) -> {', '.join(part['results']) or '()'}"
    return f"({', '.join(part['params'])}) -> {', '.join(part['results']) or '()'}"


def _bytes(count: int) -> str:
    return "1 byte" if count == 1 else f"{count} bytes"
