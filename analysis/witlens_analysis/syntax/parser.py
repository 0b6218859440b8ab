"""The parser: runs the tables of wit.grammar over the tokens and makes elements. It never fails.

An LL(1) machine: a stack of states, each with the children of the rule it is in. Where a token fits nowhere, recovery
(recovery.py) decides between putting a token in, leaving one out, reading one as another, closing what is open, and
skipping. Elements do not depend on what is around them, so parsing may start and stop at any of their edges.
"""

from __future__ import annotations

from .errors import SyntaxFinding
from .nodes import CLASSES, Attribute
from .stacks import MAX_OPEN
from .tables import FINAL, RULE, TRANSITIONS
from .tokens import (
    ACCESSORS,
    BEFORE_ACCESSORS,
    CONTEXTUAL,
    END,
    Lexer,
    Token,
    bad_name,
    contextual_kind,
    forbidden_characters,
    is_label,
    lone_carriage_returns,
)
from .tree import Element, Leaf, Node, Skipped

# States in which a rule is over, whatever follows.
COMPLETE = tuple(final and not transitions for final, transitions in zip(FINAL, TRANSITIONS, strict=True))

# The class of the node that a rule makes, by state; None for rules whose one child stands for them.
_TRANSPARENT = frozenset(("type", "keyword_type", "argument"))
NODE: tuple[type[Node] | None, ...] = tuple(None if rule in _TRANSPARENT else CLASSES.get(rule) for rule in RULE)


# What is not printable and yet usual; a carriage return is looked at.
_USUAL_SPACE = {ord("\t"): None, ord("\n"): None}


