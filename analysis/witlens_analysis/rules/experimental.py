"""Rule `experimental-feature`: what WIT has, and validators refuse unless a feature is switched on (section 2.12)."""

from __future__ import annotations

from ..syntax.errors import SyntaxFinding
from ..syntax.nodes import Callable
from ..syntax.tree import Leaf, Node

# What it is, and the feature of `wasm-tools validate`.
_ACCESSOR = ("an accessor", "cm-accessors")
_LIST = ("a list of fixed length", "cm-fixed-length-lists")
_CONTEXT = ("`error-context`", "cm-error-context")


def may_be_experimental(signature: str) -> bool:
    """Tells at a glance whether an element of this signature is worth a look."""
    return "error-context" in signature or "\0get\0(" in signature or "\0set\0(" in signature


def check_experimental(core: Node, out: list[SyntaxFinding]) -> None:
    """Points at each accessor and each `error-context`."""
    for child in core.children:
        if isinstance(child, Node):
            check_experimental(child, out)
        elif child.kind == "error-context":
            out.append(_finding(child, _CONTEXT))
        elif child.kind in ("get", "set") and isinstance(core, Callable):
            out.append(_finding(child, _ACCESSOR))


def fixed_length(length: Leaf) -> SyntaxFinding:
    """Returns the finding about the length of a list."""
    return _finding(length, _LIST)


def _finding(leaf: Leaf, feature: tuple[str, str]) -> SyntaxFinding:
    what, flag = feature
    message = f"{what} is experimental: tools refuse a component that has one unless `{flag}` is switched on"
    return SyntaxFinding("experimental-feature", leaf.start, leaf.end, message)
