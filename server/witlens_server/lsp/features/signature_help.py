"""`textDocument/signatureHelp`: what a generic type or a gate takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from witlens_analysis.features.signature_help import signature_help
from witlens_server.lsp.call_files import answers, is_call_file
from witlens_server.lsp.client import can, capability
from witlens_server.lsp.markup import markup

if TYPE_CHECKING:
    from witlens_analysis.features.signature_help import Parameter, Signature
    from witlens_server.lsp.server import WitlensServer

_CLIENT = "text_document.signature_help.signature_information"


def register(server: WitlensServer) -> None:
    """Offers signature help."""
    options = types.SignatureHelpOptions(trigger_characters=["<", "(", ","], retrigger_characters=[">", ")"])
    server.offer(types.TEXT_DOCUMENT_SIGNATURE_HELP, help_at, options)


def help_at(server: WitlensServer, params: types.SignatureHelpParams) -> types.SignatureHelp | None:
    """Tells what is to be written at the cursor."""
    cursor = server.workspace_of_client.cursor(params.text_document, params.position)
    if cursor is None:
        return None
    if is_call_file(cursor.path):
        found = answers.signature_help(server, cursor.path, cursor.offset)
    else:
        found = signature_help(cursor.snapshot, cursor.path, cursor.offset)
    if found is None:
        return None
    formats = capability(server, f"{_CLIENT}.documentation_format")
    documentation = markup(found.documentation, formats) if found.documentation else None
    active = found.active_parameter
    if active is None:  # past the last one: a number that no parameter has, which clients take for none
        active = len(found.signatures[found.active_signature].parameters)
    return types.SignatureHelp(
        signatures=[
            types.SignatureInformation(
                label=signature.label,
                documentation=documentation,
                parameters=[_parameter(server, signature, parameter) for parameter in signature.parameters],
                active_parameter=active,
            )
            for signature in found.signatures
        ],
        active_signature=found.active_signature,
        active_parameter=active,
    )


def _parameter(server: WitlensServer, signature: Signature, parameter: Parameter) -> types.ParameterInformation:
    """Labels are ASCII, so their offsets are the same in all encodings."""
    offsets = can(server, f"{_CLIENT}.parameter_information.label_offset_support")
    label = (parameter.start, parameter.end) if offsets else signature.label[parameter.start : parameter.end]
    formats = capability(server, f"{_CLIENT}.documentation_format")
    return types.ParameterInformation(label=label, documentation=markup(parameter.documentation, formats))
