"""A figure as SVG: a picture that stands alone, follows the theme of VS Code inside it, and can be walked by keyboard.

What leads somewhere has `data-subject="N"`, the number of its subject in `Drawing.subjects`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape

from .figure import OUTSIDE, Figure, Port, Subject, Wire
from .placing import (
    ENTRY_ROW,
    INDENT,
    PAD,
    ROW,
    Placed,
    PlacedPort,
    place,
    shown,
    visible,
)

_MARGIN = 34.0
_STUB = 22.0

STYLE = """
.witlens-diagram {
  --paper-or: #ffffff; --ink-or: #1f2328; --quiet-or: #59636e; --focus-or: #0969da;
  --world-or: #0969da; --component-or: #8250df; --module-or: #1a7f37; --adapter-or: #bc4c00;
  --paper: var(--vscode-editor-background, var(--paper-or));
  --ink: var(--vscode-editor-foreground, var(--ink-or));
  --quiet: var(--vscode-descriptionForeground, var(--quiet-or));
  --focus: var(--vscode-focusBorder, var(--focus-or));
  --world: var(--vscode-charts-blue, var(--world-or));
  --component: var(--vscode-charts-purple, var(--component-or));
  --module: var(--vscode-charts-green, var(--module-or));
  --adapter: var(--vscode-charts-orange, var(--adapter-or));
  background: var(--paper);
}
@media (prefers-color-scheme: dark) {
  .witlens-diagram {
    --paper-or: #0d1117; --ink-or: #e6edf3; --quiet-or: #9198a1; --focus-or: #4493f8;
    --world-or: #4493f8; --component-or: #ab7df8; --module-or: #3fb950; --adapter-or: #f0883e;
  }
}
.witlens-diagram text {
  font: 12px var(--vscode-editor-font-family, ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace);
  fill: var(--ink);
}
.witlens-diagram text.title { font: 600 13.5px var(--vscode-font-family, system-ui, sans-serif); }
.witlens-diagram text.note { font: 11px var(--vscode-font-family, system-ui, sans-serif); fill: var(--quiet); }
.witlens-diagram text.entry { font-size: 11px; fill: var(--quiet); }
.witlens-diagram .back { fill: var(--paper); }
.witlens-diagram .frame { stroke-width: 1.5; fill-opacity: 0.06; }
.witlens-diagram .world > .frame { fill: var(--world); stroke: var(--world); }
.witlens-diagram .component > .frame { fill: var(--component); stroke: var(--component); }
.witlens-diagram .module > .frame { fill: var(--module); stroke: var(--module); }
.witlens-diagram .adapter > .frame { fill: var(--adapter); stroke: var(--adapter); stroke-dasharray: 6 3; }
.witlens-diagram .more > .frame { fill: none; stroke: var(--quiet); stroke-dasharray: 2 3; }
.witlens-diagram .wire { fill: none; stroke: var(--quiet); stroke-width: 1.25; opacity: 0.8; }
.witlens-diagram .socket { fill: var(--paper); stroke: var(--ink); stroke-width: 1.25; }
.witlens-diagram .arrow { fill: none; stroke: var(--ink); stroke-width: 1.25; }
.witlens-diagram .hit { fill: transparent; }
.witlens-diagram [data-subject] { cursor: pointer; }
.witlens-diagram [data-subject]:hover > text { text-decoration: underline; }
.witlens-diagram [data-subject]:focus { outline: none; }
.witlens-diagram [data-subject]:focus > .hit { stroke: var(--focus); stroke-width: 1.5; }
"""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture: the SVG, its size in pixels, and the subjects that its elements lead to, by number."""

    svg: str
    width: int
    height: int
    subjects: tuple[Subject, ...]


def draw(figure: Figure, leads: Callable[[Subject], bool] | None = None) -> Drawing:
    """Draws a figure. `leads` tells which subjects lead somewhere; without it none does."""
    return _Pen(leads).drawing(figure)


