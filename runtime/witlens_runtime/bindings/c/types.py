"""Types as C declares them, each after what it is made of, and the functions that free their values."""

from __future__ import annotations

from witlens_analysis.model import (
    Borrow,
    Enum,
    FixedList,
    Flags,
    Future,
    List,
    Map,
    Option,
    Own,
    Primitive,
    Record,
    Resource,
    Result,
    Stream,
    Tuple,
    Type,
    Variant,
)

from ...canonical_abi.layout import layout_of
from ...types import walk
from .names import Space, Spaces, member, snake

_PRIMITIVES = {
    "bool": "bool",
    "char": "uint32_t",
    "f32": "float",
    "f64": "double",
    **{f"u{bits}": f"uint{bits}_t" for bits in (8, 16, 32, 64)},
    **{f"s{bits}": f"int{bits}_t" for bits in (8, 16, 32, 64)},
}


class Unsupported(Exception):
    """A type or function that has no form in C here; `str()` says which and why."""


def is_by_value(type: Type) -> bool:
    """Whether functions take and give values of `type` themselves, not pointers to them."""
    match type:
        case Primitive(name):
            return name != "string"
        case _:
            return isinstance(type, Enum | Flags | Own | Borrow)


def as_list(type: Type) -> Type:
    """A map as the list of pairs that it is, any other type as it is."""
    return List(Tuple((type.key, type.value)), type.name) if isinstance(type, Map) else type


def fields_of(type: Record | Tuple) -> tuple[tuple[str, Type], ...]:
    """The members of the struct, in order."""
    if isinstance(type, Record):
        return tuple((member(field.name), field.type) for field in type.fields)
    return tuple((f"f{index}", part) for index, part in enumerate(type.types))


def cases_of(type: Variant | Option | Result) -> tuple[tuple[str, Type | None], ...]:
    """For each case, in order of discriminants, the member that holds its payload."""
    match type:
        case Variant(cases):
            return tuple((f"val.{member(case.name)}", case.type) for case in cases)
        case Option(some):
            return (("", None), ("val", some))
        case Result(ok, err):
            return (("val.ok", ok), ("val.err", err))


def discriminant_of(type: Variant | Option | Result) -> str:
    """The member that says which case it is."""
    return {"Variant": "tag", "Option": "is_some", "Result": "is_err"}[type.__class__.__name__]


