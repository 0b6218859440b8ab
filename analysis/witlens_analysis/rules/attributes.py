"""Rules about attributes: which there are, what they take, how they go together, and where they may stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..syntax.errors import Replacement, SyntaxFinding
from ..syntax.nodes import Attribute, AttributeArgument, Include, InterfaceHead, PackageHead, Use, Version, WorldHead
from ..syntax.tokens import is_label
from ..syntax.tree import Leaf, Node, Skipped
from .versions import check_version, is_plain_version, version_problem

_EXAMPLES = {
    "since": "@since(version = 1.0.0)",
    "unstable": "@unstable(feature = name)",
    "deprecated": "@deprecated(version = 1.0.0)",
    "external-id": '@external-id("name")',
}
_KEYS = {"since": "version", "unstable": "feature", "deprecated": "version"}
# What people write for them, from other languages and earlier proposals.
_OTHER_NAMES = {
    "stable": "since", "experimental": "unstable", "feature": "unstable", "deprecate": "deprecated",
    "obsolete": "deprecated", "external": "external-id", "externalid": "external-id", "id": "external-id",
}  # fmt: skip


def check_attributes(attributes: Sequence[Attribute], core: object, text: str, out: list[SyntaxFinding]) -> None:
    """Checks the attributes before a member or item; `core` is what follows them."""
    if isinstance(core, PackageHead) or (isinstance(core, Use) and core.names is None and core.old_segment is None):
        _refuse_before(attributes, core, out)
        return
    before = len(out)
    by_name: dict[str, Leaf] = {}
    for attribute in attributes:
        name = attribute.name
        if name is None:
            continue
        word = name.name
        if word not in _EXAMPLES:
            _unknown(name, out)
            continue
        if not _is_plain_since(text[attribute.start : attribute.end]):
            _check_argument(attribute, name, text, out)
        if word == "external-id" and isinstance(core, (InterfaceHead, WorldHead, Include)):
            _without_effect(attribute, core, text, out)
        elif word in by_name:
            _twice(attribute, name, by_name[word], text, out)
        else:
            by_name[word] = name
    if len(by_name) > 1 and "since" in by_name and "unstable" in by_name:
        since, unstable = by_name["since"], by_name["unstable"]
        out.append(
            SyntaxFinding(
                "conflicting-gates", since.start, since.end,
                "`@since` and `@unstable` exclude each other: stable items have a version, unstable ones a feature",
                (), ((unstable.start, unstable.end, "`@unstable` stands here"),),
            )
        )  # fmt: skip
    name = by_name.get("deprecated")
    if name is not None and "since" not in by_name and "unstable" not in by_name and len(out) == before:
        out.append(
            SyntaxFinding(
                "deprecated-without-gate", name.start, name.end,
                "`@deprecated` needs `@since` or `@unstable` beside it, to say since when the item was there",
            )
        )  # fmt: skip


def _is_plain_since(code: str) -> bool:
    """Tells whether this is the usual `@since(version = 0.2.0)`, of which a package may have hundreds."""
    return code.startswith("@since(version = ") and code.endswith(")") and is_plain_version(code[17:-1])


def refuse(attributes: Iterable[Attribute], where: str, text: str, out: list[SyntaxFinding]) -> None:
    """Reports attributes on something that takes none, such as `parameters`."""
    for attribute in attributes:
        out.append(
            SyntaxFinding(
                "misplaced-attribute", attribute.start, attribute.end,
                f"{where} take no attributes: put it on the type or function as a whole",
                (_removal(attribute, text),),
            )
        )  # fmt: skip


def _refuse_before(attributes: Sequence[Attribute], core: PackageHead | Use, out: list[SyntaxFinding]) -> None:
    """Attributes before `package` and top-level `use`: said at that keyword, as the reference does."""
    keyword = core.children[0]
    if isinstance(core, Use):
        what = "a `use` at the top of a file takes no attributes"
    else:
        what = f"a {'nested package' if core.is_nested else '`package` line'} takes no attributes"
    start, end = attributes[0].start, attributes[-1].end
    out.append(
        SyntaxFinding(
            "misplaced-attribute", keyword.start, keyword.end, f"{what}: remove what stands before it",
            (("Remove the attributes", start, keyword.start, "", False),),
            ((start, end, "the attributes"),),
        )
    )  # fmt: skip


def _removal(attribute: Attribute, text: str) -> Replacement:
    end = attribute.end
    while text[end : end + 1] in (" ", "\t"):
        end += 1
    return "Remove the attribute", attribute.start, end, "", False


def _unknown(name: Leaf, out: list[SyntaxFinding]) -> None:
    word = name.name
    meant = _OTHER_NAMES.get(word) or _close(word)
    hint = f"; did you mean `@{meant}`?" if meant else ": there are `since`, `unstable`, `deprecated` and `external-id`"
    fixes: tuple[Replacement, ...] = ()
    if meant:
        fixes = ((f"Change to `@{meant}`", name.start, name.end, meant, False),)
    out.append(SyntaxFinding("unknown-attribute", name.start, name.end, f"unknown attribute `@{word}`{hint}", fixes))


def _close(word: str) -> str | None:
    from difflib import get_close_matches

    found = get_close_matches(word.lower().replace("_", "-"), _EXAMPLES, 1, 0.6)
    return found[0] if found else None


def _twice(attribute: Attribute, name: Leaf, first: Leaf, text: str, out: list[SyntaxFinding]) -> None:
    out.append(
        SyntaxFinding(
            "duplicate-attribute", name.start, name.end, f"`@{name.name}` stands here twice",
            (_removal(attribute, text),), ((first.start, first.end, "the first one"),),
        )
    )  # fmt: skip


def _without_effect(attribute: Attribute, core: Node, text: str, out: list[SyntaxFinding]) -> None:
    what = {"interface_head": "an interface", "world_head": "a world"}.get(core.rule, "an `include`")
    out.append(
        SyntaxFinding(
            "attribute-without-effect", attribute.start, attribute.end,
            f"`@external-id` has no effect on {what}: put it on a type, function, import or export",
            (_removal(attribute, text),),
        )
    )  # fmt: skip


def _check_argument(attribute: Attribute, name: Leaf, text: str, out: list[SyntaxFinding]) -> None:
    """Checks what stands between the parentheses: exactly one argument, of the right form."""
    children = attribute.children
    word = name.name
    example = _EXAMPLES[word]
    arguments: list[AttributeArgument] = []
    trailing: Leaf | None = None
    opening = False
    for child in children:
        if isinstance(child, AttributeArgument):
            arguments.append(child)
            trailing = None
            if any(
                isinstance(part, Skipped) or (isinstance(part, Leaf) and part.is_missing) for part in child.children
            ):
                return
        elif isinstance(child, Skipped) or (isinstance(child, Leaf) and child.is_missing):
            return
        elif isinstance(child, Leaf) and child.kind == "(":
            opening = True
        elif isinstance(child, Leaf) and child.kind == ",":
            trailing = child
    if not arguments:
        fixes: tuple[Replacement, ...] = ()
        if not opening and word in ("since", "deprecated"):
            fixes = ((f"Change to `{example}`", attribute.start, attribute.end, example, False),)
        out.append(_argument(name.start, attribute.end, f"`@{word}` needs an argument: `{example}`", fixes))
        return
    _check_form(word, arguments[0], example, out)
    if len(arguments) > 1:
        start, end = arguments[0].end, arguments[-1].end
        hint = f"`@{word}` takes one argument: `{example}`"
        if word == "since" and arguments[1].key is not None and arguments[1].key.name == "feature":
            hint = "`@since` has only a version today: an item that has one is no longer behind a feature"
        out.append(_argument(start, end, hint, (("Remove what is too much", start, end, "", True),)))
    elif trailing is not None:
        fix = ("Remove the `,`", trailing.start, trailing.end, "", True)
        out.append(_argument(trailing.start, trailing.end, f"no `,` after the argument: `{example}`", (fix,)))


def _check_form(word: str, argument: AttributeArgument, example: str, out: list[SyntaxFinding]) -> None:
    """Checks one argument: `version = 1.0.0`, `feature = name` or a string."""
    wanted = _KEYS.get(word)
    key = argument.key
    value = argument.children[-1]
    if key is not None and wanted is not None and key.name != wanted:
        other = {"feature": "unstable", "version": "since"}.get(key.name)
        hint = f"; with `{key.name}` it is `{_EXAMPLES[other]}`" if other else ""
        out.append(_argument(key.start, key.end, f"`@{word}` takes `{wanted}`: `{example}`{hint}"))
    elif wanted == "version" and key is not None and isinstance(value, Version):
        check_version(value, out)
    elif (wanted == "feature" and key is not None and isinstance(value, Leaf) and value.kind == "ID") or (
        wanted is None and key is None and argument.string is not None
    ):
        return
    else:
        start = value.start if key is not None and wanted is not None else argument.start
        what = {"version": "a version", "feature": "the name of a feature"}.get(wanted or "", "a string")
        message = f"expected {what}, as in `{example}`"
        out.append(_argument(start, argument.end, message, _rewritten(wanted, argument, value)))


def _rewritten(wanted: str | None, argument: AttributeArgument, value: Node | Leaf) -> tuple[Replacement, ...]:
    """Offers the right form of an argument whose value can be told."""
    leaf = value.value if isinstance(value, Version) else value
    if not isinstance(leaf, Leaf):
        return ()
    content = leaf.value.strip('"')
    if wanted is None:
        new = f'"{content}"'
    elif content == wanted or not (is_label(content) if wanted == "feature" else version_problem(content) is None):
        return ()
    else:
        new = f"{wanted} = {content}"
    return ((f"Change to `{new}`", argument.start, argument.end, new, True),)


def _argument(start: int, end: int, message: str, fixes: tuple[Replacement, ...] = ()) -> SyntaxFinding:
    return SyntaxFinding("attribute-argument", start, end, message, fixes)
