"""What "did you mean" finds among few and many names, and how much it compares."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

import pytest

from witlens_analysis.rules.guesses import FEW, did_you_mean
from witlens_analysis.workspace import Workspace

MANY = [f"{word}-{number:04}" for word in ("open", "close", "read") for number in range(1_000)] + [
    "descriptor",
    "flags",
]


@pytest.mark.parametrize("names", [["descriptor", "flags", "read-0007"], MANY], ids=["few", "many"])
@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("descriptr", "descriptor"),
        ("escriptor", "descriptor"),
        ("Descriptor", "descriptor"),
        ("de-scriptor", "descriptor"),
        ("flgas", "flags"),
        ("read-00007", "read-0007"),
        ("somewhere", None),
        ("d" * 1_000_000, None),
    ],
)
def test_slips(names: list[str], slip: str, meant: str | None) -> None:
    assert did_you_mean(slip, names) == meant


def test_only_names_that_fit() -> None:
    assert did_you_mean("flag", MANY, fits=lambda name: name != "flags") is None
    assert did_you_mean("flg", MANY, ["flag"]) == "flag"


@pytest.mark.parametrize(
    "text",
    [
        "interface i {{ {} }}".format(" ".join(f"type a-{n} = a-{n}-x;" for n in range(1_000))),
        "interface j {{ {} }} interface i {{ use j.{{{}}}; }}".format(
            " ".join(f"type a-{n} = u8;" for n in range(1_000)), ", ".join(f"a-{n}-x" for n in range(1_000))
        ),
        " ".join(f"interface a-{n} {{ use a-{n}-x.{{t}}; }}" for n in range(1_000)),
    ],
    ids=["types", "used types", "interfaces"],
)
def test_many_mistakes_beside_many_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Each mistake is compared with some names, not with all."""
    compared = 0
    real = difflib.get_close_matches

    def counting(word: str, possibilities: Sequence[str], n: int = 3, cutoff: float = 0.6) -> list[str]:
        nonlocal compared
        compared += len(possibilities)
        return real(word, possibilities, n, cutoff)

    monkeypatch.setattr(difflib, "get_close_matches", counting)
    path = tmp_path / "a.wit"
    path.write_text(f"package a:b;\n{text}\n")
    workspace = Workspace()
    workspace.load(str(tmp_path))
    assert len(workspace.snapshot().diagnostics(str(path))) >= 1_000
    assert 0 < compared <= 1_100 * FEW
