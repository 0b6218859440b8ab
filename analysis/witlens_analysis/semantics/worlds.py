"""Worlds: what a world imports and exports once implicit imports and `include` are written out (wit-language 2.6).

Follows the reference: types and items of the world itself, then its includes, then elaboration, which adds the
interfaces that others use types of, and sorts imports by class.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ..lower import ExternDecl, FunctionDecl, IncludeDecl, TypeDecl, UseDecl, lower
from ..outline import ItemKey
from ..queries import Database
from ..syntax.structure import Item
from .cycles import cyclic_items
from .gates import is_active
from .packages import Ref, package_of
from .scopes import ordered_types
from .types import head_gates, item_of, item_types, resolve

WorldKey = tuple[str, object]
"""`("id", key of the interface)` or `("name", plain name)`."""


class Inclusion(NamedTuple):
    """One step of an item through an `include`: the world that was included, its `with`, and the world it is in."""

    world: ItemKey
    names: tuple[tuple[str, str], ...]
    by: ItemKey

    def renamed(self, name: str) -> str:
        """Returns what the including world calls a plain name of the included one."""
        return renamed(name, lambda subject: next((alias for old, alias in self.names if old == subject), None))


class WorldItem(NamedTuple):
    """One import or export.

    `kind`: `interface`, `function`, `use`, `type` or `resource-function`. `interface` is the interface itself; an
    inline one has the key of its world with `#import name` or `#export name` added. `deps` are the interfaces that it
    uses types of. `origin` and `declared` say where and under which name it was declared, before any `include .. with`;
    `inclusions` are the includes since that rename something, innermost first, and the last one. `implicit`: put in by
    elaboration, here or in the world that is included. `external_id` is the literal as written, only of interfaces.
    """

    key: WorldKey
    kind: str
    interface: ItemKey | None
    stability: tuple[str, str, str]
    deps: tuple[ItemKey, ...]
    origin: ItemKey
    declared: str
    direction: str
    implicit: bool = False
    external_id: str = ""
    inclusions: tuple[Inclusion, ...] = ()

    def included(self) -> "WorldItem":
        """Returns the item as the world has it that was included last (only for one that was included)."""
        before = self.inclusions[:-1]
        name = self.declared
        for step in before:
            name = step.renamed(name)
        key: WorldKey = ("name", name) if self.key[0] == "name" else self.key
        return self._replace(key=key, inclusions=before)

    def name_here(self, name: str) -> str:
        """Returns what the world calls a type that `origin` calls `name`."""
        for step in self.inclusions:
            name = step.renamed(name)
        return name


class _Step(NamedTuple):
    """A way from an exported interface down to `interface`: each is used by the one before."""

    before: "_Step | None"
    interface: ItemKey

    def keys(self) -> tuple[ItemKey, ...]:
        """All interfaces of the way, the exported one first."""
        found = [self.interface]
        step = self.before
        while step is not None:
            found.append(step.interface)
            step = step.before
        return tuple(reversed(found))


class Problem(NamedTuple):
    """Something wrong with a world: the number of the declaration (-1: the world itself), the code, and details."""

    number: int
    code: str
    details: tuple[str, ...]
    path: tuple[ItemKey, ...] = ()


class Elaborated(NamedTuple):
    """A world, complete."""

    imports: tuple[WorldItem, ...]
    exports: tuple[WorldItem, ...]
    problems: tuple[Problem, ...]


_UNGATED = ("", "", "")
_RANK = {"interface": 0, "use": 1, "type": 2, "function": 3, "resource-function": 4}


class WorldDeclarations:
    """All that a world declares, numbered as its elements are; equal as long as its text means the same."""

    __slots__ = ("found", "signatures")

    def __init__(self, item: Item | None) -> None:
        lowered = [lower(element) for element in item.members] if item is not None else []
        self.signatures = tuple([one.signature for one in lowered])
        self.found = tuple([one.declaration for one in lowered])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WorldDeclarations) and self.signatures == other.signatures

    __hash__ = None  # type: ignore[assignment]


def world_declarations(db: Database, key: ItemKey) -> WorldDeclarations:
    """Query: returns what a world declares. Places may be out of date."""
    return WorldDeclarations(item_of(db, key))


def inline_key(world: ItemKey, direction: str, name: str) -> ItemKey:
    """Returns the key of an inline interface."""
    return world._replace(name=f"{world.name}#{direction} {name}")


def interface_deps(db: Database, ref: Ref) -> tuple[ItemKey, ...]:
    """Query: returns the interfaces that an interface uses active types of, in order."""
    item = item_of(db, ref.key)
    if item is None:
        return ()
    cyclic = db.get(cyclic_items, ref.root)
    found: dict[ItemKey, None] = {}
    for declaration in (lower(element).declaration for element in item.members):
        if isinstance(declaration, UseDecl):
            _add_dep(db, ref, declaration, found)
    return tuple(key for key in found if ref.key not in cyclic or cyclic.get(key) != cyclic[ref.key])


def _add_dep(db: Database, ref: Ref, use: UseDecl, found: dict[ItemKey, None]) -> None:
    if not use.names or not is_active(db, use.gates):
        return
    target = resolve(db, ref, use.path.package, use.path.name)
    if target.key is not None and target.kind == "interface":
        found[target.key] = None


def elaborated(db: Database, ref: Ref) -> Elaborated:
    """Query: elaborates a world."""
    return _Elaboration(db, ref).run()


class _Elaboration:
    def __init__(self, db: Database, ref: Ref) -> None:
        self.db = db
        self.ref = ref
        # Direction and key -> kind and number of the first declaration, switched off or not.
        self.declared: dict[tuple[str, WorldKey], tuple[str, int]] = {}
        self.imports: dict[WorldKey, WorldItem] = {}
        self.exports: dict[WorldKey, WorldItem] = {}
        self.problems: list[Problem] = []
        self.cyclic = db.get(cyclic_items, ref.root)

    def run(self) -> Elaborated:
        declarations: tuple[object, ...] = self.db.get(world_declarations, self.ref.key).found
        self._types(declarations)
        for number, declaration in enumerate(declarations):
            if isinstance(declaration, ExternDecl):
                self._extern(number, declaration)
            elif isinstance(declaration, TypeDecl) and declaration.kind == "resource":
                self._resource(declaration)
        for number, declaration in enumerate(declarations):
            if isinstance(declaration, IncludeDecl) and is_active(self.db, declaration.gates):
                self._include(number, declaration)
        imports, exports = self._elaborate()
        return Elaborated(tuple(imports), tuple(exports), tuple(self.problems))

    # What the world itself says

    def _types(self, declarations: tuple[object, ...]) -> None:
        table = self.db.get(item_types, self.ref)
        for number, declaration in enumerate(declarations):
            if isinstance(declaration, UseDecl):
                for _, local in declaration.names:
                    self.declared.setdefault(("import", ("name", local.text)), ("type", number))
            elif isinstance(declaration, TypeDecl):
                self.declared.setdefault(("import", ("name", declaration.name.text)), ("type", number))
            if isinstance(declaration, UseDecl) and is_active(self.db, declaration.gates):
                deps: dict[ItemKey, None] = {}
                _add_dep(self.db, self.ref, declaration, deps)
                for _, local in declaration.names:
                    self._add_type(local.text, "use", declaration.gates.stability, tuple(deps))
        for declaration in ordered_types(declarations):
            if is_active(self.db, declaration.gates) and declaration.name.text in table:
                self._add_type(declaration.name.text, "type", declaration.gates.stability, ())

    def _add_type(self, name: str, kind: str, stability: tuple[str, str, str], deps: tuple[ItemKey, ...]) -> None:
        key = ("name", name)
        self.imports.setdefault(key, WorldItem(key, kind, None, stability, deps, self.ref.key, name, "import"))

    def _resource(self, declaration: TypeDecl) -> None:
        if not is_active(self.db, declaration.gates):
            return
        for function in declaration.functions:
            if is_active(self.db, function.gates):
                self._add_function(
                    function, function.encoded_name(declaration.name.text), "resource-function", "import"
                )

    def _add_function(self, function: FunctionDecl, name: str, kind: str, direction: str) -> bool:
        items = self.imports if direction == "import" else self.exports
        key = ("name", name)
        if key in items:
            return False
        items[key] = WorldItem(key, kind, None, function.gates.stability, (), self.ref.key, name, direction)
        return True

    def _extern(self, number: int, declaration: ExternDecl) -> None:
        items = self.imports if declaration.direction == "import" else self.exports
        active = is_active(self.db, declaration.gates)
        if declaration.function is not None:
            name = declaration.function.encoded_name()
            self._check_name(number, name, declaration.direction, "function")
            if active:
                self._add_function(declaration.function, name, "function", declaration.direction)
            return
        name = declaration.name.text if declaration.name is not None else ""
        if declaration.members is not None:
            self._check_name(number, name, declaration.direction, "interface")
            found: dict[ItemKey, None] = {}
            for member in declaration.members:
                if isinstance(member, UseDecl):
                    _add_dep(self.db, self.ref, member, found)
            interface = inline_key(self.ref.key, declaration.direction, name)
            key: WorldKey = ("name", name)
            if active and key not in items:
                items[key] = WorldItem(
                    key, "interface", interface, declaration.gates.stability, tuple(found), self.ref.key, name,
                    declaration.direction, external_id=declaration.gates.external_id,
                )  # fmt: skip
            return
        assert declaration.path is not None
        target = resolve(self.db, self.ref, declaration.path.package, declaration.path.name)
        if target.key is None or target.kind != "interface":
            return
        key = ("name", name) if name else ("id", target.key)
        if name:
            self._check_name(number, name, declaration.direction, "interface")
        else:
            _, first = self.declared.setdefault((declaration.direction, key), ("interface", number))
            if first != number:
                details = (declaration.direction, declaration.path.name, str(first))
                self.problems.append(Problem(number, "duplicate-world-interface", details))
                return
        if not active or key in items or not is_active(self.db, self.db.get(head_gates, target.key)):
            return
        deps = self.db.get(interface_deps, Ref(self.ref.root, target.key))
        items[key] = WorldItem(
            key, "interface", target.key, declaration.gates.stability, deps, self.ref.key, name, declaration.direction,
            external_id=declaration.gates.external_id,
        )  # fmt: skip

    def _check_name(self, number: int, name: str, direction: str, kind: str) -> None:
        """Names must differ whatever is switched off, and be it the whole world."""
        kind, first = self.declared.setdefault((direction, ("name", name)), (kind, number))
        if first != number:
            self.problems.append(Problem(number, "world-name-conflict", (direction, name, kind, str(first))))

    # Includes

    def _include(self, number: int, declaration: IncludeDecl) -> None:
        target = resolve(self.db, self.ref, declaration.path.package, declaration.path.name)
        if target.key is None or target.kind != "world":
            return
        if target.key in self.cyclic and self.cyclic.get(target.key) == self.cyclic.get(self.ref.key):
            return
        if not is_active(self.db, self.db.get(head_gates, target.key)):
            return
        included = self.db.get(elaborated, Ref(self.ref.root, target.key))
        names = tuple((name.text, alias.text) for name, alias in declaration.names)
        everything = [item for item in (*included.imports, *included.exports) if item.key[0] == "name"]
        plain = {_subject(str(item.key[1])) for item in everything}
        for index, (name, _) in enumerate(names):
            if name not in plain:
                self.problems.append(Problem(number, "include-name-not-found", (name, str(index))))
        own = self.db.get(package_of, (self.ref.root, self.ref.key.path, self.ref.key.scope))
        is_external = target.package != own
        step = Inclusion(target.key, names, self.ref.key)
        aliases = dict(reversed(names))  # of several for one name the first counts
        self._include_items(number, included.imports, self.imports, step, aliases, is_external)
        self._include_items(number, included.exports, self.exports, step, aliases, is_external)

    def _include_items(
        self,
        number: int,
        included: tuple[WorldItem, ...],
        items: dict[WorldKey, WorldItem],
        step: Inclusion,
        aliases: dict[str, str],
        is_external: bool,
    ) -> None:
        for item in included:
            # Of those that rename nothing only the last is kept: worlds may include each other in long chains.
            before = item.inclusions
            inclusions = (*before[:-1], step) if before and not before[-1].names else (*before, step)
            if item.key[0] == "name":
                new = renamed(str(item.key[1]), aliases.get)
                key: WorldKey = ("name", new)
                if key in items:
                    self.problems.append(Problem(number, "include-shadows", (item.direction, new)))
                    continue
                items[key] = item._replace(key=key, inclusions=inclusions)
                continue
            known = items.get(item.key)
            if known is None:
                known = item._replace(inclusions=inclusions)
            if is_external and item.stability[0]:
                known = known._replace(stability=_UNGATED)
            elif item.stability != known.stability and item.stability != _UNGATED:
                if known.stability == _UNGATED:
                    known = known._replace(stability=item.stability)
                else:
                    self.problems.append(Problem(number, "include-stability", (self._shown(item),)))
            items[item.key] = known

    def _shown(self, item: WorldItem) -> str:
        return item.interface.name if item.interface is not None else str(item.key[1])

    # Elaboration

    def _elaborate(self) -> tuple[list[WorldItem], list[WorldItem]]:
        new_imports: dict[WorldKey, WorldItem] = {}
        for item in sorted(self.imports.values(), key=lambda item: _RANK[item.kind]):
            if item.kind == "interface" and item.interface is not None:
                self._import(new_imports, item)
            elif item.kind == "use":
                for dep in item.deps:
                    self._import(new_imports, self._implied(dep, item.stability))
                new_imports[item.key] = item
            else:
                new_imports[item.key] = item
        new_exports = {key: item for key, item in self.exports.items() if item.kind == "function"}
        interfaces = [item for item in self.exports.values() if item.kind == "interface"]
        self._exports(interfaces, new_imports, new_exports)
        imports = sorted(new_imports.values(), key=lambda item: _RANK[item.kind])
        return imports, list(new_exports.values())

    def _implied(
        self, key: ItemKey, stability: tuple[str, str, str], direction: str = "import", external_id: str = ""
    ) -> WorldItem:
        deps = self.db.get(interface_deps, Ref(self.ref.root, key))
        return WorldItem(("id", key), "interface", key, stability, deps, self.ref.key, "", direction, True, external_id)

    def _import(self, imports: dict[WorldKey, WorldItem], item: WorldItem) -> None:
        """Adds an interface behind those that it uses types of. Chains of them may be long, so nothing recurses."""
        way = [(item, iter(item.deps))]
        while way:
            item, deps = way[-1]
            dep = next((dep for dep in deps if ("id", dep) not in imports), None)
            if dep is not None and item.key not in imports:
                implied = self._implied(dep, item.stability)
                way.append((implied, iter(implied.deps)))
            else:
                imports.setdefault(item.key, item)
                way.pop()

    def _exports(
        self, interfaces: list[WorldItem], imports: dict[WorldKey, WorldItem], exports: dict[WorldKey, WorldItem]
    ) -> None:
        exported = {item.key for item in interfaces}
        required: dict[ItemKey, _Step] = {}
        way: list[tuple[WorldItem, bool, _Step, Iterator[ItemKey]]] = []

        def enter(item: WorldItem, as_export: bool, before: _Step | None) -> _Step | None:
            """Begins with an interface; returns the way to it if it is needed both ways."""
            assert item.interface is not None
            here = _Step(before, item.interface)
            if item.key in exports:
                return None if as_export else here
            if as_export or item.interface not in required:
                way.append((item, as_export, here, iter(item.deps)))
            return None

        def leave(item: WorldItem, as_export: bool, here: _Step) -> _Step | None:
            """Adds an interface whose dependencies are there."""
            assert item.interface is not None
            if as_export:
                if item.interface in required:
                    return required[item.interface]
                exports[item.key] = item
            else:
                required[item.interface] = here
                imports.setdefault(item.key, item)
            return None

        def add(item: WorldItem) -> tuple[ItemKey, ...] | None:
            """Adds an interface; returns the way to the one that is needed both ways, if there is one."""
            way.clear()
            conflict = enter(item, True, None)
            while way and conflict is None:
                item, as_export, here, deps = way[-1]
                dep = next(deps, None)
                if dep is None:
                    way.pop()
                    conflict = leave(item, as_export, here)
                    continue
                # Also an export that another one needs first takes that one's gates and external id, and has no docs.
                dep_exported = as_export and ("id", dep) in exported
                direction = "export" if dep_exported else "import"
                conflict = enter(self._implied(dep, item.stability, direction, item.external_id), dep_exported, here)
            return None if conflict is None else conflict.keys()

        conflicts: set[tuple[ItemKey, ...]] = set()
        for item in interfaces:
            conflict = add(item)
            if conflict is not None and conflict not in conflicts:
                conflicts.add(conflict)
                self.problems.append(Problem(-1, "incompatible-transitive-use", (self._shown(item),), conflict))


def renamed(original: str, alias_of: Callable[[str], str | None]) -> str:
    """Returns what `with {name as alias}` makes of a plain name: of its own, or of the resource that it belongs to."""
    subject = _subject(original)
    alias = alias_of(subject)
    if alias is None:
        return original
    prefix, bracket, rest = original.rpartition("]")
    return f"{prefix}{bracket}{alias}{rest[len(subject) :]}"


def _subject(name: str) -> str:
    """The part of a plain name that `with` is about: of `[method]r.f` it is `r`."""
    _, bracket, rest = name.rpartition("]")
    return rest.partition(".")[0] if bracket else name
