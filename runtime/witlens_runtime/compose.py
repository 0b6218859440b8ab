"""Links components: exports of some, the plugs, into the imports of another, the socket, as one outer component.

The outer component is written as text, in which every component that goes in is an empty one; then the empty ones are
replaced by the binaries. What no plug gives stays an import of the outer component; imports of several components that
stand for each other become one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from witlens_analysis.model import Borrow, Function, Interface, Own, Primitive, Resource, Type, World

from .component_model import world_of_binary
from .component_text import ImportWriter, NotImported, owners
from .conform import Difference, covers
from .engine.leb import leb
from .type_difference import Comparison
from .types import function_text, walk
from .versions import matching, track, version_order
from .wasm_binary import BinaryError, Item, read_binary
from .wasm_tools import RELEASE, TAKE_A_NEWER_ONE, WasmTools, WasmToolsError

_EMPTY = b"\0asm\r\0\1\0"
_Item = Interface | Function | Type | Resource


class ComposeError(Exception):
    """The components cannot be linked. `differences` says where an export does not fit an import."""

    def __init__(self, message: str, differences: Sequence[Difference] = ()) -> None:
        self.summary = message
        self.differences = tuple(differences)
        super().__init__("\n".join([message, *(f"  {difference.message}" for difference in differences)]))


@dataclass(frozen=True, slots=True)
class Connection:
    """The import `name` of the component `consumer` is what `provider` exports as `export`."""

    consumer: str
    name: str
    provider: str
    export: str


@dataclass(frozen=True, slots=True)
class Composed:
    """The outer component, and how it came about.

    `imports` are what stays imported, by name; `unused` the plugs that went in nowhere; `exposed` interfaces that are
    exported, beside those of the socket, because types of theirs are.
    """

    component: bytes
    connections: tuple[Connection, ...]
    imports: tuple[str, ...]
    unused: tuple[str, ...]
    exposed: tuple[str, ...]


@dataclass(eq=False, slots=True)
class _Node:
    """A component that takes part: where its imports come from, as far as plugs give them.

    `asked` and `given` have the names of its imports and exports in the binary, where they are not those of the WIT.
    """

    name: str
    binary: bytes
    world: World
    asked: Mapping[str, str]
    given: Mapping[str, str]
    sources: dict[str, tuple[_Node, str]] = field(default_factory=dict)


def compose(socket: tuple[str, bytes], plugs: Sequence[tuple[str, bytes]], tools: WasmTools) -> Composed:
    """Plugs `plugs` into `socket`, and into each other; each is a name for people and the binary of a component.

    Of several plugs that export the same, the first one is taken. Raises ComposeError, and BinaryError where a
    component cannot be read.
    """
    root = _node(*socket)
    candidates = [_node(*plug) for plug in plugs]
    used = _connected(root, candidates)
    if not used:
        raise ComposeError(f"no plug exports anything that {root.name} imports")
    connections = [
        Connection(node.name, name, source.name, export)
        for node in [root, *used]
        for name, (source, export) in node.sources.items()
    ]
    outer = _Outer(root, used)
    try:
        text = outer.text()
        component = _filled(tools.parse(text), [node.binary for node in outer.order])
        tools.component_wit(component)  # reads it only if it is valid
    except NotImported as error:
        raise ComposeError(
            f"an import that stays uses types of `{error.owner}`, which is plugged: leave both or plug both"
        ) from error
    except WasmToolsError as error:
        raise _invalid(outer.order, tools, error) from error
    unused = tuple(node.name for node in candidates if node not in used)
    return Composed(component, tuple(connections), tuple(outer.imported), unused, tuple(outer.exposed))


def _invalid(nodes: Sequence[_Node], tools: WasmTools, error: WasmToolsError) -> ComposeError:
    """The error that tells which component wasm-tools cannot read, or else what is wrong with the outer one."""
    for node in nodes:
        try:
            tools.component_wit(node.binary)
        except WasmToolsError as own:
            told = f"{node.name} is not valid: {': '.join(own.causes) or own}"
            return ComposeError(
                f"{told}; if {RELEASE} are too old for it, {TAKE_A_NEWER_ONE}" if tools.inside else told
            )
    return ComposeError(f"the result is not valid: {': '.join(error.causes) or error}")


def _node(name: str, binary: bytes) -> _Node:
    world = world_of_binary(binary)
    outside = read_binary(binary)
    if world is None or outside.kind != "component":
        raise BinaryError(f"{name} is no component")
    return _Node(name, binary, world, _encoded(outside.imports), _encoded(outside.exports))


def _encoded(items: Iterable[Item]) -> dict[str, str]:
    """The names in the binary of those items that have others in the WIT."""
    return {item.name: item.encoded for item in items if item.encoded is not None}


def _connected(root: _Node, candidates: Sequence[_Node]) -> list[_Node]:
    """Finds a source for each import, of the socket first, then of the plugs that are used; returns those."""
    used: list[_Node] = []
    pending = [root]
    while pending:
        node = pending.pop(0)
        for name, item in node.world.imports.items():
            if not isinstance(item, Interface | Function):
                continue
            for candidate in candidates:
                export = matching(name, candidate.world.exports)
                if export is None or _depends(candidate, node):
                    continue
                _check(node, name, item, candidate, export)
                node.sources[name] = (candidate, export)
                if candidate not in used:
                    used.append(candidate)
                    pending.append(candidate)
                break
    return used


def _depends(node: _Node, other: _Node) -> bool:
    """Whether `node` is `other`, or gets something from it, if only through others."""
    return node is other or any(_depends(source, other) for source, _ in node.sources.values())


def _check(node: _Node, name: str, needed: Interface | Function, plug: _Node, export: str) -> None:
    """Raises ComposeError unless an export fits an import."""
    offered = plug.world.exports[export]
    message = f"`{export}` of {plug.name} does not fit the import `{name}` of {node.name}:"
    if isinstance(needed, Interface) != isinstance(offered, Interface):
        raise ComposeError(f"{message} one is an interface, the other a function")
    if isinstance(needed, Interface) and isinstance(offered, Interface):
        differences = covers(offered, needed)
        if differences:
            raise ComposeError(message, differences)
    elif isinstance(needed, Function) and isinstance(offered, Function):
        worlds = {node.world.id, plug.world.id}
        comparison = Comparison(lambda one, two: _same_resource(one, two, worlds))
        difference = comparison.functions(needed, offered)
        if difference is not None:
            texts = function_text(needed), function_text(offered)
            raise ComposeError(message, [Difference("type", "export", None, name, str(difference), *texts)])


def _same_resource(one: Resource, two: Resource, worlds: set[str]) -> bool:
    owners = one.name.owner, two.name.owner
    same = track(owners[0]) == track(owners[1]) and not worlds & set(owners)
    return one.name.name == two.name.name and same


class _Outer:
    """The outer component of a socket and the plugs that are used."""

    def __init__(self, root: _Node, used: Sequence[_Node]) -> None:
        self._root = root
        self.order = list(_in_order([root, *used]))
        self._merged = _merged(self.order)
        self._worlds = frozenset(node.world.id for node in self.order)
        self.imported: list[str] = []
        self.exposed: list[str] = []

    def text(self) -> str:
        """The text, with an empty component for each of `order`."""
        writer = ImportWriter(self._canonical, self._worlds)
        functions: dict[str, str] = {}
        types: dict[str, str] = {}
        for name, item in self._merged.items():
            if isinstance(item, Interface):
                writer.interface(name, item)
                self.imported.append(name)
        for name, type in _root_types(self.order).items():
            types[name] = writer.type(name, type)
        for name, item in self._merged.items():
            if isinstance(item, Function):
                functions[name] = writer.function(name, item)
                self.imported.append(name)
        # Imports come first, so that who only wants to know them need not read what is in the components.
        lines = [*writer.lines, *(f"(component $c{number})" for number in range(len(self.order)))]
        for number, node in enumerate(self.order):
            arguments = []
            for name, needed in node.world.imports.items():
                source = node.sources.get(name)
                asked = node.asked.get(name, name)
                kind = "type"
                if isinstance(needed, Interface | Function):
                    kind = "instance" if isinstance(needed, Interface) else "func"
                elif (plugged := _plugged(node, needed)) is not None:
                    given = writer.fresh("given")
                    lines += self._type_of_plug(*plugged, given)
                    arguments.append(f'\n    (with "{asked}" (type {given}))')
                    continue
                if source is not None:
                    given = writer.fresh("given")
                    provider = self.order.index(source[0])
                    export = source[0].given.get(source[1], source[1])
                    lines.append(f'(alias export $i{provider} "{export}" ({kind} {given}))')
                elif kind == "instance":
                    given = writer.instance(self._canonical(name))
                else:
                    given = functions[name] if kind == "func" else types[name]
                arguments.append(f'\n    (with "{asked}" ({kind} {given}))')
            lines.append(f"(instance $i{number} (instantiate $c{number}{''.join(arguments)}))")
        lines += self._exports(writer)
        return "(component\n" + "".join(f"  {line}\n" for line in lines) + ")\n"

    def _type_of_plug(self, provider: _Node, export: str, name: str, given: str) -> Iterator[str]:
        """A type of an interface that a plug exports."""
        instance = f"{given}-of"
        encoded = provider.given.get(export, export)
        yield f'(alias export $i{self.order.index(provider)} "{encoded}" (instance {instance}))'
        yield f'(alias export {instance} "{name}" (type {given}))'

    def _exports(self, writer: ImportWriter) -> Iterator[str]:
        """The exports of the socket, after those of plugs whose types they need."""
        exports = self._root.world.exports
        plugged = {track(name): source for name, source in self._root.sources.items()}
        done: set[str] = set()

        def expose(exported: Interface | Function) -> Iterator[str]:
            for owner in _used_interfaces(exported):
                source = plugged.get(track(owner))
                if source is None or track(owner) in done or matching(owner, exports) is not None:
                    continue
                done.add(track(owner))
                node, export = source
                item = node.world.exports[export]
                yield from expose(item)
                self.exposed.append(export)
                given = writer.fresh("given")
                encoded = node.given.get(export, export)
                yield f'(alias export $i{self.order.index(node)} "{encoded}" (instance {given}))'
                yield f'(export "{export}" (instance {given}))'

        number = self.order.index(self._root)
        for name, item in exports.items():
            yield from expose(item)
            kind = "instance" if isinstance(item, Interface) else "func"
            given = writer.fresh("given")
            yield f'(alias export $i{number} "{self._root.given.get(name, name)}" ({kind} {given}))'
            yield f'(export "{name}" ({kind} {given}))'

    def _canonical(self, name: str) -> str:
        """The name under which the outer component imports what a component knows as `name`."""
        return matching(name, self._merged) or name


def _used_interfaces(item: Interface | Function) -> Iterator[str]:
    """The interfaces that named types of an interface or function come from."""
    if isinstance(item, Interface):
        yield from owners(item.types)
        return
    for type in [*(param.type for param in item.params), *([] if item.result is None else [item.result])]:
        for part in walk(type):
            if isinstance(part, Own | Borrow):
                yield part.resource.name.owner
            elif not isinstance(part, Primitive) and part.name is not None:
                yield part.name.owner


def _in_order(nodes: Sequence[_Node]) -> Iterator[_Node]:
    """Each node after those that it gets something from."""
    done: set[int] = set()

    def visit(node: _Node) -> Iterator[_Node]:
        if id(node) in done:
            return
        done.add(id(node))
        for source, _ in node.sources.values():
            yield from visit(source)
        yield node

    for node in nodes:
        yield from visit(node)


def _merged(nodes: Sequence[_Node]) -> dict[str, Interface | Function]:
    """What stays imported, by the newest name of each; an interface after those that it uses types of."""
    groups: dict[str, list[tuple[str, Interface | Function]]] = {}
    for node in nodes:
        for name, item in node.world.imports.items():
            if isinstance(item, Interface | Function) and name not in node.sources:
                groups.setdefault(track(name), []).append((name, item))
    merged: dict[str, Interface | Function] = {}
    for members in groups.values():
        name = max((name for name, _ in members), key=version_order)
        merged[name] = _united(name, [item for _, item in members])
    return dict(_by_use(merged))


def _plugged(node: _Node, type: Type | Resource) -> tuple[_Node, str, str] | None:
    """The plug, its export and the name there of a type that a component uses of an interface that is plugged."""
    if isinstance(type, Primitive) or type.name is None:
        return None
    import_name = matching(type.name.owner, node.sources)
    return None if import_name is None else (*node.sources[import_name], type.name.name)


def _root_types(nodes: Sequence[_Node]) -> dict[str, Type | Resource]:
    """The types that components import by plain names."""
    comparison = Comparison(lambda one, two: one.name.name == two.name.name)
    types: dict[str, Type | Resource] = {}
    for node in nodes:
        for name, item in node.world.imports.items():
            if isinstance(item, Interface | Function) or _plugged(node, item) is not None:
                continue
            difference = comparison.named(types.setdefault(name, item), item)
            if difference is not None:
                raise ComposeError(f"several components import type `{name}`, made differently: {difference}")
    return types


def _united(name: str, items: Sequence[Interface | Function]) -> Interface | Function:
    """One import that gives all that several need."""
    first = items[0]
    comparison = Comparison(lambda one, two: one.name.name == two.name.name)
    for item in items[1:]:
        if isinstance(item, Interface) != isinstance(first, Interface):
            raise ComposeError(f"several components import `{name}`, one as an interface, another as a function")
    if isinstance(first, Function):
        for item in items:
            assert isinstance(item, Function)
            difference = comparison.functions(first, item)
            if difference is not None:
                raise ComposeError(f"several components import function `{name}`, of different types: {difference}")
        return first
    functions: dict[str, Function] = {}
    types: dict[str, Type | Resource] = {}
    for item in items:
        assert isinstance(item, Interface)
        for function in item.functions:
            known = functions.setdefault(function.name, function)
            difference = comparison.functions(known, function)
            if difference is not None:
                what = f"function `{function.name}` of `{name}`"
                raise ComposeError(f"several components import {what}, of different types: {difference}")
        for local, type in item.types.items():
            difference = comparison.named(types.setdefault(local, type), type)
            if difference is not None:
                raise ComposeError(
                    f"several components import type `{local}` of `{name}`, made differently: {difference}"
                )
    return Interface(first.id, tuple(functions.values()), types)


def _by_use(items: Mapping[str, Interface | Function]) -> Iterator[tuple[str, Interface | Function]]:
    """Interfaces after those that they use types of."""
    done: set[str] = set()

    def visit(name: str) -> Iterator[tuple[str, Interface | Function]]:
        if name in done:
            return
        done.add(name)
        item = items[name]
        if isinstance(item, Interface):
            for owner in _used_interfaces(item):
                other = matching(owner, items)
                if other is not None:
                    yield from visit(other)
        yield name, item

    for name in items:
        yield from visit(name)


def _filled(outer: bytes, components: Sequence[bytes]) -> bytes:
    """`outer` with its empty components replaced, in order, and without the names that the text had."""
    made = bytearray(_EMPTY)
    rest = iter(components)
    position = len(_EMPTY)
    for section in read_binary(outer).sections:
        if section.name == "component" and not section.custom:
            made += b"\4" + leb(len(content := next(rest))) + content
        elif not section.custom:
            made += outer[position : section.end]
        position = section.end
    return bytes(made)
