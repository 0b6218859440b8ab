"""The files of others that the runtime stands on: where they are, where they come from, and what they must be.

`fetch_assets` brings them; they are in no repository and in every wheel.
"""

from __future__ import annotations

import hashlib
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "assets"

WASM_TOOLS = "wasm-tools.core.wasm"
WASM_TOOLS_VERSION = "1.259.0"
COMMAND_ADAPTER = "wasi_snapshot_preview1.command.wasm"
REACTOR_ADAPTER = "wasi_snapshot_preview1.reactor.wasm"
WASI_WIT = "wit"


class MissingAsset(Exception):
    """A file that should be among the assets is not there."""


@dataclass(frozen=True, slots=True)
class Source:
    """An npm package at a version, and of its files (the path in it: name among the assets, sha256) those wanted."""

    package: str
    version: str
    files: dict[str, tuple[str, str]]


SOURCES: tuple[Source, ...] = (
    Source(
        "@bytecodealliance/jco-transpile",
        "0.15.0",
        {
            "vendor/wasm-tools.core.wasm": (
                "wasm-tools.core.wasm",
                "3fefaaa84d88c2e256f1313a333f9bd605cb0eab55658f178a6f469fc01a6d22",
            ),
            "LICENSE": (
                "LICENSE-wasm-tools-and-adapters",
                "268872b9816f90fd8e85db5a28d33f8150ebb8dd016653fb39ef1f94f2686bc5",
            ),
        },
    ),
    Source(
        "@bytecodealliance/jco",
        "1.35.0",
        {
            "lib/wasi_snapshot_preview1.command.wasm": (
                "wasi_snapshot_preview1.command.wasm",
                "2a652d711c1fff34f9d5a0e073e50ef7eeb8fe7d8a6d559eae643a4c049a7b94",
            ),
            "lib/wasi_snapshot_preview1.reactor.wasm": (
                "wasi_snapshot_preview1.reactor.wasm",
                "b857310c4753c8fafaa0f890e9ccf978dc3d9dbe8804b1125291a627485041d0",
            ),
            "lib/wit/builtin/LICENSE.md": (
                "wit/LICENSE.md",
                "0416590f3f47381bb5b9b467c27824d1228fac58b8031d693130865273ffefcb",
            ),
            "lib/wit/builtin/0.2.12/wasi-cli/package.wit": (
                "wit/0.2.12/wasi-cli/package.wit",
                "f5ab5dbc1ee897149c5f381b365e3322d4226e9698e1e1d10a50a70e0f2ce5db",
            ),
            "lib/wit/builtin/0.2.12/wasi-clocks/package.wit": (
                "wit/0.2.12/wasi-clocks/package.wit",
                "a51147ba25a62ed80640c89b30c578d1a82934646ef60d819423a8f491071527",
            ),
            "lib/wit/builtin/0.2.12/wasi-filesystem/package.wit": (
                "wit/0.2.12/wasi-filesystem/package.wit",
                "a90b5d4f63ca2726d4a8bd4f3c3599672f4a7da6aed52173d669ec668471a1c0",
            ),
            "lib/wit/builtin/0.2.12/wasi-http/package.wit": (
                "wit/0.2.12/wasi-http/package.wit",
                "65346a9c2d8e5bbd47fec31a884b24d2746eb5698f15cb25da4b15ddff4b535a",
            ),
            "lib/wit/builtin/0.2.12/wasi-io/package.wit": (
                "wit/0.2.12/wasi-io/package.wit",
                "a42451de35ad66f154dbc60ac60906b8581931963d67bc759dc8333d24bba93d",
            ),
            "lib/wit/builtin/0.2.12/wasi-random/package.wit": (
                "wit/0.2.12/wasi-random/package.wit",
                "6270cf3658e75c119a45a8ac48306403ea728095aa0227cf46e0b1389750b348",
            ),
            "lib/wit/builtin/0.2.12/wasi-sockets/package.wit": (
                "wit/0.2.12/wasi-sockets/package.wit",
                "03ce57b104e1cf0e98bc3acedeec468b172080fbf97d3f03754bcaa79c341cbb",
            ),
            "lib/wit/builtin/0.3.0/wasi-cli/package.wit": (
                "wit/0.3.0/wasi-cli/package.wit",
                "aa4cf901d2e6395fa528076be070e88da2e684bac8e0a8453559fd7981a3cab8",
            ),
            "lib/wit/builtin/0.3.0/wasi-clocks/package.wit": (
                "wit/0.3.0/wasi-clocks/package.wit",
                "80ad60b8fb71511619032c23265ec38c6dce8050a89b21da7bdd9764a0830019",
            ),
            "lib/wit/builtin/0.3.0/wasi-filesystem/package.wit": (
                "wit/0.3.0/wasi-filesystem/package.wit",
                "f95f16b4e5225e21dd97cb9bff55b46cf13eaded3ae7311ff40eb2d0050e804f",
            ),
            "lib/wit/builtin/0.3.0/wasi-http/package.wit": (
                "wit/0.3.0/wasi-http/package.wit",
                "01bde5b5d2fe5c4ca669b4b0e934d3e92a6293d99273ee3584e189336e6ef5b4",
            ),
            "lib/wit/builtin/0.3.0/wasi-random/package.wit": (
                "wit/0.3.0/wasi-random/package.wit",
                "5a51374d459d899d5ea03a2990744cfd40252fbf0aa638c94d9acb9db94d93db",
            ),
            "lib/wit/builtin/0.3.0/wasi-sockets/package.wit": (
                "wit/0.3.0/wasi-sockets/package.wit",
                "6aa1ca655c927f5d1d83daa738ed1594f06fc1279ed49aaf47b0bb8279ee9731",
            ),
        },
    ),
)


def asset(name: str) -> Path:
    """The path of the asset `name`. Raises MissingAsset where it is not there."""
    path = FOLDER / name
    if not path.exists():
        raise MissingAsset(f"{path} is missing: run {way_to_fetch()}")
    return path


def way_to_fetch() -> str:
    """The command that brings the assets to where they are looked for, in backquotes, and what it needs."""
    return f"`{shlex.join([sys.executable or 'python'])} -m witlens_runtime.fetch_assets`, which takes them from npm"


def digest(path: Path) -> str:
    """The sha256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
