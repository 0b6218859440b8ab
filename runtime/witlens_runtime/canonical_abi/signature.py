"""The core signatures of functions, and their arguments and results as core values.

CanonicalABI.md: Flattening (`flatten_functype`), Lifting and Lowering Values (`lift_flat_values`, `lower_flat_values`).
An export is lifted: the world outside calls the core function. An import is lowered: the core module calls out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from witlens_analysis.model import Function, Tuple, Type

from .codec import MASK32, MASK64, Codec, Context, CoreValue
from .compiler import codec_of
from .errors import AbiError, ValueMismatch
from .layout import CoreType, Layout, PointerType, layout_of
from .memory import allocate, check_range
from .values import Value

MAX_FLAT_PARAMS = 16
MAX_FLAT_ASYNC_PARAMS = 4
MAX_FLAT_RESULTS = 1

Direction = Literal["lift", "lower"]
Calling = Literal["sync", "async", "async-stackful"]
"""How a function is lifted or lowered: `async` exports use a callback, `async-stackful` ones block their own stack;
imports know no such difference."""


@dataclass(frozen=True, slots=True)
class CoreSignature:
    """The type of a core function."""

    params: tuple[CoreType, ...]
    results: tuple[CoreType, ...]

    def __str__(self) -> str:
        results = ", ".join(self.results) or "nothing"
        return f"({', '.join(self.params)}) -> {results}"


def core_signature(
    function: Function, direction: Direction, pointer: PointerType = "i32", calling: Calling = "sync"
) -> CoreSignature:
    """The core signature of `function` (`flatten_functype`).

    Raises UnsupportedType for types that no valid WIT has.
    """
    params = [layout_of(param.type, pointer) for param in function.params]
    result = None if function.result is None else layout_of(function.result, pointer)
    result_count = 0 if result is None else result.flat_count
    if direction == "lift":
        flat_params = _flat_or_pointer(params, MAX_FLAT_PARAMS, pointer)
        match calling:
            case "async":
                return CoreSignature(flat_params, ("i32",))
            case "async-stackful":
                return CoreSignature(flat_params, ())
            case "sync":
                results = () if result is None else _flat_or_pointer([result], MAX_FLAT_RESULTS, pointer)
                return CoreSignature(flat_params, results)
    if calling != "sync":
        flat_params = _flat_or_pointer(params, MAX_FLAT_ASYNC_PARAMS, pointer)
        return CoreSignature((*flat_params, pointer) if result_count else flat_params, ("i32",))
    flat_params = _flat_or_pointer(params, MAX_FLAT_PARAMS, pointer)
    if result_count > MAX_FLAT_RESULTS:
        return CoreSignature((*flat_params, pointer), ())
    return CoreSignature(flat_params, () if result is None else result.flat or ())


#: What every callback takes (an event and its two values) and returns (what to wait for).
CALLBACK = CoreSignature(("i32", "i32", "i32"), ("i32",))


def task_return_signature(function: Function, pointer: PointerType = "i32") -> CoreSignature:
    """The core signature of `task.return`, which an async export hands its result to."""
    result = [] if function.result is None else [layout_of(function.result, pointer)]
    return CoreSignature(_flat_or_pointer(result, MAX_FLAT_PARAMS, pointer), ())


def _flat_or_pointer(layouts: Iterable[Layout], limit: int, pointer: PointerType) -> tuple[CoreType, ...]:
    flat: list[CoreType] = []
    for layout in layouts:
        if layout.flat is None or len(flat) + layout.flat_count > limit:
            return (pointer,)
        flat += layout.flat
    return tuple(flat)


class FunctionCodec:
    """Lowers the arguments of a function and lifts its result: what the caller of an export does.

    Made once per function and pointer width. Raises UnsupportedType if a type in it has no values here.
    """

    __slots__ = ("_params", "_result", "function", "signature")

    def __init__(self, function: Function, pointer: PointerType = "i32") -> None:
        self.function = function
        self.signature = core_signature(function, "lift", pointer)
        self._params = _Values(
            [(f"parameter `{param.name}`", param.type) for param in function.params], MAX_FLAT_PARAMS, pointer
        )
        result: list[tuple[str, Type]] = [] if function.result is None else [("result", function.result)]
        self._result = _Values(result, MAX_FLAT_RESULTS, pointer)

    def check_arguments(self, arguments: Sequence[object]) -> None:
        """Raise ValueMismatch unless `arguments` fit the parameters."""
        if len(arguments) != len(self.function.params):
            wanted = ", ".join(f"`{param.name}`" for param in self.function.params) or "none"
            raise ValueMismatch(
                f"`{self.function.name}` takes {len(self.function.params)} arguments ({wanted}), got {len(arguments)}"
            )
        self._params.check(arguments)

    def lower_arguments(self, cx: Context, arguments: Sequence[Any], *, checked: bool = False) -> list[CoreValue]:
        """The core arguments for `arguments`, which are checked first (unless they are `checked`); what they point to
        is in the memory."""
        if not checked:
            self.check_arguments(arguments)
        return self._params.lower(cx, arguments)

    def lift_result(self, cx: Context, results: Sequence[CoreValue]) -> Value:
        """The result that the core results stand for; None for a function without one."""
        values = self._result.lift(cx, results)
        return values[0] if values else None

    def call(
        self,
        cx: Context,
        callee: Callable[[Sequence[CoreValue]], Sequence[CoreValue]],
        arguments: Sequence[Any],
        post_return: Callable[[Sequence[CoreValue]], object] | None = None,
        *,
        checked: bool = False,
    ) -> Value:
        """Call a core export: lower, call, lift, `post_return`, and see that all borrows came back (`canon_lift`).

        Raises ValueMismatch before anything happens, and Trap after which the instance must not be entered again.
        """
        flat = self.lower_arguments(cx, arguments, checked=checked)
        results = callee(flat)
        value = self.lift_result(cx, results)
        if post_return is not None:
            post_return(results)
        cx.scope.finish()
        return value


class ImportCodec:
    """Lifts the arguments of a function that a core module imports and lowers its result: what the host does.

    Made once per function and pointer width. Raises UnsupportedType if a type in it has no values here.
    """

    __slots__ = ("_params", "_result", "function", "signature")

    def __init__(self, function: Function, pointer: PointerType = "i32") -> None:
        self.function = function
        self.signature = core_signature(function, "lower", pointer)
        self._params = _Values(
            [(f"parameter `{param.name}`", param.type) for param in function.params], MAX_FLAT_PARAMS, pointer
        )
        result: list[tuple[str, Type]] = [] if function.result is None else [("result", function.result)]
        self._result = _Values(result, MAX_FLAT_RESULTS, pointer)

    def call(self, cx: Context, host: Callable[..., Any], flat: Sequence[CoreValue]) -> list[CoreValue]:
        """Answer a call of the module: lift, call `host` with one argument for each parameter, lower (`canon_lower`).

        Raises Trap where the module passed something wrong, ValueMismatch where `host` returned something wrong.
        """
        result = host(*self._params.lift(cx, flat))
        cx.scope.finish()
        values = [] if self.function.result is None else [result]
        self._result.check(values)
        if not self._result.spilled:
            return self._result.lower(cx, values)
        self._result.store(cx, values, flat[-1])
        return []


class _Values:
    """Several values that are passed flat, or through memory as a tuple if they are more than `limit` core values."""

    __slots__ = ("codecs", "mask", "places", "spilled", "tuple")

    def __init__(self, named: Sequence[tuple[str, Type]], limit: int, pointer: PointerType) -> None:
        self.places = tuple(place for place, _ in named)
        self.codecs: tuple[Codec, ...] = tuple(codec_of(type, pointer) for _, type in named)
        self.tuple = codec_of(Tuple(tuple(type for _, type in named)), pointer)
        self.spilled = self.tuple.layout.flat_count > limit
        self.mask = MASK32 if pointer == "i32" else MASK64

    def check(self, values: Sequence[object]) -> None:
        for value, codec, place in zip(values, self.codecs, self.places, strict=True):
            try:
                codec.check(value)
            except AbiError as error:
                error.inside(place)
                raise

    def lower(self, cx: Context, values: Sequence[Any]) -> list[CoreValue]:
        flat: list[CoreValue] = []
        if not self.spilled:
            for value, codec in zip(values, self.codecs, strict=True):
                codec.lower(cx, value, flat)
            return flat
        layout = self.tuple.layout
        address = allocate(cx.memory, layout.size, layout.alignment, "the parameters")
        block = bytearray(layout.size)
        self.tuple.store(cx, tuple(values), block, 0)
        cx.memory.write(address, block)
        return [address]

    def store(self, cx: Context, values: Sequence[Any], place: CoreValue) -> None:
        """Put the values as a tuple where the module wants them."""
        layout = self.tuple.layout
        address = int(place) & self.mask
        check_range(cx.memory, address, layout.size, layout.alignment, "the place for the result")
        block = bytearray(layout.size)
        self.tuple.store(cx, tuple(values), block, 0)
        cx.memory.write(address, block)

    def lift(self, cx: Context, flat: Sequence[CoreValue]) -> list[Value]:
        if self.spilled:
            layout = self.tuple.layout
            address = int(flat[0]) & self.mask
            check_range(cx.memory, address, layout.size, layout.alignment, "what is passed in memory")
            values: Any = self.tuple.load(cx, cx.memory.read(address, layout.size), 0)
            return list(values)
        core = iter(flat)
        lifted: list[Value] = []
        try:
            for codec in self.codecs:
                lifted.append(codec.lift(cx, core))
        except AbiError as error:
            error.inside(self.places[len(lifted)])
            raise
        return lifted
