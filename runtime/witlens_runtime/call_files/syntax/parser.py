"""Parses the tokens of one statement by the tables of `call.grammar`. It never fails.

An LL(1) machine, as for WIT. Where a token fits nowhere, the smallest repair is looked for on a copy of the state
stack: a token put in, left out, or read as another; where none helps, the rest of the statement is skipped. As a
statement never reaches into the next one, neither does a mistake.
"""

from __future__ import annotations

from collections.abc import Sequence

from witlens_analysis.syntax.errors import SyntaxFinding
from witlens_analysis.syntax.tree import Leaf, Node, Skipped

from . import lexical, messages
from .nodes import CLASSES
from .tables import COMPLETION, FINAL, RULE, TRANSITIONS
from .tokens import END, KEYWORDS, STATEMENTS, Token

_TRANSPARENT = frozenset(("value", "pattern", "statement"))
_NODE: tuple[type[Node] | None, ...] = tuple(None if rule in _TRANSPARENT else CLASSES[rule] for rule in RULE)
_COMPLETE = tuple(final and not transitions for final, transitions in zip(FINAL, TRANSITIONS, strict=True))
MAX_OPEN = 330
"""How many rules may be open: some 110 values inside each other, 100 of which are too many."""
_LOOK = 6
"""How many tokens a repair is tried on."""
_INSERTABLE = {
    ",": 0.3, ")": 0.4, "]": 0.4, "}": 0.4, ":": 0.3, "=": 0.4, "==": 0.4, "(": 0.6, "{": 0.6, "LABEL": 1.0,
    "STRING": 1.0, "NUMBER": 1.2, "as": 0.8,
}  # fmt: skip
_ALIKE = frozenset((("=", "=="), ("==", "="), (")", "]"), ("]", ")"), (")", "}"), ("}", ")"), ("=", ":"), (":", "=")))


def parse_statement(
    text: str, tokens: Sequence[Token], origin: int
) -> tuple[Node | Leaf, list[Node | Leaf], list[SyntaxFinding]]:
    """The node of a statement, all children of its element, and its errors; positions count from `origin`."""
    parser = Parser(text, tokens, origin)
    parser.run()
    children = parser.root
    core = next((child for child in children if not isinstance(child, Skipped)), children[0])
    return core, children, parser.findings + lexical.findings(children)


