"""Values of C taken apart into core values, and put together again (CanonicalABI.md: Flat Lifting, Flat Lowering)."""

from __future__ import annotations

from collections.abc import Iterator

from witlens_analysis.model import (
    Borrow,
    Enum,
    Flags,
    List,
    Option,
    Own,
    Primitive,
    Record,
    Result,
    Tuple,
    Type,
    Variant,
)

from ...canonical_abi.layout import CoreType, layout_of
from .names import Space
from .types import Types, as_list, cases_of, discriminant_of, fields_of

CORE: dict[CoreType, str] = {"i32": "int32_t", "i64": "int64_t", "f32": "float", "f64": "double"}

#: What `CAST` stands for in slots that several cases share: from the type of the payload to that of the slot.
_JOINED: dict[tuple[CoreType, CoreType], str] = {
    ("f32", "i32"): "bits_of_float({})",
    ("i32", "i64"): "(int64_t)(uint32_t)({})",
    ("f32", "i64"): "(int64_t)(uint32_t)bits_of_float({})",
    ("f64", "i64"): "bits_of_double({})",
}
_PARTED: dict[tuple[CoreType, CoreType], str] = {
    ("i32", "f32"): "float_of_bits({})",
    ("i64", "i32"): "(int32_t)({})",
    ("i64", "f32"): "float_of_bits((int32_t)({}))",
    ("i64", "f64"): "double_of_bits({})",
}

HELPERS = """static inline int32_t bits_of_float(float value) { int32_t bits; memcpy(&bits, &value, 4); return bits; }
static inline float float_of_bits(int32_t bits) { float value; memcpy(&value, &bits, 4); return value; }
static inline int64_t bits_of_double(double value) { int64_t bits; memcpy(&bits, &value, 8); return bits; }
static inline double double_of_bits(int64_t bits) { double value; memcpy(&value, &bits, 8); return value; }
"""


class Body:
    """The statements of one function, with names of its own for what is in between."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._count = 0
        self._indent = "  "

    def add(self, line: str) -> None:
        """Adds a statement."""
        self.lines.append(self._indent + line)

    def fresh(self, prefix: str = "part") -> str:
        """A name that nothing in the function has; parameters have none that begins with two underscores."""
        self._count += 1
        return f"__{prefix}{self._count}"

    def enter(self, line: str) -> None:
        """Begins a block."""
        self.add(line)
        self._indent += "  "

    def leave(self, line: str = "}") -> None:
        """Ends it."""
        self._indent = self._indent[:-2]
        self.add(line)

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(f"{line}\n" for line in self.lines)


class Flat:
    """Flattens and unflattens values as one space mentions their types."""

    def __init__(self, types: Types, space: Space) -> None:
        self.types = types
        self.space = space

    def lower(self, body: Body, type: Type, value: str) -> list[str]:
        """The core values of the C value `value`, as expressions."""
        type = as_list(type)
        match type:
            case Primitive("string") | List():
                return [f"(int32_t)(uintptr_t){value}.ptr", f"(int32_t){value}.len"]
            case Primitive("f32" | "f64"):
                return [value]
            case Primitive("s64" | "u64"):
                return [f"(int64_t){value}"]
            case Borrow(resource) if self.types.is_exported(resource, self.space):
                return [f"(int32_t)(uintptr_t){value}"]
            case Own() | Borrow():
                return [f"{value}.__handle"]
            case Primitive() | Enum() | Flags():
                return [f"(int32_t){value}"]
            case Record() | Tuple():
                return [slot for name, part in fields_of(type) for slot in self.lower(body, part, f"{value}.{name}")]
            case Variant() | Option() | Result():
                return self._lower_choice(body, type, value)
        raise AssertionError(type)

    def _lower_choice(self, body: Body, type: Variant | Option | Result, value: str) -> list[str]:
        flat = _slots_of(type)
        slots = [body.fresh("slot") for _ in flat]
        body.add(f"int32_t {slots[0]} = (int32_t){value}.{discriminant_of(type)};")
        for name, core in zip(slots[1:], flat[1:], strict=True):
            body.add(f"{CORE[core]} {name} = 0;")
        if len(slots) == 1:
            return slots
        body.enter(f"switch ({slots[0]}) {{")
        for index, (place, payload) in enumerate(cases_of(type)):
            if payload is None:
                continue
            body.enter(f"case {index}: {{")
            own = _slots_of(payload)
            parts = self.lower(body, payload, f"{value}.{place}")
            for name, core, part, inner in zip(slots[1:], flat[1:], parts, own, strict=False):
                body.add(f"{name} = {_JOINED[inner, core].format(part) if inner != core else part};")
            body.add("break;")
            body.leave()
        body.leave()
        return slots

    def lift(self, body: Body, type: Type, target: str, slots: Iterator[str]) -> None:
        """Statements that make `target`, a C value, of core values."""
        type = as_list(type)
        match type:
            case Primitive("string") | List():
                body.add(f"{target}.ptr = (void *)(uintptr_t){next(slots)};")
                body.add(f"{target}.len = (size_t){next(slots)};")
            case Borrow(resource) if self.types.is_exported(resource, self.space):
                body.add(f"{target} = (void *)(uintptr_t){next(slots)};")
            case Own() | Borrow():
                body.add(f"{target}.__handle = {next(slots)};")
            case Primitive() | Enum() | Flags():
                body.add(f"{target} = ({self.types.of(type, self.space)}){next(slots)};")
            case Record() | Tuple():
                for name, part in fields_of(type):
                    self.lift(body, part, f"{target}.{name}", slots)
            case Variant() | Option() | Result():
                self._lift_choice(body, type, target, slots)
            case _:
                raise AssertionError(type)

    def _lift_choice(self, body: Body, type: Variant | Option | Result, target: str, slots: Iterator[str]) -> None:
        flat = _slots_of(type)
        own = [next(slots) for _ in flat]
        body.add(f"{target}.{discriminant_of(type)} = {own[0]};")
        if len(own) == 1:
            return
        body.enter(f"switch ({own[0]}) {{")
        for index, (place, payload) in enumerate(cases_of(type)):
            if payload is None:
                continue
            body.enter(f"case {index}: {{")
            parts = [
                _PARTED[core, inner].format(slot) if inner != core else slot
                for slot, core, inner in zip(own[1:], flat[1:], _slots_of(payload), strict=False)
            ]
            self.lift(body, payload, f"{target}.{place}", iter(parts))
            body.add("break;")
            body.leave()
        body.leave()


def _slots_of(type: Type) -> tuple[CoreType, ...]:
    """The core types of a value that is passed flat, which none of very many parts is."""
    flat = layout_of(type).flat
    assert flat is not None
    return flat
