"""What an editor is offered at a place: a title now, and the change itself when it is wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...diagnostics import Diagnostic
from ..change import Change


@dataclass(frozen=True, slots=True)
class Action:
    """One offer.

    `kind` is a kind of the language server protocol, as `quickfix` or `refactor.extract`. `change` computes what it
    does, and raises RefusedError if that would do harm. `diagnostics` are those that it mends; `is_preferred` marks
    the one of them that a person would most likely take. `creates_files` tells that the change has new files;
    `needs_preview` that it reaches beyond what is on screen. `vendors` are the ids of the bundled packages that it
    writes into `deps/`, if that is all that it does.
    """

    title: str
    kind: str
    change: Callable[[], Change]
    diagnostics: tuple[Diagnostic, ...] = ()
    is_preferred: bool = False
    creates_files: bool = False
    needs_preview: bool = False
    vendors: tuple[str, ...] = ()


class RefusedError(Exception):
    """Raised by `change` where the change turns out to make something wrong; the message says so to people."""


QUICK_FIX = "quickfix"
EXTRACT = "refactor.extract"
INLINE = "refactor.inline"
REWRITE = "refactor.rewrite"
MOVE = "refactor.move"
ORGANIZE = "source.organizeImports"
FIX_ALL = "source.fixAll.witlens"
KINDS = (QUICK_FIX, EXTRACT, INLINE, REWRITE, MOVE, ORGANIZE, FIX_ALL)
"""All kinds that there are."""


def is_wanted(kind: str, only: tuple[str, ...] | None) -> bool:
    """Tells whether a kind is one of those asked for, or below one of them; `source` only if it is asked for."""
    if only is None:
        return not kind.startswith("source")
    return any(one in ("", kind) or kind.startswith(f"{one}.") for one in only)
