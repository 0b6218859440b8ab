"""Rules about paths and names of types: N3, N4, N6, N7, N9 to N11, P7 to P9, T8, and references to gated items (G6)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..lower import ExternDecl, Gates, IncludeDecl, PathRef, TypeExpr, UseDecl, lower
from ..project import declared
from ..queries import Database
from ..semantics.gates import is_active
from ..semantics.packages import Ref, Target, package_items, package_of, packages, units
from ..semantics.types import TypeInfo, TypeTable, head_gates, item_types, resolve, use_targets
from ..syntax.structure import Item
from ..syntax.tokens import BUILTIN_TYPES, GENERIC_TYPES, is_label
from .advice import advise_gates
from .findings import Finding, Place, listed
from .guesses import FEW, did_you_mean
from .semantic_catalog import ERRORS


def check_path(
    db: Database,
    ref: Ref,
    path: PathRef,
    wanted: str,
    number: int,
    *,
    live: bool = True,
    around: tuple[Gates, ...] | None = None,
) -> Iterator[Finding]:
    """Checks that a path leads to an item of the wanted kind (`interface` or `world`) that exists.

    `live` is whether the declaration with the path exists itself (is not gated off); `around` are its gates and those
    of what it is in, None where no gates can stand.
    """
    target = resolve(db, ref, path.package, path.name)
    if target.problem == "alias":
        return  # said at the `use` that gives the name
    if target.problem == "package":
        if _first_in_file(db, ref, path, number):
            yield _unknown_package(db, ref, path, number)
        return
    if target.problem == "self":
        start, end = path.package_span
        yield Finding(
            "package-cycle", number, start, end,
            f"package `{path.package}` refers to itself: inside it, write only `{path.name}`",
            (("Use the short path", path.start, path.end, path.name, True),),
        )  # fmt: skip
        return
    if path.package and _comes_bundled(db, ref, target) and _first_in_file(db, ref, path, number):
        yield Finding(
            "bundled-package", number, *path.package_span,
            f"package `{path.package}` is not in `deps/`: Witlens takes its own copy, "
            "but other tools will not find it", subject=path.package,
        )  # fmt: skip
    start, end = path.name_span
    if target.problem == "item" or target.key is None:
        if live or not path.package:
            yield _unknown_item(db, ref, path, wanted, target, number)
        return
    if target.kind != wanted and (live or not path.package):
        yield _wrong_kind(path, wanted, target, number)
        return
    if target.kind != wanted:
        return
    gates = db.get(head_gates, target.key)
    if live and not is_active(db, gates):
        feature = gates.unstable
        yield Finding(
            "reference-to-gated", number, start, end,
            f"{wanted} `{path.name}` is not there: its feature `{feature}` is not active; {_way_out(feature)}",
            related=(Place(target.key, "", "gated here"),),
        )  # fmt: skip
    elif around is not None:
        yield from advise_gates(path.name, gates.unstable, gates.deprecated, around, number, path.name_span)


def _way_out(feature: str) -> str:
    gate = f"`@unstable(feature = {feature})`" if feature else "the same gate"
    return f"put {gate} on this too, or switch the feature on"


def _comes_bundled(db: Database, ref: Ref, target: Target) -> bool:
    """Tells whether a path leads from the user's own files into a bundled package."""
    if target.package is None:
        return False
    everything = units(db, ref.root)
    own = db.get(packages, ref.root).unit_of_file.get(ref.key.path, 0)
    return everything[target.package.unit].is_bundled and not everything[own].is_bundled


def _first_in_file(db: Database, ref: Ref, path: PathRef, number: int) -> bool:
    """Tells whether this is the first place of the file that names a missing package: one mistake, one error."""
    from ..semantics.cycles import first_mention

    return db.get(first_mention, (ref.key.path, path.package)) == (ref.key, number)


def _unknown_package(db: Database, ref: Ref, path: PathRef, number: int) -> Finding:
    own = db.get(package_of, (ref.root, ref.key.path, ref.key.scope)).id
    known = sorted(name for name in db.get(packages, ref.root).by_id if name != own)
    start, end = path.package_span
    wanted = path.package.partition("@")[0]
    same_name = [candidate for candidate in known if candidate.partition("@")[0] == wanted]
    bundled = db.input("bundled_ids", None)
    brought = [one for one in bundled() if one.partition("@")[0] == wanted] if bundled and not same_name else []
    fixes = []
    if same_name or brought:
        if same_name:
            hint = f"; there is {listed(same_name)}, and versions must be equal"
        else:
            hint = f"{_way_to_get(db, ref, path.package)}, or name one that Witlens brings along: {listed(brought)}"
        for candidate in (same_name or brought)[:3]:
            found = candidate.partition("@")[2]
            at = f"@{found}" if found else ""
            fixes.append((f"Use `{candidate}`", path.start, path.end, f"{wanted}/{path.name}{at}", False))
    else:
        guess = did_you_mean(path.package, known)
        if guess is not None:
            hint = f"; did you mean `{guess}`?"
            base, _, guessed = guess.partition("@")
            at = f"@{guessed}" if guessed else ""
            fixes.append((f"Change to `{guess}`", path.start, path.end, f"{base}/{path.name}{at}", False))
        else:
            hint = _way_to_get(db, ref, path.package)
            if known:
                hint += f"; known packages: {listed(known)}"
    return Finding(
        "unknown-package", number, start, end, f"package `{path.package}` not found{hint}", tuple(fixes),
        subject=path.package,
    )  # fmt: skip


