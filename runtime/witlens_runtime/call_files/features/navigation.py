"""From call files into WIT and back: definitions, references, names that change on both sides."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from witlens_analysis.diagnostics import Span, TextEdit
from witlens_analysis.features.references import locations, usages
from witlens_analysis.features.rename import CannotRename, Renameable, Renaming, prepare_rename
from witlens_analysis.features.rename import rename as rename_wit
from witlens_analysis.features.symbols import Location, Symbol, Symbols
from witlens_analysis.semantics.packages import package_of
from witlens_analysis.syntax.tokens import is_label

from ..meaning import Binding
from ..syntax.tokens import STATEMENTS
from ..view import CallView
from .places import Place, all_places, place_at, type_symbol

_WAVE_WORDS = frozenset(("true", "false", "some", "none", "ok", "err", "inf", "nan", "_"))


def definition(view: CallView, offset: int) -> tuple[Location, ...]:
    """Where what is named at an offset is declared: in WIT, or by `let`; a file is itself."""
    place = place_at(view, offset)
    if place is None:
        return ()
    if place.variable is not None:
        return (Location(view.path, place.variable.span),)
    if place.kind == "file":
        from witlens_analysis.syntax.tree import Leaf

        from ..values import string_value

        name = string_value(Leaf("STRING", "", place.name, 0))
        return (Location(view.absolute(name), Span(0, 0)),) if name else ()
    return _declared(view, place.symbol)


def type_definition(view: CallView, offset: int) -> tuple[Location, ...]:
    """Where the type of a variable, a field or a function's result is declared."""
    place = place_at(view, offset)
    if place is None:
        return ()
    type = place.type
    if place.target is not None and place.target.function is not None:
        type = place.target.function.result
    return () if type is None else _declared(view, type_symbol(view.world, type))


def _declared(view: CallView, symbol: Symbol | None) -> tuple[Location, ...]:
    world = view.world
    if symbol is None or world is None:
        return ()
    found = Symbols(view.wit, world.root).locations(symbol)
    return tuple(one for one in found if not one.path.endswith((".wasm", ".wat")))  # those have no text to go to


def mentions_of(view: CallView, symbols: Collection[Symbol]) -> list[Place]:
    """The words of a call file that name one of these declarations: what WIT's references and rename ask for."""
    wanted = frozenset(symbols)
    return [place for place in all_places(view) if place.symbol is not None and place.symbol in wanted]


def references_in(view: CallView, symbols: Collection[Symbol]) -> tuple[Location, ...]:
    """Where a call file names one of these declarations."""
    return tuple(Location(view.path, place.span) for place in mentions_of(view, symbols))


def references(
    view: CallView, offset: int, others: Iterable[CallView] = (), *, include_declaration: bool = True
) -> tuple[Location, ...]:
    """All places that mean what is named at an offset: in this file, in WIT, and in other call files."""
    place = place_at(view, offset)
    if place is None:
        return ()
    if place.variable is not None:
        spans = variable_spans(place.variable)
        return tuple(Location(view.path, span) for span in (spans if include_declaration else spans[1:]))
    if place.symbol is None:
        return ()
    found = list(locations(usages(view.wit, (place.symbol,)), include_declaration=include_declaration))
    for one in {other.path: other for other in (*others, view)}.values():
        found.extend(references_in(one, (place.symbol,)))
    return tuple(dict.fromkeys(found))


def variable_spans(variable: Binding) -> list[Span]:
    """Where a variable stands: its definition first."""
    return [variable.span, *sorted(set(variable.uses) - {variable.span})]


def highlights(view: CallView, offset: int) -> tuple[Span, ...]:
    """What means the same in this file."""
    place = place_at(view, offset)
    if place is None:
        return ()
    if place.variable is not None:
        return tuple(variable_spans(place.variable))
    if place.symbol is None:
        return ()
    return tuple(one.span for one in mentions_of(view, (place.symbol,)))


def prepare_call_rename(view: CallView, offset: int) -> Renameable | None:
    """The name at an offset that can be changed, None if there is no word. Raises CannotRename."""
    place = place_at(view, offset)
    if place is None or place.kind in ("keyword", "limit", "file"):
        return None
    if place.variable is not None:
        return Renameable(place.span, place.variable.name, frozenset())
    at = _place_in_wit(view, place)
    found = prepare_rename(view.wit, at.path, at.span.start)
    if found is None:
        raise CannotRename(f"`{place.name}` is not a name that can be changed.")
    return Renameable(place.span, found.name, found.symbols)


