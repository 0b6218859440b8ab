"""What wasmtime says about a failed call, for people: which kind of trap, where, and without its own layers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..engine.process import number_in
from ..wire import Header
from .outcomes import Exited, Frame, LimitHit, Outcome, TrapKind, Trapped
from .settings import MIB, Limits

_KINDS: tuple[tuple[str, TrapKind], ...] = (
    ("unreachable", "unreachable"),
    ("divide by zero", "divide-by-zero"),
    ("integer overflow", "overflow"),
    ("invalid conversion to integer", "overflow"),
    ("out of bounds memory", "memory"),
    ("misaligned memory", "memory"),
    ("table access", "table"),
    ("undefined element", "table"),
    ("uninitialized element", "table"),
    ("indirect call type mismatch", "indirect-call"),
    ("call stack exhausted", "stack"),
    ("component instance", "abi"),
    ("handle", "abi"),
    ("discriminant", "abi"),
    ("utf8", "abi"),
    ("utf16", "abi"),
    ("`char`", "abi"),
    ("unaligned pointer", "abi"),
    ("out of bounds of memory", "abi"),
    ("realloc", "abi"),
)
_TOLD: dict[TrapKind, str] = {
    "unreachable": "the guest gave up (`unreachable`)",
    "divide-by-zero": "the guest divided by zero",
    "overflow": "a number does not fit in the guest's arithmetic",
    "memory": "the guest accessed memory outside of its bounds",
    "table": "the guest called a function that its table does not have",
    "indirect-call": "the guest called a function through a pointer of another type",
    "stack": "the guest's call stack is exhausted: endless or too deep recursion",
}
_LEAVING = (
    "it called an import while a call's values were being passed, in its `cabi_realloc` or `cabi_post_`; a linker that "
    "wraps exports for programs does that: `witlens inspect` of the core module says more"
)
_OURS = ("w-image", "w-heap")
_NO_ANSWER = "w-no-answer"
_NO_HTTP = "w-no-http"
_NUMBER = re.compile(r"^\d+: ")


def failure(answer: Header, limits: Limits, stderr: str, seconds: float) -> Outcome:
    """The outcome of a call that the worker answered with an error."""
    if answer["end"] == "exit":
        return Exited(number_in(answer, "code"), seconds)
    if answer["end"] == "limit":
        return LimitHit("result", _oversized(answer, limits), seconds)
    message = str(answer.get("message", ""))
    cause = cause_of(message)
    frames = tuple(_frames(answer.get("frames")))
    if "all fuel consumed" in cause:
        return LimitHit("fuel", f"stopped: the fuel of {limits.fuel:,} units is used up", seconds)
    kind = _kind(cause)
    largest = answer.get("largest")
    memory = _memory_limit(cause, kind, frames, largest if isinstance(largest, int) else 0, limits)
    if memory:
        return LimitHit("memory", memory, seconds)
    frames = tuple(frame for frame in frames if frame.module not in _OURS)
    if kind == "unreachable" and frames and frames[0].module.startswith(_NO_HTTP):
        return Trapped("the guest made an HTTP request, which was not granted", "other", frames[1:], stderr, seconds)
    if kind == "unreachable" and frames and frames[0].module == _NO_ANSWER:
        told = f"the guest called `{frames[0].function.replace('#', '.')}`, which has no answer"
        return Trapped(told, "other", frames[1:], stderr, seconds)
    told = f"the guest broke a rule of the Canonical ABI: {cause}" if kind == "abi" else _TOLD.get(kind, cause)
    if "cannot leave component instance" in cause:
        told += f" ({_LEAVING})"
    return Trapped(told, kind, frames, stderr, seconds)


def _frames(raw: object) -> Iterator[Frame]:
    for frame in raw if isinstance(raw, list) else ():
        if isinstance(frame, list) and len(frame) == 4:
            module, name, index, offset = frame
            yield Frame(str(module), str(name or f"function {index}"), offset if isinstance(offset, int) else None)


def _kind(cause: str) -> TrapKind:
    for text, kind in _KINDS:
        if text in cause.lower():
            return kind
    return "other"


def cause_of(message: str) -> str:
    """The innermost cause in a message of wasmtime, without the backtrace."""
    _, _, tail = message.rpartition("Caused by:")
    lines = [_NUMBER.sub("", line.strip()) for line in (tail or message).splitlines()]
    lines = [line for line in lines if line]
    return lines[-1].removeprefix("wasm trap: ") if lines else "an unknown error"


def _oversized(answer: Header, limits: Limits) -> str:
    most = (limits.result_bytes or 0) // MIB
    return f"the result is larger than the limit of {most} MiB" if limits.result_bytes else str(answer["message"])


def _memory_limit(cause: str, kind: TrapKind, frames: Sequence[Frame], largest: int, limits: Limits) -> str | None:
    """What to say if the memory limit is behind a failure.

    A guest is not stopped at the limit: its memory just does not grow any more, and most guests then give up.
    """
    most = limits.memory_mib
    if most is None:
        return None
    if "exceeds memory limits" in cause:
        return f"the guest needs more memory than the limit of {most} MiB to start"
    if kind != "unreachable":
        return None
    if frames and frames[0].module == "w-heap":
        return f"the values of the call do not fit in {most} MiB, the limit for each memory"
    if largest * 2 >= most * MIB:
        grown = largest // MIB
        return f"the guest gave up when its memory had grown to {grown} MiB; the limit for each memory is {most} MiB"
    return None


def frames_text(frames: Sequence[Frame], most: int = 8) -> list[str]:
    """Frames as lines for people, the innermost first."""
    shown = [f"{frame.module}!{frame.function}" if frame.module else frame.function for frame in frames[:most]]
    return [*shown, f"... {len(frames) - most} more"] if len(frames) > most else shown
