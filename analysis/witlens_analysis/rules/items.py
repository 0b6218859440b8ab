"""All findings of one item: its syntax, its names, its declarations; worlds and packages have modules of their own.

What a member's rules read is kept beside their result, so that an edit runs the rules of the member that it touched
and of those that mention a name whose meaning it changed, and of no other.
"""

from collections.abc import Iterator
from typing import NamedTuple

from ..locate import name_span
from ..lower import (
    Declaration,
    ExternDecl,
    FunctionDecl,
    Gates,
    IncludeDecl,
    Name,
    TypeDecl,
    UseDecl,
    lower,
    lower_gates,
)
from ..outline import ItemKey
from ..queries import Database
from ..semantics.cycles import cyclic_items
from ..semantics.gates import is_active
from ..semantics.packages import Ref, outline_of, package_of
from ..semantics.types import (
    TypeTable,
    direct_references,
    item_of,
    item_types,
    table_of,
    type_cycles,
)
from ..syntax.errors import SyntaxFinding
from ..syntax.structure import Item
from ..syntax.tree import Element
from .advice import check_gated_mentions, check_layout, check_setter, check_unused
from .comments import check_comments
from .declarations import canonical, check_function, check_size, check_types, is_accessor_pair
from .findings import Finding, Place, told_once
from .gates import check_gates, said_once
from .packages import check_package_item
from .references import check_extern_path, check_path, check_use, explain_unknown
from .syntax import check_element
from .worlds import check_world


class _Memo(NamedTuple):
    """What was found for an element, and all that it depended on."""

    element: Element
    facts: object
    findings: tuple[Finding, ...]


class _Names(NamedTuple):
    """All that a mistaken name may stand for. The number is compared first, which tells most others at once."""

    size: int
    names: tuple[str, ...]


class _Memory(NamedTuple):
    """What is kept of an item until it is looked at again."""

    names: _Names
    memos: dict[int, _Memo]


class Context(NamedTuple):
    """What the rules of a member may read besides the member."""

    db: Database
    ref: Ref
    table: TypeTable
    functions: frozenset[str]
    package: str
    live: bool
    gates: Gates
    names: _Names


def item_findings(db: Database, ref: Ref) -> tuple[Finding, ...]:
    """Query: returns all findings of an item, in the order of the text."""
    item = item_of(db, ref.key)
    if item is None:
        return ()
    found: list[Finding] = [_of_syntax(number, finding) for number, finding in item.place_findings()]
    found.extend(check_package_item(db, ref, item))
    if item.kind in ("interface", "world"):
        package = db.get(package_of, (ref.root, ref.key.path, ref.key.scope))
        gates = lower_gates(item.head.attributes)
        live = is_active(db, gates)
        table = db.get(item_types, ref)
        names = _element_names(item)
        functions = frozenset(one.text for _, group in names for one in group if one.kind == "function")
        found.extend(check_gates(gates, package.id, 0, ref.key, name_span(item, "")[1:]))
        context = Context(db, ref, table, functions, package.id, live, gates, _names(db, ref, table))
        found.extend(_members(context, item))
        found.extend(_cycles_among(ref.key, _declarations(item)))
        found.extend(check_unused(item, table))
        if item.kind == "interface":
            found.extend(_unique(names, ref.key))
            found.extend(_accessor_pairs(db, ref.key, _declarations(item), table))
        else:
            found.extend(check_world(db, ref, item, live))
        if not live:
            found.extend(_ungated(db, _declarations(item), gates, item.kind))
        found = said_once(db, package, ref.key, found)
    else:
        for number, element in enumerate(item.elements()):
            found.extend(_element_findings(element, item.kind, number))
    found.sort(key=lambda finding: (finding.number, finding.start))
    return tuple(explain_unknown(db, ref, item, told_once(found)))


def _declarations(item: Item) -> list[tuple[int, Declaration]]:
    found = []
    for number, element in enumerate(item.members, 1):
        declaration = lower(element).declaration
        if declaration is not None:
            found.append((number, declaration))
    return found


def _of_syntax(number: int, finding: SyntaxFinding) -> Finding:
    related = tuple(
        Place(ItemKey("", "", "", 0), "", message, number, start, end) for start, end, message in finding.related
    )
    return Finding(finding.code, number, finding.start, finding.end, finding.message, finding.fixes, related)


def _element_findings(element: Element, scope: str, number: int) -> Iterator[Finding]:
    for finding in element.findings:
        yield _of_syntax(number, finding)
    for finding in (*check_comments(element), *check_layout(element)):
        yield _of_syntax(number, finding)
    for finding in check_element(element, {"nested": "package"}.get(scope, scope)):
        yield _of_syntax(number, finding)


