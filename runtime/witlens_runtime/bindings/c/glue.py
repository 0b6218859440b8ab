"""The header and the source for a world."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from witlens_analysis.model import Function, Interface, Option, Param, Resource, Result, Type, World

from ...canonical_abi.layout import layout_of
from ...canonical_abi.names import (
    ImportName,
    destructor_name,
    export_name,
    import_name,
    post_return_name,
    resource_drop_name,
    resource_new_name,
    resource_rep_name,
)
from ...canonical_abi.signature import MAX_FLAT_PARAMS, MAX_FLAT_RESULTS, core_signature
from .flat import CORE, HELPERS, Body, Flat
from .names import Side, Space, Spaces, function_name, member, snake
from .types import Types, Unsupported, is_by_value

MADE = "made by Witlens"
"""What the first line of a header says that is not a person's."""


@dataclass(frozen=True, slots=True)
class Glue:
    """A header for the guest's sources, and the source to compile with them."""

    header_name: str
    header: str
    source_name: str
    source: str


def header_name(world: str) -> str:
    """The name of the header for a world of this plain name."""
    return f"{snake(world)}.h"


def c_glue(world: World) -> Glue:
    """The glue for `world`. Raises Unsupported for what cannot be said in C yet."""
    return _Writer(world).glue()


@dataclass(frozen=True, slots=True)
class _Given:
    """A function's parameters and result as C has them: `outs` are pointers for the parts of a result."""

    name: str
    returns: str
    params: tuple[str, ...]
    outs: tuple[str, ...]

    @property
    def prototype(self) -> str:
        """The declaration without its semicolon."""
        return f"{self.returns} {self.name}({', '.join((*self.params, *self.outs)) or 'void'})"


