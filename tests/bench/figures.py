"""The README's figures again: runs the command of each row of its table, and prints what it says below what the README says.

python -m tests.bench.figures [WORD…]    only rows in which a word stands
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
_ROW = re.compile(r"^\| (?P<asked>.+?) \| (?P<answer>.+?) \| `python (?P<call>.+?)` \|$", re.MULTILINE)


def rows(readme: str) -> list[tuple[str, str, list[str]]]:
    """What was asked, the answer, and the arguments of the command that prints it."""
    return [(row["asked"], row["answer"], shlex.split(row["call"])) for row in _ROW.finditer(readme)]


def main() -> int:
    """0 when every command ran."""
    words, failed = sys.argv[1:], 0
    for asked, answer, call in rows((ROOT / "README.md").read_text("utf-8")):
        if words and not any(word in f"{asked} {' '.join(call)}" for word in words):
            continue
        print(f"\n{asked}\n  README: {answer}", flush=True)
        began = time.perf_counter()
        ended = subprocess.run([sys.executable, *call], cwd=ROOT, capture_output=True, text=True, check=False)
        told = ended.stdout if ended.returncode == 0 else f"exit code {ended.returncode}: {ended.stderr.strip()[-500:]}"
        print(*(f"  {line}" for line in told.strip().splitlines()), sep="\n")
        print(f"  ({' '.join(call)}: {time.perf_counter() - began:.0f} s by the clock)", flush=True)
        failed += ended.returncode != 0
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
