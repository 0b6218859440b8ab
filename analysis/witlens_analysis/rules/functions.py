"""Rules about functions, getters and setters, parameters, results and the members of resources."""

from __future__ import annotations

import re

from ..syntax.errors import Replacement, SyntaxFinding
from ..syntax.nodes import (
    Attribute,
    Callable,
    Constructor,
    Generic,
    Method,
    NamedResults,
    Param,
    Params,
    Resource,
    ResourceMember,
    ResultType,
)
from ..syntax.tree import Leaf, Node, Skipped
from .attributes import check_attributes, refuse
from .names import TOO_ALIKE, canonical, clash
from .type_forms import check_type

MAX_PARAMETERS = 1000


def check_callable(node: Callable, text: str, out: list[SyntaxFinding], in_resource: bool = False) -> None:
    """Checks what follows the name of a function, getter or setter. Methods of resources have an implicit `self`."""
    modifiers: list[Leaf] = []
    keyword: Leaf | None = None
    params: Params | None = None
    result: ResultType | None = None
    for child in node.children:
        if isinstance(child, Leaf):
            kind = child.kind
            if not child.value:
                continue
            if kind == "async" or kind == "static":
                modifiers.append(child)
            elif keyword is None:
                keyword = child
        elif isinstance(child, Params):
            params = child
        elif isinstance(child, ResultType):
            result = child
    if modifiers:
        _check_modifiers(modifiers, keyword, in_resource, text, out)
    is_getter = keyword is not None and keyword.kind == "get"
    if params is not None:
        has_self = in_resource and not any(leaf.kind == "static" for leaf in modifiers)
        names = check_params(params, text, out, has_self and not is_getter)
        if keyword is not None and keyword.kind != "func":
            _check_accessor(keyword, params, len(names), result, text, out)
    if result is not None:
        _check_result(result, text, out)


# Words before `func`


def _check_modifiers(
    modifiers: list[Leaf], keyword: Leaf | None, in_resource: bool, text: str, out: list[SyntaxFinding]
) -> None:
    seen: dict[str, Leaf] = {}
    for leaf in modifiers:
        if leaf.kind in seen:
            out.append(
                SyntaxFinding(
                    "modifier-order", leaf.start, leaf.end, f"`{leaf.kind}` stands here twice", (_without(leaf, text),)
                )
            )
            return
        seen[leaf.kind] = leaf
    static, asynchronous = seen.get("static"), seen.get("async")
    if static is not None and not in_resource:
        out.append(
            SyntaxFinding(
                "static-outside-resource", static.start, static.end, "only functions of a resource may be `static`",
                (_without(static, text),),
            )
        )  # fmt: skip
    elif static is not None and asynchronous is not None and static.start > asynchronous.start:
        out.append(
            SyntaxFinding(
                "modifier-order", static.start, static.end, "`static` stands before `async`",
                (("Change to `static async`", asynchronous.start, static.end, "static async", True),),
            )
        )  # fmt: skip
    if asynchronous is not None and keyword is not None and keyword.kind != "func":
        out.append(
            SyntaxFinding(
                "async-accessor", asynchronous.start, asynchronous.end,
                f"a {keyword.kind}ter cannot be `async`: use a function instead", (_without(asynchronous, text),),
            )
        )  # fmt: skip


def _without(leaf: Leaf, text: str) -> Replacement:
    end = leaf.end
    while text[end : end + 1] in (" ", "\t"):
        end += 1
    return f"Remove `{leaf.value}`", leaf.start, end, "", True


# Parameters


def check_params(params: Params, text: str, out: list[SyntaxFinding], has_self: bool = False) -> list[Param]:
    """Checks a parameter list and returns its entries."""
    found: list[Param] = []
    keys: dict[str, Leaf | None] = {"self": None} if has_self else {}
    unnamed: list[tuple[Param, int]] = []
    for param in params.children:
        if not isinstance(param, Param):
            continue
        found.append(param)
        children = param.children
        if isinstance(children[0], Attribute):
            refuse(param.attributes, "parameters", text, out)
            children = [child for child in children if not isinstance(child, Attribute)]
        if len(children) < 2:
            unnamed.append((param, len(found) - 1))
            continue
        name, type_node = children[0], children[-1]
        if isinstance(type_node, Generic):
            check_type(type_node, out)
        if not isinstance(name, Leaf) or name.kind != "ID" or not name.value:
            continue
        key = name.value.lower().replace("-", "")
        if key[0] == "%":
            key = key[1:]
        if key in keys:
            _same_parameter(name, keys[key], out)
        else:
            keys[key] = name
    for param, index in unnamed:
        _unnamed(param, index, keys, text, out)
    if len(found) + has_self > MAX_PARAMETERS:
        at = found[MAX_PARAMETERS - has_self]
        message = f"a function with more than {MAX_PARAMETERS:,} parameters cannot be encoded as a component"
        out.append(SyntaxFinding("too-many-parameters", at.start, at.end, message))
    return found


