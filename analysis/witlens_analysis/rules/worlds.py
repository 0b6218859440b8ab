"""Rules about worlds as a whole: what elaboration finds, and names that must differ (W, N13, A5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..lower import ExternDecl, FunctionDecl, IncludeDecl, Name, TypeDecl, UseDecl, lower
from ..queries import Database
from ..semantics.gates import is_active
from ..semantics.packages import Ref
from ..semantics.types import item_types, resolve
from ..semantics.worlds import Elaborated, Problem, WorldItem, elaborated
from ..syntax.structure import Item
from .advice import check_setter
from .declarations import canonical, is_accessor_pair
from .findings import Finding, Place, listed
from .guesses import did_you_mean

NAMES = ("duplicate-world-interface", "world-name-conflict")
"""What must hold of a world that is switched off, too."""


class _Place(NamedTuple):
    """The number of an element and a range in it."""

    number: int
    start: int
    end: int


_Places = dict[tuple[str, str], list[_Place]]
"""Direction and encoded name -> where a world declares it."""


def check_world(db: Database, ref: Ref, item: Item, live: bool) -> Iterator[Finding]:
    """Checks a world."""
    yield from _own_types(ref, item)
    if live:
        yield from _gated_types(db, ref, item)
    world = db.get(elaborated, ref)
    problems = [problem for problem in world.problems if live or problem.code in NAMES]
    places = _places(item)
    for problem in problems:
        if problem.code != "include-shadows":
            yield _worded(db, ref, item, problem, places)
    yield from _shadowed(ref, item, [problem for problem in problems if problem.code == "include-shadows"], places)
    yield from _unique(db, ref, item, {problem.number for problem in problems}, places, live)
    if live:
        yield from _setters(db, ref, item, world)


def _own_types(ref: Ref, item: Item) -> Iterator[Finding]:
    """W3, N9: types and used names of a world."""
    seen: dict[str, tuple[int, int, int]] = {}
    uses: list[tuple[str, int, int, int]] = []
    types: list[tuple[str, int, int, int]] = []
    for number, element in enumerate(item.members, 1):
        declaration = lower(element).declaration
        if isinstance(declaration, UseDecl):
            uses.extend((local.text, number, local.start, local.end) for _, local in declaration.names)
        elif isinstance(declaration, TypeDecl):
            name = declaration.name
            types.append((name.text, number, name.start, name.end))
    for text, number, start, end in uses + types:
        before = seen.setdefault(text, (number, start, end))
        if before != (number, start, end):
            yield Finding(
                "duplicate-name", number, start, end, f"`{text}` is declared twice in this world",
                related=(Place(ref.key, "", "also declared here", *before),),
            )  # fmt: skip


def _gated_types(db: Database, ref: Ref, item: Item) -> Iterator[Finding]:
    """G6: types and used names of a world that exists cannot be switched off: the reference rejects the world."""
    for number, element in enumerate(item.members, 1):
        declaration = lower(element).declaration
        if isinstance(declaration, UseDecl):
            names = [local for _, local in declaration.names[:1]]
        elif isinstance(declaration, TypeDecl):
            names = [declaration.name]
        else:
            continue
        if is_active(db, declaration.gates):
            continue
        for name in names:
            yield Finding(
                "reference-to-gated", number, name.start, name.end,
                f"`{name.text}` is a type of the world itself, and `wasm-tools` rejects a world with one whose feature "
                f"(`{declaration.gates.unstable}`) is not active: declare it in an interface, or gate the world too",
                related=(Place(ref.key, "", "the gate", number, *declaration.gates.unstable_at),),
            )  # fmt: skip


def _worded(db: Database, ref: Ref, item: Item, problem: Problem, places: _Places) -> Finding:
    number = problem.number + 1
    details = problem.details
    if problem.code == "incompatible-transitive-use":
        return _transitive(ref, item, problem)
    declaration = lower(item.members[problem.number]).declaration
    if isinstance(declaration, ExternDecl):
        first = _Place(int(details[-1]) + 1, 0, 0)
        if problem.code == "duplicate-world-interface":
            assert declaration.path is not None
            other = lower(item.members[first.number - 1]).declaration
            if isinstance(other, ExternDecl) and other.path is not None:
                first = _Place(first.number, *other.path.name_span)
            return Finding(
                problem.code, number, *declaration.path.name_span,
                f"interface `{details[1]}` is {details[0]}ed twice: remove one, "
                f"or give one a name of its own with `{details[0]} name: {details[1]};`",
                related=(Place(ref.key, "", f"{details[0]}ed here already", *first),),
            )  # fmt: skip
        assert declaration.name is not None
        same_name = places.get((details[0], details[1]), [])
        named = next((place for place in same_name if place.number == first.number), None)
        return Finding(
            problem.code, number, declaration.name.start, declaration.name.end,
            f"{details[0]} `{declaration.name.text}` conflicts with the {details[2]} of the same name: "
            "give one of them another name",
            related=(Place(ref.key, "", f"the {details[2]}", *named),) if named is not None else (),
        )  # fmt: skip
    assert isinstance(declaration, IncludeDecl)
    path = declaration.path
    if problem.code == "include-name-not-found":
        return _not_renamed(db, ref, declaration, declaration.names[int(details[1])][0], number)
    return Finding(
        problem.code, number, *path.name_span,
        f"interface `{details[0]}` has other feature gates in world `{path.name}` than here: make them the same",
    )  # fmt: skip


def _names_of(db: Database, world: Ref) -> tuple[list[str], frozenset[str]]:
    """A query: the plain names of what a world imports and exports, and the names of what is known by its path."""
    found = db.get(elaborated, world)
    items = (*found.imports, *found.exports)
    plain = sorted({str(one.key[1]) for one in items if one.key[0] == "name" and "]" not in str(one.key[1])})
    interfaces = (one.interface.name for one in items if one.key[0] == "id" and one.interface is not None)
    return plain, frozenset(interfaces)


def _not_renamed(db: Database, ref: Ref, include: IncludeDecl, name: Name, number: int) -> Finding:
    """W4: `with` gives other names to plain names only."""
    target = resolve(db, ref, include.path.package, include.path.name).key
    assert target is not None
    plain, interfaces = db.get(_names_of, Ref(ref.root, target))
    guess = did_you_mean(name.text, plain)
    shown = include.path.name
    fixes: tuple[tuple[str, int, int, str, bool], ...] = ()
    if name.text in interfaces:
        message = (
            f"interface `{name.text}` of world `{shown}` is known by its path and keeps it: "
            "`with` renames functions, types, and what is imported or exported under a plain name"
        )
    elif guess is not None:
        message = f"world `{shown}` imports or exports nothing of the name `{name.text}`; did you mean `{guess}`?"
        fixes = ((f"Change to `{guess}`", name.start, name.end, guess, False),)
    else:
        there = f"; it has {listed(plain)}" if plain else ": nothing in it has a plain name"
        message = f"world `{shown}` imports or exports nothing of the name `{name.text}`{there}"
    return Finding("include-name-not-found", number, name.start, name.end, message, fixes)


def _shadowed(ref: Ref, item: Item, problems: list[Problem], places: _Places) -> Iterator[Finding]:
    """W5: said once an include, with all names."""
    of_include: dict[int, dict[str, dict[str, None]]] = {}
    for problem in problems:
        direction, name = problem.details
        if "." not in name and not name.startswith("[constructor]"):  # a resource stands for what is in it
            plain = name.rpartition("]")[2]
            of_include.setdefault(problem.number, {}).setdefault(plain, {})[direction] = None
    for index, names in of_include.items():
        include = lower(item.members[index]).declaration
        assert isinstance(include, IncludeDecl)
        world = include.path.name
        related: list[Place] = []
        for name, directions in names.items():
            for direction in directions:
                found = places.get((direction, name), []) or places.get((direction, f"[get]{name}"), [])
                related.extend(Place(ref.key, "", f"{direction}ed here", *place) for place in found[:1])
        renaming = ", ".join(f"{name} as .." for name in names)
        verb = " or ".join(sorted({f"{direction}s" for found in names.values() for direction in found}, reverse=True))
        yield Finding(
            "include-shadows", index + 1, *include.path.name_span,
            f"this world {verb} {listed(list(names))} already, and world `{world}` has the same: "
            f"rename with `include {world} with {{ {renaming} }}`",
            related=tuple(related[:10]),
        )  # fmt: skip


def _transitive(ref: Ref, item: Item, problem: Problem) -> Finding:
    """W7, with the way on which the second copy comes in."""
    way = problem.path
    shown = " -> ".join(f"`{key.name}`" for key in way)
    last = way[-1].name
    missing = list(dict.fromkeys(key.name for key in way[1:-1]))
    advice = f"export {listed(missing)} too, " if missing else ""
    number, start, end = 0, *_name_span(item)
    return Finding(
        problem.code, number, start, end,
        f"interface `{problem.details[0]}` needs `{last}` both as an import and as an export ({shown}): "
        f"{advice}or do not export `{last}`",
        related=tuple(Place(key, "", "on the way") for key in way),
    )  # fmt: skip


def _name_span(item: Item) -> tuple[int, int]:
    from ..syntax.nodes import WorldHead

    core = item.head.core
    if isinstance(core, WorldHead) and core.name is not None:
        return core.name.start, core.name.end
    return core.start, core.end


def _unique(db: Database, ref: Ref, item: Item, reported: set[int], places: _Places, live: bool) -> Iterator[Finding]:
    """N13: plain names of imports (types and methods too) and of exports must differ even without case and hyphens.

    Those of the world itself in the order of the text, then those that it includes.
    """
    world = db.get(elaborated, ref)
    rows = [(direction, name, found[0]) for (direction, name), found in places.items()]
    rows.sort(key=lambda row: row[2])
    if live:
        for one in (*world.imports, *world.exports):
            row = (one.direction, str(one.key[1]))
            if one.key[0] == "name" and row not in places and one.inclusions:
                rows.append((*row, _include_of(db, ref, item, one)))
    seen: dict[tuple[str, str], tuple[str, _Place]] = {}
    for direction, name, place in rows:
        first, first_place = seen.setdefault((direction, canonical(name)), (name, place))
        if first == name or is_accessor_pair(first, name) or _of_one_resource(first, name):
            continue
        if place.number - 1 in reported:
            continue
        yield Finding(
            "duplicate-name", *place,
            f"{direction} `{_plain(name)}` conflicts with {_kind(first)}`{_plain(first)}`: "
            "names must differ in more than case and hyphens",
            related=(Place(ref.key, "", "the other name", *first_place),),
        )  # fmt: skip


def _plain(name: str) -> str:
    return name.rpartition("]")[2].rpartition(".")[2]


def _kind(name: str) -> str:
    return {"[get]": "the getter ", "[set]": "the setter "}.get(name[:5], "")


def _of_one_resource(one: str, other: str) -> bool:
    """Tells whether two encoded names are of members of one resource: a rule of the element."""
    owners = {name.rpartition("]")[2].partition(".")[0] for name in (one, other)}
    return "." in one and "." in other and len(owners) == 1


def _include_of(db: Database, ref: Ref, item: Item, included: WorldItem) -> _Place:
    for number, element in enumerate(item.members, 1):
        declaration = lower(element).declaration
        if isinstance(declaration, IncludeDecl):
            target = resolve(db, ref, declaration.path.package, declaration.path.name)
            if target.key == included.inclusions[-1].world:
                return _Place(number, *declaration.path.name_span)
    return _Place(0, *_name_span(item))


def _places(item: Item) -> _Places:
    found: _Places = {}

    def add(direction: str, name: str, number: int, leaf: Name) -> None:
        found.setdefault((direction, name), []).append(_Place(number, leaf.start, leaf.end))

    for number, element in enumerate(item.members, 1):
        declaration = lower(element).declaration
        if isinstance(declaration, UseDecl):
            for _, local in declaration.names:
                add("import", local.text, number, local)
        elif isinstance(declaration, TypeDecl):
            name = declaration.name
            add("import", name.text, number, name)
            for function in declaration.functions:
                add("import", function.encoded_name(name.text), number, function.name)
        elif isinstance(declaration, ExternDecl) and declaration.name is not None:
            function_ = declaration.function
            text = declaration.name.text if function_ is None else function_.encoded_name()
            add(declaration.direction, text, number, declaration.name)
    return found


def _setters(db: Database, ref: Ref, item: Item, world: Elaborated) -> Iterator[Finding]:
    """A5, V8: a setter of a world needs its getter in the same direction, declared here or included."""
    there = {(one.direction, one.key[1]) for one in (*world.imports, *world.exports)}
    accessors: dict[tuple[str, str], tuple[int, FunctionDecl]] = {}
    for number, element in enumerate(item.members, 1):
        declaration = lower(element).declaration
        function = declaration.function if isinstance(declaration, ExternDecl) else None
        if function is not None and function.accessor and is_active(db, function.gates):
            assert isinstance(declaration, ExternDecl)
            accessors.setdefault((declaration.direction, function.encoded_name()), (number, function))
    table = db.get(item_types, ref)
    for (direction, _), (number, function) in accessors.items():
        if function.accessor != "set":
            continue
        wanted = (direction, f"[get]{function.name.text}")
        getter = accessors.get(wanted)
        if getter is not None:
            yield from check_setter(db, ref.key, getter, (number, function), table)
        elif wanted not in there:
            yield Finding(
                "setter-without-getter", number, function.name.start, function.name.end,
                f"`{function.name.text}` has a setter but no getter: "
                f"add `{direction} {function.name.text}: get() -> ..;`",
            )  # fmt: skip
