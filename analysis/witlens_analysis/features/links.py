"""Document links: the paths in `use`, `import`, `export` and `include`, and where they lead."""

from __future__ import annotations

from dataclasses import dataclass

from ..diagnostics import Span
from ..semantics.packages import units
from ..syntax.nodes import Path
from ..workspace import Snapshot
from .describe import item_id
from .mentions import mentions
from .symbols import Location, Symbol, Symbols


@dataclass(frozen=True, slots=True)
class Link:
    """A path, or the package in it, with what it leads to in words."""

    span: Span
    target: Location
    tooltip: str


def document_links(snapshot: Snapshot, path: str) -> tuple[Link, ...]:
    """Returns the links of a file in the order of the text: in `ns:name/item@version` one of `ns:name` to the package
    and one of the rest to the interface or world. What leads nowhere is no link."""
    root, state = snapshot.root_of(path), snapshot.state(path)
    if root is None or state is None:
        return ()
    symbols = Symbols(snapshot, root)
    links: list[Link] = []
    for key, (item, first) in state.items.items():
        for number, element in enumerate((item.head, *item.members)):
            if not any(word in element.text for word in ("use", "import", "export", "include")):
                continue
            base = state.source.start_of(first + number)
            paths = {id(one.path): one.path for one in mentions(element) if one.kind == "path" and one.path is not None}
            for found in paths.values():
                meant = symbols.path_symbol(key, found)
                if meant is not None:
                    links.extend(_links(symbols, found, base, meant))
    return tuple(sorted(links, key=lambda link: link.span))


def _links(symbols: Symbols, path: Path, base: int, meant: Symbol) -> list[Link]:
    assert meant.key is not None
    links = []
    end = path.version.end if path.version is not None else path.name.end
    item = Span(base + path.name.start, base + end)
    for place in symbols.locations(meant)[:1]:
        links.append(Link(item, place, f"{meant.kind} {item_id(symbols, meant.key)}{_from(symbols, place.path)}"))
    if path.namespace is not None and path.package is not None:
        package = Span(base + path.namespace.start, base + path.package.end)
        places = symbols.locations(Symbol("package", None, (path.package_text or "",)))
        for place in places[:1]:
            links.append(Link(package, place, f"package {path.package_text}{_from(symbols, place.path)}"))
    return links


def _from(symbols: Symbols, path: str) -> str:
    for unit in units(symbols.database, symbols.root):
        if unit.is_bundled and path in unit.files:
            return ", bundled with Witlens"
    return ""
