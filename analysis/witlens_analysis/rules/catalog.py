"""Every rule: its stable code, how bad it is by default, and a line on what it is about.

An error is what the reference parser rejects; a warning is what it accepts although encoding or validation will not, or
what the specification or experience advises against. `docs/rules/<code>.md` has a page for each.
"""

from typing import NamedTuple

from ..diagnostics import Severity
from . import semantic_catalog


class Rule(NamedTuple):
    """A rule, as settings, reports and the documentation name it."""

    code: str
    severity: Severity
    summary: str


_ERRORS = {
    # tokens
    "forbidden-character": "a control, bidirectional or discouraged character",
    "unexpected-character": "a character that WIT does not use",
    "merge-conflict": "lines that a merge left, between which two sides stand",
    "unterminated-comment": "a block comment that is never closed",
    "invalid-identifier": "a name that is not kebab-case",
    "invalid-string": "a string literal that cannot be read",
    # grammar
    "expected-token": "something else than what must stand here",
    "missing-token": "a missing `;`, `,`, bracket or brace",
    "keyword-as-name": "a keyword where a name must stand",
    "stray-semicolon": "a `;` that ends nothing",
    "unmatched-brace": "a `}` that closes nothing",
    # places
    "misplaced-member": "a member in a scope that does not take it",
    "misplaced-package": "a `package` line that is not the first thing in its file",
    "nested-package-depth": "a nested package inside a nested package",
    "misplaced-attribute": "an attribute on something that takes none",
    # old syntax
    "old-union": "`union`, which is no longer WIT",
    "old-bitflags": "`bitflags`, which is called `flags`",
    "old-expected": "`expected`, which is called `result`",
    "old-default": "`default` before an interface or world",
    "old-results": "`-> ()` or results with names",
    "old-file-import": "an import of a file by its path",
    "old-use-path": "`use pkg.name.{..}`",
    "unnamed-parameter": "a parameter without a name or a type",
    # attributes
    "unknown-attribute": "an attribute that WIT does not have",
    "attribute-argument": "a missing or wrong argument of an attribute",
    "duplicate-attribute": "the same attribute twice on one item",
    "conflicting-gates": "`@since` and `@unstable` on one item",
    "deprecated-without-gate": "`@deprecated` without `@since` or `@unstable`",
    "invalid-version": "a version that is not SemVer 2.0",
    # types
    "type-arguments": "wrong arguments of `list`, `result` or another generic type",
    "invalid-list-length": "a list length that does not fit 32 bits",
    "invalid-map-key": "a map key that is not a built-in scalar type or string",
    "type-nesting": "types nested more than 100 levels deep",
    "empty-type": "a record, variant, enum, flags or tuple with nothing in it",
    "too-many-flags": "more than 32 flags",
    "entry-form": "a field, case or flag of the wrong form",
    # names in one declaration
    "duplicate-parameter": "two parameters of the same or too similar names",
    "duplicate-entry": "two fields, cases or flags of the same or too similar names",
    "duplicate-member": "two members of a resource of the same or too similar names",
    # functions
    "modifier-order": "`static` or `async` in the wrong place or twice",
    "static-outside-resource": "`static` on a function outside of resources",
    "async-constructor": "a constructor that is `async`",
    "async-accessor": "a getter or setter that is `async`",
    "getter-parameters": "a getter with parameters",
    "getter-result": "a getter that returns nothing",
    "setter-parameters": "a setter without exactly one parameter",
    "setter-result": "a setter that returns something else than an empty `result`",
    "setter-without-getter": "a setter without a getter of the same name",
}

_WARNINGS = {
    "attribute-without-effect": "an attribute where it changes nothing",
    "list-length-limit": "a list length of zero, or too large for any value",
    "stream-of-char": "`stream<char>`, which cannot be encoded",
    "type-nesting-encoding": "types nested more deeply than a component can encode",
    "too-many-parameters": "more than 1,000 parameters",
    "too-many-entries": "more than 10,000 fields, cases or types of a tuple",
}

_BY_SEVERITY = {
    Severity.ERROR: {**_ERRORS, **semantic_catalog.ERRORS},
    Severity.WARNING: {**_WARNINGS, **semantic_catalog.WARNINGS},
    Severity.HINT: semantic_catalog.HINTS,
}

RULES: dict[str, Rule] = {
    code: Rule(code, severity, summary)
    for severity, summaries in _BY_SEVERITY.items()
    for code, summary in summaries.items()
}
"""Code -> rule."""
