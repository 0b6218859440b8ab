"""Completion after `@` and inside of attributes: gates with the versions and features that are in use."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from ...outline import ItemKey
from ...queries import Database
from ...semantics.cycles import all_items
from ...semantics.gates import features
from ...semantics.types import item_of
from ...syntax.nodes import Attribute
from ...syntax.partial import Slot
from ...syntax.tree import Leaf
from ..builtins import ATTRIBUTES
from .cursor import Cursor
from .item import Completion, named, snippet
from .scopes import own_package

# Good enough for a list of proposals, and much quicker than the tree.
_GATE_VERSION = re.compile(r"\(\s*version\s*=\s*(\d[\w.+-]*)\s*\)")
_GATE_FEATURE = re.compile(r"\(\s*feature\s*=\s*%?([A-Za-z][\w-]*)\s*\)")
_NOT_TOGETHER = {"since": "unstable", "unstable": "since"}


def attribute_names(cursor: Cursor) -> Iterator[Completion]:
    """Yields the attributes that may stand here, with their arguments."""
    if any(rule in ("entry", "param") for rule in cursor.partial.rules):
        return  # the grammar reads them there only to say that they are not allowed
    present = _present(cursor)
    version = own_package(cursor).id.partition("@")[2]
    has_arguments = cursor.after.startswith("(")
    shown = {
        "since": f"since(version = ${{1:{version or '0.1.0'}}})",
        "unstable": "unstable(feature = ${1:name})",
        "deprecated": f"deprecated(version = ${{1:{version or '0.1.0'}}})",
        "external-id": 'external-id("$1")',
    }
    for number, (name, text) in enumerate(shown.items()):
        if name in present or _NOT_TOGETHER.get(name) in present:
            continue
        inserted = name if has_arguments else text
        yield snippet(cursor, name, inserted, f"{number}", "", ATTRIBUTES[name].text, "keyword")
        if name == "unstable" and not has_arguments:
            for feature in _features(cursor):
                label = f"unstable(feature = {feature})"
                yield snippet(cursor, label, label, f"{number}", "", ATTRIBUTES[name].text, "feature")


def attribute_arguments(cursor: Cursor, slot: Slot) -> Iterator[Completion]:
    """Yields `version = ` or `feature = `, and what may stand behind."""
    name = _name(cursor)
    if not slot.before:
        key = {"since": "version", "deprecated": "version", "unstable": "feature"}.get(name)
        if key is not None:
            yield snippet(cursor, key, f"{key} = " if "=" not in cursor.after else key, "1", kind="keyword")
        return
    if name == "unstable":
        for feature in _features(cursor):
            yield named(cursor, feature, "feature", "", "1", text=feature, commits=")")
    elif name in ("since", "deprecated"):
        yield from version_arguments(cursor)


def version_arguments(cursor: Cursor) -> Iterator[Completion]:
    """Yields the package's version, and those that gates of the file name."""
    own = own_package(cursor).id.partition("@")[2]
    at = cursor.span
    others = cursor.text[: at.start] + cursor.text[at.end :]
    versions = dict.fromkeys([*([own] if own else []), *_GATE_VERSION.findall(others)])
    for version in versions:
        detail = "version of the package" if version == own else ""
        rank = "1" if version == own else "2"
        yield named(cursor, version, "version", detail, rank, text=version, commits=")")


def _name(cursor: Cursor) -> str:
    children = cursor.partial.within("attribute") or []
    return next((child.name for child in children if isinstance(child, Leaf) and child.kind == "ID"), "")


def _present(cursor: Cursor) -> set[str]:
    """Returns the attributes that stand before the one at the cursor."""
    for children in reversed(cursor.partial.children):
        found = {child.name.name for child in children if isinstance(child, Attribute) and child.name is not None}
        if found:
            return found
    return set()


def _features(cursor: Cursor) -> list[str]:
    """Returns the features that are switched on or in use, the one at the cursor only if it is used elsewhere too."""
    database = cursor.symbols.database
    found = Counter(sorted(features(database).names))
    for key in database.get(all_items, cursor.symbols.root):
        found.update(database.get(item_features, key))
    typed = cursor.text[cursor.span.start : cursor.span.end]
    return [name for name, count in found.items() if name != typed or count > 1]


def item_features(db: Database, key: ItemKey) -> tuple[str, ...]:
    """Query: returns the features that gates in an item name, as often as they do."""
    item = item_of(db, key)
    elements = item.elements() if item is not None else []
    found = (name for element in elements if "feature" in element.text for name in _GATE_FEATURE.findall(element.text))
    return tuple(found)
