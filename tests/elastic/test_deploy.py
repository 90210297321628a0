"""config/deploy: what can be known of these files without a Docker, a Kubernetes or a systemd that runs them; and docs of it."""

from __future__ import annotations

import base64
import configparser
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
import yaml
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

from fingerprints.config import DEFAULTS
from fingerprints.stores.elasticsearch_roles import roles
from tests.elastic.guard import Guard, guarding
from tests.fingerprints.samehand import run

DEPLOY = DEFAULTS / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text())
JOBS = {path.name: yaml.safe_load(path.read_text()) for path in sorted(DEPLOY.glob("*.yaml"))}
UNITS = sorted(DEPLOY.glob("*.service"))


def unit(path: Path) -> configparser.RawConfigParser:
    """A unit file; of keys that stand there twice the last."""
    parser = configparser.RawConfigParser(strict=False, delimiters=("=",), interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(path)
    return parser


def container(job: dict[str, Any]) -> dict[str, Any]:
    """The one container of a CronJob."""
    (found,) = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    return dict(found)


def commands() -> Iterator[str]:
    """Every call of samehand in these files, from its first word on."""
    for service in COMPOSE["services"].values():
        if "build" in service:
            yield from re.findall(r"samehand ([^;&\"]+)", " ".join(service.get("entrypoint", ())))
            yield from [shlex.join(service["command"])] if "command" in service else []
    for job in JOBS.values():
        yield shlex.join(container(job)["args"])
    for path in UNITS:
        yield from (words.strip() for words in re.findall(r"^Exec\w+=.*\bsamehand (.*)$", path.read_text(), re.MULTILINE))
    script = (DEPLOY / "first-start.sh").read_text()
    yield from ("elastic " + words for words in re.findall(r"^elastic (\w+)$", script, re.MULTILINE))
    yield from re.findall(r"samehand (kibana import)", script)
    for page in ("elasticsearch.md", "kibana-checklist.md"):
        text = (DEFAULTS.parent / "docs" / page).read_text()
        yield from (re.split(r"  +", line)[0] for line in re.findall(r"^ *samehand (.*)$", text, re.MULTILINE))


@pytest.mark.parametrize("words", sorted(set(commands())))
def test_each_command_is_one_and_has_the_options_that_it_is_given(words: str, tmp_path: Path) -> None:
    names = list(takewhile(lambda word: re.fullmatch("[a-z]+", word), shlex.split(words)))
    names = names[:2] if names[0] in ("elastic", "kibana") else names[:1]
    options = [word for word in shlex.split(words) if word.startswith("--")]
    told = run(tmp_path, *names, "--help").stdout
    assert all(option in told for option in options), told


def test_passwords_get_into_no_image_and_no_wheel(tmp_path: Path) -> None:
    """first-start.sh makes them where they stand here, and config/ is shipped whole."""
    root = DEFAULTS.parent
    assert "config/deploy/secrets" in (root / ".dockerignore").read_text().splitlines()
    copied = (
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "config/deploy/compose.yml",
        "fingerprints/__init__.py",
        "crawler/__init__.py",
    )
    for name in copied:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / name, tmp_path / name)
    secrets = tmp_path / "config/deploy/secrets/elastic_password"
    secrets.parent.mkdir()
    secrets.write_text("a password")
    wheel = {one.distribution_path for one in WheelBuilder(str(tmp_path)).recurse_included_files()}
    sdist = {one.distribution_path for one in SdistBuilder(str(tmp_path)).recurse_included_files()}
    assert "fingerprints/config/deploy/compose.yml" in wheel
    assert any(name.endswith("config/deploy/compose.yml") for name in sdist)
    assert [name for name in wheel | sdist if "secrets" in name] == []


