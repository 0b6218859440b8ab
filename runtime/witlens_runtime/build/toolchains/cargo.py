"""Rust: cargo for `wasm32-wasip2`, which makes components, or for `wasm32-wasip1`, whose modules are adapted."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..job import Job
from ..messages import plain
from ..model import Missing, Problem, SeverityName, Tool
from ..settings import ComponentSettings
from .base import Toolchain, on_path

_RENDERED = re.compile(
    r"^(?P<level>error|warning)(?:\[(?P<code>\w+)\])?: (?P<message>.+)\n"
    r" +--> (?P<path>[^\n]+?):(?P<line>\d+):(?P<column>\d+)$",
    re.MULTILINE,
)
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
        """The first `cargo` on PATH whose Rust has the standard library of a WebAssembly target, and that target."""
        cargos = every_cargo()
        if not cargos:
            return Missing("cargo", ("`cargo` on PATH",), ("get Rust from rustup.rs", "apt install cargo"))
        asked = settings.environment.get("CARGO_BUILD_TARGET")
        for cargo in cargos:
            for target in _TARGETS if asked is None else (asked,):
                if any((sysroot / target / "lib").is_dir() for sysroot in libraries(cargo)):
                    environment = (("CARGO_BUILD_TARGET", target), *_companions(cargo, target))
                    return Tool((str(cargo),), f"{cargo}, target {target}", environment)
        looked = [
            f"{asked or '{' + ','.join(_TARGETS) + '}'} in {', '.join(map(str, libraries(one)))}" for one in cargos
        ]
        install = (f"rustup target add {asked or _TARGETS[0]}", "apt install cargo libstd-rust-dev-wasm32 lld")
        return Missing("the standard library of Rust for WebAssembly", tuple(looked), install)

    def build(self, job: Job) -> Path:
        """Builds the crate; its only artifact for WebAssembly is what is wanted."""
        assert job.plan.tool is not None
        manifest = _manifest(job)
        wants_cargo_component = "[package.metadata.component]" in manifest.read_text("utf-8", "replace")
        by_cargo_component = wants_cargo_component and on_path("cargo-component") is not None
        words = ["component", "build"] if by_cargo_component else ["build"]
        flags: list[str | Path] = [
            "--release",
            # cargo-component knows no format in which the compiler's own messages are data as well.
            f"--message-format={'json-render-diagnostics' if by_cargo_component else 'json'}",
            "--manifest-path",
            manifest,
            *job.plan.settings.flags,
        ]
        target = dict(job.plan.tool.environment)["CARGO_BUILD_TARGET"]
        environment = _core_module(job) if target == "wasm32-wasip2" and _is_by_hand(job, manifest) else None
        finished = job.run([*job.plan.tool.command, *words, *flags], cwd=manifest.parent, environment=environment)
        messages = list(_messages(finished.output))
        problems = list(cargo_problems(messages, manifest.parent))
        if by_cargo_component:
            problems += rendered_problems(finished.output, manifest.parent)
        made = [Path(name) for one in messages for name in one.get("filenames", []) if name.endswith(".wasm")]
        if finished.code != 0 or not made:
            if finished.code == 0:
                raise job.fail(f'the crate makes no WebAssembly for {target}: does it have `crate-type = ["cdylib"]`?')
            raise job.fail_unless_told(finished, problems)
        job.problems.extend(problems)
        return made[-1]


def _is_by_hand(job: Job, manifest: Path) -> bool:
    """Whether a library carries values over by itself: nothing in it tells the linker of Rust what its world is."""
    text = manifest.read_text("utf-8", "replace")
    lock = manifest.with_name("Cargo.lock")
    known = text + (lock.read_text("utf-8", "replace") if lock.is_file() else "")
    return job.plan.world is not None and "cdylib" in text and "wit-bindgen" not in known


def _core_module(job: Job) -> dict[str, str]:
    """The environment in which the linker for components leaves a core module as it is, so that it can be adapted."""
    flags = job.plan.settings.environment.get("RUSTFLAGS", os.environ.get("RUSTFLAGS", ""))
    return {"RUSTFLAGS": f"{flags} -C link-arg=--skip-wit-component".strip()}


def every_cargo() -> list[Path]:
    """All programs `cargo` on PATH, each once: that of rustup may stand before one of the system."""
    found = [on_path("cargo", path=folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    return list({Path(one).resolve(): Path(one) for one in found if one is not None}.values())


def libraries(cargo: Path) -> list[Path]:
    """Where the standard libraries of the Rust toolchains of a `cargo` are: one directory for each target."""
    if cargo.resolve().name == "rustup":
        home = Path(os.environ.get("RUSTUP_HOME", Path.home() / ".rustup")) / "toolchains"
        toolchains = sorted(home.iterdir()) if home.is_dir() else []
    else:
        toolchains = [cargo.parent.parent, cargo.resolve().parent.parent]
    return list(dict.fromkeys(toolchain / "lib" / "rustlib" for toolchain in toolchains))


def _companions(cargo: Path, target: str) -> list[tuple[str, str]]:
    """What a `cargo` of the system needs told: its own compiler, and a linker, which Rust has under another name."""
    if cargo.resolve().name == "rustup":
        return []
    found = []
    rustc = cargo.with_name("rustc")
    if rustc.is_file() and rustc.resolve().name != "rustup":
        found.append(("RUSTC", str(rustc)))
    linker = on_path("wasm-ld", *(f"wasm-ld-{number}" for number in range(30, 13, -1)))
    if linker is not None and on_path("rust-lld") is None:
        name = target.upper().replace("-", "_")
        found.append((f"CARGO_TARGET_{name}_LINKER", linker))
    return found


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


def rendered_problems(output: str, folder: Path) -> Iterator[Problem]:
    """The compiler's messages as it shows them to people: what is wrong, and below it `--> file:line:column`."""
    for found in _RENDERED.finditer(plain(output)):
        message = found["message"] + (f" ({found['code']})" if found["code"] else "")
        severity: SeverityName = "error" if found["level"] == "error" else "warning"
        yield Problem(folder / found["path"], int(found["line"]), int(found["column"]), message, "rustc", severity)


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
