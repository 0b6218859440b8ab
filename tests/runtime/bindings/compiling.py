"""Makes components of C that includes the glue, with the compiler that builds would take."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.guests import EXAMPLES, lock
from witlens_analysis.model import World
from witlens_runtime.adapt import adapt
from witlens_runtime.bindings.c import Glue, c_glue
from witlens_runtime.build.model import Tool
from witlens_runtime.build.settings import ComponentSettings
from witlens_runtime.build.toolchains.c import C
from witlens_runtime.component_model import world_of_wit
from witlens_runtime.invoke.wit_text import world_of_files
from witlens_runtime.wasm_tools import WasmTools

STRICT = ("-O1", "-mexec-model=reactor", "-Wall", "-Wextra", "-Werror")


def world_of(wit: str, world: str) -> World:
    """The world `world` of a text."""
    return world_of_wit(wit, world)


def compiled(tools: WasmTools, folder: Path, wit: str | Path, world: str, source: str) -> Path:
    """The component of `source` with its glue, without a warning; skips where there is no compiler, never in CI."""
    found = C().find(folder, ComponentSettings("c"))
    if not isinstance(found, Tool):
        assert not os.environ.get("CI"), str(found)
        pytest.skip(str(found))
    glue: Glue = c_glue(world_of(wit, world) if isinstance(wit, str) else world_of_files(wit, world))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / glue.header_name).write_text(glue.header)
    (folder / glue.source_name).write_text(glue.source)
    (folder / "own.c").write_text(f'#include "{glue.header_name}"\n#include <stdlib.h>\n#include <string.h>\n{source}')
    module = folder / "module.wasm"
    command = [*found.command, *STRICT, "own.c", glue.source_name, "-o", str(module)]
    with lock(EXAMPLES / "polyglot" / "build" / ".lock"):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    made = folder / f"{world}.wasm"
    made.write_bytes(adapt(module.read_bytes(), tools, wit=wit, world=world).component)
    return made
