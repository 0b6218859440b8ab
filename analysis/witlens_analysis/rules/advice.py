"""Advice: what the reference accepts, but the specification or experience advises against (wit-language 3.11, 2.10)."""

from __future__ import annotations

from collections.abc import Iterator

from ..docs import comments
from ..lower import (
    Declaration,
    FunctionDecl,
    Gates,
    TypeDecl,
    TypeExpr,
    UseDecl,
    lower,
    mentioned_types,
    references,
)
from ..outline import ItemKey
from ..queries import Database
from ..semantics.gates import is_active
from ..semantics.types import ERROR, TypeTable
from ..syntax.errors import SyntaxFinding
from ..syntax.nodes import WorldExtern
from ..syntax.structure import Item
from ..syntax.tree import Element
from .findings import Finding, Place


def check_gated_mentions(
    declaration: Declaration, around: tuple[Gates, ...], table: TypeTable, number: int, live: bool
) -> Iterator[Finding]:
    """Warns where something mentions a type that is deprecated, or unstable while it is not so itself.

    `around` are the gates of the declaration and of what it is in, `live` is whether it exists.
    """
    if isinstance(declaration, TypeDecl) and declaration.kind == "resource":
        for function in declaration.functions:
            yield from check_gated_mentions(function, (function.gates, *around), table, number, live)
        return
    for type_ in mentioned_types(declaration):
        for reference in references(type_):
            info = table.get(reference.name)
            if info is not None and not (info.gone and live):
                at = (reference.start, reference.end)
                for finding in advise_gates(reference.name, info.unstable, info.deprecated, around, number, at):
                    yield finding._replace(subject=f"{reference.name} {number} {_start(declaration)}")


def _start(declaration: Declaration) -> int:
    name = getattr(declaration, "name", None)
    return name.start if name is not None else 0


def advise_gates(
    name: str, unstable: str, deprecated: str, around: tuple[Gates, ...], number: int, at: tuple[int, int]
) -> Iterator[Finding]:
    """Warns where something (behind a feature, or deprecated) is mentioned by what is not so."""
    if deprecated and not any(gates.deprecated for gates in around):
        yield Finding("deprecated-use", number, *at, f"`{name}` is deprecated since {deprecated}", tags=("deprecated",))
    if unstable and all(gates.unstable != unstable for gates in around):
        yield Finding(
            "missing-gate", number, *at,
            f"`{name}` is there only with the feature `{unstable}`, so what mentions it needs "
            f"`@unstable(feature = {unstable})` too",
        )  # fmt: skip


def check_unused(item: Item, table: TypeTable) -> Iterator[Finding]:
    """Hints at names that a `use` brings in and nothing here mentions. Others may still use them from here."""
    mentioned: set[str] = set()
    uses: list[tuple[int, UseDecl]] = []
    for number, element in enumerate(item.members, 1):
        lowered = lower(element)
        mentioned.update(lowered.mentions)
        if isinstance(lowered.declaration, UseDecl):
            uses.append((number, lowered.declaration))
    for number, use in uses:
        for name, local in use.names:
            if local.text not in mentioned and table.get(local.text, ERROR).kind != "error":
                yield Finding(
                    "unused-use", number, name.start, local.end,
                    f"`{local.text}` is not mentioned in this {item.kind}; "
                    "it can still be used from here by others",
                    tags=("unnecessary",),
                )  # fmt: skip


def check_setter(
    db: Database, key: ItemKey, getter: tuple[int, FunctionDecl], setter: tuple[int, FunctionDecl], table: TypeTable
) -> Iterator[Finding]:
    """V8, V9: the setter takes what its getter returns, and that is there; only validation looks."""
    get_number, get = getter
    number, set_ = setter
    if is_active(db, set_.gates) and not is_active(db, get.gates):
        yield Finding(
            "gated-getter", number, set_.name.start, set_.name.end,
            f"the getter of `{set_.name.text}` is not there (its feature `{get.gates.unstable}` is not active), "
            "but its setter is: encoding rejects this",
            related=(Place(key, "", "the getter", get_number, get.name.start, get.name.end),),
        )  # fmt: skip
        return
    returned = get.result
    if returned is None or len(set_.params) != 1:
        return
    if returned.kind == "name" and table.get(returned.name, ERROR).kind == "result":
        return  # what it holds when all is well is not known here
    value = returned.args[0] if returned.kind == "result" else returned
    taken = set_.params[0][1]
    if value is not None and _differ(taken, value, table):
        yield Finding(
            "setter-type-mismatch", number, taken.start, taken.end,
            f"the setter of `{set_.name.text}` takes another type than its getter returns: "
            "validation rejects this component",
            related=(Place(key, "", "the getter's value", get_number, value.start, value.end),),
        )  # fmt: skip


def _differ(one: TypeExpr | None, other: TypeExpr | None, table: TypeTable) -> bool:
    """Tells whether two types are surely not the same. Of an alias only the kind is known."""
    if one is None or other is None:
        return one is not other
    kind, resource = _meant(one, table)
    other_kind, other_resource = _meant(other, table)
    if "error" in (kind, other_kind):
        return False
    if kind != other_kind or (resource and other_resource and resource != other_resource):
        return True
    if "name" in (one.kind, other.kind) or resource:
        return False
    arguments = zip(one.args, other.args, strict=False)
    return (
        (one.length, len(one.args)) != (other.length, len(other.args))
        or any(_differ(first, second, table) for first, second in arguments)
    )  # fmt: skip


def _meant(type_: TypeExpr, table: TypeTable) -> tuple[str, object]:
    """Returns the kind of a type, and the resource that it is a handle of, where that is known."""
    if type_.kind not in ("name", "own", "borrow"):
        return type_.kind, None
    info = table.get(type_.name, ERROR)
    if type_.kind != "name":
        return (type_.kind, info.home) if info.kind == "resource" else ("error", None)
    return ("own", info.home) if info.kind == "resource" else (info.kind, None)


def check_layout(element: Element) -> Iterator[SyntaxFinding]:
    """Warns about docs behind attributes, and about import paths that read as something else."""
    if len(element.attributes) and "///" in element.text:
        yield from _docs_behind(element)
    if isinstance(element.core, WorldExtern):
        yield from _spaces_in_path(element.core)


def _docs_behind(element: Element) -> Iterator[SyntaxFinding]:
    starts = [next(attribute.leaves()) for attribute in element.attributes[1:]]
    starts.append(next(element.core.leaves()))
    for leaf in starts:
        base = leaf.start - len(leaf.prefix)
        for start, end in comments(leaf.prefix):
            if leaf.prefix.startswith("///", start):
                yield SyntaxFinding(
                    "misplaced-docs",
                    base + start,
                    base + end,
                    "docs stand before the attributes: here, other tools drop them",
                )
                return


def _spaces_in_path(core: WorldExtern) -> Iterator[SyntaxFinding]:
    extern = core.extern
    path = extern.path if extern is not None else None
    if extern is None or path is None or not path.name.value:
        return
    if extern.name is None and path.namespace is not None and path.package is not None:
        start, end = path.namespace.start, path.package.end
        together = f"{path.namespace.value}:{path.package.value}"
        if end - start > len(together):
            yield SyntaxFinding(
                "spaced-package-path",
                start,
                end,
                "a package is written without spaces: `namespace:name`",
                (("Remove the spaces", start, end, together, True),),
            )
