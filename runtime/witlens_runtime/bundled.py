"""The WASI packages among the assets, by their ids. Imports nothing heavy: editors ask for them at every keystroke."""

from __future__ import annotations

from functools import cache

from .assets import FOLDER, WASI_WIT

WASI_VERSIONS = ("0.2.12", "0.3.0")
"""The versions of the WASI packages among the assets."""


@cache
def bundled_ids() -> tuple[str, ...]:
    """The ids of all bundled packages, those of the older version of WASI first."""
    return tuple(
        f"wasi:{folder.name.removeprefix('wasi-')}@{version}"
        for version in WASI_VERSIONS
        for folder in sorted((FOLDER / WASI_WIT / version).glob("wasi-*"))
        if (folder / "package.wit").is_file()
    )


def bundled_package(package: str) -> tuple[str, ...] | None:
    """The files of the bundled package `wasi:io@0.2.12`, or None for one that is not bundled."""
    name, _, version = package.partition("@")
    namespace, _, plain = name.partition(":")
    if namespace != "wasi" or version not in WASI_VERSIONS or not plain.replace("-", "").isalnum():
        return None
    file = FOLDER / WASI_WIT / version / f"wasi-{plain}" / "package.wit"
    return (str(file),) if file.is_file() else None
