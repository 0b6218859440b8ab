"""What all rules find in a package of one or several files, as lines that a person would read.

    main.wit:3:14 `foo` unknown-type: type `foo` does not exist
      main.wit:4:9 `foo`: here too
      fix: Change to `bar`

A file begins with `//- /path`; without such a line the text is `main.wit`. Hints are left out unless asked for.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from witlens_analysis.diagnostics import Diagnostic, Fix, Severity, Span
from witlens_analysis.workspace import Options, Snapshot, Workspace

_FILE = re.compile(r"^//- /(\S+)\n", re.MULTILINE)


def files(fixture: str) -> dict[str, str]:
    """Returns the files of a fixture."""
    parts = _FILE.split(fixture.lstrip("\n"))
    return dict(zip(parts[1::2], parts[2::2], strict=True)) if len(parts) > 1 else {"main.wit": fixture.lstrip("\n")}


def report(fixture: str, features: str = "", *, hints: bool = False) -> str:
    """Returns all findings of a fixture, as lines; `features` are switched on."""
    with tempfile.TemporaryDirectory() as folder:
        snapshot, found = _analysed(Path(folder), files(fixture), features)
        shown = [one for one in found if hints or one.severity < Severity.HINT]
        return "\n".join(line for one in shown for line in _lines(snapshot, Path(folder), one))


def mended(fixture: str, title: str) -> dict[str, str]:
    """Returns the files of a fixture after the first fix of this title."""
    with tempfile.TemporaryDirectory() as folder:
        texts = files(fixture)
        _, found = _analysed(Path(folder), texts, "")
        fix = next(fix for one in found for fix in one.fixes if fix.title == title)
        return _applied(texts, fix, Path(folder))


def fixed(fixture: str, features: str = "") -> Iterator[tuple[str, Counter[str], Counter[str], str]]:
    """Applies every fix by itself. Yields its title, what was found before, what is new elsewhere, and its finding.

    New findings on the lines that the fix wrote do not count: a name that leads somewhere now may lead to the next mistake.
    """
    texts = files(fixture)
    with tempfile.TemporaryDirectory() as folder:
        _, found = _analysed(Path(folder), texts, features)
        versions = [(one, fix, _applied(texts, fix, Path(folder))) for one in found for fix in one.fixes]
        written = [_written(texts, fix, Path(folder)) for _, fix, _ in versions]
    before = Counter(map(_told, found))
    for (one, fix, after), lines in zip(versions, written, strict=True):
        with tempfile.TemporaryDirectory() as folder:
            snapshot, left = _analysed(Path(folder), after, features)
            new = [other for other in left if _told(other) not in before or _told(other) == _told(one)]
            elsewhere = [other for other in new if _line(snapshot, Path(folder), other) not in lines]
            same = [other for other in new if _told(other) == _told(one)]
        yield fix.title, before, Counter(map(_told, {*elsewhere, *same})), _told(one)


def _told(one: Diagnostic) -> str:
    return f"{one.code}: {one.message}"


def _line(snapshot: Snapshot, root: Path, one: Diagnostic) -> tuple[str, int]:
    return Path(one.path).relative_to(root).as_posix(), (snapshot.text(one.path) or "").count("\n", 0, one.span.start)


def _written(texts: dict[str, str], fix: Fix, root: Path) -> set[tuple[str, int]]:
    """Returns the lines, of the text after it, that a fix touches."""
    lines, moved = set(), Counter[str]()
    for edit in sorted(fix.edits, key=lambda edit: edit.span.start):
        name = Path(edit.path).relative_to(root).as_posix()
        first = texts[name].count("\n", 0, edit.span.start) + moved[name]
        lines.update((name, first + more) for more in range(edit.new_text.count("\n") + 1))
        moved[name] += edit.new_text.count("\n") - texts[name].count("\n", edit.span.start, edit.span.end)
    return lines


def _applied(texts: dict[str, str], fix: Fix, root: Path) -> dict[str, str]:
    texts = dict(texts)
    for edit in sorted(fix.edits, key=lambda edit: edit.span.start, reverse=True):
        name = Path(edit.path).relative_to(root).as_posix()
        texts[name] = texts[name][: edit.span.start] + edit.new_text + texts[name][edit.span.end :]
    return texts


def _analysed(root: Path, texts: dict[str, str], features: str) -> tuple[Snapshot, tuple[Diagnostic, ...]]:
    for name, text in texts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    workspace = Workspace(Options(features=frozenset(features.split())))
    snapshot = workspace.snapshot() if workspace.load(str(root)) else None
    assert snapshot is not None
    return snapshot, snapshot.package_diagnostics(str(root))


def _lines(snapshot: Snapshot, root: Path, one: Diagnostic) -> list[str]:
    lines = [f"{_place(snapshot, root, one.path, one.span)} {one.code}: {one.message}"]
    lines.extend(f"  {_place(snapshot, root, place.path, place.span)}: {place.message}" for place in one.related)
    lines.extend(f"  fix: {fix.title}" for fix in one.fixes)
    return lines


def _place(snapshot: Snapshot, root: Path, path: str, span: Span) -> str:
    text = snapshot.text(path) or ""
    line = text.count("\n", 0, span.start) + 1
    column = span.start - text.rfind("\n", 0, span.start)
    shown = f" `{text[span.start : span.end]}`" if span.end > span.start else ""
    return f"{Path(path).relative_to(root).as_posix()}:{line}:{column}{shown}"