def rename(view: CallView, offset: int, new_name: str, others: Iterable[CallView] = ()) -> Renaming | None:
    """The edits that give what is named at an offset another name: in this file, in WIT, and in other call files.

    Raises CannotRename with the reason why that cannot be.
    """
    place = place_at(view, offset)
    if place is None or place.kind in ("keyword", "limit", "file"):
        return None
    if place.variable is not None:
        return _rename_variable(view, place.variable, new_name.strip())
    at = _place_in_wit(view, place)
    found = rename_wit(view.wit, at.path, at.span.start, new_name)
    if found is None:
        return None
    edits = list(found.edits)
    for one in {other.path: other for other in (*others, view)}.values():
        edits.extend(rename_edits(one, found.symbols, found.old_name, found.new_name))
    return Renaming(found.symbols, found.old_name, found.new_name, tuple(edits))


def rename_edits(view: CallView, symbols: Collection[Symbol], old_name: str, new_name: str) -> tuple[TextEdit, ...]:
    """What a rename in WIT changes in a call file."""
    if any(symbol.kind == "package" for symbol in symbols):
        return _package_edits(view, symbols, old_name, new_name)
    edits = []
    for place in mentions_of(view, symbols):
        text = view.text[place.span.start : place.span.end]
        at = text.find(old_name)
        if at >= 0 and place.kind != "constructor":
            span = Span(place.span.start + at, place.span.start + at + len(old_name))
            if place.kind in ("interface", "world"):  # the last name of `ns:pkg/name@version`
                start = place.span.start + text.rfind("/") + 1
                if not text[start - place.span.start :].startswith(old_name):
                    continue
                span = Span(start, start + len(old_name))
            edits.append(TextEdit(view.path, span, new_name))
    for package in symbols:
        if package.kind == "package":
            edits.extend(TextEdit(view.path, span, new_name) for span in _package_spans(view, package.name))
    return tuple(dict.fromkeys(edits))


def _package_spans(view: CallView, package: str) -> Iterator[Span]:
    """Where a call file says `ns:name` of a package, in the names of its interfaces and worlds."""
    world = view.world
    if world is None:
        return
    database = view.wit.database
    name = package.partition("@")[0]
    for place in all_places(view):
        key = place.symbol.key if place.symbol is not None and place.kind in ("interface", "world") else None
        if key is None or not view.text.startswith(f"{name}/", place.span.start):
            continue
        if database.get(package_of, (world.root, key.path, key.scope)).id == package:
            yield Span(place.span.start, place.span.start + len(name))


def _package_edits(view: CallView, symbols: Collection[Symbol], old_name: str, new_name: str) -> tuple[TextEdit, ...]:
    """What the rename of a package changes: the names of its interfaces and worlds that are written in full."""
    world = view.world
    ids = {symbol.name.partition("@")[0] for symbol in symbols if symbol.kind == "package"}
    if world is None or old_name not in ids:
        return ()
    edits = []
    for place in all_places(view):
        text = view.text[place.span.start : place.span.end]
        if place.kind in ("interface", "world") and text.startswith(f"{old_name}/"):
            span = Span(place.span.start, place.span.start + len(old_name))
            edits.append(TextEdit(view.path, span, new_name))
    return tuple(edits)


def _place_in_wit(view: CallView, place: Place) -> Location:
    found = _declared(view, place.symbol)
    if place.kind == "constructor" and place.target is not None:
        raise CannotRename(f"A constructor has no name of its own: rename the resource `{place.target.resource}`.")
    if not found:
        raise CannotRename(f"`{place.name}` leads nowhere, so there is nothing to rename.")
    return found[0]


def _rename_variable(view: CallView, variable: Binding, new_name: str) -> Renaming:
    if not is_label(new_name):
        raise CannotRename(f"`{new_name}` is no name: words of one case, joined by single hyphens.")
    if new_name in _WAVE_WORDS or new_name in STATEMENTS:
        raise CannotRename(f"`{new_name}` is a word of the language.")
    block = view.meaning.block_of(variable.index)
    if any(one.name == new_name for one in block.variables):
        raise CannotRename(f"There is a variable `{new_name}` already.")
    if view.world is not None and new_name in view.world.spelled_interfaces():
        raise CannotRename(f"`{new_name}` is an interface of the world.")
    edits = tuple(TextEdit(view.path, span, new_name) for span in variable_spans(variable))
    return Renaming(frozenset(), variable.name, new_name, edits)
