"""The documentation is true: its commands and blocks run as they stand, and its site is built without complaint."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType

import pytest
from typer.main import get_command

from fingerprints.cli import application
from fingerprints.commands._demo_farm import Farm, farm
from fingerprints.indicators import catalogue
from fingerprints.stores import elasticsearch_schema
from tests.fingerprints.made_stores import store_of
from tests.fingerprints.samehand import run

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
NAMES = ("first-post.example", "second-post.example")


def _commands(page: str, after: str = "") -> list[list[str]]:
    text = (DOCS / page).read_text("utf-8")
    lines = (text.partition(after)[2] if after else text).splitlines()
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("    samehand ")]


def _suspects(web: Farm) -> tuple[list[str], list[str]]:
    """The largest network's members, and sites to crawl: those and strangers."""
    largest = max(web.truth["networks"], key=lambda network: len(network["members"]))
    others = [site["domain"] for site in web.truth["sites"] if site["domain"] not in largest["members"]]
    return largest["members"], [*largest["members"], *others[:6]]


def test_the_tutorial_and_the_library_run_as_they_stand(tmp_path: Path) -> None:
    """The farm's names stand in the place of the two that the tutorial invents; the crawl is told where the farm is."""
    with farm(["--seed=1", "--sites=40"]) as web:
        members, sites = _suspects(web)
        (tmp_path / "domains.txt").write_text("".join(f"{site}\n" for site in sites))
        (tmp_path / "colleague.csv").write_text(f"site,verdict\n{members[0]},yes\n")
        options = [option for option in web.crawl_options if option not in ("--seeds", web.crawl_options[1])]
        named = dict(zip(NAMES, members, strict=False))
        steps = _commands("tutorial.md")
        assert [step[0] for step in steps] == [
            *("import", "crawl", "site", "networks", "explain", "find", "evidence", "verdict", "verdict", "browse", "report"),
            *("export", "export", "export", "backup", "log"),
        ]
        said = {}
        for step in steps:
            more = [*options, "--delay", "0", "--articles", "3"] if step[0] == "crawl" else []
            said[step[0]] = run(tmp_path, *(named.get(word, word) for word in step), *more).stdout
    assert members[0] in said["networks"]
    assert "explain" in said
    assert members[1] in said["explain"]
    assert (tmp_path / "report/index.html").is_file()
    assert members[0] in (tmp_path / "block.txt").read_text().splitlines()
    blocks = re.findall(r"```python\n(.*?)```", (DOCS / "library.md").read_text("utf-8"), re.DOTALL)
    assert len(blocks) == 6
    _readme(tmp_path, web, members)
    told = _python(tmp_path, "\n".join(blocks), "-W", "error")
    assert any(site in told for site in members)
    assert members[0] in _python(tmp_path, _NOTEBOOK.format(DOCS / "notebook.ipynb"))


_NOTEBOOK = """
import nbclient, nbformat
notebook = nbformat.read("{}", 4)
nbclient.NotebookClient(notebook, timeout=120).execute()
print(*(output for cell in notebook.cells for output in cell.get("outputs", ())))
"""


def _python(folder: Path, script: str, *flags: str) -> str:
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, *flags, "-c", script]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_one_practises_with_the_readmes_commands_as_they_stand(tmp_path: Path) -> None:
    section = (ROOT / "README.md").read_text("utf-8").partition("## Practise first")[2].partition("\n## ")[0]
    serving, *others = [line.strip() for line in section.splitlines() if line.startswith("    ")]
    (tmp_path / "samehand").write_text(f'#!/bin/sh\nexec {sys.executable} -m fingerprints "$@"\n')
    (tmp_path / "samehand").chmod(0o755)
    env = os.environ | {"PYTHONPATH": str(ROOT), "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    with subprocess.Popen(shlex.split(serving), cwd=tmp_path, env=env, stderr=subprocess.PIPE, text=True) as web:
        try:
            assert web.stderr
            assert "105 sites" in web.stderr.readline()
            command = ["bash", "-euc", "\n".join(others)]
            done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=180, check=False)
            assert done.returncode == 0, done.stderr
            web.send_signal(signal.SIGINT)
            assert web.wait(20) == 0
        finally:
            web.kill()
    assert len(others) == 4
    assert "held by" in done.stdout
    assert "20 of 20 sites crawled" in done.stderr
    assert list((tmp_path / "report/networks").glob("*.html"))


