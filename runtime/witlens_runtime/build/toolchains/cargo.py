"""Rust: cargo for `wasm32-wasip2`, which makes components, or for `wasm32-wasip1`, whose modules are adapted."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..job import Job
from ..model import Missing, Problem, SeverityName, Tool
from ..settings import ComponentSettings
from .base import Toolchain, on_path

_TARGETS = ("wasm32-wasip2", "wasm32-wasip1", "wasm32-wasi", "wasm32-unknown-unknown")


class Cargo(Toolchain):
    """cargo with the standard library of a WebAssembly target; cargo-component where `Cargo.toml` is written for it."""

    name = "cargo"
    suffixes = (".rs", "Cargo.toml")
    inputs = (".rs", "Cargo.toml", "Cargo.lock")

    def detect(self, root: Path, world: str | None) -> tuple[Path, ...]:
        """`Cargo.toml`."""
        manifest = root / "Cargo.toml"
        return (manifest,) if manifest.is_file() else ()

    def find(self, root: Path, settings: ComponentSettings) -> Tool | Missing:
        """`cargo`, and the first target that is installed for its toolchain."""
        cargo = on_path("cargo")
        if cargo is None:
            return Missing("cargo", ("`cargo` on PATH",), ("get Rust from rustup.rs", "apt install cargo"))
        targets = installed_targets()
        if not targets:
            looked = (f"lib/rustlib/{{{','.join(_TARGETS)}}} of the Rust toolchains",)
            return Missing(
                "the standard library of Rust for WebAssembly",
                looked,
                ("rustup target add wasm32-wasip2", "apt install libstd-rust-dev-wasm32"),
            )
        return Tool((cargo,), f"{cargo}, target {targets[0]}", (("CARGO_BUILD_TARGET", targets[0]),))

    def build(self, job: Job) -> Path:
        """Builds the crate; its only artifact for WebAssembly is what is wanted."""
        assert job.plan.tool is not None
        manifest = _manifest(job)
        wants_cargo_component = "[package.metadata.component]" in manifest.read_text("utf-8", "replace")
        words = ["component", "build"] if wants_cargo_component and on_path("cargo-component") else ["build"]
        flags: list[str | Path] = [
            "--release",
            "--message-format=json",
            "--manifest-path",
            manifest,
            *job.plan.settings.flags,
        ]
        target = dict(job.plan.tool.environment)["CARGO_BUILD_TARGET"]
        finished = job.run([*job.plan.tool.command, *words, *flags], cwd=manifest.parent)
        messages = list(_messages(finished.output))
        problems = list(cargo_problems(messages, manifest.parent))
        made = [Path(name) for one in messages for name in one.get("filenames", []) if name.endswith(".wasm")]
        if finished.code != 0 or not made:
            if finished.code == 0:
                raise job.fail(f'the crate makes no WebAssembly for {target}: does it have `crate-type = ["cdylib"]`?')
            raise job.fail_unless_told(finished, problems)
        job.problems.extend(problems)
        return made[-1]


def installed_targets() -> list[str]:
    """The WebAssembly targets of which a Rust toolchain on this machine has the standard library, best first."""
    homes = [Path(os.environ.get("RUSTUP_HOME", Path.home() / ".rustup")) / "toolchains"]
    sysroots = [folder for home in homes if home.is_dir() for folder in sorted(home.iterdir())]
    rustc = on_path("rustc")
    if rustc is not None:
        sysroots.append(Path(rustc).resolve().parent.parent)
    found = [target for target in _TARGETS for root in sysroots if (root / "lib" / "rustlib" / target / "lib").is_dir()]
    return list(dict.fromkeys(found))


def _manifest(job: Job) -> Path:
    source = job.plan.sources[0]
    if source.name == "Cargo.toml":
        return source
    folder = source if source.is_dir() else source.parent
    for candidate in (folder, *folder.parents):
        if (candidate / "Cargo.toml").is_file():
            return candidate / "Cargo.toml"
        if candidate == job.plan.root:
            break
    raise job.fail(f"there is no Cargo.toml for {source}")


def _messages(output: str) -> Iterator[dict[str, Any]]:
    for line in output.splitlines():
        if line.startswith("{"):
            try:
                message = json.loads(line)
            except ValueError:
                continue
            if isinstance(message, dict):
                yield message


def cargo_problems(messages: list[dict[str, Any]], folder: Path) -> Iterator[Problem]:
    """The compiler's messages with their main places."""
    for one in messages:
        if one.get("reason") != "compiler-message":
            continue
        said = one["message"]
        spans = [span for span in said.get("spans", []) if span.get("is_primary")]
        severity: SeverityName = "error" if str(said.get("level", "")).startswith("error") else "warning"
        if said.get("level") in ("note", "help", "failure-note") or (
            not spans and said["message"].startswith("aborting")
        ):
            continue
        code = (said.get("code") or {}).get("code")
        message = said["message"] + (f" ({code})" if code else "")
        if not spans:
            if severity == "error":
                yield Problem(None, 1, 1, message, "rustc", severity)
            continue
        span = spans[0]
        path = folder / span["file_name"]
        yield Problem(
            path,
            span["line_start"],
            span["column_start"],
            message,
            "rustc",
            severity,
            span["line_end"],
            span["column_end"],
        )
