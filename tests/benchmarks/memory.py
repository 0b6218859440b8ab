"""Prints how much memory (bytes) this process takes more after loading a package and asking for its diagnostics.

    python -m tests.benchmarks.memory DIRECTORY

A process of its own, so that nothing else is counted.
"""

from __future__ import annotations

import gc
import resource
import sys
from pathlib import Path


def resident() -> int:
    """Returns the resident memory of this process in bytes; its peak where the system tells no more."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * resource.getpagesize()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def main() -> None:
    """Loads the package that the first argument names."""
    from witlens_analysis.workspace import Options, Workspace

    gc.collect()
    before = resident()
    workspace = Workspace(Options())
    root = workspace.load(sys.argv[1])
    workspace.snapshot().package_diagnostics(root)
    gc.collect()
    print(resident() - before)


if __name__ == "__main__":
    main()
