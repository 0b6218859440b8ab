"""A core module's memory as lifting and lowering need it.

`Memory` is the protocol; `ByteMemory` implements it over a bytearray with an allocator that only moves upwards, and
`witlens_runtime.core_module` over a module that runs in wasmtime.
"""

from __future__ import annotations

from typing import Protocol, TypeAlias

from .errors import Trap
from .layout import align_to

PAGE = 65536
MAX_BYTES = (1 << 28) - 1
"""The most bytes that a string, or the elements of a list, may have."""
Bytes: TypeAlias = bytes | bytearray | memoryview


class Memory(Protocol):
    """Bytes at addresses, and the module's own allocator."""

    @property
    def size(self) -> int:
        """The number of bytes; valid addresses are below it."""

    def read(self, address: int, length: int) -> bytes:
        """`length` bytes from `address`. The caller has checked that they are inside."""

    def write(self, address: int, data: Bytes) -> None:
        """Copy `data` to `address`. The caller has checked that it fits."""

    def realloc(self, address: int, old_size: int, alignment: int, new_size: int) -> int:
        """What the module's `realloc` returns for these arguments; the memory may have grown afterwards."""


class ByteMemory:
    """A memory of its own, without a module: for showing what lowering writes, and for tests.

    Allocation starts at `heap_from` and moves upwards; nothing is used again. The memory grows by pages as needed.
    """

    __slots__ = ("data", "top")

    def __init__(self, heap_from: int = 1024, size: int = PAGE) -> None:
        self.data = bytearray(size)
        self.top = heap_from

    @property
    def size(self) -> int:
        """The number of bytes."""
        return len(self.data)

    def read(self, address: int, length: int) -> bytes:
        """`length` bytes from `address`."""
        return bytes(memoryview(self.data)[address : address + length])

    def write(self, address: int, data: Bytes) -> None:
        """Copy `data` to `address`."""
        view = memoryview(data).cast("B")
        self.data[address : address + len(view)] = view

    def realloc(self, address: int, old_size: int, alignment: int, new_size: int) -> int:
        """A fresh block of `new_size` bytes that begins with the `old_size` bytes at `address`."""
        start = align_to(self.top, alignment)
        self.top = start + new_size
        if self.top > len(self.data):
            self.data.extend(bytes(align_to(self.top - len(self.data), PAGE)))
        self.data[start : start + min(old_size, new_size)] = self.data[address : address + min(old_size, new_size)]
        return start


def check_range(memory: Memory, address: int, length: int, alignment: int, what: str) -> None:
    """Trap unless `length` bytes at `address` are inside `memory` and aligned. `what` begins the message."""
    if address & (alignment - 1):
        raise Trap(f"{what} is at address {address:#x}, which is not aligned to {alignment} bytes")
    if address + length > memory.size:
        raise Trap(f"{what} ({length} bytes at address {address:#x}) ends outside of the memory of {memory.size} bytes")


def allocate(memory: Memory, length: int, alignment: int, what: str) -> int:
    """The address of `length` new bytes. Trap where `realloc` gives an address that cannot hold them."""
    address = memory.realloc(0, 0, alignment, length)
    check_range(memory, address, length, alignment, f"what `realloc` returned for {what}")
    return address
