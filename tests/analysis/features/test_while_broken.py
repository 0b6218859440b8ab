"""Every feature, in a sound part of a file, while another item, another file and a dependency are broken: what it says
there is what it says of the same package without the broken parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from witlens_analysis.diagnostics import Diagnostic, Span
from witlens_analysis.features.actions import RefusedError, actions
from witlens_analysis.features.completion import completion
from witlens_analysis.features.definition import definition
from witlens_analysis.features.document_symbols import DocumentSymbol, document_symbols
from witlens_analysis.features.folding import folding
from witlens_analysis.features.formatting import FormatOptions, format_edits, format_on_type
from witlens_analysis.features.hover import hover
from witlens_analysis.features.implementation import implementation
from witlens_analysis.features.inactive import inactive
from witlens_analysis.features.inlay_hints import inlay_hints
from witlens_analysis.features.linked_editing import linked_places
from witlens_analysis.features.links import document_links
from witlens_analysis.features.reference_lenses import KINDS, lens_locations, reference_lenses
from witlens_analysis.features.references import highlights, references
from witlens_analysis.features.rename import CannotRename, prepare_rename, rename
from witlens_analysis.features.selection import selection_ranges
from witlens_analysis.features.semantic_tokens import semantic_tokens
from witlens_analysis.features.signature_help import signature_help
from witlens_analysis.features.type_definition import type_definition
from witlens_analysis.features.type_hierarchy import prepare_hierarchy, subtypes, supertypes
from witlens_analysis.features.workspace_symbols import workspace_symbols
from witlens_analysis.workspace import Options, Snapshot, Workspace

HEAD = "package demo:main@1.2.0;\n"

#: Every feature has something to say here.
BODY = """
// #region shapes
/// Where things are.
@since(version = 1.0.0)
interface shapes {
  use other.{kind};
  use far:away/inks@2.0.0.{ink, ink as tint};
  use idle.{nothing};

  /// A point.
  record point {
    x: s32,
    y: s32,
  }
  type points = list<point>;
  type pair = tuple<point, result<ink, kind>>;
  resource canvas {
    constructor(size: point);
    draw: func(at: point, using: borrow<canvas>) -> option<tint>;
  }
  @unstable(feature = later)
  wait: func();
  @deprecated(version = 1.1.0)
  @since(version = 1.0.0)
  move:   func(to: points,   by: pair);
}
// #endregion

world painter {
  include base with { go as start }
  import shapes;
  export paint: func(what: point-of);
  type point-of = u8;
}