class _Pen:
    def __init__(self, leads: Callable[[Subject], bool] | None) -> None:
        self._leads = leads
        self._subjects: dict[Subject, int] = {}

    def drawing(self, figure: Figure) -> Drawing:
        placed = place(figure)
        placed.x, placed.y = _MARGIN, PAD
        width, height = round(placed.width + 2 * _MARGIN), round(placed.height + 2 * PAD)
        name = f"{figure.kind} {shown(figure.title)}"
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="witlens-diagram" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" role="group" aria-labelledby="witlens-title witlens-description">',
            f'<title id="witlens-title">{_text(name[0].upper() + name[1:])}</title>',
            f'<desc id="witlens-description">{_text(description(figure))}</desc>',
            f"<style>{STYLE}</style>",
            *self._box(placed),
            "</svg>",
        ]
        return Drawing("\n".join(lines) + "\n", width, height, tuple(self._subjects))

    def _box(self, box: Placed) -> Iterator[str]:
        figure = box.figure
        yield f'<g class="{figure.kind}" transform="translate({_n(box.x)} {_n(box.y)})" {_spoken(figure)}>'
        radius = 10 if box.depth == 0 else 6
        size = f'width="{_n(box.width)}" height="{_n(box.height)}" rx="{radius}"'
        yield f'<rect class="back" {size}/><rect class="frame" {size}/>'
        middle = box.depth > 0 and figure.kind in ("module", "adapter", "more")
        x, anchor = (box.width / 2, "middle") if middle else (PAD, "start")
        top = box.height / 2 - (8 if figure.note else 0) + 4 if middle else 20.0
        yield f'<text class="title" x="{_n(x)}" y="{_n(top)}" text-anchor="{anchor}">{_text(box.title)}</text>'
        note = {"adapter": "adapter", "module": "core module"}.get(figure.kind, figure.kind)
        if figure.kind != "more":
            told = ", ".join(one for one in (note if note != box.title else "", figure.note) if one)
            yield f'<text class="note" x="{_n(x)}" y="{_n(top + 15)}" text-anchor="{anchor}">{_text(told)}</text>'
        yield from _wires(box)
        for inner in box.inner:
            yield from self._box(inner)
        for port in box.imports:
            yield from self._port(box, port, "import")
        for port in box.exports:
            yield from self._port(box, port, "export")
        for count, edge, anchor in ((box.more_imports, PAD, "start"), (box.more_exports, box.width - PAD, "end")):
            if count:
                y = box.height - PAD
                yield f'<text class="entry" x="{_n(edge)}" y="{_n(y)}" text-anchor="{anchor}">and {count} more</text>'
        yield "</g>"

    def _port(self, box: Placed, placed: PlacedPort, side: str) -> Iterator[str]:
        port, y = placed.port, placed.y
        is_import = side == "import"
        edge = 0.0 if is_import else box.width
        x, anchor = (PAD, "start") if is_import else (box.width - PAD, "end")
        width = box.left if is_import else box.right
        left = x - 5 if is_import else x - width + 5
        if box.depth == 0:
            out = -_STUB if is_import else box.width + _STUB
            tip = edge - 5 if is_import else out
            yield (
                f'<path class="arrow" d="M{_n(out)} {_n(y)}H{_n(edge)}'
                f'M{_n(tip - 6)} {_n(y - 4)}L{_n(tip)} {_n(y)}L{_n(tip - 6)} {_n(y + 4)}"/>'
            )
        told = f"{side} {shown(port.name)}, {_kind(port)}"
        yield f'<g class="port {side}" {self._link(port.subject, told)}>'
        yield f"<title>{_text(f'{told}: {_whole(port.told)}' if port.told else told)}</title>"
        yield f'<rect class="hit" x="{_n(left)}" y="{_n(y - 9)}" width="{_n(width)}" height="18" rx="3"/>'
        yield f'<circle class="socket" cx="{_n(edge)}" cy="{_n(y)}" r="4"/>'
        yield f'<text x="{_n(x)}" y="{_n(y + 4)}" text-anchor="{anchor}">{_text(placed.label)}</text>'
        yield "</g>"
        y += ROW / 2
        inset = x + INDENT if is_import else x - INDENT
        for entry in placed.entries:
            yield f'<g class="entry" {self._link(entry.subject, f"{shown(entry.text)} of {shown(port.name)}")}>'
            yield f"<title>{_text(_whole(entry.told))}</title>"
            yield f'<rect class="hit" x="{_n(left)}" y="{_n(y)}" width="{_n(width)}" height="{_n(ENTRY_ROW)}" rx="3"/>'
            text = _text(shown(entry.text))
            yield f'<text class="entry" x="{_n(inset)}" y="{_n(y + 12)}" text-anchor="{anchor}">{text}</text>'
            yield "</g>"
            y += ENTRY_ROW
        if placed.more:
            text = f"and {placed.more} more"
            yield f'<text class="entry" x="{_n(inset)}" y="{_n(y + 12)}" text-anchor="{anchor}">{text}</text>'

    def _link(self, subject: Subject | None, label: str) -> str:
        """The attributes of an element that may lead somewhere."""
        if subject is None or self._leads is None or not self._leads(subject):
            return f'role="img" aria-label="{_text(label)}"'
        number = self._subjects.setdefault(subject, len(self._subjects))
        return f'role="link" tabindex="0" data-subject="{number}" aria-label="{_text(label)}"'


