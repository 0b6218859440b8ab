"""Where everything is: the one memory and the one table that all libraries of a component share.

Memory: the stack, which grows down to address 0 and so traps when it is full; the data of each library; the table that
`dlopen` and `dlsym` look into; what is known of thread-local variables; the heap. Table: nothing at 0, which is the
null pointer; a slot for each function that is called or pointed at from elsewhere; the elements of each library.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .library import GET_TLS, OWN, PROGRAM_TLS, SET_TLS, Library, LinkError

PAGE = 65536
_HEAP_ALIGNMENT = 16
_MAX_MEMORY = 1 << 32
_MAX_TABLE = 10_000_000
"""More elements no engine allows."""


@dataclass(frozen=True, slots=True)
class ThreadLocals:
    """What is known of thread-local variables, as wasi-libc wants it.

    Each thread has a row with an address for every library in `places` (that of its thread-local variables, by the
    index of the library); the row of the first thread is at `row`. `data` is what lies at `base`: the addresses of the
    libraries' own descriptions, and at `program` the number of libraries, the address of these, and the row.
    """

    places: dict[int, int]
    row: int
    base: int
    program: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Layout:
    """Addresses are in bytes. `slots` has the place in the table of each function of a library, by index and name.

    `lookup` is at the address `lookup_base`; its root, two numbers, is at `lookup_root`.
    """

    stack_size: int
    memory_bases: tuple[int, ...]
    table_bases: tuple[int, ...]
    slots: dict[tuple[int, str], int]
    lookup: bytes
    lookup_base: int
    lookup_root: int
    thread_locals: ThreadLocals
    heap_base: int
    heap_end: int
    pages: int
    elements: int


def lay_out(libraries: Sequence[Library], called: Sequence[tuple[int, str]], stack_size: int) -> Layout:
    """The layout for `libraries`; `called` are the functions that need a slot. Raises LinkError if it is too large."""
    openable = [
        (index, name)
        for index, library in enumerate(libraries)
        if library.dl_openable
        for name in library.exported
        if name not in OWN
    ]
    stack_size = _aligned(stack_size, _HEAP_ALIGNMENT)
    slots = {function: place for place, function in enumerate(dict.fromkeys([*called, *openable]), 1)}
    memory, elements = stack_size, 1 + len(slots)
    memory_bases, table_bases = [], []
    for library in libraries:
        memory_bases.append(_aligned(memory, 1 << library.memory_alignment))
        table_bases.append(_aligned(elements, 1 << library.table_alignment))
        memory = memory_bases[-1] + library.memory_size
        elements = table_bases[-1] + library.table_size
    lookup_base = _aligned(memory, 4)
    lookup, root = _lookup(libraries, slots, memory_bases, lookup_base)
    thread_locals = _thread_locals(libraries, memory_bases, _aligned(lookup_base + len(lookup), 4))
    heap_base = _aligned(thread_locals.base + len(thread_locals.data), _HEAP_ALIGNMENT)
    pages = max(-(-heap_base // PAGE), *(library.memory_pages for library in libraries))
    elements = max(elements, *(library.table_elements for library in libraries))
    if pages * PAGE >= _MAX_MEMORY:
        raise LinkError("stack and data of the libraries need more than 4 GiB")
    if elements > _MAX_TABLE:
        raise LinkError(f"the libraries need a table of {elements} elements, engines allow {_MAX_TABLE}")
    return Layout(
        stack_size,
        tuple(memory_bases),
        tuple(table_bases),
        slots,
        lookup,
        lookup_base,
        root,
        thread_locals,
        heap_base,
        pages * PAGE,
        pages,
        elements,
    )


def _aligned(value: int, alignment: int) -> int:
    return -(-value // alignment) * alignment


def _thread_locals(libraries: Sequence[Library], memory_bases: Sequence[int], row: int) -> ThreadLocals:
    """What is known of thread-local variables, to be put at `row`; nothing where no library asks."""
    asked = any(PROGRAM_TLS in library.variables or library.intrinsics & {GET_TLS, SET_TLS} for library in libraries)
    described = {index: library.tls for index, library in enumerate(libraries) if asked and library.tls is not None}
    places = {index: place for place, index in enumerate(described)}
    base = row + 4 * len(places)
    program = base + 4 * len(places)
    if not asked:
        return ThreadLocals(places, row, base, program, b"")
    own = [tls.offset + (0 if tls.absolute else memory_bases[index]) for index, tls in described.items()]
    return ThreadLocals(places, row, base, program, _words(*own, len(own), base, row))


def _lookup(
    libraries: Sequence[Library], slots: dict[tuple[int, str], int], memory_bases: Sequence[int], base: int
) -> tuple[bytes, int]:
    """What `dlopen` and `dlsym` look into, to be put at `base`, and the address of its root.

    The root is a count and the address of a row of libraries: length and address of the name, count and address of a
    row of symbols: length and address of the name, address in the table or in the memory. Rows are sorted by name.
    """
    out = bytearray()
    rows: list[tuple[bytes, int, int, int]] = []

    def put(name: str) -> tuple[bytes, int]:
        text, place = name.encode(), base + len(out)
        out.extend(text + b"\0")
        out.extend(bytes(-len(out) % 4))
        return text, place

    for index, library in enumerate(libraries):
        if not library.dl_openable:
            continue
        text, place = put(library.name)
        symbols = [(*put(name), slots[index, name]) for name in library.exported if name not in OWN]
        for name, address in library.addresses.items():
            start = 0 if address.absolute else memory_bases[index]
            symbols.append((*put(name), start + address.offset))
        rows.append((text, place, len(symbols), base + len(out)))
        for name_text, name_place, value in sorted(symbols):
            out.extend(_words(len(name_text), name_place, value))
    row_place = base + len(out)
    for text, place, count, symbols_place in sorted(rows):
        out.extend(_words(len(text), place, count, symbols_place))
    root = base + len(out)
    out.extend(_words(len(rows), row_place))
    return bytes(out), root


def _words(*values: int) -> bytes:
    return b"".join((value & 0xFFFF_FFFF).to_bytes(4, "little") for value in values)
