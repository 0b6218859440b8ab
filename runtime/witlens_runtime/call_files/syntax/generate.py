"""Turns `call.grammar` into the parse tables of `tables.py`: `python -m witlens_runtime.call_files.syntax.generate`.

The generator is the one of WIT's grammar; a test keeps grammar and tables in step.
"""

from __future__ import annotations

from pathlib import Path

GRAMMAR = Path(__file__).with_name("call.grammar")
TABLES = Path(__file__).with_name("tables.py")

TOKEN_TYPES = ("LABEL", "PATH", "NUMBER", "STRING", "CHAR")


def source() -> str:
    """The text that `tables.py` should have. Raises ValueError where the grammar is not LL(1)."""
    from witlens_analysis.syntax.generate import generate

    return generate(GRAMMAR.read_text(encoding="utf-8"), TOKEN_TYPES, GRAMMAR.name)


if __name__ == "__main__":
    TABLES.write_text(source(), encoding="utf-8")