def _members(context: Context, item: Item) -> Iterator[Finding]:
    """Runs the rules of every element whose facts changed; takes the others from last time."""
    db = context.db
    memory: _Memory | None = db.scratch.get(ref := context.ref)
    before = {} if memory is None else memory.memos
    after: dict[int, _Memo] = {}
    scope = item.kind
    shared = (context.package, context.live, context.gates.unstable, context.gates.deprecated)
    for number, element in enumerate(item.elements()):
        lowered = lower(element)
        declaration = lowered.declaration
        facts: object
        if isinstance(declaration, (UseDecl, IncludeDecl, ExternDecl)):
            facts = None  # their facts lie in other items: always looked up, and cheap
        elif declaration is not None:
            facts = (shared, tuple([_fact(context, name) for name in lowered.mentions]))
            if isinstance(declaration, TypeDecl):
                facts = (facts, context.table.get(declaration.name.text))
        else:
            facts = shared
        memo = before.get(id(element))
        if memo is not None and memo.element is element and facts is not None and memo.facts == facts:
            findings = memo.findings
            if findings and findings[0].number != number:
                findings = tuple(finding._replace(number=number) for finding in findings)
        else:
            db.counters["element_rules"] += 1
            findings = tuple(_element_findings(element, scope, number)) + tuple(
                _declaration_findings(context, declaration, number, 0)
            )
        if facts is not None:
            after[id(element)] = _Memo(element, facts, findings)
        yield from findings
    db.scratch[ref] = _Memory(context.names, after)


def _fact(context: Context, name: str) -> object:
    info = context.table.get(name)
    if info is not None:
        return info
    return name in context.functions, context.names  # what else there is, for "did you mean"


def _names(db: Database, ref: Ref, table: TypeTable) -> _Names:
    """The names of the types, as the same object as long as they are equal: every mistake is compared by it."""
    names = _Names(len(table), tuple(table))
    memory: _Memory | None = db.scratch.get(ref)
    return memory.names if memory is not None and memory.names == names else names


def _declaration_findings(
    context: Context, declaration: Declaration | None, number: int, depth: int
) -> Iterator[Finding]:
    db, ref = context.db, context.ref
    if declaration is None:
        return
    gates: Gates = getattr(declaration, "gates", Gates())
    is_on = is_active(db, gates)
    live = is_on and context.live
    around = (gates, context.gates)
    yield from check_gates(gates, context.package, number, ref.key, _named_at(declaration))
    if isinstance(declaration, UseDecl):
        yield from check_use(db, ref, declaration, number, live, around)
    elif isinstance(declaration, TypeDecl):
        yield from _type_findings(context, declaration, number, live)
        yield from check_gated_mentions(declaration, around, context.table, number, live)
    elif isinstance(declaration, FunctionDecl):
        yield from _function_findings(context, declaration, around, number, live)
    elif isinstance(declaration, IncludeDecl):
        yield from check_path(db, ref, declaration.path, "world", number, live=live, around=around)
    elif isinstance(declaration, ExternDecl):
        if declaration.path is not None:
            yield from check_extern_path(db, ref, declaration, declaration.path, number, live, around)
        elif declaration.function is not None:
            yield from _function_findings(context, declaration.function, around, number, live)
        elif declaration.members is not None and depth == 0:
            yield from _inline_findings(context, declaration, number, is_on)


def _function_findings(
    context: Context, function: FunctionDecl, around: tuple[Gates, ...], number: int, live: bool
) -> Iterator[Finding]:
    yield from check_types(function, context.table, context.functions, number, live)
    yield from check_function(function, context.table, number, live)
    yield from check_gated_mentions(function, around, context.table, number, live)


def _named_at(declaration: Declaration) -> tuple[int, int]:
    """Returns where the name of a declaration stands, or the path that stands for one."""
    if isinstance(declaration, UseDecl) and declaration.names:
        return declaration.names[0][0].start, declaration.names[0][0].end
    if isinstance(declaration, (UseDecl, IncludeDecl)):
        return declaration.path.name_span
    if isinstance(declaration, ExternDecl) and declaration.name is None and declaration.path is not None:
        return declaration.path.name_span
    name = declaration.name
    return (name.start, name.end) if name is not None else (0, 0)


