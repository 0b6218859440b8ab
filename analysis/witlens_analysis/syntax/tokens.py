"""The tokenizer: text in, tokens with the white space and comments before them out (wit-language 2.1).

It never fails. What is no token becomes part of the trivia of the next one, with an error beside it.
"""

from __future__ import annotations

import re

from .errors import SyntaxFinding, finding

KEYWORDS = frozenset(
    """as async bool borrow char constructor enum error-context export f32 f64 flags from func future import include
    interface list map option own package record resource result s8 s16 s32 s64 static stream string tuple type
    u8 u16 u32 u64 use variant with world _""".split()
)
"""Words that need `%` to be names."""

BUILTIN_TYPES = frozenset("bool u8 u16 u32 u64 s8 s16 s32 s64 f32 f64 char string error-context".split())
GENERIC_TYPES = frozenset("tuple list option result map future stream own borrow".split())

# Words that are keywords only before certain tokens, as (first, second) kinds of what follows.
CONTEXTUAL: dict[str, tuple[tuple[str, ...], ...]] = {
    "get": (("(",),),
    "set": (("(",),),
    "union": (("ID", "{"),),
    "bitflags": (("ID", "{"),),
    "default": (("interface",), ("world",)),
    "expected": (("<",),),
}

ACCESSORS = frozenset(("get", "set"))
BEFORE_ACCESSORS = frozenset((":", "static", "async"))
"""Only behind these `get` and `set` can begin an accessor."""

END = "END"

_TOKEN = re.compile(
    r"""
    (?:[ \t\n\r]|//[^\n]*)*+
    (?:
      (%?[^\W\d][\w-]*+)                                                      # 1 word
    | (->|/(?!\*)|[=,:;(){}<>*.@+\[\]?|&-])                                    # 2 operator
    | (\d+(?:\.\d+)+(?:-[0-9A-Za-z_-]+(?:\.[0-9A-Za-z_-]+)*)?(?:\+[0-9A-Za-z_-]+(?:\.[0-9A-Za-z_-]+)*)?)  # 3 version
    | (\d+)                                                                   # 4 integer
    | ("(?:[^"\\\n]|\\[^\n])*+"?)                                             # 5 string
    | (/\*)                                                                   # 6 block comment
    | ([\s\S])                                                                # 7 anything else
    | \Z                                                                      # (0) end
    )
    """,
    re.VERBOSE,
)

_COMMENT_EDGE = re.compile(r"/\*|\*/")

# Code points that the reference forbids everywhere, comments and strings included.
_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_BIDI = "\u202a-\u202e\u2066-\u2069"
_DISCOURAGED = "\u0149\u0673\u0f77\u0f79\u17a3\u17a4\u17b4\u17b5"
_FORBIDDEN = f"[{_CONTROL}{_BIDI}{_DISCOURAGED}]"

_LOOK_ALIKE = {
    "\uff1b": ";", "\uff1a": ":", "\uff0c": ",", "\uff08": "(", "\uff09": ")", "\uff1c": "<", "\uff1e": ">",
    "\uff5b": "{", "\uff5d": "}", "\uff1d": "=", "\uff20": "@", "\uff0f": "/", "\u3001": ",", "\u037e": ";",
    "\u2192": "->", "\u21d2": "->", "\u2013": "->", "\u2014": "->",
}  # fmt: skip
"""Characters that keyboards, word processors and web pages put in the place of another."""
_QUOTES = "'`\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb"
_QUOTED = re.compile(f"[{_QUOTES}](%?[A-Za-z][A-Za-z0-9-]*)[{_QUOTES}]")
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"

_MARKERS = "<=>"
_LAST_MARKER = re.compile(r"^>{7}[^\n]*", re.MULTILINE)
_CONFLICT = "a merge conflict: keep one of its two sides, and remove the lines with `<<<<<<<`, `=======` and `>>>>>>>`"

_LABEL = re.compile(r"(?:[a-z][a-z0-9]*|[A-Z][A-Z0-9]*)(?:-(?:[a-z0-9]+|[A-Z0-9]+))*")

Token = tuple[str, str, int, int]
"""kind, text, start of the trivia before it, start of the token. The kind of a keyword or operator is its text."""


