"""What is known of a WebAssembly file, as one JSON document and for people."""

from __future__ import annotations

import json

from witlens_analysis.model import Function, Interface, Resource
from witlens_runtime.types import function_text, type_text
from witlens_server.cli.binaries import size
from witlens_server.cli.terminal import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from witlens_runtime.inspection import Inspection
    from witlens_runtime.wasm_binary import Item
    from witlens_runtime.wasm_tools import Part, Producers

_KINDS = {"module": "core module", "component": "component", "wit": "package of WIT in binary form"}
#: Lines of one list; a module may import thousands of functions, and `--format json` has them all.
_SHOWN = 60


def json_inspection(found: Inspection) -> str:
    """One JSON document with its line end."""
    return json.dumps(inspection_document(found), indent=2) + "\n"


def inspection_document(found: Inspection) -> dict[str, Any]:
    """What the JSON document holds."""
    sides: dict[str, Any] = {"imports": {}, "exports": {}}
    if found.world is not None:
        sides = {"imports": found.world.imports, "exports": found.world.exports}
    return {
        "kind": found.kind,
        "size": found.size,
        "imports": [_item(item, sides["imports"]) for item in found.imports],
        "exports": [_item(item, sides["exports"]) for item in found.exports],
        "sections": found.sections,
        "parts": [
            {
                "kind": part.kind,
                "parent": part.parent,
                "name": part.name,
                "start": part.range[0],
                "end": part.range[1],
                "producers": part.producers,
            }
            for part in found.parts
        ],
        "libraries": found.libraries,
        "has_world": found.has_world,
        "wit": found.wit,
        "adapter": None
        if found.adapter is None
        else {"name": found.adapter.name, "imports": found.adapter.imports, "why": found.adapter.why},
        "pitfalls": [
            {"code": pitfall.code, "message": pitfall.message, "names": pitfall.names} for pitfall in found.pitfalls
        ],
    }


def _item(item: Item, side: Mapping[str, Any]) -> dict[str, Any]:
    """One import or export; of a core function its signature, of a component's what the WIT says."""
    document: dict[str, Any] = {"kind": item.kind, "name": item.name}
    if item.module is not None:
        document["module"] = item.module
    if item.type is not None:
        document["params"], document["results"] = item.type.params, item.type.results
    if item.kind in ("function", "instance") and item.module is None and item.name in side:
        told = dict(_told(side[item.name]))
        if item.kind == "function":
            document["type"] = told[""]
        else:
            document["functions"] = told
    return document


def _told(what: Any) -> Iterator[tuple[str, str]]:
    """The functions of an interface, or a function or type itself by the name "", as WIT writes them."""
    match what:
        case Interface():
            yield from ((function.name, function_text(function)) for function in what.functions)
        case Function():
            yield "", function_text(what)
        case Resource():
            yield "", "resource"
        case _:
            yield "", type_text(what)


def text_inspection(path: str, found: Inspection) -> str:
    """For people."""
    output = [f"{printable(path)}: {_KINDS[found.kind]}, {size(found.size)}"]
    if found.kind == "module":
        output.append("a world is embedded (--format wit shows it)" if found.has_world else "no world is embedded")
        output += _section("imports", list(_core_imports(found)))
        output += _section("exports", [_core(item) for item in found.exports])
    elif found.world is not None:
        output += _section("imports", list(_side(found.world.imports)))
        output += _section("exports", list(_side(found.world.exports)))
    elif found.kind == "component":
        output += _section("imports", [str(item) for item in found.imports])
        output += _section("exports", [str(item) for item in found.exports])
    if found.kind == "wit" and found.wit is not None:
        output += ["", *found.wit.rstrip().splitlines()]
    if len(found.parts) > 1:
        output += _section("parts", [_part(number, part, found.parts) for number, part in enumerate(found.parts)])
    width = max(map(len, found.sections), default=0)
    output += _section("sections", [f"{name:{width}}  {size(count)}" for name, count in found.sections.items()])
    output += _section("made by", list(_producers(found.parts)))
    output += _section("needed libraries", list(found.libraries))
    if found.adapter is not None:
        output += ["", f"to become a component it needs the {found.adapter.name} adapter: {found.adapter.why}"]
    for pitfall in found.pitfalls:
        names = ", ".join(pitfall.names[:4]) + (", ..." if len(pitfall.names) > 4 else "")
        output += ["", f"pitfall {pitfall.code}: {names}", f"  {pitfall.message}"]
    return "\n".join(printable(line) for line in output) + "\n"


def _section(title: str, lines: list[str]) -> list[str]:
    if not lines:
        return []
    shown = [f"  {line}" for line in lines[:_SHOWN]]
    if len(lines) > _SHOWN:
        shown.append(f"  ... and {len(lines) - _SHOWN} lines more (--format json has them all)")
    return ["", title, *shown]


def _core_imports(found: Inspection) -> Iterator[str]:
    """Imports under the modules that they come from."""
    modules: dict[str, list[Item]] = {}
    for item in found.imports:
        modules.setdefault(item.module or "", []).append(item)
    for module, items in modules.items():
        yield module
        yield from (f"  {_core(item)}" for item in items)


def _core(item: Item) -> str:
    told = "" if item.type is None else f" {item.type}"
    return f"{item.name}{told}" if item.kind == "function" else f"{item.name} ({item.kind})"


def _side(items: Mapping[str, Any]) -> Iterator[str]:
    """One side of a world: interfaces with their functions, and the world's own functions and types."""
    for key, what in items.items():
        if not isinstance(what, Interface):
            yield f"{key}: {dict(_told(what))['']}"
            continue
        yield key if what.id == key else f"{key}: {what.id}"
        yield from (f"  {name}: {told}" for name, told in _told(what))


def _part(number: int, part: Part, parts: tuple[Part, ...]) -> str:
    depth, parent = 0, part.parent
    while parent is not None and depth < len(parts):
        depth, parent = depth + 1, parts[parent].parent
    name = f" {part.name}" if part.name else ""
    return f"{'  ' * depth}{part.kind}{name}, {size(part.range[1] - part.range[0])}"


def merged_producers(parts: tuple[Part, ...]) -> Producers:
    """Each producer once, whichever part it made."""
    merged: Producers = {}
    for part in parts:
        for field, entries in part.producers.items():
            merged.setdefault(field, {}).update(entries)
    return merged


def _producers(parts: tuple[Part, ...]) -> Iterator[str]:
    for field, entries in merged_producers(parts).items():
        for name, version in entries.items():
            yield f"{field}: {name} {version}".rstrip()
