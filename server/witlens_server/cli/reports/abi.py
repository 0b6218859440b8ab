"""The Canonical ABI's view of a type, a value or a function, for people: tables of offsets, bytes and core values."""

from __future__ import annotations

from witlens_server.cli.terminal import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from witlens_analysis.model import Type
    from witlens_runtime.canonical_abi.dump import Piece
    from witlens_runtime.canonical_abi.layout import PointerType

_MAX_PARAMS = 16
#: Core types and cases listed; layouts of millions of them are legal.
_LISTED = 64
_BYTES_PER_LINE = 8


def type_text(item: str, definition: str, view: dict[str, Any]) -> str:
    """The layout of a type; `definition` is what it is, where that takes no more than a few words."""
    told = f"{item}: {definition}"
    output = [told, f"  size {_bytes(view['size'])}, alignment {view['alignment']}", f"  flat {_flat(view)}", ""]
    if "fields" in view:
        output += _members(view, [field["name"] for field in view["fields"]], view["fields"], "field")
    elif "items" in view:
        output += _members(view, [str(index) for index in range(len(view["items"]))], view["items"], "item")
    elif "cases" in view:
        output += _cases(view)
    elif "flags" in view:
        rows = [(str(flag["bit"]), f"{1 << flag['bit']:#x}", flag["name"]) for flag in view["flags"]]
        output += _table(("bit", "mask", "flag"), rows, ">><")
    else:
        output.pop()
    return "\n".join(output) + "\n"


def function_text(interface: str, view: dict[str, Any]) -> str:
    """The core signatures and names of a function of `interface`, or of a world itself ("")."""
    import_from, import_name = view["import_module"], view["import_name"]
    width = max((len(param["name"]) for param in view["params"]), default=0)
    output = [f"{view['function']} of {interface}" if interface else view["function"]]
    output += [f"  {param['name']:{width}}  {param['type']}: {_flat(param)}" for param in view["params"]]
    if view["result"] is not None:
        output.append(f"  -> {view['result']['type']}: {_flat(view['result'])}")
    output += [
        "",
        "import, as a core module sees it",
        f'  name       "{import_from}" "{import_name}"',
        f"  signature  {_signature(view['import'])}",
        *(f"             {note}" for note in _notes(view, "import")),
        "",
        "export, as a core module gives it",
        f'  name       "{view["export_name"]}"',
        f"  signature  {_signature(view['export'])}",
        *(f"             {note}" for note in _notes(view, "export")),
    ]
    results = ", ".join(view["export"]["results"])
    output.append(f'  afterwards "{view["post_return_name"]}" ({results}) -> nothing, if it is exported')
    for key, title in (("async_import", "async import"), ("async_export", "async export, with a callback")):
        if key in view:
            part = view[key]
            name = f'"{part["module"]}" "{part["name"]}"' if "module" in part else f'"{part["name"]}"'
            output += ["", title, f"  name       {name}", f"  signature  {_signature(part)}"]
    if "async_export" in view:
        callback, returned = view["async_export"]["callback"], view["async_export"]["task_return"]
        output += [
            f'  callback   "{callback["name"]}" {_signature(callback)}',
            f'  result by  "{returned["module"]}" "{returned["name"]}" {_signature(returned)}',
        ]
    return "\n".join(output) + "\n"


def value_text(view: dict[str, Any], type: Type, pointer: PointerType) -> str:
    """The bytes of a value with what each of them is, and its core values."""
    from witlens_runtime.canonical_abi.dump import pieces
    from witlens_runtime.canonical_abi.views import stored_memory

    memory = stored_memory(view)
    output = [f"stored at {view['at']:#06x}"]
    if view["heap"]:
        output[0] += f", and what it points to from {view['heap_from']:#06x} on"
    found = pieces(memory, view["at"], type, pointer)
    width = max((len(piece.path) for piece in found), default=0)
    for piece in found:
        output += _piece(piece, memory.read(piece.address, piece.size), min(width, 40))
    if "flat_values" in view:
        output += ["", f"core values: {', '.join(view['flat_values'])}"]
        if view["flat_heap"]:
            output.append(f"  with {len(view['flat_heap']) // 2} bytes from {view['at']:#06x} on: {view['flat_heap']}")
    return "\n".join(output) + "\n"


