"""Writes types and functions of the model as WIT, for asking the reference about them."""

from __future__ import annotations

from collections.abc import Iterable

from witlens_analysis.model import (
    Borrow,
    Enum,
    FixedList,
    Flags,
    Function,
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


class Source:
    """An interface under construction: types without names in WIT get one when they are first used."""

    def __init__(self) -> None:
        self._lines = ["  resource thing;"]
        self._names: dict[Type, str] = {}

    def add(self, function: Function) -> None:
        """Append `function`."""
        params = ", ".join(f"{param.name}: {self.type(param.type)}" for param in function.params)
        result = "" if function.result is None else f" -> {self.type(function.result)}"
        self._lines.append(f"  {function.name}: {'async ' if function.is_async else ''}func({params}){result};")

    def text(self) -> str:
        """A package with the interface `types`, and a world `w` that imports and exports it."""
        body = "\n".join(self._lines)
        return (
            f"package test:abi;\n\ninterface types {{\n{body}\n}}\n\nworld w {{\n  import types;\n  export types;\n}}\n"
        )

    def type(self, type: Type) -> str:
        """`type` as it is written where it is used."""
        match type:
            case Primitive(name):
                return name
            case List(element):
                return f"list<{self.type(element)}>"
            case FixedList(element, length):
                return f"list<{self.type(element)}, {length}>"
            case Map(key, value):
                return f"map<{self.type(key)}, {self.type(value)}>"
            case Tuple(types):
                return f"tuple<{', '.join(map(self.type, types))}>"
            case Option(some):
                return f"option<{self.type(some)}>"
            case Result(ok, err):
                return (
                    f"result<{'_' if ok is None else self.type(ok)}, {self.type(err)}>"
                    if err
                    else ("result" if ok is None else f"result<{self.type(ok)}>")
                )
            case Own(resource):
                return resource.name.name
            case Borrow(resource):
                return f"borrow<{resource.name.name}>"
            case Record(fields):
                return self._named(type, "record", [f"%{field.name}: {self.type(field.type)}" for field in fields])
            case Variant(cases):
                bodies = [f"%{case.name}" + (f"({self.type(case.type)})" if case.type else "") for case in cases]
                return self._named(type, "variant", bodies)
            case Enum(names):
                return self._named(type, "enum", [f"%{name}" for name in names])
            case Flags(names):
                return self._named(type, "flags", [f"%{name}" for name in names])
        raise AssertionError(type)

    def _named(self, type: Type, kind: str, members: Iterable[str]) -> str:
        name = self._names.get(type)
        if name is None:
            name = self._names[type] = f"t{len(self._names)}"
            self._lines.append(f"  {kind} {name} {{ {', '.join(members)} }}")
        return name
