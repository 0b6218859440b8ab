"""What is known of the components of each world: looked up off the analysis thread, kept while nothing changes."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from witlens_analysis.features.encoded import declarations
from witlens_analysis.resolved import ModelError, resolved_world
from witlens_server.lsp.client import can
from witlens_server.lsp.commands import text_argument
from witlens_server.lsp.lenses.watching import FileWatch
from witlens_server.lsp.lenses.workers import Workers
from witlens_server.lsp.notes import Note, notes_of
from witlens_server.lsp.protocol import RequestError
from witlens_server.lsp.scheduler import Cancelled, CancelToken

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from witlens_analysis.diagnostics import Span
    from witlens_analysis.model import World
    from witlens_analysis.workspace import Snapshot
    from witlens_runtime.call_files.results import CallResult
    from witlens_runtime.call_files.subjects import Subjects
    from witlens_runtime.call_files.view import CallView
    from witlens_runtime.invoke import Grants
    from witlens_runtime.lenses.components import Components, ComponentState
    from witlens_runtime.lenses.targets import Targets
    from witlens_runtime.lenses.titles import LastAnswer, Lens
    from witlens_server.lsp.commands import Arguments
    from witlens_server.lsp.server import WitlensServer

#: Seconds for which what was seen on disk is believed, unless the client tells of changes.
_BELIEVED = 2.0

#: A longer answer is cut in the lens of its function.
_LONGEST = 60


@dataclass(frozen=True, slots=True, eq=False)
class KnownWorld:
    """A world that a command is about: its package, its model (None where the WIT has errors) and where to look.

    The same object as long as the WIT is the same: models share their parts, so comparing them can take for ever.
    """

    id: str
    root: str
    model: World | None
    folders: tuple[Path, ...]

    @property
    def name(self) -> str:
        """The plain name."""
        return self.id.partition("@")[0].rpartition("/")[2]

    @property
    def wit(self) -> Path:
        """The directory or file of its package."""
        return Path(self.root)


class LensService:
    """States of components for one client; used on threads of the pool."""

    def __init__(self, server: WitlensServer) -> None:
        self._server = server
        self._lock = threading.Lock()
        self._components: Components | None = None
        self._worlds: dict[tuple[str, str], tuple[Snapshot, KnownWorld]] = {}  # of the analysis thread
        self._states: dict[tuple[str, str], tuple[float, KnownWorld, ComponentState]] = {}
        self.workers = Workers()
        self._written = 0  # how often files had been when they were looked at
        self._watch = FileWatch(self.changed)
        server.when_left(self.workers.close)
        server.when_left(self._watch.stop)
        self.answers: dict[tuple[str, str], LastAnswer] = {}
        self.busy: dict[str, str] = {}
        self._allowed: tuple[Path, ...] = ()

    def lenses(self, path: str, token: CancelToken) -> list[Lens]:
        """Returns the lenses of a file."""
        from witlens_runtime.lenses.titles import lenses

        found, worlds = self._server.analysed(lambda: self._gather(path), token)
        states = {}
        for one in worlds:
            states[one.id] = self.state(one)
            token.check()
        self._note(worlds, states, token)
        return lenses(found, states, self.answers, self.busy)

    def known_lenses(self, path: str) -> list[Lens]:
        """Returns the lenses of a file by what is known now, and has looked at what is not. On the analysis thread."""
        from witlens_runtime.lenses.titles import lenses

        found, worlds = self._gather(path)
        states = {}
        for one in worlds:
            kept = self._states.get((one.root, one.id))
            if kept is not None:
                states[one.id] = kept[2]
            if kept is None or kept[1] is not one or time.monotonic() - kept[0] > _BELIEVED:
                self._server.look_at_component(one.root, one.id)
        return lenses(found, states, self.answers, self.busy)

    def world(self, arguments: Arguments, token: CancelToken) -> KnownWorld:
        """Returns the world that the arguments of a command name. Raises RequestError."""
        id, root = text_argument(arguments, "world"), text_argument(arguments, "root")

        def known() -> KnownWorld:
            snapshot = self._server.workspace_of_client.snapshot()
            if root not in snapshot.roots():
                raise RequestError(types.ErrorCodes.InvalidParams, f"{root} is no package of this workspace")
            return self.known(snapshot, root, id)

        return self._server.analysed(known, token)

    def state(self, world: KnownWorld, *, fresh: bool = False) -> ComponentState:
        """Returns what there is for a world."""
        with self._lock:
            written = self._server.workspace_of_client.disk_changes
            if written != self._written:
                self._written = written
                self._states.clear()
                self._look.forget()
            kept = self._states.get((world.root, world.id))
            if kept is not None and not fresh and time.monotonic() - kept[0] < _BELIEVED and kept[1] is world:
                return kept[2]
            believed = 0.0 if fresh else _BELIEVED
            state = self._look.state(world.wit, world.id, world.model, world.folders, believed=believed)
            self._states[world.root, world.id] = (time.monotonic(), world, state)
        self._watch.watch((world.root, world.id), _files(state))
        return state

    def look(self, worlds: list[tuple[str, str]]) -> None:
        """Looks at the components of worlds, by root and id, and tells of them in WIT and call files."""
        from witlens_runtime.lenses.facts import facts_of

        server, token = self._server, CancelToken()
        for root, id in worlds:

            def known(root: str = root, id: str = id) -> tuple[Snapshot, KnownWorld | None]:
                snapshot = server.workspace_of_client.snapshot()
                return snapshot, self.known(snapshot, root, id) if root in snapshot.roots() else None

            try:
                snapshot, world = server.analysed(known)
                if world is None:
                    continue
                state = self.state(world)
                self._note([world], {world.id: state}, token)
            except Cancelled:  # the server ends
                return
            facts = facts_of(state, world.name)
            server.on_analysis(partial(server.call_documents.learn, root, id, snapshot, facts))

    def places(self, world: KnownWorld, state: ComponentState) -> list[tuple[str, Span] | None]:
        """Returns where the WIT declares what each difference is about, None where it does not. On the analysis thread.

        What has no declaration of its own, as a missing function has, stands at its interface, or at the world.
        """
        snapshot = self._server.workspace_of_client.snapshot()
        try:
            find = declarations(snapshot, world.root, world.id)
        except ModelError:
            return [None for _ in state.differences or ()]
        found = []
        for one in state.differences or ():
            place = find(one.direction, one.interface, one.item)
            if place is None and one.interface is not None:
                place = find(one.direction, one.interface, "")
            found.append((place.path, place.span) if place is not None else None)
        return found

    def subjects(self, view: CallView, token: CancelToken) -> Subjects:
        """Returns what a call file is run on: the component that it names, else that of the lenses of its world."""
        from witlens_runtime.call_files.runner import Subject
        from witlens_runtime.call_files.subjects import Subjects, planned, subjects_of

        scope = view.world
        if view.component_line is not None or scope is None:
            return subjects_of(view)
        world = self.world({"world": scope.id, "root": scope.root}, token)
        state = self.state(world)
        if state.path is None or not state.path.is_file():
            state = self.state(world, fresh=True)
        if len(state.candidates) > 1:
            return Subjects((), f"{len(state.candidates)} components fit world `{world.name}`: choose one in its lens")
        if state.path is None:
            return subjects_of(view)
        if state.kind != "component":
            return Subjects((), state.problem or f"{state.path.name} is a core module: adapt it first")
        plan = next((one for one in state.plans if one.output == state.path), None)
        return Subjects((planned(plan) if plan is not None else Subject(state.path, wit=world.wit, world=world.name),))

    @property
    def allowed(self) -> tuple[Path, ...]:
        """Folders that calls may be granted besides their project: those of the workspace, and by a person's word."""
        return (*map(Path, self._server.workspace_of_client.folders), *self._allowed)

    def is_allowed(self, folder: Path) -> bool:
        """Whether calls may be granted a folder (with links followed)."""
        return any(folder.is_relative_to(one.resolve()) for one in self.allowed)

    def allow(self, folder: Path) -> None:
        """Takes notice that a person allowed a folder."""
        self._allowed = (*self._allowed, folder)

    def grants(self, state: ComponentState, path: Path) -> Grants:
        """Returns what `witlens.toml` grants a component; nothing if it is not built from here."""
        from witlens_runtime.call_files.subjects import planned
        from witlens_runtime.invoke import Grants

        plan = next((one for one in state.plans if one.output == path), None)
        return planned(plan).grants if plan is not None else Grants()

    def answered(self, view: CallView, result: CallResult) -> None:
        """Remembers how the last call of a function ended, for the lens on it."""
        from witlens_runtime.call_files.features.hints import duration
        from witlens_runtime.lenses.titles import LastAnswer

        call = view.meaning.calls.get(result.index)
        if call is None or call.target is None or view.world is None:
            return
        if result.outcome is None:
            return
        text = " ".join((result.value if result.outcome.ok else result.outcome.message).split())
        text = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
        shown = (f"= {text}" if text else "returned") if result.outcome.ok else text
        self.answers[view.world.id, call.target.full] = LastAnswer(
            f"{shown} ({duration(result.seconds)})", view.path, result.line - 1
        )

    def choose(self, world: KnownWorld, path: Path) -> None:
        """Takes a person's word for which component is that of a world."""
        with self._lock:
            self._look.choose(world.wit, world.id, path)
        self.changed()

    def begin(self, world: str, what: str) -> None:
        """Notes that something is being done for a world, such as "building"."""
        self.busy[world] = what
        self._refresh()

    def end(self, world: str) -> None:
        """Notes that it is done; files may be others now."""
        self.busy.pop(world, None)
        self.changed()

    def changed(self) -> None:
        """Forgets what was seen on disk, has lenses asked for again, and looks again at what diagnostics speak of."""
        with self._lock:
            looked_at = dict.fromkeys(self._states)
            self._states.clear()
            self._look.forget()
        self._refresh()
        for root, id in {**looked_at, **dict.fromkeys(self._server.call_documents.worlds())}:
            self._server.look_at_component(root, id)

    def _refresh(self) -> None:
        self._server.workbench_changed()
        if can(self._server, "workspace.code_lens.refresh_support"):
            self._server.protocol.ask(types.WORKSPACE_CODE_LENS_REFRESH, None)

    def _note(self, worlds: list[KnownWorld], states: Mapping[str, ComponentState], token: CancelToken) -> None:
        """Shows where worlds and components, or worlds and sources, do not agree."""
        for one in worlds:
            state = states[one.id]
            places = self._server.analysed(partial(self._noted_places, one, state), token)
            self._server.notes.put(f"conform {one.root} {one.id}", places)
            problems = [problem for plan in state.plans for problem in plan.problems if problem.path is not None]
            self._server.notes.put(f"plan {one.root} {one.id}", notes_of(problems))

    def _noted_places(self, world: KnownWorld, state: ComponentState) -> dict[str, list[Note]]:
        editor = self._server.workspace_of_client
        notes: dict[str, list[Note]] = {}
        if state.path is None:
            return notes
        for difference, place in zip(state.differences or (), self.places(world, state), strict=True):
            if place is not None:
                path, span = place
                start, end = editor.line_and_column(path, span.start), editor.line_and_column(path, span.end)
                message = f"{state.path.name}: {difference.message}"
                severity = types.DiagnosticSeverity.Information
                note = Note(*start, *end, severity, "component-differs", "witlens", message)
                notes.setdefault(path, []).append(note)
        return notes

    @property
    def _look(self) -> Components:
        if self._components is None:
            from witlens_runtime.lenses.components import Components

            self._components = Components()
        return self._components

    def _gather(self, path: str) -> tuple[Targets, list[KnownWorld]]:
        """Returns where lenses stand in a file, and the worlds that they are about. On the analysis thread."""
        from witlens_runtime.lenses.targets import targets

        snapshot = self._server.workspace_of_client.snapshot()
        found = targets(snapshot, path)
        ids: Mapping[tuple[str, str], None] = dict.fromkeys(
            [(one.root, one.id) for one in found.worlds]
            + [(one.root, world) for one in found.functions for world in one.worlds]
        )
        return found, [self.known(snapshot, root, id) for root, id in ids]

    def known(self, snapshot: Snapshot, root: str, id: str) -> KnownWorld:
        """Returns a world as commands are about it. On the analysis thread."""
        folders = tuple(Path(one) for one in self._server.workspace_of_client.folders)
        folders = tuple(one for one in folders if Path(root).is_relative_to(one))
        kept = self._worlds.get((root, id))
        if kept is not None and kept[0] is snapshot and kept[1].folders == folders:
            return kept[1]
        try:
            model = resolved_world(snapshot, root, id)
        except ModelError:
            model = None
        world = KnownWorld(id, root, model, folders)
        self._worlds[root, id] = snapshot, world
        return world


def _files(state: ComponentState) -> Iterator[Path]:
    """The files that decide about a state."""
    for plan in state.plans:
        yield plan.root / "witlens.toml"
        yield plan.output
        yield from plan.inputs
    if state.path is not None:
        yield state.path
    yield from state.candidates