def _type_findings(context: Context, declaration: TypeDecl, number: int, live: bool) -> Iterator[Finding]:
    table, functions = context.table, context.functions
    if declaration.kind != "resource":
        yield from check_types(declaration, table, functions, number, live)
        if live:
            yield from check_size(declaration, table, number)
        return
    for function in declaration.functions:
        name_at = (function.name.start, function.name.end)
        yield from check_gates(function.gates, context.package, number, context.ref.key, name_at)
        is_on = is_active(context.db, function.gates)
        yield from check_types(function, table, functions, number, is_on and live)
        yield from check_function(function, table, number, is_on and live, declaration.name.text)
        if is_on and context.live and not live:
            name = function.name
            yield Finding(
                "reference-to-gated", number, name.start, name.end,
                f"`{name.text}` is not gated, but its resource is, whose feature `{declaration.gates.unstable}` is not "
                "active: gate it too",
                ((f"Add `@unstable(feature = {declaration.gates.unstable})`", function.start, function.start,
                  f"@unstable(feature = {declaration.gates.unstable}) ", False),),
            )  # fmt: skip
    numbered: list[tuple[int, Declaration]] = [(number, function) for function in declaration.functions]
    yield from _accessor_pairs(context.db, context.ref.key, numbered, table)


def _inline_findings(context: Context, extern: ExternDecl, number: int, live: bool) -> Iterator[Finding]:
    """Checks the members of an inline interface; it does not see the types of its world."""
    db, ref = context.db, context.ref
    members = extern.members or ()
    assert extern.name is not None
    label = f"{extern.direction} {extern.name.text}"
    table = table_of(db, ref, members, db.get(cyclic_items, ref.root), label)
    functions = frozenset(member.name.text for member in members if isinstance(member, FunctionDecl))
    inner = context._replace(table=table, functions=functions, live=live, gates=extern.gates)
    for member in members:
        yield from _declaration_findings(inner, member, number, 1)
    numbered = [(number, member) for member in members]
    yield from _cycles_among(ref.key, numbered)
    yield from _unique([(number, _names_of(member)) for member in members], ref.key)
    yield from _accessor_pairs(db, ref.key, numbered, table)
    if not live:
        yield from _ungated(db, numbered, extern.gates)


# Names


class Named(NamedTuple):
    """A name that an interface declares: as encoded, as written, the form in which names must differ, and its place."""

    encoded: str
    text: str
    form: str
    kind: str
    start: int
    end: int

    @property
    def what(self) -> str:
        """The kind, or `[get]` or `[set]` of an accessor."""
        return self.encoded[:5] if self.encoded[:5] in ("[get]", "[set]") else self.kind


def _names_of(declaration: Declaration | None) -> tuple[Named, ...]:
    """Returns the names that one declaration brings into its interface."""
    if isinstance(declaration, UseDecl):
        return tuple(_named(local, local.text, "use") for _, local in declaration.names)
    if isinstance(declaration, TypeDecl):
        name = declaration.name
        methods = [_named(one.name, one.encoded_name(name.text), "method") for one in declaration.functions]
        return (_named(name, name.text, "type"), *methods)
    if isinstance(declaration, FunctionDecl):
        return (_named(declaration.name, declaration.encoded_name(), "function"),)
    return ()


def _named(name: Name, encoded: str, kind: str) -> Named:
    return Named(encoded, name.text, canonical(encoded), kind, name.start, name.end)


def _element_names(item: Item) -> list[tuple[int, tuple[Named, ...]]]:
    """Returns the names of every member, kept with it."""
    found: list[tuple[int, tuple[Named, ...]]] = []
    for number, element in enumerate(item.members, 1):
        lowered = lower(element)
        names = lowered.names
        if names is None:
            names = lowered.names = _names_of(lowered.declaration)
        if names:
            found.append((number, names))
    return found


_ORDER = {"use": 0, "type": 1, "method": 2, "function": 2}


def _unique(names: list[tuple[int, tuple[Named, ...]]], key: ItemKey) -> Iterator[Finding]:
    """N9, N13: names of an interface must differ, even without hyphens and case.

    Read in the order in which the reference meets them: uses, types, then functions.
    """
    row = [(number, named) for number, group in names for named in group]
    if len({named.form for _, named in row}) == len(row) and len({named.text for _, named in row}) == len(row):
        return
    row.sort(key=lambda pair: _ORDER[pair[1].kind])
    seen: dict[str, tuple[int, Named]] = {}
    plain: dict[str, tuple[int, Named]] = {}
    for number, named in row:
        if named.kind != "method" and not named.encoded.startswith("["):
            first_number, first = plain.setdefault(named.text, (number, named))
            if first is not named:
                yield Finding(
                    "duplicate-name", number, named.start, named.end,
                    f"`{named.text}` is declared twice in this interface",
                    related=(Place(key, "", "also declared here", first_number, first.start, first.end),),
                )  # fmt: skip
                continue
        first_number, first = seen.setdefault(named.form, (number, named))
        if is_accessor_pair(first.encoded, named.encoded):
            seen[named.form] = (number, named)
            continue
        if first is named or (named.kind == "method" and first.kind in ("method", "type") and first_number == number):
            continue  # two members of one resource, or its own name: a rule of the element
        yield Finding(
            "duplicate-name", number, named.start, named.end,
            _conflict(named, first),
            related=(Place(key, "", "the other name", first_number, first.start, first.end),),
        )  # fmt: skip


