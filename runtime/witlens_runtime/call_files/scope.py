"""What names mean in the world under test: which functions can be called, which imports stubbed, under which names.

Made from the WIT model, function by function: an error in one declaration takes no other away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Literal

from witlens_analysis.features.mentions import CONSTRUCTOR
from witlens_analysis.features.symbols import Symbol
from witlens_analysis.model import Borrow, Function, Own, Resource, Type
from witlens_analysis.model_reader import Reader
from witlens_analysis.model_types import ModelError
from witlens_analysis.outline import ItemKey
from witlens_analysis.rules.guesses import did_you_mean
from witlens_analysis.semantics.worlds import WorldItem
from witlens_analysis.workspace import Snapshot

from ..types import children, kind_text, type_text

Direction = Literal["import", "export"]


@dataclass(frozen=True, slots=True)
class Target:
    """A function of the world.

    `interface` is the name by which a component exports or imports the interface, "" for a function of the world
    itself; `short` is how people write it. `name` is the name of the function there as people write it (`add`,
    `account.new`), `encoded` that of the encoding. `function` is None where its declaration has errors, which `problem`
    then tells. `symbol` is its declaration.
    """

    interface: str
    short: str
    name: str
    encoded: str
    function: Function | None
    problem: str
    symbol: Symbol

    @property
    def spelled(self) -> str:
        """How a call file writes it: `ops.add`."""
        return f"{self.short}.{self.name}" if self.short else self.name

    @property
    def full(self) -> str:
        """How the worker and `wasmtime run --invoke` take it: `demo:calc/ops@0.1.0.add`."""
        return f"{self.interface}.{self.encoded}" if self.interface else self.encoded

    @property
    def is_method(self) -> bool:
        """Whether it is called on a handle."""
        return self.encoded.startswith("[method]")

    @property
    def resource(self) -> str:
        """The name of the resource that it belongs to, or ""."""
        return self.encoded.partition("]")[2].partition(".")[0] if self.encoded.startswith("[") else ""

    @property
    def call(self) -> Function | None:
        """The function as it is called through its interface: under its spelled name, with all parameters."""
        return None if self.function is None else replace(self.function, name=self.spelled)

    @property
    def method(self) -> Function | None:
        """The function as it is called on a handle: without `self`."""
        if self.function is None:
            return None
        return replace(self.function, name=self.name.rpartition(".")[2], params=self.function.params[1:])

    @property
    def unsupported(self) -> str:
        """Why it cannot be called from a call file; "" if it can."""
        return unsupported(self.function) if self.function is not None else ""


@dataclass(frozen=True, slots=True)
class Group:
    """The functions of one interface of the world, or those of the world itself (both names "")."""

    interface: str
    short: str
    symbol: Symbol | None
    functions: tuple[Target, ...]

    @property
    def spellings(self) -> tuple[str, ...]:
        """How the interface may be written, the best way first."""
        return tuple(
            dict.fromkeys(one for one in (self.short, self.interface.partition("@")[0], self.interface) if one)
        )

    def find(self, name: str) -> Target | None:
        """The function of a name, as people or the encoding write it."""
        for target in self.functions:
            if name in (target.name, target.encoded):
                return target
        if name.endswith(".constructor") or "." not in name:
            resource = name.removesuffix(".constructor")
            return next((one for one in self.functions if one.encoded == f"[constructor]{resource}"), None)
        return None


@dataclass(frozen=True, slots=True)
class NotFound:
    """Why a name means no function, and the name that may be meant."""

    message: str
    suggestion: str | None = None


@dataclass(frozen=True)
class WorldScope:
    """A world under test. `id` is `ns:pkg/world@version`, `key` its declaration in `root`."""

    snapshot: Snapshot
    root: str
    key: ItemKey
    _reader: Reader = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_reader", Reader(self.snapshot.database, self.root))

    @cached_property
    def id(self) -> str:
        """The world's full name."""
        return self._reader.id_of(self.key)

    @property
    def name(self) -> str:
        """The world's name in its package."""
        return self.key.name

    @property
    def symbol(self) -> Symbol:
        """Its declaration."""
        return Symbol("world", self.key)

    @cached_property
    def exports(self) -> tuple[Group, ...]:
        """What the component offers, interface by interface; the world's own functions come first."""
        return self._groups("export")

    @cached_property
    def imports(self) -> tuple[Group, ...]:
        """What it needs."""
        return self._groups("import")

    @cached_property
    def interface_keys(self) -> dict[str, ItemKey]:
        """The declarations of what owns the types that the world knows: interfaces and the world itself, by id."""
        items = self._reader.elaborated(self.key)
        found = {self.id: self.key}
        for item in (*items.imports, *items.exports):
            if item.kind != "interface":
                continue
            if item.interface is not None and "#" not in item.interface.name[1:]:
                found[self._reader.id_of(item.interface)] = item.interface
            else:
                found[item.declared] = item.origin._replace(name=f"{item.origin.name}#{item.direction} {item.declared}")
        return found

    def functions(self) -> Iterator[Target]:
        """All functions that the component exports."""
        for group in self.exports:
            yield from group.functions

    def find(self, name: str) -> Target | NotFound:
        """The exported function that a name means: its own, with its interface, or alone where only one has it."""
        found = self._find(name, self.exports)
        if isinstance(found, Target):
            return found
        imported = self._find(name, self.imports)
        if isinstance(imported, Target):
            return NotFound(
                f"`{name}` is what world `{self.name}` imports, not what it exports: it can only be stubbed"
            )
        return found

    def find_import(self, name: str) -> Target | NotFound:
        """The imported function that a name means."""
        found = self._find(name, self.imports)
        if isinstance(found, NotFound) and isinstance(self._find(name, self.exports), Target):
            return NotFound(f"`{name}` is what world `{self.name}` exports; only imports can be stubbed")
        return found

    def methods(self, resource: Resource) -> dict[str, Target]:
        """The methods of a resource by name."""
        found: dict[str, Target] = {}
        for target in self.functions():
            if target.is_method and target.function is not None and target.function.resource == resource:
                found[target.name.rpartition(".")[2]] = target
        return found

    def spelled_interfaces(self) -> list[str]:
        """The short names of exported interfaces."""
        return [group.short for group in self.exports if group.short]

    def shortest(self, target: Target) -> str:
        """The best way to write a function: by its interface if that is clear."""
        same = [group for group in self.exports if group.short == target.short]
        return target.spelled if len(same) == 1 else f"{target.interface}.{target.name}"

    # Looking up

    def _find(self, name: str, groups: Sequence[Group]) -> Target | NotFound:
        plain = name.replace("%", "")
        best: tuple[str, list[Group]] = ("", [])
        for group in groups:
            for spelling in group.spellings:
                if plain.startswith(f"{spelling}.") and len(spelling) >= len(best[0]):
                    best = (spelling, [*best[1], group] if spelling == best[0] else [group])
        own = next((group.find(plain) for group in groups if not group.interface), None)
        if best[1] and own is None:
            return self._in_interface(plain, *best)
        if own is not None:
            return own
        everywhere = [found for group in groups if group.interface and (found := group.find(plain)) is not None]
        if len(everywhere) == 1:
            return everywhere[0]
        if everywhere:
            shown = " or ".join(f"`{self.shortest(one)}`" for one in everywhere[:4])
            return NotFound(f"several interfaces have a function `{name}`, so say which: {shown}")
        return self._unknown(plain, groups)

    def _in_interface(self, name: str, spelling: str, groups: list[Group]) -> Target | NotFound:
        rest = name[len(spelling) + 1 :]
        found = [target for group in groups if (target := group.find(rest)) is not None]
        if len(found) > 1:
            shown = " or ".join(f"`{one.interface}.{one.name}`" for one in found[:4])
            return NotFound(f"several interfaces are called `{spelling}`, so say which: {shown}")
        if found:
            return found[0]
        names = [target.name for group in groups for target in group.functions]
        close = did_you_mean(rest, names)
        if close is not None:
            return NotFound(
                f"interface `{spelling}` has no function `{rest}`; did you mean `{close}`?", f"{spelling}.{close}"
            )
        return NotFound(f"interface `{spelling}` has no function `{rest}`{_known(names)}")

    def _unknown(self, name: str, groups: Sequence[Group]) -> NotFound:
        targets = [target for group in groups for target in group.functions]
        spelled = [self.shortest(target) for target in targets]
        close = did_you_mean(name, spelled)
        if close is None:
            by_name = {target.name: self.shortest(target) for target in targets}
            close = by_name.get(did_you_mean(name, list(by_name)) or "")
        what = "exports" if groups is self.exports else "imports"
        message = f"world `{self.name}` {what} no function `{name}`"
        if close is not None:
            return NotFound(f"{message}; did you mean `{close}`?", close)
        before = name.rpartition(".")[0]
        if before and what == "exports":
            message = (
                f"world `{self.name}` exports no interface `{before.partition('.')[0]}`, nor is there such a variable"
            )
        return NotFound(message + _known(spelled))

    # Making

    def _groups(self, direction: Direction) -> tuple[Group, ...]:
        items = self._reader.elaborated(self.key)
        found: list[Group] = []
        own: list[Target] = []
        for item in items.exports if direction == "export" else items.imports:
            if item.kind == "interface":
                group = self._interface(item)
                if group is not None:
                    found.append(group)
            elif item.kind in ("function", "resource-function"):
                own.append(self._own(item))
        return (Group("", "", None, tuple(own)), *found)

    def _interface(self, item: WorldItem) -> Group | None:
        try:
            source = self._reader.interface_of(self.key, item)
        except (ModelError, AssertionError):
            return None
        encoded = self._reader.key_of(item)
        short = encoded.partition("@")[0].rpartition("/")[2]
        symbol: Symbol | None
        if item.interface is not None and "#" not in item.interface.name[1:]:
            key, symbol = item.interface, Symbol("interface", item.interface)
        else:
            key = item.origin._replace(name=f"{item.origin.name}#{item.direction} {item.declared}")
            symbol = Symbol("extern", item.origin, (item.declared,), item.direction)
        names = list(source.scope.functions)
        targets = []
        for name in names:
            function, problem = _made(partial(source.function, name))
            targets.append(
                Target(encoded, short, _spelled(name, names), name, function, problem, _symbol(key, name, ""))
            )
        return Group(encoded, short, symbol, tuple(targets))

    def _own(self, item: WorldItem) -> Target:
        name = str(item.key[1])
        function, problem = _made(lambda: self._reader.world_function(self.key, item))
        symbol = _symbol(item.origin, item.declared, item.direction if item.kind == "function" else "")
        return Target("", "", _spelled(name, [name]), name, function, problem, symbol)


