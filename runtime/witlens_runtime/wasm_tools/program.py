"""Runs a `wasm-tools` that the user configured, as a program."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import Any

from .base import InterfaceName, Limits, Part, Producers, StringEncoding, WasmToolsError, WorldMetadata

_FRAME = re.compile(r"\n *--> .*:(?P<place>\d+:\d+)(\n +\|.*|\n +\d+ \|.*)*")
"""How the program shows the place of a mistake in a text."""
_ENCODINGS: dict[StringEncoding, str] = {"utf8": "utf8", "utf16": "utf16", "compact-utf16": "compact-utf16"}


class Program:
    """The program `executable`, a path or a name on the PATH. Its memory is not limited, its time is."""

    def __init__(self, executable: str, limits: Limits) -> None:
        found = which(executable)
        if found is None:
            raise WasmToolsError(f"{executable}: this is to be used as wasm-tools, but it is no program")
        self._executable = found
        self._limits = limits

    def parse(self, wat: str) -> bytes:
        """See WasmTools."""
        try:
            return self._run("parse", "-", stdin=wat.encode())
        except WasmToolsError as error:
            found = _FRAME.search(str(error))
            if found is None:
                raise
            raise WasmToolsError(f"{found['place']}: {str(error)[: found.start()]}") from None

    def print(self, binary: bytes) -> str:
        """See WasmTools."""
        return self._run("print", "-", stdin=binary).decode()

    def component_new(self, module: bytes, adapters: Sequence[tuple[str, bytes]]) -> bytes:
        """See WasmTools."""
        with _files({f"{index}.wasm": data for index, (_, data) in enumerate(adapters)}) as folder:
            options = [f"--adapt={name}={folder / f'{index}.wasm'}" for index, (name, _) in enumerate(adapters)]
            return self._run("component", "new", *options, "-", stdin=module)

    def component_wit(self, component: bytes) -> str:
        """See WasmTools."""
        return self._run("component", "wit", stdin=component).decode()

    def component_embed(
        self,
        module: bytes | None,
        wit: Path | str,
        world: str | None,
        encoding: StringEncoding,
        features: Sequence[str] | None,
        producers: Producers | None,
    ) -> bytes:
        """See WasmTools."""
        options = ["--all-features"] if features is None else [f"--features={name}" for name in features]
        options += [] if world is None else [f"--world={world}"]
        options += [f"--encoding={_ENCODINGS[encoding]}", *(["--dummy-names=legacy"] if module is None else [])]
        with _as_path(wit) as path:
            inputs = [str(path)] if module is None else [str(path), "-"]
            embedded = self._run("component", "embed", *options, *inputs, stdin=module or b"")
        return embedded if producers is None else self.metadata_add(embedded, producers)

    def metadata_for_world(self, wit: Path | str, world: str | None) -> WorldMetadata:
        """See WasmTools."""
        module = self.component_embed(None, wit, world, "utf8", None, None)
        document = json.loads(self._run("component", "wit", "--json", stdin=module))
        [found] = [one for one in document["worlds"] if one["name"] == "root"]
        return WorldMetadata(*(tuple(_interfaces(document, found[side])) for side in ("imports", "exports")))

    def metadata_show(self, binary: bytes) -> list[Part]:
        """See WasmTools."""
        parts: list[Part] = []
        _collect(json.loads(self._run("metadata", "show", "--json", "-", stdin=binary)), None, parts)
        return parts

    def metadata_add(self, binary: bytes, producers: Producers) -> bytes:
        """See WasmTools."""
        options = [
            f"--{field}={name}={version}" for field, entries in producers.items() for name, version in entries.items()
        ]
        return self._run("metadata", "add", *options, "-", stdin=binary)

    def _run(self, *arguments: str, stdin: bytes) -> bytes:
        try:
            done = subprocess.run(
                [self._executable, *arguments],
                input=stdin,
                capture_output=True,
                timeout=self._limits.seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise WasmToolsError(
                f"wasm-tools was stopped: it took more than {self._limits.seconds:g} seconds"
            ) from None
        except OSError as error:
            raise WasmToolsError(f"{self._executable}: cannot be run: {error.strerror}") from error
        if done.returncode:
            told = done.stderr.decode(errors="replace").strip().removeprefix("error: ")
            raise WasmToolsError(told or f"{self._executable} ended with {done.returncode}")
        return done.stdout


@contextmanager
def _files(contents: dict[str, bytes]) -> Iterator[Path]:
    """A directory with these files, for as long as it is needed."""
    with TemporaryDirectory(prefix="witlens-") as directory:
        folder = Path(directory)
        for name, data in contents.items():
            (folder / name).write_bytes(data)
        yield folder


@contextmanager
def _as_path(wit: Path | str) -> Iterator[Path]:
    """The path of WIT that is given as a path or as text."""
    if isinstance(wit, Path):
        if not wit.exists():
            raise WasmToolsError(f"{wit}: no such file or directory")
        yield wit
        return
    with _files({"source.wit": wit.encode()}) as folder:
        yield folder / "source.wit"


def _interfaces(document: dict[str, Any], items: dict[str, Any]) -> Iterator[InterfaceName]:
    for item in items.values():
        if "interface" not in item:
            continue
        interface = document["interfaces"][item["interface"]["id"]]
        if interface["name"] is not None:
            name, at, version = document["packages"][interface["package"]]["name"].partition("@")
            namespace, _, package = name.partition(":")
            yield InterfaceName(namespace, package, interface["name"], version if at else None)


def _collect(found: dict[str, Any], parent: int | None, parts: list[Part]) -> None:
    """Append a module or component, with what is in it."""
    kind: Any = "component" if "component" in found else "module"
    body = found[kind]
    data = body["metadata"] if kind == "component" else body
    producers = {field: dict(entries) for field, entries in data["producers"] or []}
    place = (data["range"]["start"], data["range"]["end"])
    index = len(parts)
    parts.append(Part(parent, data["name"], kind, place, producers))
    for child in body.get("children", []):
        _collect(child, index, parts)
