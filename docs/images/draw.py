"""Draws the pictures of the documentation from real output: `python docs/images/draw.py`, at the top of the project."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

from witlens_analysis.workspace import Options
from witlens_server.cli.findings import load
from witlens_server.cli.reports.text import text_report
from witlens_server.cli.roots import package_roots

HERE = Path(__file__).parent
LINE, COLUMN, MARGIN = 19, 8.4, 16
COLOURS = {"31": "#ff7b72", "33": "#e3b341", "34": "#79c0ff", "36": "#56d4dd", "35": "#d2a8ff", "32": "#7ee787"}


def terminal_svg(lines: list[str], columns: int = 100) -> str:
    """Returns a picture of a terminal that shows lines with ANSI colours."""
    width, height = int(columns * COLUMN + 2 * MARGIN), len(lines) * LINE + 2 * MARGIN
    rows = []
    for number, line in enumerate(lines):
        y = MARGIN + (number + 0.75) * LINE
        rows.append(f'<text x="{MARGIN}" y="{y:.1f}" xml:space="preserve">{_spans(line)}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace" font-size="14">\n'
        f'<rect width="{width}" height="{height}" rx="8" fill="#161b22"/>\n<g fill="#c9d1d9">\n'
        + "\n".join(rows)
        + "\n</g>\n</svg>\n"
    )


def _spans(line: str) -> str:
    parts = []
    style = ""
    for piece in re.split(r"(\x1b\[[0-9;]*m)", line):
        if piece.startswith("\x1b["):
            codes = piece[2:-1].split(";")
            colour = next((COLOURS[code[-2:]] for code in codes if code[-2:] in COLOURS), None)
            weight = ' font-weight="bold"' if "1" in codes else ""
            style = (f' fill="{colour}"' if colour else "") + weight
        elif piece:
            parts.append(f"<tspan{style}>{escape(piece, quote=False)}</tspan>" if style else escape(piece, quote=False))
    return "".join(parts)


def check_picture(package: str, most: int) -> str:
    """Returns a picture of the first lines of `witlens check` on a package, and of the last."""
    report = text_report(load(package_roots([package]), Options()).findings(), True).splitlines()
    return terminal_svg([f"$ witlens check {package}", *report[:most], "...", report[-1]])


if __name__ == "__main__":
    (HERE / "check.svg").write_text(check_picture("examples/mistakes", 31), encoding="utf-8")
