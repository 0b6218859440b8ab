"""Brings the assets while a wheel or a source distribution is made, so that whoever installs Witlens has them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetsHook(BuildHookInterface[Any]):
    """Takes what is missing from npm. Without npm the wheel checks and edits WIT, and says what the rest needs."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Run before anything is packed; an editable install is left to `make setup`."""
        if version == "editable":
            return
        sys.path.insert(0, str(Path(self.root) / "runtime"))
        try:
            from witlens_runtime.fetch_assets import FetchError, fetch
        finally:
            sys.path.pop(0)
        try:
            fetch()
        except (FetchError, OSError) as error:
            self.app.display_warning(f"without what builds and runs components: {error}")
