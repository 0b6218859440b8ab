"""How a call ends: one class for each way. Each has `message` and `seconds`; `ok` is whether the call returned.

A call that ended otherwise than by `Returned` or `Refused` took its instance along: the next call starts with a fresh
one, and handles from before are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from witlens_analysis.model import Type

from ..canonical_abi.values import Value
from ..wave import Problem, write_value

TrapKind = Literal[
    "unreachable",
    "divide-by-zero",
    "overflow",
    "memory",
    "table",
    "indirect-call",
    "stack",
    "abi",
    "other",
]
LimitName = Literal["fuel", "memory", "output", "result"]


@dataclass(frozen=True, slots=True)
class Frame:
    """A function that was running when a trap happened, innermost first: its module and name where they are known."""

    module: str
    function: str
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Returned:
    """The call came back with `value` of `type`, both None without a result.

    `fuel` is what the call used, if `Limits.fuel` counts it; `memory` the most bytes that the worker has had resident
    so far, where the system tells.
    """

    value: Value
    type: Type | None
    seconds: float
    fuel: int | None = None
    memory: int | None = None
    ok: ClassVar[bool] = True

    @property
    def text(self) -> str:
        """`value` as WAVE, "" without a result; a handle stands in it as `name(number)`."""
        return "" if self.type is None else write_value(self.value, self.type)

    @property
    def message(self) -> str:
        """The result, for people."""
        return self.text


@dataclass(frozen=True, slots=True)
class Trapped:
    """The guest broke down. `stderr` is the end of what it wrote there, which often tells why."""

    message: str
    kind: TrapKind
    frames: tuple[Frame, ...]
    stderr: str
    seconds: float
    ok: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Refused:
    """The call was not made: no such function, or arguments that do not fit.

    `problems` are mistakes with their places in the text of the call; a call that came as values has none.
    """

    message: str
    problems: tuple[Problem, ...] = ()
    seconds: float = 0.0
    ok: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Exited:
    """The guest ended the program by `wasi:cli/exit`; 0 is success."""

    code: int
    seconds: float
    ok: ClassVar[bool] = False

    @property
    def message(self) -> str:
        """The same, for people."""
        return f"the guest ended the program with exit code {self.code}"


@dataclass(frozen=True, slots=True)
class Cancelled:
    """`cancel()` was called."""

    seconds: float
    message: str = "cancelled"
    ok: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class TimedOut:
    """`Limits.seconds` passed."""

    limit: float
    seconds: float
    ok: ClassVar[bool] = False

    @property
    def message(self) -> str:
        """The same, for people."""
        return f"stopped after {self.limit:g} s, the limit for one call"


@dataclass(frozen=True, slots=True)
class LimitHit:
    """Another limit than that of time was reached."""

    limit: LimitName
    message: str
    seconds: float
    ok: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class WorkerDied:
    """The process that ran the guest ended by itself, `message` says how. A new one is started for the next call."""

    message: str
    seconds: float
    ok: ClassVar[bool] = False


Outcome: TypeAlias = Returned | Trapped | Refused | Exited | Cancelled | TimedOut | LimitHit | WorkerDied
