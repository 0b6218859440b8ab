"""In which of its forms a component is compiled."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Variant:
    """`fuel` counts instructions; `http` lets outgoing requests through, which otherwise trap."""

    fuel: bool = False
    http: bool = False
