"""What an action or a rename does to files: edits of texts that are there, and files that come to be."""

from __future__ import annotations

from dataclasses import dataclass

from ..diagnostics import TextEdit


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that is to be created, with what is in it. `path` is absolute, and nothing is there yet."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """Edits, none of which overlap, and new files; one step for whoever takes it back."""

    edits: tuple[TextEdit, ...] = ()
    new_files: tuple[NewFile, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.edits or self.new_files)