def _wires(box: Placed) -> Iterator[str]:
    """The wires inside a box."""
    wires = [one for one in box.figure.wires if max(one.source, one.target) < len(box.inner)]
    if not box.inner:
        return
    outputs = _spread(box, [(one.source, one.output, one) for one in wires], "export")
    inputs = _spread(box, [(one.target, one.input, one) for one in wires], "import")
    for wire in wires:
        start, end = outputs.get(wire), inputs.get(wire)
        if start is None or end is None:
            continue
        reach = max(24.0, abs(end[0] - start[0]) / 2)
        yield (
            f'<path class="wire" d="M{_n(start[0])} {_n(start[1])}C{_n(start[0] + reach)} {_n(start[1])} '
            f'{_n(end[0] - reach)} {_n(end[1])} {_n(end[0])} {_n(end[1])}"/>'
        )


def _spread(box: Placed, ends: list[tuple[int, str, Wire]], side: str) -> dict[Wire, tuple[float, float]]:
    """Where wires end: at the port where it is drawn, else side by side at the edge of the box."""
    found: dict[Wire, tuple[float, float]] = {}
    loose: dict[int, dict[str, list[Wire]]] = {}
    for number, name, wire in ends:
        if number == OUTSIDE:
            own = box.imports if side == "export" else box.exports
            y = next((port.y for port in own if port.port.name == name), None)
            if y is not None:
                x = PAD + box.left - 4 if side == "export" else box.width - PAD - box.right + 4
                found[wire] = (x, y)
            continue
        inner = box.inner[number]
        ports = inner.exports if side == "export" else inner.imports
        edge = inner.x + (inner.width if side == "export" else 0.0)
        y = next((port.y for port in ports if port.port.name == name), None)
        if y is not None:
            found[wire] = (edge, inner.y + y)
        else:
            loose.setdefault(number, {}).setdefault(name, []).append(wire)
    for number, by_name in loose.items():
        inner = box.inner[number]
        edge = inner.x + (inner.width if side == "export" else 0.0)
        for index, wires in enumerate(by_name.values()):
            for wire in wires:
                found[wire] = (edge, inner.y + inner.height * (index + 1) / (len(by_name) + 1))
    return found


def description(figure: Figure) -> str:
    """A figure in words, for those who do not see it."""
    parts = [f"The {figure.kind} imports {_listed(figure.imports)} and exports {_listed(figure.exports)}."]
    if figure.inner:
        names = [f"{one.kind} {shown(one.title)}".strip() for one in figure.inner]
        parts.append(f"Inside: {', '.join(names)}.")
    return " ".join(parts)


def _listed(ports: tuple[Port, ...]) -> str:
    names = [shown(port.name) for port in ports[:12]]
    if len(ports) > len(names):
        names.append(f"{len(ports) - len(names)} more")
    return ", ".join(names) or "nothing"


def _kind(port: Port) -> str:
    count = len(port.entries)
    return port.kind if not count else f"{port.kind} with {count} {'item' if count == 1 else 'items'}"


def _spoken(figure: Figure) -> str:
    kind = {"module": "core module"}.get(figure.kind, figure.kind)
    return f'role="group" aria-label="{_text(f"{kind} {shown(figure.title)}".strip())}"'


def _whole(text: str) -> str:
    """All of a text within reason."""
    return text[:600] + ("…" if len(text) > 600 else "")


def _text(text: str) -> str:
    """A text as it stands in XML."""
    return escape(visible(text), quote=True)


def _n(value: float) -> str:
    """A number, short."""
    return f"{value:.1f}".removesuffix(".0")
