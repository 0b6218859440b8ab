"""What a Python app lacks of its world, told before componentize-py runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runtime import reference
from witlens_analysis.model import World
from witlens_runtime.build.python_source import check_python

WIT = """package demo:a@1.0.0;

interface host-log {
  note: func(message: string);
  %import: func();
}
interface store {
  resource bucket {
    constructor(name: string);
    get: func(key: string) -> option<string>;
    open: static func(name: string) -> bucket;
  }
}
world w {
  export host-log;
  export store;
  export run-it: func(times: u32) -> u32;
}
"""
APP = """
class WitWorld:
    def run_it(self, times): ...
class HostLog:
    def note(self, message, extra=None): ...
    def import_(self): ...
"""
STORE = """
class Bucket:
    def __init__(self, name): ...
    async def get(self, key): ...
    @classmethod
    def open(cls, name): ...
"""


@pytest.fixture(scope="module")
def world() -> World:
    return reference.resolve(WIT).world("w")


def check(world: World, folder: Path, app: str = APP, store: str | None = STORE) -> list[str]:
    (folder / "app.py").write_text(app)
    if store is not None:
        (folder / "store.py").write_text(store)
    found = check_python(folder / "app.py", world)
    return [f"{one.path.name if one.path else ''}:{one.line}:{one.column}: {one.message}" for one in found]


def test_what_is_complete(world: World, tmp_path: Path) -> None:
    assert check(world, tmp_path) == []


@pytest.mark.parametrize(
    "app",
    [
        "from elsewhere import *",
        "from elsewhere import WitWorld, HostLog",
        "WitWorld = make()\nHostLog = make()",
        "class WitWorld(Base): ...\nclass HostLog(mixins.Base): ...",
        "class WitWorld:\n  run_it = other\nclass HostLog:\n  note = import_ = other",
        "class WitWorld:\n  def run_it(self, *a): ...\nclass HostLog:\n  @deco\n  def note(): ...\n  @staticmethod\n  def import_(): ...",
        "class WitWorld\n  this is not Python that we know",
    ],
)
def test_what_cannot_be_known_is_not_complained_about(world: World, tmp_path: Path, app: str) -> None:
    assert check(world, tmp_path, app) == []


def test_everything_missing(world: World, tmp_path: Path) -> None:
    assert check(world, tmp_path, "x = 1\n", None) == [
        "app.py:1:1: there is no class `WitWorld` with `run_it`: world `w` needs it",
        "app.py:1:1: there is no class `HostLog` with `note`, `import_`: interface `host-log` needs it",
        "app.py:1:1: resources of interface `store` belong in a module of that name: `store.py` with class `Bucket`",
    ]


def test_methods_missing_or_with_other_parameters(world: World, tmp_path: Path) -> None:
    app = """
import wit_world
class WitWorld(wit_world.WitWorld):
    def run_it(self): ...
class HostLog:
    def note(self, message, *, loud): ...
"""
    store = """
class Bucket:
    def get(self, key, default, more=1): ...
    @classmethod
    def open(cls): ...
"""
    assert check(world, tmp_path, app, store) == [
        "app.py:4:9: `WitWorld.run_it` takes 0 beside `self`, but function `run-it` has 1 parameter",
        "app.py:6:9: `HostLog.note` takes 2 beside `self`, but function `note` has 1 parameter",
        "app.py:5:7: class `HostLog` lacks `import_`: function `import` of interface `host-log` needs it",
        "store.py:2:7: class `Bucket` lacks `__init__`: the constructor of resource `bucket` of interface "
        "`store` needs it",
        "store.py:3:9: `Bucket.get` takes 3 beside `self`, but function `bucket.get` has 1 parameter",
        "store.py:5:9: `Bucket.open` takes 0 beside `cls`, but function `bucket.open` has 1 parameter",
    ]