def _conflict(named: Named, first: Named) -> str:
    if named.text == first.text:
        return f"`{named.text}` is {_WHAT[named.what]} here and {_WHAT[first.what]} elsewhere in this interface"
    return f"`{named.text}` conflicts with `{first.text}`: names must differ in more than case and hyphens"


_WHAT = {
    "[get]": "a getter", "[set]": "a setter", "use": "a type", "type": "a type", "method": "a method",
    "function": "a function",
}  # fmt: skip


def _accessor_pairs(
    db: Database, key: ItemKey, declarations: list[tuple[int, Declaration]], table: TypeTable
) -> Iterator[Finding]:
    """A5, V8, V9: a setter needs a getter of its name that is there, and they agree on the type."""
    getters: dict[tuple[str, str], tuple[int, FunctionDecl]] = {}
    setters: list[tuple[int, FunctionDecl]] = []
    for number, one in declarations:
        if isinstance(one, FunctionDecl) and one.accessor == "get":
            getters.setdefault((one.kind, one.name.text), (number, one))
        elif isinstance(one, FunctionDecl) and one.accessor == "set":
            setters.append((number, one))
    for number, setter in setters:
        getter = getters.get((setter.kind, setter.name.text))
        if getter is not None:
            yield from check_setter(db, key, getter, (number, setter), table)
        elif setter.kind == "function":  # in a resource: a rule of the element
            yield Finding(
                "setter-without-getter", number, setter.name.start, setter.name.end,
                f"`{setter.name.text}` has a setter but no getter: add `{setter.name.text}: get() -> ..;`",
            )  # fmt: skip


def _cycles_among(key: ItemKey, declarations: list[tuple[int, Declaration]]) -> Iterator[Finding]:
    """N8: a type cannot be made of itself."""
    definitions: dict[str, tuple[int, TypeDecl]] = {}
    for number, one in declarations:
        if isinstance(one, TypeDecl):
            definitions.setdefault(one.name.text, (number, one))
    cycles = type_cycles({name: one for name, (_, one) in definitions.items()})
    reported: set[tuple[str, ...]] = set()
    for name, (number, one) in definitions.items():
        cycle = cycles.get(name)
        if cycle is None or cycle in reported:
            continue
        reported.add(cycle)
        way = _way(name, cycle, definitions)
        reference = next(r for r in direct_references(one) if r.name == (*way, name)[1])
        shown = "" if len(way) == 1 else f" ({' -> '.join(f'`{step}`' for step in (*way, name))})"
        steps = (definitions[step] for step in way[1:])
        yield Finding(
            "type-cycle", number, reference.start, reference.end,
            f"type `{name}` is made of itself{shown}: WIT types cannot be recursive; "
            "put the nested values into a list and refer to them by index, or use a resource",
            related=tuple(
                Place(key, "", "part of the cycle", step, type_.name.start, type_.name.end) for step, type_ in steps
            ),
        )  # fmt: skip


def _way(name: str, cycle: tuple[str, ...], definitions: dict[str, tuple[int, TypeDecl]]) -> list[str]:
    """Returns the shortest way from a type of a cycle back to itself."""
    ways = {name: [name]}
    todo = [name]
    for step in todo:
        for reference in direct_references(definitions[step][1]):
            if reference.name == name:
                return ways[step]
            if reference.name in cycle and reference.name not in ways:
                ways[reference.name] = [*ways[step], reference.name]
                todo.append(reference.name)
    raise AssertionError(f"{name} is in no cycle")


def _ungated(
    db: Database, declarations: list[tuple[int, Declaration]], gates: Gates, kind: str = "interface"
) -> Iterator[Finding]:
    """G6: types of an interface or world that is switched off must be switched off themselves."""
    for number, one in declarations:
        names = []
        if isinstance(one, TypeDecl) and is_active(db, one.gates):
            names = [one.name]
        elif isinstance(one, UseDecl) and is_active(db, one.gates):
            names = [local for _, local in one.names][:1]
        for name in names:
            yield Finding(
                "reference-to-gated", number, name.start, name.end,
                f"`{name.text}` is not gated, but the {kind} around it is, whose feature `{gates.unstable}` is not "
                "active: gate it too",
            )  # fmt: skip


def file_findings(db: Database, question: tuple[str, str]) -> tuple[tuple[ItemKey, tuple[Finding, ...]], ...]:
    """Query: returns the items of a file (root, path) with findings, and those."""
    root, path = question
    outline = outline_of(db, path)
    found: list[tuple[ItemKey, tuple[Finding, ...]]] = []
    for entry in outline.entries if outline is not None else ():
        findings = db.get(item_findings, Ref(root, entry.key))
        if findings:
            found.append((entry.key, findings))
    return tuple(found)
