"""What a rule reports: a code, a place, a message, and how to mend it. Editor terms, no protocol types.

Named tuples, here and wherever `check` goes: defining dataclasses would take a quarter of the time of a whole check.
"""

from enum import IntEnum
from typing import NamedTuple


class Severity(IntEnum):
    """How bad a finding is; smaller is worse. The numbers are those of the language server protocol."""

    ERROR = 1
    WARNING = 2
    INFORMATION = 3
    HINT = 4


class Span(NamedTuple):
    """A half-open range of characters of one file's text, 0-based."""

    start: int
    end: int


class TextEdit(NamedTuple):
    """Replace the characters `span` of the file `path` by `new_text`."""

    path: str
    span: Span
    new_text: str


class Fix(NamedTuple):
    """A way to mend a finding.

    "Fix all" takes the `safe` ones: what is written can mean one thing only, and the fix says that as WIT has it, as a
    missing `;` or `result<t>` for `result<t, _>`. One that guesses, such as "did you mean", is not safe.
    """

    title: str
    edits: tuple[TextEdit, ...]
    safe: bool = True


class Related(NamedTuple):
    """Another place that explains a finding."""

    path: str
    span: Span
    message: str


class Diagnostic(NamedTuple):
    """One finding of one rule. `path` is absolute; `tags` are "unnecessary" and "deprecated"."""

    path: str
    span: Span
    severity: Severity
    code: str
    message: str
    related: tuple[Related, ...] = ()
    fixes: tuple[Fix, ...] = ()
    tags: tuple[str, ...] = ()
