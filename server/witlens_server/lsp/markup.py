"""Markdown for clients that show it, and plain text for those that do not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import Sequence

_FENCE = re.compile(r"^(```|---$).*\n?", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def markup(markdown: str, formats: Sequence[types.MarkupKind | str] | None) -> types.MarkupContent:
    """A text in the best of the formats that a client names; one that names none gets plain text."""
    if formats and types.MarkupKind.Markdown in formats:
        return types.MarkupContent(types.MarkupKind.Markdown, markdown)
    plain = _LINK.sub(r"\1", _FENCE.sub("", markdown)).replace("`", "")
    return types.MarkupContent(types.MarkupKind.PlainText, plain.strip())