class _Writer:
    def __init__(self, world: World) -> None:
        self.world = world
        self.spaces = Spaces(world)
        self.types = Types(self.spaces)
        self.imports: list[str] = []
        self.exports: list[str] = []
        self.resources: list[str] = []
        self.code: list[str] = []

    def glue(self) -> Glue:
        for side, items in (("import", self.world.imports), ("export", self.world.exports)):
            self._side(side, items)  # type: ignore[arg-type]
        name = self.spaces.world
        return Glue(f"{name}.h", self._header(), f"{name}.c", self._source())

    def _side(self, side: Side, items: dict[str, Interface | Function | Type | Resource]) -> None:
        for key, item in items.items():
            if isinstance(item, Interface):
                space = self.spaces.of_interface(side, key)
                for name, type in item.types.items():
                    self._type(key, name, type, space, item)
                for function in item.functions:
                    self._function(side, key, function, space)
            elif isinstance(item, Function):
                self._function(side, None, item, self.spaces.of_world())
            else:
                self._type(None, key, item, self.spaces.of_world(), None)

    def _type(self, key: str | None, name: str, type: Type | Resource, space: Space, home: Interface | None) -> None:
        self.types.alias(name, type, space)
        owner = self.world.id if home is None else home.id
        if isinstance(type, Resource) and (type.name.owner, type.name.name) == (owner, name):
            self._resource(key, type, space)

    # Resources

    def _resource(self, key: str | None, resource: Resource, space: Space) -> None:
        exported = space.side == "export"
        plain = snake(resource.name.name)
        own, place = f"{space.prefix}_own_{plain}_t", f"{space.prefix}_{plain}"
        drop = resource_drop_name(key, resource, exported=exported)
        self._intrinsic(drop, f"void __drop_{place}(int32_t handle)")
        self.resources.append(f"void {place}_drop_own({own} handle);")
        self.code.append(f"void {place}_drop_own({own} handle) {{ __drop_{place}(handle.__handle); }}\n")
        if not exported:
            borrow = f"{space.prefix}_borrow_{plain}"
            self.resources.append(f"void {place}_drop_borrow({borrow}_t handle);")
            self.resources.append(f"{borrow}_t {borrow}({own} handle);")
            self.code.append(f"void {place}_drop_borrow({borrow}_t handle) {{ __drop_{place}(handle.__handle); }}\n")
            self.code.append(f"{borrow}_t {borrow}({own} handle) {{ return ({borrow}_t){{handle.__handle}}; }}\n")
            return
        self._intrinsic(resource_new_name(key, resource), f"int32_t __new_{place}(int32_t rep)")
        self._intrinsic(resource_rep_name(key, resource), f"int32_t __rep_{place}(int32_t handle)")
        self.resources += [
            f"{own} {place}_new({place}_t *rep);",
            f"{place}_t *{place}_rep({own} handle);",
            f"void {place}_destructor({place}_t *rep);",
        ]
        self.code.append(
            f"{own} {place}_new({place}_t *rep) {{ return ({own}){{__new_{place}((int32_t)(uintptr_t)rep)}}; }}\n"
            f"{place}_t *{place}_rep({own} handle) {{ return (void *)(uintptr_t)__rep_{place}(handle.__handle); }}\n"
            f'__attribute__((export_name("{destructor_name(key, resource)}")))\n'
            f"void __destroy_{place}(int32_t rep) {{ {place}_destructor((void *)(uintptr_t)rep); }}\n"
        )

    def _intrinsic(self, name: ImportName, prototype: str) -> None:
        self.code.append(
            f'__attribute__((import_module("{name.module}"), import_name("{name.field}")))\nextern {prototype};\n'
        )

    # Functions

    def _function(self, side: Side, key: str | None, function: Function, space: Space) -> None:
        if function.is_async:
            where = f"{key}.{function.name}" if key else function.name
            raise Unsupported(f"`{where}` is async, which Witlens makes no glue for")
        given = self._given(side, key, function, space)
        (self.imports if side == "import" else self.exports).append(f"{given.prototype};")
        self.code.append(
            self._import(key, function, space, given) if side == "import" else self._export(key, function, space, given)
        )

    def _given(self, side: Side, key: str | None, function: Function, space: Space) -> _Given:
        params = []
        for param, name in zip(function.params, _param_names(function), strict=True):
            if isinstance(param.type, Option):
                params.append(f"{self.types.of(param.type.some, space)} *maybe_{name}")
            else:
                params.append(f"{self.types.of(param.type, space)} {'' if is_by_value(param.type) else '*'}{name}")
        returns, outs = "void", list[str]()
        match function.result:
            case None:
                pass
            case Option(some):
                returns, outs = "bool", [f"{self.types.of(some, space)} *ret"]
            case Result(ok, err):
                returns = "bool"
                if ok is not None:
                    outs.append(f"{self.types.of(ok, space)} *ret")
                if err is not None:
                    outs.append(f"{self.types.of(err, space)} *err")
            case result if is_by_value(result):
                returns = self.types.of(result, space)
            case result:
                outs = [f"{self.types.of(result, space)} *ret"]
        prefix = "exports_" if side == "export" and key is None else ""
        return _Given(prefix + function_name(space, function), returns, tuple(params), tuple(outs))

    def _import(self, key: str | None, function: Function, space: Space, given: _Given) -> str:
        """The function that the guest calls: it passes its arguments flat, or in memory where they are too many."""
        flat, body = Flat(self.types, space), Body()
        values = []
        for param, name in zip(function.params, _param_names(function), strict=True):
            if isinstance(param.type, Option):
                value = body.fresh("option")
                body.add(f"{self.types.of(param.type, space)} {value};")
                body.add(f"{value}.is_some = maybe_{name} != NULL;")
                body.add(f"if ({value}.is_some) {value}.val = *maybe_{name};")
            else:
                value = name if is_by_value(param.type) else f"(*{name})"
            values.append((param, value))
        signature = core_signature(function, "lower")
        if _is_indirect(function.params):
            body.add(f"struct {{\n{self._members(function, space)}  }} __arguments;")
            for index, (_, value) in enumerate(values):
                body.add(f"__arguments.f{index} = {value};")
            arguments = ["(int32_t)(uintptr_t)&__arguments"]
        else:
            arguments = [slot for param, value in values for slot in flat.lower(body, param.type, value)]
        result = function.result
        core = f"__import_{given.name}"
        field = import_name(key, function)
        returns = CORE[signature.results[0]] if signature.results else "void"
        params = ", ".join(CORE[one] for one in signature.params) or "void"
        declared = (
            f'__attribute__((import_module("{field.module}"), import_name("{field.field}")))\n'
            f"extern {returns} {core}({params});\n"
        )
        if result is None:
            body.add(f"{core}({', '.join(arguments)});")
        else:
            body.add(f"{self.types.of(result, space)} __result;")
            if signature.results:
                body.add(f"{returns} __core = {core}({', '.join(arguments)});")
                flat.lift(body, result, "__result", iter(["__core"]))
            else:
                body.add(f"{core}({', '.join((*arguments, '(int32_t)(uintptr_t)&__result'))});")
            _hand_out(body, result)
        return f"{declared}{given.prototype} {{\n{body.text}}}\n"

    def _members(self, function: Function, space: Space) -> str:
        """The arguments as one record."""
        return "".join(
            f"    {self.types.of(param.type, space)} f{index};\n" for index, param in enumerate(function.params)
        )

    def _export(self, key: str | None, function: Function, space: Space, given: _Given) -> str:
        """The core function that calls the guest's own."""
        flat, body = Flat(self.types, space), Body()
        signature = core_signature(function, "lift")
        slots = [f"__p{index}" for index in range(len(signature.params))]
        values = [body.fresh("value") for _ in function.params]
        if _is_indirect(function.params):
            body.add(f"struct {{\n{self._members(function, space)}  }} *__arguments = (void *)(uintptr_t)__p0;")
        source = iter(slots)
        arguments = []
        for index, (param, value) in enumerate(zip(function.params, values, strict=True)):
            body.add(f"{self.types.of(param.type, space)} {value};")
            if _is_indirect(function.params):
                body.add(f"{value} = __arguments->f{index};")
            else:
                flat.lift(body, param.type, value, source)
            if isinstance(param.type, Option):
                arguments.append(f"{value}.is_some ? &{value}.val : NULL")
            else:
                arguments.append(value if is_by_value(param.type) else f"&{value}")
        if _is_indirect(function.params):
            body.add("free(__arguments);")
        returns = CORE[signature.results[0]] if signature.results else "void"
        post = ""
        result = function.result
        if result is None:
            body.add(f"{given.name}({', '.join(arguments)});")
        else:
            type = self.types.of(result, space)
            pointed = layout_of(result).flat_count > MAX_FLAT_RESULTS
            body.add(f"{'static ' if pointed else ''}{type} __result;")
            _take(body, result, given.name, arguments)
            if pointed:
                body.add("return (int32_t)(uintptr_t)&__result;")
                post = self._post_return(key, function, space, given, type)
            else:
                body.add(f"return {flat.lower(body, result, '__result')[0]};")
        params = ", ".join(f"{CORE[core]} {slot}" for core, slot in zip(signature.params, slots, strict=True)) or "void"
        head = (
            f'__attribute__((export_name("{export_name(key, function)}")))\n{returns} __export_{given.name}({params})'
        )
        return f"{head} {{\n{body.text}}}\n{post}"

    def _post_return(self, key: str | None, function: Function, space: Space, given: _Given, type: str) -> str:
        """The function that frees a result once the caller has it, "" where there is nothing to free."""
        assert function.result is not None
        freeing = self.types.free(function.result, "(*result)", space, drops=False)
        if not freeing:
            return ""
        return (
            f'__attribute__((export_name("{post_return_name(key, function)}")))\n'
            f"void __post_{given.name}(int32_t at) {{\n"
            f"  {type} *result = (void *)(uintptr_t)at;\n{freeing}}}\n"
        )

    # The files

    def _header(self) -> str:
        world, string = self.spaces.world, self.types.string
        guard = f"WITLENS_{world.upper()}_H"
        parts = [
            f"// The world `{self.world.id}` for C, {MADE}: it is made anew with every build.",
            f"#ifndef {guard}\n#define {guard}",
            "#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>",
            '#ifdef __cplusplus\nextern "C" {\n#endif',
            "// Text in UTF-8, without a zero at its end.\n"
            f"typedef struct {{\n  uint8_t *ptr;\n  size_t len;\n}} {string};",
            *self.types.declarations,
            *_section("What the world imports: call these.", self.imports),
            *_section("What the world exports: write these.", self.exports),
            *_section("Handles of resources.", self.resources),
            *_section("Free what a value holds, handles included.", self.types.free_prototypes),
            f"// Makes `ret` refer to a text that stays where it is; it is not to be freed.\n"
            f"void {world}_string_set({string} *ret, const char *text);\n"
            f"// Makes `ret` a copy of a text.\n"
            f"void {world}_string_dup({string} *ret, const char *text);\n"
            f"// Makes `ret` a copy of the first `length` bytes of a text.\n"
            f"void {world}_string_dup_n({string} *ret, const char *text, size_t length);\n"
            f"void {world}_string_free({string} *ret);",
            "#ifdef __cplusplus\n}\n#endif\n#endif",
        ]
        return "\n\n".join(parts) + "\n"

    def _source(self) -> str:
        world, string = self.spaces.world, self.types.string
        parts = [
            f"// Carries values of the world `{self.world.id}` over the Canonical ABI. Made by Witlens.",
            f'#include "{world}.h"\n\n#include <stdlib.h>\n#include <string.h>',
            '#pragma GCC diagnostic ignored "-Wunused-function"',
            HELPERS,
            _REALLOC,
            *self.types.asserts,
            _STRINGS.replace("@string", string).replace("@", world),
            *self.types.free_definitions,
            *self.code,
        ]
        return "\n\n".join(parts) + "\n"