def _way_to_get(db: Database, ref: Ref, package: str) -> str:
    """Says what to do about a package that is not there: a manifest may know it."""
    for one in declared(ref.root, db.input("manifests", ref.root) or ()):
        if one.is_for(package):
            if one.path:
                return f": `{one.manifest}` says that it is in `{one.path}`, where it is not"
            return f": `{one.manifest}` names it, but it is not in `deps/` yet: run `{one.command}`"
    return f": put its WIT into `deps/{package.partition('@')[0].partition(':')[2]}/`"


def check_extern_path(
    db: Database, ref: Ref, extern: ExternDecl, path: PathRef, number: int, live: bool, around: tuple[Gates, ...]
) -> Iterator[Finding]:
    """Checks the path of an import or export, which `a:b` is not: that is interface `b` under the name `a`."""
    problems = list(check_path(db, ref, path, "interface", number, live=live, around=around))
    name = extern.name
    if name is None or path.package or path.start != name.end + 1:
        yield from problems
        return
    written = f"{name.text}:{path.name}"
    if not any(problem.code == "unknown-item" for problem in problems):
        yield Finding(
            "spaced-package-path", number, name.start, path.end,
            f"this imports or exports the interface `{path.name}` under the name `{name.text}`; "
            f"if that is meant, write `{name.text}: {path.name}`",
            (("Put a space behind the colon", path.start, path.start, " ", True),),
        )  # fmt: skip
        yield from problems
        return
    bundled = db.input("bundled_ids", None)
    known = (*db.get(packages, ref.root).by_id, *(bundled() if bundled else ()))
    if not any(one.partition("@")[0] == written for one in known):
        yield from problems
        return
    yield Finding(
        "unknown-item", number, name.start, path.end,
        f"`{written}` is a package: say which of its interfaces, as in `{extern.direction} {written}/name;`",
    )  # fmt: skip


def _unknown_item(db: Database, ref: Ref, path: PathRef, wanted: str, target: Target, number: int) -> Finding:
    start, end = path.name_span
    if target.package is None:
        return Finding("unknown-item", number, start, end, f"{wanted} `{path.name}` does not exist")
    there = db.get(package_items, target.package)

    def fits(name: str) -> bool:
        return there[name][0].kind == wanted and there[name][0].key != ref.key

    guess = did_you_mean(path.name, there, fits=fits)
    place = f" in package `{target.package.id}`" if target.package.id else ""
    hint = ""
    fixes: tuple[tuple[str, int, int, str, bool], ...] = ()
    if guess is not None:
        hint = f"; did you mean `{guess}`?"
        fixes = ((f"Change to `{guess}`", start, end, guess, False),)
    elif elsewhere := _elsewhere(db, ref, path.name, wanted):
        hint = f"; did you mean {listed(elsewhere)}?"
        fixes = tuple((f"Change to `{one}`", path.start, path.end, one, False) for one in elsewhere[:3])
    elif len(there) <= FEW and (candidates := list(filter(fits, there))):
        hint = f"; it has {listed(candidates)}"
    return Finding("unknown-item", number, start, end, f"{wanted} `{path.name}` does not exist{place}{hint}", fixes)


def _elsewhere(db: Database, ref: Ref, name: str, wanted: str) -> list[str]:
    """Returns the paths of the items of a name in other packages."""
    own = db.get(package_of, (ref.root, ref.key.path, ref.key.scope))
    found = []
    for package in db.get(packages, ref.root).all:
        entries = db.get(package_items, package).get(name) if package.id and package != own else None
        if entries and entries[0].kind == wanted:
            base, at, version = package.id.partition("@")
            found.append(f"{base}/{name}{at}{version}")
    return sorted(set(found))


def _wrong_kind(path: PathRef, wanted: str, target: Target, number: int) -> Finding:
    start, end = path.name_span
    article = {"interface": "an interface", "world": "a world"}
    assert target.key is not None
    return Finding(
        "wrong-item-kind", number, start, end,
        f"`{path.name}` is {article[target.kind]}, but {article[wanted]} is needed here",
        related=(Place(target.key, "", "declared here"),),
    )  # fmt: skip