class Parser:
    """The state of a parse: the open rules, each with the children that it has so far."""

    def __init__(self, text: str, tokens: Sequence[Token], origin: int) -> None:
        self.text = text
        self.tokens = tokens
        self.origin = origin
        self.at = 0
        self.root: list[Node | Leaf] = []
        self.states: list[int] = [0]
        self.children: list[list[Node | Leaf]] = [self.root]
        self.findings: list[SyntaxFinding] = []
        self._last_error = -9

    def run(self) -> None:
        """Takes all tokens."""
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if not self.states or len(self.states) > MAX_OPEN:
                self._skip_rest(token)
            elif self.at == 0 and not self.root and self._lacks_let():
                self._note(messages.missing_let(self, token))
                self._insert("let")
            elif self.at == 0 and (meant := self._meant_keyword()):
                self._note(messages.instead(self, token, meant))
                self._take(meant)
            elif not self._take(self.kind(self.at, self.states)):
                self._recover()
        self._finish()

    def _lacks_let(self) -> bool:
        """Whether a variable gets a value without `let`."""
        first, *rest = self.tokens[:2]
        named = first.kind == "LABEL" and first.text not in STATEMENTS
        return named and len(self.states) == 1 and [token.kind for token in rest] == ["="]

    def _meant_keyword(self) -> str:
        """The keyword that the first word is a slip of: it begins no call, as something else than `(` follows."""
        first = self.tokens[0]
        following = self.tokens[1].kind if len(self.tokens) > 1 else END
        if first.kind != "LABEL" or first.text in STATEMENTS or following not in ("LABEL", "PATH", "STRING"):
            return ""
        return next((word for word in sorted(STATEMENTS) if _one_slip(first.text, word)), "")

    # Tokens

    def kind(self, index: int, states: Sequence[int]) -> str:
        """What a token counts as, given the open rules: a word is a keyword where one is wanted, else a label."""
        if index >= len(self.tokens):
            return END
        token = self.tokens[index]
        if token.kind != "LABEL" or token.text not in KEYWORDS:
            return token.kind
        if index == 0:
            # A pattern may begin with a bracket, so a function `let` is called `%let(..)`.
            call = len(self.tokens) > 1 and self.tokens[1].kind == "(" and token.text != "let"
            return token.text if token.text in STATEMENTS and not call else "LABEL"
        accepted = accepting_depth(states, token.text)
        return token.text if accepted >= 0 else "LABEL"

    def end_of_previous(self) -> int:
        """Where the token before the current one ends, from the origin."""
        if self.at == 0:
            return self.tokens[0].start - self.origin
        return self.tokens[self.at - 1].end - self.origin

    def _leaf(self, kind: str) -> Leaf:
        token = self.tokens[self.at]
        self.at += 1
        return Leaf(kind, self.text[token.prefix_start : token.start], token.text, token.start - self.origin)

    # The machine

    def _take(self, kind: str) -> bool:
        depth = accepting_depth(self.states, kind)
        if depth < 0:
            return False
        self._push(kind, depth, self._leaf(kind))
        return True

    def _insert(self, kind: str) -> None:
        depth = accepting_depth(self.states, kind)
        self._push(kind, depth, Leaf(kind, "", "", self.end_of_previous()))

    def _push(self, kind: str, depth: int, leaf: Leaf) -> None:
        while len(self.states) > depth:
            self._pop()
        following, pushes = TRANSITIONS[self.states[-1]][kind]
        self.states[-1] = following
        for state in pushes:
            self.states.append(state)
            self.children.append([])
        self.children[-1].append(leaf)
        while self.states and _COMPLETE[self.states[-1]]:
            self._pop()

    def _pop(self) -> None:
        state = self.states.pop()
        children = self.children.pop()
        if not self.states or not children:
            return
        node = _NODE[state]
        if node is None:
            self.children[-1].extend(children)
        else:
            self.children[-1].append(node(children))

    # Recovery

    def _note(self, found: SyntaxFinding) -> None:
        if self.at - self._last_error > 2:
            self.findings.append(found)
        self._last_error = self.at

    def _recover(self) -> None:
        """Repairs the parse at the current token: takes a token, or puts one in."""
        at = self.at
        token = self.tokens[at]
        kind = self.kind(at, self.states)
        expected = expected_kinds(self.states)
        best: tuple[float, str, str] = (0.9, "", "")
        for what, cost in _INSERTABLE.items():
            if what in expected:
                reached = self._simulate(advance(self.states, what), at)
                best = max(best, (reached - cost, "insert", what), key=lambda one: one[0])
        for what in sorted(expected):
            if (kind, what) in _ALIKE or (token.kind == "LABEL" and _one_slip(token.text, what)):
                reached = self._simulate(advance(self.states, what), at + 1) + 1
                best = max(best, (reached - 0.2, "replace", what), key=lambda one: one[0])
        if "STRING" in expected and kind in ("LABEL", "PATH") and "NUMBER" not in expected:
            reached = self._simulate(advance(self.states, "STRING"), at + 1) + 1
            best = max(best, (reached - 0.2, "replace", "STRING"), key=lambda one: one[0])
        reached = self._simulate(list(self.states), at + 1)
        best = max(best, (reached - 0.9, "delete", ""), key=lambda one: one[0])
        _, action, what = best
        if action == "insert":
            self._note(messages.missing(self, what))
            self._insert(what)
        elif action == "replace":
            self._note(messages.instead(self, token, what))
            self._take(what)
        elif action == "delete":
            self._note(messages.unexpected(self, token, expected))
            self._skip(at + 1)
        else:
            self._note(messages.unexpected(self, token, expected))
            self._skip(len(self.tokens))

    def _skip_rest(self, token: Token) -> None:
        """Skips what stands after a whole statement, or too deep inside one."""
        if self.states:
            self._note(messages.too_deep(self, token))
        else:
            self._note(messages.after_statement(self, token))
        self._skip(len(self.tokens))

    def _skip(self, stop: int) -> None:
        leaves: list[Node | Leaf] = []
        while self.at < stop:
            leaves.append(self._leaf(self.tokens[self.at].kind))
        holder = self.children[-1] if self.states else self.root
        if holder and isinstance(holder[-1], Skipped):
            holder[-1].children.extend(leaves)
        else:
            holder.append(Skipped(leaves))

    def _finish(self) -> None:
        """Ends the open rules, putting in what they lack; one message tells of the first thing that lacks."""
        missing = ""
        while self.states:
            if not FINAL[self.states[-1]]:
                if len(self.states) == 1 and all(isinstance(child, Skipped) for child in self.root):
                    return  # nothing of it is a statement
                row = COMPLETION[self.states[-1]]
                missing = missing or row[0]
                if not self.children[-1] and len(self.states) > 1:
                    self.states.pop()
                    self.children.pop()
                    continue
                if missing:
                    self._note_missing(missing)
                for kind in row:
                    self.children[-1].append(Leaf(kind, "", "", self.end_of_previous()))
                self.states[-1] = _final_state(RULE[self.states[-1]])
            self._pop()

    def _note_missing(self, kind: str) -> None:
        """Notes what the end of the statement lacks, unless a text without an end has swallowed it."""
        last = self.tokens[-1]
        if last.kind not in ("STRING", "CHAR") or not lexical.is_unclosed(last.text):
            self._note(messages.missing(self, kind))
        self._last_error = self.at

    def _simulate(self, states: list[int], at: int) -> float:
        """How many tokens from `at` on fit, up to `_LOOK`. The end fits where the statement is complete."""
        taken = 0
        while taken < _LOOK:
            if at + taken >= len(self.tokens):
                return float(_LOOK) if all(FINAL[state] for state in states) else taken + 0.5
            if not states:
                return taken
            kind = self.kind(at + taken, states)
            if accepting_depth(states, kind) < 0:
                return taken
            states = advance(states, kind)
            taken += 1
        return taken


