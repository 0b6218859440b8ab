"""From a directory to plans: which components there are, which toolchain makes each, whether they are up to date.

Only files are read; nothing is run and nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from .inputs import files_below, recipe_of, state_of
from .model import BuildError, BuildPlan, Missing, NothingFits, Problem, Tool
from .settings import FILE, ComponentSettings, ProjectSettings, project_root, read_settings
from .toolchains import TOOLCHAINS, Toolchain
from .toolchains.base import shown
from .wit import ModelError, Wit, read_wit

_BY_NAME: dict[str, Toolchain] = {one.name: one for one in TOOLCHAINS}


def plans(
    root: Path, *, world: str | None = None, toolchain: str | None = None, component: str | None = None
) -> tuple[BuildPlan, ...]:
    """The plans of the project in the directory `root`, in the order of `witlens.toml`.

    `world` (its name, or `ns:pkg/name@version`), `toolchain` and `component` (its name in `witlens.toml`) each keep
    only what fits. Where nothing names a toolchain, `toolchain` chooses it. Raises SettingsError, and BuildError where
    nothing fits.
    """
    root = root.absolute()
    if not root.is_dir():
        raise BuildError(f"{root}: no such directory" if not root.exists() else f"{root} is no directory")
    if toolchain is not None and toolchain not in _BY_NAME:
        raise BuildError(f"there is no toolchain `{toolchain}`; there are {', '.join(f'`{one}`' for one in _BY_NAME)}")
    project = read_settings(root)
    wits = _Wits(root)
    if component is not None and component not in (one.name for one in project.components):
        listed = ", ".join(f"`{one.name}`" for one in project.components)
        there = f"there are {listed}" if listed else f"there is no {FILE} that names one"
        raise BuildError(f"there is no component `{component}` in {root}; {there}")
    found = _configured(project, wits, component) if project.components else _detected(root, wits, world, toolchain)
    kept = [
        one
        for one in found
        if (toolchain is None or one.toolchain == toolchain) and (world is None or _is_world(one, world, wits))
    ]
    if kept:
        return tuple(kept)
    asked = [("world", world), ("toolchain", toolchain)]
    told = " and ".join(f"{what} `{name}`" for what, name in asked if name is not None)
    listed = ", ".join(f"`{one.name}` (world {one.world or '-'}, {one.toolchain})" for one in found)
    raise NothingFits(f"no component of {root} has {told}; there are {listed}")


def plan(root: Path, world: str | None = None, toolchain: str | None = None, component: str | None = None) -> BuildPlan:
    """The one plan that fits, as `plans` does. Raises BuildError where several fit, too."""
    found = plans(root, world=world, toolchain=toolchain, component=component)
    if len(found) > 1:
        names = ", ".join(f"`{one.name}` ({one.toolchain})" for one in found)
        raise BuildError(f"{len(found)} components fit, so say which: {names}")
    return found[0]


def with_output(plan: BuildPlan, output: Path) -> BuildPlan:
    """The plan with another place for the component, and its state there."""
    output = output.absolute()
    wit = read_plan_wit(plan)
    digest = recipe(plan.settings, plan.toolchain, plan.world, plan.tool)
    inputs = tuple(path for path in plan.inputs if path != output)
    state = state_of(output, plan.root, digest, inputs, frozenset(() if wit is None else wit.files()))
    return replace(plan, output=output, inputs=inputs, state=state)


def plans_of_world(wit: Path, world: str) -> tuple[BuildPlan, ...]:
    """The plans that make `world` of the WIT package at `wit` (its directory, or a file in it), for lenses.

    Looks in the project around the package; empty where there is none that makes it. Raises BuildError, SettingsError.
    """
    wit = wit.absolute()
    folder = wit if wit.is_dir() else wit.parent
    try:
        found = plans(project_root(wit), world=world)
    except NothingFits:
        return ()
    return tuple(one for one in found if one.wit is not None and folder in (one.wit, one.wit.parent))


def read_plan_wit(plan: BuildPlan) -> Wit | None:
    """The WIT of a plan, read again. Raises BuildError."""
    return None if plan.wit is None else read_wit(plan.wit, plan.settings.features)


class _Wits:
    """The packages of one project, each read once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[tuple[Path, tuple[str, ...]], Wit] = {}

    def get(self, path: Path | None, features: tuple[str, ...]) -> Wit | None:
        """The package at `path`; without one that of `wit/`, else that of the root, else none."""
        place = path if path is not None else self._default()
        if place is None:
            return None
        key = (place, features)
        if key not in self._known:
            self._known[key] = read_wit(place, features)
        return self._known[key]

    def _default(self) -> Path | None:
        for candidate in (self._root / "wit", self._root):
            if candidate.is_dir() and any(candidate.glob("*.wit")):
                return candidate
        return None


