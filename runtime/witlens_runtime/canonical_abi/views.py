"""What the Canonical ABI makes of a type, a value or a function, as data to show: `witlens abi` and hover.

Views are plain dictionaries with the keys of the command's JSON. Sizes, alignments and offsets are in bytes.
"""

from __future__ import annotations

from typing import Any

from witlens_analysis.model import Enum, Flags, Function, Option, Record, Result, Tuple, Type, Variant

from ..types import kind_text, type_text
from .codec import Context, CoreValue
from .compiler import codec_of
from .layout import Layout, PointerType, align_to, cases_of, choice_of, layout_of, members_of
from .memory import ByteMemory
from .names import callback_name, export_name, import_name, post_return_name, task_return_name
from .signature import CALLBACK, CoreSignature, core_signature, task_return_signature
from .strings import StringEncoding
from .values import Value

STORED_AT = 1024
"""Where a value is stored when it is shown. What it points to follows, from the next multiple of 16 on."""


def type_view(type: Type, pointer: PointerType = "i32") -> dict[str, Any]:
    """`size`, `alignment`, `flat` (None if too long to list) and `flat_count`, and the parts that `type` has.

    A record has `fields` and a tuple `items` with their `offset`; what is one of several has `cases` with the
    `discriminant` of each, `discriminant_size` and `payload_offset`; flags have `flags` with the `bit` of each.
    """
    layout = layout_of(type, pointer)
    view: dict[str, Any] = {"type": type_text(type), "kind": kind_text(type), **_layout_view(layout)}
    match type:
        case Record(fields):
            offsets = members_of(type, pointer).offsets
            named = [(field.name, field.type) for field in fields]
            view["fields"] = [
                {"name": name, "offset": offset, **_part(part, pointer)}
                for (name, part), offset in zip(named, offsets, strict=True)
            ]
        case Tuple(types):
            offsets = members_of(type, pointer).offsets
            view["items"] = [
                {"offset": offset, **_part(part, pointer)} for part, offset in zip(types, offsets, strict=True)
            ]
        case Variant() | Enum() | Option() | Result():
            place = choice_of(type, pointer)
            view["discriminant_size"] = place.discriminant_size
            view["payload_offset"] = place.payload_offset
            view["cases"] = [
                {"name": name, "discriminant": index, **({} if part is None else _part(part, pointer))}
                for index, (name, part) in enumerate(cases_of(type))
            ]
        case Flags(flags):
            view["flags"] = [{"name": name, "bit": bit} for bit, name in enumerate(flags)]
    return view


def value_view(
    value: Value, type: Type, pointer: PointerType = "i32", encoding: StringEncoding = "utf8"
) -> dict[str, Any]:
    """The bytes and core values that lowering `value` gives, in a fresh memory.

    `stored` is the value at address `at` and `heap` what it points to, from `heap_from` on, both in hex;
    `flat_values` are the core values as text, `flat_heap` what they point to, from `at` on. Allocation moves upwards,
    aligned, and never uses a place again. Raises ValueMismatch.
    """
    codec = codec_of(type, pointer)
    codec.check(value)
    layout = codec.layout
    heap_from = align_to(STORED_AT + layout.size, 16)
    memory = ByteMemory(heap_from)
    block = bytearray(layout.size)
    codec.store(Context(memory, encoding), value, block, 0)
    view: dict[str, Any] = {
        "at": STORED_AT,
        "stored": block.hex(),
        "heap_from": heap_from,
        "heap": memory.data[heap_from : memory.top].hex(),
    }
    if layout.flat is not None:
        flat_memory = ByteMemory(STORED_AT)
        flat: list[CoreValue] = []
        codec.lower(Context(flat_memory, encoding), value, flat)
        view["flat_values"] = [str(core) for core in flat]
        view["flat_heap"] = flat_memory.data[STORED_AT : flat_memory.top].hex()
    return view


def stored_memory(view: dict[str, Any]) -> ByteMemory:
    """The memory that a `value_view` tells of, for reading what it holds piece by piece (`dump.pieces`)."""
    stored, heap = bytes.fromhex(view["stored"]), bytes.fromhex(view["heap"])
    memory = ByteMemory(size=align_to(view["heap_from"] + len(heap), 16))
    memory.write(view["at"], stored)
    memory.write(view["heap_from"], heap)
    return memory


def function_view(interface: str | None, function: Function, pointer: PointerType = "i32") -> dict[str, Any]:
    """The core signatures and names of `function` of `interface` (None: of the world itself).

    `import` and `export` are what a core module imports or exports for it; `import_module` and `import_name` are the
    two names of the import, `export_name` and `post_return_name` those of the exports. `params` and `result` (None
    without one) tell the `flat` core values of each part before any of them moves into memory. For an async function,
    `async_import` and `async_export` tell the signatures and names of that way of calling; the export has a `callback`,
    which goes on with it after a wait, and hands its result to the import `task_return`.
    """
    name = import_name(interface, function)
    view: dict[str, Any] = {
        "function": function.name,
        "import": _signature_view(core_signature(function, "lower", pointer)),
        "export": _signature_view(core_signature(function, "lift", pointer)),
        "import_module": name.module,
        "import_name": name.field,
        "export_name": export_name(interface, function),
        "post_return_name": post_return_name(interface, function),
        "params": [{"name": param.name, **_flat(param.type, pointer)} for param in function.params],
        "result": None if function.result is None else _flat(function.result, pointer),
    }
    if function.is_async:
        returned = task_return_name(interface, function)
        view["async_import"] = {
            **_signature_view(core_signature(function, "lower", pointer, "async")),
            "module": name.module,
            "name": import_name(interface, function, "async").field,
        }
        view["async_export"] = {
            **_signature_view(core_signature(function, "lift", pointer, "async")),
            "name": export_name(interface, function, "async"),
            "callback": {**_signature_view(CALLBACK), "name": callback_name(interface, function)},
            "task_return": {
                **_signature_view(task_return_signature(function, pointer)),
                "module": returned.module,
                "name": returned.field,
            },
        }
    return view


def _layout_view(layout: Layout) -> dict[str, Any]:
    return {
        "size": layout.size,
        "alignment": layout.alignment,
        "flat": None if layout.flat is None else list(layout.flat),
        "flat_count": layout.flat_count,
    }


def _part(type: Type, pointer: PointerType) -> dict[str, Any]:
    layout = layout_of(type, pointer)
    return {"type": type_text(type), "size": layout.size, "alignment": layout.alignment}


def _flat(type: Type, pointer: PointerType) -> dict[str, Any]:
    layout = layout_of(type, pointer)
    flat = None if layout.flat is None else list(layout.flat)
    return {"type": type_text(type), "flat": flat, "flat_count": layout.flat_count}


def _signature_view(signature: CoreSignature) -> dict[str, Any]:
    return {"params": list(signature.params), "results": list(signature.results)}
