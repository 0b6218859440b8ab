"""The functions of `local:wasm-tools/tools`, which `wasm-tools.core.wasm` exports, in terms of the model."""

from __future__ import annotations

from witlens_analysis.model import (
    Case,
    Enum,
    Field,
    Function,
    List,
    Option,
    Param,
    Primitive,
    Record,
    Result,
    Tuple,
    Type,
    TypeName,
    Variant,
)

ID = "local:wasm-tools/tools"

_STRING = Primitive("string")
_BYTES = List(Primitive("u8"))
_U32 = Primitive("u32")


def _name(name: str) -> TypeName:
    return TypeName(ID, name)


def _function(name: str, params: dict[str, Type], ok: Type) -> Function:
    return Function(name, tuple(Param(key, type) for key, type in params.items()), Result(ok, _STRING))


PRODUCERS = List(Tuple((_STRING, List(Tuple((_STRING, _STRING))))), _name("producers-fields"))

_ENCODING = Enum(("utf8", "utf16", "compact-utf16"), _name("string-encoding"))
_FEATURES = Variant((Case("list", List(_STRING)), Case("all", None)), _name("enabled-feature-set"))
_EMBED_OPTIONS = Record(
    (
        Field("binary", Option(_BYTES)),
        Field("wit-source", Option(_STRING)),
        Field("wit-path", Option(_STRING)),
        Field("string-encoding", Option(_ENCODING)),
        Field("dummy", Option(Primitive("bool"))),
        Field("world", Option(_STRING)),
        Field("metadata", Option(PRODUCERS)),
        Field("features", Option(_FEATURES)),
    ),
    _name("embed-opts"),
)
_MODULE_METADATA = Record(
    (
        Field("parent-index", Option(_U32)),
        Field("name", Option(_STRING)),
        Field("meta-type", Variant((Case("module", None), Case("component", _U32)), _name("module-meta-type"))),
        Field("range", Tuple((_U32, _U32))),
        Field("producers", PRODUCERS),
    ),
    _name("module-metadata"),
)

PARSE = _function("parse", {"wat": _STRING}, _BYTES)
PRINT = _function("print", {"binary": _BYTES}, _STRING)
COMPONENT_NEW = _function(
    "component-new", {"binary": _BYTES, "adapters": Option(List(Tuple((_STRING, _BYTES))))}, _BYTES
)
COMPONENT_WIT = _function("component-wit", {"binary": _BYTES}, _STRING)
COMPONENT_EMBED = _function("component-embed", {"embed-opts": _EMBED_OPTIONS}, _BYTES)
METADATA_SHOW = _function("metadata-show", {"binary": _BYTES}, List(_MODULE_METADATA))
METADATA_ADD = _function("metadata-add", {"binary": _BYTES, "metadata": PRODUCERS}, _BYTES)
