"""The long soak: 20,000 random edits and requests over the WASI packages, with cancellations."""

from __future__ import annotations

import time
from pathlib import Path

from tests.server.lsp.soak import soak

STEPS = 22_000  # some steps have nothing to ask: this makes 20,000 edits and requests
GROWTH = 0.10
"""So much may the server grow after warm-up, the first three rounds of ten."""


def run(folder: Path, steps: int, seed: int = 7) -> None:
    """Prints how it went. Raises RuntimeError if a request failed, or the server grew, or says other than a fresh one."""
    print(f"\nSoak: {steps:,} random edits and requests, seed {seed}")
    start = time.monotonic()
    for number, findings in enumerate(soak(folder, steps, seed), 1):
        memory = f"{findings.resident[-1] / 2**20:.0f} MiB" if findings.resident else ""
        print(
            f"  {number:2}  {time.monotonic() - start:6.0f} s  {findings.edits:,} edits, {findings.requests:,} requests of "
            f"{len(findings.methods)} kinds, {findings.cancelled:,} cancelled  {memory}  wrong: {len(findings.wrong)}"
        )
    if findings.wrong:
        raise RuntimeError("\n".join(findings.wrong[:10]))
    if len(findings.resident) > 3:
        growth = findings.resident[-1] / findings.resident[2] - 1
        print(f"  memory after warm-up: {growth:+.1%} (goal <= {GROWTH:.0%} {'met' if growth <= GROWTH else 'MISSED'})")
