"""The version of wasmtime that is installed, found without importing it or reading package metadata at length."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path


@cache
def wasmtime_version() -> str:
    """The version, as it stands in the name of the package's metadata. Raises ImportError where there is none."""
    spec = find_spec("wasmtime")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("wasmtime is not installed")
    folder = Path(spec.submodule_search_locations[0]).parent
    found = sorted(folder.glob("wasmtime-*.dist-info"))
    if len(found) == 1:
        return found[0].name.removeprefix("wasmtime-").removesuffix(".dist-info")
    from importlib.metadata import version

    return version("wasmtime")
