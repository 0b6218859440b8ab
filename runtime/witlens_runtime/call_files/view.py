"""A call file with the WIT that it is about: what all features are functions of. Immutable."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from witlens_analysis.workspace import Snapshot

from .facts import NOTHING, ComponentFacts
from .scope import NotFound, WorldScope
from .syntax import nodes
from .syntax.tree import CallFile, parse
from .values import string_value
from .worlds import find_world

if TYPE_CHECKING:
    from .meaning import Meaning


def _unknown(path: str) -> bool:
    return True


@dataclass(frozen=True)
class CallView:
    """The call file `path`, as it is in the editor or on disk, over a snapshot of WIT.

    `exists` tells whether a file is there; without it all are taken to be. `facts` tells what is known of the component
    of a world, by the world's root and id; without it nothing is.
    """

    path: str
    file: CallFile
    wit: Snapshot
    exists: Callable[[str], bool] = _unknown
    facts: Callable[[str, str], ComponentFacts] | None = None

    @property
    def text(self) -> str:
        """The text of the file."""
        return self.file.text

    @cached_property
    def world_line(self) -> tuple[int, nodes.World] | None:
        """The first `world` statement, with its base."""
        return next(((base, one.core) for base, one in self.file if isinstance(one.core, nodes.World)), None)

    @cached_property
    def component_line(self) -> tuple[int, nodes.Component] | None:
        """The first `component` statement, with its base."""
        return next(((base, one.core) for base, one in self.file if isinstance(one.core, nodes.Component)), None)

    @cached_property
    def world_name(self) -> str | None:
        """The world that the file names."""
        name = self.world_line[1].name if self.world_line is not None else None
        return name.leaf_.value or None if name is not None else None

    @cached_property
    def component(self) -> str | None:
        """The path of the component that the file names."""
        given = string_value(self.component_line[1].file) if self.component_line is not None else None
        return self.absolute(given) if given else None

    def absolute(self, path: str) -> str:
        """A path that the file names, from its folder."""
        return os.path.normpath(os.path.join(os.path.dirname(self.path), path))

    @cached_property
    def scope(self) -> WorldScope | NotFound:
        """The world under test, or why there is none. With an empty message nothing can be said: the types of a
        component are not known here."""
        if self.world_line is not None:
            if self.world_name is None:
                return NotFound("")
            return find_world(self.wit, self.path, self.world_name)
        if self.component is not None:
            if self.component in self.wit.roots():
                return find_world(self.wit, self.path, None, self.component)
            return NotFound("")
        return find_world(self.wit, self.path, None)

    @property
    def world(self) -> WorldScope | None:
        """The world under test, if it is known."""
        return self.scope if isinstance(self.scope, WorldScope) else None

    @cached_property
    def known(self) -> ComponentFacts:
        """What is known of the component of the world; nothing where the file names one by itself."""
        if self.facts is None or self.world is None or self.component_line is not None:
            return NOTHING
        return self.facts(self.world.root, self.world.id)

    @cached_property
    def meaning(self) -> Meaning:
        """What the statements mean, and what is wrong with them."""
        from .meaning import analyse

        return analyse(self)


def call_view(path: str, text: str, wit: Snapshot) -> CallView:
    """The view of a text."""
    return CallView(path, parse(text), wit)
