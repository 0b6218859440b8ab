"""What `witlens.toml` may say, and what is told of one that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from witlens_runtime.build.settings import (
    DirectoryGrant,
    SettingsError,
    parse_settings,
    project_root,
    read_settings,
)

FILE = Path("/project/witlens.toml")


def test_everything_that_can_be_said() -> None:
    text = """
wit = "interface"

[component.adder]
world = "adder"
toolchain = "c"
sources = ["adder.c", "glue"]
output = "out/adder.wasm"
adapter = "reactor"
kind = "reactor"
flags = ["-O3"]
features = ["extra"]
environment = { CFLAGS = "-g" }

[component.adder.grants]
directory = [{ host = "data", guest = "/in" }, { host = "tmp", read-only = false }]
environment = { MODE = "test" }
arguments = ["-v"]
http = true

[component.other]
command = ["make", "other.wasm"]
output = "other.wasm"
wit = "elsewhere/wit"
"""
    project = parse_settings(FILE, text)
    adder, other = project.components
    root = FILE.parent
    assert (adder.name, adder.world, adder.toolchain, adder.line) == ("adder", "adder", "c", 4)
    assert adder.wit == root / "interface" and other.wit == root / "elsewhere" / "wit"
    assert adder.sources == (root / "adder.c", root / "glue")
    assert adder.output == root / "out" / "adder.wasm"
    assert (adder.adapter, adder.kind, adder.flags, adder.features) == ("reactor", "reactor", ("-O3",), ("extra",))
    assert adder.environment == {"CFLAGS": "-g"}
    assert adder.grants.directories == (
        DirectoryGrant(root / "data", "/in", True),
        DirectoryGrant(root / "tmp", "/tmp", False),
    )
    assert adder.grants.environment == {"MODE": "test"} and adder.grants.arguments == ("-v",)
    assert adder.grants.http and not adder.grants.network
    assert other.command == ("make", "other.wasm")


def test_nothing_is_granted_by_default() -> None:
    (component,) = parse_settings(FILE, "[component.a]").components
    grants = component.grants
    assert not (grants.directories or grants.environment or grants.arguments or grants.network or grants.http)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("wit = ", (1, 7), "this is no TOML: Invalid value"),
        ("[component.a]\nworld = shop", (2, 9), "this is no TOML: Invalid value; text stands between quotes"),
        ("[component.a]\nworld = 'w'\nworld = 'x'", (3, 12), "this is no TOML: Cannot overwrite a value"),
        ("witt = 'wit'", (1, 1), "unknown key `witt`; did you mean `wit`?"),
        ("[component.a]\n\n  sauces = ['a.c']", (3, 3), "unknown key `sauces`; did you mean `sources`?"),
        ("[component.a]\nx = 1", (2, 1), "unknown key `x`; there are `wit`, `world`"),
        ("[component.a]\nworld = 1", (2, 1), "`world` is a text in quotes"),
        ("[component.a]\nsources = 'a.c'", (2, 1), "`sources` is a list of texts"),
        ("[component.a]\ntoolchain = 'goo'", (2, 1), "`toolchain` cannot be `goo`; did you mean `go`?"),
        ("[component.a]\nkind = 'lib'", (2, 1), "`kind` cannot be `lib`; there are `command`, `reactor`"),
        ("[component.'a b']", (1, 1), "`a b` cannot name a component"),
        ("component = 1", (1, 1), "`component` is a table: `[component]`"),
        ("[component.a]\ncommand = ['make']", (2, 1), "say what the command makes"),
        ("[component.a]\ncommand = ['x']\noutput = 'o'\ntoolchain = 'c'", (2, 1), "takes the place of toolchain `c`"),
        ("[component.a]\ntoolchain = 'command'", (2, 1), "toolchain `command` needs a `command"),
        (
            "[component.a]\n[component.a.grants]\nnetwrok = true",
            (3, 1),
            "unknown key `netwrok`; did you mean `network`?",
        ),
        ("[component.a]\n[component.a.grants]\nhttp = 'yes'", (3, 1), "`http` is `true` or `false`"),
        ("[component.a]\n[[component.a.grants.directory]]\nguest = '/x'", (2, 1), "a directory needs `host`"),
        ("[component.a]\n[component.a.environment]\nA = 1", (3, 1), 'write `A = "..."`'),
        (
            "[component.a]\n[component.b]\noutput = 'build/a.wasm'",
            (3, 1),
            "`a` has the same output",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, place: tuple[int, int], message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings(FILE, text)
    assert message in caught.value.message
    assert (caught.value.line, caught.value.column) == place
    assert str(caught.value).startswith(f"{FILE}:{place[0]}:{place[1]}: ")


def test_files_that_cannot_be_settings(tmp_path: Path) -> None:
    file = tmp_path / "witlens.toml"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="no UTF-8"):
        read_settings(tmp_path)
    file.write_text("a = " + "[" * 100_000)
    with pytest.raises(SettingsError, match=r"TOML|nested"):
        read_settings(tmp_path)
    file.write_text("#" * 2_000_000)
    with pytest.raises(SettingsError, match="larger"):
        read_settings(tmp_path)
    file.unlink()
    assert read_settings(tmp_path).components == ()


def test_the_project_of_a_file(tmp_path: Path) -> None:
    package = tmp_path / "calc" / "wit" / "deps"
    package.mkdir(parents=True)
    file = package / "x.wit"
    file.write_text("package a:b;")
    assert project_root(file) == tmp_path / "calc"
    (tmp_path / "witlens.toml").write_text("")
    assert project_root(file) == tmp_path
