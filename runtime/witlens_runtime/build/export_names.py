"""Renames exports of a core module, for languages whose exports cannot carry the names of the Canonical ABI.

`operations_apply` becomes `demo:calc/operations@0.1.0#apply`, `bucket_get` with its interface `store` before it
(`store_bucket_get`) the method, `store_bucket_constructor` the constructor; a function of the world goes by its own
name. `cabi_post_` may stand before each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from witlens_analysis.model import Function, Interface, World

from ..canonical_abi.names import export_name
from ..engine.leb import leb
from ..wasm_binary import BinaryError, ByteReader, read_binary

_POST = "cabi_post_"
_EXPORT_SECTION = 7


def wanted_names(world: World) -> dict[str, str]:
    """What exports of plain identifiers are called by the Canonical ABI."""
    names = {}
    for plain, full in _names(world):
        names[plain] = full
        names[_POST + plain] = _POST + full
    return names


def _names(world: World) -> Iterator[tuple[str, str]]:
    for key, item in world.exports.items():
        if isinstance(item, Function):
            full = export_name(None, item)
            if "-" in item.name:
                yield _identifier(item.name), full
        elif isinstance(item, Interface):
            interface = key.partition("@")[0].rpartition("/")[2]
            for function in item.functions:
                marker, _, rest = function.name.rpartition("]")
                plain = f"{rest}_constructor" if "constructor" in marker else rest.replace(".", "_")
                yield _identifier(f"{interface}_{plain}"), export_name(key, function)


def _identifier(name: str) -> str:
    return name.replace("-", "_")


def rename_exports(module: bytes, names: Mapping[str, str]) -> bytes:
    """The core module with its exports renamed as `names` says, the others as they are. Raises BinaryError."""
    section = next((one for one in read_binary(module).sections if one.name == "export" and not one.custom), None)
    if section is None:
        return module
    reader = ByteReader(module, section.start, section.end)
    count = reader.u32()
    content = bytearray(leb(count))
    for _ in range(count):
        name = reader.name()
        encoded = names.get(name, name).encode()
        start = reader.position
        reader.byte()
        reader.u32()
        content += leb(len(encoded)) + encoded + module[start : reader.position]
    header = _header(module, section.start)
    return module[:header] + bytes([_EXPORT_SECTION]) + leb(len(content)) + bytes(content) + module[section.end :]


def _header(module: bytes, start: int) -> int:
    """Where the section begins whose content is at `start`: before its number there is its size, of 1 to 5 bytes."""
    position = 8
    while position < len(module):
        reader = ByteReader(module, position, len(module))
        reader.byte()
        size = reader.u32()
        if reader.position == start:
            return position
        position = reader.position + size
    raise BinaryError("the export section has no header")
