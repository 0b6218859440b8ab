"""What users set, and what they get wrong."""

from __future__ import annotations

import pytest

from witlens_analysis.diagnostics import Severity
from witlens_server.lsp.settings import Settings, read_settings


@pytest.mark.parametrize("wrap", [lambda settings: settings, lambda settings: {"witlens": settings}])
def test_all_settings(wrap: object) -> None:
    sent = {
        "features": ["a", "b"],
        "allFeatures": True,
        "severity": {"unused-type": "off", "old-syntax": "info"},
        "ruleDocumentation": "file:///docs",
        "codeLens": {"references": False},
        "lensActions": True,
        "showReferences": "show.it",
        "linkLines": True,
        "of-somebody-else": 5,
    }
    settings, problems = read_settings(wrap(sent), Settings())  # type: ignore[operator]
    assert problems == []
    assert settings == Settings(
        frozenset({"a", "b"}),
        True,
        {"unused-type": None, "old-syntax": Severity.INFORMATION},
        "file:///docs",
        code_lenses=frozenset({"implementations"}),
        lens_actions=True,
        show_references="show.it",
        link_lines=True,
    )


@pytest.mark.parametrize(
    "sent",
    [
        None,
        {},
        {"witlens": None},
        {"witlens": {}},
        {"features": None},
        {"python": {}},
        [],
        {"witlens": {"severity": []}},
    ],
)
def test_nothing_set_leaves_what_was(sent: object) -> None:
    base = Settings(features=frozenset({"x"}))
    assert read_settings(sent, base) == (base, [])


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        (5, "the settings are not an object but 5"),
        ({"witlens": [1]}, "the settings are not an object but [1]"),
        ({"features": "a"}, "`features` is not a list of names but 'a'"),
        ({"features": [1]}, "`features` is not a list of names but [1]"),
        ({"allFeatures": "yes"}, "`allFeatures` is neither true nor false but 'yes'"),
        ({"severity": "off"}, "`severity` is not an object but 'off'"),
        ({"ruleDocumentation": 1}, "`ruleDocumentation` is not a URI but 1"),
        ({"codeLens": "off"}, "`codeLens` is neither true, false nor an object but 'off'"),
        ({"codeLens": {"runs": True}}, "`codeLens.runs` is not one of references, implementations, with true or false"),
        ({"lensActions": "yes"}, "`lensActions` is neither true nor false but 'yes'"),
        ({"showReferences": True}, "`showReferences` is not the name of a command but True"),
        ({"linkLines": "yes"}, "`linkLines` is neither true nor false but 'yes'"),
        (
            {"severity": {"unused-type": "loud"}},
            "the severity of `unused-type` is 'loud', not one of error, warning, information, info, hint, off",
        ),
    ],
)
def test_wrong_settings_are_told_and_change_nothing(sent: object, problem: str) -> None:
    base = Settings(features=frozenset({"x"}), severities={})
    assert read_settings(sent, base) == (base, [problem])
