"""The workspace: files on disk with open buffers over them, and snapshots of what they mean.

`Workspace` is the one thing here that changes. A `Snapshot` never does: as long as it is the newest it shares the
workspace's memoised queries, later it computes by itself. Use both from one thread at a time.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from .diagnostics import Diagnostic, Fix, Related, Severity, Span, TextEdit
from .outline import ItemKey, Outline, outline
from .project import (
    MANIFESTS,
    DecodeError,
    Decoder,
    Manifest,
    SourceSet,
    UnreadableError,
    dependencies,
    manifests,
    read_text,
    root_of_file,
    wit_files,
)
from .queries import Database, Query
from .rules.catalog import RULES
from .rules.findings import Finding, Place
from .rules.items import file_findings
from .rules.packages import missing_header
from .semantics.cycles import FIREWALLS, package_edges, unknown_packages
from .semantics.gates import Features
from .semantics.packages import Ref, RootSpec, Unit, packages
from .syntax.nodes import PackageHead
from .syntax.structure import MAX_CHARACTERS, Item, SourceFile, parse

__all__ = ["Options", "Snapshot", "UnreadableError", "Workspace"]


class Options(NamedTuple):
    """How a workspace reads WIT.

    `features` and `all_features` switch on `@unstable` items. With `single_file` a file that is loaded is a package of
    its own. `severities` overrides rules by code (None switches one off). `decoder` reads `.wasm` and `.wat`
    dependencies. `bundled` knows packages that need not be in `deps/`: id -> its files, or None; `bundled_ids` names
    all of them, for what offers them.
    """

    features: frozenset[str] = frozenset()
    all_features: bool = False
    single_file: bool = False
    severities: Mapping[str, Severity | None] = MappingProxyType({})
    decoder: Decoder | None = None
    bundled: Callable[[str], tuple[str, ...] | None] | None = None
    bundled_ids: Callable[[], tuple[str, ...]] | None = None


class FileState(NamedTuple):
    """One file: its tree, its items with the numbers of their first elements, and what went wrong reading it."""

    source: SourceFile
    outline: Outline
    items: Mapping[ItemKey, tuple[Item, int]]
    problem: tuple[str, int, str] | None = None


class Root(NamedTuple):
    """A main package with its dependencies, and what its manifests name."""

    id: str
    spec: RootSpec
    problems: tuple[tuple[str, str, str], ...] = ()
    manifests: tuple[Manifest, ...] = ()


SWEEP_AFTER = 256
"""After so many items have gone, what was computed about them is forgotten."""
MAX_RELATED = 20
"""Of more places than these that have one mistake, no more are told."""


class Workspace:
    """Files, open buffers and roots. Every method may be called at any time; none raises for what a file holds."""

    def __init__(self, options: Options | None = None) -> None:
        self.options = options or Options()
        self._database = Database(FIREWALLS)
        self._files: dict[str, FileState] = {}
        self._buffers: set[str] = set()
        self._roots: dict[str, Root] = {}
        self._folders: list[str] = []
        self._decoded: dict[str, tuple[float, str]] = {}
        self._version = 0
        self._gone = 0
        self._database.set_input("features", None, self._features())
        self._database.set_input("bundled_ids", None, self.options.bundled_ids)

    @property
    def counters(self) -> dict[str, int]:
        """How often what was computed: `elements` parsed, `element_rules` run, and each query by name."""
        return dict(self._database.counters)

    @property
    def size(self) -> int:
        """How many results and inputs are kept."""
        return len(self._database)

    # Loading

    def load(self, path: str) -> str:
        """Loads a package directory, or a `.wit` file, with its dependencies. Returns the id of the root.

        Raises UnreadableError where there is nothing to read.
        """
        path = os.path.abspath(path)
        if os.path.isdir(path):
            return self._load_root(path, SourceSet(path, tuple(wit_files(path))))
        if not os.path.lexists(path):
            raise UnreadableError(path, "no such file or directory")
        if path.endswith((".wasm", ".wat")):
            self._set_root(path, [SourceSet(path, (path,), encoded=True)])
            return path
        if self.options.single_file:
            state = read_text(path, MAX_CHARACTERS)
            if state.problem is not None and state.problem[0] == "unreadable-file":
                raise UnreadableError(path, state.problem[2].removeprefix("cannot read this file: "))
            self._set_root(path, [SourceSet(path, (path,))])
            return path
        root = root_of_file(path)
        return self._load_root(root, SourceSet(root, tuple(wit_files(root))))

    def _load_root(self, root: str, main: SourceSet) -> str:
        buffers = [path for path in self._buffers if os.path.dirname(path) == root and path.endswith(".wit")]
        files = tuple(sorted({*main.files, *buffers}))
        self._set_root(root, [SourceSet(root, files), *dependencies(root)])
        return root

    def _set_root(self, root: str, sources: list[SourceSet]) -> None:
        units: list[Unit] = []
        problems: list[tuple[str, str, str]] = []
        for number, source in enumerate(sources):
            if source.encoded:
                problem = self._decode(source)
                if problem is not None:
                    problems.append(problem)
                    continue
            elif number and not source.files:
                shown = f"deps/{os.path.basename(source.id)}"
                message = (
                    f"`{shown}` has no `.wit` file in it, and other tools stop there: fetch the package or remove it"
                )
                problems.extend((path, "missing-package", message) for path in sources[0].files[:1])
                continue
            else:
                for path in source.files:
                    if path not in self._files:
                        self._read(path)
            units.append(Unit(source.id, number == 0, source.files))
        spec = RootSpec(tuple(units))
        self._roots[root] = Root(root, spec, tuple(problems), manifests(root))
        self._database.set_input("root", root, spec)
        self._database.set_input("manifests", root, self._roots[root].manifests)
        self._version += 1

    def _decode(self, source: SourceSet) -> tuple[str, str, str] | None:
        path = source.files[0]
        if self.options.decoder is None:
            return (path, "undecoded-dependency", "encoded WIT packages need `wasm-tools`, which was not found")
        try:
            modified = os.stat(path).st_mtime
            known = self._decoded.get(path)
            if known is None or known[0] != modified:
                self._decoded[path] = known = (modified, self.options.decoder(path))
                self._install(path, parse(known[1]), None)
        except (OSError, DecodeError) as error:
            return (path, "undecoded-dependency", f"cannot read this dependency: {error}")
        if path not in self._files:
            self._install(path, parse(known[1]), None)
        return None

    def _read(self, path: str) -> None:
        found = read_text(path, MAX_CHARACTERS)
        self._install(path, parse(found.text), found.problem)

    # Buffers

    def open(self, path: str, text: str) -> None:
        """Puts a buffer over a file."""
        path = os.path.abspath(path)
        self._buffers.add(path)
        self._replace(path, text)
        self._root_for(path)

    def edit(self, path: str, start: int, end: int, new_text: str) -> None:
        """Replaces the characters `start` to `end` of an open buffer; positions outside of it are moved into it."""
        path = os.path.abspath(path)
        state = self._files.get(path)
        if state is None:
            self.open(path, new_text)
            return
        length = state.source.length
        start = max(0, min(start, length))
        end = max(start, min(end, length))
        if length + len(new_text) > MAX_CHARACTERS or state.problem is not None:
            text = state.source.text
            self._replace(path, text[:start] + new_text + text[end:])
            return
        self._install(path, state.source.edited(start, end, new_text), None)

    def close(self, path: str) -> None:
        """Takes a buffer away: the file on disk counts again."""
        path = os.path.abspath(path)
        if path in self._buffers:
            self._buffers.discard(path)
            if os.path.isfile(path):
                self._read(path)
            else:
                self._forget(path)
            self._reload_roots([path])

    def refresh(self, paths: Iterable[str]) -> None:
        """Looks again at files that were created, changed or deleted on disk."""
        changed = [os.path.abspath(path) for path in paths]
        for path in changed:
            if path in self._files and path not in self._buffers and not path.endswith((".wasm", ".wat")):
                if os.path.isfile(path):
                    self._read(path)
                else:
                    self._forget(path)
        self._drop_gone()
        self._reload_roots(changed)
        self._load_new(changed)

    def _drop_gone(self) -> None:
        """Forgets the roots that are no more on disk, and that nobody has open."""
        for root in list(self._roots):
            is_open = root in self._buffers or any(os.path.dirname(buffer) == root for buffer in self._buffers)
            if not is_open and not os.path.lexists(root):
                self._drop_root(root)

    def _load_new(self, paths: list[str]) -> None:
        """Loads the packages that came into a workspace folder."""
        for path in paths:
            folder = next((one for one in self._folders if path.startswith(one + os.sep)), None)
            if folder is None or _is_skipped(os.path.relpath(path, folder).split(os.sep)):
                continue
            found = package_roots(path) if os.path.isdir(path) else []
            if path.endswith(".wit") and os.path.isfile(path):
                found = [root_of_file(path)]
            for root in found:
                if root not in self._roots:
                    self._quietly_load(root)

    def configure(self, options: Options) -> None:
        """Changes the options."""
        decoder_changed = options.decoder is not self.options.decoder
        self.options = options
        self._version += 1
        self._database.set_input("features", None, self._features())
        if decoder_changed:
            self._reload_roots(None)

    def add_folder(self, path: str) -> None:
        """Adds a workspace folder: its packages are loaded."""
        for _ in self.scan_folder(path):
            pass

    def scan_folder(self, path: str) -> Iterator[str]:
        """Does the same in small steps, and yields after each the path that it looked at: other work can be done
        between them. Ends early if the folder is taken away meanwhile."""
        path = os.path.abspath(path)
        if path in self._folders:
            return
        self._folders.append(path)
        for directory, files in _directories(path):
            if path not in self._folders:
                return
            yield directory
            for name in files:
                file = os.path.join(directory, name)
                if file not in self._files:
                    self._read(file)
                    yield file
            if files:
                self._quietly_load(directory)
                yield directory

    def remove_folder(self, path: str) -> None:
        """Takes a workspace folder away."""
        path = os.path.abspath(path)
        if path in self._folders:
            self._folders.remove(path)
            for root in [root for root in self._roots if root == path or root.startswith(path + os.sep)]:
                if not any(os.path.dirname(buffer) == root for buffer in self._buffers):
                    self._drop_root(root)
            self._forget_unused()

    def _quietly_load(self, root: str) -> None:
        try:
            self.load(root)
        except UnreadableError:
            self._drop_root(root)

    def _root_for(self, path: str) -> None:
        """Sees to it that an open file belongs to a root."""
        root = root_of_file(path)
        known = self._roots.get(root)
        if known is None or not any(path in unit.files for unit in known.spec.units):
            if os.path.isdir(root):
                self._quietly_load(root)
            else:
                self._set_root(root, [SourceSet(root, (path,))])
        if not any(path in unit.files for one in self._roots.values() for unit in one.spec.units):
            self._set_root(path, [SourceSet(path, (path,))])

    def _reload_roots(self, paths: list[str] | None) -> None:
        for root in list(self._roots):
            base = root if os.path.isdir(root) else os.path.dirname(root)
            touched = paths is None or any(
                path.startswith(base + os.sep) or os.path.basename(path) in MANIFESTS for path in paths
            )
            if touched and os.path.isdir(root):
                self._quietly_load(root)

    def _replace(self, path: str, text: str) -> None:
        if len(text) > MAX_CHARACTERS:
            message = f"this file is too large to analyse: {len(text):,} characters, the limit is {MAX_CHARACTERS:,}"
            self._install(path, parse(""), ("file-too-large", 0, message))
        else:
            self._install(path, parse(text), None)

    def _forget(self, path: str) -> None:
        state = self._files.pop(path, None)
        if state is not None:
            for key in state.items:
                self._database.set_input("item", key, None)
                self._forget_item(key)
            self._database.set_input("outline", path, None)
            self._version += 1

    def _install(self, path: str, source: SourceFile, problem: tuple[str, int, str] | None) -> None:
        """Takes a new version of a file: tells the database what of it is different."""
        before = self._files.get(path)
        self._version += 1
        self._database.counters["elements"] += source.reparsed
        if before is not None and source.firsts is before.source.firsts:
            items = dict(before.items)
            same_outline = True
            new_outline = before.outline
            touched = _changed_keys(before, source)
            for key, item, first in touched:
                items[key] = (item, first)
                same_outline = same_outline and item.kind in ("interface", "world", "stray")
            if not same_outline:
                new_outline, located = outline(path, source)
                items = {key: (item, first) for key, item, first in located}
                touched = located
        else:
            new_outline, touched = outline(path, source)
            items = {key: (item, first) for key, item, first in touched}
            for key in before.items if before is not None else ():
                if key not in items:
                    self._database.set_input("item", key, None)
                    self._forget_item(key)
        self._files[path] = FileState(source, new_outline, items, problem)
        for key, item, _ in touched:
            self._database.set_input("item", key, item)
        if before is None or new_outline is not before.outline:
            self._database.set_input("outline", path, new_outline)

    def _forget_item(self, key: ItemKey) -> None:
        for root in self._roots:
            self._database.scratch.pop(Ref(root, key), None)
        self._gone += 1
        if self._gone >= SWEEP_AFTER:
            self._gone = 0
            asked: list[tuple[Query[Any], object]] = []
            for known in self._roots.values():
                asked.extend([(missing_header, known.id), (unknown_packages, known.id)])
                asked.extend((file_findings, (known.id, path)) for unit in known.spec.units for path in unit.files)
            self._database.sweep(asked)

    def _drop_root(self, root: str) -> None:
        """Forgets a root. Its files stay as long as they are open, or in another."""
        if self._roots.pop(root, None) is not None:
            self._database.set_input("root", root, None)
            self._database.set_input("manifests", root, None)
            for ref in [ref for ref in self._database.scratch if ref.root == root]:
                del self._database.scratch[ref]
        self._version += 1

    def _forget_unused(self) -> None:
        """Forgets the files that are neither open nor part of a root."""
        used = {path for root in self._roots.values() for unit in root.spec.units for path in unit.files}
        for path in self._files.keys() - used - self._buffers:
            self._forget(path)

    def _features(self) -> Features:
        return Features(self.options.features, self.options.all_features)

    # Reading

    def snapshot(self) -> "Snapshot":
        """Returns what is there now."""
        if self.options.bundled is not None:
            for root in list(self._roots.values()):
                self._add_bundled(root, self.options.bundled)
        return Snapshot(self, self._version, self._files, self._roots, self._buffers, self.options)

    def _add_bundled(self, root: Root, bundled: Callable[[str], tuple[str, ...] | None]) -> None:
        """Adds the bundled packages that a root names but lacks, and those that these name; drops those that nothing
        names any more."""
        root = self._without_unnamed(root)
        tried: set[str] = set()
        while missing := [one for one in self._database.get(unknown_packages, root.id) if one not in tried]:
            tried.update(missing)
            units = []
            for package in missing:
                files = bundled(package)
                if files:
                    for path in files:
                        if path not in self._files:
                            self._read(path)
                    units.append(Unit(package, False, files, True))
            if not units:
                return
            root = Root(root.id, RootSpec((*root.spec.units, *units)), root.problems, root.manifests)
            self._roots[root.id] = root
            self._database.set_input("root", root.id, root.spec)
            self._version += 1

    def _without_unnamed(self, root: Root) -> Root:
        """Takes the bundled packages away that an edit has made needless."""
        database = self._database
        spec = root.spec.units
        if not any(unit.is_bundled for unit in spec):
            return root
        known = database.get(packages, root.id).by_id
        named: dict[int, set[int]] = {}  # by unit: those that it names a package of
        for edge in database.get(package_edges, root.id):
            if edge.target in known:
                named.setdefault(edge.source.unit, set()).add(known[edge.target][0].unit)
        needed = {number for number, unit in enumerate(spec) if not unit.is_bundled}
        todo = list(needed)
        while todo:
            reached = named.get(todo.pop(), set()) - needed
            needed |= reached
            todo.extend(reached)
        if len(needed) == len(spec):
            return root
        units = tuple(unit for number, unit in enumerate(spec) if number in needed)
        root = Root(root.id, RootSpec(units), root.problems, root.manifests)
        self._roots[root.id] = root
        database.set_input("root", root.id, root.spec)
        self._version += 1
        return root

    def database_at(self, version: int) -> Database | None:
        """Returns the database while `version` is the newest, else None."""
        return self._database if version == self._version else None


def _changed_keys(before: FileState, source: SourceFile) -> list[tuple[ItemKey, Item, int]]:
    """Returns the items that differ, where the row of items is the same."""
    entries, items = before.outline.entries, source.items
    found: list[tuple[ItemKey, Item, int]] = []
    for index in source.changed:
        number = index
        if len(entries) != len(items):  # entries of nested packages are among them
            number += sum(len(item.items) for item in items[:index])
        item, first = items[index], source.firsts[index]
        found.append((entries[number].key, item, first))
        inner_first = first + 1
        for offset, inner in enumerate(item.items, 1):
            found.append((entries[number + offset].key, inner, inner_first))
            inner_first += inner.size
    return found


_SKIPPED = frozenset(("node_modules", "target", "deps", "__pycache__"))


def _is_skipped(names: Iterable[str]) -> bool:
    """Tells whether one of these directories holds no packages of the workspace: dependencies, output, hidden ones."""
    return any(name in _SKIPPED or name.startswith(".") for name in names)


def _by_element(source: SourceFile, edits: list[TextEdit]) -> list[tuple[Span, str]]:
    """Joins the edits of one element to one edit, so that it is parsed once; in the order of the text."""
    joined: list[tuple[Span, str]] = []
    for edit in sorted(edits, key=lambda edit: edit.span):
        span, new_text = edit.span, edit.new_text
        if joined:
            last, before = joined[-1]
            if source.index_at(last.start) == source.index_at(span.start):
                joined[-1] = Span(last.start, span.end), before + source.text[last.end : span.start] + new_text
                continue
        joined.append((span, new_text))
    return joined


def package_roots(folder: str) -> list[str]:
    """Returns the directories below a folder that hold a package (not those that are another's dependency)."""
    return [directory for directory, files in _directories(folder) if files]


def _directories(folder: str) -> Iterator[tuple[str, list[str]]]:
    """Yields the directories below a folder that may hold packages, with the names of the WIT files in each."""
    found = 0
    for directory, names, files in os.walk(folder):
        names[:] = sorted(name for name in names if not _is_skipped([name]))
        wit = sorted(name for name in files if name.endswith(".wit"))
        found += bool(wit)
        yield directory, wit
        if found >= 1000:
            break


class Snapshot:
    """What the workspace means at one moment. Immutable."""

    def __init__(
        self,
        workspace: Workspace,
        version: int,
        files: Mapping[str, FileState],
        roots: Mapping[str, Root],
        buffers: Iterable[str],
        options: Options,
    ) -> None:
        self._workspace = workspace
        self._version = version
        self._files = dict(files)
        self._roots = dict(roots)
        self._buffers = frozenset(buffers)
        self._private: Database | None = None
        self.options = options

    @property
    def database(self) -> Database:
        """The queries over this snapshot's files."""
        shared = self._workspace.database_at(self._version)
        if shared is not None:
            return shared
        if self._private is None:
            private = Database(FIREWALLS)
            private.set_input("features", None, Features(self.options.features, self.options.all_features))
            private.set_input("bundled_ids", None, self.options.bundled_ids)
            for path, state in self._files.items():
                private.set_input("outline", path, state.outline)
                for key, (item, _) in state.items.items():
                    private.set_input("item", key, item)
            for root in self._roots.values():
                private.set_input("root", root.id, root.spec)
                private.set_input("manifests", root.id, root.manifests)
            self._private = private
        return self._private

    def edited(self, edits: Iterable[TextEdit]) -> "Snapshot":
        """Returns what would be there after some edits, which must not overlap; this snapshot stays as it is.

        What the edits do not touch is not computed again.
        """
        by_path: dict[str, list[TextEdit]] = {}
        for edit in edits:
            by_path.setdefault(edit.path, []).append(edit)
        database = self.database.fork()
        files = dict(self._files)
        for path, group in by_path.items():
            before = files[path]
            source = before.source
            for span, new_text in reversed(_by_element(source, group)):
                source = source.edited(span.start, span.end, new_text)
            new_outline, located = outline(path, source)
            items = {key: (item, first) for key, item, first in located}
            for key in before.items.keys() - items.keys():
                database.set_input("item", key, None)
            for key, item, _ in located:
                database.set_input("item", key, item)
            database.set_input("outline", path, new_outline)
            files[path] = FileState(source, new_outline, items, before.problem)
        changed = Snapshot(self._workspace, -1, files, self._roots, self._buffers, self.options)
        changed._private = database
        return changed

    def is_writable(self, path: str) -> bool:
        """Tells whether a file is WIT text of a package of ours, not a dependency's, a bundled or an encoded one."""
        return path.endswith(".wit") and any(
            path in unit.files
            for root in self._roots.values()
            for unit in root.spec.units
            if unit.is_main and not unit.is_bundled
        )

    def roots_with(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Returns the roots that have one of these files, as their own or a dependency's."""
        wanted = frozenset(paths)
        return tuple(
            root.id for root in self._roots.values() if any(wanted.intersection(unit.files) for unit in root.spec.units)
        )

    def manifests(self) -> tuple[Manifest, ...]:
        """Returns the manifests that the packages were found by."""
        return tuple(dict.fromkeys(one for root in self._roots.values() for one in root.manifests))

    def workspace_files(self) -> tuple[str, ...]:
        """Returns the WIT texts of all packages and their dependencies, but for those that are bundled."""
        files: dict[str, None] = {}
        for root in self._roots.values():
            for unit in root.spec.units:
                if not unit.is_bundled:
                    files.update((path, None) for path in unit.files if path.endswith(".wit") or path == root.id)
        return tuple(files)

    def roots(self) -> tuple[str, ...]:
        """Returns the ids of the roots: directories, or single files."""
        return tuple(self._roots)

    def files(self, root: str | None = None) -> tuple[str, ...]:
        """Returns the files of a root, dependencies last; of all roots without one."""
        if root is None:
            return tuple(self._files)
        known = self._roots.get(root)
        return tuple(path for unit in known.spec.units for path in unit.files) if known is not None else ()

    def open_files(self) -> frozenset[str]:
        """Returns the files that are open in an editor."""
        return self._buffers

    def state(self, path: str) -> FileState | None:
        """Returns a file's tree and items."""
        return self._files.get(path)

    def text(self, path: str) -> str | None:
        """Returns the text of a file."""
        state = self._files.get(path)
        return state.source.text if state is not None else None

    def root_of(self, path: str) -> str | None:
        """Returns the root that a file is looked at in: one whose main package it is, else one that depends on it."""
        first: str | None = None
        for root in self._roots.values():
            for unit in root.spec.units:
                if path in unit.files:
                    if unit.is_main:
                        return root.id
                    first = first or root.id
        return first

    def diagnostics(self, path: str) -> tuple[Diagnostic, ...]:
        """Returns the findings in one file, in the order of the text."""
        root = self.root_of(path)
        if root is not None:
            return self._of_file(self.database, root, path)
        problems = (one for known in self._roots.values() for one in known.problems if one[0] == path)
        return tuple(found for _, code, message in problems for found in self._diagnostic(path, code, 0, 0, message))

    def package_diagnostics(self, root: str) -> tuple[Diagnostic, ...]:
        """Returns the findings in all files of a root, dependencies included."""
        found: list[Diagnostic] = []
        known = self._roots.get(root)
        if known is None:
            return ()
        for path, code, message in known.problems:
            if path not in self._files:
                found.extend(self._diagnostic(path, code, 0, 0, message))
        database = self.database
        for unit in known.spec.units:
            for path in unit.files if not unit.is_bundled else ():
                if path.endswith(".wit") or path == root:
                    found += self._of_file(database, root, path)
        return tuple(found)

    def _of_file(self, database: Database, root: str, path: str) -> tuple[Diagnostic, ...]:
        state = self._files.get(path)
        if state is None:
            return ()
        items = database.get(file_findings, (root, path))
        lacks_header = path in database.get(missing_header, root)
        last = state.source.end
        known = self._roots[root].problems
        if not items and not lacks_header and state.problem is None and not last.findings and not known:
            return ()  # as most files of most packages
        found: list[Diagnostic] = []
        for other, code, message in known:
            if other == path:
                found.extend(self._diagnostic(path, code, 0, 0, message))
        if state.problem is not None:
            code, offset, message = state.problem
            found.extend(self._diagnostic(path, code, offset, offset, message))
            if code != "not-utf8":
                return tuple(found)
        if lacks_header and not any(
            isinstance(one.core, PackageHead) and one.findings for one in state.source.elements
        ):
            message = "no file of this package says which one it is: start one with `package namespace:name;`"
            found.extend(self._diagnostic(path, "missing-package", 0, 0, message))
        for key, findings in items:
            found.extend(self._rendered(state, path, key, state.items[key][1], findings))
        if last.findings:
            base = state.source.length - last.length
            for one in last.findings:
                finding = Finding(one.code, 0, one.start, one.end, one.message, one.fixes)
                found.extend(self._one(state, path, None, base, finding))
        if state.problem is not None:
            text = state.source.text
            found = [one for one in found if text[one.span.start : one.span.end] != "\ufffd"]
        found.sort(key=lambda one: (one.span.start, one.span.end))
        return tuple(found)

    def _rendered(
        self, state: FileState, path: str, key: ItemKey, first: int, findings: tuple[Finding, ...]
    ) -> Iterable[Diagnostic]:
        for finding in findings:
            base = state.source.start_of(first + finding.number)
            yield from self._one(state, path, (key, first), base, finding)

    def _one(
        self, state: FileState, path: str, at: tuple[ItemKey, int] | None, base: int, finding: Finding
    ) -> Iterable[Diagnostic]:
        related: list[Related] = []
        for place in finding.related:
            found = self._place(state, path, at, place)
            if found is not None:
                related.append(found)
        also: list[Span] = []
        for number, start, end in finding.also:
            assert at is not None
            element = state.source.start_of(at[1] + number)
            also.append(Span(element + start, element + end))
        related.extend(Related(path, span, "here too") for span in also[:MAX_RELATED])
        whole = (finding.start, finding.end)
        fixes = tuple(
            Fix(
                title,
                tuple(
                    TextEdit(path, span, text)
                    for span in (Span(base + start, base + end), *(also if (start, end) == whole else ()))
                ),
                safe,
            )
            for title, start, end, text, safe in finding.fixes
        )
        return self._diagnostic(
            path, finding.code, base + finding.start, base + finding.end, finding.message, tuple(related), fixes,
            finding.tags,
        )  # fmt: skip

    def _place(self, state: FileState, path: str, at: tuple[ItemKey, int] | None, place: Place) -> Related | None:
        if place.number >= 0 and at is not None:
            base = state.source.start_of(at[1] + place.number)
            return Related(path, Span(base + place.start, base + place.end), place.message)
        located = self.locate(place.key, place.name)
        return Related(located[0], located[1], place.message) if located is not None else None

    def locate(self, key: ItemKey, name: str = "") -> tuple[str, Span] | None:
        """Returns where an item, or the declaration `name` in it, is named: file and range."""
        from .locate import name_span

        base_key = key._replace(name=key.name.partition("#")[0]) if "#" in key.name[1:] else key
        other = self._files.get(base_key.path)
        entry = other.items.get(base_key) if other is not None else None
        if other is None or entry is None:
            return None
        item, first = entry
        number, start, end = name_span(item, name)
        base = other.source.start_of(first + number)
        return base_key.path, Span(base + start, base + end)

    def _diagnostic(
        self,
        path: str,
        code: str,
        start: int,
        end: int,
        message: str,
        related: tuple[Related, ...] = (),
        fixes: tuple[Fix, ...] = (),
        tags: tuple[str, ...] = (),
    ) -> Iterable[Diagnostic]:
        rule = RULES.get(code)
        severity: Severity | None = rule.severity if rule is not None else Severity.ERROR
        if code in self.options.severities:
            severity = self.options.severities[code]
        if severity is not None:
            yield Diagnostic(path, Span(start, end), severity, code, message, related, fixes, tags)
