"""The pages of the reference, made from the code whenever the documentation is built: they cannot be out of date.

MkDocs calls on_files (https://www.mkdocs.org/user-guide/configuration/#hooks).
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from itertools import chain
from pathlib import Path
from typing import Any

import typer
from mkdocs.structure.files import File, Files
from packaging.requirements import Requirement

from fingerprints import config, report
from fingerprints.cli import application
from fingerprints.commands.indicators import markdown
from fingerprints.exports import dossier
from fingerprints.indicators import catalogue
from fingerprints.stores import elasticsearch_schema

_WIDTH = "100"
_NOT_FOR_USE = ("build", "dev", "elastic-dev")


def on_files(files: Files, config: Any) -> Files:
    """Adds the pages of reference/."""
    for name, text in pages().items():
        files.append(File.generated(config, f"reference/{name}.md", content=text))
    return files


def pages() -> dict[str, str]:
    """Name → Markdown."""
    return {
        "commands": commands(),
        "catalogue": kinds(),
        "settings": settings(),
        "indices": indices(),
        "evidence-schema": schema(),
        "licences": licences(),
    }


def commands() -> str:
    """What --help says, for every command and every command of a group."""
    app = typer.main.get_command(application())
    parts = (f"## samehand {' '.join(path)}\n\n```text\n{_help(app, path)}\n```\n" for path in _paths(app, ()))
    return "# Commands\n\nWhat `samehand COMMAND --help` says.\n\n" + "\n".join(parts)


def _paths(command: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for name, inner in sorted(getattr(command, "commands", {}).items()):
        if not inner.hidden:
            yield (*path, name)
            yield from _paths(inner, (*path, name))


def _help(app: Any, path: tuple[str, ...]) -> str:
    told = io.StringIO()
    before = {name: os.environ.get(name) for name in ("COLUMNS", "TERMINAL_WIDTH")}
    os.environ.update(dict.fromkeys(before, _WIDTH))
    try:
        with contextlib.redirect_stdout(told):
            app.main([*path, "--help"], prog_name="samehand", standalone_mode=False)
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
    return "\n".join(line.rstrip() for line in told.getvalue().strip().splitlines())


def kinds() -> str:
    """The kinds of values that are looked for."""
    known = catalogue.kinds()
    head = (
        f"# The catalogue\n\nThe {len(known)} kinds of values that are looked for, by family, as "
        "`samehand indicators --format markdown` prints them. More of them: [indicators](../indicators.md).\n"
    )
    return f"{head}\n{markdown(known.values())}"


def settings() -> str:
    """The shipped files of settings as they stand, with their reasons."""
    head = (
        "# Settings\n\nThe shipped values, each with its reason. A file of the same name in the folder that `SAMEHAND_CONFIG` "
        "names overrides single values.\n"
    )
    files = sorted(config.DEFAULTS.glob("*.toml"))
    return head + "\n".join(f"## {path.name}\n\n```toml\n{path.read_text('utf-8').strip()}\n```\n" for path in files)


def indices() -> str:
    """The indices of a store in Elasticsearch, field by field."""
    known = elasticsearch_schema.load()
    head = (
        "# Indices\n\nWhat a store in Elasticsearch consists of: "
        f"version {known.version} of the mappings, all of them strict. Their names begin with the store's prefix. Fields of the "
        "Elastic Common Schema have its names; `samehand.*` are Samehand's own.\n"
    )
    parts = []
    for index in known.indices.values():
        renewed = " Each clustering writes it anew." if index.clustered else ""
        rows = "\n".join(f"| `{name}` | {kind} |" for name, kind in sorted(index.fields.items()))
        parts.append(f"## {index.name}\n\n{len(index.fields)} fields.{renewed}\n\n| field | type |\n|---|---|\n{rows}\n")
    return head + "\n" + "\n".join(parts)


def schema() -> str:
    """The JSON Schema of samehand export --format jsonl."""
    text = (Path(dossier.__file__).parent / "evidence.schema.json").read_text("utf-8")
    return f"# Schema of JSON lines\n\nWhat each line of `samehand export --format jsonl` is.\n\n```json\n{text.strip()}\n```\n"


def licences() -> str:
    """The licences of all that is installed with Samehand, and with its extras for use."""
    rows = "\n".join(f"| {name} | {version} | {licence} |" for name, version, licence in sorted(dependencies().values()))
    head = "# Licences\n\nSamehand is under the Apache License 2.0. It is installed with, or by its extras for use with:\n\n"
    drawn = "\n".join(f"| {name} | {version} | {licence} |" for name, version, licence in vendored())
    inside = f"\nThe pages of `samehand report` contain:\n\n| package | version | licence |\n|---|---|---|\n{drawn}\n"
    tail = "\nThe extra `elastic-dev`, for trying and for the tests, also brings a Java (GPL-2.0 with the Classpath exception).\n"
    return f"{head}| package | version | licence |\n|---|---|---|\n{rows}\n{inside}{tail}"


def vendored() -> list[tuple[str, str, str]]:
    """Name, version and licence of the libraries in the report's pages."""
    lock = json.loads((Path(report.__file__).parent / "vendor/package-lock.json").read_text("utf-8"))
    packages = (
        (name.removeprefix("node_modules/"), one) for name, one in lock["packages"].items() if name and not one.get("dev")
    )
    return [(name, one["version"], one["license"]) for name, one in packages]


def dependencies() -> dict[str, tuple[str, str, str]]:
    """Name → (name, version, licence) of everything that Samehand needs at run time, with what those need in turn.

    Of extras those that are for use, and not for its own making and tests.
    """
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
    extras = (texts for name, texts in project["optional-dependencies"].items() if name not in _NOT_FOR_USE)
    waiting = [Requirement(text) for text in chain(project["dependencies"], *extras)]
    found: dict[str, tuple[str, str, str]] = {}
    while waiting:
        wanted = waiting.pop()
        key = re.sub(r"[-_.]+", "-", wanted.name).lower()
        if key not in found:
            with contextlib.suppress(PackageNotFoundError):  # not needed on this system or this Python
                one = distribution(wanted.name)
                found[key] = (one.metadata["Name"], one.version, licence(one))
                needs = map(Requirement, one.requires or ())
                waiting += [need for need in needs if _applies(need, wanted.extras)]
    return found


def _applies(requirement: Requirement, extras: set[str]) -> bool:
    return requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in ("", *extras))


def licence(one: Distribution) -> str:
    """What a package says of its licence: an SPDX expression, else its classifiers, else the first line of its text."""
    about = one.metadata
    if about["License-Expression"]:
        return str(about["License-Expression"])
    classifiers = [text.rpartition(" :: ")[2] for text in about.get_all("Classifier") or () if text.startswith("License ::")]
    named = [text for text in classifiers if text != "OSI Approved"]
    first = str(about["License"] or "").strip().partition("\n")[0][:80]
    return ", ".join(named) or first or "not said"