def _final_state(rule: str) -> int:
    return next(number for number, name in enumerate(RULE) if name == rule and FINAL[number])


def accepting_depth(states: Sequence[int], kind: str) -> int:
    """How many of the open rules stay open when a token of `kind` is taken, or -1 if none takes it."""
    for depth in range(len(states), 0, -1):
        if kind in TRANSITIONS[states[depth - 1]]:
            return depth
        if not FINAL[states[depth - 1]]:
            return -1
    return -1


def advance(states: Sequence[int], kind: str) -> list[int]:
    """The open rules after a token of `kind`, which must be accepted."""
    after = list(states[: accepting_depth(states, kind)])
    following, pushes = TRANSITIONS[after[-1]][kind]
    after[-1] = following
    after.extend(pushes)
    while after and _COMPLETE[after[-1]]:
        after.pop()
    return after


def expected_kinds(states: Sequence[int]) -> set[str]:
    """What may come next, by kind."""
    found: set[str] = set()
    for state in reversed(states):
        found.update(TRANSITIONS[state])
        if not FINAL[state]:
            break
    return found


def _one_slip(word: str, other: str) -> bool:
    """Whether a word is a keyword with one letter too much, too few, wrong, or two swapped."""
    if other not in KEYWORDS or len(word) < 3 or abs(len(word) - len(other)) > 1:
        return False
    if len(word) == len(other):
        wrong = [index for index in range(len(word)) if word[index] != other[index]]
        swapped = len(wrong) == 2 and wrong[1] == wrong[0] + 1
        return len(wrong) == 1 or (swapped and word[wrong[0]] == other[wrong[1]] and word[wrong[1]] == other[wrong[0]])
    longer, shorter = (word, other) if len(word) > len(other) else (other, word)
    return any(longer[:index] + longer[index + 1 :] == shorter for index in range(len(longer)))
