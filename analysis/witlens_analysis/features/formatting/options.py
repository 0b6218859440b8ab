"""What a formatter may be asked for."""

from __future__ import annotations

from dataclasses import dataclass

WIDTH = 100
"""Lists that the author broke are joined where they fit into this many columns. Nothing is ever broken to fit."""


@dataclass(frozen=True, slots=True)
class FormatOptions:
    """How to format: `indent` spaces a level, or with `tabs` one tab a level that is `indent` columns wide."""

    indent: int = 2
    tabs: bool = False

    @property
    def unit(self) -> str:
        """The white space of one level."""
        return "\t" if self.tabs else " " * self.indent
