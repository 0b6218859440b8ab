"""Memoised queries over inputs: what an edit did not touch is not computed again.

A query is a function `(database, key) -> value`. While it runs, what it reads (inputs and other queries) is noted.
Changing an input marks what depends on it as suspect, and only that; asking for a suspect value first brings the
suspect things that it read up to date, and computes it again only if one of them came out different (early cut-off:
values are compared with `==`). So a question costs what changed, not what there is.
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
    __slots__ = ("changed_at", "dependents", "key", "query", "reads", "suspects", "valid", "value", "verified_at")

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
    """Holds inputs and the results of queries. Not safe for several threads at once."""

    def __init__(self) -> None:
        self._inputs: dict[tuple[str, object], _Cell[Any]] = {}
        self._cells: dict[tuple[object, object], _Cell[Any]] = {}
        self._running: list[_Cell[Any]] = []
        self._in_progress: set[_Cell[Any]] = set()
        self.revision = 1
        self.counters: Counter[str] = Counter()
        self.scratch: dict[Any, Any] = {}
        """What queries keep between runs to compute less the next time; never a part of their result."""

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
        cell: _Cell[_V] | None = self._cells.get((query, key))
        if cell is None:
            cell = self._cells[query, key] = _Cell(query, key)
        if not cell.valid:
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
                    todo.append(dependent)

    def _bring_up_to_date(self, cell: _Cell[Any]) -> None:
        if cell in self._in_progress:
            raise CycleError(f"{getattr(cell.query, '__name__', cell.query)}({cell.key!r}) asks for itself")
        suspects = cell.suspects
        if suspects is not None:
            self._in_progress.add(cell)
            try:
                for suspect in list(dict.fromkeys(suspects)):
                    if suspect not in cell.reads:
                        continue
                    if not suspect.valid:
                        self._bring_up_to_date(suspect)
                    if suspect.changed_at > cell.verified_at:
                        break
                else:
                    cell.suspects = []
                    cell.valid = True
                    cell.verified_at = self.revision
                    return
            finally:
                self._in_progress.discard(cell)
        self._compute(cell)

    def _compute(self, cell: _Cell[Any]) -> None:
        assert cell.query is not None
        for read in cell.reads:
            read.dependents.discard(cell)
        cell.reads = set()
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
        first = cell.suspects is None
        cell.suspects = []
        cell.valid = True
        cell.verified_at = self.revision
        if first or not (cell.value is value or cell.value == value):
            cell.changed_at = self.revision
            cell.value = value

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
        for cells in (self._cells, self._inputs):
            for cell in cells.values():
                cell.dependents &= live
        self._inputs = {name: cell for name, cell in self._inputs.items() if cell.value is not None or cell.dependents}