class Types:
    """The declarations for one world. `of` declares a type when it is first asked for."""

    def __init__(self, spaces: Spaces) -> None:
        self.spaces = spaces
        self.string = f"{spaces.world}_string_t"
        self.declarations: list[str] = []
        self.free_prototypes: list[str] = []
        self.free_definitions: list[str] = []
        self.asserts: list[str] = []
        self._texts: dict[str, str] = {}
        # By identity: types share parts, so that what is nested deep would be told again and again.
        self._found: dict[tuple[int, Space], tuple[Type, str]] = {}
        self._declared_names: set[str] = set()
        self._resources: set[str] = set()
        self._freed: set[str] = set()

    def of(self, type: Type, space: Space) -> str:
        """What `type` is called where `space` mentions it."""
        place = (id(type), space)
        found = self._found.get(place)
        if found is None:
            found = self._found[place] = (type, self._of(type, space))
        return found[1]

    def _of(self, type: Type, space: Space) -> str:
        type = as_list(type)
        match type:
            case Primitive("string"):
                return self.string
            case Primitive("error-context") | Stream() | Future() | FixedList():
                raise Unsupported(_why(type))
            case Primitive(name):
                return _PRIMITIVES[name]
            case Own(resource) | Borrow(resource):
                return self._handle(type, resource, space)
        if type.name is not None:
            space = self.spaces.of_type(type.name, space)
            base = f"{space.prefix}_{snake(type.name.name)}"
        else:
            alone = all(
                isinstance(part, Primitive) or (part.name is None and not isinstance(part, Result | Own | Borrow))
                for part in walk(type)
            )
            base = f"{self.spaces.world if alone else space.prefix}_{self._described(type)}"
        return self._declared(type, base, space)

    def alias(self, name: str, type: Type | Resource, space: Space) -> None:
        """Declares what an interface or world calls `name`, unless it is called that anyway."""
        if isinstance(type, Resource):
            home = self.spaces.of_type(type.name, space)
            own, borrow = (self.of(handle, space) for handle in (Own(type), Borrow(type)))
            if (home.prefix, type.name.name) != (space.prefix, name):
                self.declarations.append(f"typedef {own} {space.prefix}_own_{snake(name)}_t;")
                self.declarations.append(f"typedef {borrow} {space.prefix}_borrow_{snake(name)}_t;")
            return
        called, wanted = self.of(type, space), f"{space.prefix}_{snake(name)}_t"
        if called != wanted:
            self.declarations.append(f"typedef {called} {wanted};")
            if called in self._freed:
                free, other = (f"{one.removesuffix('_t')}_free" for one in (called, wanted))
                self.free_prototypes.append(f"#define {other} {free}")

    def is_exported(self, resource: Resource, space: Space) -> bool:
        """Whether it is the guest that implements the resource that `space` means."""
        return self.spaces.of_type(resource.name, space).side == "export"

    # Declarations

    def _declared(self, type: Type, base: str, space: Space) -> str:
        text = self._definition(type, space)
        name = base
        while self._texts.setdefault(name, text) != text:
            name += "_"  # another type of this name is there
        full = f"{name}_t"
        if full not in self._declared_names:
            self._declared_names.add(full)
            self.declarations.append(text.replace("@", full) + self._constants(type, name))
            layout = layout_of(type)
            self.asserts.append(f'_Static_assert(sizeof({full}) == {layout.size}, "{full}");')
            if not isinstance(type, Enum | Flags):
                self._free_function(type, name, space)
        return full

    def _definition(self, type: Type, space: Space) -> str:
        match type:
            case Record() | Tuple():
                members = "".join(f"  {self.of(part, space)} {name};\n" for name, part in fields_of(type))
                return f"typedef struct {{\n{members}}} @;"
            case List(element):
                return f"typedef struct {{\n  {self.of(element, space)} *ptr;\n  size_t len;\n}} @;"
            case Option(some):
                return f"typedef struct {{\n  bool is_some;\n  {self.of(some, space)} val;\n}} @;"
            case Variant() | Result():
                kind = "bool" if isinstance(type, Result) else _unsigned(_tag_size(len(type.cases)))
                payloads = "".join(
                    f"    {self.of(payload, space)} {place.removeprefix('val.')};\n"
                    for place, payload in cases_of(type)
                    if payload is not None
                )
                union = f"  union {{\n{payloads}  }} val;\n" if payloads else ""
                return f"typedef struct {{\n  {kind} {discriminant_of(type)};\n{union}}} @;"
            case Enum() | Flags():
                return f"typedef {_unsigned(layout_of(type).size)} @;"
        raise Unsupported(_why(type))

    def _constants(self, type: Type, name: str) -> str:
        match type:
            case Flags(names):
                values = [(one, f"(1u << {index})") for index, one in enumerate(names)]
            case Enum(names):
                values = [(one, str(index)) for index, one in enumerate(names)]
            case Variant(cases):
                values = [(case.name, str(index)) for index, case in enumerate(cases)]
            case _:
                return ""
        return "".join(f"\n#define {name.upper()}_{snake(one).upper()} {value}" for one, value in values)

    def _described(self, type: Type | None) -> str:
        """A type without a name, in words."""
        if type is None:
            return "void"
        type = as_list(type)
        match type:
            case Own(resource):
                return f"own_{snake(resource.name.name)}"
            case Borrow(resource):
                return f"borrow_{snake(resource.name.name)}"
            case Primitive("char"):
                return "char32"
            case Primitive(name):
                return snake(name)
            case _ if type.name is not None:
                return snake(type.name.name)
            case List(element):
                return f"list_{self._described(element)}"
            case Option(some):
                return f"option_{self._described(some)}"
            case Result(ok, err):
                return f"result_{self._described(ok)}_{self._described(err)}"
            case Tuple(types):
                return "_".join((f"tuple{len(types)}", *map(self._described, types)))
        raise Unsupported(_why(type))

    def _handle(self, type: Own | Borrow, resource: Resource, space: Space) -> str:
        home = self.spaces.of_type(resource.name, space)
        plain = snake(resource.name.name)
        self._resource(home, plain)
        kind = "own" if isinstance(type, Own) else "borrow"
        return f"{home.prefix}_{kind}_{plain}_t"

    def _resource(self, space: Space, name: str) -> None:
        """Declares the handles of a resource; a borrowed one of the guest's own is what it stands for."""
        place = f"{space.prefix}_{name}"
        if place in self._resources:
            return
        self._resources.add(place)
        lines = [_HANDLE.format(f"{space.prefix}_own_{name}_t")]
        if space.side == "export":
            lines.append(f"typedef struct {place}_t {place}_t;")
            lines.append(f"typedef {place}_t *{space.prefix}_borrow_{name}_t;")
        else:
            lines.append(_HANDLE.format(f"{space.prefix}_borrow_{name}_t"))
        self.declarations.append("\n".join(lines))

    # Freeing

    def _free_function(self, type: Type, name: str, space: Space) -> None:
        self._freed.add(f"{name}_t")
        self.free_prototypes.append(f"void {name}_free({name}_t *ptr);")
        for suffix, drops in (("free", True), ("release", False)):
            body = self._freeing(type, "(*ptr)", space, drops=drops, indent="  ")
            storage = "" if drops else "__attribute__((unused)) static "
            self.free_definitions.append(
                f"{storage}void {name}_{suffix}({name}_t *ptr) {{\n{body or '  (void)ptr;' + chr(10)}}}"
            )

    def free(self, type: Type, value: str, space: Space, *, drops: bool, indent: str = "  ") -> str:
        """Statements that free what `value` holds; with `drops`, handles go as well. "" if it holds nothing."""
        match as_list(type):
            case Primitive("string"):
                return f"{indent}{self.spaces.world}_string_free(&{value});\n"
            case Own(resource):
                if not drops:
                    return ""
                home = self.spaces.of_type(resource.name, space)
                return f"{indent}{home.prefix}_{snake(resource.name.name)}_drop_own({value});\n"
            case Primitive() | Enum() | Flags() | Borrow():
                return ""
            case _:
                if not self.holds(type, drops=drops):
                    return ""
                name = self.of(type, space).removesuffix("_t")
                return f"{indent}{name}_{'free' if drops else 'release'}(&{value});\n"

    def holds(self, type: Type, *, drops: bool) -> bool:
        """Whether a value can hold memory (or, with `drops`, handles)."""
        return any(
            isinstance(part, List | Map)
            or (isinstance(part, Primitive) and part.name == "string")
            or (drops and isinstance(part, Own))
            for part in walk(type)
        )

    def _freeing(self, type: Type, value: str, space: Space, *, drops: bool, indent: str) -> str:
        match as_list(type):
            case Record() | Tuple() as struct:
                return "".join(
                    self.free(part, f"{value}.{name}", space, drops=drops, indent=indent)
                    for name, part in fields_of(struct)
                )
            case List(element):
                each = self.free(element, f"{value}.ptr[index]", space, drops=drops, indent=indent + "  ")
                loop = f"{indent}for (size_t index = 0; index < {value}.len; index++) {{\n{each}{indent}}}\n"
                own = f"{indent}if ({value}.len > 0) free({value}.ptr);\n{indent}{value}.ptr = NULL;\n"
                return (loop if each else "") + own + f"{indent}{value}.len = 0;\n"
            case Variant() | Option() | Result() as choice:
                parts = []
                for index, (place, payload) in enumerate(cases_of(choice)):
                    if payload is None:
                        continue
                    inner = self.free(payload, f"{value}.{place}", space, drops=drops, indent=indent + "  ")
                    if inner:
                        condition = f"{value}.{discriminant_of(choice)} == {index}"
                        parts.append(f"{indent}if ({condition}) {{\n{inner}{indent}}}\n")
                return "".join(parts)
        return ""


_HANDLE = "typedef struct {{\n  int32_t __handle;\n}} {};"


def _tag_size(count: int) -> int:
    return layout_of(Enum(tuple(map(str, range(count))))).size


def _unsigned(size: int) -> str:
    return f"uint{8 * size}_t"


def _why(type: Type) -> str:
    kind = type.name if isinstance(type, Primitive) else type.__class__.__name__.lower()
    if isinstance(type, FixedList):
        kind = "list of fixed length"
    return f"there is a {kind}, which Witlens makes no glue for"
