"""The texts that the linker writes: the front module, the module that finishes the start, and what joins them.

The *front* is what the encoder makes a component of. It has the memory, the table and the globals that libraries find
in `env`, `GOT.mem` and `GOT.func`; it imports what any library imports from outside, and exports it again for them; and
it exports every function that the component or an earlier library calls, as a call through the table. After the
component's own definitions come the libraries, each with what it needs from the front and from libraries before it,
and the *finish*, which puts the functions into the table and lets the libraries initialise themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..wasm_binary import CoreType
from . import library as names
from .layout import Layout, ThreadLocals
from .library import Library
from .symbols import Symbols

MARK = "link:"
"""What the front exports for libraries begins with this; no name of the Canonical ABI does so without a `/`."""


_INITIALIZES, _INITIALIZED = 6, 7
"""What the hook for tasks is told before and after the constructors."""
_CONTEXT = {names.GET_STACK: (names.ROOT, "[context-get-0]"), names.SET_STACK: (names.ROOT, "[context-set-0]")}
_ROW_OF_THREAD = (names.ROOT, "[context-get-1]")


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is decided: `order` is that in which libraries are instantiated, `exports` are the functions that
    the component calls, with the library of each.
    """

    symbols: Symbols
    order: Sequence[int]
    exports: dict[str, int]
    late: Mapping[tuple[str, CoreType], int]
    layout: Layout

    @property
    def libraries(self) -> Sequence[Library]:
        """The libraries that are linked."""
        return self.symbols.libraries


def late_functions(symbols: Symbols, order: Sequence[int]) -> dict[tuple[str, CoreType], int]:
    """The functions that some library needs before the one that has it is there, or that nobody has and may lack.

    They are numbered.
    """
    found: dict[tuple[str, CoreType], int] = {}
    there: set[int] = set()
    for index in order:
        for symbol in symbols.libraries[index].functions.items():
            if symbols.functions.get(symbol) not in there:
                found.setdefault(symbol, len(found))
        there.add(index)
    return found


def front_text(plan: Plan) -> str:
    """The text of the front."""
    return "\n".join(["(module", *_Front(plan).lines(), ")\n"])


def finish_text(plan: Plan) -> str:
    """The text of the module that is instantiated last; it imports the front as `main`, libraries by their numbers."""
    calls = list(_steps(plan))
    wanted = dict.fromkeys([*plan.layout.slots, *((index, name) for index, name, _ in calls)])
    lines = [f'(import "main" "{names.TABLE}" (table 0 funcref))']
    for place, (index, name) in enumerate(wanted):
        type = plan.libraries[index].exported[name]
        lines.append(f'(import "{index}" {quoted(name)} (func $f{place}{signature(type)}))')
    known = {function: f"$f{place}" for place, function in enumerate(wanted)}
    if plan.layout.slots:
        lines.append(f"(elem (i32.const 1) func {' '.join(known[function] for function in plan.layout.slots)})")
    code = " ".join(f"(call {known[index, name]} {argument})" for index, name, argument in calls)
    lines.append(f"(func $start {code})")
    return "\n".join(["(module", *(f"  {line}" for line in lines), "  (start $start)", ")\n"])


def _steps(plan: Plan) -> Iterator[tuple[int, str, str]]:
    """The calls that start the libraries: the library, the function and its argument."""
    # Addresses have to be right in all libraries before the first of their own code runs.
    for index in plan.order:
        if names.RELOCATE in plan.libraries[index].exported:
            yield index, names.RELOCATE, ""
    for index in plan.order:
        if names.SET_LIBRARIES in plan.libraries[index].exported:
            yield index, names.SET_LIBRARIES, f"(i32.const {plan.layout.lookup_root})"
    own = list(_constructors(plan))
    hook = plan.symbols.functions.get((names.TASK_HOOK, names.SETTER))
    if own and hook is not None:
        yield hook, names.TASK_HOOK, f"(i32.const {_INITIALIZES})"
    yield from own
    if own and hook is not None:
        yield hook, names.TASK_HOOK, f"(i32.const {_INITIALIZED})"


def _constructors(plan: Plan) -> Iterator[tuple[int, str, str]]:
    """The calls of what the libraries themselves do at the start."""
    for index in plan.order:
        exported = plan.libraries[index].exported
        if names.CONSTRUCT in exported and names.START not in exported:  # a program does that itself
            yield index, names.CONSTRUCT, ""
        if names.INITIALIZE in exported:
            yield index, names.INITIALIZE, ""


def joined_text(component: str, main: int, plan: Plan) -> str:
    """`component`, the text of the encoded front, with empty modules for the libraries and the finish, and instances.

    `main` is the index of the core instance that the front is.
    """
    body = component.rstrip().removesuffix(")").rstrip()
    lines = [body]
    lines += [f"(core module $link-m{place})" for place in range(len(plan.order) + 1)]
    lines += _Joining(main, plan).lines()
    return "\n".join([*lines, ")\n"])


