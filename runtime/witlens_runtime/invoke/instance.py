"""An instance of a component: calls, and the handles that calls gave out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

from ..canonical_abi.values import Handle, Value
from .outcomes import Outcome

if TYPE_CHECKING:
    from .component import Component

Output: TypeAlias = Callable[[Literal["stdout", "stderr"], bytes], None]
"""Gets what the guest writes, as it comes; called on a thread of the worker's."""


class Instance:
    """Made by `Component.instantiate`. Usable from several threads; the calls of one worker run one after the other.

    After a call that ended badly, the next one starts with a fresh instance; `generation` then is one more.
    """

    component: Component
    generation: int

    def call(self, name: str, arguments: Sequence[Value] = (), on_output: Output | None = None) -> Outcome:
        """Call the function that `name` means (see `Component.find`) with values of `canonical_abi.values`.

        The result of a function that gives a resource holds a `Handle`, which later calls of this instance take.
        Handles inside of values work too. An `own` argument is gone after the call.
        """
        raise NotImplementedError

    def call_text(
        self, text: str, names: Mapping[str, Handle] | None = None, on_output: Output | None = None
    ) -> Outcome:
        """Make the call that `text` writes in WAVE: `iface.add(1, 2)`; `names` are the words that stand for handles.

        A handle also goes by the form in which results show it, `account(3)`. `handle.drop()` drops one, and
        `handle.deposit(1)` calls its method.
        """
        raise NotImplementedError

    @property
    def handles(self) -> tuple[Handle, ...]:
        """The owned handles that calls gave out and that are still there, oldest first."""
        raise NotImplementedError

    def drop(self, handle: Handle, on_output: Output | None = None) -> Outcome:
        """Drop an owned handle: its destructor runs, and later calls refuse it."""
        raise NotImplementedError

    def cancel(self) -> None:
        """End the running call of this instance, if there is one, within 200 ms. From any thread."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the instance. Also done at the end of `with`."""
        raise NotImplementedError

    def __enter__(self) -> Instance:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
