"""Turns a grammar into parse tables: `python -m witlens_analysis.syntax.generate` makes `tables.py` of `wit.grammar`.

parso's pgen2 does the work. The tables are committed so that neither parso nor the generator is loaded when a file is
checked (they take longer to import than a package takes to check); a test keeps the two files in step.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

GRAMMAR = Path(__file__).with_name("wit.grammar")
TABLES = Path(__file__).with_name("tables.py")

TOKEN_TYPES = ("ID", "GENERIC", "VERSION", "INTEGER", "STRING")


def strip_comments(text: str) -> str:
    """Removes `#` comments and joins continued rules: pgen2's reader wants one rule a line."""
    rules: list[str] = []
    for line in text.splitlines():
        line = line.split("#", 1)[0].rstrip()
        if not line:
            continue
        if line[0].isspace():
            rules[-1] += " " + line.strip()
        else:
            rules.append(line)
    return "\n".join(rules) + "\n"


def generate(grammar_text: str, token_types: Sequence[str] = TOKEN_TYPES, source: str = GRAMMAR.name) -> str:
    """Returns the source of `tables.py` for a grammar, which calls tokens without a fixed text by `token_types`.

    Raises ValueError where the grammar is not LL(1).
    """
    from parso.pgen2.generator import generate_grammar

    namespace = SimpleNamespace(**{name: name for name in token_types})
    grammar: Any = generate_grammar(strip_comments(grammar_text), namespace)
    states: list[Any] = [state for dfas in grammar.nonterminal_to_dfas.values() for state in in_order(dfas[0])]
    number = {id(state): index for index, state in enumerate(states)}

    def terminal(transition: Any) -> str:
        return transition if isinstance(transition, str) else str(transition.value)

    lines = [
        f'"""Parse tables, made from {source} by generate.py. Do not edit."""',
        "",
        "# fmt: off",
        "# ruff: noqa: E501",
        "from __future__ import annotations",
        "",
        "START: dict[str, int] = {",
        *(f"    {rule!r}: {number[id(dfas[0])]}," for rule, dfas in grammar.nonterminal_to_dfas.items()),
        "}",
        "",
        "# The rule that each state belongs to.",
        f"RULE: tuple[str, ...] = {tuple(state.from_rule for state in states)!r}",
        "",
        "# Whether the rule may end in a state.",
        f"FINAL: tuple[bool, ...] = {tuple(bool(state.is_final) for state in states)!r}",
        "",
        "# Per state: terminal -> (next state, states of the rules that begin with it, outermost first).",
        "TRANSITIONS: tuple[dict[str, tuple[int, tuple[int, ...]]], ...] = (",
    ]
    for state in states:
        plans = {
            terminal(transition): (number[id(plan.next_dfa)], tuple(number[id(push)] for push in plan.dfa_pushes))
            for transition, plan in state.transitions.items()
        }
        lines.append(f"    {dict(sorted(plans.items()))!r},")
    lines += [
        ")",
        "",
        "# Per state: the shortest row of terminals that ends its rule.",
        f"COMPLETION: tuple[tuple[str, ...], ...] = {completions(grammar, states, number)!r}",
        "",
    ]
    return "\n".join(lines)


def in_order(start: Any) -> list[Any]:
    """Returns the states of a rule in an order that the grammar alone decides: pgen2's own changes from run to run."""
    found = [start]
    for state in found:
        for _, following in sorted(state.arcs.items()):
            if all(following is not known for known in found):
                found.append(following)
    return found


def completions(grammar: Any, states: list[Any], number: dict[int, int]) -> tuple[tuple[str, ...], ...]:
    """Finds, for every state, the shortest row of terminals that leads to the end of its rule."""
    unknown = object()
    best: dict[int, Any] = {id(state): () if state.is_final else unknown for state in states}
    changed = True
    while changed:
        changed = False
        for state in states:
            for label, following in sorted(state.arcs.items()):
                tail = best[id(following)]
                if label in grammar.nonterminal_to_dfas:
                    head = best[id(grammar.nonterminal_to_dfas[label][0])]
                else:
                    head = (label.strip("'\""),)
                if tail is unknown or head is unknown:
                    continue
                row = head + tail
                known = best[id(state)]
                if known is unknown or (_cost(row), row) < (_cost(known), known):
                    best[id(state)] = row
                    changed = True
    return tuple(best[id(state)] for state in states)


def _cost(row: tuple[str, ...]) -> int:
    """What a row of terminals costs: one each, more for opening a scope, and for what refers to others or is wrong."""
    return (
        len(row)
        + row.count("{")
        + row.count("GENERIC")
        + (row[:1] in (("export",), ("import",), ("include",), ("use",)))
    )


def main() -> None:
    """Writes `tables.py`."""
    TABLES.write_text(generate(GRAMMAR.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