def _piece(piece: Piece, data: bytes, width: int) -> list[str]:
    """The lines of one piece: its first bytes and what they are; of long ones the end is left out."""
    rows = [data[start : start + _BYTES_PER_LINE] for start in range(0, min(len(data), 64), _BYTES_PER_LINE)]
    told = f"{piece.path:{width}}  {piece.meaning}" if piece.path else piece.meaning
    lines = [
        f"  {piece.address + index * _BYTES_PER_LINE:#06x}  {row.hex(' '):{3 * _BYTES_PER_LINE}} "
        + (printable(told) if index == 0 else "")
        for index, row in enumerate(rows)
    ]
    if len(data) > 64:
        lines.append(f"          ... {len(data) - 64} bytes more")
    return [line.rstrip() for line in lines]


def _members(view: dict[str, Any], names: Sequence[str], members: Sequence[dict[str, Any]], what: str) -> list[str]:
    rows: list[tuple[str, ...]] = []
    end = 0
    for name, member in zip(names, members, strict=True):
        rows += _padding(end, member["offset"])
        end = member["offset"] + member["size"]
        rows.append((str(member["offset"]), str(member["size"]), str(member["alignment"]), name, member["type"]))
    rows += _padding(end, view["size"])
    return _table(("offset", "size", "align", what, "type"), rows, ">>><<")


def _padding(start: int, end: int) -> list[tuple[str, ...]]:
    return [(str(start), str(end - start), "", "(padding)", "")] if end > start else []


def _cases(view: dict[str, Any]) -> list[str]:
    size = view["discriminant_size"]
    has_payload = any("type" in case for case in view["cases"])
    payload = f", payload at offset {view['payload_offset']}" if has_payload else ""
    rows = [
        (str(case["discriminant"]), case["name"], case.get("type", ""), str(case.get("size", "")))
        for case in view["cases"][:_LISTED]
    ]
    table = _table(("number", "case", "payload", "size"), rows, "><<>" if has_payload else "><")
    if len(view["cases"]) > _LISTED:
        table.append(f"  ... and {len(view['cases']) - _LISTED} more")
    return [f"  discriminant of {_bytes(size)} at offset 0{payload}", "", *table]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], sides: str) -> list[str]:
    """Rows with aligned columns; of `sides`, `>` puts a column to the right. Columns beyond it are left out."""
    lines = [head[: len(sides)], *(row[: len(sides)] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(sides))]
    columns = tuple(zip(sides, widths, strict=True))
    cells = [[f"{text:{side}{width}}" for text, (side, width) in zip(line, columns, strict=True)] for line in lines]
    return [f"  {'  '.join(line)}".rstrip() for line in cells]


def _flat(view: dict[str, Any]) -> str:
    """The core types of something, with how many there are where that is worth telling."""
    if view["flat"] is None or len(view["flat"]) > _LISTED:
        return f"{view['flat_count']} values"
    return " ".join(view["flat"])


def _notes(view: dict[str, Any], direction: str) -> list[str]:
    """Why a signature is not simply its parts one after the other."""
    notes = []
    count = sum(param["flat_count"] for param in view["params"])
    if count > _MAX_PARAMS:
        notes.append(f"{count} values > {_MAX_PARAMS}: parameters are passed by pointer")
    if view["result"] is not None and view["result"]["flat_count"] > 1:
        count = view["result"]["flat_count"]
        where = "into memory that the last parameter points to" if direction == "import" else "by pointer"
        notes.append(f"{count} values > 1: the result is returned {where}")
    return notes


def _signature(part: dict[str, Any]) -> str:
    return f"({', '.join(part['params'])}) -> {', '.join(part['results']) or 'nothing'}"


def _bytes(count: int) -> str:
    return "1 byte" if count == 1 else f"{count} bytes"