def _same_parameter(name: Leaf, first: Leaf | None, out: list[SyntaxFinding]) -> None:
    if first is not None:
        out.append(clash("duplicate-parameter", "parameter", name, first))
        return
    message = f"parameter `{name.name}` conflicts with the `self` that every method has: give it another name"
    out.append(SyntaxFinding("duplicate-parameter", name.start, name.end, message))


def _unnamed(param: Param, index: int, keys: dict[str, Leaf | None], text: str, out: list[SyntaxFinding]) -> None:
    """A parameter that has only a type (or only a name)."""
    node = next((child for child in param.children if not isinstance(child, (Attribute, Skipped))), None)
    if node is None or (isinstance(node, Leaf) and not node.value):
        return
    if isinstance(node, Generic):
        check_type(node, out)
    while f"p{index}" in keys:
        index += 1
    keys[f"p{index}"] = None
    written = text[node.start : node.end]
    is_name = isinstance(node, Leaf) and node.kind == "ID"
    if written == "self":
        message = "a method is given its resource without being told to: leave out `self`"
        comma = re.compile(r"\s*,\s*").match(text, node.end)
        end = comma.end() if comma is not None else node.end
        out.append(
            SyntaxFinding(
                "unnamed-parameter", node.start, node.end, message, (("Remove it", node.start, end, "", True),)
            )
        )
        return
    example = f"`{written}: u32` or `p{index}: {written}`" if is_name else f"`p{index}: {written}`"
    out.append(
        SyntaxFinding(
            "unnamed-parameter", node.start, node.end, f"a parameter is a name and a type: {example}",
            ((f"Name it `p{index}`", node.start, node.start, f"p{index}: ", not is_name),),
        )
    )  # fmt: skip


# Results


def _check_result(result: ResultType, text: str, out: list[SyntaxFinding]) -> None:
    for child in result.children:
        if isinstance(child, Generic):
            check_type(child, out)
        elif isinstance(child, NamedResults):
            _old_results(result, child, text, out)


def _old_results(result: ResultType, named: NamedResults, text: str, out: list[SyntaxFinding]) -> None:
    params = named.params
    types = [param.type_node for param in params]
    broken = any(node is None or not node.end > node.start for node in types) or any(
        isinstance(child, Skipped) or (isinstance(child, Leaf) and child.is_missing) for child in named.children
    )
    for node in types:
        if isinstance(node, Generic):
            check_type(node, out)
    fixes: tuple[Replacement, ...] = ()
    if not params:
        if not broken:
            start = _end_before(result, text)
            fixes = (("Remove the result", start, result.end, "", True),)
        out.append(
            SyntaxFinding("old-results", named.start, named.end, "a function that returns nothing has no `->`", fixes)
        )
        return
    written = [text[node.start : node.end] for node in types if node is not None]
    new = written[0] if len(written) == 1 else f"tuple<{', '.join(written)}>" if written else ""
    if not broken:
        fixes = ((f"Change to `{new}`", named.start, named.end, new, len(params) == 1),)
    if len(params) == 1:
        message = "a result has no name and no parentheses, only a type"
    else:
        message = "a function has one result without a name: return a tuple or a record"
    if new:
        message += f": `-> {new}`"
    out.append(SyntaxFinding("old-results", named.start, named.end, message, fixes))


def _end_before(result: ResultType, text: str) -> int:
    """Where the text before `->` ends, white space left out."""
    return len(text[: result.start].rstrip())


# Getters and setters