world user {
  include painter;
}
"""
OTHER = """
interface other {
  /// What kind.
  enum kind { dot, line }
}
interface idle { type nothing = u8; }
world base {
  export other;
  import go: func();
}
"""
FAR = "package far:away@2.0.0;\n\ninterface inks {\n  /// Of some color.\n  flags ink { red, green }\n}\n"

#: What makes a file broken: items that do not parse, do not mean anything, or do not end.
BROKEN = {
    "a member without an end": "interface broken {\n  f: func(a: list<;\n  record { x }\n}\n",
    "a name that leads nowhere": "interface broken { f: func(a: nowhere); use lost.{and-gone}; }\n",
    "no item at all": "??? interface { } world } ; use\n",
    "a world of nonsense": "world broken { import lost; include gone; export f: func( }\n",
    "an interface that has no end": "interface broken {\n  type t = u8;\n  f: func(a: \n",
    "two circles": "interface one { use two.{t}; type a = b; type b = a; }\ninterface two { use one.{t}; }\n",
}

PLACES = (
    "point {", "ink,", "as tint", "kind}", "far:away", "inks@2", "canvas>", "points,", "list<point", "result<ink", "painter",
    "base with", "go as", "start }", "import shapes", "point-of)", "other.{", "later)", "1.0.0)", "nothing}", "since(",
    "borrow<", "shapes {", "u8;", "draw", "size: point",
)  # fmt: skip
"""Where the features are asked that are about a place: at the beginning of each of these texts."""

EVERYTHING = ("quickfix", "refactor", "source")
FORMAT = FormatOptions()


#: What offers whatever there is, the items that are broken included.
OFFERS = ("completion", "code actions")


def described(snapshot: Snapshot, path: str, offset: int) -> list[str]:
    """The lines of a hover, without those that name or count all items of a package, the broken ones too."""
    found = hover(snapshot, path, offset)
    lines = found.markdown.splitlines() if found is not None else []
    return [line for line in lines if not re.search(r"`(broken|one|two)|^\d+ interface", line)]


def changes(snapshot: Snapshot, path: str, offset: int) -> list[Any]:
    """The actions at a place, each with what it does."""
    found: list[Any] = []
    for offered in actions(snapshot, path, Span(offset, offset), EVERYTHING):
        if offered.kind.startswith("source"):
            continue  # of the whole file, the broken parts included
        try:
            change = offered.change()
        except RefusedError:
            continue
        found.append((offered.title, offered.kind, sorted(change.edits), change.new_files))
    return found


def renamed(snapshot: Snapshot, path: str, offset: int) -> object:
    try:
        return prepare_rename(snapshot, path, offset), rename(snapshot, path, offset, "other-name")
    except CannotRename as refusal:
        return str(refusal).partition(", line")[0]


def hierarchy(snapshot: Snapshot, path: str, offset: int) -> list[Any]:
    return [
        (item, supertypes(snapshot, item.symbol), subtypes(snapshot, item.symbol))
        for item in prepare_hierarchy(snapshot, path, offset)
    ]


AT_PLACES: dict[str, Callable[[Snapshot, str, int], Any]] = {
    "hover": described,
    "definition": definition,
    "declaration": lambda snapshot, path, offset: definition(snapshot, path, offset, stop_at_use=True),
    "type definition": type_definition,
    "implementation": implementation,
    "references": references,
    "highlights": highlights,
    "rename": renamed,
    "type hierarchy": hierarchy,
    "linked editing": linked_places,
    "selection ranges": lambda snapshot, path, offset: selection_ranges(snapshot, path, offset)[:3],
    "signature help": signature_help,
    "completion": lambda snapshot, path, offset: [(one.label, one) for one in completion(snapshot, path, offset)],
    "code actions": changes,
    "formatting on type": lambda snapshot, path, offset: format_on_type(
        snapshot, path, (snapshot.text(path) or "").index(";", offset) + 1, ";", FORMAT
    ),
}


def symbols(snapshot: Snapshot, path: str) -> Iterator[tuple[Span, Any]]:
    def flat(found: Sequence[DocumentSymbol]) -> Iterator[tuple[Span, Any]]:
        for one in found:
            yield one.name_span, (one.name, one.kind, one.detail, one.is_deprecated, len(one.children))
            yield from flat(one.children)

    return flat(document_symbols(snapshot, path))


def lenses(snapshot: Snapshot, path: str) -> Iterator[tuple[Span, Any]]:
    for lens in reference_lenses(snapshot, path, frozenset(KINDS)):
        yield lens.span, (lens.kind, lens_locations(snapshot, lens.kind, lens.symbol))


def found_by_name(snapshot: Snapshot, path: str) -> Iterator[tuple[Span, Any]]:
    for query in ("po", "ink", "paint", "kind"):
        for one in workspace_symbols(snapshot, query):
            if one.path == path:
                yield one.span, (query, one.name, one.kind, one.container)


#: What is about a whole file: each thing with where it is.
OF_FILES: dict[str, Callable[[Snapshot, str], Iterator[tuple[Span, Any]]]] = {
    "document symbols": symbols,
    "workspace symbols": found_by_name,
    "folding": lambda snapshot, path: ((one.span, (one.kind, one.span)) for one in folding(snapshot, path)),
    "semantic tokens": lambda snapshot, path: (
        (Span(one.start, one.end), (one.type, one.modifiers)) for one in semantic_tokens(snapshot, path)
    ),
    "inlay hints": lambda snapshot, path: (
        (Span(one.offset, one.offset), (one.kind, one.label, one.tooltip)) for one in inlay_hints(snapshot, path)
    ),
    "document links": lambda snapshot, path: ((one.span, one) for one in document_links(snapshot, path)),
    "lenses": lenses,
    "inactive": lambda snapshot, path: ((one.span, one.feature) for one in inactive(snapshot, path)),
    "formatting": lambda snapshot, path: ((one.span, one.new_text) for one in format_edits(snapshot, path, FORMAT)),
    "diagnostics": lambda snapshot, path: ((one.span, one) for one in snapshot.diagnostics(path)),
}


@dataclass(frozen=True)
class Package:
    """A loaded package; the sound part of its main file begins at `begin` and ends at `end`."""

    root: Path
    snapshot: Snapshot
    begin: int
    end: int

    @property
    def path(self) -> str:
        return str(self.root / "main.wit")

    def at(self, place: str) -> int:
        return (self.snapshot.text(self.path) or "").index(place, self.begin)

    def said(self, value: Any, path: str | None = None) -> Any:
        """A result as plain values that are the same wherever the package and the sound part are."""
        path = path or self.path
        if isinstance(value, Span):
            text = self.snapshot.text(path) or ""
            start = value.start - self.begin if path == self.path else value.start
            return start, text[value.start : value.end]
        if isinstance(value, str):
            return value.replace(str(self.root), "")
        if is_dataclass(value):
            values = [getattr(value, field.name) for field in fields(value)]
            path = getattr(value, "path", path)
            return type(value).__name__, [self.said(one, path) for one in values if not callable(one)]
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            path = getattr(value, "path", path)
            return type(value).__name__, [self.said(one, path) for one in value]
        if isinstance(value, (frozenset, set)):
            return sorted(map(repr, (self.said(one, path) for one in value)))
        if isinstance(value, (list, tuple)):
            return [self.said(one, path) for one in value]
        return value


def package(root: Path, *, before: str = "", after: str = "", other: str = "", far: str = "") -> Package:
    """Writes the package, with broken parts where there are some, and loads it."""
    root.mkdir()
    (root / "deps" / "far").mkdir(parents=True)
    begin = len(HEAD + before)
    (root / "main.wit").write_text(HEAD + before + BODY + after)
    (root / "other.wit").write_text(HEAD + OTHER + other)
    (root / "deps" / "far" / "far.wit").write_text(FAR + far)
    if far:
        (root / "deps" / "worse.wit").write_text(f"package far:worse;\n{far}")
    workspace = Workspace(Options())
    workspace.load(str(root))
    return Package(root, workspace.snapshot(), begin, begin + len(BODY))


def variants(broken: str) -> dict[str, dict[str, str]]:
    one, two, three = (broken.replace("broken", f"broken{number}") for number in ("", "-b", "-c"))
    return {
        "another item above": {"before": one},
        "another item below": {"after": one},
        "another file": {"other": one},
        "a dependency": {"far": one},
        "everything else": {"after": one, "other": two.replace("one", "four").replace("two", "five"), "far": three},
    }


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return package(tmp_path_factory.mktemp("sound") / "package")


ROWS = [
    pytest.param(variants(text)[where], id=f"{kind}: {where}")
    for kind, text in BROKEN.items()
    for where in variants(text)
]


@pytest.fixture(scope="module", params=ROWS)
def broken(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Package:
    return package(tmp_path_factory.mktemp("broken") / "package", **request.param)


@pytest.mark.parametrize("feature", AT_PLACES)
def test_at_a_place(sound: Package, broken: Package, feature: str) -> None:
    ask = AT_PLACES[feature]
    answers = 0
    for place in PLACES:
        expected = sound.said(ask(sound.snapshot, sound.path, sound.at(place)))
        found = broken.said(ask(broken.snapshot, broken.path, broken.at(place)))
        if feature in OFFERS:
            known = {one[0] for one in expected}
            found = [one for one in found if one[0] in known]
        assert found == expected, place
        answers += bool(expected)
    assert answers, "there was nothing to compare"


@pytest.mark.parametrize("feature", OF_FILES)
def test_of_the_file(sound: Package, broken: Package, feature: str) -> None:
    def inside(one: Package) -> list[Any]:
        of_file = OF_FILES[feature](one.snapshot, one.path)
        return [one.said((span, what)) for span, what in of_file if one.begin <= span.start < one.end]

    expected, found = inside(sound), inside(broken)
    assert expected, "there was nothing to compare"
    if feature == "diagnostics":  # what misses its end above is told at the first word behind it
        first = BODY.index("@since")
        found = [one for one in found if one[0][0] != first]
    assert found == expected


def test_the_sound_package_is_sound(sound: Package) -> None:
    def codes(found: Sequence[Diagnostic]) -> set[str]:
        return {one.code for one in found}

    assert codes(sound.snapshot.package_diagnostics(str(sound.root))) == {"unused-use"}
