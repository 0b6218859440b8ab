"""An instance of a component: calls, and the handles that calls gave out."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from witlens_analysis.diagnostics import Span
from witlens_analysis.model import Type

from ..canonical_abi import AbiError, Context
from ..canonical_abi.values import Handle, Value
from ..engine.process import Died, Process, Request, Stopped, number_in
from ..wave import Problem, WaveError, arguments_of, parse_call
from .errors import Cancelled as LoadCancelled
from .errors import LoadError
from .handles import CallHandles, SessionHandles
from .image import argument_memory, callee
from .outcomes import Cancelled, LimitHit, Outcome, Refused, Returned, TimedOut, Trapped, WorkerDied
from .plan import Wrapped
from .settings import MIB, Grants, Limits
from .traps import cause_of, failure
from .variant import Variant

if TYPE_CHECKING:
    from .component import Component

Output: TypeAlias = Callable[[Literal["stdout", "stderr"], bytes], None]
"""Gets what the guest writes, as it comes; called on a thread of the worker's."""

_TAIL = 4000


class Instance:
    """Made by `Component.instantiate`. Usable from several threads; the calls of one worker run one after the other.

    After a call that ended badly, the next one starts with a fresh instance; `generation` then is one more.
    """

    def __init__(self, component: Component, grants: Grants, limits: Limits) -> None:
        self.component = component
        self.grants = grants
        self.limits = limits
        self.generation = 0
        self._handles = SessionHandles()
        self._live: tuple[Process, int] | None = None
        self._is_module = component.source.module is not None
        self._closed = False
        self._variant = Variant(fuel=limits.fuel is not None, http=grants.http)

    def call(self, name: str, arguments: Sequence[Value] = (), on_output: Output | None = None) -> Outcome:
        """Call the function that `name` means (see `Component.find`) with values of `canonical_abi.values`.

        The result of a function that gives a resource holds a `Handle`, which later calls of this instance take.
        Handles inside of values work too. An `own` argument is gone after the call.
        """
        try:
            wrapped = self.component.wrapped(name)
        except LookupError as error:
            return Refused(str(error.args[0]))
        return self._call(wrapped, arguments, on_output)

    def call_text(
        self, text: str, names: Mapping[str, Handle] | None = None, on_output: Output | None = None
    ) -> Outcome:
        """Make the call that `text` writes in WAVE: `iface.add(1, 2)`; `names` are the words that stand for handles.

        A handle also goes by the form in which results show it, `account(3)`. `handle.drop()` drops one, and
        `handle.deposit(1)` calls its method.
        """
        known = {**self._handles.named(), **(names or {})}
        parsed = parse_call(text)
        name, span = parsed.call.callee, parsed.call.callee_span
        receiver: Handle | None = None
        word, dot, member = name.rpartition(".")
        if dot and word in known and "/" not in word:
            receiver = known[word]
            if member == "drop" and not parsed.call.arguments.items and not parsed.problems:
                return self.drop(receiver, on_output)
            name = f"{receiver.resource.name.owner}.{receiver.resource.name.name}.{member}"
        try:
            wrapped = self.component.wrapped(name)
        except LookupError as error:
            near = self.component.closest(name)
            problem = Problem(span, str(error.args[0]), None, near)
            return _refused(text, [problem, *parsed.problems] if not name else [problem])
        if wrapped.index is None:
            return _refused(text, [Problem(span, _cannot(wrapped))])
        function = wrapped.function
        if receiver is not None and function.params and function.kind == "method":
            values, problems = arguments_of(parsed, _without_self(function), known)
            values = [receiver, *values]
        else:
            values, problems = arguments_of(parsed, function, known)
        if problems:
            return _refused(text, problems)
        outcome = self._call(wrapped, values, on_output)
        if isinstance(outcome, Refused) and not outcome.problems:
            whole = Problem(Span(parsed.call.arguments.span.start, parsed.call.arguments.span.end), outcome.message)
            return Refused(outcome.message, (whole,), outcome.seconds)
        return outcome

    @property
    def handles(self) -> tuple[Handle, ...]:
        """The owned handles that calls gave out and that are still there, oldest first."""
        return self._handles.all

    def drop(self, handle: Handle, on_output: Output | None = None) -> Outcome:
        """Drop an owned handle: its destructor runs, and later calls refuse it."""
        with self.component.worker.operation(self):
            try:
                index = self._handles.index(handle)
            except AbiError as error:
                return Refused(str(error))
            number = self.component.drop_number(handle.resource)
            if number is None:
                return Refused(f"handles of resource `{handle.resource.name.name}` cannot be dropped")
            image = index.to_bytes(8, "little")
            answer = self._exchange(number, lambda call: call(image), on_output)
            if isinstance(answer, Returned):
                self._handles.remove(handle)
                return replace(answer, value=None)  # not the bytes that came back for the handle
            return answer

    def cancel(self) -> None:
        """End the running call of this instance, if there is one, within 200 ms. From any thread."""
        self.component.worker.cancel(self)

    def close(self) -> None:
        """Let go of the instance. Also done at the end of `with`."""
        self._closed = True
        live, self._live = self._live, None
        self._handles.clear()
        if live is not None and not live[0].ended:
            self.component.worker.discard(live[0], live[1], module=self._is_module)

    def __enter__(self) -> Instance:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _call(self, wrapped: Wrapped, arguments: Sequence[Value], on_output: Output | None) -> Outcome:
        number = wrapped.index
        if number is None:
            return Refused(_cannot(wrapped))
        codec, signature, spilled = self.component.codec(wrapped)
        with self.component.worker.operation(self):
            memory = argument_memory(signature)
            handles = CallHandles(self._handles)
            context = Context(memory, handles=handles)
            try:
                flat = codec.lower_arguments(context, arguments)
            except AbiError as error:
                return Refused(str(error))

            def lifted(call: Callable[[bytes], bytes]) -> Value:
                results = callee(context, memory, signature, spilled, call)(flat)
                handles.commit()
                return codec.lift_result(context, results)

            return self._exchange(number, lifted, on_output, wrapped.function.result)

    def _exchange(
        self,
        number: int,
        work: Callable[[Callable[[bytes], bytes]], Value],
        on_output: Output | None,
        result: Type | None = None,
    ) -> Outcome:
        """Do `work`, which gets what calls the function `number` with an image and gives the bytes of the result.

        What it gives is the value of the outcome, of type `result`.
        """
        start = time.monotonic()
        limits = self.limits
        last: list[dict[str, Any]] = []

        def left() -> float | None:
            return None if limits.seconds is None else max(limits.seconds - (time.monotonic() - start), 0.001)

        def seconds() -> float:
            return time.monotonic() - start

        def call(image: bytes) -> bytes:
            process, instance = self._instance(left, on_output)
            header = {
                "op": "call",
                "module": self._is_module,
                "instance": instance,
                "function": number,
                "fuel": limits.fuel,
                "result_bytes": limits.result_bytes or 1 << 31,
            }
            answer, data, request = self.component.worker.request(
                process, header, image, seconds=left(), sink=on_output, output_bytes=limits.output_bytes
            )
            last.append(answer)
            if answer["end"] != "ok":
                raise _Failed(answer, request)
            return data

        try:
            self.component.worker.opened(self.component, self._variant)
            start = time.monotonic()  # a new worker, or compiling, is not the guest's fault
            value = work(call)
        except _Failed as failed:
            self._lost()
            tail = bytes(failed.request.stderr[-_TAIL:]).decode(errors="replace")
            if failed.starting and not failed.answer.get("frames") and failed.answer["end"] == "trap":
                outcome = failure(failed.answer, limits, tail, seconds())
                if isinstance(outcome, LimitHit):
                    return outcome
                return Refused(f"it cannot be instantiated: {cause_of(failed.answer['message'])}", (), seconds())
            return failure(failed.answer, limits, tail, seconds())
        except Stopped as stopped:
            self._lost()
            return _stopped(stopped, limits, seconds())
        except Died as died:
            self._lost()
            return WorkerDied(str(died), seconds())
        except LoadCancelled:
            return Cancelled(seconds())
        except LoadError as error:
            return Refused(str(error), (), seconds())
        except AbiError as error:  # the result breaks a rule of the ABI
            self._lost()
            return Trapped(f"the guest gave back a wrong result: {error}", "abi", (), "", seconds())
        answer = last[-1]
        return Returned(value, result, seconds(), _number(answer.get("fuel")), _number(answer.get("memory")))

    def _instance(self, left: Callable[[], float | None], on_output: Output | None) -> tuple[Process, int]:
        """The running instance, which is made if it is not there."""
        worker = self.component.worker
        live = self._live
        if live is not None and worker.is_running(live[0]):
            return live
        if self._closed:
            raise LoadError("the instance is closed")
        self._lost()
        process, component = worker.opened(self.component, self._variant)
        header = {
            "op": "instantiate",
            "module": self._is_module,
            "component": component,
            "grants": _granted(self.grants, process) | {"http": self.component.plan.http},
            "limits": {"memory_mib": self.limits.memory_mib, "fuel": self.limits.fuel},
        }
        answer, _, request = worker.request(
            process, header, seconds=left(), sink=on_output, output_bytes=self.limits.output_bytes
        )
        if answer["end"] != "ok":
            raise _Failed(answer, request, starting=True)
        self._live = (process, number_in(answer, "instance"))
        return self._live

    def _lost(self) -> None:
        """The instance is gone, and its handles with it."""
        if self._live is not None:
            self.generation += 1
            process, number = self._live
            self._live = None
            if not process.ended:
                self.component.worker.discard(process, number, module=self._is_module)
        self._handles.clear()


