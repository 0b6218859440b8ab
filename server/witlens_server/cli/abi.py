"""Shows what the Canonical ABI makes of a type or a function: layout, core signature, names.

ITEM is `interface.type`, `interface.function` or `interface.resource.method`, the name of a world's own function, or
one of these with its package before it, as in `wasi:io/streams@0.2.12.input-stream.read`.

Without ITEM all that the package has are listed. With --value a value of the type, in WAVE, is lowered, and its bytes
and core values are shown.

  witlens abi wit/ 'types.person' --value '{name: "Ada", age: 36}'
"""

from __future__ import annotations

import sys

from witlens_server.cli.arguments import add_analysis_arguments, analysis_options
from witlens_server.cli.errors import CommandError
from witlens_server.cli.findings import load
from witlens_server.cli.roots import only_root

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from typing import Any

    from witlens_analysis.model import Resource, Type
    from witlens_runtime.canonical_abi.layout import PointerType
    from witlens_server.cli.arguments import CommandParser
    from witlens_server.cli.findings import Loaded


def add_arguments(parser: CommandParser) -> None:
    """Declares the options of `witlens abi`."""
    parser.add_argument("path", metavar="PATH", help="a .wit file, or the directory of a package")
    parser.add_argument("item", metavar="ITEM", nargs="?", help="the type or function to show")
    add_analysis_arguments(parser)
    parser.add_argument("--memory64", action="store_true", help="for memories with 64-bit addresses")
    parser.add_argument("--value", metavar="WAVE", help="a value of the type, to be lowered")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to show it: %(choices)s")


def run(options: Namespace) -> int:
    """Shows one item, or lists all."""
    from witlens_analysis.model import Own, Resource
    from witlens_analysis.resolved import FoundFunction, ModelError, resolved_item
    from witlens_runtime.canonical_abi.errors import AbiError
    from witlens_runtime.canonical_abi.views import function_view, type_view

    loaded = load([only_root(options.path)], analysis_options(options))
    (root,) = loaded.roots
    if options.item is None:
        if options.value is not None:
            raise CommandError("--value needs the ITEM whose value it is")
        return _list(options, loaded, root)
    try:
        found = resolved_item(loaded.snapshot, root, options.item)
    except ModelError as error:
        wrong = loaded.findings().count(1)
        hint = f" (the package has {wrong} {'error' if wrong == 1 else 'errors'}: witlens check)" if wrong else ""
        raise CommandError(f"{options.path}: {error}{hint}") from None
    pointer: PointerType = "i64" if options.memory64 else "i32"
    try:
        if isinstance(found, FoundFunction):
            if options.value is not None:
                raise CommandError(f"--value is for types; {options.item} is a function")
            view = function_view(found.interface or None, found.function, pointer)
        else:
            # What passes for a resource is a handle.
            type = Own(found) if isinstance(found, Resource) else found
            view = type_view(type, pointer)
            if options.value is not None:
                view |= _value(options.value, type, pointer)
    except AbiError as error:
        raise CommandError(f"{options.item}: {error}") from None
    if options.format == "json":
        import json

        json.dump(view, sys.stdout, indent=2)
        sys.stdout.write("\n")
        return 0
    from witlens_server.cli.reports.abi import function_text, type_text, value_text

    if isinstance(found, FoundFunction):
        text = function_text(found.interface, view)
    else:
        text = type_text(options.item, _definition(found), view)
        if options.value is not None:
            text += "\n" + value_text(view, type, pointer)
    sys.stdout.write(text)
    return 0


def _list(options: Namespace, loaded: Loaded, root: str) -> int:
    """A line for each item: what a type takes in memory, what a function takes and gives."""
    from witlens_analysis.model import Own, Resource
    from witlens_analysis.resolved import FoundFunction, ModelError, item_names, resolved_item
    from witlens_runtime.canonical_abi.errors import AbiError
    from witlens_runtime.canonical_abi.views import type_view
    from witlens_runtime.types import function_text

    rows: dict[str, tuple[str, dict[str, Any]]] = {}
    for name in item_names(loaded.snapshot, root):
        try:
            found = resolved_item(loaded.snapshot, root, name)
            if isinstance(found, FoundFunction):
                rows[name] = (function_text(found.function), {"function": function_text(found.function)})
                continue
            view = type_view(Own(found) if isinstance(found, Resource) else found, "i64" if options.memory64 else "i32")
            told = f"{_definition(found)}: size {view['size']}, alignment {view['alignment']}"
            rows[name] = (told, {"size": view["size"], "alignment": view["alignment"]})
        except (ModelError, AbiError) as error:
            rows[name] = (f"({error})", {"error": str(error)})
    if options.format == "json":
        import json

        json.dump({name: row for name, (_, row) in rows.items()}, sys.stdout, indent=2)
        sys.stdout.write("\n")
        return 0
    width = min(max(map(len, rows), default=0), 40)
    sys.stdout.writelines(f"{name:{width}}  {told}\n" for name, (told, _) in rows.items())
    return 0


def _definition(found: Type | Resource) -> str:
    """What a type is: of one with members only the keyword, for the table has them."""
    from witlens_analysis.model import Enum, Flags, Record, Resource, Variant
    from witlens_runtime.types import definition_text, kind_text

    if isinstance(found, Resource):
        return f"handle of resource {found.name.name}"
    return kind_text(found) if isinstance(found, Record | Variant | Enum | Flags) else definition_text(found)


def _value(text: str, type: Type, pointer: PointerType) -> dict[str, Any]:
    """The view of a value written in WAVE."""
    from witlens_runtime.canonical_abi.views import value_view
    from witlens_runtime.wave import WaveError, read_value

    try:
        return value_view(read_value(text, type), type, pointer)
    except WaveError as error:
        raise CommandError("--value: " + "; ".join(str(error).splitlines())) from None
