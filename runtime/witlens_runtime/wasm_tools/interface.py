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

_VERSION = Record(
    (
        Field("major", Primitive("u64")),
        Field("minor", Primitive("u64")),
        Field("patch", Primitive("u64")),
        Field("pre", Option(_STRING)),
        Field("build", Option(_STRING)),
    ),
    _name("semver-version"),
)
_INTERFACE_METADATA = Record(
    (
        Field("namespace", _STRING),
        Field("package", _STRING),
        Field("interface", _STRING),
        Field("version", Option(_VERSION)),
    ),
    _name("interface-metadata"),
)
_WIT_METADATA = Record(
    (Field("imports", List(_INTERFACE_METADATA)), Field("exports", List(_INTERFACE_METADATA))), _name("wit-metadata")
)
_WIT_SPECIFIER = Variant((Case("source", _STRING), Case("path", _STRING)), _name("wit-specifier"))

PARSE = _function("parse", {"wat": _STRING}, _BYTES)
PRINT = _function("print", {"binary": _BYTES}, _STRING)
COMPONENT_NEW = _function(
    "component-new", {"binary": _BYTES, "adapters": Option(List(Tuple((_STRING, _BYTES))))}, _BYTES
)
COMPONENT_WIT = _function("component-wit", {"binary": _BYTES}, _STRING)
COMPONENT_EMBED = _function("component-embed", {"embed-opts": _EMBED_OPTIONS}, _BYTES)
METADATA_FOR_WORLD = _function(
    "component-wit-metadata-for-world", {"wit": _WIT_SPECIFIER, "world-name": Option(_STRING)}, _WIT_METADATA
)
METADATA_SHOW = _function("metadata-show", {"binary": _BYTES}, List(_MODULE_METADATA))
METADATA_ADD = _function("metadata-add", {"binary": _BYTES, "metadata": PRODUCERS}, _BYTES)