def _made(make: Callable[[], Function]) -> tuple[Function | None, str]:
    try:
        return make(), ""
    except ModelError as error:
        return None, str(error)


def _spelled(encoded: str, names: Sequence[str]) -> str:
    """`[method]r.m` is `r.m` for people, `[constructor]r` is `r.new` unless that is taken."""
    prefix, _, rest = encoded.rpartition("]")
    if prefix == "[constructor":
        taken = any(name in (f"[static]{rest}.new", f"[method]{rest}.new") for name in names)
        return f"{rest}.constructor" if taken else f"{rest}.new"
    return rest if prefix in ("[method", "[static") else encoded


def _symbol(key: ItemKey, encoded: str, direction: str) -> Symbol:
    prefix, _, rest = encoded.rpartition("]")
    if prefix == "[constructor":
        return Symbol("constructor", key, (rest, CONSTRUCTOR), direction)
    return Symbol("function", key, tuple(rest.split(".")), direction)


def _known(names: Sequence[str]) -> str:
    if not names:
        return ""
    shown = ", ".join(f"`{name}`" for name in names[:8])
    return f"; there are {shown}" + (", ..." if len(names) > 8 else "")


def unsupported(function: Function) -> str:
    """Why a function cannot be called with values that are written down; "" if it can."""
    for param in function.params:
        kind = _unwritable(param.type, {})
        if kind:
            return f"parameter `{param.name}` takes {_article(kind)}, which cannot be written down"
    kind = _unwritable(function.result, {}) if function.result is not None else ""
    return f"it returns {_article(kind)}, which cannot be shown" if kind else ""


def _article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _unwritable(type: Type, known: dict[int, str]) -> str:
    """The kind of the first stream, future or error-context in a type; "" if there is none. Types share parts."""
    found = known.get(id(type))
    if found is None:
        kind = kind_text(type)
        found = kind if kind in ("stream", "future", "error-context") else ""
        known[id(type)] = found
        for child in children(type):
            found = found or _unwritable(child, known)
        known[id(type)] = found
    return found


def holds_handle(type: Type, known: dict[int, bool] | None = None) -> bool:
    """Whether values of a type are, or contain, handles."""
    known = {} if known is None else known
    found = known.get(id(type))
    if found is None:
        found = isinstance(type, Own | Borrow) or any(holds_handle(child, known) for child in children(type))
        known[id(type)] = found
    return found


def signature(function: Function, name: str | None = None) -> str:
    """A function as WIT writes it: `add: func(a: u32, b: u32) -> u32`; with "" for a name only its type."""
    params = ", ".join(f"{param.name}: {type_text(param.type)}" for param in function.params)
    result = f" -> {type_text(function.result)}" if function.result is not None else ""
    keyword = "async func" if function.is_async else "func"
    label = function.name if name is None else name
    return f"{label}{': ' if label else ''}{keyword}({params}){result}"
