"""What the statements of a call file mean, in order: blocks, variables, calls; and what is wrong with them.

One walk from top to bottom, as the runner will go. What could not be understood is silent about what follows from it:
one mistake, one finding.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from witlens_analysis.diagnostics import Diagnostic, Fix, Related, Span, TextEdit
from witlens_analysis.model import (
    Borrow,
    FixedList,
    Function,
    List,
    Option,
    Own,
    Resource,
    Result,
    Tuple,
    Type,
    Variant,
)
from witlens_analysis.rules.guesses import did_you_mean
from witlens_analysis.syntax.tree import Leaf, Node

from ..canonical_abi.layout import cases_of
from ..canonical_abi.values import Handle
from ..types import named_kind, type_text
from ..wave.errors import Problem
from ..wave.parser import Parsed, ParsedCall
from ..wave.reader import ANYTHING, Anything, Use, Variable, arguments_of, value_of
from ..wave.tree import Call as WaveCall
from .codes import CODES
from .scope import NotFound, Target, holds_handle
from .settings import LIMITS, NOTHING, Settings, limit_amount, limit_problem, with_grant
from .syntax import nodes
from .syntax.nodes import below
from .syntax.tree import Statement
from .values import extra_payloads, string_value, wave_call, wave_node
from .view import CallView

MAX_FINDINGS = 1000
"""No more is said about a file, nor looked for."""
_SETTINGS = (nodes.Grant, nodes.Link, nodes.Stub, nodes.Limit)


@dataclass(eq=False, slots=True)
class Binding:
    """A variable: where `let` names it (`span`, in statement number `index`), what it is, and where it is used.

    `type` is None where it is not known. `gone` says why it can no longer be used, from some statement on.
    """

    name: str
    span: Span
    index: int
    type: Type | None
    uses: list[Span] = field(default_factory=list)
    gone: str = ""
    gone_at: Span | None = None


@dataclass(frozen=True, slots=True)
class CallMeaning:
    """One call. `receiver` is the variable that a method is called on. `function` is what the arguments are read by:
    named as the file writes it, without `self` for a method; None if the function is not known."""

    index: int
    base: int
    node: nodes.Call
    wave: WaveCall
    target: Target | None
    receiver: Binding | None
    function: Function | None

    @property
    def result(self) -> Type | None:
        """What the call gives."""
        return self.function.result if self.function is not None else None


@dataclass(frozen=True, slots=True)
class Block:
    """Statements that share an instance: those of a test, or (number 0, without a name) those outside of tests.

    `head` is the number of the `test` statement, `end` that of its `}`; -1 if there is none.
    """

    number: int
    name: str
    head: int
    end: int
    statements: tuple[int, ...]
    settings: Settings
    variables: tuple[Binding, ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """All that is known of a call file. `calls`, and the `owners` of what is in tests, are by number of the statement;
    variables are by block and name, and by the statement that defines them.
    """

    view: CallView
    blocks: tuple[Block, ...]
    calls: dict[int, CallMeaning]
    findings: tuple[Diagnostic, ...]
    owners: dict[int, int]
    by_name: dict[tuple[int, str], list[Binding]]
    by_statement: dict[int, list[Binding]]

    def block_of(self, index: int) -> Block:
        """The block that a statement belongs to."""
        return self.blocks[self.owners.get(index, 0)]

    def variable(self, name: str, index: int) -> Binding | None:
        """The variable that a name means in a statement."""
        known = self.by_name.get((self.owners.get(index, 0), name), ())
        return next((one for one in reversed(known) if one.index < index), None)

    def visible(self, index: int) -> dict[str, Binding]:
        """The variables that a statement can use."""
        block = self.block_of(index)
        return {one.name: one for one in block.variables if one.index < index}


def analyse(view: CallView) -> Meaning:
    """What the statements of a view mean."""
    return _Analysis(view).run()


class _Names(Mapping[str, Variable | Handle | Anything]):
    """Variables as the reader of WAVE takes them, with values that nobody looks at; `_` if it means anything."""

    def __init__(self, known: Mapping[str, Binding], *, anything: bool = False) -> None:
        self._known = known
        self._anything = anything

    def __getitem__(self, name: str) -> Variable | Anything:
        if name == "_" and self._anything:
            return ANYTHING
        type = self._known[name].type
        return Variable(type, 0) if type is not None else ANYTHING

    def __iter__(self) -> Iterator[str]:
        yield from self._known
        if self._anything:
            yield "_"

    def __len__(self) -> int:
        return len(self._known) + self._anything


class _OpenBlock:
    """A block while its statements are walked through."""

    def __init__(self, number: int, name: str, head: int) -> None:
        self.number = number
        self.name = name
        self.head = head
        self.end = -1
        self.statements: list[int] = []
        self.settings = Settings()
        self.known: dict[str, Binding] = {}
        self.handles: dict[str, Binding] = {}  # those that are not gone
        self.variables: list[Binding] = []

    def closed(self) -> Block:
        return Block(
            self.number, self.name, self.head, self.end, tuple(self.statements), self.settings, tuple(self.variables)
        )


class _Analysis:
    def __init__(self, view: CallView) -> None:
        self.view = view
        self.findings: list[Diagnostic] = []
        self.blocks: list[_OpenBlock] = [_OpenBlock(0, "", -1)]
        self.block = self.blocks[0]
        self.calls: dict[int, CallMeaning] = {}
        self.index = 0
        self.base = 0
        self.statement: Statement = view.file.statements[0]
        self.tests: dict[str, Span] = {}

    def run(self) -> Meaning:
        self._world()
        for index, (base, statement) in enumerate(self.view.file):
            self.index, self.base, self.statement = index, base, statement
            self._visit(statement)
        self._end_of_file()
        for opened in self.blocks:
            for variable in opened.variables:
                self._unused(variable)
        self.findings.sort(key=lambda one: (one.span.start, one.span.end))
        blocks = tuple(block.closed() for block in self.blocks)
        owners = {index: one.number for one in blocks for index in (one.head, *one.statements, one.end) if one.number}
        by_name: dict[tuple[int, str], list[Binding]] = {}
        by_statement: dict[int, list[Binding]] = {}
        for block in blocks:
            for one in block.variables:
                by_name.setdefault((block.number, one.name), []).append(one)
                by_statement.setdefault(one.index, []).append(one)
        return Meaning(self.view, blocks, self.calls, tuple(self.findings), owners, by_name, by_statement)

    # Findings

    def _note(
        self,
        code: str,
        span: Span,
        message: str,
        fixes: Sequence[Fix] = (),
        related: Sequence[Related] = (),
        tag: str = "",
    ) -> None:
        tags = (tag,) if tag else ()
        if len(self.findings) >= MAX_FINDINGS:
            return
        severity = CODES[code].severity
        self.findings.append(
            Diagnostic(self.view.path, span, severity, code, message, tuple(related), tuple(fixes), tags)
        )

    def _fix(self, title: str, span: Span, text: str, *, safe: bool = False) -> Fix:
        return Fix(title, (TextEdit(self.view.path, span, text),), safe)

    def _change(self, span: Span, text: str | None) -> tuple[Fix, ...]:
        return () if text is None else (self._fix(f"Change to `{text}`", span, text),)

    def _span(self, node: Node | Leaf) -> Span:
        return Span(self.base + node.start, self.base + node.end)

    def _line(self, offset: int) -> int:
        return bisect_right(self.view.file.line_starts, offset)

    # Statements

    def _visit(self, statement: Statement) -> None:
        self._syntax(statement)
        core = statement.core
        if statement.is_end:
            return
        if isinstance(core, nodes.Test):
            self._open(core)
        elif isinstance(core, Leaf):
            self._close(core)
        else:
            self.block.statements.append(self.index)
            if isinstance(core, (nodes.World, nodes.Component)):
                self._head(core)
            elif isinstance(core, _SETTINGS):
                self._setting(core)
            elif isinstance(core, nodes.Let):
                self._let(core)
            elif isinstance(core, nodes.Drop):
                self._drop(core)
            elif isinstance(core, nodes.Check):
                self._check(core)

    def _syntax(self, statement: Statement) -> None:
        for one in statement.findings:
            found = one.shifted(self.base)
            fixes = [
                self._fix(title, Span(start, end), text, safe=safe) for title, start, end, text, safe in found.fixes
            ]
            self._note(found.code, Span(found.start, found.end), found.message, fixes)
        if isinstance(statement.core, Node):
            for choice in extra_payloads(statement.core):
                if not below(choice):
                    name = choice.children[0].get_code().strip()
                    self._note("call-syntax", self._span(choice), f"`{name}()` has no payload between the parentheses")
                else:
                    extra = Span(self.base + below(choice)[1].start, self.base + below(choice)[-1].end)
                    self._note("call-syntax", extra, "a case has one payload; several values make a tuple: `((...))`")

    def _world(self) -> None:
        """What can be said about the world before anything else."""
        view = self.view
        line = view.world_line
        if isinstance(view.scope, NotFound) and view.scope.message:
            if line is not None and line[1].name is not None:
                self.base = line[0]
                span = self._span(line[1].name)
                self._note("call-world", span, view.scope.message, self._change(span, view.scope.suggestion))
            elif (span_ := self._first_call()) is not None:
                self._note("call-world", span_, view.scope.message)
        elif view.component is not None and view.component_line is not None and not view.exists(view.component):
            file = view.component_line[1].file
            assert file is not None
            self.base = view.component_line[0]
            self._note("call-component", self._span(file), f"there is no file {string_value(file)}: build it first")
        elif view.known.problem:
            place = self._first_call()
            if line is not None and line[1].name is not None:
                self.base = line[0]
                place = self._span(line[1].name)
            if place is not None:
                self._note("call-component", place, view.known.problem)

    def _first_call(self) -> Span | None:
        for base, statement in self.view.file:
            core = statement.core
            call = core.call if isinstance(core, (nodes.Let, nodes.Check)) else None
            if call is not None and call.name is not None:
                return Span(base + call.name.start, base + call.name.end)
        return None

    def _head(self, core: nodes.World | nodes.Component) -> None:
        first = self.view.world_line if isinstance(core, nodes.World) else self.view.component_line
        assert first is not None
        if self.block.number:
            self._note(
                "call-setting", self._span(core), f"a `{core.rule}` line stands before all tests, for the whole file"
            )
        elif first[1] is not core:
            line = self._line(first[0] + first[1].start)
            message = f"a call file is about one {core.rule}; line {line} says which"
            self._note("call-setting", self._span(core), message)

    def _open(self, core: nodes.Test) -> None:
        if self.block.number:
            before = self.view.file.starts[self.index - 1] + self.view.file.statements[self.index - 1].length
            fix = self._fix("Insert `}`", Span(before, before), "\n}", safe=False)
            self._note("call-test", self._span(core), "tests are not inside each other: is a `}` missing above?", [fix])
        name = string_value(core.name) or ""
        self.block = _OpenBlock(len(self.blocks), name, self.index)
        self.blocks.append(self.block)
        if core.name is None or not core.name.value:
            return
        span = self._span(core.name)
        if not name.strip():
            if string_value(core.name) is not None:
                self._note("call-test", span, "a test needs a name that says what it shows")
        elif name in self.tests:
            related = [Related(self.view.path, self.tests[name], "the first one is here")]
            self._note("call-test", span, f'there are two tests "{name}": name one of them otherwise', (), related)
        else:
            self.tests[name] = span

    def _close(self, core: Leaf) -> None:
        if not self.block.number:
            span = self._span(core)
            self._note("call-syntax", span, "this `}` ends no test", [self._fix("Remove it", span, "")])
            return
        self.block.end = self.index
        self.block = self.blocks[0]

    def _end_of_file(self) -> None:
        if self.block.number:
            head = self.view.file.statements[self.block.head]
            self.base = self.view.file.starts[self.block.head]
            end = len(self.view.text.rstrip())
            fix = self._fix("Insert `}` at the end", Span(end, end), "\n}", safe=False)
            if not any(
                one.span.start >= self.base + head.start and one.code == "call-syntax" and "`{`" in one.message
                for one in self.findings
            ):
                self._note(
                    "call-test", self._span(head.core), "this test is never closed: add `}` where it ends", [fix]
                )

    # Settings

    def _setting(self, core: nodes.Grant | nodes.Link | nodes.Stub | nodes.Limit) -> None:
        block = self.block
        if isinstance(core, nodes.Grant):
            block.settings = with_grant(block.settings, core)
            if isinstance(core.what, nodes.Dir):
                self._file_exists(core.what.leaf("STRING"), "folder")
        elif isinstance(core, nodes.Link):
            file = string_value(core.file)
            if file:
                block.settings = replace(block.settings, links=(*block.settings.links, file))
            self._file_exists(core.file, "file")
        elif isinstance(core, nodes.Limit):
            self._limit(core)
        else:
            self._stub(core)

    def _file_exists(self, leaf: Leaf | None, what: str) -> None:
        name = string_value(leaf)
        if leaf is not None and name and not self.view.exists(self.view.absolute(name)):
            self._note("call-setting", self._span(leaf), f"there is no {what} {name}")

    def _limit(self, core: nodes.Limit) -> None:
        what, amount = core.what, core.amount
        if what is None or not what.value:
            return
        if what.value not in LIMITS:
            close = did_you_mean(what.value, list(LIMITS))
            meant = f"; did you mean `{close}`?" if close else f"; there are {', '.join(f'`{one}`' for one in LIMITS)}"
            span = self._span(what)
            self._note("call-setting", span, f"there is no limit `{what.value}`{meant}", self._change(span, close))
            return
        if amount is None or not amount.value:
            return
        value = limit_amount(what.value, amount.value)
        if value is None:
            self._note("call-setting", self._span(amount), limit_problem(what.value, amount.value))
            return
        limits = {**self.block.settings.limits, what.value: value}
        self.block.settings = replace(self.block.settings, limits=limits)

    def _stub(self, core: nodes.Stub) -> None:
        world = self.view.world
        if core.name is None or not core.name.leaf_.value:
            return
        name, text = core.name.leaf_.value, NOTHING
        if core.value is not None:
            text = self.view.text[self.base + core.value.start : self.base + core.value.end]
        if world is not None:
            found = world.find_import(name)
            span = self._span(core.name)
            if isinstance(found, NotFound):
                self._note("call-unknown-function", span, found.message, self._change(span, found.suggestion))
                return
            name = found.full
            if found.function is None:
                self._note("call-not-callable", span, f"`{found.spelled}` has errors: {found.problem}")
            elif found.unsupported:
                self._note("call-not-callable", span, f"`{found.spelled}` cannot be stubbed: {found.unsupported}")
            else:
                self._stub_value(core, found.function)
        stubs = {**dict(self.block.settings.stubs), name: text}
        self.block.settings = replace(self.block.settings, stubs=tuple(stubs.items()))

    def _stub_value(self, core: nodes.Stub, function: Function) -> None:
        assert core.name is not None
        is_broken = bool(self.statement.findings)
        if function.result is None:
            if core.value is not None:
                self._note("call-value", self._span(core.value), f"`{core.name.leaf_.value}` returns nothing")
        elif core.value is None:
            if not is_broken:
                message = f"`{core.name.leaf_.value}` returns {type_text(function.result)}: add `= value`"
                self._note("call-value", self._span(core.name), message)
        else:
            parsed = Parsed(self.view.text, wave_node(core.value, self.base), ())
            self._problems("call-value", value_of(parsed, function.result)[1])

    # Variables

    def _let(self, core: nodes.Let) -> None:
        meaning = self._call(core.call) if core.call is not None else None
        if core.pattern is None:
            return
        type = meaning.result if meaning is not None else None
        if meaning is not None and meaning.function is not None and type is None:
            spelled = meaning.wave.callee
            self._note("call-expectation", self._span(core.pattern), f"`{spelled}` returns nothing that could be kept")
        self._bind(core.pattern, type)

    def _bind(self, pattern: nodes.Pattern, type: Type | None) -> None:
        if isinstance(pattern, nodes.Bind):
            if len(pattern.children) > 1:
                self._bind_case(pattern, type)
            elif pattern.label is not None:
                self._define(pattern.label, type)
            return
        parts = [one for one in pattern.children if isinstance(one, (nodes.Bind, nodes.BindTuple, nodes.BindList))]
        for part, part_type in zip(parts, self._part_types(pattern, parts, type), strict=True):
            self._bind(part, part_type)

    def _part_types(
        self, pattern: nodes.BindTuple | nodes.BindList, parts: Sequence[nodes.Pattern], type: Type | None
    ) -> Sequence[Type | None]:
        unknown: list[Type | None] = [None] * len(parts)
        if type is None:
            return unknown
        if isinstance(pattern, nodes.BindTuple) and isinstance(type, Tuple):
            if len(type.types) != len(parts):
                message = f"{type_text(type)} has {len(type.types)} items, the pattern {len(parts)}"
                self._note("call-expectation", self._span(pattern), message)
                return unknown
            return type.types
        if isinstance(pattern, nodes.BindList) and isinstance(type, (List, FixedList)):
            return [type.element] * len(parts)
        self._note(
            "call-expectation",
            self._span(pattern),
            f"the call returns {named_kind(type)}, which this pattern does not fit",
        )
        return unknown

    def _bind_case(self, pattern: nodes.Bind, type: Type | None) -> None:
        label, payload = pattern.label, pattern.payload
        if label is None or payload is None:
            return
        inner: Type | None = None
        if type is not None:
            if not isinstance(type, (Option, Result, Variant)):
                message = f"the call returns {named_kind(type)}, which has no case `{label.name}`"
                self._note("call-expectation", self._span(label), message)
            else:
                cases = dict(cases_of(type))
                if label.name not in cases:
                    close = did_you_mean(label.name, list(cases))
                    meant = (
                        f"; did you mean `{close}`?"
                        if close
                        else f"; there are {', '.join(f'`{one}`' for one in cases)}"
                    )
                    span = self._span(label)
                    message = f"{named_kind(type)} has no case `{label.name}`{meant}"
                    self._note("call-expectation", span, message, self._change(span, close))
                elif cases[label.name] is None:
                    self._note("call-expectation", self._span(payload), f"case `{label.name}` has no payload")
                else:
                    inner = cases[label.name]
        self._bind(payload, inner)

    def _define(self, label: Leaf, type: Type | None) -> None:
        if label.value == "_":
            return
        span = self._span(label)
        name = label.name
        if name in ("true", "false", "some", "none", "ok", "err", "inf", "nan"):
            self._note("call-redefined-variable", span, f"`{name}` is a word of WAVE and cannot be a variable")
            return
        before = self.block.known.get(name)
        variable = Binding(name, span, self.index, type)
        if before is not None:
            related = [Related(self.view.path, before.span, f"`{name}` is first defined here")]
            message = f"there is a variable `{name}` already, from line {self._line(before.span.start)}"
            self._note("call-redefined-variable", span, message, (), related)
            before.uses.append(span)
        elif self.view.world is not None and name in self.view.world.spelled_interfaces():
            self._note(
                "call-redefined-variable", span, f"`{name}` is an interface of the world; a variable would hide it"
            )
        self.block.known[name] = variable
        self.block.variables.append(variable)
        self.block.handles.pop(name, None)
        if type is not None and holds_handle(type):
            self.block.handles[name] = variable

    def _unused(self, variable: Binding) -> None:
        if variable.uses:
            return
        statement = self.view.file.statements[variable.index]
        base = self.view.file.starts[variable.index]
        fixes: list[Fix] = []
        core = statement.core
        if isinstance(core, nodes.Let) and core.call is not None and core.pattern is not None:
            if isinstance(core.pattern, nodes.Bind) and len(core.pattern.children) == 1:
                cut = Span(base + core.start, base + core.call.start)
                fixes.append(self._fix(f"Remove `let {variable.name} =`", cut, ""))
            else:
                fixes.append(self._fix("Change to `_`", variable.span, "_"))
        message = f"variable `{variable.name}` is never used"
        self._note("call-unused-variable", variable.span, message, fixes, (), "unnecessary")

    def _drop(self, core: nodes.Drop) -> None:
        if core.name is None or not core.name.value:
            return
        span = self._span(core.name)
        variable = self._variable(core.name.name, span)
        if variable is None or self._is_gone(variable, span):
            return
        if variable.type is not None and not isinstance(variable.type, Own):
            self._note(
                "call-value", span, f"`{variable.name}` is {named_kind(variable.type)}; only handles are dropped"
            )
            return
        self._lose(variable, span, "was dropped")

    def _variable(self, name: str, span: Span) -> Binding | None:
        """The variable of a name, with this use of it noted."""
        variable = self.block.known.get(name)
        if variable is not None:
            variable.uses.append(span)
            return variable
        if self.block.number and name in self.blocks[0].known:
            outside = self.blocks[0].known[name]
            outside.uses.append(span)
            message = f"`{name}` belongs to the calls outside of tests; each test has an instance of its own"
            self._note("call-unknown-variable", span, message)
            return None
        close = did_you_mean(name, list(self.block.known))
        meant = f"; did you mean `{close}`?" if close else ""
        self._note("call-unknown-variable", span, f"there is no variable `{name}`{meant}", self._change(span, close))
        return None

    def _is_gone(self, variable: Binding, span: Span) -> bool:
        if not variable.gone:
            return False
        related = [Related(self.view.path, variable.gone_at, "here")] if variable.gone_at is not None else []
        self._note("call-gone-handle", span, f"`{variable.name}` is gone: it {variable.gone}", (), related)
        return True

    def _lose(self, variable: Binding, at: Span, how: str) -> None:
        variable.gone = f"{how} in line {self._line(at.start)}"
        variable.gone_at = at
        self.block.handles.pop(variable.name, None)

    # Calls

    def _check(self, core: nodes.Check) -> None:
        meaning = self._call(core.call) if core.call is not None else None
        if core.equals is not None and core.equals.value is not None:
            self._expected(core.equals, core.equals.value, meaning)
        if core.traps is not None:
            for variable in list(self.block.handles.values()):
                self._lose(variable, self._span(core.traps), "ended with its instance, by the trap that is expected")

    def _expected(self, equals: nodes.Equals, value: nodes.ValueNode, meaning: CallMeaning | None) -> None:
        if meaning is None or meaning.function is None:
            self._note_words(value)
            return
        result = meaning.result
        if result is None:
            message = f"`{meaning.wave.callee}` returns nothing, so nothing can be expected of it"
            cut = Span(self.base + meaning.node.end, self.base + equals.end)
            self._note("call-expectation", self._span(equals), message, [self._fix("Remove the expectation", cut, "")])
            return
        used: list[Use] = []
        parsed = Parsed(self.view.text, wave_node(value, self.base), ())
        names = _Names(self.block.known, anything=True)
        problems = value_of(parsed, result, names, used)[1]
        self._problems("call-expectation", problems)
        for use in used:
            variable = self._variable(use.name, use.span)
            if variable is not None and variable.type is not None and holds_handle(variable.type) and not problems:
                self._note("call-expectation", use.span, "handles cannot be compared; write `_` for one")

    def _call(self, node: nodes.Call) -> CallMeaning:
        wave = wave_call(node, self.base)
        target, receiver, function = self._callee(node)
        meaning = CallMeaning(self.index, self.base, node, wave, target, receiver, function)
        self.calls[self.index] = meaning
        if function is None:
            if node.arguments is not None:
                for value in below(node.arguments):
                    self._note_words(value)
            return meaning
        # A broken call is not also said to lack arguments.
        form = tuple(Problem(Span(one.start, one.end), "") for one in self.statement.findings)
        used: list[Use] = []
        _, problems = arguments_of(ParsedCall(self.view.text, wave, form), function, _Names(self.block.known), used)
        self._problems("call-value", problems[len(form) :])
        self._take(used)
        return meaning

    def _take(self, used: Sequence[Use]) -> None:
        """Notes the variables that arguments use, and which of them the call takes along."""
        for use in used:
            variable = self.block.known[use.name]
            variable.uses.append(use.span)
            if self._is_gone(variable, use.span):
                continue
            if variable.type is not None and not isinstance(use.type, Borrow) and holds_handle(variable.type):
                self._lose(variable, use.span, "was passed on, by the call")

    def _note_words(self, value: nodes.ValueNode) -> None:
        """Notes which variables a value of unknown type may use."""
        stack: list[Node | Leaf] = [value]
        while stack:
            node = stack.pop()
            if isinstance(node, nodes.Choice) and len(node.children) == 1:
                leaf = node.children[0]
                if isinstance(leaf, Leaf) and leaf.name in self.block.known:
                    self.block.known[leaf.name].uses.append(self._span(leaf))
            elif isinstance(node, Node):
                stack.extend(node.children)

    def _callee(self, node: nodes.Call) -> tuple[Target | None, Binding | None, Function | None]:
        if node.name is None or not node.name.leaf_.value or len(self.findings) >= MAX_FINDINGS:
            return None, None, None
        leaf = node.name.leaf_
        span = self._span(leaf)
        first, dot, rest = leaf.value.partition(".")
        world = self.view.world
        if dot and "/" not in first and first.lstrip("%") in self.block.known:
            return self._method(first.lstrip("%"), rest, span)
        if world is None:
            return None, None, None
        if dot and self.block.number and first in self.blocks[0].known and first not in world.spelled_interfaces():
            self._variable(first, Span(span.start, span.start + len(first)))
            return None, None, None
        found = world.find(leaf.value)
        if isinstance(found, NotFound):
            if dot and "/" not in first and self._is_variable_meant(first):
                self._variable(first, Span(span.start, span.start + len(first)))
            else:
                self._note("call-unknown-function", span, found.message, self._change(span, found.suggestion))
            return None, None, None
        return (found, None, found.call) if self._callable(found, span) else (found, None, None)

    def _is_variable_meant(self, name: str) -> bool:
        """Whether what stands before a dot is rather a variable that is not there than an interface."""
        world = self.view.world
        if world is None or did_you_mean(name, world.spelled_interfaces()):
            return False
        known = {**self.blocks[0].known, **self.block.known}
        return name in known or did_you_mean(name, list(self.block.known)) is not None

    def _callable(self, target: Target, span: Span) -> bool:
        if target.function is None:
            self._note("call-not-callable", span, f"`{target.spelled}` has errors: {target.problem}")
            return False
        if target.unsupported:
            message = f"`{target.spelled}` is not callable from here: {target.unsupported}"
            self._note("call-not-callable", span, message)
            return False
        wrong = self.view.known.about(target)
        if wrong:
            self._note("call-component", span, wrong)
        return True

    def _method(self, name: str, rest: str, span: Span) -> tuple[Target | None, Binding | None, Function | None]:
        at = Span(span.start, span.start + len(name))
        method_span = Span(span.end - len(rest), span.end)
        variable = self._variable(name, at)
        assert variable is not None
        world = self.view.world
        if self._is_gone(variable, at) or variable.type is None or world is None:
            return None, variable, None
        if not isinstance(variable.type, (Own, Borrow)):
            self._note("call-value", at, f"`{name}` is {named_kind(variable.type)}; only handles have methods")
            return None, variable, None
        resource: Resource = variable.type.resource
        methods = world.methods(resource)
        target = methods.get(rest.replace("%", ""))
        if target is None:
            close = did_you_mean(rest, list(methods))
            message = f"resource `{resource.name.name}` has no method `{rest}`"
            if close:
                message += f"; did you mean `{close}`?"
            elif methods:
                message += f"; there are {', '.join(f'`{one}`' for one in list(methods)[:8])}"
            self._note("call-unknown-function", method_span, message, self._change(method_span, close))
            return None, variable, None
        if not self._callable(target, method_span):
            return target, variable, None
        return target, variable, target.method

    def _problems(self, code: str, problems: Sequence[Problem]) -> None:
        for problem in problems:
            fixes = self._change(problem.span, problem.replacement)
            message = problem.message
            if not fixes:
                fixes, message = self._meant_variable(problem)
            self._note(code, problem.span, message, fixes)

    def _meant_variable(self, problem: Problem) -> tuple[tuple[Fix, ...], str]:
        """A fix where a word may be a variable misspelt."""
        word = self.view.text[problem.span.start : problem.span.end]
        if word and word[0].isalpha() and word.replace("-", "").isalnum() and "found `" in problem.message:
            close = did_you_mean(word, list(self.block.known))
            if close is not None and close != word:
                return self._change(problem.span, close), f"{problem.message}; did you mean variable `{close}`?"
        return (), problem.message
