"""The rules that one element alone decides, with the kind of scope that it stands in.

`check_element` looks at the core's class and hands it to the module whose rules it needs. What the parser found broken
(missing or skipped tokens) is left alone: it has its error already.
"""

from __future__ import annotations

from ..syntax.errors import SyntaxFinding
from ..syntax.nodes import (
    Callable,
    Enum,
    Export,
    Extern,
    ExternInterface,
    ExternPackage,
    Flags,
    Function,
    Import,
    Include,
    InlineInterface,
    InlineMember,
    PackageHead,
    Record,
    Resource,
    TypeAlias,
    Union,
    Use,
    UsePath,
    Variant,
)
from ..syntax.tree import Element, Leaf, Node
from .attributes import check_attributes
from .definitions import check_alias, check_definition, check_union
from .experimental import check_experimental, may_be_experimental
from .functions import check_callable, check_resource, check_semicolon
from .versions import check_versions_below

_NONE: tuple[SyntaxFinding, ...] = ()


def check_element(element: Element, scope: str) -> tuple[SyntaxFinding, ...]:
    """Returns what is wrong with an element of a "file", a nested "package", an "interface" or a "world".

    Positions are relative to the element. Which elements may stand in which scope is not decided here, but where the
    file is grouped into items.
    """
    core = element.core
    if isinstance(core, Leaf):
        return _NONE
    out: list[SyntaxFinding] = []
    if element.attributes:
        check_attributes(element.attributes, core, element.text, out)
    if len(element.children) > 1:
        _check_default(element, out)
    _check_core(core, element.text, out)
    if may_be_experimental(element.signature):
        check_experimental(core, out)
    if not out:
        return _NONE
    out.sort(key=_by_place)
    return tuple(out)


def _by_place(finding: SyntaxFinding) -> int:
    return finding.start


def _check_core(core: Node | Leaf, text: str, out: list[SyntaxFinding]) -> None:
    """Checks a member or item without its attributes."""
    if isinstance(core, Function):
        for child in core.children:
            if isinstance(child, Callable):
                check_callable(child, text, out)
    elif isinstance(core, (Record, Variant, Enum, Flags)):
        check_definition(core, text, out)
    elif isinstance(core, Resource):
        check_resource(core, text, out)
    elif isinstance(core, TypeAlias):
        check_alias(core, out)
    elif isinstance(core, Use):
        _check_use(core, text, out)
    elif isinstance(core, (Import, Export)):
        for child in core.children:
            if isinstance(child, Extern):
                _check_extern(child, text, out)
    elif isinstance(core, Include):
        for child in core.children:
            if isinstance(child, UsePath):
                check_versions_below(child, out)
    elif isinstance(core, PackageHead):
        check_versions_below(core, out)
    elif isinstance(core, Union):
        check_union(core, text, out)


def _check_default(element: Element, out: list[SyntaxFinding]) -> None:
    for child in element.children:
        if isinstance(child, Leaf) and child.kind == "default" and child.value:
            core = element.core
            out.append(
                SyntaxFinding(
                    "old-default", child.start, child.end,
                    "`default` is no longer WIT: a package has no default interface or world",
                    (("Remove `default`", child.start, core.start, "", True),),
                )
            )  # fmt: skip


def _check_use(use: Use, text: str, out: list[SyntaxFinding]) -> None:
    for child in use.children:
        if isinstance(child, UsePath):
            check_versions_below(child, out)
    segment = use.old_segment
    path = use.path
    if segment is None or use.names is None or use.names.children[0].start == use.names.end or not path.name.value:
        return
    first = path.name.name
    fixes: tuple[tuple[str, int, int, str, bool], ...] = ()
    if first in ("self", "pkg") and path.namespace is None:
        fixes = ((f"Change to `{segment.value}`", path.start, segment.end, segment.value, True),)
    out.append(
        SyntaxFinding(
            "old-use-path", path.start, segment.end,
            f"an interface of another package is written with its namespace: `ns:{first}/{segment.name}`; "
            f"one of this package by its name: `{segment.name}`",
            fixes,
        )
    )  # fmt: skip


def _check_extern(extern: Extern, text: str, out: list[SyntaxFinding]) -> None:
    for child in extern.children:
        if isinstance(child, Leaf):
            if child.kind == "STRING" and child.value:
                _old_file(extern, child, out)
        elif isinstance(child, Callable):
            check_callable(child, text, out)
        elif isinstance(child, (ExternInterface, ExternPackage)):
            check_versions_below(child, out)
        elif isinstance(child, InlineInterface):
            _check_inline(child, text, out)


def _old_file(extern: Extern, string: Leaf, out: list[SyntaxFinding]) -> None:
    name = extern.name
    fixes: tuple[tuple[str, int, int, str, bool], ...] = ()
    shown = "name"
    if name is not None:
        shown = name.value
        fixes = ((f"Use the interface `{shown}`", name.end, string.end, "", False),)
    out.append(
        SyntaxFinding(
            "old-file-import", string.start, string.end,
            "files are no longer imported by their path: all files of a directory are one package, and its interfaces "
            f"are imported by name, as in `import {shown};`",
            fixes,
        )
    )  # fmt: skip


def _check_inline(interface: InlineInterface, text: str, out: list[SyntaxFinding]) -> None:
    """Checks the members of an inline interface as those of an interface of its own."""
    previous: Node | Leaf = interface
    for child in interface.children:
        if isinstance(child, InlineMember):
            core = child.core
            if len(child.children) > 1:
                check_attributes(child.attributes, core, text, out)
            if isinstance(core, Leaf):
                if core.kind == ";" and core.value:
                    check_semicolon(core, previous, out)
            else:
                if isinstance(core, Use) and core.names is None and core.old_segment is None:
                    _use_without_names(core, out)
                _check_core(core, text, out)
        previous = child


def _use_without_names(use: Use, out: list[SyntaxFinding]) -> None:
    path = use.path
    if path.name.value:
        out.append(
            SyntaxFinding(
                "expected-token", path.start, path.end,
                "expected `.{..}` with the names of the types to use: `use path.{name};` in an interface",
            )
        )  # fmt: skip