class Lexer:
    """Reads the tokens of a text, one at a time.

    `is_start` is false for a part of a file, where a byte order mark is an error. `findings` collects lexical errors;
    `position` is how far the text was looked at.
    """

    __slots__ = ("_is_start", "_kinds", "findings", "position", "text")

    def __init__(self, text: str, *, is_start: bool = True) -> None:
        self.text = text
        self.position = 0
        self._is_start = is_start
        self.findings: list[SyntaxFinding] = []
        self._kinds: dict[str, str] = {word: word for word in KEYWORDS}

    def next(self) -> Token:
        """Returns the next token; at the end of the text one of kind `END`, as often as asked."""
        text = self.text
        prefix_start = position = self.position
        while True:
            match = _TOKEN.match(text, position)
            assert match is not None  # the last alternatives take anything
            group = match.lastindex
            if group is None:
                self.position = len(text)
                return END, "", prefix_start, len(text)
            start, end = match.span(group)
            if group == 1:
                word = text[start:end]
                self.position = end
                kind = self._kinds.get(word)
                if kind is None:
                    kind = self._kinds[word] = "ID" if _is_name(word) else ""
                if (kind == "ID" or not kind) and text[end : end + 1] == "<" and word not in CONTEXTUAL:
                    return "GENERIC", word, prefix_start, start
                if not kind:
                    self._bad_name(word, start)
                    kind = "ID"
                return kind, word, prefix_start, start
            if group == 2:
                operator = text[start:end]
                if (
                    operator in _MARKERS
                    and text[end : end + 6] == operator * 6
                    and self._begins_line(start, prefix_start)
                ):
                    position = self._skip_conflict(operator, start)
                    continue
                self.position = end
                return operator, operator, prefix_start, start
            if group == 3 or group == 4:
                self.position = end
                return ("VERSION", "INTEGER")[group - 3], text[start:end], prefix_start, start
            if group == 5:
                self.position = end
                self._check_string(text[start:end], start)
                return "STRING", text[start:end], prefix_start, start
            if group == 6:
                position = self._skip_block_comment(start)
            elif text[start] in _LOOK_ALIKE:
                self.position = end
                operator = _LOOK_ALIKE[text[start]]
                if operator == "->" and text[end : end + 1].isalnum():
                    operator = "-"
                self._look_alike(text[start], start, operator)
                return operator, text[start], prefix_start, start
            elif text[start] in _QUOTES and (quoted := _QUOTED.match(text, start)):
                self.position = quoted.end()
                self._quoted(quoted[1], start, quoted.end())
                return "ID", quoted[0], prefix_start, start
            elif text[start] == "#":
                position = self._skip_hash(start)
            else:
                self._bad_character(text[start:end], start)
                position = end

    def _skip_block_comment(self, start: int) -> int:
        depth = 0
        for edge in _COMMENT_EDGE.finditer(self.text, start):
            if edge.start() < start:
                continue
            depth += 1 if edge[0] == "/*" else -1
            if depth == 0:
                return edge.end()
        self.findings.append(
            finding(
                "unterminated-comment",
                start,
                start + 2,
                "this block comment is never closed: add `*/` where it ends",
            )
        )
        return len(self.text)

    def _begins_line(self, start: int, prefix_start: int) -> bool:
        return self.text[start - 1] == "\n" if start > prefix_start else start == 0 and self._is_start

    def _skip_conflict(self, operator: str, start: int) -> int:
        """Skips a line that a merge left; at the middle one also the second of the two sides."""
        text = self.text
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        message = _CONFLICT
        if operator == "=":
            last = _LAST_MARKER.search(text, end)
            message = "the second side of a merge conflict is not read before one side and these lines are removed"
            skipped = len(text) if last is None else last.end()
        else:
            skipped = end
        self.findings.append(finding("merge-conflict", start, end, message))
        return skipped

    def _skip_hash(self, start: int) -> int:
        """Skips what other languages begin with `#`: a comment, or an attribute in `#[..]`."""
        end = self.text.find("\n", start)
        end = len(self.text) if end < 0 else end
        if self.text.startswith("#[", start):
            closing = self.text.find("]", start, end)
            if closing >= 0:
                message = "attributes of WIT begin with `@`: there are `@since`, `@unstable` and `@deprecated`"
                self.findings.append(finding("unexpected-character", start, closing + 1, message))
                return closing + 1
        message = "unexpected character `#` (U+0023): a comment begins with `//`"
        fix = ("Change to `//`", start, start + 1, "//", True)
        self.findings.append(finding("unexpected-character", start, start + 1, message, (fix,)))
        return end

    def _look_alike(self, character: str, start: int, operator: str) -> None:
        message = f"unexpected character `{character}` (U+{ord(character):04X}): write `{operator}`"
        fix = (f"Change to `{operator}`", start, start + 1, operator, True)
        self.findings.append(finding("unexpected-character", start, start + 1, message, (fix,)))

    def _quoted(self, word: str, start: int, end: int) -> None:
        message = f"names have no quotes: write `{word}`"
        self.findings.append(
            finding("unexpected-character", start, end, message, ((f"Change to `{word}`", start, end, word, True),))
        )

    def _bad_name(self, word: str, start: int) -> None:
        self.findings.append(bad_name(word, start))

    def _bad_character(self, character: str, start: int) -> None:
        if re.match(_FORBIDDEN, character):
            return  # reported by forbidden_characters
        if character == "\ufeff" and start == 0 and self._is_start:
            return  # a byte order mark
        if character == "%":
            self.findings.append(
                finding("invalid-identifier", start, start + 1, "`%` must stand directly before the name it escapes")
            )
            return
        why = "WIT does not use it" if character.isascii() else "WIT outside of comments is plain ASCII"
        last = self.findings[-1] if self.findings else None
        if last is not None and last.code == "unexpected-character" and last.end == start and not character.isspace():
            whole = self.text[last.start : start + 1]
            message = f"unexpected characters `{whole[:20]}`: {why.replace('use it', 'use them')}"
            self.findings[-1] = finding(last.code, last.start, start + 1, message)
            return
        shown = "no-break space" if character == "\xa0" else f"`{character}`"
        fixes: tuple[tuple[str, int, int, str, bool], ...] = ()
        if character.isspace():
            fixes = (("Replace it with a space", start, start + 1, " ", True),)
        elif character in _INVISIBLE:
            shown = "that cannot be seen"
            fixes = (("Remove it", start, start + 1, "", True),)
        self.findings.append(
            finding(
                "unexpected-character",
                start,
                start + 1,
                f"unexpected character {shown} (U+{ord(character):04X}): {why}",
                fixes,
            )
        )

    def _check_string(self, literal: str, start: int) -> None:
        problem = string_problem(literal)
        if problem is not None:
            offset, length, message = problem
            self.findings.append(finding("invalid-string", start + offset, start + offset + length, message))


