"""Advice: what the reference accepts, but the specification or experience advises against (wit-language 3.11, 2.10)."""

from __future__ import annotations

from collections.abc import Iterator

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
from ..semantics.types import TypeInfo, TypeTable
from ..syntax.errors import SyntaxFinding
from ..syntax.nodes import WorldExtern
from ..syntax.structure import Item
from ..syntax.tree import Element
from .comments import comments
from .findings import Finding


def check_gated_mentions(declaration: Declaration, gates: Gates, table: TypeTable, number: int) -> Iterator[Finding]:
    """Warns where something mentions a type that is deprecated, or unstable while it is not so itself."""
    if isinstance(declaration, TypeDecl) and declaration.kind == "resource":
        for function in declaration.functions:
            inherited = gates if gates.unstable or gates.deprecated else function.gates
            yield from check_gated_mentions(function, inherited, table, number)
        return
    for type_ in mentioned_types(declaration):
        for reference in references(type_):
            info = table.get(reference.name)
            if info is None or info.gone:
                continue
            if info.deprecated and not gates.deprecated:
                yield Finding(
                    "deprecated-use", number, reference.start, reference.end,
                    f"`{reference.name}` is deprecated since {info.deprecated}", tags=("deprecated",),
                )  # fmt: skip
            if info.unstable and gates.unstable != info.unstable:
                yield Finding(
                    "missing-gate", number, reference.start, reference.end,
                    f"`{reference.name}` is there only with the feature `{info.unstable}`, so what mentions it needs "
                    f"`@unstable(feature = {info.unstable})` too",
                )  # fmt: skip


def check_unused(item: Item) -> Iterator[Finding]:
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
            if local.text not in mentioned:
                yield Finding(
                    "unused-use", number, name.start, local.end,
                    f"`{local.text}` is not mentioned in this {item.kind}; "
                    "it can still be used from here by others",
                    tags=("unnecessary",),
                )  # fmt: skip


def check_setter(getter: FunctionDecl, setter: FunctionDecl, table: TypeTable, number: int) -> Iterator[Finding]:
    """V8: the setter takes what the getter returns; only validation looks."""
    if getter.result is None or len(setter.params) != 1:
        return
    returned = getter.result
    if returned.kind == "result" and returned.args[0] is not None:
        candidates = [returned, returned.args[0]]
    else:
        candidates = [returned]
    taken = setter.params[0][1]
    if all(_shown(taken, table) != _shown(candidate, table) for candidate in candidates):
        yield Finding(
            "setter-type-mismatch", number, taken.start, taken.end,
            f"the setter of `{setter.name.text}` takes another type than its getter returns: "
            "validation rejects this component",
        )  # fmt: skip


def _shown(type_: TypeExpr | None, table: TypeTable) -> str:
    if type_ is None:
        return "_"
    if type_.kind == "name":
        info = table.get(type_.name, TypeInfo("error"))
        return f"{info.kind} {info.home}" if info.home is not None else info.kind
    inner = ",".join(_shown(argument, table) for argument in type_.args)
    return f"{type_.kind}<{inner}>{type_.length or ''}"


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
    if extern is None or path is None:
        return
    name = extern.name
    colon = extern.leaf(":")
    if name is not None and path.namespace is None and colon is not None:
        if colon.start == name.end and path.name.start == colon.end:
            yield SyntaxFinding(
                "spaced-package-path",
                name.start,
                path.name.end,
                f"this imports or exports the interface `{path.name.name}` under the name `{name.name}`; "
                f"if that is meant, write `{name.value}: {path.name.value}`",
                (("Put a space behind the colon", path.name.start, path.name.start, " ", True),),
            )
        return
    if name is None and path.namespace is not None and path.package is not None:
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
