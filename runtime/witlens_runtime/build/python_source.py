"""Compares a Python app with its world before the build: componentize-py takes a missing or wrong function silently.

Names follow componentize-py: class `WitWorld` for functions of the world itself, `HostLog` for an exported interface
`host-log`, and for its resources a class each in the module that is named after the interface (`host_log.py`).
"""

from __future__ import annotations

import keyword
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parso import grammar as parso_grammar

from witlens_analysis.model import Function, Interface, World

from .model import Problem

MAX_BYTES = 2 * 1024 * 1024
_TOOL = "witlens"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A function that a class has to have."""

    name: str
    parameters: int
    is_static: bool
    told: str


def check_python(source: Path, world: World) -> list[Problem]:
    """The classes and methods that `world` asks for and the app `source` lacks, or has with another number of
    parameters, and errors of syntax."""
    module = _parse(source)
    if module is None:
        return []
    found = list(_syntax(source, module))
    if found:
        return found
    plain = [item for item in world.exports.values() if isinstance(item, Function)]
    if plain:
        found += _class(source, module, "WitWorld", list(map(_wanted, plain)), f"world `{_short(world.id)}`")
    for key, item in world.exports.items():
        if not isinstance(item, Interface):
            continue
        name = _short(key)
        free = [one for one in item.functions if not one.name.startswith("[")]
        if free:
            found += _class(source, module, camel(name), list(map(_wanted, free)), f"interface `{name}`")
        found += _resources(source, name, item)
    return found


def _resources(source: Path, name: str, interface: Interface) -> Iterator[Problem]:
    by_resource: dict[str, list[_Wanted]] = {}
    for function in interface.functions:
        if function.name.startswith("["):
            resource = function.name.rpartition("]")[2].partition(".")[0]
            by_resource.setdefault(resource, []).append(_wanted(function))
    if not by_resource:
        return
    place = source.with_name(f"{snake(name)}.py")
    if not place.is_file() and not (source.parent / snake(name) / "__init__.py").is_file():
        missing = ", ".join(f"`{camel(one)}`" for one in by_resource)
        message = f"the resources of interface `{name}` belong in a module `{place.name}`: it lacks class {missing}"
        yield Problem(source, 1, 1, message, _TOOL)
        return
    module = _parse(place)
    if module is None:
        return
    if errors := list(_syntax(place, module)):
        yield from errors
        return
    for resource, wanted in by_resource.items():
        yield from _class(place, module, camel(resource), wanted, f"resource `{resource}` of interface `{name}`")


def _class(source: Path, module: Any, name: str, wanted: list[_Wanted], told: str) -> Iterator[Problem]:
    node = next((one for one in module.iter_classdefs() if one.name.value == name), None)
    if node is None:
        if not _has_star_import(module) and name not in _names(module):
            listed = ", ".join(f"`{one.name}`" for one in wanted[:3]) + (", ..." if len(wanted) > 3 else "")
            yield Problem(source, 1, 1, f"there is no class `{name}` with {listed}, which {told} exports", _TOOL)
        return
    methods = {one.name.value: one for one in node.iter_funcdefs()}
    for async_node in _decorated_async(node):
        methods.setdefault(async_node.name.value, async_node)
    bases = [
        base for base in _bases(node) if not base.startswith(("exports.", "wit_world.", "Protocol")) and base != name
    ]
    for one in wanted:
        method = methods.get(one.name)
        if method is None:
            inherited = bases and not all(base.rpartition(".")[2] in (name, "WitWorld", "object") for base in bases)
            if not inherited and one.name not in _assigned(node):
                yield _at(source, node.name, f"class `{name}` lacks `{one.name}` for {one.told} of {told}")
            continue
        yield from _arity(source, method, one, name)


def _arity(source: Path, method: Any, wanted: _Wanted, owner: str) -> Iterator[Problem]:
    parameters = method.get_params()
    if any(one.star_count for one in parameters):
        return
    decorators = {str(one.children[1].get_code(include_prefix=False)) for one in method.get_decorators()}
    names = [one for one in parameters if one.name.value not in ("*", "/")]
    given = len(names) if "staticmethod" in decorators else len(names) - 1
    required = given - sum(one.default is not None for one in names)
    if given < 0 or not required <= wanted.parameters <= given:
        count = "no parameter" if wanted.parameters == 0 else f"{wanted.parameters} parameter"
        plural = "s" if wanted.parameters > 1 else ""
        first = "`cls`" if wanted.is_static else "`self`"
        message = f"`{owner}.{wanted.name}` takes {max(given, 0)} beside {first}, but {wanted.told} has {count}{plural}"
        yield _at(source, method.name, message)


def _wanted(function: Function) -> _Wanted:
    marker, _, plain = function.name.rpartition("]")
    count = len(function.params)
    if marker == "":
        return _Wanted(_escaped(snake(plain)), count, False, f"function `{plain}`")
    resource, _, member = plain.partition(".")
    if "constructor" in marker:
        return _Wanted("__init__", count, False, f"the constructor of `{resource}`")
    is_static = "static" in marker
    return _Wanted(_escaped(snake(member)), count if is_static else count - 1, is_static, f"function `{plain}`")


def camel(name: str) -> str:
    """`host-log` as a class: `HostLog`."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("-"))


