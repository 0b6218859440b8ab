"""Who gives what to whom: which library has each symbol, what is missing, which libraries are needed, in which order.

As with shared libraries everywhere, the first library that has a symbol gives it to all, itself included.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..wasm_binary import CoreType
from .library import OWN, PLACES, START, Library, LinkError


@dataclass(frozen=True, slots=True)
class Symbols:
    """What the libraries, by their index, have for each other; functions and tags are told apart by type too."""

    libraries: Sequence[Library]
    functions: Mapping[tuple[str, CoreType], int]
    pointers: Mapping[str, int]
    variables: Mapping[str, int]
    tags: Mapping[tuple[str, CoreType | None], int]

    def named(self, index: int) -> set[int]:
        """The libraries that the one at `index` says that it needs."""
        places = {library.name: place for place, library in enumerate(self.libraries)}
        return {places[name] for name in self.libraries[index].needed if name in places}

    def used(self, index: int) -> set[int]:
        """The libraries that the one at `index` takes something of, itself perhaps."""
        library = self.libraries[index]
        named = {name: place for (name, _), place in self.tags.items()}
        found = {self.tags.get((name, type), named.get(name)) for name, type in library.tags.items()}
        found |= {self.pointers.get(name) for name in library.pointers}
        found |= {self.variables.get(name) for name in library.variables}
        for name, type in library.functions.items():
            found.add(self.functions.get((name, type), self.pointers.get(name)))
        return {place for place in found if place is not None}


def symbols_of(libraries: Sequence[Library]) -> Symbols:
    """The symbols of `libraries`, of which earlier ones come first."""
    functions: dict[tuple[str, CoreType], int] = {}
    pointers: dict[str, int] = {}
    variables: dict[str, int] = {}
    tags: dict[tuple[str, CoreType | None], int] = {}
    for index, library in enumerate(libraries):
        for name, type in library.exported.items():
            if name not in OWN:
                functions.setdefault((name, type), index)
                pointers.setdefault(name, index)
        for name in library.addresses:
            variables.setdefault(name, index)
        for tag in library.exported_tags.items():
            tags.setdefault(tag, index)
    return Symbols(libraries, functions, pointers, variables, tags)


def reachable(symbols: Symbols, roots: Iterable[int]) -> set[int]:
    """The libraries that `roots` need, and they themselves."""
    found: set[int] = set()
    waiting = list(roots)
    while waiting:
        index = waiting.pop()
        if index not in found:
            found.add(index)
            waiting += symbols.named(index) | symbols.used(index)
    return found


def ordered(symbols: Symbols) -> list[int]:
    """All libraries, each after those that it needs, as far as there are no cycles.

    What libraries say that they need counts for more than what they take of each other: linkers know the one order, and
    the other is often a circle.
    """
    below = [_below(symbols, index) for index in range(len(symbols.libraries))]

    def first(index: int) -> Iterator[int]:
        yield from sorted(symbols.named(index))
        yield from sorted(place for place in symbols.used(index) if index not in below[place])

    order: list[int] = []
    seen: set[int] = set()
    for root in range(len(symbols.libraries)):
        path = [(root, first(root))] if root not in seen else []
        seen.add(root)
        while path:
            index, rest = path[-1]
            following = next((other for other in rest if other not in seen), None)
            if following is None:
                order.append(index)
                path.pop()
            else:
                seen.add(following)
                path.append((following, first(following)))
    return order


def _below(symbols: Symbols, index: int) -> set[int]:
    """What a library says that it needs, and what these need."""
    found: set[int] = set()
    waiting = list(symbols.named(index))
    while waiting:
        place = waiting.pop()
        if place not in found:
            found.add(place)
            waiting += symbols.named(place)
    return found


def check(symbols: Symbols, stub_missing: bool) -> None:
    """Raises LinkError if libraries or symbols are missing, or are there in another form than is asked for.

    With `stub_missing`, functions may be missing.
    """
    names = [library.name for library in symbols.libraries]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise LinkError(f"two libraries are called {', '.join(twice)}")
    missing = []
    for library in symbols.libraries:
        absent = [name for name in library.needed if name not in names]
        if absent:
            missing.append(f"{library.name} needs {', '.join(absent)}")
    if missing:
        raise LinkError("missing libraries:", missing)
    problems = []
    for library in symbols.libraries:
        if not stub_missing:
            problems += [problem for _, problem in _missing_functions(symbols, library)]
        problems += _missing_data(symbols, library)
    if problems:
        raise LinkError("unresolved symbols:", problems)
    starting = [library.name for library in symbols.libraries if START in library.exported]
    if len(starting) > 1:
        raise LinkError(f"several libraries are programs, with `_start`: {', '.join(starting)}")


def undefined(symbols: Symbols) -> set[str]:
    """The names of functions that some library cannot do without and no library has."""
    names: set[str] = set()
    for library in symbols.libraries:
        lacking = {name for name in (*library.functions, *library.pointers) if name not in symbols.pointers}
        names |= lacking - library.weak
    return names


def stubs(symbols: Symbols) -> tuple[str, ...]:
    """The names of the functions that some library cannot do without and no library has, or not in its type."""
    return tuple(sorted({name for one in symbols.libraries for name, _ in _missing_functions(symbols, one)}))


def _missing_functions(symbols: Symbols, library: Library) -> Iterator[tuple[str, str]]:
    """The functions that `library` needs and nobody has: the name, and the problem."""
    for name, type in library.functions.items():
        if (name, type) in symbols.functions:
            continue
        if name in symbols.pointers:
            other = symbols.libraries[symbols.pointers[name]]
            yield (
                name,
                f"{library.name} needs function `{name}` as {type}, in {other.name} it is {other.exported[name]}",
            )
        elif name not in library.weak:
            yield name, f"{library.name} needs function `{name}`: {type}"
    for name in sorted(library.pointers):
        if name not in symbols.pointers and name not in library.weak and name not in library.functions:
            yield name, f"{library.name} needs the address of function `{name}`"


def _missing_data(symbols: Symbols, library: Library) -> Iterator[str]:
    """What `library` needs and nobody has, functions apart."""
    for name in sorted(library.variables - PLACES):
        if name not in symbols.variables and name not in library.weak:
            yield f"{library.name} needs the variable `{name}`"
    for name, type in sorted(library.tags.items(), key=lambda tag: tag[0]):
        if (name, type) in symbols.tags:
            continue
        other = next((one for one in symbols.libraries if name in one.exported_tags), None)
        if other is None:
            yield f"{library.name} needs the tag `{name}`"
        else:
            has = _values(other.exported_tags[name])
            yield f"{library.name} needs the tag `{name}` with {_values(type)}, in {other.name} it has {has}"


def _values(tag: CoreType | None) -> str:
    """What an exception of a tag carries."""
    return "values of other types" if tag is None else f"({', '.join(tag.params)})"
