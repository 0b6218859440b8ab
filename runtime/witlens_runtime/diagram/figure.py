"""What a picture shows: boxes with ports at their sides, boxes in boxes, and wires between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Direction = Literal["import", "export"]
FigureKind = Literal["world", "component", "module", "adapter", "more"]
PortKind = Literal["interface", "function", "type", "resource", "module", "component"]

OUTSIDE = -1
"""The number that wires have for the box around."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What an element stands for, in the names of the encoding: what a click on it leads to.

    `interface` is the name of an import or export, None for what a world itself has; `item` a function or type of it,
    "" for the interface itself.
    """

    direction: Direction
    interface: str | None
    item: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A function or type of an interface, below its port; `told` is all of it, for who points at it."""

    text: str
    told: str
    subject: Subject | None = None


@dataclass(frozen=True, slots=True)
class Port:
    """An import or export of a box: `name` is that of the encoding, `told` what it is, for who points at it."""

    name: str
    kind: PortKind
    told: str = ""
    entries: tuple[Entry, ...] = ()
    subject: Subject | None = None


@dataclass(frozen=True, slots=True)
class Wire:
    """What `source` exports (by `output`) goes into `target` (as `input`).

    Boxes are numbers in `Figure.inner`, OUTSIDE stands for the box around: what it imports is a source, what it exports
    a target. Names are those of ports, "" where the whole box is meant.
    """

    source: int
    output: str
    target: int
    input: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A box. `note` stands below its title, such as a size."""

    kind: FigureKind
    title: str
    note: str = ""
    imports: tuple[Port, ...] = ()
    exports: tuple[Port, ...] = ()
    inner: tuple[Figure, ...] = ()
    wires: tuple[Wire, ...] = ()