def _readme(folder: Path, web: Farm, members: list[str]) -> None:
    """The README's commands on one's own sites, after the crawl that they begin with; the others' tests are where they are."""
    carried = (one for site in web.truth["sites"] for one in site["carried"] if site["domain"] in members)
    account = next(one["value"] for one in carried if (one["kind"], one["state"]) == ("google-analytics", "live"))
    named = {"a.com": members[0], "b.com": members[1], "pub-1234567890123456": account}
    run(folder, "export", "--format", "misp", "--store", "case.db", "--out", "event.json")
    shutil.copy(next(path for path in (folder / "case.captures").rglob("*.warc.gz")), folder / "pages.warc.gz")
    steps = _commands("../README.md", "## Your own sites")
    assert [step[0] for step in steps] == [
        *("crawl", "read", "networks", "explain", "site", "find", "lookalikes", "evidence", "report", "browse", "export"),
        *("import", "verdict", "freeze", "recrawl"),
    ]
    for step in steps:
        if step[0] not in ("crawl", "browse", "recrawl", "evidence"):
            run(folder, *(named.get(word, word) for word in step))


def test_the_commands_about_cases_run_as_they_stand(tmp_path: Path) -> None:
    for name, site in (("monday", NAMES[0]), ("colleague", "third-post.com")):
        store_of(tmp_path, {site.replace(".example", ".com"): (("email", "jane.doe@example.org"),)}).close()
        (tmp_path / "made.db").rename(tmp_path / f"{name}.db")
    steps = _commands("cases.md")
    assert [step[0] for step in steps] == ["browse", "tag", "merge", "backup", "restore", "forget", "forget", "forget", "log"]
    shutil.copy(tmp_path / "monday.db", tmp_path / "case.db")
    for step in steps[1:]:
        run(tmp_path, *(word.replace("-post.example", "-post.com") for word in step))
    log = [
        json.loads(line)["what"] for line in run(tmp_path, "log", "--store", "case.db", "--format", "jsonl").stdout.splitlines()
    ]
    assert log == ["merge", "forget", "forget"]


@cache
def _reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_reference", DOCS / "_reference.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_has_every_command_and_every_setting() -> None:
    pages = _reference().pages()
    commands = get_command(application()).commands  # type: ignore[attr-defined]
    assert [name for name in commands if f"## samehand {name}\n" not in pages["commands"]] == []
    assert "## samehand elastic init\n" in pages["commands"]
    assert "--format FORMAT" in pages["commands"]
    assert [name for name in catalogue.kinds() if f"| `{name}` |" not in pages["catalogue"]] == []
    for name, index in elasticsearch_schema.load().indices.items():
        assert f"## {name}\n" in pages["indices"]
        assert [field for field in index.fields if f"| `{field}` |" not in pages["indices"]] == []
    for path in (ROOT / "config").glob("*.toml"):
        assert path.read_text("utf-8").strip() in pages["settings"]


def test_licences_of_what_is_installed_are_known_and_fit() -> None:
    found = _reference().dependencies()
    assert {"scrapy", "datasette", "pyarrow", "tldextract"} <= set(found)
    assert {"sigma", "graphology"} <= {name for name, _, _ in _reference().vendored()}
    for name, _, licence in (*found.values(), *_reference().vendored()):
        assert licence != "not said", name
        assert not re.search(r"\bA?GPL", licence), f"{name}: {licence}"


class Page(HTMLParser):
    """What a browser would fetch."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        wanted = facts.get("src") if tag in ("script", "img", "iframe") else None
        if tag == "link" and facts.get("rel") in ("stylesheet", "icon", "preconnect", "preload"):
            wanted = facts.get("href")
        if wanted:
            self.fetched.append(wanted)


def test_the_site_is_built_strictly_and_asks_nobody(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    env = {"PATH": "", "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    pages = list((tmp_path / "site").rglob("*.html"))
    assert {"tutorial.html", "commands.html", "ethics.html"} <= {page.name for page in pages}
    for page in pages:
        outside = [one for one in Page(page.read_text("utf-8")).fetched if one.startswith(("http:", "https:", "//"))]
        assert outside == [], page


def test_every_page_is_in_the_navigation() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text("utf-8")
    assert [page.name for page in DOCS.glob("*.md") if f": {page.name}\n" not in navigation] == []


def test_the_readme_can_be_read_at_one_sitting() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) < 200


@pytest.mark.parametrize("page", sorted(path.name for path in [*DOCS.glob("*.md"), ROOT / "README.md"]))
def test_links_between_pages_lead_somewhere(page: str) -> None:
    folder = ROOT if page == "README.md" else DOCS
    targets = re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", (folder / page).read_text("utf-8"))
    assert [one for one in targets if not one.startswith("reference/") and not (folder / one).exists()] == []
