"""String literals: what `@external-id("..")` says once its escapes are read (wit-language 2.1)."""

from __future__ import annotations

import re

_SIMPLE = {"t": b"\t", "n": b"\n", "r": b"\r", '"': b'"', "'": b"'", "\\": b"\\"}
_ESCAPE = re.compile(r"\\(?:([tnr\"'\\])|u\{([0-9A-Fa-f_]+)\}|([0-9A-Fa-f]{2}))")


def string_value(literal: str) -> str:
    r"""Returns the text that a string literal, quotes included, stands for.

    `\u{..}` is a character and `\hh` a byte of UTF-8. What is no valid escape stays as it is: it is an error that was
    reported where it stands.
    """
    inner = literal.removeprefix('"').removesuffix('"')
    if "\\" not in inner:
        return inner
    found = bytearray()
    position = 0
    for match in _ESCAPE.finditer(inner):
        found += inner[position : match.start()].encode("utf-8", "replace")
        found += _escaped(match)
        position = match.end()
    found += inner[position:].encode("utf-8", "replace")
    return found.decode("utf-8", "replace")


def _escaped(match: re.Match[str]) -> bytes:
    simple, code, byte = match.groups()
    if simple is not None:
        return _SIMPLE[simple]
    if byte is not None:
        return bytes([int(byte, 16)])
    number = int(code.replace("_", "") or "0", 16)
    if number > 0x10FFFF or 0xD800 <= number < 0xE000:
        return match[0].encode()
    return chr(number).encode()