def _check_accessor(
    keyword: Leaf, params: Params, count: int, result: ResultType | None, text: str, out: list[SyntaxFinding]
) -> None:
    closed = not any(
        isinstance(child, Skipped) or (isinstance(child, Leaf) and child.is_missing) for child in params.children
    )
    if keyword.kind == "get":
        if count:
            first = params.params[0]
            fix = ("Remove the parameters", first.start, params.params[-1].end, "", False)
            out.append(
                SyntaxFinding(
                    "getter-parameters", first.start, params.params[-1].end, "a getter has no parameters", (fix,)
                )
            )
        elif result is None:
            out.append(
                SyntaxFinding("getter-result", keyword.start, keyword.end, "a getter returns a value: `get() -> u32`")
            )
        return
    if count == 0 and closed:
        out.append(
            SyntaxFinding(
                "setter-parameters", keyword.start, keyword.end, "a setter has one parameter, the value: `set(v: u32)`"
            )
        )
    elif count > 1:
        second = params.params[1]
        out.append(
            SyntaxFinding(
                "setter-parameters",
                second.start,
                params.params[-1].end,
                "a setter has exactly one parameter, the value",
            )
        )
    if result is not None:
        node = result.type_node
        if node is not None and not _is_setter_result(node):
            out.append(
                SyntaxFinding(
                    "setter-result", node.start, node.end,
                    "a setter returns nothing, or a `result` without an ok type: `result` or `result<_, string>`",
                )
            )  # fmt: skip


def _is_setter_result(node: Node | Leaf) -> bool:
    """Whether a setter may return this; what a name stands for is not known here, so names pass."""
    if isinstance(node, Leaf):
        return node.kind == "ID"
    if not isinstance(node, Generic) or node.keyword.kind not in ("result", "expected"):
        return False
    items = node.items
    return not items or (isinstance(items[0], Leaf) and items[0].kind in ("_", "INTEGER"))


# Resources


def check_resource(resource: Resource, text: str, out: list[SyntaxFinding]) -> None:
    """Checks the members of a resource: each on its own, and their names among each other."""
    constructor: Leaf | None = None
    methods: list[tuple[Leaf, str, bool]] = []
    previous: Node | Leaf = resource.children[-1]
    for child in resource.children:
        if isinstance(child, ResourceMember):
            core = child.core
            attributes = child.children
            if len(attributes) > 1:
                check_attributes(child.attributes, core, text, out)
            if isinstance(core, Method):
                method = _check_method(core, text, out)
                if method is not None:
                    methods.append(method)
            elif isinstance(core, Constructor):
                constructor = _check_constructor(core, constructor, text, out)
            elif isinstance(core, Leaf) and core.kind == ";" and core.value:
                check_semicolon(core, previous, out)
        previous = child
    name = resource.name
    if methods:
        _check_member_names(methods, name, out)


def check_semicolon(leaf: Leaf, previous: Node | Leaf, out: list[SyntaxFinding]) -> None:
    """Reports a `;` that ends nothing, after the member `previous`."""
    last = previous
    while isinstance(last, Node):
        last = last.children[-1]
    message = "no `;` after `}`" if last.kind == "}" and last.value else "unexpected `;`"
    fix = ("Remove the `;`", leaf.start, leaf.end, "", True)
    out.append(SyntaxFinding("stray-semicolon", leaf.start, leaf.end, f"{message}: remove it", (fix,)))


def _check_constructor(core: Constructor, first: Leaf | None, text: str, out: list[SyntaxFinding]) -> Leaf | None:
    keyword = core.keyword
    if keyword is None:
        return first
    for child in core.children:
        if isinstance(child, Leaf):
            if child.kind == "async" and child.value:
                out.append(
                    SyntaxFinding(
                        "async-constructor", child.start, child.end,
                        "a constructor cannot be `async`: a `static async` function that returns the resource can",
                        (_without(child, text),),
                    )
                )  # fmt: skip
        elif isinstance(child, Params):
            check_params(child, text, out)
        elif isinstance(child, ResultType):
            _check_result(child, text, out)
    if first is None:
        return keyword
    out.append(
        SyntaxFinding(
            "duplicate-member", keyword.start, keyword.end,
            "a resource has one constructor at most: make this one a `static` function",
            (), ((first.start, first.end, "the first constructor"),),
        )
    )  # fmt: skip
    return first


def _check_method(core: Method, text: str, out: list[SyntaxFinding]) -> tuple[Leaf, str, bool] | None:
    """Checks a method; returns its name, `func`, `get` or `set`, and whether it is static."""
    name: Leaf | None = None
    old_static: Leaf | None = None
    node: Callable | None = None
    for child in core.children:
        if isinstance(child, Leaf):
            if child.kind == "ID" and child.value:
                name = child
            elif child.kind == "static" and child.value:
                old_static = child
        elif isinstance(child, Callable):
            node = child
    if node is None:
        return None
    is_static = old_static is not None
    if not is_static:
        for child in node.children:
            if isinstance(child, Leaf) and child.kind == "static" and child.value:
                is_static = True
                break
    if old_static is not None and name is not None:
        _static_first(old_static, node, text, out)
    check_callable(node, text, out, in_resource=True) if old_static is None else _check_old_static(node, text, out)
    keyword = node.keyword
    if name is None or keyword is None:
        return None
    return name, keyword.kind, is_static


