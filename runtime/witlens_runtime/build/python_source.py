"""Compares a Python app with its world before the build: componentize-py takes a missing or wrong function silently.

Names follow componentize-py: class `WitWorld` for functions of the world itself, `HostLog` for an exported interface
`host-log`, and for its resources a class each in the module that is named after the interface (`host_log.py`). A source
that this Python cannot read is left to componentize-py, which brings a Python of its own and may know newer syntax.
"""

from __future__ import annotations

import ast
import keyword
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from witlens_analysis.model import Function, Interface, World

from .model import Problem

MAX_BYTES = 2 * 1024 * 1024
_TOOL = "witlens"
_Method = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A function that a class has to have, with the number of its parameters beside `self` or `cls`."""

    name: str
    parameters: int
    first: str
    told: str


def check_python(source: Path, world: World) -> list[Problem]:
    """The classes and methods that `world` asks for and the app `source` lacks, or has with another number of
    parameters."""
    module = _parse(source)
    if module is None:
        return []
    found: list[Problem] = []
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
    if place.with_suffix("").is_dir():
        return  # a package may spread its classes over many files
    if not place.is_file():
        missing = ", ".join(f"`{camel(one)}`" for one in by_resource)
        message = (
            f"resources of interface `{name}` belong in a module of that name: `{place.name}` with class {missing}"
        )
        yield Problem(source, 1, 1, message, _TOOL)
        return
    module = _parse(place)
    if module is None:
        return
    for resource, wanted in by_resource.items():
        yield from _class(place, module, camel(resource), wanted, f"resource `{resource}` of interface `{name}`")


def _class(source: Path, module: ast.Module, name: str, wanted: list[_Wanted], told: str) -> Iterator[Problem]:
    node = next((one for one in module.body if isinstance(one, ast.ClassDef) and one.name == name), None)
    if node is None:
        if name not in _names(module):
            listed = ", ".join(f"`{one.name}`" for one in wanted[:3]) + (", ..." if len(wanted) > 3 else "")
            yield Problem(source, 1, 1, f"there is no class `{name}` with {listed}: {told} needs it", _TOOL)
        return
    methods = {one.name: one for one in node.body if isinstance(one, _Method)}
    inherits = any(ast.unparse(base).rpartition(".")[2] not in (name, "object", "Protocol") for base in node.bases)
    for one in wanted:
        method = methods.get(one.name)
        if method is not None:
            yield from _arity(source, method, one, name)
        elif not inherits and one.name not in _names(node):
            yield _at(source, node, name, f"class `{name}` lacks `{one.name}`: {one.told} of {told} needs it")


def _arity(source: Path, method: _Method, wanted: _Wanted, owner: str) -> Iterator[Problem]:
    arguments = method.args
    decorators = {ast.unparse(one) for one in method.decorator_list}
    if decorators - {"classmethod", "staticmethod", "override", "typing.override"} or arguments.vararg:
        return
    itself = 0 if "staticmethod" in decorators else 1
    given = len(arguments.posonlyargs) + len(arguments.args) - itself
    required = given - len(arguments.defaults)
    extra = sum(default is None for default in arguments.kw_defaults)
    if given < 0 or extra or not required <= wanted.parameters <= given:
        beside = f" beside `{wanted.first}`" if itself else ""
        count = f"{wanted.parameters or 'no'} parameter{'' if wanted.parameters == 1 else 's'}"
        message = f"`{owner}.{wanted.name}` takes {max(given, 0) + extra}{beside}, but {wanted.told} has {count}"
        yield _at(source, method, wanted.name, message)


def _wanted(function: Function) -> _Wanted:
    marker, _, plain = function.name.rpartition("]")
    count = len(function.params)
    if not marker:
        return _Wanted(_escaped(snake(plain)), count, "self", f"function `{plain}`")
    member = plain.partition(".")[2]
    if "constructor" in marker:
        return _Wanted("__init__", count, "self", "the constructor")
    if "static" in marker:
        return _Wanted(_escaped(snake(member)), count, "cls", f"function `{plain}`")
    return _Wanted(_escaped(snake(member)), count - 1, "self", f"function `{plain}`")


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


def _parse(source: Path) -> ast.Module | None:
    """The tree of a source, or None where this Python cannot read it."""
    try:
        if not source.is_file() or source.stat().st_size > MAX_BYTES:
            return None
        data = source.read_bytes()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(data)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _at(source: Path, node: ast.ClassDef | _Method, name: str, message: str) -> Problem:
    """A problem at the name that a class or function is given."""
    line = source.read_text("utf-8", "replace").splitlines()[node.lineno - 1]
    column = line.find(name, node.col_offset) + 1 or node.col_offset + 1
    return Problem(source, node.lineno, column, message, _TOOL, "error", node.lineno, column + len(name))


def _names(node: ast.Module | ast.ClassDef) -> set[str]:
    """What a body gives a value to, or imports; `*` may bring anything."""
    found: set[str] = set()
    for statement in node.body:
        for one in ast.walk(statement):
            if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
                found.add(one.id)
            elif isinstance(one, ast.alias):
                found.add((one.asname or one.name).partition(".")[0])
    return found if "*" not in found else _Everything()


class _Everything(set[str]):
    """Every name."""

    def __contains__(self, name: object) -> bool:
        return True
