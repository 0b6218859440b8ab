"""What is known of the component that a call file is about, as far as its author should be told while writing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .scope import Target


@dataclass(frozen=True, slots=True)
class ComponentFacts:
    """`problem` is why calls cannot be made, or not all of them, such as "not built yet"; "" if nothing is known.

    `missing` tells what is wrong with single functions, by their full names, or the names of their interfaces.
    """

    problem: str = ""
    missing: Mapping[str, str] = field(default_factory=dict)

    def about(self, target: Target) -> str:
        """What is wrong with a function in the component, "" if nothing is known."""
        return self.missing.get(target.full) or (self.missing.get(target.interface, "") if target.interface else "")


NOTHING = ComponentFacts()
