"""Completion in call files: what may stand at the cursor, by the grammar and by the type that is wanted there.

A word that no one writes is put at the cursor and the statement parsed again: where that word ends up in the tree says
what is wanted, in broken statements too.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping

from witlens_analysis.diagnostics import Span
from witlens_analysis.features.completion.item import Completion
from witlens_analysis.features.describe import documentation
from witlens_analysis.features.symbols import Symbols
from witlens_analysis.model import (
    Borrow,
    Enum,
    FixedList,
    Flags,
    List,
    Map,
    Option,
    Own,
    Primitive,
    Record,
    Result,
    Tuple,
    Type,
    Variant,
)
from witlens_analysis.syntax.tree import Leaf, Node

from ...canonical_abi.layout import cases_of
from ...types import type_text
from ...wave.reader import fits
from ...wave.tokens import KEYWORDS as WAVE_KEYWORDS
from ...wave.tree import Applied, Braces, Items, Label
from ...wave.tree import Node as WaveNode
from ..defaults import default_text, escape_snippet, snippet
from ..meaning import Binding
from ..scope import Target, WorldScope, holds_handle, signature
from ..settings import EXAMPLES, LIMITS
from ..syntax import nodes
from ..syntax.tokens import END, next_token
from ..syntax.tree import parse
from ..values import wave_call, wave_node
from ..view import CallView
from ..worlds import known_worlds

ListFiles = Callable[[str], Iterable[str]]
"""Lists what is in a folder; names of folders end with `/`."""

_MARK = "cursor-is-here"
_SNIPPETS = {
    "world": ("world ", "the world under test"),
    "component": ('component "$1"', "the component under test"),
    "test": ('test "${1:what it shows}" {\n  $0\n}', "calls that share an instance of their own"),
    "let": ("let ${1:x} = ", "keep the answer of a call"),
    "drop": ("drop ", "end a handle"),
    "grant": ("grant ", "let the component use something"),
    "link": ('link "$1"', "a component that serves imports"),
    "stub": ("stub ", "answer an imported function"),
    "limit": ("limit ", "stop a call that goes further"),
}
_GRANTS = {
    "dir": ('dir "$1" as "/$2"', "a folder"),
    "env": ('env ${1:NAME} = "$2"', "an environment variable"),
    "args": ('args "$1"', "arguments of the command line"),
    "stdin": ('stdin "$1"', "standard input"),
    "http": ("http", "outgoing HTTP requests"),
    "network": ("network", "sockets, and names of hosts"),
}


def completion(view: CallView, offset: int, list_files: ListFiles | None = None) -> tuple[Completion, ...]:
    """What may stand at an offset, the best first."""
    return tuple(_Completer(view, offset, list_files or _no_files).all())


def _no_files(folder: str) -> Iterable[str]:
    return ()


class _Completer:
    def __init__(self, view: CallView, offset: int, list_files: ListFiles) -> None:
        self.view = view
        self.offset = offset
        self.list_files = list_files
        self.world: WorldScope | None = view.world
        self.index = self._statement()
        self.base = view.file.starts[self.index]
        self.span = self._word()
        self.word = view.text[self.span.start : self.span.end]

    # Where the cursor is

    def _statement(self) -> int:
        """The statement that the cursor is in or at the end of; between two it is the one that begins after it."""
        file = self.view.file
        index = file.index_at(self.offset)
        start = file.starts[index] + file.statements[index].start
        is_between = self.offset <= start and "\n" not in self.view.text[file.starts[index] : self.offset]
        return index - 1 if index and is_between else index

    def _word(self) -> Span:
        """The name around the cursor; empty if there is none."""
        position = self.base
        while True:
            token = next_token(self.view.text, position)
            if token.kind == END or token.start > self.offset:
                return Span(self.offset, self.offset)
            if token.end >= self.offset and token.kind in ("LABEL", "PATH"):
                return Span(token.start, token.end)
            if token.start < self.offset < token.end and token.kind in ("STRING", "CHAR"):
                return Span(token.start, token.end)
            position = token.end

    def _in_comment(self) -> bool:
        line = self.view.text[self.view.text.rfind("\n", 0, self.offset) + 1 : self.offset]
        position = 0
        while True:
            token = next_token(line, position)
            if token.kind == END:
                return "//" in line[token.prefix_start :]
            position = token.end

    def all(self) -> Iterator[Completion]:
        """All entries."""
        if self._in_comment():
            return
        if self.word[:1] in ('"', "'"):
            yield from self._inside_text()
            return
        text = self.view.text
        statement = self.view.file.statements[self.index]
        end = max(self.base + statement.length, self.offset)
        before = text[self.base : self.span.start]
        is_first = not _tokens(before) or self.offset < self.base + statement.start
        if is_first:
            yield from self._statements()
            return
        marked = parse(before + _MARK + text[self.span.end : end])
        for base, one in marked:
            if any(_MARK in leaf.value for leaf in one.leaves()):
                if base + one.start >= self.span.start - self.base and base:
                    yield from self._statements()
                else:
                    yield from self._inside(one.core, base)
                return

    # At the beginning of a line

    def _statements(self) -> Iterator[Completion]:
        block = self.view.meaning.block_of(self.index)
        yield from self._functions()
        for number, (word, (text, detail)) in enumerate(_SNIPPETS.items()):
            if block.number and word in ("world", "component", "test"):
                continue
            if word in ("world", "component") and (
                self.view.world_line if word == "world" else self.view.component_line
            ):
                continue
            yield self._entry(word, "keyword", detail, text, f"5{number}", "$" in text)

    def _functions(self) -> Iterator[Completion]:
        """Calls: methods of handles, then the functions of the world."""
        if self.world is None:
            return
        variables = self._variables()
        handles = _handle_names(variables.values())
        first, dot, _ = self.word.partition(".")
        for variable in variables.values():
            if not isinstance(variable.type, (Own, Borrow)) or variable.gone:
                continue
            if dot and first != variable.name:
                continue
            for name, target in self.world.methods(variable.type.resource).items():
                if target.method is not None and not target.unsupported:
                    label = f"{variable.name}.{name}"
                    yield self._call(label, target, snippet(label, target.method, handles), f"0{label}")
        if dot and first in variables:
            return
        for target in self.world.functions():
            if target.function is None or target.unsupported:
                continue
            label = self._spelled(target)
            rank = "2" if target.is_method else "1"
            yield self._call(label, target, snippet(label, target.function, handles), f"{rank}{label}")

    def _spelled(self, target: Target) -> str:
        """A function as the word begun so far would have it."""
        assert self.world is not None
        if "/" in self.word and target.interface:
            plain = target.interface.partition("@")[0]
            return f"{target.interface if '@' in self.word else plain}.{target.name}"
        return self.world.shortest(target)

    def _call(self, label: str, target: Target, text: str, rank: str) -> Completion:
        assert target.function is not None
        detail = signature(target.function, "")
        return self._entry(label, "function", detail, text, rank, True, self._documentation(target))

    def _documentation(self, target: Target) -> str:
        if self.world is None:
            return ""
        sites = Symbols(self.view.wit, self.world.root).sites(target.symbol)
        return next((text for site in sites if (text := documentation(site))), "")

    # Inside a statement

    def _inside(self, core: Node | Leaf, base: int) -> Iterator[Completion]:
        if isinstance(core, nodes.World):
            yield from self._worlds()
        elif isinstance(core, nodes.Grant):
            yield from self._grant(core)
        elif isinstance(core, nodes.Limit):
            for name in LIMITS:
                yield self._entry(name, "field", "", f"{name} ${{1:{EXAMPLES[name]}}}", f"1{name}", True)
        elif isinstance(core, nodes.Drop):
            for variable in self._variables().values():
                if isinstance(variable.type, Own) and not variable.gone:
                    yield self._variable(variable)
        elif isinstance(core, nodes.Stub):
            yield from self._stub(core, base)
        elif isinstance(core, (nodes.Let, nodes.Check)):
            yield from self._in_call(core, base)

    def _grant(self, core: nodes.Grant) -> Iterator[Completion]:
        if core.what is None:
            for word, (text, detail) in _GRANTS.items():
                yield self._entry(word, "keyword", detail, text, f"1{word}", "$" in text)
        elif isinstance(core.what, nodes.Dir):
            yield self._entry("as", "keyword", "what the component calls it", 'as "/$1"', "1", True)
            yield self._entry("readonly", "keyword", "nothing can be changed", "readonly", "2")

    def _worlds(self) -> Iterator[Completion]:
        for world in known_worlds(self.view.wit):
            if world.is_main:
                yield self._entry(world.plain_id, "world", "", world.plain_id, f"1{world.plain_id}")

    def _stub(self, core: nodes.Stub, base: int) -> Iterator[Completion]:
        if self.world is None or core.name is None:
            return
        if _MARK not in core.name.leaf_.value:
            found = self.world.find_import(core.name.leaf_.value)
            if isinstance(found, Target) and found.function is not None and found.function.result is not None:
                yield from self._value(wave_node(core.value, base), found.function.result)
            return
        for group in self.world.imports:
            for target in group.functions:
                if target.function is None or target.unsupported or target.resource:
                    continue
                label = target.spelled
                text = escape_snippet(label)
                if target.function.result is not None:
                    text += f" = ${{1:{escape_snippet(default_text(target.function.result))}}}"
                detail = signature(target.function, "")
                yield self._entry(label, "function", detail, text, f"1{label}", True, self._documentation(target))

    def _in_call(self, core: nodes.Let | nodes.Check, base: int) -> Iterator[Completion]:
        call = core.call
        if call is None or call.name is None:
            return
        name = call.name.leaf_.value
        if _MARK in name:
            if isinstance(core, nodes.Let):
                yield from self._functions()
            return
        meaning = self._meant(name)
        wave = wave_call(call, base)
        equals = core.equals if isinstance(core, nodes.Check) else None
        is_put_in = equals is not None and equals.leaf("==") is None
        if equals is not None and not is_put_in and _has_mark(equals):
            if meaning is not None and meaning[1] is not None:
                yield from self._value(wave_node(equals.value, base), meaning[1])
            return
        if call.arguments is not None and _has_mark(call.arguments):
            if meaning is not None:
                for item, param in zip(wave.arguments.items, meaning[0], strict=False):
                    yield from self._value(item, param)
            return
        if isinstance(core, nodes.Check) and (equals is None or is_put_in) and core.traps is None:
            if meaning is not None and meaning[1] is not None and not holds_handle(meaning[1]):
                text = f"== ${{1:{escape_snippet(default_text(meaning[1]))}}}"
                yield self._entry("==", "keyword", "the answer that is expected", text, "1", True)
            yield self._entry("traps", "keyword", "the call must trap", 'traps "$1"', "2", True)

    def _meant(self, name: str) -> tuple[list[Type], Type | None] | None:
        """The types of the parameters, and of the result, of what a name calls."""
        if self.world is None:
            return None
        first, dot, rest = name.partition(".")
        variable = self._variables().get(first) if dot else None
        target: object
        if variable is not None and isinstance(variable.type, (Own, Borrow)):
            target = self.world.methods(variable.type.resource).get(rest)
            function = target.method if isinstance(target, Target) else None
        else:
            target = self.world.find(name)
            function = target.function if isinstance(target, Target) else None
        return None if function is None else ([param.type for param in function.params], function.result)

    # Values

    def _value(self, node: WaveNode, type: Type) -> Iterator[Completion]:
        """What may stand at the mark in a value of a type; nothing if the mark is elsewhere."""
        if isinstance(node, Label):
            if _MARK in node.name:
                yield from self._of_type(type)
            return
        match type:
            case Record() | Flags() if isinstance(node, Braces):
                yield from self._braces(node, type)
            case Map(key, value) if isinstance(node, Braces):
                for entry in node.entries:
                    yield from self._value(entry.key, key)
                    if entry.value is not None:
                        yield from self._value(entry.value, value)
            case List(element) | FixedList(element) if isinstance(node, Items):
                for item in node.items:
                    yield from self._value(item, element)
            case Tuple(types) if isinstance(node, Items):
                for item, of in zip(node.items, types, strict=False):
                    yield from self._value(item, of)
            case Variant() | Option() | Result() if isinstance(node, Applied):
                payload = dict(cases_of(type)).get(node.label.name)
                if payload is not None:
                    yield from self._value(node.payload, payload)
            case Option(some):
                yield from self._value(node, some)

    def _braces(self, node: Braces, type: Record | Flags) -> Iterator[Completion]:
        given = {entry.key.name for entry in node.entries if isinstance(entry.key, Label)}
        types = _members(type)
        for entry in node.entries:
            if isinstance(entry.key, Label) and _MARK in entry.key.name:
                for number, (name, of) in enumerate(types.items()):
                    if name in given:
                        continue
                    if of is None or entry.value is not None:
                        yield self._entry(name, "value", "", name, f"1{number:03}")
                    else:
                        text = f"{name}: ${{1:{escape_snippet(default_text(of))}}}"
                        rank = "2" if isinstance(of, Option) else "1"
                        yield self._entry(name, "field", type_text(of), text, f"{rank}{number:03}", True)
            elif entry.value is not None and isinstance(entry.key, Label):
                inner = types.get(entry.key.name)
                if inner is not None:
                    yield from self._value(entry.value, inner)

    def _of_type(self, type: Type, rank: str = "1") -> Iterator[Completion]:
        """Values of a type: variables that have it, its cases, a form to fill in."""
        for variable in self._variables().values():
            if variable.type is not None and not variable.gone and fits(variable.type, type):
                yield self._variable(variable)
        match type:
            case Primitive("bool"):
                yield self._entry("true", "value", "", "true", f"{rank}0")
                yield self._entry("false", "value", "", "false", f"{rank}1")
            case Enum() | Variant() | Option() | Result():
                for number, (name, payload) in enumerate(cases_of(type)):
                    yield self._case(name, payload, type, f"{rank}{number:03}")
                if isinstance(type, Option) and not isinstance(type.some, (Option, Result)):
                    yield from self._of_type(type.some, "3")
            case Record():
                yield self._form("{..}", type, rank)
            case Flags():
                yield self._entry("{..}", "snippet", type_text(type), "{$1}", f"{rank}0", True)
            case List() | FixedList():
                yield self._entry("[..]", "snippet", type_text(type), "[$1]", f"{rank}0", True)
            case Tuple():
                yield self._form("(..)", type, rank)
            case Primitive("string"):
                yield self._entry('""', "snippet", "string", '"$1"', f"{rank}0", True)

    def _form(self, label: str, type: Record | Tuple, rank: str) -> Completion:
        stops: list[str] = []
        if isinstance(type, Record):
            needed = [one for one in type.fields if not isinstance(one.type, Option)]
            for number, one in enumerate(needed, 1):
                stops.append(f"{one.name}: ${{{number}:{escape_snippet(default_text(one.type))}}}")
            text = f"{{{', '.join(stops)}\\}}" if needed else "{$1\\}"
        else:
            stops = [f"${{{n}:{escape_snippet(default_text(one))}}}" for n, one in enumerate(type.types, 1)]
            text = f"({', '.join(stops)})"
        return self._entry(label, "snippet", type_text(type), text, f"{rank}0", True)

    def _case(self, name: str, payload: Type | None, type: Type, rank: str) -> Completion:
        is_wave = isinstance(type, (Option, Result))
        label = f"%{name}" if name in WAVE_KEYWORDS and not is_wave else name
        if payload is None:
            return self._entry(label, "value", type_text(type), label, rank)
        text = f"{label}(${{1:{escape_snippet(default_text(payload))}}})"
        return self._entry(label, "value", type_text(payload), text, rank, True)

    def _variable(self, variable: Binding) -> Completion:
        detail = type_text(variable.type) if variable.type is not None else ""
        return self._entry(variable.name, "variable", detail, variable.name, f"0{variable.name}")

    def _variables(self) -> Mapping[str, Binding]:
        return self.view.meaning.visible(self.index)

    # Texts in quotes

    def _inside_text(self) -> Iterator[Completion]:
        """Files and folders, where a text names one."""
        core = self.view.file.statements[self.index].core
        wanted: tuple[str, ...]
        if isinstance(core, (nodes.Component, nodes.Link)):
            wanted = ("/", ".wasm", ".wat")
        elif isinstance(core, nodes.Grant) and isinstance(core.what, nodes.Dir):
            wanted = ("/",)
        else:
            return
        typed = self.view.text[self.span.start + 1 : self.offset]
        folder, slash, _ = typed.rpartition("/")
        span = Span(self.span.start + 1 + len(folder) + len(slash), self.offset)
        for name in sorted(self.list_files(self.view.absolute(folder or os.curdir))):
            if name.endswith(wanted) and not name.startswith("."):
                yield Completion(name, "file", "", name, False, span, f"1{name}")

    def _entry(
        self, label: str, kind: str, detail: str, text: str, rank: str, is_snippet: bool = False, about: str = ""
    ) -> Completion:
        return Completion(label, kind, detail, text, is_snippet, self.span, rank, about)


def _tokens(text: str) -> bool:
    """Whether a text has any token."""
    return next_token(text, 0).kind != END


def _has_mark(node: Node) -> bool:
    return any(_MARK in leaf.value for leaf in node.leaves())


def _handle_names(variables: Iterable[Binding]) -> dict[str, str]:
    """Variables to propose for handles, by the name of their resource."""
    return {
        one.type.resource.name.name: one.name
        for one in variables
        if isinstance(one.type, (Own, Borrow)) and not one.gone
    }


def _members(type: Record | Flags) -> dict[str, Type | None]:
    """The fields of a record with their types, or the flags."""
    if isinstance(type, Record):
        return {one.name: one.type for one in type.fields}
    return dict.fromkeys(type.flags)
