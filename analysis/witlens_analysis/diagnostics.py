"""What a rule reports: a code, a place, a message, and how to mend it. Editor terms, no protocol types."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """How bad a finding is; smaller is worse. The numbers are those of the language server protocol."""

    ERROR = 1
    WARNING = 2
    INFORMATION = 3
    HINT = 4


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters of one file's text, 0-based."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TextEdit:
    """Replace the characters `span` of the file `path` by `new_text`."""

    path: str
    span: Span
    new_text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A way to mend a finding. "Fix all" takes the `safe` ones: they cannot change what the author meant."""

    title: str
    edits: tuple[TextEdit, ...]
    safe: bool = True


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that explains a finding."""

    path: str
    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding of one rule. `path` is absolute; `tags` are "unnecessary" and "deprecated"."""

    path: str
    span: Span
    severity: Severity
    code: str
    message: str
    related: tuple[Related, ...] = ()
    fixes: tuple[Fix, ...] = ()
    tags: tuple[str, ...] = ()
