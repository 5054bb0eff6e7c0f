"""Build hook of the wheel: no wheel without its JavaScript.

A wheel that lacks the bundle installs without complaint and then shows no panel, so a missing bundle is built
here, and a build that leaves it missing fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SKIP_VARIABLE = "HUBNB_SKIP_JS"
"""Set to 1 by lint jobs, which install the package but never open a panel."""


class JavaScriptHook(BuildHookInterface):
    """Run the bundler if a bundle is missing; fail if it still is."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Make sure that every bundle is in `hubnb/static` before files are collected."""
        root = Path(self.root)
        if os.environ.get(SKIP_VARIABLE) == "1" or not missing_bundles(root):
            return
        build_bundles(root / "js")
        still_missing = missing_bundles(root)
        if still_missing:
            msg = f"The JavaScript build ran but left no {', '.join(still_missing)} in hubnb/static."
            raise RuntimeError(msg)


def missing_bundles(root: Path) -> list[str]:
    """Names of the bundles that are not in `hubnb/static`, or empty there."""
    static = root / "hubnb" / "static"
    wanted = sorted(f"{entry.parent.name}.js" for entry in (root / "js").glob("*/index.ts*"))
    return [name for name in wanted if not (static / name).is_file() or not (static / name).stat().st_size]


def build_bundles(js_folder: Path) -> None:
    """Install the locked tool chain and bundle."""
    npm = shutil.which("npm")
    if npm is None:
        msg = (
            "hubnb's JavaScript bundle is missing and npm was not found to build it. Install Node.js 20 or newer, "
            f"or set {SKIP_VARIABLE}=1 if no panel will be shown from this installation."
        )
        raise RuntimeError(msg)
    subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=js_folder, check=True)
    subprocess.run([npm, "run", "build"], cwd=js_folder, check=True)
