"""What a guest is granted, and how far it may go. The defaults grant nothing and stop everything in the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Directory:
    """A directory of the host that a guest sees as `guest`; it may change what is inside if `writable`."""

    host: Path
    guest: str
    writable: bool = True


@dataclass(frozen=True, slots=True)
class Grants:
    """What of WASI a guest may use. Clocks and random numbers are always there.

    `arguments` are those of a command, the first one being its name. `stdin` is what the guest reads; `inherit_stdin`
    gives it the standard input of this process instead (only if the worker was made with `inherit_stdin`).
    `network` allows sockets and look-ups of names, `http` outgoing requests of `wasi:http`; neither has an allow-list.
    """

    directories: tuple[Directory, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    stdin: bytes = b""
    inherit_stdin: bool = False
    network: bool = False
    http: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """Where one call, or one instantiation, is stopped. None is no limit."""

    seconds: float | None = 30.0
    """Wall time; also that of an instantiation. Compiling is not counted."""
    fuel: int | None = None
    """About the number of WebAssembly instructions. Without it no fuel is counted, which runs faster."""
    memory_mib: int | None = 1024
    """The size of each linear memory, in MiB."""
    output_bytes: int | None = 16 * MIB
    """What a call may write to stdout and stderr together."""
    result_bytes: int | None = 256 * MIB
    """The size of a result as it lies in memory."""
