"""Errors of syntax as the parser finds them: relative to one element, with fixes as plain replacements."""

from typing import NamedTuple

Replacement = tuple[str, int, int, str, bool]
"""A fix: title, start, end, new text, safe."""


class SyntaxFinding(NamedTuple):
    """One mistake in the text: half-open character range, rule code, message, fixes, related (start, end, message)."""

    code: str
    start: int
    end: int
    message: str
    fixes: tuple[Replacement, ...] = ()
    related: tuple[tuple[int, int, str], ...] = ()

    def shifted(self, by: int) -> "SyntaxFinding":
        """Returns the same finding `by` characters further on."""
        return SyntaxFinding(
            self.code,
            self.start + by,
            self.end + by,
            self.message,
            tuple((title, start + by, end + by, text, safe) for title, start, end, text, safe in self.fixes),
            tuple((start + by, end + by, message) for start, end, message in self.related),
        )


def finding(code: str, start: int, end: int, message: str, fixes: tuple[Replacement, ...] = ()) -> SyntaxFinding:
    """Makes a finding."""
    return SyntaxFinding(code, start, end, message, fixes)
