"""Runs the language server. Editors start it so, and talk to it over stdin and stdout."""

from __future__ import annotations

from witlens_server.cli.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from witlens_server.cli.arguments import CommandParser


def add_arguments(parser: CommandParser) -> None:
    """Declares the options of `witlens lsp`."""
    transport = parser.add_mutually_exclusive_group()
    transport.add_argument("--stdio", action="store_true", help="talk over stdin and stdout (the default)")
    transport.add_argument("--tcp", metavar="HOST:PORT", help="wait for one client at this address instead")


def run(options: Namespace) -> int:
    """Serves until the client leaves."""
    address = _address(options.tcp) if options.tcp is not None else None
    from witlens_server.lsp.main import run as serve

    if address is None:
        return serve()
    try:
        return serve(address)
    except OSError as error:
        raise CommandError(f"cannot listen at {options.tcp}: {error.strerror}") from None


def _address(text: str) -> tuple[str, int]:
    """Host and port of `HOST:PORT`; an IPv6 host stands in brackets."""
    host, colon, port = text.rpartition(":")
    if not colon or not port.isascii() or not port.isdecimal() or int(port) > 65535:
        raise CommandError(f"--tcp wants HOST:PORT, as 127.0.0.1:2087, not {text}")
    return host.removeprefix("[").removesuffix("]") or "127.0.0.1", int(port)