class Parser:
    """Parses a text from its start, an element at a time. `is_start` is false for a part of a file.

    While an element is parsed, `tokens` holds its tokens and those looked at beyond it, `at` is the next one, and the
    three stacks `states`, `children` and `begins` (number of the first token) describe the open rules.
    """

    def __init__(self, text: str, *, is_start: bool = True) -> None:
        self.text = text
        self.position = 0
        self.lexer = Lexer(text, is_start=is_start)
        self.tokens: list[Token] = []
        self.at = 0
        self.states: list[int] = []
        self.children: list[list[Node | Leaf]] = []
        self.begins: list[int] = []
        self.findings: list[SyntaxFinding] = []
        self.last_error = -9

    # Tokens

    def token(self, index: int) -> Token:
        """Returns token number `index` of the current element, reading on as needed."""
        tokens = self.tokens
        while len(tokens) <= index:
            tokens.append(self.lexer.next())
        return tokens[index]

    def kind(self, index: int) -> str:
        """Returns the kind of a token, contextual keywords decided."""
        kind = self.token(index)[0]
        if kind == "ID" and self.tokens[index][1] in CONTEXTUAL:
            word = self.tokens[index][1]
            if word in ACCESSORS and (index == 0 or self.tokens[index - 1][0] not in BEFORE_ACCESSORS):
                return kind  # `get(u32)` is a fine case of a variant
            return contextual_kind(word, self.token(index + 1)[0], self.token(index + 2)[0])
        return kind

    def name_before_bracket(self, index: int) -> None:
        """Takes token number `index`, which stands before `<` where no type may stand, for a plain name."""
        _, word, prefix_start, start = self.tokens[index]
        self.tokens[index] = ("ID", word, prefix_start, start)
        if not is_label(word.removeprefix("%")):
            self.findings.append(bad_name(word, start))

    def previous_end(self) -> int:
        """Returns where the token before the current one ends, in the text."""
        if self.at == 0:
            return self.tokens[0][2] if self.tokens else self.position
        _, text, _, start = self.tokens[self.at - 1]
        return start + len(text)

    # Elements

    def next_element(self) -> Element:
        """Parses one element; at the end of the text one whose core is the `END` leaf."""
        self.at = 0
        self.findings = []
        self.last_error = -9
        if self.kind(0) == END:
            _, _, prefix_start, start = self.tokens[0]
            leaf = Leaf(END, self.text[prefix_start:start], "", start - prefix_start)
            return self._finish([leaf], start)
        root: list[Node | Leaf] = []
        self.states, self.begins, self.children = [0], [0], [root]
        while self.states:
            if not self._run():
                from .recovery import recover  # only needed where something is wrong

                recover(self)
        return self._finish(root, self.previous_end())

    def _run(self) -> bool:
        """Takes tokens until the element is complete (True) or one fits nowhere (False). The inner loop of it all."""
        states, children, begins, tokens = self.states, self.children, self.begins, self.tokens
        text, origin, read = self.text, self.position, self.lexer.next
        at = self.at
        while states:
            if at < len(tokens):
                kind, value, prefix_start, start = tokens[at]
            else:
                token = read()
                tokens.append(token)
                kind, value, prefix_start, start = token
            if kind == "ID" and value in CONTEXTUAL:
                kind = self.kind(at)
            depth = len(states) - 1
            if depth > MAX_OPEN:
                self.at = at
                return False
            state = states[depth]
            plan = TRANSITIONS[state].get(kind)
            while plan is None:
                if not FINAL[state] or not depth:
                    self.at = at
                    return False
                depth -= 1
                state = states[depth]
                plan = TRANSITIONS[state].get(kind)
            while len(states) - 1 > depth:
                self.pop()
            states[-1] = plan[0]
            for pushed in plan[1]:
                states.append(pushed)
                children.append([])
                begins.append(at)
            children[-1].append(Leaf(kind, text[prefix_start:start], value, start - origin))
            at += 1
            while COMPLETE[states[-1]]:  # as pop() does, without the call
                node = NODE[states.pop()]
                below = children.pop()
                begins.pop()
                if not states:
                    break
                if node is None:
                    children[-1].extend(below)
                else:
                    children[-1].append(node(below))
        self.at = at
        return True

    @staticmethod
    def accepting_depth(states: list[int], kind: str) -> int:
        """Returns how many of the open rules stay open when a token of `kind` is taken, or -1 if none takes it."""
        depth = len(states)
        while depth:
            state = states[depth - 1]
            if kind in TRANSITIONS[state]:
                return depth
            if not FINAL[state]:
                return -1
            depth -= 1
        return -1

    def shift(self, kind: str) -> None:
        """Takes the current token as a leaf of `kind`; the top rule must accept it."""
        _, value, prefix_start, start = self.token(self.at)
        leaf = Leaf(kind, self.text[prefix_start:start], value, start - self.position)
        self.at += 1
        self._push(kind, leaf)

    def insert(self, kind: str) -> None:
        """Puts in a missing token of `kind`, at the end of the token before."""
        depth = self.accepting_depth(self.states, kind)
        while len(self.states) > depth:
            self.pop()
        self._push(kind, Leaf(kind, "", "", self.previous_end() - self.position))

    def _push(self, kind: str, leaf: Leaf) -> None:
        states = self.states
        following, pushes = TRANSITIONS[states[-1]][kind]
        states[-1] = following
        for state in pushes:
            states.append(state)
            self.children.append([])
            self.begins.append(self.at if not leaf.value else self.at - 1)
        self.children[-1].append(leaf)
        while states and COMPLETE[states[-1]]:
            self.pop()

    def pop(self) -> None:
        """Ends the innermost open rule and gives its node to the rule around it."""
        node = NODE[self.states.pop()]
        children = self.children.pop()
        self.begins.pop()
        if not self.states or not children:
            return
        if node is None:
            self.children[-1].extend(children)
        else:
            self.children[-1].append(node(children))

    def add_finding(self, finding: SyntaxFinding) -> None:
        """Notes an error at absolute positions."""
        self.findings.append(finding)

    def _finish(self, root: list[Node | Leaf], end: int) -> Element:
        start = self.position
        findings = self.findings
        lexical = self.lexer.findings
        if lexical:
            mine = [found for found in lexical if found.start < end or end == len(self.text)]
            self.lexer.findings = lexical[len(mine) :]
            findings = findings + mine
        text = self.text
        segment = text[start:end]
        if not segment.isascii() or not segment.translate(_USUAL_SPACE).isprintable():
            findings = findings + forbidden_characters(text, start, end) + lone_carriage_returns(text, start, end)
        attributes = tuple(child for child in root if isinstance(child, Attribute))
        core = next((child for child in reversed(root) if not isinstance(child, (Attribute, Skipped))), root[-1])
        signature = "\0".join([token[1] for token in self.tokens[: self.at]])
        clean = len(self.tokens) <= self.at
        reach = end - start - 1 if clean else self.lexer.position - start
        if root[0].__class__ is Leaf and root[0].kind == END:
            reach = end - start + 1
        self.tokens = self.tokens[self.at :]
        self.position = end
        return Element(
            root,
            attributes,
            core,
            segment,
            signature,
            reach,
            tuple(found.shifted(-start) for found in findings),
        )
