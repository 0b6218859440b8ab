"""Builds components from source: finds the toolchain of a project, runs it, and maps its errors to their places.

`plans` reads the project and runs nothing; `build` runs what a plan says, and is only called when a person asks.
"""

from .building import build
from .model import (
    BuildError,
    BuildPlan,
    BuildResult,
    Missing,
    Problem,
    State,
    Tool,
    ToolchainName,
)
from .planning import plan, plans, plans_of_world, with_output
from .settings import (
    FILE,
    ComponentSettings,
    DirectoryGrant,
    GrantSettings,
    ProjectSettings,
    SettingsError,
    project_root,
    read_settings,
)

__all__ = [
    "FILE",
    "BuildError",
    "BuildPlan",
    "BuildResult",
    "ComponentSettings",
    "DirectoryGrant",
    "GrantSettings",
    "Missing",
    "Problem",
    "ProjectSettings",
    "SettingsError",
    "State",
    "Tool",
    "ToolchainName",
    "build",
    "plan",
    "plans",
    "plans_of_world",
    "project_root",
    "read_settings",
    "with_output",
]
