"""Whether a component implements a world: every difference, item by item.

A component may export more than the world asks for, and import less than it gives. Versions match as engines match
them (`versions`), types must be equal.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from witlens_analysis.model import Function, Interface, Resource, Type, World

from .type_difference import Comparison, TypeDifference
from .types import definition_text, function_text
from .versions import matching, split_version, track

DifferenceKind = Literal["missing", "extra", "version", "kind", "type"]
Side = Literal["import", "export"]
_Item = Interface | Function | Type | Resource


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which a component differs from a world.

    `kind`: `missing` (the component lacks an export, or a part of one), `extra` (it imports what the world does not
    give), `version` (there is one of another, incompatible version), `kind` (a function where an interface should be)
    or `type`. `interface` is the name under which the world (or, for what it lacks, the component) has the interface,
    None for what the world itself has; `item` is the function or type in it, "" for the whole; both as
    `witlens_analysis.features.encoded` takes them. `path` leads to the difference inside a type; `wanted` and `found`
    are what the world asks for and what the component has.
    """

    kind: DifferenceKind
    direction: Side
    interface: str | None
    item: str
    message: str
    wanted: str | None = None
    found: str | None = None
    path: tuple[str, ...] = ()


def conform(component: World, wanted: World) -> tuple[Difference, ...]:
    """The differences between what `component` imports and exports and what the world `wanted` gives and asks for."""
    return tuple(_Check(component.id, wanted.id).worlds(component, wanted))


def covers(offered: Interface, needed: Interface) -> tuple[Difference, ...]:
    """The differences that keep the exported interface `offered` from standing for the imported one `needed`."""
    return tuple(_Check("", "").interfaces("export", needed.id, needed, offered))


def besides_wasi(differences: Iterable[Difference]) -> tuple[tuple[Difference, ...], tuple[str, ...]]:
    """The differences without the WASI interfaces that the component needs and the world lacks, and the names of those.

    The libraries of most languages need WASI, whether the world imports it or not, and most hosts give it.
    """
    left: list[Difference] = []
    wasi: dict[str, None] = {}
    for difference in differences:
        name = difference.interface or ""
        if difference.kind == "extra" and name.startswith("wasi:"):
            wasi[name] = None
        else:
            left.append(difference)
    return tuple(left), tuple(wasi)


