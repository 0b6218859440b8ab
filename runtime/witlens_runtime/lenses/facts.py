"""From the state of a world's component to what its call files should say."""

from __future__ import annotations

from ..call_files.facts import ComponentFacts
from .components import ComponentState


def facts_of(state: ComponentState, world: str) -> ComponentFacts:
    """What call files of `world` (its plain name) say about a component in this state."""
    if state.path is None:
        if state.problem:
            return ComponentFacts(state.problem)
        if len(state.candidates) > 1:
            return ComponentFacts(f"{len(state.candidates)} components fit world `{world}`: choose one in its lens")
        if state.plans:
            return ComponentFacts(f"world `{world}` has no component yet: build it")
        return ComponentFacts(f"there is no component of world `{world}`, and nothing that builds one")
    if state.kind == "module":
        return ComponentFacts(f"{state.path.name} is a core module: adapt it first")
    missing: dict[str, str] = {}
    exports = [one for one in state.differences or () if one.direction == "export"]
    for one in exports:
        name = ".".join(part for part in (one.interface, one.item) if part)
        missing.setdefault(name, f"{state.path.name}: {one.message}")
    if not state.differences:
        return ComponentFacts()
    first, more = state.differences[0].message, len(state.differences) - 1
    others = f", and {more} more difference{'s' if more > 1 else ''}" if more else ""
    build = ": build it again" if any(plan.output == state.path for plan in state.plans) else ""
    return ComponentFacts(f"{state.path.name} does not implement this world{build} ({first}{others})", missing)
