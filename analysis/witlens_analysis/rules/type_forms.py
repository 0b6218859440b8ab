"""Rules about a type as it is written: what each generic takes, and the limits of lists, maps, streams and nesting."""

from __future__ import annotations

from ..syntax.errors import Replacement, SyntaxFinding
from ..syntax.nodes import Arguments, Generic
from ..syntax.tokens import GENERIC_TYPES
from ..syntax.tree import Leaf, Node, Skipped
from .experimental import fixed_length

MAX_DEPTH = 100
"""How many types may be inside each other, the innermost included, before the text is refused."""
MAX_ENCODED_DEPTH = 96
"""The same for the binary format, where the type is part of another one; an alias of its own may have one more."""
MAX_LENGTH = 2**28 - 1
"""How many elements of a byte a list of fixed length may have: no value may be larger than that."""

_KEYS = frozenset(("bool", "u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64", "char", "string"))
_SHAPES = {
    "list": "`list` takes a type, and a number if its length is fixed: `list<u8>`, `list<u8, 4>`",
    "tuple": "`tuple` takes one type or more: `tuple<u8, string>`",
    "option": "`option` takes one type: `option<u8>`",
    "result": "`result` takes two types at most: `result`, `result<u8>`, `result<_, string>`, `result<u8, string>`",
    "map": "`map` takes two types, of keys and values: `map<string, u8>`",
    "future": "`future` takes one type or none: `future<u8>`, `future`",
    "stream": "`stream` takes one type or none: `stream<u8>`, `stream`",
    "own": "`own` takes the name of a resource: `own<r>`",
    "borrow": "`borrow` takes the name of a resource: `borrow<r>`",
}
_MOST = {"list": 2, "option": 1, "result": 2, "map": 2, "future": 1, "stream": 1, "own": 1, "borrow": 1}
_LEAST = {"list": 1, "tuple": 1, "option": 1, "result": 1, "map": 2, "future": 1, "stream": 1, "own": 1, "borrow": 1}
_MAY_BE_BARE = frozenset(("result", "future", "stream"))


def check_type(node: Generic, out: list[SyntaxFinding], is_alias: bool = False) -> None:
    """Checks a type with all that is in it. Plain names need no check: callers leave them out."""
    deepest = _check(node, 1, out)
    if deepest is not None and deepest[0] > MAX_DEPTH:
        place = deepest[1]
        out.append(
            SyntaxFinding(
                "type-nesting", place.start, _head_end(place),
                f"types are nested too deeply: {MAX_DEPTH} levels are the limit; give a part a name of its own",
            )
        )  # fmt: skip
    elif deepest is not None and deepest[0] > MAX_ENCODED_DEPTH + is_alias:
        place = deepest[1]
        out.append(
            SyntaxFinding(
                "type-nesting-encoding", place.start, _head_end(place),
                f"nested more than {MAX_ENCODED_DEPTH} levels deep, which cannot be encoded as a component",
            )
        )  # fmt: skip


def _head_end(place: Node | Leaf) -> int:
    return place.keyword.end if isinstance(place, Generic) else place.end


