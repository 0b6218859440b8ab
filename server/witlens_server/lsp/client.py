"""What the client can do, asked by the protocol's own names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pygls.capabilities import get_capability

if TYPE_CHECKING:
    from witlens_server.lsp.server import WitlensServer


def capability(server: WitlensServer, name: str, default: Any = None) -> Any:
    """The value of a capability of the client, as `text_document.folding_range.line_folding_only`; else `default`."""
    found = get_capability(server.protocol.client_capabilities, name)
    return default if found is None else found


def can(server: WitlensServer, name: str) -> bool:
    """Whether the client said that it can."""
    return bool(capability(server, name))


def resolves(server: WitlensServer, name: str, property_name: str) -> bool:
    """Whether the client asks for a property later; `name` is the capability with the list of such properties."""
    support = capability(server, f"{name}.resolve_support")
    return support is not None and property_name in support.properties
