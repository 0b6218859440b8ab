"""A whole file: its row of elements, grouped into items, and how an edit changes it.

Which element may stand where is decided here: elements themselves know nothing of what is around them. `edited`
parses again only the elements that the edit touched or whose recovery had looked that far; all others stay the same
objects, and so do the items made of them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from .errors import SyntaxFinding
from .nodes import (
    Export,
    Function,
    Import,
    Include,
    InterfaceHead,
    PackageHead,
    TypeDefinition,
    Use,
    WorldHead,
)
from .parser import Parser
from .tokens import END
from .tree import Element, Leaf, Skipped

MAX_CHARACTERS = 4_000_000
"""Longer files are not analysed: they are no WIT that a person wrote."""


_ABOUT_WHAT_IT_IS = frozenset(("misplaced-member", "misplaced-package", "expected-token"))


class Item:
    """What stands at the top of a file or of a nested package.

    `kind` is `package` (the header), `use`, `interface`, `world`, `nested` (a nested package) or `stray`. Elements are
    counted from the head (0) on: members, then `}`; a nested package has `items` instead of members. `findings` are
    those about the place of elements: (number of the element, finding).
    """

    __slots__ = ("_row", "_starts", "close", "findings", "head", "items", "kind", "members", "size")

    def __init__(
        self,
        kind: str,
        head: Element,
        members: tuple[Element, ...] = (),
        items: tuple[Item, ...] = (),
        close: Element | None = None,
        findings: tuple[tuple[int, SyntaxFinding], ...] = (),
    ) -> None:
        self.kind = kind
        self.head = head
        self.members = members
        self.items = items
        self.close = close
        self.findings = findings
        inner: int = sum(item.size for item in items) if items else len(members)
        self.size: int = 1 + inner + (close is not None)
        self._row: tuple[Element, ...] | None = None
        self._starts: list[int] | None = None

    @property
    def row(self) -> tuple[Element, ...]:
        """All elements in order, those of inner items too."""
        if self._row is None:
            close = () if self.close is None else (self.close,)
            inner = tuple(element for item in self.items for element in item.row)
            self._row = (self.head, *self.members, *inner, *close)
        return self._row

    @property
    def starts(self) -> list[int]:
        """Where each element of `row` begins, from the start of the item, and behind them the length of the item."""
        if self._starts is None:
            self._starts = list(accumulate([element.length for element in self.row], initial=0))
        return self._starts

    @property
    def length(self) -> int:
        """How many characters the item has."""
        return self.starts[-1]

    def elements(self) -> list[Element]:
        """Returns the head, the members and the closing brace (for a nested package without what is inside)."""
        return [self.head, *self.members, *([self.close] if self.close is not None else [])]

    def place_findings(self) -> Iterator[tuple[int, SyntaxFinding]]:
        """Yields the findings about places, but for elements that could not be read as what they are meant to be."""
        if self.findings:
            elements = self.elements()
            for number, finding in self.findings:
                if not (elements[number].findings and finding.code in _ABOUT_WHAT_IT_IS):
                    yield number, finding

    def same(self, other: Item) -> bool:
        """Tells whether the other item is made of the very same elements."""
        return (
            self.head is other.head
            and self.close is other.close
            and self.kind == other.kind
            and len(self.members) == len(other.members)
            and len(self.items) == len(other.items)
            and all(a is b for a, b in zip(self.members, other.members, strict=True))
            and all(a is b for a, b in zip(self.items, other.items, strict=True))
            and self.findings == other.findings
        )


class SourceFile:
    """One file's text, parsed. Immutable.

    `items` are its items in order, `firsts` the numbers of their first elements; elements are counted through the whole
    file, and the last one holds what stands before the end. `changed` are the numbers of the items that differ from
    those of the file that this one was edited from (all, if it was parsed anew), `reparsed` how many elements were
    parsed, `far` the numbers of the elements whose recovery looked beyond them.
    """

    __slots__ = ("_elements", "_text", "changed", "end", "far", "firsts", "items", "offsets", "reparsed")

    def __init__(
        self,
        items: tuple[Item, ...],
        firsts: list[int],
        offsets: _Offsets,
        end: Element,
        far: tuple[int, ...],
        changed: tuple[int, ...],
        reparsed: int,
    ) -> None:
        self.items = items
        self.firsts = firsts
        self.offsets = offsets
        self.end = end
        self.far = far
        self.changed = changed
        self.reparsed = reparsed
        self._elements: tuple[Element, ...] | None = None
        self._text: str | None = None

    @property
    def elements(self) -> tuple[Element, ...]:
        """The whole text in order."""
        if self._elements is None:
            self._elements = (*(element for item in self.items for element in item.row), self.end)
        return self._elements

    @property
    def text(self) -> str:
        """The text of the file."""
        if self._text is None:
            self._text = "".join([element.text for element in self.elements])
        return self._text

    def get_code(self) -> str:
        """Returns the text as the leaves of the tree have it; always equal to `text`."""
        return "".join(element.get_code() for element in self.elements)

    @property
    def count(self) -> int:
        """How many elements there are."""
        return self.firsts[-1] + self.items[-1].size + 1 if self.items else 1

    @property
    def length(self) -> int:
        """How many characters the file has."""
        return self.offsets.end(self.items) + self.end.length

    def element(self, index: int) -> Element:
        """Returns element number `index`."""
        position = bisect_right(self.firsts, index) - 1
        if position < 0 or index - self.firsts[position] >= self.items[position].size:
            return self.end
        return self.items[position].row[index - self.firsts[position]]

    def start_of(self, index: int) -> int:
        """Returns where element number `index` begins, prefix included."""
        position = bisect_right(self.firsts, index) - 1
        if position < 0:
            return 0
        item, number = self.items[position], index - self.firsts[position]
        return self.offsets[position] + (item.starts[number] if number < item.size else item.length)

    def index_at(self, offset: int) -> int:
        """Returns the number of the element that covers `offset`; where two meet, the later one."""
        position = self.offsets.position_at(offset)
        if position < 0:
            return 0
        item = self.items[position]
        inside = offset - self.offsets[position]
        if inside >= item.length:
            return self.firsts[position] + item.size
        return self.firsts[position] + max(bisect_right(item.starts, inside, 0, item.size) - 1, 0)

    def item_at(self, index: int) -> tuple[Item, int] | None:
        """Returns the item that has element number `index`, the inner one of a nested package, and its first number."""
        position = bisect_right(self.firsts, index) - 1
        if position < 0:
            return None
        item, first = self.items[position], self.firsts[position]
        if index >= first + item.size:
            return None
        while item.kind == "nested":
            inner_first = first + 1
            for inner in item.items:
                if inner_first <= index < inner_first + inner.size:
                    item, first = inner, inner_first
                    break
                inner_first += inner.size
            else:
                break
        return item, first

    def edited(self, start: int, end: int, new_text: str) -> SourceFile:
        """Returns the file with the characters `start` to `end` replaced."""
        begin = self.index_at(start)
        if begin > 0 and self.start_of(begin) == start:
            before = self.element(begin - 1)
            if before.length - 1 < before.reach:
                begin -= 1
        for index in self.far:
            if index < begin and self.start_of(index) + self.element(index).reach >= start:
                begin = index
                break
        origin = self.start_of(begin)
        delta = len(new_text) - (end - start)
        last = max(self.index_at(max(end - 1, start)), self.index_at(end))
        count = self.count
        ahead = 2
        while True:
            stop = min(last + 1 + ahead, count)
            window_text = "".join([self.element(index).text for index in range(begin, stop)])
            window = window_text[: start - origin] + new_text + window_text[end - origin :]
            result = self._reparse(window, origin, begin, stop, end, delta, start + len(new_text), stop == count)
            if result is not None:
                break
            ahead = ahead * 4 + 16
        return self._spliced(begin, *result)

    def _reparse(
        self, window: str, origin: int, begin: int, stop: int, end: int, delta: int, new_end: int, is_rest: bool
    ) -> tuple[list[Element], int] | None:
        parser = Parser(window, is_start=origin == 0)
        fresh: list[Element] = []
        resume = begin
        while True:
            element = parser.next_element()
            at_end = isinstance(element.core, Leaf) and element.core.kind == END
            if not is_rest and (at_end or parser.lexer.position >= len(window)):
                return None
            fresh.append(element)
            if at_end:
                return fresh, self.count
            position = origin + parser.position
            if position >= new_end:
                before = position - delta
                while resume < stop and self.start_of(resume) < before:
                    resume += 1
                if resume < stop and before >= end and self.start_of(resume) == before and resume > begin:
                    return fresh, resume

    def _spliced(self, begin: int, fresh: list[Element], resume: int) -> SourceFile:
        """Returns the file with the elements from `begin` to `resume` replaced."""
        far = self.far
        if far or any(element.reach >= element.length for element in fresh):
            far = (
                *(index for index in far if index < begin),
                *(begin + i for i, element in enumerate(fresh) if element.reach >= element.length),
                *(index + len(fresh) - (resume - begin) for index in far if index >= resume),
            )
        inside = self._within_item(begin, fresh, resume, far)
        if inside is not None:
            return inside
        before = self.elements
        return _grouped((*before[:begin], *fresh, *before[resume:]), self, len(fresh), far)

    def _within_item(self, begin: int, fresh: list[Element], resume: int, far: tuple[int, ...]) -> SourceFile | None:
        """Swaps elements of one item by others of the same role: nothing else changes. None where that is not so."""
        position = bisect_right(self.firsts, begin) - 1
        if position < 0 or len(fresh) != resume - begin:
            return None
        item, first = self.items[position], self.firsts[position]
        if resume > first + item.size or _has_findings(item):
            return None
        row = list(item.row)
        if any(_role(new) != _role(row[begin - first + i]) for i, new in enumerate(fresh)):
            return None
        row[begin - first : resume - first] = fresh
        items = list(self.items)
        items[position] = _rebuilt(item, row)
        offsets = self.offsets.shifted(position, items[position].length - item.length)
        return SourceFile(tuple(items), self.firsts, offsets, self.end, far, (position,), len(fresh))


class _Offsets:
    """Where items begin. Growing one item moves all behind it: that is kept as one number, so typing costs no more in
    a long file than in a short one."""

    __slots__ = ("_base", "_pivot", "_shift")

    def __init__(self, base: list[int], pivot: int, shift: int) -> None:
        self._base = base
        self._pivot = pivot  # items from this one on are moved by
        self._shift = shift

    @staticmethod
    def of(items: tuple[Item, ...]) -> _Offsets:
        base = list(accumulate([item.length for item in items], initial=0))
        return _Offsets(base, len(base), 0)

    def __getitem__(self, position: int) -> int:
        return self._base[position] + (self._shift if position >= self._pivot else 0)

    def end(self, items: tuple[Item, ...]) -> int:
        return self[len(items)]

    def position_at(self, offset: int) -> int:
        """Returns the number of the item that covers `offset`, the last one behind them all, -1 if there is none."""
        base, pivot, shift = self._base, self._pivot, self._shift
        count = len(base) - 1
        if pivot < count and offset >= base[pivot] + shift:
            return bisect_right(base, offset - shift, pivot, count) - 1
        return bisect_right(base, offset, 0, min(pivot, count)) - 1

    def shifted(self, position: int, by: int) -> _Offsets:
        """Returns the offsets where item number `position` has grown."""
        pivot = position + 1
        if pivot == self._pivot:
            return _Offsets(self._base, pivot, self._shift + by)
        if self._shift == 0:
            return _Offsets(self._base, pivot, by)
        base = [self[index] for index in range(len(self._base))]
        return _Offsets(base, pivot, by)


def parse(text: str) -> SourceFile:
    """Parses a file. Never fails."""
    parser = Parser(text)
    elements: list[Element] = []
    while True:
        element = parser.next_element()
        elements.append(element)
        if isinstance(element.core, Leaf) and element.core.kind == END:
            break
    far = tuple(index for index, element in enumerate(elements) if element.reach >= element.length)
    return _grouped(tuple(elements), None, len(elements), far)


def _grouped(elements: tuple[Element, ...], old: SourceFile | None, reparsed: int, far: tuple[int, ...]) -> SourceFile:
    """Makes a file of elements, with the items of `old` where they are the same."""
    known = {id(item.head): item for item in _all_items(old.items)} if old is not None else {}
    items, firsts = _Grouping(elements, known).run()
    before = {id(item) for item in old.items} if old is not None else set()
    changed = tuple(number for number, item in enumerate(items) if id(item) not in before)
    return SourceFile(items, firsts, _Offsets.of(items), elements[-1], far, changed, reparsed)


def _all_items(items: tuple[Item, ...]) -> list[Item]:
    found: list[Item] = []
    for item in items:
        found.append(item)
        found.extend(_all_items(item.items))
    return found


def _has_findings(item: Item) -> bool:
    return bool(item.findings) or any(_has_findings(inner) for inner in item.items)


def _rebuilt(item: Item, row: Sequence[Element]) -> Item:
    """Returns the item made of other elements of the same roles."""
    close = row[-1] if item.close is not None else None
    if item.kind != "nested":
        return Item(item.kind, row[0], tuple(row[1 : 1 + len(item.members)]), (), close, item.findings)
    inner: list[Item] = []
    first = 1
    for child in item.items:
        part = row[first : first + child.size]
        same = all(a is b for a, b in zip(part, child.row, strict=True))
        inner.append(child if same else _rebuilt(child, part))
        first += child.size
    return Item(item.kind, row[0], (), tuple(inner), close, item.findings)


def _role(element: Element) -> object:
    """What an element is to the grouping: elements of one role may be swapped without grouping anew."""
    core = element.core
    braced = element.text.endswith("}")
    if isinstance(core, PackageHead):
        return PackageHead, core.is_nested
    if isinstance(core, Leaf):
        return core.kind, core.value, braced, core.kind == END and _is_cut_off(element)
    if isinstance(core, Use):
        return Use, core.names is None, core.old_segment is None, bool(core.path.name.value), braced
    if isinstance(core, (InterfaceHead, WorldHead)):
        return type(core), core.name.name if core.name is not None else "", core.leaf("{") is None
    return type(core), braced


def _is_cut_off(end: Element) -> bool:
    """Whether the end of the file is inside a comment, so that nobody knows what follows."""
    return any(finding.code == "unterminated-comment" for finding in end.findings)


class _Open:
    """A scope that is being read."""

    __slots__ = ("findings", "head", "items", "kind", "members")

    def __init__(self, kind: str, head: Element) -> None:
        self.kind = kind
        self.head = head
        self.members: list[Element] = []
        self.items: list[Item] = []
        self.findings: list[tuple[int, SyntaxFinding]] = []

    @property
    def count(self) -> int:
        """How many elements it has so far (nested items counted as one each)."""
        return 1 + len(self.members)


class _Grouping:
    """Groups a row of elements into items, and finds those that stand in the wrong place."""

    def __init__(self, elements: tuple[Element, ...], known: dict[int, Item]) -> None:
        self.elements = elements
        self.known = known
        self.items: list[Item] = []
        self.firsts: list[int] = []
        self.nested: _Open | None = None
        self.scope: _Open | None = None
        self.index = 0
        self.misplaced = False
        self.closers: list[int] = []
        # Braces to come of scopes that ended before them, as they held what they cannot hold.
        self.owed_scopes = 0
        self.owed_packages = 0

    def run(self) -> tuple[tuple[Item, ...], list[int]]:
        """Returns the items and the numbers of their first elements."""
        for index, element in enumerate(self.elements):
            self.index = index
            core = element.core
            if isinstance(core, Leaf):
                if core.kind == "}":
                    self._closing(element)
                elif core.kind == END:
                    self._end(element)
                else:
                    self._semicolon(element)
            elif isinstance(core, (InterfaceHead, WorldHead)):
                inside = self._head_inside(element, core)
                self.scope = _Open("interface" if isinstance(core, InterfaceHead) else "world", element)
                self.scope.findings.extend(inside)
                if self.nested is None:
                    self.firsts.append(index)
            elif isinstance(core, PackageHead):
                self._package(element, core)
            elif self.scope is not None:
                self._member(self.scope, element)
            else:
                self._top_member(element)
        return tuple(self.items), self.firsts

    # What an element does

    def _package(self, element: Element, core: PackageHead) -> None:
        scope = self.scope
        if scope is not None and not core.is_nested and self._closers_left() > (self.nested is not None):
            _, finding = _at(
                element, core.start, core.end, "misplaced-package",
                f"a `package` line stands at the top of a file, not inside {_an(scope.kind)}",
            )  # fmt: skip
            scope.findings.append((scope.count, finding))
            scope.members.append(element)
            return
        self._end_scope(None)
        findings: list[tuple[int, SyntaxFinding]] = []
        if not core.is_nested:
            if self.index > 0 or self.nested is not None:
                findings.append(
                    _at(
                        element, core.start, core.end, "misplaced-package",
                        "a `package` line stands once, before everything else in the file; "
                        "a nested package has a body in braces",
                    )
                )  # fmt: skip
            self._add(Item("package", element, findings=tuple(findings)))
            return
        findings = []
        if self.nested is not None and self._closers_left() > 0:
            start, end = core.id_span
            message = "nested packages stand at the top of a file, not inside each other"
            findings.append(_at(element, start, end, "nested-package-depth", message))
            self._end_nested(None, quiet=True)
            self.owed_packages += 1
        self._end_nested(None)
        self.nested = _Open("nested", element)
        self.nested.findings.extend(findings)
        self.firsts.append(self.index)

    def _head_inside(self, element: Element, core: InterfaceHead | WorldHead) -> list[tuple[int, SyntaxFinding]]:
        """Ends the scope that a head stands in: because its `}` is missing, or else because it cannot hold the head."""
        scope = self.scope
        if scope is None or self._closers_left() <= (self.nested is not None):
            self._end_scope(None)
            return []
        self._end_scope(None, quiet=True)
        self.owed_scopes += 1
        what = "an interface" if isinstance(core, InterfaceHead) else "a world"
        message = f"{what} stands at the top of a file, not inside {_an(scope.kind)}"
        return [_at(element, core.start, core.end, "misplaced-member", message)]

    def _closers_left(self) -> int:
        """Returns how many `}` from the current head on are left for the scopes around it."""
        if not self.closers:
            count = 0
            for element in reversed(self.elements):
                core = element.core
                if isinstance(core, Leaf):
                    count += core.kind == "}"
                elif isinstance(core, (InterfaceHead, WorldHead)) or (isinstance(core, PackageHead) and core.is_nested):
                    count -= 1
                self.closers.append(count)
            self.closers.reverse()
        return self.closers[self.index]

    def _member(self, scope: _Open, element: Element) -> None:
        core = element.core
        message = ""
        fixes: tuple[tuple[str, int, int, str, bool], ...] = ()
        if scope.kind == "interface":
            if isinstance(core, (Import, Export, Include)):
                message = f"`{core.rule}` belongs in a world, not in an interface"
                self._message_once(scope, element, message)
        elif isinstance(core, Function):
            start = core.start
            fixes = tuple((f"Make it an {word}", start, start, f"{word} ", False) for word in ("export", "import"))
            message = "a function of a world needs `import` or `export` before it"
            scope.findings.append((scope.count, SyntaxFinding("misplaced-member", start, core.end, message, fixes)))
        if isinstance(core, Use) and core.names is None and not core.old_segment:
            self._use_without_names(scope, element, core)
        scope.members.append(element)

    def _message_once(self, scope: _Open, element: Element, message: str) -> None:
        core = element.core
        scope.findings.append(
            (scope.count, SyntaxFinding("misplaced-member", core.start, _first_line_end(element), message))
        )

    def _use_without_names(self, scope: _Open, element: Element, core: Use) -> None:
        end = core.path.end
        if not core.path.name.value:
            return
        scope.findings.append(
            (
                scope.count,
                SyntaxFinding(
                    "expected-token", core.path.start, end,
                    f"expected `.{{..}}` with the names of the types to use: `use path.{{name}};` in "
                    f"{_an(scope.kind)}",
                ),
            )
        )  # fmt: skip

    def _top_member(self, element: Element) -> None:
        core = element.core
        if isinstance(core, Use) and core.names is None and core.old_segment is None:
            self._add(Item("use", element))
            return
        findings: list[tuple[int, SyntaxFinding]] = []
        if not isinstance(core, Skipped) and not self.misplaced:
            what = "`use` of types" if isinstance(core, Use) else _what(core)
            where = "a world" if isinstance(core, (Import, Export, Include)) else "an interface or a world"
            findings.append(
                _at(
                    element, core.start, _first_line_end(element), "misplaced-member",
                    f"{what} must stand inside {where}; expected `interface`, `world`, `use` or `package` here",
                )
            )  # fmt: skip
            self.misplaced = True
        self._add(Item("stray", element, findings=tuple(findings)))

    def _semicolon(self, element: Element) -> None:
        if isinstance(element.core, Leaf) and element.core.value != ";":
            self._add_silently(element)  # put in or read as one by recovery, which has said why
            return
        before = self.elements[self.index - 1] if self.index else None
        start = element.core.start
        after_brace = before is not None and before.text.endswith("}")
        message = "no `;` after `}`" if after_brace else "unexpected `;`"
        finding = SyntaxFinding(
            "stray-semicolon",
            start,
            start + 1,
            f"{message}: remove it",
            (("Remove the `;`", start, start + 1, "", True),),
        )
        if self.scope is not None:
            self.scope.findings.append((self.scope.count, finding))
            self.scope.members.append(element)
        else:
            self._add(Item("stray", element, findings=((0, finding),)))

    def _add_silently(self, element: Element) -> None:
        if self.scope is not None:
            self.scope.members.append(element)
        else:
            self._add(Item("stray", element))

    def _closing(self, element: Element) -> None:
        if self.scope is not None:
            self._end_scope(element)
        elif self.owed_scopes:
            self.owed_scopes -= 1
            self.misplaced = False
            self._add(Item("stray", element))
        elif self.nested is not None:
            self._end_nested(element)
        elif self.owed_packages:
            self.owed_packages -= 1
            self._add(Item("stray", element))
        else:
            findings: tuple[tuple[int, SyntaxFinding], ...] = ()
            if not self.misplaced:
                start = element.core.start
                findings = (
                    (0, SyntaxFinding(
                        "unmatched-brace", start, start + 1, "this `}` closes nothing: remove it, or look for a `{` "
                        "that is missing above", (("Remove the `}`", start, start + 1, "", False),))),
                )  # fmt: skip
            self.misplaced = False
            self._add(Item("stray", element, findings=findings))

    def _end(self, element: Element) -> None:
        quiet = _is_cut_off(element)
        self._end_scope(None, quiet)
        self._end_nested(None, quiet)

    # Ending scopes

    def _end_scope(self, close: Element | None, quiet: bool = False) -> None:
        scope = self.scope
        if scope is None:
            return
        self.scope = None
        if close is None and not quiet:
            self._unclosed(scope, scope.members[-1] if scope.members else scope.head)
        item = Item(scope.kind, scope.head, tuple(scope.members), (), close, tuple(scope.findings))
        self._keep(item)
        self.misplaced = self.owed_scopes > 0

    def _end_nested(self, close: Element | None, quiet: bool = False) -> None:
        nested = self.nested
        if nested is None:
            return
        self.nested = None
        if close is None and not quiet:
            self._unclosed(nested, nested.head)
        self._keep(Item("nested", nested.head, (), tuple(nested.items), close, tuple(nested.findings)))

    def _unclosed(self, scope: _Open, last: Element) -> None:
        """A scope whose `}` is missing: said where it should be, with the head beside it."""
        if scope.head.core.leaf("{") is None:  # type: ignore[union-attr]
            return  # said at the head
        number = scope.count - 1 if scope.kind != "nested" else 0
        end = last.length
        core = scope.head.core
        name = ""
        if isinstance(core, (InterfaceHead, WorldHead)) and core.name is not None:
            name = f" `{core.name.name}`"
        kind = "package" if scope.kind == "nested" else scope.kind
        scope.findings.append(
            (
                number,
                SyntaxFinding(
                    "missing-token", max(end - 1, 0), end, f"expected `}}` to end {kind}{name}",
                    (("Insert `}`", end, end, "\n}", True),),
                ),
            )
        )  # fmt: skip

    def _keep(self, item: Item) -> None:
        """Adds a finished scope, the old object where nothing in it changed."""
        old = self.known.get(id(item.head))
        if old is not None and item.same(old):
            item = old
        if self.nested is not None and item.kind != "nested":
            self.nested.items.append(item)
        else:
            self.items.append(item)

    def _add(self, item: Item) -> None:
        """Adds an item of one element."""
        if self.nested is None:
            self.firsts.append(self.index)
        self._keep(item)


def _at(element: Element, start: int, end: int, code: str, message: str) -> tuple[int, SyntaxFinding]:
    return 0, SyntaxFinding(code, start, end, message)


def _an(kind: str) -> str:
    return "an interface" if kind == "interface" else "a world"


def _first_line_end(element: Element) -> int:
    """Where the first line of the element's own text ends."""
    start = element.core.start
    newline = element.text.find("\n", start)
    return newline if newline >= 0 else element.length


def _what(core: object) -> str:
    if isinstance(core, TypeDefinition):
        return {"type_alias": "a type alias", "enum": "an enum", "flags": "flags"}.get(core.rule, f"a {core.rule}")
    if isinstance(core, Function):
        return "a function"
    return f"`{getattr(core, 'rule', '')}`"
