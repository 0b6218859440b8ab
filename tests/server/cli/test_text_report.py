"""The text report, as its reader sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from inline_snapshot import snapshot

from witlens_analysis.diagnostics import Diagnostic, Fix, Severity, Span
from witlens_server.cli.reports.text import error_report, text_report

if TYPE_CHECKING:
    from tests.server.cli.conftest import Desk


def rendered(desk: Desk) -> str:
    return "\n" + text_report(desk.findings(), colour=False)


def test_no_problems(desk: Desk) -> None:
    desk.file("a.wit", "package a:b;")
    desk.file("b.wit", "package a:b;")
    assert rendered(desk) == snapshot("""\

no problems in 2 files
""")


def test_one_error_with_a_fix(desk: Desk) -> None:
    desk.file("wit/calc.wit", "interface ops {\n  add: func(a: strng) -> u32;\n}\n")
    fix = Fix("replace by `string`", ())
    desk.find("wit/calc.wit", "a: |strng|", "no type `strng` here", code="unknown-name", fixes=(fix,))
    assert rendered(desk) == snapshot("""\

error[unknown-name]: no type `strng` here
 --> wit/calc.wit:2:16
  |
2 |   add: func(a: strng) -> u32;
  |                ^^^^^
  |
  = help: replace by `string`

1 error in 1 file
""")


def test_related_place_near_and_far_in_the_same_file(desk: Desk) -> None:
    text = """\
interface i {
  one: func();
  // a comment
  one: func(x: u8);
  two: func();
  three: func();
  one: func(x: u16);
}
"""
    desk.file("a.wit", text)
    first = ("a.wit", "|one|: func();", "first declared here")
    desk.find("a.wit", "|one|: func(x: u8);", "`one` is declared twice", related=(first,))
    desk.find("a.wit", "|one|: func(x: u16);", "`one` is declared twice", related=(first,), severity=Severity.WARNING)
    assert rendered(desk) == snapshot("""\

error[some-rule]: `one` is declared twice
 --> a.wit:4:3
  |
2 |   one: func();
  |   --- first declared here
3 |   // a comment
4 |   one: func(x: u8);
  |   ^^^

warning[some-rule]: `one` is declared twice
 --> a.wit:7:3
  |
2 |   one: func();
  |   --- first declared here
...
7 |   one: func(x: u16);
  |   ^^^

1 error, 1 warning in 1 file
""")


def test_related_place_in_another_file(desk: Desk) -> None:
    desk.file("wit/a.wit", "package a:b@1.0.0;\n")
    desk.file("wit/deep/b.wit", "\n" * 99 + "package a:b@2.0.0;\n")
    other = ("wit/deep/b.wit", "|a:b@2.0.0|", "another version here")
    desk.find("wit/a.wit", "|a:b@1.0.0|", "two headers", related=(other,))
    assert rendered(desk) == snapshot("""\

error[some-rule]: two headers
   --> wit/a.wit:1:9
    |
  1 | package a:b@1.0.0;
    |         ^^^^^^^^^
    |
note: another version here
   --> wit/deep/b.wit:100:9
    |
100 | package a:b@2.0.0;
    |         ---------

1 error in 2 files
""")


def test_two_marks_in_one_line(desk: Desk) -> None:
    desk.file("a.wit", "f: func(a: u8, a: u16);")
    desk.find("a.wit", ", |a|: u16", "two parameters `a`", related=(("a.wit", "(|a|: u8", "first here"),))
    assert rendered(desk) == snapshot("""\

error[some-rule]: two parameters `a`
 --> a.wit:1:16
  |
1 | f: func(a: u8, a: u16);
  |                ^
  |         - first here

1 error in 1 file
""")


def test_several_lines_are_marked_at_both_ends(desk: Desk) -> None:
    desk.file("a.wit", "interface i {\n  record r {\n    a: u8,\n    b: u8,\n  }\n}\n")
    desk.find("a.wit", "|record r {\n    a: u8,\n    b: u8,\n  }|", "unused record", severity=Severity.WARNING)
    assert rendered(desk) == snapshot("""\

warning[some-rule]: unused record
 --> a.wit:2:3
  |
2 |   record r {
  |   ^^^^^^^^^^
...
5 |   }
  |   ^

1 warning in 1 file
""")


def test_a_place_between_characters_and_the_end_of_the_file(desk: Desk) -> None:
    desk.file("a.wit", "type a = u8\ntype b = u8;\n")
    desk.find("a.wit", "= u8|\n", "expected `;` after this type alias")
    desk.diagnostics.append(Diagnostic(desk.path("a.wit"), Span(25, 25), Severity.ERROR, "eof", "more expected"))
    assert rendered(desk) == snapshot("""\

error[some-rule]: expected `;` after this type alias
 --> a.wit:1:12
  |
1 | type a = u8
  |            ^

error[eof]: more expected
 --> a.wit:3:1
  |
3 |
  | ^

2 errors in 1 file
""")


def test_tabs_wide_characters_and_controls_keep_the_carets_in_place(desk: Desk) -> None:
    desk.file("a.wit", "\ttype\ta = /* \u5b57\u5e55 e\u0301 \x1b[31m \u202e */ strng;\r\n")
    desk.find("a.wit", "*/ |strng|;", "no type `strng\x1b[0m`")
    assert rendered(desk) == snapshot("""\

error[some-rule]: no type `strng␛[0m`
 --> a.wit:1:31
  |
1 |     type    a = /* 字幕 é ␛[31m � */ strng;
  |                                      ^^^^^

