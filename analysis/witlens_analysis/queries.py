"""Memoised queries over inputs: what an edit did not touch is not computed again.

A query is a function `(database, key) -> value`. While it runs, what it reads (inputs and other queries) is noted.
Changing an input marks what depends on it as suspect, and only that; asking for a suspect value first brings the
suspect things that it read up to date, and computes it again only if one of them came out different (early cut-off:
values are compared with `==`). So a question costs what changed, not what there is.

A query that reads something of every item, and that every item reads, would make all suspect at each edit. Such a query
is a *firewall*: what depends on it is marked only once it is known to have changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, Generic, TypeVar

_V = TypeVar("_V")
Query = Callable[["Database", Any], _V]


class CycleError(Exception):
    """A query asked for itself. Cycles of the language are found beforehand, so this is a mistake of ours."""


class _Cell(Generic[_V]):
    __slots__ = (
        "changed_at", "dependents", "key", "query", "reads", "suspects", "valid", "value", "verified_at",
    )  # fmt: skip

    def __init__(self, query: Query[_V] | None, key: object) -> None:
        self.query = query
        self.key = key
        self.value: Any = None
        self.reads: set[_Cell[Any]] = set()
        self.dependents: set[_Cell[Any]] = set()
        self.suspects: list[_Cell[Any]] | None = None  # None: not computed yet
        self.valid = False
        self.changed_at = 0
        self.verified_at = 0


class Database:
    """Holds inputs and the results of queries. Not safe for several threads at once.

    `firewalls` may read inputs, each other, and queries that read no firewall.
    """

    def __init__(self, firewalls: frozenset[Query[Any]] = frozenset()) -> None:
        self._firewalls = firewalls
        self._pending: list[_Cell[Any]] = []
        self._inputs: dict[tuple[str, object], _Cell[Any]] = {}
        self._cells: dict[tuple[object, object], _Cell[Any]] = {}
        self._running: list[_Cell[Any]] = []
        self._in_progress: set[_Cell[Any]] = set()
        self.revision = 1
        self.counters: Counter[str] = Counter()
        self.scratch: dict[Any, Any] = {}
        """What queries keep between runs to compute less the next time; never a part of their result."""

    def __len__(self) -> int:
        return len(self._inputs) + len(self._cells)

    def set_input(self, name: str, key: object, value: object) -> bool:
        """Sets an input. Returns whether it changed."""
        cell = self._inputs.get((name, key))
        if cell is None:
            cell = self._inputs[name, key] = _Cell(None, key)
            cell.valid = True
        elif cell.value is value or cell.value == value:
            cell.value = value
            return False
        self.revision += 1
        cell.value = value
        cell.changed_at = self.revision
        self._mark(cell)
        return True

    def input(self, name: str, key: object) -> Any:
        """Returns the value of an input, None if it was never set."""
        cell = self._inputs.get((name, key))
        if cell is None:
            cell = self._inputs[name, key] = _Cell(None, key)
            cell.valid = True
        if self._running:
            reader = self._running[-1]
            reader.reads.add(cell)
            cell.dependents.add(reader)
        return cell.value

    def get(self, query: Query[_V], key: object) -> _V:
        """Returns the value of a query."""
        if self._pending and not self._running:
            self._settle()
        cell: _Cell[_V] | None = self._cells.get((query, key))
        if cell is None:
            cell = self._cells[query, key] = _Cell(query, key)
        while not cell.valid:
            self._bring_up_to_date(cell)
        if self._running:
            reader = self._running[-1]
            reader.reads.add(cell)
            cell.dependents.add(reader)
        value: _V = cell.value
        return value

    def _mark(self, changed: _Cell[Any]) -> None:
        """Marks everything that depends on a cell as suspect."""
        todo = [changed]
        while todo:
            cell = todo.pop()
            for dependent in cell.dependents:
                if dependent.suspects is not None:
                    dependent.suspects.append(cell)
                if dependent.valid:
                    dependent.valid = False
                    if dependent.query in self._firewalls:
                        self._pending.append(dependent)
                    else:
                        todo.append(dependent)

    def _settle(self) -> None:
        """Brings suspect firewalls up to date, which tells what depends on those that changed."""
        while self._pending:
            cell = self._pending.pop()
            while not cell.valid:
                self._bring_up_to_date(cell)

    def _bring_up_to_date(self, cell: _Cell[Any]) -> None:
        """Verifies or computes a cell. It may be suspect again afterwards, where a firewall changed on the way."""
        if cell in self._in_progress:
            raise CycleError(f"{getattr(cell.query, '__name__', cell.query)}({cell.key!r}) asks for itself")
        since = self.revision  # a firewall may move it on the way: what changes then counts as later
        if cell.suspects is None or self._has_changed_reads(cell):
            self._compute(cell)
        else:
            cell.valid = True
        cell.verified_at = since

    def _has_changed_reads(self, cell: _Cell[Any]) -> bool:
        """Tells whether anything that a cell read is different now."""
        self._in_progress.add(cell)
        try:
            while cell.suspects:
                suspects, cell.suspects = dict.fromkeys(cell.suspects), []
                for suspect in suspects:
                    if suspect not in cell.reads:
                        continue
                    try:
                        while not suspect.valid:
                            self._bring_up_to_date(suspect)
                    except CycleError:
                        return True  # it now asks for what asks for this; whether this still asks for it remains to see
                    if suspect.changed_at > cell.verified_at:
                        return True
        finally:
            self._in_progress.discard(cell)
        return False

    def _compute(self, cell: _Cell[Any]) -> None:
        assert cell.query is not None
        for read in cell.reads:
            read.dependents.discard(cell)
        first = cell.suspects is None
        cell.reads = set()
        cell.suspects = []
        self._running.append(cell)
        self._in_progress.add(cell)
        try:
            value = cell.query(self, cell.key)
        except BaseException:
            for read in cell.reads:
                read.dependents.discard(cell)
            cell.reads = set()
            cell.suspects = None
            raise
        finally:
            self._running.pop()
            self._in_progress.discard(cell)
        self.counters[cell.query.__name__] += 1
        is_firewall = cell.query in self._firewalls
        if is_firewall:
            # Readers that were verified just now, not knowing that this was suspect, must see a later change.
            self.revision += 1
        cell.valid = not cell.suspects
        if first or not (cell.value is value or cell.value == value):
            cell.changed_at = self.revision
            cell.value = value
            if is_firewall:
                self._mark(cell)

    def fork(self) -> Database:
        """Returns a database of its own with all that is known here: changes there are not seen here."""
        twins: dict[_Cell[Any], _Cell[Any]] = {}
        for cell in (*self._inputs.values(), *self._cells.values()):
            twin = twins[cell] = _Cell(cell.query, cell.key)
            twin.value, twin.valid = cell.value, cell.valid
            twin.changed_at, twin.verified_at = cell.changed_at, cell.verified_at

        def twin_of(cell: _Cell[Any]) -> _Cell[Any]:
            known = twins.get(cell)
            if known is None:  # read once, and forgotten since
                known = twins[cell] = _Cell(cell.query, cell.key)
            return known

        for cell in (*self._inputs.values(), *self._cells.values()):
            twin = twins[cell]
            twin.reads = {twin_of(read) for read in cell.reads}
            twin.dependents = {twin_of(dependent) for dependent in cell.dependents}
            twin.suspects = None if cell.suspects is None else [twin_of(suspect) for suspect in cell.suspects]
        forked = Database(self._firewalls)
        forked._inputs = {name: twins[cell] for name, cell in self._inputs.items()}
        forked._cells = {name: twins[cell] for name, cell in self._cells.items()}
        forked._pending = [twin_of(cell) for cell in self._pending]
        forked.revision = self.revision
        forked.scratch = dict(self.scratch)
        return forked

    def sweep(self, roots: list[tuple[Query[Any], object]]) -> None:
        """Forgets every result that none of `roots` needs, and every input that nothing reads any more."""
        todo = [cell for root in roots if (cell := self._cells.get(root)) is not None]
        live: set[_Cell[Any]] = set(todo)
        while todo:
            for read in todo.pop().reads:
                if read not in live:
                    live.add(read)
                    todo.append(read)
        self._cells = {name: cell for name, cell in self._cells.items() if cell in live}
        self._pending = [cell for cell in self._pending if cell in live]
        for cells in (self._cells, self._inputs):
            for cell in cells.values():
                cell.dependents &= live
        self._inputs = {name: cell for name, cell in self._inputs.items() if cell.value is not None or cell.dependents}