class _Front:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def lines(self) -> Iterator[str]:
        """The fields of the module, imports first."""
        plan, layout = self._plan, self._plan.layout
        outside = outside_imports(plan.libraries)
        for place, ((module, name), type) in enumerate(outside.items()):
            yield f"  (import {quoted(module)} {quoted(name)} (func $import{place}{signature(type)}))"
            yield f"  (export {_import(module, name)} (func $import{place}))"
        row = _first_row(layout.thread_locals)
        if _starts_threads(plan.libraries) and _ROW_OF_THREAD in outside:
            row = f"(call $import{list(outside).index(_ROW_OF_THREAD)})"
        yield f'  (table (export "{names.TABLE}") {layout.elements} funcref)'
        yield f'  (memory (export "{names.MEMORY}") {layout.pages})'
        yield from self._globals()
        for index, library in enumerate(plan.libraries):
            for name in sorted(library.intrinsics & {names.GET_TLS, names.SET_TLS}):
                yield _thread_local(f"{MARK}{name} {index}", name, layout.thread_locals, index, row)
        for name, index in plan.exports.items():
            yield _through_table(quoted(name), plan.libraries[index].exported[name], layout.slots[index, name])
        for (name, type), place in plan.late.items():
            owner = plan.symbols.functions.get((name, type))
            slot = None if owner is None else layout.slots[owner, name]
            yield _through_table(_late(place, name), type, slot)
        if any(library.dl_openable for library in plan.libraries):
            yield f"  (data (i32.const {layout.lookup_base}) {_escaped(layout.lookup)})"
        if layout.thread_locals.data:
            yield f"  (data (i32.const {layout.thread_locals.base}) {_escaped(layout.thread_locals.data)})"

    def _globals(self) -> Iterator[str]:
        plan, layout = self._plan, self._plan.layout
        yield _global(names.STACK_POINTER, layout.stack_size, True)
        yield _global(names.INITIAL_STACK, layout.stack_size, False)
        for name in names.ASYNCIFY:
            yield _global(name, 0, True)
        for index in range(len(plan.libraries)):
            yield _global(f"{names.MEMORY_BASE} {index}", layout.memory_bases[index], False)
            yield _global(f"{names.TABLE_BASE} {index}", layout.table_bases[index], False)
        for name in sorted(set().union(*(library.variables for library in plan.libraries))):
            yield _global(f"address {name}", self._address(name), True)
        for name in sorted(set().union(*(library.pointers for library in plan.libraries))):
            owner = plan.symbols.pointers.get(name)
            yield _global(f"pointer {name}", 0 if owner is None else layout.slots[owner, name], True)

    def _address(self, name: str) -> int:
        """The address of a variable, 0 if it may lack and does."""
        layout = self._plan.layout
        known = {
            names.HEAP_BASE: layout.heap_base,
            names.HEAP_END: layout.heap_end,
            names.STACK_HIGH: layout.stack_size,
            names.STACK_LOW: 0,
            names.LIBRARIES: layout.lookup_root,
            names.PROGRAM_TLS: layout.thread_locals.program,
        }
        owner = self._plan.symbols.variables.get(name)
        if name in known or owner is None:
            return known.get(name, 0)
        address = self._plan.libraries[owner].addresses[name]
        return address.offset + (0 if address.absolute else layout.memory_bases[owner])


class _Joining:
    """Writes the instances of the libraries and of the finish."""

    def __init__(self, main: int, plan: Plan) -> None:
        self._main = main
        self._plan = plan
        self._aliases: dict[tuple[str, str], str] = {}
        self._there: set[int] = set()

    def lines(self) -> Iterator[str]:
        """Aliases and instances, each after what it needs."""
        for place, index in enumerate(self._plan.order):
            given: dict[str, list[str]] = {}
            for module, name, kind, instance, export in self._needs(index):
                alias = self._aliases.get((instance, export))
                if alias is None:
                    alias = self._aliases[instance, export] = f"$link-a{len(self._aliases)}"
                    yield f"(alias core export {instance} {export} (core {kind} {alias}))"
                given.setdefault(module, []).append(f"(export {quoted(name)} ({kind} {alias}))")
            passed = " ".join(f"(with {quoted(name)} (instance {' '.join(these)}))" for name, these in given.items())
            yield f"(core instance $link-i{index} (instantiate $link-m{place} {passed}))"
            self._there.add(index)
        passed = " ".join(f'(with "{index}" (instance $link-i{index}))' for index in self._plan.order)
        finish = f"$link-m{len(self._plan.order)}"
        yield f'(core instance (instantiate {finish} (with "main" (instance {self._main})) {passed}))'

    def _needs(self, index: int) -> Iterator[tuple[str, str, str, str, str]]:
        """What a library imports: from which module, name, kind, and the instance and quoted name of the export."""
        library, main = self._plan.libraries[index], str(self._main)
        yield "env", names.MEMORY, "memory", main, quoted(names.MEMORY)
        yield "env", names.TABLE, "table", main, quoted(names.TABLE)
        for name in sorted(library.globals):
            own = name in (names.MEMORY_BASE, names.TABLE_BASE)
            yield "env", name, "global", main, quoted(f"{MARK}{name} {index}" if own else f"{MARK}{name}")
        for name, type in library.functions.items():
            owner = self._plan.symbols.functions.get((name, type))
            if owner in self._there:
                yield "env", name, "func", f"$link-i{owner}", quoted(name)
            else:
                yield "env", name, "func", main, _late(self._plan.late[name, type], name)
        for name in sorted(library.intrinsics):
            if name in _CONTEXT:
                yield "env", name, "func", main, _import(*_CONTEXT[name])
            else:
                yield "env", name, "func", main, quoted(f"{MARK}{name} {index}")
        for name in sorted(library.tags):
            owner = self._plan.symbols.tags[name, library.tags[name]]
            if owner not in self._there:
                raise names.LinkError(
                    f"{library.name} and {self._plan.libraries[owner].name} need each other, and the tag `{name}`, "
                    "which cannot be given to a library before the one that has it"
                )
            yield "env", name, "tag", f"$link-i{owner}", quoted(name)
        for name in sorted(library.variables):
            yield "GOT.mem", name, "global", main, quoted(f"{MARK}address {name}")
        for name in sorted(library.pointers):
            yield "GOT.func", name, "global", main, quoted(f"{MARK}pointer {name}")
        for module, name in library.outside:
            yield module, name, "func", main, _import(module, name)


