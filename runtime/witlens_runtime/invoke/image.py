"""The two sides of a wrapped call as memories: one that arguments are lowered into, one that the result is lifted from.

See `witlens_runtime.engine.wrapper` for what the bytes mean.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence

from ..canonical_abi import ByteMemory, Context, CoreSignature, CoreType, CoreValue, Trap
from ..canonical_abi.memory import Bytes
from ..engine.plan import BASE

_SLOT = 8
_FORMATS: dict[CoreType, str] = {"i32": "<I4x", "i64": "<Q", "f32": "<f4x", "f64": "<d"}
_UNSIGNED: dict[CoreType, int] = {"i32": 0xFFFF_FFFF, "i64": 0xFFFF_FFFF_FFFF_FFFF}


class ResultMemory:
    """The memory from `base` on, as a call left it; nothing can be written."""

    __slots__ = ("_base", "_data")

    def __init__(self, base: int, data: bytes) -> None:
        self._base = base
        self._data = data

    @property
    def size(self) -> int:
        """The address where it ends."""
        return self._base + len(self._data)

    def read(self, address: int, length: int) -> bytes:
        """`length` bytes from `address`."""
        if address < self._base and length:
            raise Trap(f"the result points to address {address:#x}, which is not part of it")
        start = address - self._base
        return self._data[start : start + length]

    def write(self, address: int, data: Bytes) -> None:
        """Not for results."""
        raise TypeError("results are read only")

    def realloc(self, address: int, old_size: int, alignment: int, new_size: int) -> int:
        """Not for results."""
        raise TypeError("results are read only")


def argument_memory(signature: CoreSignature) -> ByteMemory:
    """An empty memory that leaves room for the slots of the core arguments."""
    return ByteMemory(heap_from=BASE + _SLOT * len(signature.params))


def image_of(memory: ByteMemory, signature: CoreSignature, arguments: Sequence[CoreValue]) -> bytes:
    """The image of a call: `arguments` in their slots, and what was lowered into `memory`."""
    for index, (type, value) in enumerate(zip(signature.params, arguments, strict=True)):
        mask = _UNSIGNED.get(type)
        number = float(value) if mask is None else int(value) & mask
        struct.pack_into(_FORMATS[type], memory.data, BASE + _SLOT * index, number)
    with memoryview(memory.data) as view:
        return bytes(view[BASE : memory.top])


def callee(
    context: Context, memory: ByteMemory, signature: CoreSignature, spilled: bool, call: Callable[[bytes], bytes]
) -> Callable[[Sequence[CoreValue]], list[CoreValue]]:
    """A core function for `FunctionCodec.call`: makes the image, gives it to `call`, and puts `context` on the result.

    `signature` is that of an export; `spilled` is whether its core result is a pointer.
    """

    def run(arguments: Sequence[CoreValue]) -> list[CoreValue]:
        image = image_of(memory, signature, arguments)
        data = call(image)
        base = -(-(BASE + len(image)) // 16) * 16
        context.memory = ResultMemory(base, data)
        if not signature.results:
            return []
        if spilled:
            return [base]
        if len(data) < _SLOT:
            raise Trap("the result breaks off")
        return list(struct.unpack_from(_FORMATS[signature.results[0]], data))

    return run