def _is_world(plan: BuildPlan, world: str, wits: _Wits) -> bool:
    if plan.world is None:
        return False
    wit = wits.get(plan.wit, plan.settings.features)
    return plan.world == world or (wit is not None and wit.local_name(world) == plan.world)


def _configured(project: ProjectSettings, wits: _Wits, only: str | None) -> list[BuildPlan]:
    return [_plan_of(project.root, one, wits) for one in project.components if only in (None, one.name)]


def _plan_of(root: Path, settings: ComponentSettings, wits: _Wits) -> BuildPlan:
    """The plan of one component of `witlens.toml`."""
    problems: list[Problem] = []
    at = root / FILE

    def wrong(message: str) -> None:
        problems.append(Problem(at, max(settings.line, 1), 1, message, "witlens"))

    toolchain, reason = _toolchain_of(root, settings)
    if toolchain is None:
        raise BuildError(f"{at}:{settings.line}: component `{settings.name}`: {reason}")
    wit: Wit | None = None
    try:
        wit = wits.get(settings.wit, settings.features)
    except BuildError as error:
        wrong(str(error))
    world = _world_of(settings, wit, wrong)
    sources = settings.sources or toolchain.detect(root, world)
    if not sources and toolchain.name != "command":
        wrong(f"there are no `sources` of component `{settings.name}` for {toolchain.name}")
    for source in sources:
        if not source.exists():
            wrong(f"source {shown(source, root)} is not there")
    return _made(root, settings, toolchain, reason, sources, wit, world, problems)


def _toolchain_of(root: Path, settings: ComponentSettings) -> tuple[Toolchain | None, str]:
    """The toolchain of a component, and why it is that one."""
    if settings.command:
        return _BY_NAME["command"], f"{FILE} has a command for it"
    if settings.toolchain is not None:
        return _BY_NAME[settings.toolchain], f"{FILE} says so"
    for source in settings.sources:
        for one in TOOLCHAINS:
            if source.name.endswith(one.suffixes or ("\0",)):
                return one, f"{shown(source, root)} is one of its sources"
        if source.is_dir():
            for one in TOOLCHAINS:
                if one.detect(source, settings.world):
                    return one, f"of what is in {shown(source, root)}/"
    if settings.sources:
        return None, "nothing tells its toolchain: write `toolchain = ...`"
    for one in TOOLCHAINS:
        found = one.detect(root, settings.world)
        if found:
            return one, f"{shown(found[0], root)} is there"
    return None, "it has no `sources`, and none were found"


def _world_of(settings: ComponentSettings, wit: Wit | None, wrong: object) -> str | None:
    """The plain name of a component's world."""
    assert callable(wrong)
    if wit is None:
        if settings.world is not None:
            wrong(f"there is no WIT for world `{settings.world}`: write `wit = ...`")
        return None
    if settings.world is not None:
        local = wit.local_name(settings.world)
        if local is None:
            listed = ", ".join(f"`{one}`" for one in wit.worlds) or "none"
            wrong(f"package `{wit.package}` has no world `{settings.world}`; it has {listed}")
        return local
    if len(wit.worlds) == 1:
        return wit.worlds[0]
    if wit.worlds:
        listed = ", ".join(f"`{one}`" for one in wit.worlds)
        wrong(f"package `{wit.package}` has {len(wit.worlds)} worlds, so write which: `world = ...` ({listed})")
    return None