def outside_imports(libraries: Iterable[Library]) -> dict[tuple[str, str], CoreType]:
    """What libraries import from outside of the component. Raises LinkError where two do not agree about a type.

    What is kept for each thread comes from there too: in slot 0 the address of its stack, in slot 1 that of its row of
    thread-local variables. Without a library that starts threads there is one row, and nobody to fill the slot.
    """
    libraries = list(libraries)
    found: dict[tuple[str, str], tuple[str, CoreType]] = {}
    threads = _starts_threads(libraries)
    for library in libraries:
        wanted = {_CONTEXT[name]: names.INTRINSICS[name] for name in sorted(library.intrinsics & _CONTEXT.keys())}
        if threads and library.intrinsics & {names.GET_TLS, names.SET_TLS}:
            wanted[_ROW_OF_THREAD] = names.GETTER
        for key, type in (library.outside | wanted).items():
            other, first = found.setdefault(key, (library.name, type))
            if first != type:
                raise names.LinkError(
                    f"`{key[1]}` of `{key[0]}` is imported by {other} as {first}, by {library.name} as {type}"
                )
    return {key: type for key, (_, type) in found.items()}


def _starts_threads(libraries: Iterable[Library]) -> bool:
    return any((names.ROOT, names.SPAWN) in library.outside for library in libraries)


def _through_table(name: str, type: CoreType, slot: int | None) -> str:
    """An exported function that calls the one at `slot`, or traps where there is none."""
    if slot is None:
        return f"  (func (export {name}){signature(type)} unreachable)"
    arguments = " ".join(f"(local.get {place})" for place in range(len(type.params)))
    call = f"(call_indirect{signature(type)} {arguments} (i32.const {slot}))"
    return f"  (func (export {name}){signature(type)} {call})"


def _first_row(locals: ThreadLocals) -> str:
    return f"(i32.const {locals.row})"


def _thread_local(export: str, name: str, locals: ThreadLocals, index: int, row: str) -> str:
    """The function that a library knows as `name`: for the address of its thread-local variables in the `row`."""
    first = _first_row(locals)
    head = f"  (func (export {quoted(export)}){signature(names.INTRINSICS[name])}"
    if index not in locals.places:
        return f"{head} unreachable)"
    offset = f"offset={4 * locals.places[index]}"
    if name == names.GET_TLS:
        return f"{head} (i32.load {offset} {row}))"
    if row == first:
        return f"{head} (i32.store {offset} {row} (local.get 0)))"
    # A thread without a row is the first one, at its start.
    row = f"(select (local.tee $row {row}) {first} (local.get $row))"
    return f"{head} (local $row i32) (i32.store {offset} {row} (local.get 0)))"


def _global(name: str, value: int, mutable: bool) -> str:
    return f"  (global (export {quoted(MARK + name)}) {'(mut i32)' if mutable else 'i32'} (i32.const {value}))"


def _import(module: str, name: str) -> str:
    return quoted(f"{MARK}import {module} {name}")


def _late(place: int, name: str) -> str:
    return quoted(f"{MARK}call {place} {name}")


def signature(type: CoreType) -> str:
    """The type of a function as it follows the name in a text."""
    params = f" (param {' '.join(type.params)})" if type.params else ""
    return params + (f" (result {' '.join(type.results)})" if type.results else "")


def quoted(name: str) -> str:
    """A name as a string of the text format."""
    return _escaped(name.encode())


def _escaped(data: bytes) -> str:
    plain = {byte: chr(byte) for byte in range(0x20, 0x7F) if byte not in b'"\\'}
    return '"' + "".join(plain.get(byte) or f"\\{byte:02x}" for byte in data) + '"'
