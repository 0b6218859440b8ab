"""Configurations for editors that no registry has, and the page that documents all of them."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from witlens_server.cli.main import COMMANDS
from witlens_server.lsp import settings

from .common import EDITORS

PAGE = EDITORS.parent / "docs" / "editors.md"


def blocks(file: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", file.read_text(), re.DOTALL | re.MULTILINE)


def test_helix() -> None:
    languages, editor = (tomllib.loads(text) for text in blocks(EDITORS / "helix" / "README.md", "toml"))
    server = languages["language-server"]["witlens"]
    assert server["command"] == "witlens" and server["args"][0] in COMMANDS
    assert {one["name"] for one in languages["language"]} == {"wit", "wave"}
    assert all(one["language-servers"] == ["witlens"] for one in languages["language"])
    assert editor["editor"]["lsp"]["display-inlay-hints"]


def test_helix_settings_that_are_commented_out_are_right_too() -> None:
    text = blocks(EDITORS / "helix" / "README.md", "toml")[0]
    shown = tomllib.loads(re.sub(r"^# (\w+ = )", r"\1", text, flags=re.MULTILINE))
    sent = shown["language-server"]["witlens"]["config"]
    read, problems = settings.read_settings(sent, settings.Settings())
    assert problems == []
    assert read != settings.Settings()


def test_zed() -> None:
    (text,) = blocks(EDITORS / "zed" / "README.md", "json")
    ((_, server),) = json.loads(text)["lsp"].items()
    assert server["binary"]["path"] == "witlens" and server["binary"]["arguments"][0] in COMMANDS
    assert settings.read_settings(server["settings"], settings.Settings())[1] == []


def test_the_settings_of_the_page_are_right() -> None:
    (text,) = blocks(PAGE, "json")
    read, problems = settings.read_settings(json.loads(text), settings.Settings())
    assert problems == []
    assert read.severities and read.features


@pytest.mark.parametrize("key", re.findall(r"^    ([a-z]\w+) {2,}\S", settings.__doc__ or "", re.MULTILINE))
def test_every_setting_is_on_the_page(key: str) -> None:
    assert f"| `{key}` |" in PAGE.read_text()


@pytest.mark.parametrize("file", [PAGE, *EDITORS.glob("*/README.md")], ids=str)
def test_links_lead_somewhere(file: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", file.read_text()):
        assert "://" in link or (file.parent / link).exists(), link
