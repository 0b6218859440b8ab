"""Graphs: finding cycles, and putting what depends on something behind it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from heapq import heapify, heappop, heappush
from typing import TypeVar

_T = TypeVar("_T", bound=Hashable)


def components(nodes: Iterable[_T], edges: Callable[[_T], Iterable[_T]]) -> list[list[_T]]:
    """Returns the strongly connected components that are cycles, in the order of their first nodes (Tarjan)."""
    order = {node: number for number, node in enumerate(nodes)}
    index: dict[_T, int] = {}
    low: dict[_T, int] = {}
    stack: list[_T] = []
    on_stack: set[_T] = set()
    found: list[list[_T]] = []
    for start in order:
        if start in index:
            continue
        work: list[tuple[_T, list[_T]]] = [(start, [e for e in edges(start) if e in order])]
        index[start] = low[start] = len(index)
        stack.append(start)
        on_stack.add(start)
        while work:
            node, rest = work[-1]
            if rest:
                following = rest.pop(0)
                if following not in index:
                    index[following] = low[following] = len(index)
                    stack.append(following)
                    on_stack.add(following)
                    work.append((following, [e for e in edges(following) if e in order]))
                elif following in on_stack:
                    low[node] = min(low[node], index[following])
                continue
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[node])
            if low[node] == index[node]:
                component: list[_T] = []
                while True:
                    member = stack.pop()
                    on_stack.discard(member)
                    component.append(member)
                    if member == node:
                        break
                if len(component) > 1 or node in edges(node):
                    found.append(sorted(component, key=order.__getitem__))
    return sorted(found, key=lambda component: order[component[0]])


def dependency_order(nodes: Iterable[_T], edges: Callable[[_T], Iterable[_T]]) -> list[_T]:
    """Returns the nodes so that each comes after those that its edges lead to; of several that may come next, the
    one that is first in `nodes`.

    This is the reference's order of types, interfaces and worlds. What is in a cycle, or depends on one, comes last.
    """
    everything = list(nodes)
    number = {node: index for index, node in enumerate(everything)}
    waiting = [0] * len(everything)
    dependents: list[list[int]] = [[] for _ in everything]
    for index, node in enumerate(everything):
        for target in edges(node):
            if target in number:
                waiting[index] += 1
                dependents[number[target]].append(index)
    ready = [index for index, count in enumerate(waiting) if count == 0]
    heapify(ready)
    found: list[_T] = []
    while ready:
        index = heappop(ready)
        found.append(everything[index])
        for dependent in dependents[index]:
            waiting[dependent] -= 1
            if waiting[dependent] == 0:
                heappush(ready, dependent)
    return found + [node for node, count in zip(everything, waiting, strict=True) if count]
