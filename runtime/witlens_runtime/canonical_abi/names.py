"""The names that core modules use for the functions of a world: the `legacy` ones, which all toolchains use.

An import is a pair of module and field; exports are one flat name space. An interface stands in them by its key in
the world: `ns:pkg/name@1.0.0`, or the plain name of an inline one. A world's own functions have no interface.
"""

from __future__ import annotations

from dataclasses import dataclass

from witlens_analysis.model import Function, Resource

from .signature import Calling

MEMORY = "memory"
REALLOC = "cabi_realloc"
INITIALIZE = "_initialize"
ROOT = "$root"

_ASYNC_EXPORT: dict[Calling, str] = {"sync": "", "async": "[async-lift]", "async-stackful": "[async-lift-stackful]"}


@dataclass(frozen=True, slots=True)
class ImportName:
    """What a core module imports: the module's and the field's name."""

    module: str
    field: str

    def __str__(self) -> str:
        return f"{self.module} {self.field}"


def import_name(interface: str | None, function: Function, calling: Calling = "sync") -> ImportName:
    """The import of `function` of `interface`, or of the world itself (None)."""
    return ImportName(interface or ROOT, function.name if calling == "sync" else f"[async-lower]{function.name}")


def export_name(interface: str | None, function: Function, calling: Calling = "sync") -> str:
    """The export of `function` of `interface`, or of the world itself (None)."""
    return _ASYNC_EXPORT[calling] + qualified(interface, function.name)


def post_return_name(interface: str | None, function: Function) -> str:
    """The export that is called with the core results once they are lifted, so that they can be freed."""
    return f"cabi_post_{qualified(interface, function.name)}"


def callback_name(interface: str | None, function: Function) -> str:
    """The export that goes on with an async export when something that it waits for has happened."""
    return f"[callback]{export_name(interface, function, 'async')}"


def task_return_name(interface: str | None, function: Function) -> ImportName:
    """The import by which an async export gives its result."""
    return ImportName(f"[export]{interface or ROOT}", f"[task-return]{function.name}")


def resource_drop_name(interface: str | None, resource: Resource, *, exported: bool = False) -> ImportName:
    """The import that drops a handle; `exported` for a resource that the module implements."""
    return ImportName(_owner(interface, exported), f"[resource-drop]{resource.name.name}")


def resource_new_name(interface: str | None, resource: Resource) -> ImportName:
    """The import that makes a handle of a resource that the module implements."""
    return ImportName(_owner(interface, True), f"[resource-new]{resource.name.name}")


def resource_rep_name(interface: str | None, resource: Resource) -> ImportName:
    """The import that tells what a handle of a resource that the module implements stands for."""
    return ImportName(_owner(interface, True), f"[resource-rep]{resource.name.name}")


def destructor_name(interface: str | None, resource: Resource) -> str:
    """The export that ends the life of what a handle stood for."""
    return qualified(interface, f"[dtor]{resource.name.name}")


def qualified(interface: str | None, name: str) -> str:
    """`interface#name`, or `name` for what belongs to the world itself."""
    return f"{interface}#{name}" if interface else name


def _owner(interface: str | None, exported: bool) -> str:
    return f"[export]{interface or ROOT}" if exported else interface or ROOT