1 error in 1 file
""")


def test_a_long_line_is_shown_around_the_mark(desk: Desk) -> None:
    middle = "a" * 400 + "/*x*/ strng; " + "b" * 400
    desk.file("a.wit", f"first {middle}\n")
    desk.find("a.wit", "/*x*/ |strng|;", "no such type", related=(("a.wit", "|first|", "because of this"),))
    assert rendered(desk) == snapshot("""\

error[some-rule]: no such type
 --> a.wit:1:413
  |
1 | ...aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/*x*/ strng; bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb...
  |                                                                ^^^^^
  | column 1: because of this

1 error in 1 file
""")


def test_a_mark_longer_than_a_long_line_ends_with_its_window(desk: Desk) -> None:
    desk.file("a.wit", "x" * 100_000)
    desk.diagnostics.append(Diagnostic(desk.path("a.wit"), Span(0, 100_000), Severity.ERROR, "long", "too long"))
    assert all(len(line) < 200 for line in rendered(desk).splitlines())


def test_a_file_without_text_is_named_without_a_place(desk: Desk) -> None:
    desk.file("a.wit", "package a:b;")
    path = desk.path("deps/x.wasm")
    desk.diagnostics.append(Diagnostic(path, Span(0, 0), Severity.ERROR, "bad-dependency", "not a component"))
    assert rendered(desk) == snapshot("""\

error[bad-dependency]: not a component
 --> deps/x.wasm

1 error in 1 file
""")


def test_every_severity_but_hints(desk: Desk) -> None:
    desk.file("a.wit", "one two three four")
    desk.find("a.wit", "|one|", "1")
    desk.find("a.wit", "|two|", "2\nwith a second line", severity=Severity.WARNING)
    desk.find("a.wit", "|three|", "3", severity=Severity.INFORMATION)
    desk.find("a.wit", "|four|", "4", severity=Severity.HINT)
    assert rendered(desk) == snapshot("""\

error[some-rule]: 1
 --> a.wit:1:1
  |
1 | one two three four
  | ^^^

warning[some-rule]: 2
  with a second line
 --> a.wit:1:5
  |
1 | one two three four
  |     ^^^

note[some-rule]: 3
 --> a.wit:1:9
  |
1 | one two three four
  |         ^^^^^

1 error, 1 warning, 1 note in 1 file
""")


def test_the_same_finding_from_two_packages_is_told_once(desk: Desk) -> None:
    desk.file("a.wit", "one")
    desk.find("a.wit", "|one|", "1")
    desk.diagnostics *= 2
    assert rendered(desk).count("error[") == 1


def test_of_thousands_in_a_file_the_worst_are_shown_in_their_order(desk: Desk) -> None:
    lines = [f"line-{number};" for number in range(3000)]
    desk.file("a.wit", "\n".join(lines))
    for number, line in enumerate(lines):
        severity = Severity.ERROR if number >= 2950 else Severity.WARNING
        desk.find("a.wit", f"|{line}|", f"number {number}", severity=severity)
    report = rendered(desk)
    told = [line for line in report.splitlines() if "number " in line]
    assert told[0] == "warning[some-rule]: number 0"
    assert told[-1] == "error[some-rule]: number 2999"
    assert len(told) == 100
    assert report.splitlines()[-4:] == snapshot(
        [
            "",
            "... and 2900 more problems in a.wit (--format json has them all)",
            "",
            "50 errors, 2950 warnings in 1 file",
        ]
    )


def test_many_related_places_are_cut(desk: Desk) -> None:
    names = [f"n{number}!" for number in range(20)]
    desk.file("a.wit", "\n".join(names))
    desk.find("a.wit", "|n0!|", "a cycle", related=tuple(("a.wit", f"|{name}|", "through here") for name in names[1:]))
    assert rendered(desk).count("through here") == 8
    assert "= note: and 11 more places" in rendered(desk)


def test_colours(desk: Desk) -> None:
    desk.file("a.wit", "f: strng;")
    desk.find("a.wit", "|strng|", "no such type", fixes=(Fix("write `string`", ()),))
    assert text_report(desk.findings(), colour=True) == snapshot("""\
\x1b[1;31merror[some-rule]\x1b[0m\x1b[1m: no such type\x1b[0m
 \x1b[1;34m-->\x1b[0m a.wit:1:4
  \x1b[1;34m|\x1b[0m
\x1b[1;34m1 |\x1b[0m f: strng;
  \x1b[1;34m|\x1b[0m    \x1b[1;31m^^^^^\x1b[0m
  \x1b[1;34m|\x1b[0m
  \x1b[1;34m=\x1b[0m \x1b[1;36mhelp\x1b[0m: write `string`

1 error in 1 file
""")


def test_errors_alone_for_other_commands(desk: Desk) -> None:
    desk.file("a.wit", "one two")
    desk.find("a.wit", "|one|", "bad")
    desk.find("a.wit", "|two|", "doubtful", severity=Severity.WARNING)
    assert "\n" + error_report(desk.findings(), colour=False) == snapshot("""\

error[some-rule]: bad
 --> a.wit:1:1
  |
1 | one two
  | ^^^

1 error; `witlens check` tells more
""")


@pytest.mark.parametrize("text", ["", "\n", "\r\n", "a", "\ud800", "\x00"])
def test_any_place_of_any_text_can_be_shown(desk: Desk, text: str) -> None:
    desk.file("a.wit", text)
    for start in range(len(text) + 1):
        for end in range(start, len(text) + 1):
            span = Span(start, end)
            desk.diagnostics.append(Diagnostic(desk.path("a.wit"), span, Severity.ERROR, "rule", f"{span}"))
    assert rendered(desk).count("error[rule]") == len(desk.diagnostics)