class _Failed(Exception):
    """The worker answered with something else than success."""

    def __init__(self, answer: dict[str, Any], request: Request, *, starting: bool = False) -> None:
        super().__init__(answer)
        self.answer = answer
        self.request = request
        self.starting = starting


def _granted(grants: Grants, process: Process) -> dict[str, Any]:
    return {
        "directories": [[str(one.host.absolute()), one.guest, one.writable] for one in grants.directories],
        "environment": dict(grants.environment),
        "arguments": list(grants.arguments),
        "stdin": grants.stdin.decode("latin-1"),
        "inherit_stdin": process.stdin if grants.inherit_stdin else None,
        "network": grants.network,
    }


def _stopped(stopped: Stopped, limits: Limits, seconds: float) -> Outcome:
    match stopped.stop:
        case "deadline":
            return TimedOut(limits.seconds or 0.0, seconds)
        case "output":
            most = limits.output_bytes or 0
            shown = f"{most // MIB} MiB" if most >= MIB else f"{most} bytes"
            return LimitHit("output", f"stopped: the guest wrote more than {shown}, the limit for one call", seconds)
        case "cancel":
            return Cancelled(seconds)


def _cannot(wrapped: Wrapped) -> str:
    return f"`{wrapped.function.name}` cannot be called: {wrapped.why}"


def _refused(text: str, problems: Sequence[Problem]) -> Refused:
    error = WaveError(text, problems)
    return Refused("\n".join(problem.message for problem in error.problems), error.problems)


def _without_self(function: Any) -> Any:
    from dataclasses import replace

    return replace(function, params=function.params[1:])


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None
