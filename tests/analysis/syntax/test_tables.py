"""`tables.py` is made from `wit.grammar` and kept in git: the two must not drift apart."""

from __future__ import annotations

from witlens_analysis.syntax import tables
from witlens_analysis.syntax.generate import GRAMMAR, TABLES, generate
from witlens_analysis.syntax.nodes import CLASSES

# Rules that have no node of their own.
WITHOUT_NODES = {"element", "type", "keyword_type", "argument"}


def test_tables_are_those_of_the_grammar() -> None:
    assert TABLES.read_text(encoding="utf-8") == generate(GRAMMAR.read_text(encoding="utf-8"))


def test_every_rule_has_its_node_class() -> None:
    assert set(tables.START) - WITHOUT_NODES == set(CLASSES)


def test_every_state_can_be_completed() -> None:
    for state, row in enumerate(tables.COMPLETION):
        at = state
        assert bool(row) != tables.FINAL[state]
        depth_first = [at]
        for kind in row:
            while kind not in tables.TRANSITIONS[depth_first[-1]]:
                assert tables.FINAL[depth_first.pop()]
            following, pushes = tables.TRANSITIONS[depth_first[-1]][kind]
            depth_first[-1:] = [following, *pushes]
        assert all(tables.FINAL[open_state] for open_state in depth_first)
