"""What of a component is wrapped, as the asking process tells the worker. `wrapper` does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

BASE = 16
"""Where in memory the image begins."""


@dataclass(frozen=True, slots=True)
class RawFunction:
    """A function to be wrapped: where it is, and its core signature as the outer component sees it (an import's).

    `area` is the size of what a result pointer points to, in bytes.
    """

    interface: str | None
    name: str
    params: tuple[str, ...]
    results: tuple[str, ...]
    area: int
    is_async: bool


@dataclass(frozen=True, slots=True)
class RawResource:
    """A resource whose handles can be dropped; `imported` if it is another component that implements it."""

    interface: str | None
    name: str
    imported: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What is wrapped. Exports are called by number: functions first, then the drops of resources."""

    functions: tuple[RawFunction, ...]
    resources: tuple[RawResource, ...]
    http: bool = True
    """Whether outgoing requests of `wasi:http` reach the host; if not, they trap."""

    def to_json(self) -> dict[str, Any]:
        """The plan for a header."""
        return {
            "functions": [
                [one.interface, one.name, one.params, one.results, one.area, one.is_async] for one in self.functions
            ],
            "resources": [[one.interface, one.name, one.imported] for one in self.resources],
            "http": self.http,
        }

    @staticmethod
    def from_json(data: dict[str, Any]) -> Plan:
        """The plan in a header."""
        return Plan(
            tuple(
                RawFunction(interface, name, tuple(params), tuple(results), area, is_async)
                for interface, name, params, results, area, is_async in data["functions"]
            ),
            tuple(RawResource(*one) for one in data["resources"]),
            bool(data["http"]),
        )