def check_use(
    db: Database, ref: Ref, use: UseDecl, number: int, live: bool, around: tuple[Gates, ...]
) -> Iterator[Finding]:
    """Checks a `use path.{names}`; `live` and `around` as for `check_path`."""
    problems = list(check_path(db, ref, use.path, "interface", number, live=live, around=around))
    yield from problems
    if any(problem.code in ERRORS for problem in problems):
        return
    target = resolve(db, ref, use.path.package, use.path.name)
    if target.key is None or target.kind != "interface":
        return
    there: TypeTable = {}
    from ..semantics.cycles import cyclic_items

    cyclic = db.get(cyclic_items, ref.root)
    if ref.key in cyclic and cyclic.get(target.key) == cyclic[ref.key]:
        return
    there = db.get(item_types, Ref(ref.root, target.key))
    functions = db.get(function_names, target.key)
    for name, _ in use.names:
        info = there.get(name.text)
        if info is None and name.text in functions:
            yield Finding(
                "use-of-function", number, name.start, name.end,
                f"`{name.text}` is a function: only types can be used from an interface",
                related=(Place(target.key, name.text, "declared here"),),
            )  # fmt: skip
        elif info is None:
            guess = did_you_mean(name.text, there)
            has = f"; it has {listed(list(there))}" if 0 < len(there) <= FEW else ""
            hint = f"; did you mean `{guess}`?" if guess else has
            fixes = ((f"Change to `{guess}`", name.start, name.end, guess, False),) if guess else ()
            if live:
                yield Finding(
                    "unknown-type", number, name.start, name.end,
                    f"type `{name.text}` does not exist in interface `{use.path.name}`{hint}",
                    fixes, (Place(target.key, "", "the interface"),),
                )  # fmt: skip
        elif info.gone and live:
            yield Finding(
                "reference-to-gated", number, name.start, name.end,
                f"type `{name.text}` is not there: its feature{_quoted(info.unstable)} is not active; "
                f"{_way_out(info.unstable)}",
                related=(Place(target.key, name.text, "gated here"),),
            )  # fmt: skip
        elif not problems:
            at = (name.start, name.end)
            yield from advise_gates(name.text, info.unstable, info.deprecated, around, number, at)


def function_names(db: Database, key: object) -> frozenset[str]:
    """Query: returns the names of the functions of an interface."""
    from ..lower import FunctionDecl
    from ..outline import ItemKey
    from ..semantics.types import item_of

    assert isinstance(key, ItemKey)
    item = item_of(db, key)
    if item is None:
        return frozenset()
    declarations = (lower(element).declaration for element in item.members)
    return frozenset(one.name.text for one in declarations if isinstance(one, FunctionDecl))


def check_type(
    type_: TypeExpr, table: TypeTable, functions: frozenset[str], number: int, *, live: bool, where: tuple[int, int]
) -> Iterator[Finding]:
    """Checks the names in a type expression. `where` is the name of the declaration that has it."""
    if type_.kind in ("own", "borrow"):
        target = type_.args[0]
        if target is not None:
            yield from _check_name(target, table, functions, number, live, where, handle=True)
        return
    if type_.kind == "name":
        yield from _check_name(type_, table, functions, number, live, where, handle=False)
        return
    for argument in type_.args:
        if argument is not None:
            yield from check_type(argument, table, functions, number, live=live, where=where)


def _check_name(
    type_: TypeExpr,
    table: TypeTable,
    functions: frozenset[str],
    number: int,
    live: bool,
    where: tuple[int, int],
    *,
    handle: bool,
) -> Iterator[Finding]:
    info = table.get(type_.name)
    if info is None:
        if type_.name in functions:
            yield Finding(
                "function-as-type", number, type_.start, type_.end,
                f"`{type_.name}` is a function and cannot be used as a type",
            )  # fmt: skip
        elif is_label(type_.name):  # else the tokenizer has said what is wrong
            yield _unknown_type(type_, table, number)
    elif info.kind == "error":
        return
    elif handle and not is_resource(info):
        yield Finding(
            "handle-not-resource", number, type_.start, type_.end,
            f"`{type_.name}` is {_a(info.kind)}, but a handle needs a resource",
        )  # fmt: skip
    elif info.gone and live:
        feature = info.unstable
        yield Finding(
            "reference-to-gated", number, type_.start, type_.end,
            f"type `{type_.name}` is not there: its feature{_quoted(feature)} is not active; {_way_out(feature)}",
            subject=f"{type_.name} {number} {where[0]}",
        )  # fmt: skip