def contextual_kind(word: str, first: str, second: str) -> str:
    """Returns the kind of a word that is a keyword only before certain tokens, given the kinds of the next two."""
    for pattern in CONTEXTUAL[word]:
        if pattern[0] == first and (len(pattern) == 1 or pattern[1] == second):
            return word
    return "ID"


def _is_name(word: str) -> bool:
    if word[0] == "%":
        word = word[1:]
    return _LABEL.fullmatch(word) is not None


def is_label(name: str) -> bool:
    """Tells whether a name (without `%`) is a valid kebab-case label."""
    return _LABEL.fullmatch(name) is not None


def kebab(word: str) -> str | None:
    """Returns the kebab-case name that `word` most likely stands for, or None."""
    name = word.removeprefix("%")
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[_-]+", "-", name).lower().strip("-")
    return name if _LABEL.fullmatch(name) else None


def bad_name(word: str, start: int) -> SyntaxFinding:
    """Says what is wrong with a word that is no valid name."""
    end = start + len(word)
    name = word.removeprefix("%")
    suggestion = kebab(word)
    if not name.isascii():
        reason = "names are plain ASCII"
    elif "_" in name:
        reason = "words of a name are joined by `-`, not `_`"
    elif "--" in name or name.endswith("-"):
        reason = "there must be something on both sides of each `-`"
    elif not name[0].isalpha():
        reason = "a name starts with a letter"
    else:
        reason = "each word of a name is all lower case or all upper case"
    from .foreign import wit_type  # only needed where something is wrong

    meant = wit_type(word)
    hint = f"; write `{suggestion}`" if suggestion else ""
    if meant is not None and meant.wit:
        suggestion = meant.wit
        hint = f"; the type of WIT is `{suggestion}`"
    fixes = ((f"Change to `{suggestion}`", start, end, suggestion, False),) if suggestion else ()
    return finding("invalid-identifier", start, end, f"`{word}` is not a valid name: {reason}{hint}", fixes)