def _detected(root: Path, wits: _Wits, world: str | None, toolchain: str | None) -> list[BuildPlan]:
    """The plan of a directory without settings: one toolchain whose sources are there."""
    wit = wits.get(None, ())
    local: str | None = None
    if wit is not None:
        if world is not None:
            local = wit.local_name(world)
            if local is None:
                listed = ", ".join(f"`{one}`" for one in wit.worlds) or "none"
                raise NothingFits(f"package `{wit.package}` has no world `{world}`; it has {listed}")
        elif len(wit.worlds) == 1:
            local = wit.worlds[0]
        elif wit.worlds:
            listed = ", ".join(f"`{one}`" for one in wit.worlds)
            raise BuildError(
                f"package `{wit.package}` has {len(wit.worlds)} worlds, so say which: --world with {listed}"
            )
    candidates = [_BY_NAME[toolchain]] if toolchain is not None else list(TOOLCHAINS)
    found = [(one, sources) for one in candidates if (sources := one.detect(root, local))]
    if not found:
        what = f"nothing for {toolchain}" if toolchain else "no sources that a toolchain is known for"
        raise NothingFits(
            f"{root} has {what} (such as app.py, app.js, main.c, go.mod, Cargo.toml or a .wat file); "
            f"a {FILE} can name them"
        )
    if len(found) > 1:
        listed = ", ".join(f"{one.name} ({shown(sources[0], root)})" for one, sources in found)
        raise BuildError(
            f"{root} has sources of several toolchains, so say which, with --toolchain or in {FILE}: {listed}"
        )
    one, sources = found[0]
    settings = ComponentSettings(local or root.name or "component")
    reason = f"{shown(sources[0], root)} is there"
    return [_made(root, settings, one, reason, sources, wit, local, [])]


def _made(
    root: Path,
    settings: ComponentSettings,
    toolchain: Toolchain,
    reason: str,
    sources: tuple[Path, ...],
    wit: Wit | None,
    world: str | None,
    problems: list[Problem],
) -> BuildPlan:
    found = toolchain.find(root, settings)
    tool, missing = (found, None) if isinstance(found, Tool) else (None, found)
    assert missing is None or isinstance(missing, Missing)
    if wit is not None and world is not None and not wit.problems():
        try:
            problems = [*problems, *toolchain.check(root, sources, wit, world)]
        except ModelError as error:
            problems = [*problems, Problem(None, 1, 1, str(error), "witlens")]
    output = settings.output or root / "build" / f"{settings.name}.wasm"
    wit_files = () if wit is None else wit.files()
    inputs = _inputs(root, toolchain, sources, (*settings.libraries, *settings.plugins, *wit_files), output)
    draft = BuildPlan(
        root=root,
        name=settings.name,
        wit=None if wit is None else wit.path,
        world=world,
        toolchain=toolchain.name,
        reason=reason,
        tool=tool,
        missing=missing,
        sources=sources,
        inputs=inputs,
        output=output,
        state=state_of(output, root, recipe(settings, toolchain.name, world, tool), inputs, frozenset(wit_files)),
        settings=settings,
        problems=tuple(problems),
    )
    return draft


def recipe(settings: ComponentSettings, toolchain: str, world: str | None, tool: Tool | None) -> str:
    """The digest of what makes a component beside its inputs."""
    parts: Iterable[object] = (
        toolchain,
        world,
        settings.command,
        settings.adapter,
        settings.libraries,
        settings.plugins,
        settings.kind,
        settings.engine,
        settings.flags,
        settings.features,
        sorted(settings.environment.items()),
        None if tool is None else (tool.command, tool.environment),
    )
    return recipe_of(parts)


def _inputs(
    root: Path, toolchain: Toolchain, sources: tuple[Path, ...], more: tuple[Path, ...], output: Path
) -> tuple[Path, ...]:
    """The sources, what lies beside and below them, and `more`: libraries and the WIT."""
    suffixes = (*toolchain.suffixes, *toolchain.inputs)
    found: dict[Path, None] = {}
    for source in sources:
        folder = source if source.is_dir() else source.parent
        if source.is_file():
            found[source] = None
        elif not source.is_dir():
            continue
        if toolchain.name == "command":
            found.update(dict.fromkeys(files_below(source, ("",)) if source.is_dir() else ()))
        elif suffixes and toolchain.name != "wat":
            found.update(dict.fromkeys(files_below(folder, suffixes)))
    if toolchain.name == "command" and not sources:
        found.update(dict.fromkeys(files_below(root, ("",))))
    found.pop(output, None)
    found.update(dict.fromkeys(more))
    return tuple(found)
