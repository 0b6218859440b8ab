"""Rules about worlds as a whole: what elaboration finds, and names that must differ (W, N13, A5)."""

from __future__ import annotations

from collections.abc import Iterator

from ..lower import ExternDecl, IncludeDecl, TypeDecl, UseDecl, lower
from ..outline import ItemKey
from ..queries import Database
from ..semantics.gates import is_active
from ..semantics.packages import Ref
from ..semantics.worlds import Elaborated, Problem, elaborated
from ..syntax.structure import Item
from .declarations import canonical, is_accessor_pair
from .findings import Finding, Place, did_you_mean


def check_world(db: Database, ref: Ref, item: Item, live: bool) -> Iterator[Finding]:
    """Checks a world."""
    if not live:
        return
    yield from _own_types(ref, item)
    yield from _gated_types(db, ref, item)
    world = db.get(elaborated, ref)
    reported: set[int] = set()
    for problem in world.problems:
        reported.add(problem.number)
        yield _worded(db, ref, item, problem)
    yield from _unique(db, ref, item, reported)
    yield from _setters(item, world)


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
                related=(Place(ref.key, "", "first declared here", *before),),
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


def _worded(db: Database, ref: Ref, item: Item, problem: Problem) -> Finding:
    number = problem.number + 1
    details = problem.details
    if problem.code == "incompatible-transitive-use":
        return _transitive(ref, item, problem)
    declaration = lower(item.members[problem.number]).declaration
    if isinstance(declaration, ExternDecl):
        if problem.code == "duplicate-world-interface":
            assert declaration.path is not None
            return Finding(
                problem.code, number, *declaration.path.name_span,
                f"interface `{details[1]}` is {details[0]}ed twice: remove one, "
                f"or give one a name of its own with `{details[0]} name: {details[1]};`",
            )  # fmt: skip
        assert declaration.name is not None
        return Finding(
            problem.code, number, declaration.name.start, declaration.name.end,
            f"{details[0]} `{details[1]}` conflicts with the {details[2]} of the same name",
        )  # fmt: skip
    assert isinstance(declaration, IncludeDecl)
    path = declaration.path
    if problem.code == "include-name-not-found":
        name = declaration.names[int(details[1])][0]
        world = db.get(elaborated, Ref(ref.root, _target(db, ref, declaration)))
        plain = [str(one.key[1]) for one in (*world.imports, *world.exports) if one.key[0] == "name"]
        guess = did_you_mean(name.text, plain)
        hint = f"; did you mean `{guess}`?" if guess else ""
        return Finding(
            problem.code, number, name.start, name.end,
            f"world `{path.name}` has no import or export with the plain name `{name.text}` "
            f"(interfaces with a package keep their names){hint}",
        )  # fmt: skip
    if problem.code == "include-shadows":
        return Finding(
            problem.code, number, *path.name_span,
            f"the {details[0]} `{details[1]}` of world `{path.name}` is {details[0]}ed here already: "
            f"rename it with `include {path.name} with {{ {details[1]} as .. }}`",
        )  # fmt: skip
    return Finding(
        problem.code, number, *path.name_span,
        f"`{details[0]}` has other feature gates in world `{path.name}` than here",
    )  # fmt: skip


def _target(db: Database, ref: Ref, include: IncludeDecl) -> ItemKey:
    from ..semantics.types import resolve

    key = resolve(db, ref, include.path.package, include.path.name).key
    assert key is not None
    return key


def _transitive(ref: Ref, item: Item, problem: Problem) -> Finding:
    """W7, with the way on which the second copy comes in."""
    way = problem.path
    shown = " -> ".join(f"`{key.name}`" for key in way)
    last = way[-1].name
    missing = next((key.name for key in way[1:-1]), None)
    advice = f"export `{missing}` too, " if missing is not None else ""
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


def _unique(db: Database, ref: Ref, item: Item, reported: set[int]) -> Iterator[Finding]:
    """N13: plain names of imports (types and methods too) and of exports must differ even without case and hyphens."""
    world = db.get(elaborated, ref)
    places = _places(item)
    for direction, items in (("import", world.imports), ("export", world.exports)):
        seen: dict[str, str] = {}
        for one in items:
            if one.key[0] != "name":
                continue
            name = str(one.key[1])
            first = seen.setdefault(canonical(name), name)
            if first == name or is_accessor_pair(first, name):
                continue
            place = places.get((direction, name)) or places.get((direction, first)) or (0, *_name_span(item))
            if place[0] - 1 in reported:
                continue
            yield Finding(
                "duplicate-name", *place,
                f"{direction} `{name}` conflicts with `{first}`: names must differ in more than case and hyphens",
            )  # fmt: skip


def _places(item: Item) -> dict[tuple[str, str], tuple[int, int, int]]:
    found: dict[tuple[str, str], tuple[int, int, int]] = {}
    for number, element in enumerate(item.members, 1):
        declaration = lower(element).declaration
        if isinstance(declaration, UseDecl):
            for _, local in declaration.names:
                found["import", local.text] = (number, local.start, local.end)
        elif isinstance(declaration, TypeDecl):
            name = declaration.name
            found["import", name.text] = (number, name.start, name.end)
            for function in declaration.functions:
                encoded = function.encoded_name(name.text)
                found["import", encoded] = (number, function.name.start, function.name.end)
        elif isinstance(declaration, ExternDecl) and declaration.name is not None:
            text = declaration.name.text
            if declaration.function is not None:
                text = declaration.function.encoded_name()
            found[declaration.direction, text] = (number, declaration.name.start, declaration.name.end)
    return found


def _setters(item: Item, world: Elaborated) -> Iterator[Finding]:
    """A5: a setter of a world needs its getter in the same direction, declared here or included."""
    there = {("import", one.key[1]) for one in world.imports} | {("export", one.key[1]) for one in world.exports}
    for number, element in enumerate(item.members, 1):
        declaration = lower(element).declaration
        if not isinstance(declaration, ExternDecl) or declaration.function is None:
            continue
        function = declaration.function
        if function.accessor != "set" or (declaration.direction, f"[get]{function.name.text}") in there:
            continue
        yield Finding(
            "setter-without-getter",
            number,
            function.name.start,
            function.name.end,
            f"`{function.name.text}` has a setter but no getter: "
            f"add `{declaration.direction} {function.name.text}: get() -> ..;`",
        )
