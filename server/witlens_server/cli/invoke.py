"""Calls an exported function of a component, and prints the result.

CALL is written in WAVE, as `wasmtime run --invoke` takes it: 'add(1, 2)', 'demo:calc/ops.add(1, 2)'; any name that is
clear will do. Arguments are checked before the call. The component gets nothing that is not granted.

COMPONENT may also be a core module that follows the Canonical ABI, with --wit and --world for what it implements.

  witlens invoke calc.wasm 'add(1, 2)'

  witlens invoke shop.wasm 'total([{name: "tea", price: 3.5}])' --dir data::/data::ro
"""

from __future__ import annotations

import sys
from argparse import SUPPRESS

from witlens_server.cli.errors import CommandError
from witlens_server.cli.guests import (
    add_guest_arguments,
    grants_of,
    limits_of,
    loaded,
    outcome_json,
    pass_on,
    tell,
    worker_of,
)
from witlens_server.cli.terminal import printable_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from witlens_runtime.invoke import Component, Outcome
    from witlens_server.cli.arguments import CommandParser

_MIB = 1024 * 1024
_SECONDS = 30.0


def add_arguments(parser: CommandParser) -> None:
    """Declares the options of `witlens invoke`."""
    parser.add_argument("component", metavar="COMPONENT", help="a .wasm or .wat file, or a project that has built one")
    parser.add_argument(
        "call",
        metavar="CALL",
        nargs="?",
        help="a function and its arguments, in WAVE; without it, all are listed",
    )
    parser.add_argument("more", nargs="*", default=[], help=SUPPRESS)
    add_guest_arguments(parser, timeout="default: 30")
    parser.add_argument("--wit", metavar="PATH", help="the WIT of a core module")
    parser.add_argument("--world", metavar="W", help="the world that a core module implements")
    parser.add_argument("--format", choices=["wave", "json"], default="wave", help="how the result is printed")


def run(options: Namespace) -> int:
    """Makes the call; 1 if it did not return."""
    if options.more:
        raise CommandError("a call is one argument of the shell: put it between single quotes, such as 'add(1, 2)'")
    output = {"stdout": bytearray(), "stderr": bytearray()}
    with worker_of(options) as worker:
        from pathlib import Path

        from witlens_runtime.invoke import MissingImports, Returned

        grants = grants_of(options)
        limits = limits_of(options, seconds=_SECONDS, output_bytes=256 * _MIB)
        component = loaded(worker, options, wit=Path(options.wit) if options.wit else None, world=options.world)
        if options.call is None:
            print(printable_text("\n".join(_callable(component))))
            return 0
        try:
            instance = component.instantiate(grants, limits)
        except MissingImports as error:
            sys.stderr.write(f"witlens invoke: {printable_text(str(error))}\n{_WAYS_OUT}\n")
            return 1
        as_json = options.format == "json"
        sink = (lambda stream, data: output[stream].extend(data)) if as_json else pass_on
        outcome = instance.call_text(options.call, on_output=sink)
    if as_json:
        import json

        value = _json(component, options.call, outcome)
        json.dump(outcome_json(outcome, output, value), sys.stdout, indent=2)  # type: ignore[arg-type]
        sys.stdout.write("\n")
    elif not isinstance(outcome, Returned):
        tell("witlens invoke", outcome, options.call)
        if _lost_quotes(options.call, outcome):
            sys.stderr.write("  (shells take double quotes away, unless the call stands between single quotes)\n")
    elif outcome.text:
        print(outcome.text)
    return 0 if isinstance(outcome, Returned) else 1


_WAYS_OUT = (
    "  --link FILE names a component that exports them, --stub 'FUNCTION = VALUE' answers a function with a value"
)


def _callable(component: Component) -> Iterator[str]:
    """A line for each function that can be called, and for those that cannot with the reason."""
    from witlens_runtime.types import function_text

    for name, one in zip(component.names(), component.functions, strict=True):
        why = f"  (cannot be called: {one.unsupported})" if one.unsupported else ""
        yield f"{name}: {function_text(one.function)}{why}"


def _lost_quotes(call: str, outcome: Outcome) -> bool:
    """Whether a call was refused for a text without quotes, as a shell leaves it of "greet("Ada")"."""
    from witlens_runtime.invoke import Refused

    return '"' not in call and isinstance(outcome, Refused) and any('"' in one.message for one in outcome.problems)


def _json(component: Component, call: str, outcome: Outcome) -> object:
    """The result for a JSON document, None where there is none."""
    from witlens_runtime.invoke import Returned
    from witlens_runtime.invoke.json_value import json_value

    result = component.find(call.partition("(")[0].strip()).function.result if isinstance(outcome, Returned) else None
    return None if result is None or not isinstance(outcome, Returned) else json_value(outcome.value, result)
