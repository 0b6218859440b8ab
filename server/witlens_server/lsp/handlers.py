"""What a handler is: a function and the thread it runs on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class Where(Enum):
    """Where a handler runs."""

    ANALYSIS = "analysis"
    """On the analysis thread, in order: `handler(server, params)`. For all that reads the editor workspace."""

    POOL = "pool"
    """On a thread of the pool: `handler(server, params, cancel_token)`. For what has to look around on the disk before
    it can answer, as lenses do. What it needs of the editor workspace it gets through `server.analysed`."""

    WORK = "work"
    """The same on threads of their own, for what takes as long as the user's own code does: builds and calls. However
    many of them there are, what is on the pool does not wait for them. Only for commands."""

    READER = "reader"
    """On the thread that reads, at once, even when analysis is busy: `handler(server, params)`. For notifications that
    must overtake others. Must not block."""


@dataclass(frozen=True, slots=True)
class Handler:
    """What answers a method."""

    run: Callable[..., Any]
    where: Where
