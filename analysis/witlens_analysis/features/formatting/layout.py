"""Where lines begin: goes through a file element by element and gives each token its place.

Members, the entries of types, and those of broken lists have a line each; everything else follows on the line. A list
is broken where it holds a comment that ends a line, and where the author began a line right behind what opens it:

* that is enough for parameters and the names of an `include`;
* the names of a `use` and type arguments must also be too wide for one line, and so must parameters that the author
  broke elsewhere.

Nothing else is broken, however long. Broken lists end with a comma (but for type arguments, most of which may not),
lists on one line do not.
"""

from __future__ import annotations

from ...syntax.nodes import (
    Arguments,
    Entries,
    Extern,
    ExternInterface,
    ExternPackage,
    Generic,
    IncludeNames,
    InlineInterface,
    InlineMember,
    PackageHead,
    Params,
    Resource,
    ResourceMember,
    UseNames,
    UsePath,
)
from ...syntax.structure import SourceFile
from ...syntax.tokens import END
from ...syntax.tree import Element, Leaf, Node
from .gaps import Break, GapWriter, Replacement
from .options import WIDTH, FormatOptions
from .refused import WHOLE, Place, places, refused
from .spaces import between

_LISTS = (Params, UseNames, IncludeNames, Arguments)


class Layout:
    """The edits that format a file.

    `left` are the parts (start, end) that were left as they are; `units` is where the members and elements begin, with
    what stands before them: the parts that can be formatted each by itself.
    """

    def __init__(self, source: SourceFile, options: FormatOptions) -> None:
        self.left: list[tuple[int, int]] = []
        self.units: list[int] = []
        self._writer = GapWriter(source.text, options)
        self._text = source.text
        self._indent = options.indent
        self._pending: Break | str | None = None
        self._unit: Node | Leaf | None = None
        self._left_members: frozenset[int] = frozenset()
        self._tuples: set[int] = set()
        base = 0
        for element, place in zip(source.elements, places(source), strict=True):
            self._writer.base = base
            self._element(element, place)
            base += element.length
        self.units.append(base)

    @property
    def edits(self) -> list[Replacement]:
        """The edits, in the order of the text."""
        return self._writer.edits

    # Elements and members

    def _element(self, element: Element, place: Place) -> None:
        writer = self._writer
        base = writer.base
        self.units.append(base)
        core = element.core
        self._left_members = WHOLE if place.is_left else refused(element, place.scope)
        if self._left_members is WHOLE:
            self.left.append((base + element.start, base + element.length))
            writer.leave(base, base + element.length, list(element.leaves())[-1].kind)
            return
        writer.depth = place.depth
        if isinstance(core, Leaf):
            if core.kind == END:
                writer.put_end(core)
            else:
                writer.put(core, Break(place.depth, place.depth + 1, not place.first, False))
            return
        self._member(element.children, Break(place.depth, place.depth, not place.first), core)

    def _member(self, children: list[Node | Leaf], line: Break, core: Node | Leaf) -> None:
        """Puts a declaration with its attributes, which stay on its line or on lines of their own."""
        self._pending = line
        self._unit = core
        for number, child in enumerate(children):
            if number:
                leaf = child if isinstance(child, Leaf) else next(child.leaves())
                self._pending = Break(line.depth, line.depth, False, False) if "\n" in leaf.prefix else " "
            if isinstance(child, Leaf):
                self._leaf(child)
            else:
                self._node(child)

    def _members(self, node: Node) -> None:
        """Puts what has members of its own in braces: a resource or an inline interface."""
        writer = self._writer
        depth = writer.depth
        has_members = False
        for number, child in enumerate(node.children):
            if isinstance(child, (ResourceMember, InlineMember)):
                line = Break(depth + 1, depth + 1, has_members)
                has_members = True
                self._inner_member(child, line, number in self._left_members)
            elif isinstance(child, Leaf):
                if child.kind == "}":
                    writer.depth = depth
                    self.units.append(writer.base + child.start - len(child.prefix))
                    self._pending = Break(depth, depth + 1, has_members, False)
                self._leaf(child)
            else:
                self._node(child)

    def _inner_member(self, member: Node, line: Break, is_left: bool) -> None:
        writer = self._writer
        leaves = list(member.leaves())
        first, last = leaves[0], leaves[-1]
        begin = writer.base + first.start - len(first.prefix)
        self.units.append(begin)
        if is_left:
            self.left.append((writer.base + first.start, writer.base + last.end))
            writer.leave(begin, writer.base + last.end, last.kind)
            return
        writer.depth = line.depth
        self._member(member.children, line, member.children[-1])

    # What is inside of them

    def _node(self, node: Node) -> None:
        if isinstance(node, Entries):
            self._broken_list(node)
        elif isinstance(node, _LISTS):
            if self._is_broken(node):
                self._broken_list(node)
            else:
                self._joined_list(node)
        elif isinstance(node, (Resource, InlineInterface)):
            self._members(node)
        else:
            if isinstance(node, Generic) and node.keyword.kind == "tuple" and node.arguments is not None:
                self._tuples.add(id(node.arguments))
            is_path = isinstance(node, (UsePath, PackageHead, ExternPackage)) or (
                isinstance(node, Extern) and node.first(ExternInterface) is not None
            )
            for child in node.children:
                if not isinstance(child, Leaf):
                    self._node(child)
                elif is_path and self._writer.previous == ":":
                    self._writer.put(child, "")
                else:
                    self._leaf(child)

    def _leaf(self, leaf: Leaf) -> None:
        glue = self._pending
        if glue is None:
            glue = between(self._writer.previous, leaf.kind)
        else:
            self._pending = None
        self._writer.put(leaf, glue)

    def _child(self, child: Node | Leaf) -> None:
        if isinstance(child, Leaf):
            self._leaf(child)
        else:
            self._node(child)

    def _broken_list(self, node: Node) -> None:
        """Puts a list with a line for each of its entries."""
        writer = self._writer
        depth, unit = writer.depth, self._unit
        opening, *children, closing = node.children
        self._child(opening)
        writer.depth = depth + 1
        line = Break(depth + 1, depth + 1, False)
        for child in children:
            if isinstance(child, Leaf) and child.kind == ",":
                writer.put(child, "")
                continue
            self._pending, self._unit = line, child
            line = Break(depth + 1, depth + 1)
            self._child(child)
        if children and writer.previous != "," and not isinstance(node, Arguments):
            end = writer.base + children[-1].end
            writer.replace(end, end, ",")
        writer.depth, self._unit = depth, unit
        self._pending = Break(depth, depth + 1, bool(children), False)
        self._child(closing)

    def _joined_list(self, node: Node) -> None:
        """Puts a list on the line."""
        writer = self._writer
        opening, *children, closing = node.children
        self._child(opening)
        in_braces = isinstance(opening, Leaf) and opening.kind == "{"
        pad = " " if isinstance(node, IncludeNames) and children else ""
        comma = children.pop() if children and self._loses_comma(node) else None
        for number, child in enumerate(children):
            if not number and in_braces:
                self._pending = pad
            self._child(child)
        if isinstance(comma, Leaf):
            writer.replace(writer.base + comma.start - len(comma.prefix), writer.base + comma.end, "")
        if in_braces:
            self._pending = pad
        self._child(closing)

    def _loses_comma(self, node: Node) -> bool:
        """Whether a list ends with a comma that may go: where one means nothing, and no comment is around it."""
        comma, closing = node.children[-2:]
        if not isinstance(comma, Leaf) or comma.kind != "," or not isinstance(closing, Leaf):
            return False
        if isinstance(node, Arguments) and id(node) not in self._tuples:
            return False
        return "/" not in comma.prefix and "/" not in closing.prefix

    def _is_broken(self, node: Node) -> bool:
        base = self._writer.base
        if "\n" not in self._text[base + node.start : base + node.end]:
            return False
        _, *leaves = node.leaves()
        broken = [leaf for leaf in leaves if "\n" in leaf.prefix]
        if any("/" in leaf.prefix for leaf in broken):
            return True
        if not broken or len(leaves) == 1:
            return False
        if broken[0] is leaves[0]:
            return isinstance(node, (Params, IncludeNames)) or self._width() > WIDTH
        return isinstance(node, Params) and self._width() > WIDTH

    def _width(self) -> int:
        """Returns how wide the current member or entry is on one line."""
        unit = self._unit
        width = self._writer.depth * self._indent
        previous = ""
        for leaf in unit.leaves() if unit is not None else ():
            width += len(between(previous, leaf.kind)) + len(leaf.value)
            previous = leaf.kind
        return width
