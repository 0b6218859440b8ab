"""The toolchains that Witlens knows, one module each, in the order in which a directory is tried."""

from .assemblyscript import AssemblyScript
from .base import Toolchain
from .c import C
from .cargo import Cargo
from .command import OwnCommand
from .componentize_py import ComponentizePy
from .go import Go, TinyGo
from .jco import Jco
from .wat import Wat

TOOLCHAINS: tuple[Toolchain, ...] = (
    Cargo(),
    Go(),
    TinyGo(),
    AssemblyScript(),
    ComponentizePy(),
    Jco(),
    C(),
    Wat(),
    OwnCommand(),
)

__all__ = ["TOOLCHAINS", "Toolchain"]