def snake(name: str) -> str:
    """`host-log` as a function or module: `host_log`."""
    return name.replace("-", "_").lower()


def _escaped(name: str) -> str:
    return f"{name}_" if keyword.iskeyword(name) else name


def _short(identifier: str) -> str:
    """`iface` of `ns:pkg/iface@1.0.0`."""
    return identifier.partition("@")[0].rpartition("/")[2]


def _parse(source: Path) -> Any:
    """The tree of a source, or None where it cannot be read."""
    try:
        data = source.read_bytes()
    except OSError:
        return None
    if len(data) > MAX_BYTES:
        return None
    try:
        return parso_grammar.load_grammar().parse(data.decode("utf-8"))
    except (UnicodeDecodeError, RecursionError):
        return None


def _syntax(source: Path, module: Any) -> Iterator[Problem]:
    for error in parso_grammar.load_grammar().iter_errors(module):
        line, column = error.start_pos
        end_line, end_column = error.end_pos
        yield Problem(source, line, column + 1, error.message, _TOOL, "error", end_line, end_column + 1)


def _at(source: Path, name: Any, message: str) -> Problem:
    (line, column), (end_line, end_column) = name.start_pos, name.end_pos
    return Problem(source, line, column + 1, message, _TOOL, "error", end_line, end_column + 1)


def _bases(node: Any) -> list[str]:
    arguments = node.get_super_arglist()
    if arguments is None:
        return []
    return [part.strip() for part in str(arguments.get_code()).split(",")]


def _decorated_async(node: Any) -> Iterator[Any]:
    """Methods that stand behind `async`, which some versions of the tree do not list."""
    for child in node.get_suite().children if hasattr(node.get_suite(), "children") else ():
        if child.type in ("async_stmt", "async_funcdef") and child.children[-1].type == "funcdef":
            yield child.children[-1]


def _assigned(node: Any) -> set[str]:
    """What the body of a class gives a value."""
    return {name.value for name in _definitions(node.get_suite())}


def _definitions(node: Any) -> Iterator[Any]:
    for child in getattr(node, "children", ()):
        if child.type == "name" and child.is_definition():
            yield child
        elif child.type not in ("funcdef", "classdef"):
            yield from _definitions(child)


def _names(module: Any) -> set[str]:
    """What a module defines by any means: an import or an assignment may bring the class too."""
    return {name.value for name in _definitions(module)}


def _has_star_import(module: Any) -> bool:
    return any(one.is_star_import() for one in module.iter_imports() if hasattr(one, "is_star_import"))
