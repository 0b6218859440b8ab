"""`witlens/abi`: what the Canonical ABI makes of the type or function under the cursor, byte by byte.

Takes `uri` and `position`, `pointer` ("i32" or "i64") and, for a type, `value` in WAVE. Answers `item`, `kind`, and

* for a type: `definition`, `view` (as `witlens abi --format json`), `layouts` (one, or one for each case: `case`,
  `segments` of `offset`, `size`, `path`, `type`, `role`), `start` (a value to begin with), and with a value `problems`
  (`start`, `end`, `message`) or `bytes` (`address`, `hex`, `path`, `meaning`), `at`, `heapFrom` and `flatValues`;
* for a function: `functions`, each `interface` and `view`;

and `place`, where it is declared.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from witlens_analysis.features.symbols import Symbols
from witlens_analysis.features.target import target_at
from witlens_analysis.model import Enum, Option, Own, Resource, Result, Variant
from witlens_analysis.model_reader import Reader
from witlens_analysis.model_types import ModelError
from witlens_runtime.call_files.defaults import default_text
from witlens_runtime.canonical_abi.declared import declared_functions, declared_type
from witlens_runtime.canonical_abi.dump import pieces
from witlens_runtime.canonical_abi.errors import AbiError
from witlens_runtime.canonical_abi.segments import case_segments, segments
from witlens_runtime.canonical_abi.views import function_view, stored_memory, type_view, value_view
from witlens_runtime.types import definition_text, function_text
from witlens_runtime.wave import WaveError, read_value
from witlens_server.lsp.commands import text_argument
from witlens_server.lsp.protocol import RequestError
from witlens_server.lsp.workbench.places import position_of, symbol_place

if TYPE_CHECKING:
    from witlens_analysis.features.symbols import Symbol
    from witlens_analysis.model import Type
    from witlens_runtime.canonical_abi.layout import PointerType
    from witlens_runtime.canonical_abi.segments import Segment
    from witlens_server.lsp.scheduler import CancelToken
    from witlens_server.lsp.server import WitlensServer

Params = dict[str, Any]

_LISTED = 256
"""Cases and fields that are listed, and core values."""
_LONGEST_VALUE = 100_000
_LONGEST_PIECE = 256
"""Bytes of one piece that are shown."""


def abi(server: WitlensServer, params: Params, token: CancelToken) -> dict[str, Any]:
    """Answers the request."""
    uri = text_argument(params, "uri")
    pointer: PointerType = "i64" if params.get("pointer") == "i64" else "i32"
    value = params.get("value")
    position = position_of(params.get("position"))
    if position is None:
        raise RequestError(types.ErrorCodes.InvalidParams, "the argument `position` is missing")

    def found() -> tuple[dict[str, Any], Type | None]:
        return _found(server, uri, position, pointer)

    try:
        answer, type = server.analysed(found, token)
        if type is not None and isinstance(value, str):
            answer |= _value(value, type, pointer)
        return answer
    except (ModelError, AbiError) as error:
        raise _failed(f"there is no layout for this yet: {error}") from None


def _found(
    server: WitlensServer, uri: str, position: types.Position, pointer: PointerType
) -> tuple[dict[str, Any], Type | None]:
    """What is declared by the name at a place: the answer but for a value, and the type."""
    cursor = server.workspace_of_client.cursor(types.TextDocumentIdentifier(uri), position)
    root = cursor.snapshot.root_of(cursor.path) if cursor is not None else None
    target = target_at(cursor.snapshot, cursor.path, cursor.offset) if cursor is not None else None
    if cursor is None or root is None or target is None:
        raise _failed("put the cursor on the name of a type or function")
    symbols = Symbols(cursor.snapshot, root)
    reader = Reader(cursor.snapshot.database, root)
    candidates = [*target.symbols, *_owners(target.symbols)]
    for symbol in candidates:
        if symbol.key is None:
            continue
        place = symbol_place(server, symbols, symbol)
        if symbol.kind == "type":
            type = declared_type(reader, symbol)
            if type is not None:
                return _type(symbol, type, pointer) | {"place": place}, _as_passed(type)
        elif symbol.kind in ("function", "constructor"):
            functions = [
                {
                    "interface": interface or "",
                    "signature": function_text(function),
                    "view": function_view(interface or None, function, pointer),
                }
                for interface, function in declared_functions(reader, symbol)
            ]
            if functions:
                item = ".".join(symbol.names)
                return {"kind": "function", "item": item, "functions": functions, "place": place}, None
    raise _failed(f"`{target.text}` is neither a type nor a function: put the cursor on the name of one")


def _owners(symbols: tuple[Symbol, ...]) -> list[Symbol]:
    """The types that fields, cases and flags belong to, and the functions of parameters."""
    found: list[Symbol] = []
    for one in symbols:
        if len(one.names) > 1 and one.kind in ("field", "case", "flag"):
            found.append(replace(one, kind="type", names=one.names[:-1]))
        elif len(one.names) > 1 and one.kind == "param":
            found.append(replace(one, kind="function", names=one.names[:-1]))
    return found


def _as_passed(type: Type | Resource) -> Type:
    """A resource passes as a handle."""
    return Own(type) if isinstance(type, Resource) else type


def _type(symbol: Symbol, declared: Type | Resource, pointer: PointerType) -> dict[str, Any]:
    type = _as_passed(declared)
    view = type_view(type, pointer)
    for part in ("fields", "items", "cases"):
        if part in view:
            view[part] = view[part][:_LISTED]
    if view["flat"] is not None and len(view["flat"]) > _LISTED:
        view["flat"] = None
    layouts: list[dict[str, Any]]
    if isinstance(type, Variant | Enum | Option | Result):
        layouts = [{"case": case, "segments": _segments(found)} for case, found in case_segments(type, pointer)]
        if isinstance(type, Enum) or all(len(one["segments"]) == 1 for one in layouts):
            layouts = [{"case": None, "segments": layouts[0]["segments"] if layouts else []}]
    else:
        layouts = [{"case": None, "segments": _segments(segments(type, pointer))}]
    told = f"resource {declared.name.name}" if isinstance(declared, Resource) else definition_text(type)
    return {
        "kind": "type",
        "item": ".".join(symbol.names),
        "definition": told if len(told) < 2000 else f"{told[:2000]}…",
        "pointer": pointer,
        "view": view,
        "layouts": layouts,
        "start": default_text(type),
    }


def _segments(found: tuple[Segment, ...]) -> list[dict[str, Any]]:
    return [
        {"offset": one.offset, "size": one.size, "path": one.path, "type": one.type, "role": one.role} for one in found
    ]


def _value(text: str, type: Type, pointer: PointerType) -> dict[str, Any]:
    """The bytes of a value, or what is wrong with its text."""
    if len(text) > _LONGEST_VALUE:
        return {"problems": [{"start": 0, "end": len(text), "message": "this is too long to be shown"}]}
    try:
        view = value_view(read_value(text, type), type, pointer)
    except WaveError as error:
        return {
            "problems": [
                {"start": one.span.start, "end": one.span.end, "message": one.message} for one in error.problems
            ]
        }
    memory = stored_memory(view)
    shown = []
    for piece in pieces(memory, view["at"], type, pointer):
        data = memory.read(piece.address, min(piece.size, _LONGEST_PIECE))
        shown.append(
            {
                "address": piece.address,
                "size": piece.size,
                "hex": data.hex(),
                "path": piece.path,
                "meaning": piece.meaning,
            }
        )
    return {
        "at": view["at"],
        "heapFrom": view["heap_from"],
        "bytes": shown,
        "flatValues": view.get("flat_values", [])[:_LISTED],
    }


def _failed(message: str) -> RequestError:
    return RequestError(types.LSPErrorCodes.RequestFailed, message)
