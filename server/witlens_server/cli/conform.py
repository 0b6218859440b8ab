"""Checks whether a component implements a world, and tells every difference.

The component may export more than the world asks for, and import less than it gives. Interfaces match by name and by
compatible version, as engines match them.
"""

from __future__ import annotations

import sys

from witlens_server.cli.binaries import one_line, read_component
from witlens_server.cli.errors import CommandError
from witlens_server.cli.terminal import printable
from witlens_server.cli.wit import add_wit_arguments, wanted_world

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from witlens_runtime.conform import Difference
    from witlens_server.cli.arguments import CommandParser
    from witlens_server.cli.wit import WantedWorld


def add_arguments(parser: CommandParser) -> None:
    """Declares the options of `witlens conform`."""
    parser.add_argument("component", metavar="COMPONENT", help="a component, binary or text")
    add_wit_arguments(parser, required=True)
    parser.add_argument(
        "--allow-wasi",
        action="store_true",
        help="take WASI as given: most languages' libraries need it, whether the world imports it or not",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to report: %(choices)s")


def run(options: Namespace) -> int:
    """Compares; 1 if there are differences."""
    from witlens_runtime.component_model import world_of_binary
    from witlens_runtime.conform import besides_wasi, conform
    from witlens_runtime.wasm_binary import BinaryError

    binary = read_component(options.component)
    wanted = wanted_world(options)
    if wanted is None:
        return 1
    try:
        world = world_of_binary(binary)
    except BinaryError as error:
        raise CommandError(f"{options.component}: {one_line(error)}") from None
    assert world is not None
    differences = conform(world, wanted.model)
    left, wasi = besides_wasi(differences)
    conforms = not (left if options.allow_wasi else differences)
    if options.format == "json":
        sys.stdout.write(_json(wanted, left if options.allow_wasi else differences, wasi))
    elif conforms:
        besides = f", and needs {_wasi(wasi)} besides" if wasi else ""
        sys.stdout.write(f"{printable(options.component)} implements {wanted.model.id}{besides}\n")
    else:
        sys.stdout.write(_text(options.component, wanted, left, () if options.allow_wasi else wasi))
    return 0 if conforms else 1


def _text(component: str, wanted: WantedWorld, differences: Sequence[Difference], wasi: Sequence[str]) -> str:
    """For people: each difference with its place in the WIT, and both sides of it; what is missing of WASI together."""
    count = f"{len(differences)} difference{'' if len(differences) == 1 else 's'}"
    parts = [count] if differences else []
    parts += [f"it needs {_wasi(wasi)} that the world does not import"] if wasi else []
    output = [f"{printable(component)} does not implement {wanted.model.id}: {', and '.join(parts)}"]
    for difference in differences:
        place = wanted.place(difference.direction, difference.interface, difference.item)
        output += ["", f"{place}: {difference.message}" if place else difference.message]
        if difference.wanted is not None:
            output.append(f"  the world:     {difference.wanted}")
        if difference.found is not None:
            output.append(f"  the component: {difference.found}")
    if wasi:
        output += ["", *(f"  {name}" for name in wasi)]
        output += ["", "most languages' libraries need WASI, and most hosts give it: --allow-wasi takes it as given"]
    return "\n".join([output[0], *map(printable, output[1:])]) + "\n"


def _wasi(names: Sequence[str]) -> str:
    return f"{len(names)} WASI interface{'' if len(names) == 1 else 's'}"


def _json(wanted: WantedWorld, differences: Sequence[Difference], wasi: Sequence[str]) -> str:
    """One JSON document with its line end."""
    import json

    document = {
        "world": wanted.model.id,
        "conforms": not differences,
        "wasi": list(wasi),
        "differences": [
            {
                "kind": difference.kind,
                "direction": difference.direction,
                "interface": difference.interface,
                "item": difference.item,
                "message": difference.message,
                "wanted": difference.wanted,
                "found": difference.found,
                "path": difference.path,
                "declared": wanted.place(difference.direction, difference.interface, difference.item) or None,
            }
            for difference in differences
        ],
    }
    return json.dumps(document, indent=2) + "\n"
