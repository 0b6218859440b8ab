"""WIT packages in binary form, printed as WIT: `.wasm` dependencies, and the world embedded in a core module.

A package is a component of nothing but types: each interface and world is the type of a component, whose imports are
what it uses. Documentation and gates are in a custom section beside them. Component Model: Binary.md, and the section
on packages of WIT.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from witlens_analysis.syntax.tokens import KEYWORDS

from .wasm_binary import Binary, BinaryError, ByteReader, read_binary

Direction = Literal["import", "export"]

_PRIMITIVES = {
    0x7F: "bool",
    0x7E: "s8",
    0x7D: "u8",
    0x7C: "s16",
    0x7B: "u16",
    0x7A: "s32",
    0x79: "u32",
    0x78: "s64",
    0x77: "u64",
    0x76: "f32",
    0x75: "f64",
    0x74: "char",
    0x73: "string",
    0x64: "error-context",
}
_DEPTH = 64
"""How deep types may be nested; the encoder stays far below."""


@dataclass(eq=False, slots=True)
class Definition:
    """What a type is made of: its keyword, members with their types, or parameters."""

    keyword: str
    members: tuple[tuple[str, Type | None], ...] = ()
    types: tuple[Type | None, ...] = ()
    length: int = 0


@dataclass(eq=False, slots=True)
class Func:
    """The type of a function."""

    params: tuple[tuple[str, Type], ...]
    result: Type | None
    is_async: bool


@dataclass(eq=False, slots=True)
class Named:
    """A type that an import or export gives a name."""

    name: str
    target: Type


@dataclass(eq=False, slots=True)
class Foreign:
    """A type of another interface; `target` is what it is there, if that is known."""

    interface: str
    name: str
    target: Type | None = None


@dataclass(eq=False, slots=True)
class Item:
    """One import or export."""

    direction: Direction
    name: str
    what: Named | Func | Scope
    external_id: str | None = None
    implements: str | None = None


@dataclass(eq=False, slots=True)
class Scope:
    """The type of a component or of an instance, with the index spaces that it has while it is read."""

    parent: Scope | None
    is_component: bool = True
    types: list[Type] = field(default_factory=list)
    instances: list[str] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)


Type: TypeAlias = "str | Definition | Func | Named | Foreign | Scope"


def decode_package(data: bytes) -> str:
    """The WIT of a package in binary form. Raises BinaryError where `data` is something else."""
    binary = read_binary(data)
    if binary.kind != "component":
        raise BinaryError("this is a core module, not a package of WIT")
    documents = _read(data, binary)
    if not documents:
        raise BinaryError("this component holds no package of WIT")
    return Printer(metadata(data, binary)).package(documents)


def decode_world(module: bytes) -> str | None:
    """The world that is embedded in a core module, with all that it refers to; None if there is none.

    Of several the largest: toolchains add small ones for parts of the world. Raises BinaryError.
    """
    return next(decode_worlds(module), None)


def decode_worlds(module: bytes) -> Iterator[str]:
    """All worlds that are embedded in a core module, the largest first. Raises BinaryError at one that is none."""
    for section in sorted(read_binary(module).custom("component-type"), key=lambda section: -section.size):
        data = module[section.start : section.end]
        binary = read_binary(data)
        yield Printer(metadata(data, binary), whole=True).package(_read(data, binary))


def _read(data: bytes, binary: Binary) -> list[tuple[str, Scope]]:
    """The id and the content of each interface and world of a package."""
    found: list[tuple[str, Scope]] = []
    outermost = Scope(None)
    for section in binary.sections:
        if section.custom or section.name != "type":
            continue
        reader = TypeReader(data, section.start, section.end)
        for _ in range(reader.u32()):
            outermost.types.append(reader.definition(outermost, 0))
            outer = outermost.types[-1]
            if isinstance(outer, Scope):
                exports = [item for item in outer.items if item.direction == "export"]
                found += [(item.name, item.what) for item in exports if isinstance(item.what, Scope)]
        # each type is then exported, which gives it a second index
        outermost.types += outermost.types[-1:]
    return [(name, scope) for name, scope in found if ":" in name]


def metadata(data: bytes, binary: Binary) -> dict[str, Any]:
    """The documentation and gates of a package."""
    for section in binary.custom("package-docs"):
        try:
            found = json.loads(data[section.start + 1 : section.end])
        except ValueError:
            break
        if isinstance(found, dict):
            return found
    return {}


class TypeReader(ByteReader):
    """Reads types of the component model."""

    def definition(self, scope: Scope, depth: int) -> Type:
        """The next entry of a type section."""
        if depth > _DEPTH:
            raise BinaryError("types are nested too deep")
        tag = self.byte()
        match tag:
            case 0x40 | 0x43:
                return self._function(scope, tag == 0x43)
            case 0x41 | 0x42:
                return self._scope(Scope(scope, tag == 0x41), depth + 1)
            case 0x3F | 0x3E:
                return self._resource(tag == 0x3E)
        if tag in _PRIMITIVES:
            return _PRIMITIVES[tag]
        return self._value_definition(tag, scope)

    def _resource(self, is_async: bool) -> Definition:
        """The definition of a resource, which only components have."""
        self.byte()
        if is_async:
            self.u32()
            self._optional_index()
        else:
            self._optional_index()
        return Definition("resource")

    def _optional_index(self) -> None:
        if self.byte():
            self.u32()

    def _value_definition(self, tag: int, scope: Scope) -> Definition:
        match tag:
            case 0x72:
                return Definition("record", tuple((self.name(), self.type(scope)) for _ in range(self.u32())))
            case 0x71:
                return Definition("variant", tuple(self._case(scope) for _ in range(self.u32())))
            case 0x6E | 0x6D:
                names = tuple((self.name(), None) for _ in range(self.u32()))
                return Definition("flags" if tag == 0x6E else "enum", names)
            case 0x6F:
                return Definition("tuple", types=tuple(self.type(scope) for _ in range(self.u32())))
            case 0x70 | 0x6B:
                return Definition("list" if tag == 0x70 else "option", types=(self.type(scope),))
            case 0x67:
                return Definition("list", types=(self.type(scope),), length=self.u32())
            case 0x63:
                return Definition("map", types=(self.type(scope), self.type(scope)))
            case 0x6A:
                return Definition("result", types=(self._optional(scope), self._optional(scope)))
            case 0x69 | 0x68:
                return Definition("own" if tag == 0x69 else "borrow", types=(self.indexed(scope, self.u32()),))
            case 0x66 | 0x65:
                return Definition("stream" if tag == 0x66 else "future", types=(self._optional(scope),))
        raise BinaryError(f"unknown kind of type {tag:#04x} before byte {self.position}")

    def _case(self, scope: Scope) -> tuple[str, Type | None]:
        case = self.name(), self._optional(scope)
        self.byte()
        return case

    def _function(self, scope: Scope, is_async: bool) -> Func:
        params = tuple((self.name(), self.type(scope)) for _ in range(self.u32()))
        if self.byte() == 0x00:
            return Func(params, self.type(scope), is_async)
        self.byte()
        return Func(params, None, is_async)

    def type(self, scope: Scope) -> Type:
        """The next reference to a type."""
        primitive = _PRIMITIVES.get(self.data[self.position]) if self.position < self.end else None
        if primitive is not None:
            self.byte()
            return primitive
        return self.indexed(scope, self.u32())

    def _optional(self, scope: Scope) -> Type | None:
        return self.type(scope) if self.byte() else None

    def indexed(self, scope: Scope, index: int) -> Type:
        """The type of an index."""
        if index >= len(scope.types):
            raise BinaryError(f"type {index} before byte {self.position} does not exist")
        return scope.types[index]

    def _scope(self, scope: Scope, depth: int) -> Scope:
        """The rest of the type of a component or an instance."""
        for _ in range(self.u32()):
            match self.byte():
                case 0x01:
                    scope.types.append(self.definition(scope, depth))
                case 0x02:
                    self._alias(scope)
                case 0x03:
                    self._declared(scope, "import")
                case 0x04:
                    self._declared(scope, "export")
                case tag:
                    raise BinaryError(f"unknown declaration {tag:#04x} before byte {self.position}")
        return scope

    def _alias(self, scope: Scope) -> None:
        sort, target = self.byte(), self.byte()
        if sort != 0x03 or target not in (0x00, 0x02):
            raise BinaryError(f"unknown alias before byte {self.position}")
        first = self.u32()
        if target == 0x00:
            name = self.name()
            if first >= len(scope.instances):
                raise BinaryError(f"instance {first} before byte {self.position} does not exist")
            scope.types.append(Foreign(scope.instances[first], name))
            return
        outer: Scope | None = scope
        for _ in range(min(first, _DEPTH)):
            outer = None if outer is None else outer.parent
        if outer is None:
            raise BinaryError(f"there is no outer component before byte {self.position}")
        scope.types.append(self.indexed(outer, self.u32()))

    def _declared(self, scope: Scope, direction: Direction) -> None:
        external = self.external_name()
        name, notes = external.whole, external.external_id
        match self.byte():
            case 0x01:
                function = self.indexed(scope, self.u32())
                if isinstance(function, Func):
                    scope.items.append(Item(direction, name, function, notes))
            case 0x03:
                target: Type = self.indexed(scope, self.u32()) if self.byte() == 0x00 else Definition("resource")
                named = Named(name, target)
                scope.types.append(named)
                scope.items.append(Item(direction, name, named, notes))
            case 0x04 | 0x05:
                inner = self.indexed(scope, self.u32())
                scope.instances.append(external.implements or name)
                if isinstance(inner, Scope):
                    scope.items.append(Item(direction, name, inner, notes, external.implements))
            case kind:
                raise BinaryError(f"unknown kind of import or export {kind:#04x} before byte {self.position}")


class Printer:
    """Writes documents as WIT. With `whole`, the interfaces of other packages are written too, as nested packages."""

    def __init__(self, notes: dict[str, Any], *, whole: bool = False) -> None:
        self._notes = notes
        self._whole = whole
        self._package = ""

    def package(self, documents: Sequence[tuple[str, Scope]]) -> str:
        """The text of a package."""
        self._package, _ = _split(documents[0][0])
        blocks = [[*_docs(self._notes), f"package {_escaped_package(self._package)};"]]
        for name, scope in documents:
            blocks.append(list(self._document(name, scope, self._notes)))
        if self._whole:
            written = {name for name, _ in documents}
            others: dict[str, list[tuple[str, Scope]]] = {}
            for name, scope in _interfaces(scope for _, scope in documents):
                if name not in written:
                    written.add(name)
                    others.setdefault(_split(name)[0], []).append((name, scope))
            for package, members in others.items():
                blocks.append(list(self._nested(package, members)))
        return "\n\n".join("\n".join(block) for block in blocks) + "\n"

    def _nested(self, package: str, members: Sequence[tuple[str, Scope]]) -> Iterator[str]:
        if package == self._package:
            for name, scope in members:
                yield from self._document(name, scope, {})
            return
        own, self._package = self._package, package
        yield f"package {_escaped_package(package)} {{"
        for name, scope in members:
            yield from _indented(self._document(name, scope, {}))
        yield "}"
        self._package = own

    def _document(self, name: str, scope: Scope, metadata: dict[str, Any]) -> Iterator[str]:
        """An interface or a world: what an instance or a component type stands for."""
        _, plain = _split(name)
        notes = metadata.get("worlds" if scope.is_component else "interfaces", {}).get(plain, {})
        yield from _docs(notes)
        yield f"{'world' if scope.is_component else 'interface'} {_escaped(plain)} {{"
        yield from _indented(self._world(scope, notes) if scope.is_component else self._interface(scope, notes))
        yield "}"

    def _world(self, scope: Scope, notes: dict[str, Any]) -> Iterator[str]:
        functions = [item for item in scope.items if isinstance(item.what, Func)]
        before: Item | None = None
        for item, *more in self._used_together(scope.items, notes):
            if before is not None and _is_apart(before, item):
                yield ""
            before = item
            match item.what:
                case Named(_, Foreign()):
                    yield from self._use([item, *more], notes)
                case Named():
                    yield from self._type(item, item.what, functions, notes)
                case Func():
                    if _is_free(item.name):
                        kind = "funcs" if item.direction == "import" else "func_exports"
                        yield from _docs(_note(notes, kind, item.name), item)
                        yield f"{item.direction} {self._function(item.name, item.what)}"
                case Scope() if ":" in item.name or item.implements:
                    stability = _note(notes, f"interface_{item.direction}_stability", item.name)
                    docs = (notes.get(f"interface_{item.direction}_docs") or {}).get(item.name)
                    yield from _docs({"docs": docs, "stability": stability}, item)
                    renamed = f"{_escaped(item.name)}: " if item.implements else ""
                    yield f"{item.direction} {renamed}{self._reference(item.implements or item.name)};"
                case Scope():
                    note = _note(notes, "interfaces" if item.direction == "import" else "interface_exports", item.name)
                    yield from _docs(note, item)
                    yield f"{item.direction} {_escaped(item.name)}: interface {{"
                    yield from _indented(self._interface(item.what, note))
                    yield "}"

    def _interface(self, scope: Scope, notes: dict[str, Any]) -> Iterator[str]:
        functions = [item for item in scope.items if isinstance(item.what, Func)]
        used = [item for item in scope.items if _used_interface(item) is not None]
        blocks = [[line for same in self._used_together(used, notes) for line in self._use(same, notes)]]
        for item in scope.items:
            if isinstance(item.what, Named) and _used_interface(item) is None:
                blocks.append(list(self._type(item, item.what, functions, notes)))
        for item in functions:
            if isinstance(item.what, Func) and _is_free(item.name):
                told = self._function(item.name, item.what)
                blocks.append([*_docs(_note(notes, "funcs", item.name), item), told])
        for number, block in enumerate(block for block in blocks if block):
            yield from ["", *block] if number else block

    def _used_together(self, items: Sequence[Item], notes: dict[str, Any]) -> Iterator[list[Item]]:
        """The items, those together that one `use` names: types of one interface in a row, with the same marks."""
        last: tuple[str | None, str] | None = None
        together: list[Item] = []
        for item in items:
            interface = _used_interface(item)
            marks = json.dumps([_note(notes, "types", item.name).get("stability"), item.external_id])
            if together and (interface is None or last != (interface, marks)):
                yield together
                together = []
            together.append(item)
            last = (interface, marks)
        if together:
            yield together

    def _use(self, items: Sequence[Item], notes: dict[str, Any]) -> Iterator[str]:
        """The declaration that uses types of one interface."""
        yield from _docs({"stability": _note(notes, "types", items[0].name).get("stability")}, items[0])
        names = []
        for item in items:
            if isinstance(item.what, Named) and isinstance(item.what.target, Foreign):
                target = item.what.target
                renamed = "" if target.name == item.what.name else f" as {_escaped(item.what.name)}"
                names.append(f"{_escaped(target.name)}{renamed}")
        yield f"use {self._reference(_used_interface(items[0]) or '')}.{{{', '.join(names)}}};"

    def _type(self, item: Item, named: Named, functions: Sequence[Item], notes: dict[str, Any]) -> Iterator[str]:
        """The declaration of a named type, which is not one that is used from an interface."""
        target = named.target
        note = _note(notes, "types", named.name)
        yield from _docs(note, item)
        if isinstance(target, Definition) and target.keyword == "resource":
            yield from self._resource(named.name, functions, notes)
        elif isinstance(target, Definition) and target.keyword in ("record", "variant", "enum", "flags"):
            yield f"{target.keyword} {_escaped(named.name)} {{"
            for name, type in target.members:
                yield from _indented(_docs({"docs": note.get("items", {}).get(name)}))
                yield f"  {_escaped(name)}{self._member(target.keyword, type)},"
            yield "}"
        elif isinstance(target, Definition) and target.keyword == "own":
            yield f"type {_escaped(named.name)} = own<{self._text(target.types[0])}>;"
        else:
            yield f"type {_escaped(named.name)} = {self._text(target)};"

    def _member(self, keyword: str, type: Type | None) -> str:
        if type is None:
            return ""
        return f": {self._text(type)}" if keyword == "record" else f"({self._text(type)})"

    def _resource(self, name: str, functions: Sequence[Item], notes: dict[str, Any]) -> Iterator[str]:
        own = [item for item in functions if not _is_free(item.name) and _plain(item.name).partition(".")[0] == name]
        if not own:
            yield f"resource {_escaped(name)};"
            return
        yield f"resource {_escaped(name)} {{"
        for item in own:
            assert isinstance(item.what, Func)
            yield from _indented(_docs(_note(notes, "funcs", item.name), item))
            yield f"  {self._function(item.name, item.what)}"
        yield "}"

    def _function(self, name: str, function: Func) -> str:
        """The declaration of a function, method, constructor or accessor."""
        marks = re.findall(r"\[(.*?)\]", name)
        plain = _plain(name)
        params, result = list(function.params), function.result
        if "method" in marks:
            params = params[1:]
        listed = ", ".join(f"{_escaped(param)}: {self._text(type)}" for param, type in params)
        returned = "" if result is None else f" -> {self._text(result)}"
        if marks[:1] == ["constructor"]:
            makes = isinstance(result, Definition) and result.keyword == "own"
            return f"constructor({listed}){'' if makes else returned};"
        member = plain.partition(".")[2] or plain
        static = "static " if "static" in marks else ""
        accessor = next((mark for mark in marks if mark in ("get", "set")), None)
        keyword = accessor or f"{'async ' if function.is_async else ''}func"
        return f"{_escaped(member)}: {static}{keyword}({listed}){returned};"

    def _text(self, type: Type | None) -> str:
        """`type` where it is used."""
        match type:
            case None:
                return "_"
            case str():
                return type
            case Named(name) | Foreign(_, name):
                return _escaped(name)
            case Definition("own", types=(resource,)):
                return self._text(resource)
            case Definition("result", types=(ok, err)):
                if err is None:
                    return "result" if ok is None else f"result<{self._text(ok)}>"
                return f"result<{self._text(ok)}, {self._text(err)}>"
            case Definition("stream" | "future", types=(None,)):
                return type.keyword
            case Definition():
                parts = [self._text(part) for part in type.types] + ([str(type.length)] if type.length else [])
                return f"{type.keyword}<{', '.join(parts)}>"
        raise BinaryError("a function or instance stands where a type should be")

    def _reference(self, interface: str) -> str:
        """An interface as this package calls it."""
        package, name = _split(interface)
        if package == self._package:
            return _escaped(name)
        path, at, version = package.partition("@")
        spelled = ":".join(_escaped(part) for part in path.split(":"))
        return f"{spelled}/{_escaped(name)}{at}{version}"


def _interfaces(scopes: Iterable[Scope]) -> Iterator[tuple[str, Scope]]:
    """The interfaces with an id that worlds import or export; of each the most complete description."""
    best: dict[str, Scope] = {}
    for scope in scopes:
        for item in scope.items:
            name = item.implements or item.name
            if isinstance(item.what, Scope) and ":" in name:
                known = best.get(name)
                if known is None or len(known.items) < len(item.what.items):
                    best[name] = item.what
    yield from best.items()


def _split(identifier: str) -> tuple[str, str]:
    """`ns:pkg@1.0.0` and `name` of `ns:pkg/name@1.0.0`."""
    path, at, version = identifier.partition("@")
    package, _, name = path.rpartition("/")
    return f"{package}{at}{version}", name


def _escaped(name: str) -> str:
    return f"%{name}" if name in KEYWORDS else name


def _escaped_package(package: str) -> str:
    path, at, version = package.partition("@")
    return ":".join(_escaped(part) for part in path.split(":")) + at + version


def _used_interface(item: Item) -> str | None:
    """The interface that a named type is used from."""
    target = item.what.target if isinstance(item.what, Named) else None
    return target.interface if isinstance(target, Foreign) else None


def _is_apart(first: Item, second: Item) -> bool:
    """Whether there is a blank line between two items of a world: before exports, and between definitions of types."""
    if first.direction != second.direction:
        return True
    return (
        isinstance(first.what, Named) and isinstance(second.what, Named) and not isinstance(second.what.target, Foreign)
    )


def _is_free(name: str) -> bool:
    """Whether a function of this name belongs to no resource."""
    return not name.startswith(("[constructor]", "[method]", "[static]"))


def _plain(name: str) -> str:
    """The name of a function without what stands before it in brackets."""
    return re.sub(r"\[.*?\]", "", name)


def _note(notes: dict[str, Any], kind: str, name: str) -> dict[str, Any]:
    """What the metadata say about one thing."""
    found = (notes.get(kind) or {}).get(name)
    return found if isinstance(found, dict) else {}


def _docs(notes: dict[str, Any], item: Item | None = None) -> Iterator[str]:
    """Documentation comments and gates."""
    for line in (notes.get("docs") or "").splitlines():
        yield f"/// {line}".rstrip()
    stability = notes.get("stability") or {}
    stable, unstable = stability.get("stable"), stability.get("unstable")
    if stable:
        yield f"@since(version = {stable['since']})"
    if unstable:
        yield f"@unstable(feature = {unstable['feature']})"
    deprecated = (stable or unstable or {}).get("deprecated")
    if deprecated:
        yield f"@deprecated(version = {deprecated})"
    if item is not None and item.external_id is not None:
        yield f'@external-id("{item.external_id}")'


def _indented(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield f"  {line}" if line else line
