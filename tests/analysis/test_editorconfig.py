"""What `.editorconfig` files say about WIT."""

from __future__ import annotations

from pathlib import Path

import pytest

from witlens_analysis.editorconfig import format_options
from witlens_analysis.features.formatting import FormatOptions

DEFAULT = FormatOptions(3)


def options(folder: Path, text: str, path: str = "wit/a.wit", default: FormatOptions = DEFAULT) -> FormatOptions:
    """What one file at the top of a tree says about a path in it."""
    (folder / ".editorconfig").write_bytes(b"root = true\n" + text.encode())
    return format_options(str(folder / path), default)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", DEFAULT),
        ("indent_size = 4", DEFAULT),
        ("[*]\nindent_size = 4", FormatOptions(4)),
        ("[*]\r\nIndent_Size=4\r\n", FormatOptions(4)),
        ("[*]\nindent_style = tab", FormatOptions(3, True)),
        ("[*]\nindent_style = tab\ntab_width = 8", FormatOptions(8, True)),
        ("[*]\nindent_style = tab\nindent_size = 2", FormatOptions(2, True)),
        ("[*]\nindent_size = tab\ntab_width = 8", FormatOptions(8, True)),
        ("[*]\nindent_style = space\nindent_size = tab\ntab_width = 8", FormatOptions(8)),
        ("[*]\nindent_style = SPACE\n# indent_size = 5\n; indent_size = 6", DEFAULT),
        ("[*]\nindent_size = 4\n[*.wit]\nindent_size = 8", FormatOptions(8)),
        ("[*.wit]\nindent_size = 8\n[*]\nindent_size = 4", FormatOptions(4)),
        ("[*]\nindent_size = 4\n[*.wit]\nindent_size = unset", DEFAULT),
        ("[*]\nindent_size = 4\n[*.py]\nindent_size = 8", FormatOptions(4)),
        ("[*]\nindent_size = 0", DEFAULT),
        ("[*]\nindent_size = 99", DEFAULT),
        ("[*]\nindent_size = much", DEFAULT),
        ("[*]\nindent_style = both", DEFAULT),
    ],
)
def test_properties(tmp_path: Path, text: str, expected: FormatOptions) -> None:
    assert options(tmp_path, text) == expected


@pytest.mark.parametrize(
    ("glob", "matches"),
    [
        ("*", True),
        ("**", True),
        ("*.wit", True),
        ("a.wit", True),
        ("*.{wit,wave}", True),
        ("*.{wave,toml}", False),
        ("?.wit", True),
        ("??.wit", False),
        ("[abc].wit", True),
        ("[!abc].wit", False),
        ("[^abc].wit", True),
        ("wit/*.wit", True),
        ("/wit/*.wit", True),
        ("/*.wit", False),
        ("wit/**", True),
        ("**/a.wit", True),
        ("other/**", False),
        ("wit", False),
        ("a_wit", False),
        ("a\\.wit", True),
        ("{", False),
        ("[", False),
        ("*.{wit", False),
        ("(", False),
    ],
)
def test_globs(tmp_path: Path, glob: str, matches: bool) -> None:
    assert options(tmp_path, f"[{glob}]\nindent_size = 5") == (FormatOptions(5) if matches else DEFAULT)


def test_nearer_files_count_more_and_a_root_ends_the_search(tmp_path: Path) -> None:
    (tmp_path / ".editorconfig").write_text("root = true\n[*]\nindent_size = 4\nindent_style = tab\n")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / ".editorconfig").write_text("[*]\nindent_size = 8\n")
    assert format_options(str(inner / "a.wit"), DEFAULT) == FormatOptions(8, True)
    (inner / ".editorconfig").write_text("root = TRUE\n[*]\nindent_size = 8\n")
    assert format_options(str(inner / "a.wit"), DEFAULT) == FormatOptions(8)


def test_what_is_no_file_of_text_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "wit").mkdir()
    (tmp_path / "wit" / ".editorconfig").mkdir()
    assert options(tmp_path, "[*]\nindent_size = 4") == FormatOptions(4)
    (tmp_path / ".editorconfig").write_bytes(b"\xff\xfe\x00[*]\n\x00indent_size\xff = 4\n")
    assert format_options(str(tmp_path / "a.wit"), DEFAULT) == DEFAULT
