"""Rename: the edits that give a thing another name in all files, or the reason why that cannot be.

What is spelled after a declaration changes with it; aliases (behind `as`) stay, as they are names of their own. Then
the edits are tried: a rename that would bring a new error or warning, or after which a name would mean something else,
is refused. So nobody has to know all the ways in which names of WIT can clash.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass

from ..diagnostics import Diagnostic, Severity, Span, TextEdit
from ..project import declared
from ..semantics.gates import features
from ..semantics.packages import units
from ..syntax.nodes import PackageHead
from ..syntax.tokens import KEYWORDS, is_label, kebab
from ..workspace import Snapshot
from .naming import Class, Names, Occurrence, bearers, spelled
from .references import is_declaration
from .symbols import Symbol, Symbols
from .target import Target, target_at


class CannotRename(Exception):
    """Says to a person why a name cannot be changed, or not into that one."""


@dataclass(frozen=True, slots=True)
class Renameable:
    """What an editor offers to change: the name at a place, without `%`. `symbols` is all that goes by it."""

    span: Span
    name: str
    symbols: frozenset[Symbol]


@dataclass(frozen=True, slots=True)
class Renaming:
    """A rename that is safe: `symbols` go by the new name after `edits`."""

    symbols: frozenset[Symbol]
    old_name: str
    new_name: str
    edits: tuple[TextEdit, ...]


def prepare_rename(snapshot: Snapshot, path: str, offset: int) -> Renameable | None:
    """Returns the name at an offset, None if there is no word. Raises CannotRename for one that has to stay."""
    target = target_at(snapshot, path, offset)
    if target is None:
        return None
    together = _class_at(snapshot, path, target)
    _check_writable(snapshot, path, together)
    one = next((one for one in together.occurrences if one.path == path and _touches(one, offset)), None)
    return Renameable(name_span(one) if one is not None else target.span, _shown_name(together), together.names)


def rename(snapshot: Snapshot, path: str, offset: int, new_name: str) -> Renaming | None:
    """Returns what to edit so that the name at an offset becomes `new_name` (with or without `%`) everywhere, None if
    there is no word. Raises CannotRename with the reason why that cannot be."""
    target = target_at(snapshot, path, offset)
    if target is None:
        return None
    together = _class_at(snapshot, path, target)
    _check_writable(snapshot, path, together)
    old_name, new_name = _shown_name(together), new_name.strip().removeprefix("%")
    if new_name == old_name:
        return Renaming(together.names, old_name, new_name, ())
    kinds = {symbol.kind for symbol in together.names}
    _check_name(new_name, is_package="package" in kinds)
    if "package" in kinds:
        _check_package(snapshot, old_name)
    if "feature" in kinds:
        _check_feature(snapshot, old_name, new_name)
    places = {(one.path, name_span(one)): one for one in together.occurrences}
    edits = tuple(TextEdit(*place, _written(new_name)) for place in sorted(places))
    _Trial(snapshot, together, old_name, new_name, edits).run()
    return Renaming(together.names, old_name, new_name, edits)


def prepare_occurrences(snapshot: Snapshot, path: str, offset: int) -> tuple[Occurrence, ...]:
    """Returns all that a rename at an offset would change. Raises CannotRename as `prepare_rename`."""
    target = target_at(snapshot, path, offset)
    if target is None:
        return ()
    together = _class_at(snapshot, path, target)
    _check_writable(snapshot, path, together)
    return together.occurrences


def name_span(one: Occurrence) -> Span:
    """Returns what of an occurrence is the name: of `ns:name@version` all but the version."""
    node = one.mention.node
    if one.mention.kind == "package" and isinstance(node, PackageHead) and node.namespace and node.name:
        return Span(one.base + node.namespace.start, one.base + node.name.end)
    return one.span


def _written(name: str) -> str:
    return ":".join(f"%{part}" if part in KEYWORDS else part for part in name.split(":"))


def _touches(one: Occurrence, offset: int) -> bool:
    span = name_span(one)
    return span.start <= offset <= span.end


def _shown_name(together: Class) -> str:
    return together.name.partition("@")[0]


# What can be renamed


def _class_at(snapshot: Snapshot, path: str, target: Target) -> Class:
    """Returns all that goes by the name at a place. Raises CannotRename where that is no name."""
    root = snapshot.root_of(path)
    kind, text = target.kind, target.text
    if kind == "builtin":
        raise CannotRename(f"`{text}` is a built-in type.")
    if kind in ("keyword", "attribute", "attribute-key"):
        raise CannotRename(f"`{text}` is a word of the language.")
    if kind == "version":
        raise CannotRename("This is a version: change it in the `package` line and wherever the package is named.")
    if kind == "constructor":
        resource = target.mention.names[-2] if len(target.mention.names) > 1 else ""
        raise CannotRename(f"A constructor has no name of its own: rename the resource `{resource}`.")
    names = Names(snapshot)
    found = bearers(names.symbols(root), target.key, target.mention) if root and target.key else ()
    if not found:
        raise CannotRename(f"`{text}` leads nowhere, so there is nothing to rename.")
    if found[0].kind == "package" and target.mention.leaf.kind != "ID":
        raise CannotRename("This is a version: change it in the `package` line and wherever the package is named.")
    together = names.class_of(found, joined=True)
    if not together.occurrences:
        raise CannotRename(f"`{text}` has no name here that could be changed.")
    return together


def _check_writable(snapshot: Snapshot, path: str, together: Class) -> None:
    ordered = sorted(together.occurrences, key=lambda one: not is_declaration(one))
    name = _shown_name(together)
    for one in ordered:
        state = snapshot.state(one.path)
        place = _place(snapshot, path, one.path)
        if not snapshot.is_writable(one.path):
            what = "declared" if is_declaration(one) else "used"
            message = f"`{name}` is {what} in {_what(snapshot, one.path)} ({place}), which a rename leaves alone."
            if any(symbol.kind in ("use", "alias") for symbol in together.names):
                message += f" To call it something else here, write `{name} as another-name` in the `use`."
            raise CannotRename(message)
        if state is None or state.problem is not None:
            raise CannotRename(f"`{name}` is used in {place}, which cannot be read as a whole.")


def _what(snapshot: Snapshot, path: str) -> str:
    if path.endswith((".wasm", ".wat")):
        return "an encoded package"
    root = snapshot.root_of(path)
    if root is not None:
        for unit in units(snapshot.database, root):
            if unit.is_bundled and path in unit.files:
                return f"`{unit.id}`, a package that is bundled with Witlens"
    return "a dependency"


def _place(snapshot: Snapshot, here: str, path: str, offset: int | None = None) -> str:
    """Says where: the file, from the package that one looks from, and the line."""
    base = os.path.dirname(here)
    shown = path[len(base) + 1 :] if path.startswith(base + os.sep) else path
    if offset is None:
        return shown
    text = snapshot.text(path) or ""
    return f"{shown}, line {text.count(chr(10), 0, offset) + 1}"


# What it can be called


def _check_name(name: str, *, is_package: bool) -> None:
    if is_package:
        namespace, colon, rest = name.partition(":")
        parts = (namespace, rest.removeprefix("%"))
        if not colon or not all(is_label(part) and part == part.lower() for part in parts):
            raise CannotRename(
                f"`{name}` is no package name: it takes a namespace and a name in lower case, like `my-org:my-package`."
            )
        return
    if not is_label(name):
        better = kebab(name)
        hint = f" Did you mean `{better}`?" if better is not None else ""
        raise CannotRename(
            f"`{name}` is no WIT name: names are words of letters and digits joined by `-`, each word either all lower "
            f"case or all upper case, the first one starting with a letter.{hint}"
        )


def _check_package(snapshot: Snapshot, name: str) -> None:
    for root in snapshot.roots():
        for one in declared(root, snapshot.database.input("manifests", root) or ()):
            if one.is_for(name):
                raise CannotRename(
                    f"`{one.manifest}` names the package `{name}`, and a rename changes WIT files only: "
                    f"take `{one.name}` out of it first, or change both by hand."
                )


def _check_feature(snapshot: Snapshot, old_name: str, new_name: str) -> None:
    if old_name in features(snapshot.database).names:
        raise CannotRename(
            f"The feature `{old_name}` is switched on in the settings, and a rename changes WIT files only: "
            "switch it off first."
        )
    if new_name in features(snapshot.database).names:
        raise CannotRename(f"The feature `{new_name}` is switched on in the settings: what is off would be on.")
    if Names(snapshot).class_of((Symbol("feature", None, (new_name,)),)).occurrences:
        raise CannotRename(f"There is a feature `{new_name}` already: two would become one.")


# Whether it means the same afterwards


class _Trial:
    """Applies edits to a snapshot of their own and looks at what came of them."""

    def __init__(
        self, snapshot: Snapshot, together: Class, old_name: str, new_name: str, edits: tuple[TextEdit, ...]
    ) -> None:
        self.before = snapshot
        self.after = snapshot.edited(edits)
        self.together = together
        self.old_name = old_name
        self.new_name = new_name
        self.edits = edits
        self.roots = snapshot.roots_with(edit.path for edit in edits)
        self._moves: dict[str, list[tuple[Span, int]]] = {}
        for edit in edits:
            moves = self._moves.setdefault(edit.path, [])
            last, start = moves[-1] if moves else (Span(0, 0), 0)
            moves.append((edit.span, start + edit.span.start - last.end))
            moves.append((Span(edit.span.end, edit.span.end), moves[-1][1] + len(edit.new_text)))

    def run(self) -> None:
        """Raises CannotRename if anything else than the name would be different."""
        self._check_findings()
        self._check_meaning()

    def _moved(self, path: str, offset: int) -> int:
        """Returns where a place of the text is after the edits; of one inside of an edit, where the edit begins."""
        moves = self._moves.get(path, [])
        number = bisect_right(moves, offset, key=lambda move: move[0].start)
        if not number:
            return offset
        span, start = moves[number - 1]
        return start if offset < span.end else start + offset - span.end

    def _edge(self, path: str, offset: int) -> int:
        """Returns a place of the text after the edits; of one inside of an edit, where the edit begins."""
        moves = self._moves.get(path, [])
        number = bisect_right(moves, offset, key=lambda move: move[1])
        return moves[number - 1][1] if number % 2 else offset

    def _refuse(self, why: str, path: str, offset: int) -> None:
        here = self.edits[0].path
        place = _place(self.after, here, path, offset)
        raise CannotRename(f"`{self.old_name}` cannot become `{self.new_name}`: {why} ({place}).")

    def _check_findings(self) -> None:
        for root in self.roots:
            known = Counter(
                (one.path, one.code, self._moved(one.path, one.span.start)) for one in _serious(self.before, root)
            )
            for one in _serious(self.after, root):
                place = (one.path, one.code, self._edge(one.path, one.span.start))
                known[place] -= 1
                if known[place] < 0:
                    self._refuse(one.message.rstrip("."), one.path, one.span.start)

    def _check_meaning(self) -> None:
        expected = {}
        for edit in self.edits:
            start = self._moved(edit.path, edit.span.start)
            expected[edit.path, Span(start, start + len(edit.new_text))] = edit
        found = {(one.path, name_span(one)) for one in self._class_after().occurrences}
        for path, span in sorted(expected.keys() - found):
            self._refuse("something else has that name here", path, span.start)
        others = found - expected.keys()
        if others:
            unbound = Names(self.before).unbound(self.new_name, self.roots)
            free = {(one.path, self._moved(one.path, one.span.start)) for one in unbound}
            for path, span in sorted(others):
                if (path, span.start) not in free:
                    self._refuse("what has that name already would mean it then", path, span.start)

    def _class_after(self) -> Class:
        one = next((one for one in self.together.occurrences if is_declaration(one)), self.together.occurrences[0])
        start = self._moved(one.path, name_span(one).start)
        target, root = target_at(self.after, one.path, start), self.after.root_of(one.path)
        found: tuple[Symbol, ...] = ()
        if target is not None and root is not None and target.key is not None:
            found = bearers(Symbols(self.after, root), target.key, target.mention)
        if not found or _word(found[0]) != self.new_name:
            self._refuse("it would not be read as a name", one.path, start)
        return Names(self.after).class_of(found, joined=True)


def _word(symbol: Symbol) -> str:
    return spelled(symbol).partition("@")[0] if symbol.kind == "package" else spelled(symbol)


def _serious(snapshot: Snapshot, root: str) -> list[Diagnostic]:
    return [one for one in snapshot.package_diagnostics(root) if one.severity <= Severity.WARNING]
