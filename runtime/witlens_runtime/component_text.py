"""Component text for the outside of a component: the imports of a world, with the types that they need.

What is imported is written as the Component Model wants it: each interface the type of an instance, named types as its
exports, types of other interfaces as aliases of theirs. Nested components and what is done with them are the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from witlens_analysis.model import (
    Borrow,
    Enum,
    FixedList,
    Flags,
    Function,
    Future,
    Interface,
    List,
    Map,
    Option,
    Own,
    Primitive,
    Record,
    Resource,
    Result,
    Stream,
    Tuple,
    Type,
    TypeName,
    Variant,
)

from .types import walk


class NotImported(Exception):
    """A type of an interface is needed that is not among the imports: `owner` is that interface."""

    def __init__(self, name: TypeName) -> None:
        super().__init__(f"type `{name.name}` of `{name.owner}` is not imported")
        self.owner = name.owner


@dataclass(slots=True)
class _Scope:
    """A scope of types in the text: the identifiers of named types, which of them have a name there, and how one is
    found that is not known yet."""

    lines: list[str]
    missing: Callable[[TypeName], str]
    known: dict[TypeName, str] = field(default_factory=dict)
    exported: set[TypeName] = field(default_factory=set)


class ImportWriter:
    """Writes imports, one after the other; what an interface uses must have been written before it.

    `canonical` gives the name under which an interface is imported, by any name that stands for it. `world` is the id
    that types of the world itself have as their owner.
    """

    def __init__(self, canonical: Callable[[str], str], worlds: frozenset[str]) -> None:
        self.lines: list[str] = []
        self._canonical = canonical
        self._worlds = worlds
        self._instances: dict[str, str] = {}
        self._count = 0
        self._outer = _Scope(self.lines, self._alias)

    def fresh(self, kind: str) -> str:
        """A new identifier."""
        self._count += 1
        return f"${kind}{self._count}"

    def instance(self, name: str) -> str:
        """The identifier of an interface that has been imported."""
        return self._instances[name]

    def interface(self, name: str, interface: Interface) -> str:
        """Imports `interface` as `name`; returns the identifier of the instance."""
        inner = _Scope([], lambda wanted: self._outer_alias(wanted, inner))
        for local, type in interface.types.items():
            self._export(local, type, interface.id, inner)
        for function in interface.functions:
            inner.lines.append(f'(export "{function.name}" (func {self._function(function, inner)}))')
        made = self.fresh("instance")
        body = "".join(f"\n    {line}" for line in inner.lines)
        self.lines.append(f'(import "{name}" (instance {made}{body}))')
        self._instances[name] = made
        return made

    def function(self, name: str, function: Function) -> str:
        """Imports a function of the world itself; returns its identifier."""
        text = self._function(function, self._outer)
        made = self.fresh("func")
        self.lines.append(f'(import "{name}" (func {made} {text}))')
        return made

    def type(self, name: str, type: Type | Resource) -> str:
        """Imports a type of the world itself, also one that it uses; returns its identifier."""
        named = None if isinstance(type, Primitive) else self._normal(type.name) if type.name is not None else None
        if named is not None and named.owner != "":
            target = f"(eq {self._outer.known.get(named) or self._foreign(named, type, self._outer)})"
        elif named is not None and named in self._outer.known:
            target = f"(eq {self._outer.known[named]})"
        elif isinstance(type, Resource):
            target = "(sub resource)"
        else:
            target = f"(eq {self._define(type, self._outer)})"
        made = self.fresh("type")
        self.lines.append(f'(import "{name}" (type {made} {target}))')
        if named is not None:
            self._outer.known[named] = made
        return made

    def _export(self, local: str, type: Type | Resource, owner: str, scope: _Scope) -> None:
        """The export of a named type from the type of an instance."""
        made = self.fresh("type")
        named = None if isinstance(type, Primitive) else type.name
        known = None if named is None else self._normal(named)
        own = known is not None and known.owner == self._canonical(owner)
        if known is not None and known in scope.known:
            target = f"(eq {scope.known[known]})"
        elif known is not None and not own:
            target = f"(eq {self._foreign(known, type, scope)})"
        elif isinstance(type, Resource):
            target = "(sub resource)"
        else:
            target = f"(eq {self._define(type, scope)})"
        scope.lines.append(f'(export "{local}" (type {made} {target}))')
        if known is not None and known not in scope.exported:  # the first name is its own, others are aliases
            scope.exported.add(known)
            scope.known[known] = made

    def _foreign(self, name: TypeName, type: Type | Resource, scope: _Scope) -> str:
        """A type of another interface; of one that is not imported a copy, which resources do not have."""
        try:
            return scope.missing(name)
        except NotImported:
            if isinstance(type, Resource) or any(isinstance(part, Own | Borrow) for part in walk(type)):
                raise
            return self._define(type, scope)

    def _define(self, type: Type, scope: _Scope) -> str:
        text = self._definition(type, scope)
        made = self.fresh("type")
        scope.lines.append(f"(type {made} {text})")
        return made

    def _normal(self, name: TypeName) -> TypeName:
        return TypeName("" if name.owner in self._worlds else self._canonical(name.owner), name.name)

    def _alias(self, name: TypeName) -> str:
        """A type of an imported interface, in the outermost scope."""
        found = self._outer.known.get(name)
        if found is None:
            instance = self._instances.get(name.owner)
            if instance is None:
                raise NotImported(name)
            found = self._outer.known[name] = self.fresh("type")
            self.lines.append(f'(alias export {instance} "{name.name}" (type {found}))')
        return found

    def _outer_alias(self, name: TypeName, scope: _Scope) -> str:
        """A type of an imported interface, inside the type of an instance."""
        outer = self._alias(name)
        made = scope.known[name] = self.fresh("type")
        scope.lines.append(f"(alias outer 1 {outer} (type {made}))")
        return made

    def _function(self, function: Function, scope: _Scope) -> str:
        parts = ["async"] if function.is_async else []
        parts += [f'(param "{param.name}" {self._reference(param.type, scope)})' for param in function.params]
        if function.result is not None:
            parts.append(f"(result {self._reference(function.result, scope)})")
        return " ".join(parts)

    def _reference(self, type: Type, scope: _Scope) -> str:
        """`type` where it is used."""
        if isinstance(type, Primitive):
            return type.name
        if type.name is None:  # a definition of its own: the text format takes few types inside of others
            return self._define(type, scope)
        return self._named(type.name, scope)

    def _named(self, name: TypeName, scope: _Scope) -> str:
        normal = self._normal(name)
        return scope.known.get(normal) or scope.missing(normal)

    def _definition(self, type: Type, scope: _Scope) -> str:
        """What `type` is made of."""

        def text(inner: Type | None) -> str:
            return "" if inner is None else f" {self._reference(inner, scope)}"

        match type:
            case Primitive(name):
                return name
            case Record(fields):
                members = [f' (field "{one.name}"{text(one.type)})' for one in fields]
                return f"(record{''.join(members)})"
            case Variant(cases):
                members = [f' (case "{one.name}"{text(one.type)})' for one in cases]
                return f"(variant{''.join(members)})"
            case Enum(names) | Flags(names):
                keyword = "enum" if isinstance(type, Enum) else "flags"
                members = [f' "{name}"' for name in names]
                return f"({keyword}{''.join(members)})"
            case Tuple(types):
                return f"(tuple{''.join(map(text, types))})"
            case List(element):
                return f"(list{text(element)})"
            case FixedList(element, length):
                return f"(list{text(element)} {length})"
            case Map(key, value):
                return f"(map{text(key)}{text(value)})"
            case Option(some):
                return f"(option{text(some)})"
            case Result(ok, err):
                error = "" if err is None else f" (error{text(err)})"
                return f"(result{text(ok)}{error})"
            case Own(resource):
                return f"(own {self._named(resource.name, scope)})"
            case Borrow(resource):
                return f"(borrow {self._named(resource.name, scope)})"
            case Stream(payload):
                return f"(stream{text(payload)})"
            case Future(payload):
                return f"(future{text(payload)})"


def owners(items: Mapping[str, Type | Resource]) -> Iterator[str]:
    """The interfaces that named types come from."""
    for type in items.values():
        if not isinstance(type, Primitive) and type.name is not None:
            yield type.name.owner