def _check(node: Generic, depth: int, out: list[SyntaxFinding]) -> tuple[int, Node | Leaf] | None:
    """Checks a generic; returns how deep it goes and where, if that is near the limits."""
    children = node.children
    keyword = children[0]
    assert isinstance(keyword, Leaf)
    kind = keyword.kind
    if kind == "expected":
        _old_expected(keyword, out)
        kind = "result"
    is_foreign = kind == "GENERIC"
    if is_foreign:
        _foreign(node, keyword, out)
    if len(children) == 1:
        if kind not in _MAY_BE_BARE and not is_foreign:
            out.append(_wrong(keyword.start, keyword.end, _SHAPES[kind]))
        return (depth, node) if depth > MAX_ENCODED_DEPTH else None
    arguments = children[1]
    if not isinstance(arguments, Arguments):
        return None
    items: list[Node | Leaf] = []
    commas: list[Leaf] = []
    broken = False
    for child in arguments.children:
        if isinstance(child, Leaf):
            if child.kind == ",":
                commas.append(child)
            elif child.kind not in "<>":
                items.append(child)
            if not child.value:
                broken = True
        elif isinstance(child, Skipped):
            broken = True
        else:
            items.append(child)
    if not broken and not is_foreign:
        _check_form(node, kind, arguments, items, commas, out)
    if depth > MAX_ENCODED_DEPTH:
        if depth > MAX_DEPTH or kind in ("own", "borrow"):
            return depth, node
        deepest: tuple[int, Node | Leaf] | None = (depth, node)
        if items and depth == MAX_DEPTH:
            return depth + 1, items[0]
    else:
        deepest = None
    for item in items:
        found: tuple[int, Node | Leaf] | None = None
        if isinstance(item, Generic):
            found = _check(item, depth + 1, out)
        elif (
            depth >= MAX_ENCODED_DEPTH
            and kind not in ("own", "borrow")
            and isinstance(item, Leaf)
            and item.kind not in ("INTEGER", "_")
        ):
            found = depth + 1, item
        if found is not None and (deepest is None or found[0] > deepest[0]):
            deepest = found
    return deepest


def _check_form(
    node: Generic,
    kind: str,
    arguments: Arguments,
    items: list[Node | Leaf],
    commas: list[Leaf],
    out: list[SyntaxFinding],
) -> None:
    """Checks the number and the form of the arguments, of which all are there."""
    bare = _may_go(kind, items)
    if bare:
        fix = (f"Change to `{kind}`", arguments.start, arguments.end, "", True)
        out.append(_wrong(arguments.start, arguments.end, f"without a type it is `{kind}` alone", (fix,)))
        return
    if len(items) < _LEAST[kind]:
        if kind == "tuple":
            out.append(SyntaxFinding("empty-type", node.start, node.end, "a tuple needs at least one type"))
        else:
            out.append(_wrong(node.start, node.end, _SHAPES[kind]))
        return
    if kind != "tuple":
        most = _MOST[kind]
        if len(items) > most:
            start, end = commas[most - 1].start, items[-1].end
            out.append(_wrong(start, end, f"too many types: {_SHAPES[kind]}"))
        elif len(commas) >= len(items):
            comma = commas[-1]
            fix = ("Remove the `,`", comma.start, comma.end, "", True)
            out.append(
                _wrong(comma.start, comma.end, "no `,` at the end: only the types of `tuple` may end with one", (fix,))
            )
    if kind == "tuple" and len(items) > 10_000:
        out.append(
            SyntaxFinding(
                "too-many-entries", node.start, node.start + 5, "a tuple of more than 10,000 types cannot be encoded"
            )
        )
    for index, item in enumerate(items[: _MOST.get(kind, len(items))]):
        if isinstance(item, Leaf):
            if item.kind == "_":
                if kind != "result" or index > 0:
                    _placeholder(kind, index, item, items, out)
                continue
            if item.kind == "INTEGER":
                if kind == "list" and index == 1:
                    _check_length(item, out)
                else:
                    out.append(_wrong(item.start, item.end, f"expected a type, found a number: {_SHAPES[kind]}"))
                continue
        if kind == "list" and index == 1:
            fix = ("Change to `map`", node.keyword.start, node.keyword.end, "map", False)
            out.append(
                _wrong(
                    item.start,
                    item.end,
                    "the second argument of `list` is its length, a number; for keys and values there is `map`",
                    (fix,),
                )
            )
        elif kind in ("own", "borrow") and not (isinstance(item, Leaf) and item.kind == "ID"):
            out.append(_wrong(item.start, item.end, _SHAPES[kind]))
    if kind == "map":
        _check_key(node, items[0], out)
    elif kind == "stream" and isinstance(items[0], Leaf) and items[0].kind == "char":
        item = items[0]
        out.append(
            SyntaxFinding(
                "stream-of-char", item.start, item.end,
                "`stream<char>` cannot be encoded: use `stream<u8>` and say which text encoding it has",
            )
        )  # fmt: skip


