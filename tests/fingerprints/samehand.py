"""The command as a user starts it: a process of its own, in a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

WIDTH = "80"


def run(folder: Path, *arguments: str, expect: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs samehand in `folder` and checks its exit code."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("SAMEHAND_")}
    env |= {"COLUMNS": WIDTH, "PYTHONIOENCODING": "utf-8", **environment}
    done = subprocess.run(
        [sys.executable, "-m", "fingerprints", *arguments],
        cwd=folder,
        env=env | {"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == expect, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr
    return done


def rows(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    """What the command gives with --format jsonl."""
    return [json.loads(line) for line in run(folder, *arguments, "--format", "jsonl").stdout.splitlines()]
