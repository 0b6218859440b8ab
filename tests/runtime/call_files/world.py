"""A world to write call files about, and how tests write them: with marks in the text."""

from __future__ import annotations

from pathlib import Path

from witlens_analysis.workspace import Options, Snapshot, Workspace
from witlens_runtime.call_files.syntax.tree import parse
from witlens_runtime.call_files.view import CallView

WIT = """\
package demo:bank@0.1.0;

/// What accounts are.
interface accounts {
  enum currency { eur, usd }

  /// Money.
  record amount { units: s64, currency: currency, note: option<string> }

  variant refusal { insufficient-funds(amount), closed }

  flags rights { read, write, admin }

  /// A place for money.
  resource account {
    /// Opens it.
    constructor(owner: string);
    owner: func() -> string;
    /// Puts money in.
    deposit: func(amount: amount) -> result<_, refusal>;
    withdraw: func(units: s64) -> result<amount, refusal>;
    transfer: func(to: borrow<account>, amount: amount);
    find: static func(owner: string) -> list<account>;
    open: static func(owner: string) -> result<account, refusal>;
  }

  close: func(account: account) -> amount;
  grant-to: func(rights: rights, of: tuple<u8, string>) -> rights;
}

interface ops {
  add: func(a: u32, b: u32) -> u32;
  divide: func(a: u32, b: u32) -> u32;
  sum: func(values: list<u32>) -> u32;
  reset: func();
  watch: func() -> stream<u8>;
  broken: func(x: nothing);
}

interface log {
  enum level { note, warning }
  write: func(level: level, message: string);
  now: func() -> u64;
}

world bank {
  import log;
  export accounts;
  export ops;
  export version: func() -> string;
}

world other {
  export ops;
}
"""

ROOT = Path("/workspace/bank")


def snapshot(wit: str = WIT) -> Snapshot:
    """What a workspace with one package means."""
    workspace = Workspace(Options())
    workspace.open(str(ROOT / "wit" / "bank.wit"), wit)
    return workspace.snapshot()


SNAPSHOT = snapshot()


def view(text: str, wit: Snapshot = SNAPSHOT, **options: object) -> CallView:
    """A call file about the world `bank`, unless it says another."""
    return CallView(str(ROOT / "calls.wave"), parse(text), wit, **options)  # type: ignore[arg-type]


def marked(text: str) -> tuple[str, int]:
    """A text and the place of `$0` in it."""
    offset = text.index("$0")
    return text[:offset] + text[offset + 2 :], offset
