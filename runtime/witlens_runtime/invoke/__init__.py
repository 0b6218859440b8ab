"""Runs components, and core modules that follow the Canonical ABI, in a process of their own.

    with Worker() as worker:
        component = worker.load(Path("calc.wasm"))
        with component.instantiate() as instance:
            outcome = instance.call_text("add(1, 2)")       # or instance.call("demo:calc/ops.add", [1, 2])
            match outcome:
                case Returned(value=value, text=text): ...
                case Trapped() | Refused(): print(outcome.message)

`worker` owns the process, `component` is what `load` gives, `instance` calls functions; `settings` says what a guest is
granted and how far it may go, `outcomes` how a call can end. Values are those of `witlens_runtime.canonical_abi`.
Nothing here imports wasmtime: only the process that is started does.
"""

from .component import Component, ExportedFunction
from .errors import Cancelled as LoadCancelled
from .errors import InvokeError, LoadError, MissingImports
from .instance import Instance, Output
from .outcomes import (
    Cancelled,
    Exited,
    Frame,
    LimitHit,
    Outcome,
    Refused,
    Returned,
    TimedOut,
    Trapped,
    WorkerDied,
)
from .settings import Directory, Grants, Limits
from .worker import Worker

__all__ = [
    "Cancelled",
    "Component",
    "Directory",
    "Exited",
    "ExportedFunction",
    "Frame",
    "Grants",
    "Instance",
    "InvokeError",
    "LimitHit",
    "Limits",
    "LoadCancelled",
    "LoadError",
    "MissingImports",
    "Outcome",
    "Output",
    "Refused",
    "Returned",
    "TimedOut",
    "Trapped",
    "Worker",
    "WorkerDied",
]
