"""Gives the analyzer what the runtime knows of dependencies; the runtime is loaded when the first one is met."""

from __future__ import annotations


def decode_dependency(path: str) -> str:
    """Returns the WIT text of an encoded package; raises DecodeError."""
    from witlens_runtime.dependencies import decode_package

    return decode_package(path)


def bundled_dependency(package: str) -> tuple[str, ...] | None:
    """Returns the files of a package that comes with Witlens, by its id, or None."""
    if not package.startswith("wasi:"):
        return None
    from witlens_runtime.bundled import bundled_package

    return bundled_package(package)


def bundled_ids() -> tuple[str, ...]:
    """Returns the ids of all packages that come with Witlens."""
    from witlens_runtime.bundled import bundled_ids

    return bundled_ids()