def test_the_image_has_what_compose_starts() -> None:
    """Its lock is made of pyproject.toml like the other two, in the same versions, with what alerts and a Redis need."""
    extras = tomllib.loads((DEFAULTS.parent / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    whole, image = (pins(DEFAULTS.parent / name) for name in ("tests/requirements.lock", "config/deploy/requirements.lock"))
    for name in ("alerts", "redis"):
        assert {re.split(r"[^\w-]", wanted)[0] for wanted in extras[name]} <= image.keys()
    assert pins(DEFAULTS.parent / "requirements.lock").items() <= image.items() <= whole.items()


def pins(lock: Path) -> dict[str, str]:
    """Package → version."""
    return dict(re.findall(r"^([\w.-]+)==(\S+)", lock.read_text(), re.MULTILINE))


def test_a_stop_reaches_the_crawler_of_a_unit_once() -> None:
    """systemd's usual stop is told to each process, the command passes it on besides, and a second one ends a crawl unwritten."""
    for unit in UNITS:
        assert "KillMode=mixed" in unit.read_text().splitlines()


def test_ports_are_this_machine_s_and_secrets_are_files_that_are_named() -> None:
    files = COMPOSE["secrets"]
    for service in COMPOSE["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
        assert set(service.get("secrets", ())) <= files.keys()
        for name, value in service.get("environment", {}).items():
            assert "PASSWORD" not in name or name.endswith("_FILE"), "a password is no variable of a compose file"
            assert not str(value).startswith("/run/secrets/") or str(value).rpartition("/")[2] in service["secrets"]
        assert set(service.get("depends_on", ())) <= COMPOSE["services"].keys()
    images = [COMPOSE["services"][name]["image"].rpartition(":")[2] for name in ("elasticsearch", "kibana")]
    assert images[0] == images[1]


@pytest.mark.parametrize("name", JOBS)
def test_cron_jobs(name: str) -> None:
    job = JOBS[name]
    assert (job["apiVersion"], job["kind"], job["spec"]["concurrencyPolicy"]) == ("batch/v1", "CronJob", "Forbid")
    assert re.fullmatch(r"(\S+ ){4}\S+", job["spec"]["schedule"])
    pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    assert pod["restartPolicy"] in ("Never", "OnFailure")
    mounted = {one["name"]: one["mountPath"] for one in container(job)["volumeMounts"]}
    assert mounted.keys() == {one["name"] for one in pod["volumes"]}
    for one in container(job)["env"]:
        assert not one["value"].startswith("/") or any(one["value"].startswith(path) for path in mounted.values())


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_units(path: Path, tmp_path: Path) -> None:
    service, timer = unit(path), unit(path.with_suffix(".timer"))
    assert service["Service"]["Type"] == "oneshot"
    assert service["Service"]["NoNewPrivileges"] == service["Service"]["ProtectHome"] == "yes"
    assert timer["Install"]["WantedBy"] == "timers.target"
    if verify := shutil.which("systemd-analyze"):
        here = tmp_path / path.name
        here.write_text(path.read_text().replace("/opt/samehand/bin/samehand", sys.executable))
        shutil.copy(path.with_suffix(".timer"), tmp_path)
        done = subprocess.run(
            [verify, "verify", "--man=no", str(here), str(here.with_suffix(".timer"))],
            capture_output=True,
            text=True,
            check=False,
        )
        assert not [line for line in done.stderr.splitlines() if path.stem in line], done.stderr


@pytest.fixture
def guard(elasticsearch: str, tmp_path: Path) -> Iterator[type[Guard]]:
    with guarding(elasticsearch, tmp_path, tls=False) as made:
        yield made


def test_the_first_start(guard: type[Guard], location: str, tmp_path: Path) -> None:
    """Twice, with a docker that only notes what it is asked: the second time finds all and makes nothing."""
    here, programs = tmp_path / "deploy", tmp_path / "bin"
    shutil.copytree(DEPLOY, here)
    programs.mkdir()
    (programs / "docker").write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/docker\n')
    (programs / "samehand").write_text(f'#!/bin/sh\nexec {sys.executable} -m fingerprints "$@"\n')
    for program in programs.iterdir():
        program.chmod(0o755)
    (here / "secrets").mkdir()
    (here / "secrets" / "elastic_password").write_text("chosen")
    guard.keys["Basic " + base64.b64encode(b"elastic:chosen").decode()] = guard.keys["ApiKey azpz"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SAMEHAND_")}
    environment |= {"PATH": f"{programs}:{os.environ['PATH']}", "PYTHONPATH": str(Path(__file__).parents[2])}
    environment["SAMEHAND_STORE"] = f"{guard.address}/?prefix=samehand{location.rpartition('=')[2]}"
    made = []
    for _ in range(2):
        done = subprocess.run(["sh", str(here / "first-start.sh")], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        made.append({path.name: path.read_text() for path in (here / "secrets").iterdir()})
        assert not any(secret in done.stdout + done.stderr for name, secret in made[-1].items() if name != "kibana.env")
    assert made[0] == made[1]
    assert {Path(one["file"]).name for one in COMPOSE["secrets"].values()} <= made[0].keys()
    assert all(made[0].values())
    assert all(path.stat().st_mode & 0o077 == 0 for path in (here / "secrets").iterdir() if path.name != "elastic_password")
    assert {name.partition("_")[2] for name in guard.made} == set(roles("x"))
    assert not guard.refused
    assert "up --detach --wait elasticsearch" in (tmp_path / "docker").read_text()