def is_resource(info: TypeInfo) -> bool:
    """Tells whether a name stands for a resource (and may be borrowed)."""
    return info.kind == "resource"


def _a(kind: str) -> str:
    if kind in ("own", "borrow"):
        return "a handle itself"
    if kind in BUILTIN_TYPES:
        return f"`{kind}`"
    return f"{'an' if kind[:1] in 'aeo' else 'a'} {kind}"


def _quoted(feature: str) -> str:
    return f" `{feature}`" if feature else ""


_SHARED = "declare it in an interface, and `use` it from there"


def explain_unknown(db: Database, ref: Ref, item: Item, findings: list[Finding]) -> list[Finding]:
    """Says of types that are not there where they are: in another interface, or out of sight.

    One that stands where no type may stand, which is said there, is not missed as well.
    """
    explained = []
    misplaced: frozenset[str] | None = None
    for finding in findings:
        if finding.code != "unknown-type" or not finding.subject:
            explained.append(finding)
            continue
        if misplaced is None:
            misplaced = _misplaced_types(item)
        if finding.subject not in misplaced:
            explained.append(_explained(db, ref, item, finding))
    return explained


def _misplaced_types(item: Item) -> frozenset[str]:
    """The names that definitions in members which stand in a wrong place would give."""
    definition = r"\b(?:type|record|variant|enum|flags|resource|union|bitflags)\s+%?([A-Za-z][\w-]*)"
    return frozenset(
        name
        for element in item.elements()
        if any(finding.code == "misplaced-member" for finding in element.findings)
        for name in re.findall(definition, element.text)
    )


def _explained(db: Database, ref: Ref, item: Item, finding: Finding) -> Finding:
    name = finding.subject
    is_inline = False
    if item.kind == "world":
        declaration = lower(item.elements()[finding.number]).declaration
        is_inline = isinstance(declaration, ExternDecl) and declaration.members is not None
        if is_inline and name in db.get(item_types, ref):
            reason = (
                "an inline interface does not see the types of its world; declare it in an interface, and `use` that"
            )
            return finding._replace(message=f"type `{name}` does not exist here: {reason}", fixes=())
        if any(isinstance(lower(element).declaration, IncludeDecl) for element in item.members):
            from ..semantics.worlds import elaborated

            if any(one.inclusions and one.key == ("name", name) for one in db.get(elaborated, ref).imports):
                reason = "the types of an included world have no names here"
                return finding._replace(message=f"type `{name}` does not exist here: {reason}; {_SHARED}", fixes=())
    package = db.get(package_of, (ref.root, ref.key.path, ref.key.scope))
    for interface, entries in db.get(package_items, package).items():
        key = entries[0].key
        if entries[0].kind != "interface" or key == ref.key or ref.key in db.get(use_targets, Ref(ref.root, key)):
            continue
        info = db.get(item_types, Ref(ref.root, key)).get(name)
        if info is not None and info.kind != "error":
            use = f"use {interface}.{{{name}}};"
            indent = "" if is_inline else _indent(item)
            return finding._replace(
                message=f"type `{name}` does not exist here, but interface `{interface}` has it: add `{use}`",
                fixes=() if is_inline else ((f"Add `{use}`", 0, 0, f"\n{indent}{use}", False),),
                related=(Place(key, name, "declared here"),),
            )  # fmt: skip
    return finding


def _indent(item: Item) -> str:
    """Returns the white space before the first member that has a line of its own."""
    for element in item.members:
        line = element.text[: element.core.start].rpartition("\n")
        if line[1] and not line[2].strip():
            return line[2]
    return "  "


def _unknown_type(type_: TypeExpr, table: TypeTable, number: int) -> Finding:
    from ..syntax.foreign import RENAMED, wit_type  # only needed where something is wrong

    name = type_.name
    meant = wit_type(name)
    if meant is not None and (meant.is_sure or did_you_mean(name, table) is None):
        new = meant.wit
        reason = f"`{name}` was renamed to `{new}`" if name in RENAMED else f"WIT calls this type `{new}`"
        fix = (f"Change to `{new}`", type_.start, type_.end, new, meant.is_sure)
        return Finding(
            "unknown-type", number, type_.start, type_.end, f"type `{name}` does not exist: {meant.advice or reason}",
            (fix,) if new else (), subject=name,
        )  # fmt: skip
    guess = did_you_mean(name, table, sorted(BUILTIN_TYPES | GENERIC_TYPES))
    hint = f"; did you mean `{guess}`?" if guess else "; declare it here, or bring it in with `use`"
    fixes = ((f"Change to `{guess}`", type_.start, type_.end, guess, False),) if guess else ()
    return Finding(
        "unknown-type", number, type_.start, type_.end, f"type `{name}` does not exist{hint}", fixes, subject=name
    )
