"""Declarations as short source text: what a reader would see at the declaration, in one style and without comments."""

from __future__ import annotations

from collections.abc import Iterable

from ..syntax.nodes import (
    Attribute,
    Callable,
    Constructor,
    Entry,
    EntryDefinition,
    Extern,
    Function,
    Method,
    Param,
    Path,
    Resource,
    ResourceMember,
    TypeAlias,
    Union,
)
from ..syntax.tree import Leaf, Node, Skipped

MAX_LINES = 12
"""Longer bodies are cut."""
MAX_COLUMNS = 100
"""Longer signatures get a line per parameter."""

_TIGHT_BEFORE = frozenset(", ; : ) > ( <".split())
_TIGHT_AFTER = frozenset("( < @".split())


def text_of(node: Node | Leaf) -> str:
    """Returns a type or signature on one line."""
    parts: list[str] = []
    before = ""
    todo = [node]
    while todo:
        one = todo.pop()
        if isinstance(one, Leaf):
            if one.value:
                if parts and one.kind not in _TIGHT_BEFORE and before not in _TIGHT_AFTER:
                    parts.append(" ")
                parts.append(one.value)
                before = one.kind
        elif one is node or not isinstance(one, (Attribute, Skipped)):
            todo += reversed(one.children)
    return "".join(parts)


def path_text(path: Path) -> str:
    """Returns a use path as it is written."""
    if path.namespace is None or path.package is None:
        return path.name.value
    version = f"@{path.version.value}" if path.version is not None else ""
    return f"{path.namespace.value}:{path.package.value}/{path.name.value}{version}"


def declaration(node: Node | Leaf, direction: str = "") -> str:
    """Returns a declaration; `direction` is `import` or `export` where a world declares it."""
    if isinstance(node, EntryDefinition):
        head = f"{node.rule} {_name(node)} {{"
        return _body(head, [f"  {_entry(entry)}," for entry in node.entries])
    if isinstance(node, Resource):
        return _resource(node)
    if isinstance(node, Union):
        return _body(f"union {_name(node)} {{", [f"  {text_of(case)}," for case in node.types])
    if isinstance(node, (Function, Method, Constructor)):
        return function(node)
    if isinstance(node, Extern):
        return f"{direction} {_extern(node)}"
    if isinstance(node, TypeAlias):
        return text_of(node).rstrip(";") + ";"
    if isinstance(node, Entry):
        return _entry(node)
    return text_of(node)


def function(node: Function | Method | Constructor | Extern) -> str:
    """Returns a function in full, with a line per parameter where it is long."""
    line = text_of(node).rstrip(";") + ";"
    params = [text_of(param) for param in _params(node)]
    if len(line) <= MAX_COLUMNS or not params:
        return line
    head, _, tail = line.partition(f"({', '.join(params)}")
    if not tail:
        return line
    rows = "".join(f"  {param},\n" for param in params)
    return f"{head}(\n{rows}{tail.lstrip(', ')}"


def _params(node: Function | Method | Constructor | Extern) -> list[Param]:
    if isinstance(node, Constructor):
        return node.params
    callable_ = node.first(Callable)
    return callable_.params if callable_ is not None else []


def _extern(node: Extern) -> str:
    if node.callable is not None:
        return function(node)
    name = node.name.value if node.name is not None else ""
    if node.inline is not None:
        return f"{name}: interface {{ … }}"
    path = node.path
    return f"{name}: {path_text(path)};" if path is not None else f"{name};"


def _resource(node: Resource) -> str:
    name = _name(node)
    lines: list[str] = []
    for member in node.all(ResourceMember):
        if isinstance(member.core, (Method, Constructor)):
            lines.extend(f"  {line}" for line in function(member.core).split("\n"))
    return _body(f"resource {name} {{", lines) if lines else f"resource {name};"


def _body(head: str, lines: list[str]) -> str:
    if len(lines) > MAX_LINES:
        lines = [*lines[: MAX_LINES - 1], "  …"]
    return "\n".join([head, *lines, "}"])


def _entry(entry: Entry) -> str:
    return text_of(entry)


def _name(node: EntryDefinition | Resource | Union) -> str:
    return node.name.value if node.name is not None else ""


def counted(number: int, word: str) -> str:
    """Returns `1 type`, `2 types`."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def listed(names: Iterable[str], limit: int = 12) -> str:
    """Returns names as code, those beyond `limit` only counted."""
    everything = [f"`{name}`" for name in names]
    rest = len(everything) - limit
    shown = ", ".join(everything[:limit])
    return f"{shown} and {rest:,} more" if rest > 0 else shown
