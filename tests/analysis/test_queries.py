"""Memoised queries: early cut-off, what an edit reaches, and what is forgotten."""

from __future__ import annotations

import random

import pytest

from witlens_analysis.queries import CycleError, Database


def number(db: Database, key: str) -> int:
    found: int = db.input("number", key) or 0
    return found


def is_even(db: Database, key: str) -> bool:
    return db.get(number, key) % 2 == 0


def all_even(db: Database, keys: tuple[str, ...]) -> bool:
    return all(db.get(is_even, key) for key in keys)


def chosen(db: Database, key: str) -> int:
    """Reads `b` only while `a` says so."""
    return db.get(number, "b") if db.get(number, "a") else -1


def itself(db: Database, key: str) -> int:
    return db.get(itself, key)


def failing(db: Database, key: str) -> int:
    if db.get(number, key) == 0:
        raise ValueError("zero")
    return db.get(number, key)


def total(db: Database, keys: tuple[str, ...]) -> int:
    """The firewall: reads every number."""
    return sum(db.get(number, key) % 10 for key in keys)


def share(db: Database, question: tuple[str, tuple[str, ...]]) -> tuple[int, int]:
    """What every item asks: its own number, and the total."""
    key, keys = question
    return db.get(number, key) // 10, db.get(total, keys)


def test_what_did_not_change_is_not_computed_again() -> None:
    db = Database()
    assert db.set_input("number", "a", 2)
    assert db.get(is_even, "a")
    before = dict(db.counters)
    assert not db.set_input("number", "a", 2)
    assert db.get(is_even, "a")
    assert dict(db.counters) == before


def test_an_equal_result_stops_the_work() -> None:
    db = Database()
    keys = ("a", "b", "c")
    for key in keys:
        db.set_input("number", key, 2)
    assert db.get(all_even, keys)
    db.counters.clear()
    db.set_input("number", "b", 4)
    assert db.get(all_even, keys)
    assert dict(db.counters) == {"number": 1, "is_even": 1}
    db.set_input("number", "b", 5)
    assert not db.get(all_even, keys)
    assert db.counters["all_even"] == 1


def test_reads_that_are_gone_do_not_count() -> None:
    db = Database()
    db.set_input("number", "a", 1)
    db.set_input("number", "b", 10)
    assert db.get(chosen, "") == 10
    db.set_input("number", "a", 0)
    assert db.get(chosen, "") == -1
    db.counters.clear()
    db.set_input("number", "b", 11)
    assert db.get(chosen, "") == -1
    assert "chosen" not in db.counters


def test_a_query_that_asks_for_itself_is_a_mistake() -> None:
    db = Database()
    with pytest.raises(CycleError, match="itself"):
        db.get(itself, "a")


def test_a_query_that_raises_can_be_asked_again() -> None:
    db = Database()
    with pytest.raises(ValueError, match="zero"):
        db.get(failing, "a")
    db.set_input("number", "a", 3)
    assert db.get(failing, "a") == 3


def test_behind_a_firewall_only_what_changed_is_looked_at() -> None:
    db = Database(frozenset((total,)))
    keys = tuple(f"k{n}" for n in range(50))
    for key in keys:
        db.set_input("number", key, 10)
    for _ in range(2):
        for key in keys:
            db.get(share, (key, keys))
        db.set_input("number", "k0", 20)
    db.counters.clear()
    db.set_input("number", "k7", 30)
    assert [db.get(share, (key, keys)) for key in keys][7] == (3, 0)
    assert db.counters["share"] == 1
    db.set_input("number", "k7", 31)
    assert {db.get(share, (key, keys))[1] for key in keys} == {1}
    assert db.counters["share"] == 1 + 50


@pytest.mark.parametrize("seed", range(20))
def test_any_row_of_edits_and_questions_gives_what_a_new_start_gives(seed: int) -> None:
    chance = random.Random(seed)
    firewalls = frozenset((total,)) if seed % 2 else frozenset()
    db = Database(firewalls)
    keys = ("a", "b", "c", "d")
    questions = [(is_even, key) for key in keys] + [(all_even, keys), (chosen, ""), (total, keys)]
    questions += [(share, (key, keys)) for key in keys]  # type: ignore[list-item]
    for _ in range(200):
        if chance.random() < 0.5:
            db.set_input("number", chance.choice(keys), chance.randrange(30))
        if chance.random() < 0.1:
            db.sweep(chance.sample(questions, 3))
        query, key = chance.choice(questions)
        scratch = Database(firewalls)
        for name in keys:
            scratch.set_input("number", name, db.input("number", name))
        assert db.get(query, key) == scratch.get(query, key)


def test_a_sweep_keeps_what_is_asked_for_and_forgets_the_rest() -> None:
    db = Database()
    for key in "abcd":
        db.set_input("number", key, 2)
        db.get(is_even, key)
    db.set_input("number", "d", None)
    db.sweep([(is_even, "a")])
    db.counters.clear()
    assert db.get(is_even, "a")
    assert not db.counters
    assert len(db) == 2 + 3, "`number` and `is_even` of a; the inputs a, b and c"
    assert db.get(is_even, "d"), "what was forgotten is computed when it is asked for"
    db.set_input("number", "a", 3)
    assert not db.get(is_even, "a")


def test_a_fork_goes_its_own_way_and_computes_only_what_changed() -> None:
    db = Database()
    for key in ("a", "b"):
        db.set_input("number", key, 2)
    assert db.get(all_even, ("a", "b"))
    db.set_input("number", "a", 4)  # the fork takes over what is suspect, too
    forked = db.fork()
    forked.set_input("number", "b", 3)
    assert not forked.get(all_even, ("a", "b"))
    assert db.get(all_even, ("a", "b"))
    assert forked.counters["is_even"] == 2
    db.set_input("number", "a", 5)
    assert not db.get(all_even, ("a", "b"))
    forked.set_input("number", "b", 6)
    assert forked.get(all_even, ("a", "b"))


def follower(db: Database, key: str) -> int:
    """Follows the keys that inputs name, to one that names none."""
    following = db.input("follows", key)
    return db.get(follower, following) + 1 if following else 0


def test_a_chain_can_be_turned_round() -> None:
    """On the way from `a` the old chain from `c` led back to `a`: that is no cycle, as `c` ends the chain now."""
    db = Database()
    for key, following in (("c", "b"), ("b", "a"), ("a", "")):
        db.set_input("follows", key, following)
    assert [db.get(follower, key) for key in "abc"] == [0, 1, 2]
    for key, following in (("a", "b"), ("b", "c"), ("c", "")):
        db.set_input("follows", key, following)
    assert [db.get(follower, key) for key in "abc"] == [2, 1, 0]
    for key, following in (("a", ""), ("b", "a"), ("c", "b")):
        db.set_input("follows", key, following)
    assert [db.get(follower, key) for key in "bca"] == [1, 2, 0]


def test_a_chain_that_becomes_a_cycle_says_so_and_recovers() -> None:
    db = Database()
    for key, following in (("c", "b"), ("b", "a"), ("a", "")):
        db.set_input("follows", key, following)
    assert db.get(follower, "c") == 2
    db.set_input("follows", "a", "c")
    for key in "abc":
        with pytest.raises(CycleError):
            db.get(follower, key)
    db.set_input("follows", "b", "")
    assert [db.get(follower, key) for key in "abc"] == [2, 0, 1]
