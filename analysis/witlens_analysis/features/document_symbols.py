"""Document symbols: the outline of a file, as a tree.

Everything that has a name and a place of its own is in it: packages, interfaces, worlds, types with their parts,
functions, what a world imports, exports and includes. Parameters and `use` are left out, as outlines of other languages
leave them out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..diagnostics import Span
from ..outline import package_id
from ..syntax.nodes import (
    Attribute,
    Callable,
    Constructor,
    EntryDefinition,
    Export,
    Extern,
    Function,
    Import,
    Include,
    InlineMember,
    InterfaceHead,
    Method,
    PackageHead,
    Resource,
    ResourceMember,
    TypeAlias,
    TypeDefinition,
    WorldHead,
)
from ..syntax.structure import SourceFile
from ..syntax.tree import Element, Leaf, Node
from ..workspace import Snapshot
from .layout import PlacedElement, PlacedItem, declaration_span, placed_items
from .render import path_text, text_of

_ENTRY_KINDS = {"record": "field", "flags": "flag", "bitflags": "flag"}


@dataclass(frozen=True, slots=True)
class DocumentSymbol:
    """One entry of the outline.

    `kind`: `package`, `interface`, `world`, `import`, `export`, `include`, `alias`, `record`, `variant`, `enum`,
    `flags`, `union`, `resource`, `field`, `case`, `flag`, `function`, `property` (a getter or setter), `method`,
    `static` or `constructor`. `span` has the declaration with attributes and comments, `name_span` the name, within it.
    """

    name: str
    kind: str
    detail: str
    span: Span
    name_span: Span
    is_deprecated: bool = False
    children: tuple[DocumentSymbol, ...] = ()


def document_symbols(snapshot: Snapshot, path: str) -> tuple[DocumentSymbol, ...]:
    """Returns the outline of a file; of one that is not known nothing."""
    state = snapshot.state(path)
    return outline_of(state.source) if state is not None else ()


def outline_of(source: SourceFile) -> tuple[DocumentSymbol, ...]:
    """Returns the outline of a file that was parsed."""
    return tuple(symbol for placed in placed_items(source) for symbol in _item(placed))


def _item(placed: PlacedItem) -> Iterator[DocumentSymbol]:
    head = placed.head
    core = head.element.core
    deprecated = is_deprecated(head.element.attributes)
    if isinstance(core, PackageHead):
        start, end = core.id_span
        name_span = Span(head.base + start, head.base + end)
        children = tuple(symbol for item in placed.items for symbol in _item(item))
        detail = "nested package" if core.is_nested else "package"
        yield _symbol(package_id(core) or "package", "package", detail, head, placed.end, name_span, False, children)
    elif isinstance(core, (InterfaceHead, WorldHead)):
        members = tuple(symbol for member in placed.members for symbol in _member(member))
        kind = "interface" if isinstance(core, InterfaceHead) else "world"
        name = core.name if core.name is not None and core.name.value else None
        name_span = _leaf_span(name or core, head.base)
        yield _symbol(name.name if name else kind, kind, kind, head, placed.end, name_span, deprecated, members)
    else:  # a member where there is no scope: an error, and still something to go to
        yield from _member(head)


def _symbol(
    name: str,
    kind: str,
    detail: str,
    head: PlacedElement,
    end: int,
    name_span: Span,
    deprecated: bool,
    children: tuple[DocumentSymbol, ...],
) -> DocumentSymbol:
    span = declaration_span(head.element, head.base)
    return DocumentSymbol(name, kind, detail, Span(span.start, max(span.end, end)), name_span, deprecated, children)


def _member(placed: PlacedElement) -> Iterator[DocumentSymbol]:
    element, base = placed.element, placed.base
    core = element.core
    if isinstance(core, Node):
        yield from _declared(core, element, base, is_deprecated(element.attributes))


def _declared(core: Node, holder: Element | Node, base: int, deprecated: bool) -> Iterator[DocumentSymbol]:
    """Yields the symbol of a member; `holder` is what it stands in with its attributes and comments."""
    span = declaration_span(holder, base)
    if isinstance(core, TypeDefinition):
        if core.name is not None and core.name.value:
            kind = "alias" if isinstance(core, TypeAlias) else core.rule
            children = tuple(_parts(core, base))
            yield _named(core.name, kind, _type_detail(core), span, base, deprecated, children)
    elif isinstance(core, (Function, Method)):
        if core.name is not None and core.name.value:
            callable_ = core.first(Callable)
            kind = _function_kind(callable_, is_method=isinstance(core, Method))
            yield _named(core.name, kind, text_of(callable_) if callable_ is not None else "", span, base, deprecated)
    elif isinstance(core, Constructor):
        keyword = core.keyword or core
        detail = text_of(core).rstrip(";").removeprefix("constructor")
        yield DocumentSymbol("constructor", "constructor", detail, span, _leaf_span(keyword, base), deprecated)
    elif isinstance(core, (Import, Export)):
        yield from _extern(core, span, base, deprecated)
    elif isinstance(core, Include):
        path = core.path
        if path.name.value:
            name_span = Span(base + path.start, base + path.end)
            yield DocumentSymbol(path_text(path), "include", "include", span, name_span, deprecated)


def _extern(core: Import | Export, span: Span, base: int, deprecated: bool) -> Iterator[DocumentSymbol]:
    extern = core.first(Extern)
    if extern is None:
        return
    direction = core.rule
    if extern.name is not None and extern.name.value:
        if extern.callable is not None:
            detail = f"{direction} {text_of(extern.callable)}"
            yield _named(extern.name, "function", detail, span, base, deprecated)
            return
        inline = extern.inline
        members = inline.members if inline is not None else []
        children = tuple(_of_members(members, base))
        path = extern.path
        detail = f"{direction} {path_text(path)}" if path is not None else direction
        yield _named(extern.name, direction, detail, span, base, deprecated, children)
    elif extern.path is not None and extern.path.name.value:
        path = extern.path
        name_span = Span(base + path.start, base + path.end)
        yield DocumentSymbol(path_text(path), direction, direction, span, name_span, deprecated)


def _parts(core: TypeDefinition, base: int) -> Iterator[DocumentSymbol]:
    if isinstance(core, EntryDefinition):
        kind = _ENTRY_KINDS.get(core.rule, "case")
        for entry in core.entries:
            if entry.name is not None and entry.name.value:
                detail = text_of(entry.type_node) if entry.type_node is not None else ""
                deprecated = is_deprecated(entry.attributes)
                yield _named(entry.name, kind, detail, declaration_span(entry, base), base, deprecated)
    elif isinstance(core, Resource):
        yield from _of_members(core.members, base)


def _of_members(members: Iterable[InlineMember | ResourceMember], base: int) -> Iterator[DocumentSymbol]:
    for member in members:
        if isinstance(member.core, Node):
            yield from _declared(member.core, member, base, is_deprecated(member.attributes))


def _named(
    name: Leaf,
    kind: str,
    detail: str,
    span: Span,
    base: int,
    deprecated: bool,
    children: tuple[DocumentSymbol, ...] = (),
) -> DocumentSymbol:
    return DocumentSymbol(name.name, kind, detail, span, _leaf_span(name, base), deprecated, children)


def _leaf_span(leaf: Leaf | Node, base: int) -> Span:
    return Span(base + leaf.start, base + leaf.end)


def _type_detail(core: TypeDefinition) -> str:
    if isinstance(core, TypeAlias):
        return text_of(core.type_node) if core.type_node is not None else "type"
    return core.rule


def _function_kind(callable_: Callable | None, *, is_method: bool) -> str:
    if callable_ is not None and callable_.accessor is not None:
        return "property"
    if not is_method:
        return "function"
    return "static" if callable_ is not None and callable_.is_static else "method"


def is_deprecated(attributes: Iterable[Attribute]) -> bool:
    """Tells whether one of the attributes is `@deprecated`."""
    return any(one.name is not None and one.name.name == "deprecated" for one in attributes)
