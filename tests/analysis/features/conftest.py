from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.analysis.support.fixture import Fixture, load

Load = Callable[..., Fixture]


@pytest.fixture
def wit(tmp_path: Path) -> Load:
    """Loads a fixture into a directory of its own."""
    return lambda text, **options: load(text, tmp_path, **options)
