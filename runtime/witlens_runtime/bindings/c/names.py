"""What things of a world are called in C."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from witlens_analysis.model import Function, Interface, TypeName, World

Side = Literal["import", "export"]

_RESERVED = frozenset(
    """alignas alignof and and_eq asm atomic_cancel atomic_commit atomic_noexcept auto bitand bitor bool break case
    catch char char8_t char16_t char32_t class compl concept const consteval constexpr constinit const_cast continue
    co_await co_return co_yield decltype default delete do double dynamic_cast else enum explicit export extern false
    float for friend goto if inline int long mutable namespace new noexcept not not_eq nullptr operator or or_eq private
    protected public reflexpr register reinterpret_cast requires restrict return short signed sizeof static
    static_assert static_cast struct switch synchronized template this thread_local throw true try typedef typeid
    typename union unsigned using virtual void volatile wchar_t while xor xor_eq
    ret err stdin stdout stderr errno NULL""".split()
)
"""Keywords of C and C++, and names that the glue or the library needs."""


def snake(name: str) -> str:
    """A name of WIT with underscores."""
    return name.replace("-", "_").replace(".", "_").lower()


def member(name: str) -> str:
    """A field or parameter, with an underscore behind a name that means something else."""
    plain = snake(name)
    return f"{plain}_" if plain in _RESERVED else plain


@dataclass(frozen=True, slots=True)
class Space:
    """Where in a world something is: names begin with `prefix`. `side` decides which of two copies of a type is meant,
    where an interface is imported and exported."""

    prefix: str
    side: Side


class Spaces:
    """The spaces of a world: its own, and one for each interface on either side."""

    def __init__(self, world: World) -> None:
        self.world_id = world.id
        self.world = snake(world.id.partition("@")[0].rpartition("/")[2])
        sides: tuple[tuple[Side, dict[str, Interface]], ...] = (
            ("import", {key: item for key, item in world.imports.items() if isinstance(item, Interface)}),
            ("export", {key: item for key, item in world.exports.items() if isinstance(item, Interface)}),
        )
        keys = {key for _, items in sides for key in items}
        packages: dict[str, set[str]] = {}
        for key in keys:
            path, _, version = key.partition("@")
            packages.setdefault(path.rpartition("/")[0], set()).add(version)
        self._versioned = {package for package, versions in packages.items() if package and len(versions) > 1}
        imported = sides[0][1].keys()
        self._by_id: dict[tuple[Side, str], Space] = {}
        self._by_key: dict[tuple[Side, str], Space] = {}
        for side, items in sides:
            for key, interface in items.items():
                exports = side == "export" and (":" in key or key in imported)
                space = Space(("exports_" if exports else "") + self._path(key), side)
                self._by_key[side, key] = space
                self._by_id.setdefault((side, interface.id), space)

    def of_interface(self, side: Side, key: str) -> Space:
        """The space of what a world imports or exports as the interface `key`."""
        return self._by_key[side, key]

    def of_world(self) -> Space:
        """The space of the world itself, whose types are those of its imports."""
        return Space(self.world, "import")

    def of_type(self, name: TypeName, seen_from: Space) -> Space:
        """Where a named type is, for who mentions it: an export means the exported copy, if there is one."""
        if name.owner == self.world_id:
            return self.of_world()
        exported = self._by_id.get(("export", name.owner)) if seen_from.side == "export" else None
        found = exported or self._by_id.get(("import", name.owner)) or self._by_id.get(("export", name.owner))
        return found or Space(self._path(name.owner), "import")

    def _path(self, key: str) -> str:
        path, _, version = key.partition("@")
        package, slash, name = path.rpartition("/")
        if not slash:
            return snake(path)
        parts = package.split(":")
        if package in self._versioned and version:
            parts.append(version.replace("+", "_"))
        return "_".join(snake(part) for part in (*parts, name))


def function_name(space: Space, function: Function) -> str:
    """What a function is called: `[method]file.read` of `demo:fs/files` is `demo_fs_files_method_file_read`."""
    return f"{space.prefix}_{snake(function.name.replace('[', '').replace(']', '-'))}"
