"""Between URIs, which editors speak of, and file paths, which analysis speaks of.

A buffer that is no file yet (`untitled:Untitled-1`) gets a path below a directory that does not exist, one for each of
them, so that analysis takes each for a package of its own.
"""

from __future__ import annotations

import os
import re
from urllib.parse import quote, unquote, urlsplit

_DRIVE = re.compile(r"/[A-Za-z]:")
_WINDOWS = os.name == "nt"
_NO_FILE = os.path.join(os.path.abspath(os.sep), ".witlens-unsaved", "")
_MARK = "~"  # so that the empty URI has a directory too


def to_path(uri: str) -> str:
    """The absolute path that stands for a URI."""
    try:
        parts = urlsplit(uri)
    except ValueError:  # as for `//[`
        parts = urlsplit("")
    path = unquote(parts.path)
    if parts.scheme != "file" or "\0" in path:
        return os.path.join(f"{_NO_FILE}{_MARK}{quote(uri, safe='')}", "unsaved.wit")
    if parts.netloc and parts.netloc != "localhost":
        path = f"//{parts.netloc}{path}"
    elif _WINDOWS and _DRIVE.match(path):
        path = path[1].lower() + path[2:]
    return os.path.normpath(path or os.sep)


def to_uri(path: str) -> str:
    """The URI of a path, in the spelling that most editors use."""
    if path.startswith(_NO_FILE):
        return unquote(os.path.basename(os.path.dirname(path)).removeprefix(_MARK))
    if _WINDOWS:
        path = path.replace("\\", "/")
        if path.startswith("//"):
            return "file:" + quote(path)
        path = "/" + path
    return "file://" + quote(path)
