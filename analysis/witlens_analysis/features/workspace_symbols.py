"""Workspace symbols: what in all packages, dependencies included, has a name like what was typed.

The letters typed must be in the name in their order, as editors match everywhere else. `http/types` and `types.method`
look for the last part in what the parts before it name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..diagnostics import Span
from ..semantics.packages import package_of, units
from ..syntax.structure import SourceFile
from ..workspace import Snapshot
from .document_symbols import DocumentSymbol, outline_of

#: No more are returned: nobody reads on, and editors ask again with each letter.
MAX_SYMBOLS = 256

_SKIPPED = frozenset(("import", "export", "include"))  # they name what is declared elsewhere
_PARTS = frozenset(("field", "case", "flag"))
_SEPARATORS = re.compile(r"[/.:#\s]+")
_MARKS = str.maketrans("", "", "-_%")


@dataclass(frozen=True, slots=True)
class WorkspaceSymbol:
    """A symbol with where it is; `container` names what it is in, from the package down."""

    name: str
    kind: str
    container: str
    path: str
    span: Span
    is_deprecated: bool


@dataclass(frozen=True, slots=True)
class _Entry:
    symbol: WorkspaceSymbol
    key: str  # the name in small letters without hyphens
    words: str  # the first letters of its words
    around: str  # the container in small letters


class SymbolIndex:
    """Outlines of files that were asked for before, kept while their texts stay."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[SourceFile, str, list[_Entry]]] = {}

    def entries(self, snapshot: Snapshot) -> Iterator[tuple[bool, _Entry]]:
        """Yields every symbol of a snapshot, with whether it is in a package that is worked on."""
        main: set[str] = set()
        files: dict[str, str] = {}
        for root in snapshot.roots():
            for unit in units(snapshot.database, root):
                files.update((path, root) for path in unit.files if path not in files or unit.is_main)
                if unit.is_main:
                    main.update(unit.files)
        kept: dict[str, tuple[SourceFile, str, list[_Entry]]] = {}
        for path, root in files.items():
            state = snapshot.state(path)
            if state is None:
                continue
            package = snapshot.database.get(package_of, (root, path, "")).id
            known = self._files.get(path)
            if known is None or known[0] is not state.source or known[1] != package:
                known = (state.source, package, list(_entries(path, outline_of(state.source), package)))
            kept[path] = known
            for entry in known[2]:
                yield path in main, entry
        self._files = kept


def workspace_symbols(
    snapshot: Snapshot, query: str, index: SymbolIndex | None = None, limit: int = MAX_SYMBOLS
) -> tuple[WorkspaceSymbol, ...]:
    """Returns the symbols that fit a query, the best first; for an empty one those of the packages worked on."""
    parts = [part for part in _SEPARATORS.split(query.lower()) if part]
    wanted = parts[-1].translate(_MARKS) if parts else ""
    around = parts[:-1]
    found: list[tuple[tuple[int, int, int, int, str], WorkspaceSymbol]] = []
    for is_main, entry in (index or SymbolIndex()).entries(snapshot):
        if not query.strip() and not is_main:
            continue
        rank = _rank(wanted, entry)
        if rank is None or any(part not in entry.around for part in around):
            continue
        symbol = entry.symbol
        order = (rank, not is_main, symbol.kind in _PARTS, len(symbol.name), symbol.name)
        found.append((order, symbol))
    found.sort(key=lambda one: (one[0], one[1].container, one[1].path, one[1].span))
    return tuple(symbol for _, symbol in found[:limit])


def _rank(wanted: str, entry: _Entry) -> int | None:
    """Returns how badly a name fits, None if it does not."""
    key = entry.key
    if key == wanted:
        return 0
    if key.startswith(wanted):
        return 1
    if entry.words.startswith(wanted):
        return 2
    position = key.find(wanted)
    if position >= 0:
        return 3
    letters = iter(key)
    return 4 if all(letter in letters for letter in wanted) else None


def _entries(path: str, symbols: tuple[DocumentSymbol, ...], container: str) -> Iterator[_Entry]:
    for symbol in symbols:
        inner = symbol.name if symbol.kind == "package" else _joined(container, symbol)
        if symbol.kind not in _SKIPPED:
            name = symbol.name
            words = "".join(word[:1] for word in name.lower().split("-"))
            shown = WorkspaceSymbol(
                name,
                symbol.kind,
                "" if symbol.kind == "package" else container,
                path,
                symbol.name_span,
                symbol.is_deprecated,
            )
            yield _Entry(shown, name.lower().translate(_MARKS), words, container.lower())
        yield from _entries(path, symbol.children, inner)


def _joined(container: str, symbol: DocumentSymbol) -> str:
    """`ns:pkg@1.0.0` and an interface give `ns:pkg/name@1.0.0`; what is in that is joined by a dot."""
    if symbol.kind not in ("interface", "world"):
        return f"{container}.{symbol.name}" if container else symbol.name
    package, mark, version = container.partition("@")
    return f"{package}/{symbol.name}{mark}{version}" if package else symbol.name