_ESCAPE = r"\\(?:[tnr\"'\\]|u\{([0-9a-fA-F_]*)\}|([0-9a-fA-F]{2}))"


def string_problem(literal: str) -> tuple[int, int, str] | None:
    """Returns offset, length and message of the first mistake in a string literal (core WebAssembly name syntax)."""
    if len(literal) < 2 or not literal.endswith('"') or not _closes(literal):
        return 0, 1, 'this string is never closed: add `"` on the same line'
    data = bytearray()
    escapes = re.compile(_ESCAPE)
    position = 1
    while position < len(literal) - 1:
        character = literal[position]
        if character != "\\":
            if character < " " or character == "\x7f":
                return position, 1, "control characters must be escaped in a string, as `\\u{..}`"
            data += character.encode("utf-8", "surrogatepass")
            position += 1
            continue
        escape = escapes.match(literal, position)
        if escape is None:
            return position, 2, "unknown escape: use `\\t \\n \\r \\\" \\' \\\\`, `\\u{1f600}` or two hex digits"
        if escape[2]:
            data.append(int(escape[2], 16))
        elif escape[1] is not None:
            digits = escape[1]
            length = escape.end() - position
            if not digits or digits[0] == "_" or digits[-1] == "_" or "__" in digits:
                return position, length, "`\\u{..}` takes hex digits, with single `_` between them at most"
            code = int(digits.replace("_", ""), 16)
            if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
                return position, length, "this is no Unicode scalar value"
            data += chr(code).encode()
        else:
            data += b"."
        position = escape.end()
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return 0, len(literal), "the bytes of this string are not valid UTF-8"
    return None


def _closes(literal: str) -> bool:
    backslashes = len(literal) - 1 - len(literal[:-1].rstrip("\\"))
    return backslashes % 2 == 0


def forbidden_characters(text: str, start: int, end: int) -> list[SyntaxFinding]:
    """Finds the code points that WIT forbids everywhere between two positions."""
    found: list[SyntaxFinding] = []
    for match in re.compile(_FORBIDDEN).finditer(text, start, end):
        code = ord(match[0])
        if code < 0xA0:
            kind, advice = "control character", "remove it"
        elif 0x2020 <= code <= 0x206F:
            kind, advice = "bidirectional override", "it makes text read differently from what it says; remove it"
        else:
            kind, advice = "discouraged code point", "Unicode advises against it; remove it"
        found.append(
            finding(
                "forbidden-character",
                match.start(),
                match.end(),
                f"{kind} U+{code:04X} is not allowed in WIT, not even in comments: {advice}",
                (("Remove it", match.start(), match.end(), "", True),),
            )
        )
    return found


_LONE_RETURN = r"\r(?!\n)"
_COMMENT_OR_RETURN = r"//[^\n]*|/\*|\r(?!\n)"


def lone_carriage_returns(text: str, start: int, end: int) -> list[SyntaxFinding]:
    """Finds carriage returns without a line feed that stand outside of comments."""
    if "\r" not in text[start:end] or re.compile(_LONE_RETURN).search(text, start, end) is None:
        return []
    found: list[SyntaxFinding] = []
    position = start
    pattern = re.compile(_COMMENT_OR_RETURN)
    while match := pattern.search(text, position, end):
        position = match.end()
        if match[0] == "/*":
            position = max(position, Lexer(text)._skip_block_comment(match.start()))
        elif match[0] == "\r":
            found.append(
                finding(
                    "unexpected-character",
                    match.start(),
                    match.end(),
                    "a carriage return without a line feed: lines end with LF or CRLF",
                    (("Replace it with a line feed", match.start(), match.end(), "\n", True),),
                )
            )
    return found