class _Check:
    def __init__(self, component: str, world: str) -> None:
        self._worlds = {component, world}
        self._comparison = Comparison(self._same_resource)

    def worlds(self, component: World, wanted: World) -> Iterator[Difference]:
        """Exports first, in the order of the world, then imports, in that of the component."""
        for key, item in wanted.exports.items():
            yield from self._export(key, item, component.exports)
        for key, imported in component.imports.items():
            yield from self._import(key, imported, wanted.imports)

    def _export(self, key: str, item: Interface | Function, exports: Mapping[str, _Item]) -> Iterator[Difference]:
        there = matching(key, exports)
        if there is None:
            yield self._absent("missing", "export", key, item, exports, "the component does not export")
            return
        yield from self._pair("export", key, item, exports[there])

    def _import(self, key: str, item: _Item, imports: Mapping[str, _Item]) -> Iterator[Difference]:
        there = matching(key, imports)
        if there is None:
            yield self._absent("extra", "import", key, item, imports, "the world does not import")
            return
        yield from self._pair("import", there, imports[there], item)

    def _absent(
        self, kind: DifferenceKind, side: Side, key: str, item: _Item, others: Mapping[str, _Item], verb: str
    ) -> Difference:
        """What is on one side only; of another version of it, or of a name that looks like it, is told."""
        path, version = split_version(key)
        versions = [split_version(name)[1] or "no version" for name in others if split_version(name)[0] == path]
        text = _text(item)
        # What a component imports beyond the world is not in the WIT.
        interface, name = (key, "") if isinstance(item, Interface) else (None, key)
        wanted, found = (text, None) if kind == "missing" else (None, text)
        if versions:
            has = " and ".join(versions)
            message = f"{verb} `{path}` at version {version or '(none)'}, only at {has}, which is not compatible"
            return Difference("version", side, interface, name, message, wanted, found)
        return Difference(kind, side, interface, name, f"{verb} `{key}`{_meant(key, others)}", wanted, found)

    def _pair(self, side: Side, key: str, wanted: _Item, found: _Item) -> Iterator[Difference]:
        """Two items of one name."""
        match wanted, found:
            case Interface(), Interface():
                yield from self.interfaces(side, key, wanted, found)
            case Function(), Function():
                yield from self._functions(side, None, wanted, found)
            case (Interface(), _) | (Function(), _) | (_, Interface()) | (_, Function()):
                interface, name = (key, "") if isinstance(wanted, Interface) else (None, key)
                kinds = _kind(wanted), _kind(found)
                message = f"`{key}` is {kinds[1]} in the component and {kinds[0]} in the world"
                yield Difference("kind", side, interface, name, message, *kinds)
            case _:
                difference = self._comparison.named(wanted, found)
                if difference is not None:
                    yield self._type(side, None, key, f"type `{key}`", difference, _text(wanted), _text(found))

    def interfaces(self, side: Side, key: str, wanted: Interface, found: Interface) -> Iterator[Difference]:
        """An exported interface must have all that the world's has; an imported one must have nothing else."""
        wanted_functions = {function.name: function for function in wanted.functions}
        found_functions = {function.name: function for function in found.functions}
        exported = side == "export"
        larger, smaller = (found, wanted) if exported else (wanted, found)
        kind: DifferenceKind = "missing" if exported else "extra"
        lacks = "the component does not export" if exported else "the world does not give"
        for name, type in smaller.types.items():
            if name not in larger.types:
                told = (_text(type), None) if exported else (None, _text(type))
                message = f"{lacks} type `{name}` of `{key}`{_meant(name, larger.types)}"
                yield Difference(kind, side, key, name, message, *told)
                continue
            difference = self._comparison.named(wanted.types[name], found.types[name])
            if difference is not None:
                texts = _text(wanted.types[name]), _text(found.types[name])
                yield self._type(side, key, name, f"type `{name}` of `{key}`", difference, *texts)
        for function in smaller.functions:
            name = function.name
            others = found_functions if exported else wanted_functions
            if name not in others:
                text = function_text(function)
                message = f"{lacks} function `{name}` of `{key}`{_meant(name, others)}"
                yield Difference(kind, side, key, name, message, *((text, None) if exported else (None, text)))
            else:
                yield from self._functions(side, key, wanted_functions[name], found_functions[name])

    def _functions(self, side: Side, key: str | None, wanted: Function, found: Function) -> Iterator[Difference]:
        difference = self._comparison.functions(wanted, found)
        if difference is not None:
            what = f"function `{wanted.name}`" + ("" if key is None else f" of `{key}`")
            yield self._type(side, key, wanted.name, what, difference, function_text(wanted), function_text(found))

    def _type(
        self, side: Side, key: str | None, name: str, what: str, difference: TypeDifference, wanted: str, found: str
    ) -> Difference:
        return Difference("type", side, key, name, f"{what}: {difference}", wanted, found, difference.path)

    def _same_resource(self, one: Resource, other: Resource) -> bool:
        if one.name.name != other.name.name:
            return False
        owners = one.name.owner, other.name.owner
        if owners[0] in self._worlds and owners[1] in self._worlds:
            return True
        return track(owners[0]) == track(owners[1])


def _kind(item: _Item) -> str:
    match item:
        case Interface():
            return "an interface"
        case Function():
            return "a function"
        case Resource():
            return "a resource"
    return "a type"


def _text(item: _Item) -> str:
    match item:
        case Interface():
            count = len(item.functions)
            return f"interface with {count} function{'' if count == 1 else 's'}"
        case Function():
            return function_text(item)
        case Resource():
            return "resource"
    return definition_text(item)


def _meant(name: str, names: Iterable[str]) -> str:
    """The end of a message: the name that was probably meant."""
    close = difflib.get_close_matches(name, list(names), 1, 0.8)
    return f"; did you mean `{close[0]}`?" if close else ""
