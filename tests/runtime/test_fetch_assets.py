"""Bringing the assets: pinned, whole or not at all, and without network once they are there."""

from __future__ import annotations

import hashlib
import io
import sys
import tarfile
from pathlib import Path

import pytest

from witlens_runtime import assets, fetch_assets
from witlens_runtime.assets import MissingAsset, Source
from witlens_runtime.fetch_assets import FetchError, fetch, missing

CONTENT = b"\0asm"
SOURCE = Source("@some/tool", "1.0.0", {"vendor/a.wasm": ("a.wasm", hashlib.sha256(CONTENT).hexdigest())})


def pack(path: str, content: bytes) -> fetch_assets.Callable[[Source, Path], Path]:
    """A stand-in for `npm pack`: the archive of a package with one file."""

    def run(source: Source, directory: Path) -> Path:
        archive = directory / "package.tgz"
        with tarfile.open(archive, "w:gz") as tar:
            member = tarfile.TarInfo(f"package/{path}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        return archive

    return run


@pytest.fixture(autouse=True)
def one_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch_assets, "SOURCES", (SOURCE,))


def test_what_is_missing_is_brought_once(tmp_path: Path) -> None:
    assert fetch(tmp_path, pack("vendor/a.wasm", CONTENT)) == ["@some/tool"]
    assert (tmp_path / "a.wasm").read_bytes() == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["a.wasm"], "no temporary file is left"

    def unreachable(source: Source, directory: Path) -> Path:
        raise AssertionError("no network is needed any more")

    assert fetch(tmp_path, unreachable) == []
    (tmp_path / "a.wasm").write_bytes(b"damaged")
    assert missing(SOURCE, tmp_path) == ["vendor/a.wasm"]
    assert fetch(tmp_path, pack("vendor/a.wasm", CONTENT)) == ["@some/tool"]


def test_another_content_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match=r"vendor/a.wasm of @some/tool@1.0.0 is not the expected file: its sha256 is "):
        fetch(tmp_path, pack("vendor/a.wasm", b"evil"))
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(FetchError, match=r"@some/tool@1.0.0 has no file vendor/a.wasm"):
        fetch(tmp_path, pack("vendor/b.wasm", CONTENT))


def test_without_npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(fetch_assets, "fetch", lambda: fetch(tmp_path))
    assert fetch_assets.main() == 1
    assert capsys.readouterr().err == (
        "fetch_assets: @some/tool@1.0.0 is needed and `npm` was not found: install Node.js 20 or later\n"
    )


def test_a_failing_npm_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 'npm error code ENOTFOUND' >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(FetchError, match=r"`npm pack @some/tool@1.0.0` failed: error code ENOTFOUND"):
        fetch(tmp_path / "assets")


def test_a_missing_asset_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    monkeypatch.setattr(sys, "executable", "/some where/python")
    command = r"`'/some where/python' -m witlens_runtime.fetch_assets`, which takes them from npm"
    with pytest.raises(MissingAsset, match=f"a.wasm is missing: run {command}"):
        assets.asset("a.wasm")
