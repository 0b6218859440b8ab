"""Brings the assets: `python -m witlens_runtime.fetch_assets`.

Takes the packages with `npm pack` at their pinned versions and copies the wanted files where each one's sha256 is the
pinned one. Without network if everything is there already. Exit code 1 and one line on stderr where it cannot be done.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

from .assets import FOLDER, SOURCES, Source, digest
from .files import write_whole


class FetchError(Exception):
    """The assets cannot be had, and why."""


def missing(source: Source, folder: Path = FOLDER) -> list[str]:
    """The wanted files of `source` that are not in `folder`, or are not what they must be."""
    return [
        path
        for path, (name, sha256) in source.files.items()
        if not (folder / name).is_file() or digest(folder / name) != sha256
    ]


def fetch(folder: Path = FOLDER, pack: Callable[[Source, Path], Path] | None = None) -> list[str]:
    """Bring what is missing into `folder`; the names of the packages that had to be taken.

    `pack` puts the archive of a package into a directory and gives its path. Raises FetchError.
    """
    taken = []
    for source in SOURCES:
        if not missing(source, folder):
            continue
        with tempfile.TemporaryDirectory() as work:
            archive = (pack or npm_pack)(source, Path(work))
            _copy(source, archive, folder)
        taken.append(source.package)
    return taken


def npm_pack(source: Source, directory: Path) -> Path:
    """The archive of a package, taken by `npm pack` into `directory`. Raises FetchError."""
    npm = shutil.which("npm")
    name = f"{source.package}@{source.version}"
    if npm is None:
        raise FetchError(f"{name} is needed and `npm` was not found: install Node.js 20 or later")
    command = [npm, "pack", "--silent", "--ignore-scripts", "--pack-destination", str(directory), name]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    archives = list(directory.glob("*.tgz"))
    if done.returncode or len(archives) != 1:
        told = [line.removeprefix("npm ").strip() for line in done.stderr.splitlines() if line.strip()]
        raise FetchError(f"`npm pack {name}` failed: {told[0] if told else f'exit code {done.returncode}'}")
    return archives[0]


def _copy(source: Source, archive: Path, folder: Path) -> None:
    """Put the wanted files of `archive` into `folder`, each at once or not at all."""
    with tarfile.open(archive) as tar:
        for path, (name, sha256) in source.files.items():
            try:
                member = tar.extractfile(f"package/{path}")
            except KeyError:
                member = None
            if member is None:
                raise FetchError(f"{source.package}@{source.version} has no file {path}")
            data = member.read()
            found = hashlib.sha256(data).hexdigest()
            if found != sha256:
                raise FetchError(
                    f"{path} of {source.package}@{source.version} is not the expected file: its sha256 is {found}, "
                    f"not {sha256}"
                )
            write_whole(folder / name, data)


def main() -> int:
    """Bring the assets, and say what was done."""
    try:
        taken = fetch()
    except (FetchError, OSError) as error:
        print(f"fetch_assets: {error}", file=sys.stderr)
        return 1
    print(f"assets: took {', '.join(taken)}" if taken else "assets: all there")
    return 0


if __name__ == "__main__":
    sys.exit(main())
