"""Rules about records, variants, enums, flags, and what were `union` and `bitflags`: their entries and their number."""

from __future__ import annotations

from ..syntax.errors import Replacement, SyntaxFinding
from ..syntax.nodes import Attribute, Entries, Entry, Enum, Flags, Generic, Record, TypeAlias, Union, Variant
from ..syntax.tokens import KEYWORDS, is_label
from ..syntax.tree import Leaf, Node, Skipped
from .attributes import refuse
from .names import canonical, check_unique
from .type_forms import check_type

MAX_FLAGS = 32
MAX_ENTRIES = 10_000

Definition = Record | Variant | Enum | Flags
_WORDS = {
    "record": ("field", "fields"),
    "variant": ("case", "cases"),
    "enum": ("case", "cases"),
    "flags": ("flag", "flags"),
}
_ARTICLES = {"record": "a record", "variant": "a variant", "enum": "an enum", "flags": "flags"}


def check_alias(alias: TypeAlias, out: list[SyntaxFinding]) -> None:
    """Checks `type a = b;`."""
    for child in alias.children:
        if isinstance(child, Generic):
            check_type(child, out, is_alias=True)


def check_definition(definition: Definition, text: str, out: list[SyntaxFinding]) -> None:
    """Checks a type with entries."""
    keyword = definition.children[0]
    assert isinstance(keyword, Leaf)
    if keyword.value == "bitflags":
        out.append(
            SyntaxFinding(
                "old-bitflags", keyword.start, keyword.end, "`bitflags` is called `flags` today",
                (("Change to `flags`", keyword.start, keyword.end, "flags", True),),
            )
        )  # fmt: skip
    body = definition.children[-1]
    if not isinstance(body, Entries):
        return
    names: list[Leaf] = []
    broken = False
    count = 0
    for child in body.children:
        if isinstance(child, Entry):
            count += 1
            name = _check_entry(child, definition, text, out)
            if name is not None:
                names.append(name)
                if count == MAX_FLAGS + 1 and isinstance(definition, Flags):
                    out.append(_too_many_flags(name))
        elif isinstance(child, Skipped) or (isinstance(child, Leaf) and not child.value):
            broken = True
    kind = definition.rule
    if count == 0:
        name = definition.name
        if not broken and name is not None:
            one = _WORDS[kind][0]
            message = f"{_ARTICLES[kind]} {'need' if kind == 'flags' else 'needs'} at least one {one}"
            out.append(SyntaxFinding("empty-type", name.start, name.end, message))
        return
    check_unique(names, "duplicate-entry", _WORDS[kind][0], out)
    if count > MAX_ENTRIES and not isinstance(definition, Flags):
        at = definition.name or keyword
        message = f"{_ARTICLES[kind]} of more than {MAX_ENTRIES:,} {_WORDS[kind][1]} cannot be encoded as a component"
        out.append(SyntaxFinding("too-many-entries", at.start, at.end, message))


def _check_entry(entry: Entry, definition: Definition, text: str, out: list[SyntaxFinding]) -> Leaf | None:
    """Checks a field, case or flag; returns its name."""
    children = entry.children
    first = children[0]
    if isinstance(first, Attribute):
        refuse(entry.attributes, _WORDS[definition.rule][1], text, out)
        children = [child for child in children if not isinstance(child, Attribute)]
        if not children:
            return None
        first = children[0]
    if not isinstance(first, Leaf) or not first.value:
        return None
    if len(children) == 1:
        if isinstance(definition, Record):
            out.append(
                SyntaxFinding(
                    "entry-form", first.start, first.end,
                    f"field `{first.name}` has no type: `{first.value}: u32`, or another type than `u32`",
                )
            )  # fmt: skip
        return first
    opening = children[1]
    type_node = children[2] if len(children) > 2 else None
    if isinstance(type_node, Generic):
        check_type(type_node, out)
    if any(isinstance(child, Skipped) or (isinstance(child, Leaf) and not child.value) for child in children):
        return first
    if not isinstance(opening, Leaf) or type_node is None:
        return first
    with_colon = opening.kind == ":"
    if isinstance(definition, Record):
        if not with_colon:
            fix = _rewrite(entry, first, f": {text[type_node.start : type_node.end]}")
            out.append(
                SyntaxFinding("entry-form", opening.start, entry.end, "the type of a field stands after `:`", (fix,))
            )
    elif isinstance(definition, Variant):
        if with_colon:
            fix = _rewrite(entry, first, f"({text[type_node.start : type_node.end]})")
            out.append(
                SyntaxFinding(
                    "entry-form", opening.start, entry.end, "the type of a case stands in parentheses", (fix,)
                )
            )
    else:
        _payload(entry, first, opening, definition, out)
    return first


def _payload(entry: Entry, name: Leaf, opening: Leaf, definition: Enum | Flags, out: list[SyntaxFinding]) -> None:
    fixes: tuple[Replacement, ...] = (("Remove the type", name.end, entry.end, "", False),)
    if isinstance(definition, Enum):
        keyword = definition.children[0]
        if opening.kind == "(":
            fixes = (("Make it a `variant`", keyword.start, keyword.end, "variant", False), *fixes)
        message = "the cases of an enum have no types: a `variant` has cases with types"
    else:
        message = "flags have no types: each is set or not set"
    out.append(SyntaxFinding("entry-form", opening.start, entry.end, message, fixes))


def _rewrite(entry: Entry, name: Leaf, rest: str) -> Replacement:
    return f"Change to `{name.value}{rest}`", name.end, entry.end, rest, True


def _too_many_flags(name: Leaf) -> SyntaxFinding:
    return SyntaxFinding(
        "too-many-flags", name.start, name.end,
        f"this is flag number {MAX_FLAGS + 1}: {MAX_FLAGS} are the most; divide them, or use a record of two",
    )  # fmt: skip


# union


def check_union(union: Union, text: str, out: list[SyntaxFinding]) -> None:
    """Explains the old `union`, and offers the variant that it stands for."""
    keyword = union.children[0]
    types = union.types
    for node in types:
        if isinstance(node, Generic):
            check_type(node, out)
    fixes: tuple[Replacement, ...] = ()
    whole = not any(
        isinstance(child, Skipped) or (isinstance(child, Leaf) and child.is_missing) for child in union.children
    )
    if types and whole:
        end = types[-1].end
        fixes = (("Change to a `variant`", keyword.start, end, _as_variant(keyword, types, text), False),)
    out.append(
        SyntaxFinding(
            "old-union", keyword.start, keyword.end,
            "`union` is no longer WIT: write a `variant`, with a name for each case", fixes,
        )
    )  # fmt: skip


def _as_variant(keyword: Node | Leaf, types: list[Leaf | Node], text: str) -> str:
    """Returns the union's text up to its last type, as a variant: each case is named after its type."""
    parts = ["variant"]
    position = keyword.end
    taken: set[str] = set()
    for node in types:
        parts.append(text[position : node.start])
        written = text[node.start : node.end]
        parts.append(f"{_case_name(written, taken)}({written})")
        position = node.end
    return "".join(parts)


def _case_name(written: str, taken: set[str]) -> str:
    words = "".join(character if character.isalnum() or character == "-" else " " for character in written).split()
    base = "-".join(words)
    if not is_label(base):
        base = "case"
    name = base
    number = 2
    while canonical(name) in taken:
        name = f"{base}-{number}"
        number += 1
    taken.add(canonical(name))
    return f"%{name}" if name in KEYWORDS else name
