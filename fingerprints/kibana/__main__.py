"""python -m fingerprints.kibana: writes config/kibana/samehand.ndjson anew."""

from __future__ import annotations

from fingerprints import config
from fingerprints.kibana.objects import FILE, text

if __name__ == "__main__":
    (config.DEFAULTS / FILE).write_text(text(), "utf-8")