def _param_names(function: Function) -> list[str]:
    return [member(param.name) for param in function.params]


def _is_indirect(params: tuple[Param, ...]) -> bool:
    return sum(layout_of(param.type).flat_count for param in params) > MAX_FLAT_PARAMS


def _hand_out(body: Body, result: Type) -> None:
    """Gives what is in `__result` to the guest."""
    match result:
        case Option():
            body.add("if (__result.is_some) *ret = __result.val;")
            body.add("return __result.is_some;")
        case Result(ok, err):
            for condition, payload, place in (("!", ok, "ret"), ("", err, "err")):
                if payload is not None:
                    member = "ok" if place == "ret" else "err"
                    body.add(f"if ({condition}__result.is_err) *{place} = __result.val.{member};")
            body.add("return !__result.is_err;")
        case _ if is_by_value(result):
            body.add("return __result;")
        case _:
            body.add("*ret = __result;")


def _take(body: Body, result: Type, name: str, arguments: list[str]) -> None:
    """Calls the guest's function and puts what it gives into `__result`."""
    match result:
        case Option():
            body.add(f"__result.is_some = {name}({', '.join((*arguments, '&__result.val'))});")
        case Result(ok, err):
            # Both lie in the same place, so the one that is not given must not be written over the other.
            places = []
            for payload, place in ((ok, "ok"), (err, "err")):
                if payload is not None:
                    places.append(f"&__{place}")
            for payload, place in ((ok, "ok"), (err, "err")):
                if payload is not None:
                    body.add(f"__typeof__(__result.val.{place}) __{place};")
            body.add(f"__result.is_err = !{name}({', '.join((*arguments, *places))});")
            if ok is not None:
                body.add("if (!__result.is_err) __result.val.ok = __ok;")
            if err is not None:
                body.add("if (__result.is_err) __result.val.err = __err;")
        case _ if is_by_value(result):
            body.add(f"__result = {name}({', '.join(arguments)});")
        case _:
            body.add(f"{name}({', '.join((*arguments, '&__result'))});")


def _section(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield f"// {title}\n" + "\n".join(lines)


_REALLOC = """__attribute__((weak, export_name("cabi_realloc")))
void *cabi_realloc(void *old, size_t old_size, size_t align, size_t size) {
  (void)old_size;
  if (size == 0) return (void *)align;
  void *made = realloc(old, size);
  if (made == NULL) abort();
  return made;
}"""

_STRINGS = """void @_string_set(@string *ret, const char *text) {
  ret->ptr = (uint8_t *)text;
  ret->len = strlen(text);
}

void @_string_dup(@string *ret, const char *text) { @_string_dup_n(ret, text, strlen(text)); }

void @_string_dup_n(@string *ret, const char *text, size_t length) {
  ret->ptr = length > 0 ? malloc(length) : NULL;
  ret->len = length;
  if (length > 0) {
    if (ret->ptr == NULL) abort();
    memcpy(ret->ptr, text, length);
  }
}

void @_string_free(@string *ret) {
  if (ret->len > 0) free(ret->ptr);
  ret->ptr = NULL;
  ret->len = 0;
}"""
