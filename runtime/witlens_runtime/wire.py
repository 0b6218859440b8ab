"""Frames between the process that asks and the worker that runs guests: a header as JSON, and bytes.

Neither side unpickles or evaluates anything of the other's. Guests never see these pipes.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import Any, TypeAlias

Header: TypeAlias = dict[str, Any]

_LENGTHS = struct.Struct("<IQ")
MAX_HEADER = 16 * 1024 * 1024
"""The longest header, in bytes."""


class WireError(Exception):
    """Bytes that are no frame."""


def packed(header: Header, blob: bytes = b"") -> bytes:
    """The frame up to its blob, which is to follow."""
    head = json.dumps(header, separators=(",", ":")).encode()
    return _LENGTHS.pack(len(head), len(blob)) + head


class Frames:
    """Takes bytes as they come and gives the frames that are complete. `most` is the longest blob, in bytes."""

    __slots__ = ("_buffer", "most")

    def __init__(self, most: int) -> None:
        self.most = most
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[Header, bytes]]:
        """The frames that `data` completes. Raises WireError; nothing can be read after that."""
        self._buffer += data
        while True:
            if len(self._buffer) < _LENGTHS.size:
                return
            head, blob = _LENGTHS.unpack_from(self._buffer)
            if head > MAX_HEADER or blob > self.most:
                raise WireError(f"a frame of {head} and {blob} bytes is longer than allowed")
            start = _LENGTHS.size + head
            if len(self._buffer) < start + blob:
                return
            with memoryview(self._buffer) as view:
                text, content = bytes(view[_LENGTHS.size : start]), bytes(view[start : start + blob])
            del self._buffer[: start + blob]
            try:
                header = json.loads(text)
            except (ValueError, RecursionError):
                raise WireError("a frame has no readable header") from None
            if not isinstance(header, dict):
                raise WireError("a frame has no readable header")
            yield header, content
