"""Makes packages at random with `wasm-tools wit-smith`, and writes them as a file and as a directory with `deps/`."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.conformance import reference

_SYNTAX = ("async", "futures", "streams", "error-context", "fixed-length-lists", "world-include", "implements")
_LIMITS = {
    "packages": 20,
    "pkg-items": 30,
    "interface-items": 30,
    "world-items": 30,
    "resource-items": 20,
    "files-per-package": 4,
}
_ALL = tuple(f"--{name}" for name in _SYNTAX)
_LARGE = _ALL + tuple(f"--max-{name}={limit}" for name, limit in _LIMITS.items())
_OPTIONS: tuple[tuple[str, ...], ...] = ((), _ALL, _ALL, _LARGE, ("--arbitrary-config",))
_SMALLEST = 8  # lines; the smith likes to make packages with nothing in them


@dataclass(frozen=True, slots=True)
class Package:
    """One generated package: the seed that makes it again, and the same content as one file and as a directory."""

    seed: str
    file: Path
    directory: Path


def packages(count: int, seed: int, folder: Path) -> Iterator[Package]:
    """Yields `count` packages below `folder` that the reference reads; the same ones for the same seed."""
    made = 0
    for number in range(count * 20):
        if made == count:
            return
        package = make(f"{seed}-{number}", folder)
        if package is not None:
            made += 1
            yield package
    raise RuntimeError(f"only {made} of {count} packages could be made")


def make(seed: str, folder: Path) -> Package | None:
    """Makes the package of a seed; None where the smith fails, or makes next to nothing."""
    rng = random.Random(seed)
    options = rng.choice(_OPTIONS)
    choices = _choices(rng)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        binary = Path(scratch) / "package.wasm"
        if reference.run(["wit-smith", *options, "-o", binary], stdin=choices).returncode != 0:
            return None
        text = reference.run(["component", "wit", "--all-features", binary])
        if text.returncode != 0 or text.stdout.count(b"\n") < _SMALLEST:
            return None
        file = folder / f"{seed}.wit"
        directory = folder / seed
        written = reference.run(["component", "wit", "--all-features", binary, "--out-dir", directory])
        if written.returncode != 0:
            return None
        file.write_bytes(text.stdout)
        # The smith may gate by version in a package without one: its binary is fine, its text is not.
        if not reference.judge(file, all_features=True).accepted:
            return None
    return Package(seed, file, directory)


def _choices(rng: random.Random) -> bytes:
    """Random bytes for the smith. It stops a list at an even byte, so odd ones make packages larger, and low ones
    choose the first alternatives; uniform bytes make mostly tiny packages.
    """
    match rng.randrange(3):
        case 0:
            return rng.randbytes(8192)
        case 1:
            return bytes(rng.choice((0, 1, rng.randrange(256))) for _ in range(8192))
        case _:
            bias = rng.uniform(0.3, 0.8)
            return bytes(rng.randrange(256) | (rng.random() < bias) for _ in range(8192))