def _may_go(kind: str, items: list[Node | Leaf]) -> bool:
    """Whether nothing but `_` stands where there may be nothing at all."""
    return (
        kind in _MAY_BE_BARE
        and len(items) <= _MOST[kind]
        and all(isinstance(item, Leaf) and item.kind == "_" for item in items)
    )


def _placeholder(kind: str, index: int, item: Leaf, items: list[Node | Leaf], out: list[SyntaxFinding]) -> None:
    if kind == "result":
        start = items[0].end
        fix: tuple[Replacement, ...] = (("Remove `_`", start, item.end, "", True),)
        out.append(
            _wrong(
                item.start, item.end, "no `_` in the second place: a result without an error type is `result<t>`", fix
            )
        )
    else:
        out.append(
            _wrong(item.start, item.end, f"`_` stands only in the first place of `result<_, e>`: {_SHAPES[kind]}")
        )


def _check_length(item: Leaf, out: list[SyntaxFinding]) -> None:
    length = int(item.value[:4000])
    if length >= 2**32:
        out.append(SyntaxFinding("invalid-list-length", item.start, item.end, "the length of a list must fit 32 bits"))
    elif length == 0:
        out.append(
            SyntaxFinding(
                "list-length-limit", item.start, item.end, "a list of fixed length 0 cannot be encoded as a component"
            )
        )
    elif length > MAX_LENGTH:
        out.append(
            SyntaxFinding(
                "list-length-limit", item.start, item.end,
                f"no value may be larger than {MAX_LENGTH:,} bytes: this list cannot be encoded as a component",
            )
        )  # fmt: skip
    else:
        out.append(fixed_length(item))


def _check_key(node: Generic, key: Node | Leaf, out: list[SyntaxFinding]) -> None:
    if isinstance(key, Leaf) and (key.kind in _KEYS or key.kind in ("_", "INTEGER")):
        return
    if isinstance(key, Leaf) and key.kind == "ID":
        message = "a map's key must be spelled as a built-in type here: a name for one is not taken"
    else:
        message = "a map's key must be bool, an integer type, char or string"
    # The reference points at `map`, which may stand on another line than the key.
    out.append(SyntaxFinding("invalid-map-key", node.start, key.end, message))


def _old_expected(keyword: Leaf, out: list[SyntaxFinding]) -> None:
    out.append(
        SyntaxFinding(
            "old-expected", keyword.start, keyword.end, "`expected` is called `result` today",
            (("Change to `result`", keyword.start, keyword.end, "result", True),),
        )
    )  # fmt: skip


def _foreign(node: Generic, keyword: Leaf, out: list[SyntaxFinding]) -> None:
    """A name that is none of WIT's own before `<`."""
    from ..syntax.foreign import GIVEN_BY_ARGUMENT, squeezed, wit_type  # only needed where something is wrong

    name = keyword.value
    start, end = keyword.start, keyword.end
    meant = wit_type(name)
    fixes: tuple[Replacement, ...] = ()
    if squeezed(name) in GIVEN_BY_ARGUMENT:
        reason = "WIT has values only: write the type that it holds"
    elif meant is not None and meant.wit in GENERIC_TYPES:
        reason = f"WIT calls this type `{meant.wit}`"
        fixes = ((f"Change to `{meant.wit}`", start, end, meant.wit, meant.is_sure),)
    elif meant is not None and meant.advice:
        reason = meant.advice
    else:
        from difflib import get_close_matches  # only needed where something is wrong

        guess = next(iter(get_close_matches(name.lower()[:50], sorted(GENERIC_TYPES), 1, 0.7)), None)
        if guess is not None:
            reason = f"did you mean `{guess}`?"
            fixes = ((f"Change to `{guess}`", start, end, guess, False),)
        else:
            reason = "only types of WIT itself, such as `list` and `option`, take others in `<..>`"
    out.append(SyntaxFinding("unknown-type", start, end, f"type `{name}<..>` does not exist: {reason}", fixes))


def _wrong(start: int, end: int, message: str, fixes: tuple[Replacement, ...] = ()) -> SyntaxFinding:
    return SyntaxFinding("type-arguments", start, end, message, fixes)
