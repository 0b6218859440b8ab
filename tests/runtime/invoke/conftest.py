from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtime.invoke import guests
from witlens_runtime import assets
from witlens_runtime.invoke import Component, Instance, Limits, Worker
from witlens_runtime.wasm_tools import WasmTools


@pytest.fixture(scope="session")
def tools() -> WasmTools:
    try:
        return WasmTools()
    except assets.MissingAsset as error:
        assert not os.environ.get("CI"), error
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def guest_file(tools: WasmTools, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return guests.guest(tools, tmp_path_factory.mktemp("guest"))


@pytest.fixture(scope="session")
def worker(cache: Path) -> Iterator[Worker]:
    with Worker(cache=cache) as made:
        yield made


@pytest.fixture
def guest(worker: Worker, guest_file: Path) -> Component:
    return worker.load(guest_file)


@pytest.fixture
def instance(guest: Component) -> Iterator[Instance]:
    with guest.instantiate(limits=Limits(seconds=20)) as made:
        yield made