def _check_old_static(node: Callable, text: str, out: list[SyntaxFinding]) -> None:
    """Checks the rest of `static name: func(..)`: as of a static function, with no more about `static`."""
    found: list[SyntaxFinding] = []
    check_callable(node, text, found, in_resource=False)
    out.extend(finding for finding in found if finding.code != "static-outside-resource")


def _static_first(static: Leaf, node: Callable, text: str, out: list[SyntaxFinding]) -> None:
    first = node.children[0]
    between = text[static.end : node.start].lstrip()
    new = between if isinstance(first, Leaf) and first.kind == "static" else f"{between}static "
    out.append(
        SyntaxFinding(
            "modifier-order", static.start, static.end, "`static` stands after the name: `name: static func()`",
            (("Move `static` behind the name", static.start, node.start, new, True),),
        )
    )  # fmt: skip


_SHOWN = {"func": "method", "get": "getter", "set": "setter"}


def _shown(kind: str, is_static: bool) -> str:
    if kind == "func":
        return "static function" if is_static else "method"
    return f"static {_SHOWN[kind]}" if is_static else _SHOWN[kind]


def _check_member_names(methods: list[tuple[Leaf, str, bool]], resource: Leaf | None, out: list[SyntaxFinding]) -> None:
    """Finds members that share a name, or that have the name of the resource, and setters without a getter.

    A getter and a setter do not clash with each other, both clash with a function.
    """
    taken: dict[str, list[tuple[Leaf, str, bool]]] = {}
    own = canonical(resource.name) if resource is not None else None
    getters = {(name.name, is_static) for name, kind, is_static in methods if kind == "get"}
    for method in methods:
        name, kind, is_static = method
        key = canonical(name.name)
        clashes = False
        if key == own and resource is not None:
            clashes = True
            _like_resource(method, resource, out)
        earlier = taken.setdefault(key, [])
        for other in earlier:
            if other[1] == kind or "func" in (other[1], kind):
                clashes = True
                _same_member(method, other, out)
                break
        earlier.append(method)
        if kind == "set" and not clashes and (name.name, is_static) not in getters:
            out.append(_without_getter(name, is_static, methods))


def _like_resource(method: tuple[Leaf, str, bool], resource: Leaf, out: list[SyntaxFinding]) -> None:
    name, kind, is_static = method
    what = _shown(kind, is_static)
    reason = (
        "has the name of its resource"
        if name.name == resource.name
        else f"is too much like its resource `{resource.name}`"
    )
    out.append(
        SyntaxFinding(
            "duplicate-member", name.start, name.end, f"{what} `{name.name}` {reason}: give it another name", (),
            ((resource.start, resource.end, "the resource"),),
        )
    )  # fmt: skip


def _same_member(method: tuple[Leaf, str, bool], other: tuple[Leaf, str, bool], out: list[SyntaxFinding]) -> None:
    name, kind, is_static = method
    first, first_kind, first_static = other
    what, that = _shown(kind, is_static), _shown(first_kind, first_static)
    if name.name != first.name:
        message = f"{what} `{name.name}` conflicts with {that} `{first.name}`: {TOO_ALIKE}"
    elif what == that:
        message = f"{what} `{name.name}` is defined more than once in this resource"
    else:
        message = f"{what} `{name.name}` conflicts with {that} `{first.name}` of this resource"
    related = ((first.start, first.end, f"`{first.name}` is defined here"),)
    out.append(SyntaxFinding("duplicate-member", name.start, name.end, message, (), related))


def _without_getter(name: Leaf, is_static: bool, methods: list[tuple[Leaf, str, bool]]) -> SyntaxFinding:
    """Words a setter that has no getter, with the one that was probably meant."""
    key = canonical(name.name)
    getter = next((other for other in methods if other[1] == "get" and canonical(other[0].name) == key), None)
    related: tuple[tuple[int, int, str], ...] = ()
    if getter is None:
        hint = f"a {_shown('get', is_static)} `{name.name}` must stand beside it"
    else:
        related = ((getter[0].start, getter[0].end, "the getter"),)
        if getter[0].name != name.name:
            hint = f"that of `{getter[0].name}` has another name"
        else:
            hint = "one of the two is `static`, the other is not"
    message = f"setter `{name.name}` has no getter: {hint}"
    return SyntaxFinding("setter-without-getter", name.start, name.end, message, (), related)
