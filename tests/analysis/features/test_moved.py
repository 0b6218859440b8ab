"""Manifests follow what they point to."""

from __future__ import annotations

import os

import pytest

from witlens_analysis.features.moved import Move, Replacement, after_deletions, after_moves


def absolute(path: str) -> str:
    return os.path.abspath(os.path.join(os.sep, "work", path))


def applied(text: str, edits: tuple[Replacement, ...]) -> str:
    for edit in sorted(edits, reverse=True):
        text = text[: edit.span.start] + edit.new_text + text[edit.span.end :]
    return text


MOVES: dict[str, tuple[str, str, tuple[str, str], str]] = {
    # name: (manifest, text, move, text afterwards)
    "a path in a table of one line": (
        "app/wit/deps.toml",
        'logging = { path = "../../logging/wit" } # ours\nhttp = "https://example.org/http.tar.gz"\n',
        ("logging", "log"),
        'logging = { path = "../../log/wit" } # ours\nhttp = "https://example.org/http.tar.gz"\n',
    ),
    "a plain path": ("app/wit/deps.toml", 'x = "./parts"\n', ("app/wit/parts", "app/wit/pieces"), 'x = "./pieces"\n'),
    "a wkg override": (
        "app/wkg.toml",
        '[overrides]\n"demo:log" = { version = "1.0.0", path = "../log" }\n[metadata]\nauthors = "../log"\n',
        ("log", "libs/log"),
        '[overrides]\n"demo:log" = { version = "1.0.0", path = "../libs/log" }\n[metadata]\nauthors = "../log"\n',
    ),
    "a table of its own": (
        "app/wkg.toml",
        "[overrides.\"demo:log\"]\npath = '../log'\n",
        ("log", "logs"),
        "[overrides.\"demo:log\"]\npath = '../logs'\n",
    ),
    "members of a workspace": (
        "wkg.toml",
        '[workspace]\nmembers = [\n  "parts/*",\n  "one",\n]\n',
        ("one", "two"),
        '[workspace]\nmembers = [\n  "parts/*",\n  "two",\n]\n',
    ),
    "the manifest itself": (
        "app/wit/deps.toml",
        'x = { path = "../../log" }\ny = { path = "near" }\n',
        ("app", "apps/one"),
        'x = { path = "../../../log" }\ny = { path = "near" }\n',
    ),
    "something else": ("app/deps.toml", 'x = { path = "log" }\n', ("app/logs", "app/log2"), 'x = { path = "log" }\n'),
    "text that is no TOML": (
        "app/deps.toml",
        'x = { path = "lo\n= = [[[',
        ("app/lo", "app/hi"),
        'x = { path = "lo\n= = [[[',
    ),
}


@pytest.mark.parametrize(("manifest", "text", "move", "expected"), MOVES.values(), ids=MOVES.keys())
def test_moves(manifest: str, text: str, move: tuple[str, str], expected: str) -> None:
    old, new = map(absolute, move)
    assert applied(text, after_moves(absolute(manifest), text, [Move(old, new)])) == expected


DELETIONS: dict[str, tuple[str, str, str]] = {
    "an entry goes": ('a = { path = "../log" }\nb = "near"\n', "log", 'b = "near"\n'),
    "what is within goes too": ('a = { path = "../log/wit" }\nb = "near"', "log", 'b = "near"'),
    "the last line": ('b = "far"\na = "../log"', "log", 'b = "far"\n'),
    "others stay": ('a = { path = "../logs" }\n', "log", 'a = { path = "../logs" }\n'),
    "a table of several lines stays": ('[a]\npath = "../log"\n', "log", '[a]\npath = "../log"\n'),
    "the manifest goes as well": ('a = { path = "../log" }\n', "", 'a = { path = "../log" }\n'),
}


@pytest.mark.parametrize(("text", "deleted", "expected"), DELETIONS.values(), ids=DELETIONS.keys())
def test_deletions(text: str, deleted: str, expected: str) -> None:
    edits = after_deletions(absolute("app/deps.toml"), text, [absolute(deleted)])
    assert applied(text, edits) == expected
