"""Core signatures and names, compared with the dummy modules that the reference makes of the same functions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.runtime import reference
from tests.runtime.strategies import RESOURCE, draw_type
from tests.runtime.wit_source import Source
from witlens_analysis.model import Borrow, Function, Interface, Param, Type
from witlens_runtime.canonical_abi import CoreSignature, core_signature
from witlens_runtime.canonical_abi.names import (
    callback_name,
    destructor_name,
    export_name,
    import_name,
    post_return_name,
    resource_drop_name,
    resource_new_name,
    resource_rep_name,
    task_return_name,
)
from witlens_runtime.canonical_abi.signature import Calling, task_return_signature
from witlens_runtime.types import walk

ID = "test:abi/types"


class Dummy:
    """The imports and exports of a module in text form, with their signatures."""

    def __init__(self, text: str) -> None:
        types = [
            CoreSignature(_core(params), _core(results))
            for params, results in re.findall(
                r"\(type \(;\d+;\) \(func(?: \(param ([^)]*)\))?(?: \(result ([^)]*)\))?", text
            )
        ]
        self.imports = {
            (module, field): types[int(index)]
            for module, field, index in re.findall(
                r'\(import "([^"]*)" "([^"]*)" \(func \(;\d+;\) \(type (\d+)\)', text
            )
        }
        functions = {
            int(number): types[int(index)]
            for number, index in re.findall(r"\n  \(func \(;(\d+);\) \(type (\d+)\)", text)
        }
        self.exports = {
            name: functions[int(number)] for name, number in re.findall(r'\(export "([^"]*)" \(func (\d+)\)', text)
        }


def _core(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def dummy(wit: str, folder: Path, *options: str) -> Dummy:
    """The dummy module of the world `w` of `wit`."""
    path = folder / "dummy.wit"
    path.write_text(wit)
    text = reference.run("component", "embed", "--dummy-names", "legacy", *options, "-w", "w", "-t", path).decode()
    return Dummy(text)


@st.composite
def functions(draw: st.DrawFn) -> list[Function]:
    """Some functions with parameters and results of all kinds."""
    made = []
    for index in range(draw(st.integers(8, 16))):
        params = [draw_type(draw, 2, handles=True) for _ in range(draw(st.integers(0, 5)))]
        result: Type | None = draw_type(draw, 2, handles=True) if draw(st.booleans()) else None
        if result is not None and any(isinstance(part, Borrow) for part in walk(result)):
            result = None
        named = tuple(Param(f"p{number}", type) for number, type in enumerate(params))
        made.append(Function(f"f{index}", named, result, is_async=draw(st.booleans())))
    return made


@given(functions())
@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_signatures_are_those_of_the_reference(tmp_path: Path, made: list[Function]) -> None:
    source = Source()
    for function in made:
        source.add(function)
    module = dummy(source.text(), tmp_path)
    callings: tuple[tuple[Calling, str], ...] = (("async", "--async-callback"), ("async-stackful", "--async-stackful"))
    for function in made:
        imported = import_name(ID, function)
        assert module.imports[imported.module, imported.field] == core_signature(function, "lower"), source.text()
        assert module.exports[export_name(ID, function)] == core_signature(function, "lift"), source.text()
    for calling, option in callings:
        module = dummy(source.text(), tmp_path, option)
        for function in made:
            if not function.is_async:
                continue
            imported = import_name(ID, function, calling)
            returned = task_return_name(ID, function)
            assert module.imports[imported.module, imported.field] == core_signature(function, "lower", "i32", calling)
            assert module.exports[export_name(ID, function, calling)] == core_signature(
                function, "lift", "i32", calling
            )
            assert module.imports[returned.module, returned.field] == task_return_signature(function)
            if calling == "async":
                assert callback_name(ID, function) in module.exports


WIT = """package demo:shop@1.2.0;
interface bank {
  resource account { constructor(owner: string); deposit: func(n: u64) -> u64; open: static func() -> account; }
  find: func(name: string) -> option<account>;
}
world w {
  import bank;
  export bank;
  import clock: interface { now: func() -> u64; }
  import log: func(line: string);
  export run: async func() -> result<_, string>;
}
"""


def test_names(tmp_path: Path) -> None:
    module = dummy(WIT, tmp_path)
    world = reference.resolve(WIT).world("w")
    for key, item in world.imports.items():
        for function in item.functions if isinstance(item, Interface) else [item]:
            assert isinstance(function, Function)
            name = import_name(key if isinstance(item, Interface) else None, function)
            assert module.imports[name.module, name.field] == core_signature(function, "lower")
    for key, exported in world.exports.items():
        for function in exported.functions if isinstance(exported, Interface) else [exported]:
            interface = key if isinstance(exported, Interface) else None
            assert module.exports[export_name(interface, function)] == core_signature(function, "lift")
            assert (
                module.exports[post_return_name(interface, function)].params == core_signature(function, "lift").results
            )
    bank = "demo:shop/bank@1.2.0"
    item = world.imports[bank]
    assert isinstance(item, Interface)
    account = item.types["account"]
    for name in (
        resource_drop_name(bank, account),  # type: ignore[arg-type]
        resource_drop_name(bank, account, exported=True),  # type: ignore[arg-type]
        resource_new_name(bank, account),  # type: ignore[arg-type]
        resource_rep_name(bank, account),  # type: ignore[arg-type]
    ):
        assert (name.module, name.field) in module.imports
    assert destructor_name(bank, account) in module.exports  # type: ignore[arg-type]


@pytest.mark.parametrize(("params", "lifted"), [(16, ("i32",) * 16), (17, ("i32",))])
def test_more_than_16_core_parameters_go_through_memory(params: int, lifted: tuple[str, ...]) -> None:
    function = Function("f", tuple(Param(f"p{index}", Borrow(RESOURCE)) for index in range(params)), None)
    assert core_signature(function, "lift").params == lifted
    assert core_signature(function, "lift", "i64").params == (lifted if params == 16 else ("i64",))
    assert core_signature(function, "lower", "i32", "async").params == ("i32",)
