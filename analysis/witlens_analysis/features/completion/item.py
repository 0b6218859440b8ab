"""What completion offers: one plain value per entry of the list."""

from __future__ import annotations

from dataclasses import dataclass

from ...diagnostics import Span, TextEdit
from ...syntax.tokens import KEYWORDS
from .cursor import Cursor


@dataclass(frozen=True, slots=True)
class Completion:
    """One entry of the list.

    `kind` is `keyword`, `type`, `interface`, `world`, `package`, `field`, `function`, `value`, `feature`, `version` or
    `snippet`. `insert_text` replaces `span`, the word under the cursor with its `%`; with `is_snippet` it has tab
    stops in the syntax of the language server protocol. `additional_edits` go elsewhere in the file. Typing one of the
    `commits` takes the entry and goes on; only lists have them that hold all that may stand there.
    """

    label: str
    kind: str
    detail: str
    insert_text: str
    is_snippet: bool
    span: Span
    sort_key: str
    documentation: str = ""
    additional_edits: tuple[TextEdit, ...] = ()
    is_deprecated: bool = False
    commits: str = ""


def escaped(name: str, cursor: Cursor) -> str:
    """Returns a name as it must be written: with `%` if it is a keyword, or if one is typed already."""
    return f"%{name}" if name in KEYWORDS or cursor.word.startswith("%") else name


def named(
    cursor: Cursor,
    name: str,
    kind: str,
    detail: str,
    rank: str,
    *,
    text: str | None = None,
    documentation: str = "",
    edits: tuple[TextEdit, ...] = (),
    deprecated: bool = False,
    commits: str = "",
) -> Completion:
    """Makes an entry for a name; `text` is what is inserted where that is more than the name."""
    label = f"%{name}" if cursor.word.startswith("%") else name
    inserted = escaped(name, cursor) if text is None else text
    return Completion(
        label, kind, detail, inserted, False, cursor.span, f"{rank}{name}", documentation, edits, deprecated, commits
    )


def snippet(
    cursor: Cursor, label: str, text: str, rank: str, detail: str = "", documentation: str = "", kind: str = "snippet"
) -> Completion:
    """Makes an entry with tab stops."""
    return Completion(label, kind, detail, text, "$" in text, cursor.span, f"{rank}{label}", documentation)


def keyword(cursor: Cursor, word: str, rank: str, documentation: str = "", text: str | None = None) -> Completion:
    """Makes an entry for a keyword."""
    return Completion(word, "keyword", "", text or word, False, cursor.span, f"{rank}{word}", documentation)
