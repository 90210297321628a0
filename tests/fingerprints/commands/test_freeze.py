"""A frozen finding holds years later, and each thing that was changed in it is told."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from crawler.farm import serve
from tests.crawler.crawling import ROOT, crawl, of_farm
from tests.crawler.farm.client import SMALL
from tests.fingerprints.samehand import run

_REQUEST = """
[req]
distinguished_name = name
prompt = no
[name]
CN = Authority of a test
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[stamping]
basicConstraints = CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = here
[here]
serial = serial
signer_digest = sha256
digests = sha256, sha512
default_policy = 1.2.3.4
ess_cert_id_alg = sha256
"""


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store of a farm crawl, its captures and its networks."""
    folder = tmp_path_factory.mktemp("case")
    with serve(SMALL, seed=1) as farm:
        assert crawl(folder / "case.db", f"--seeds={farm.seeds_file}", **of_farm(farm), articles=2).code == 0
    run(folder, "networks", "--store", "case.db")
    return folder


@pytest.fixture(scope="module")
def network(case: Path) -> dict[str, Any]:
    lines = run(case, "networks", "--store", "case.db", "--format", "jsonl").stdout.splitlines()
    found: dict[str, Any] = json.loads(lines[0])
    return found


@pytest.fixture(scope="module")
def frozen(case: Path, network: dict[str, Any]) -> Path:
    run(case, "verdict", "network", network["id"], "yes", "--by", "ann", "--store", "case.db")
    run(case, "freeze", network["id"], "--out", "found.zip", "--by", "ann", "--store", "case.db")
    return case / "found.zip"


def findings(folder: Path, file: Path, *options: str, expect: int = 0) -> list[dict[str, Any]]:
    told = run(folder, "verify", str(file), *options, "--format", "jsonl", expect=expect).stdout
    return [json.loads(line) for line in told.splitlines()]


def test_a_frozen_finding_is_whole_and_needs_nothing_beside_it(
    case: Path, frozen: Path, network: dict[str, Any], tmp_path: Path
) -> None:
    shutil.copy(frozen, tmp_path / "found.zip")
    told = findings(tmp_path, Path("found.zip"))
    assert {one["what"] for one in told if one["holds"]} == {"digests", "links", "records"}
    with zipfile.ZipFile(frozen) as archive:
        said = json.loads(archive.read("manifest.json"))
        names = set(archive.namelist())
        assert json.loads(archive.read("verdicts.jsonl"))["by"] == "ann"
        assert json.loads(archive.read("runs.jsonl").splitlines()[0])["command"] == "crawl"
    assert (said["by"], said["network"], said["store"]) == ("ann", network["id"], "case.db")
    assert {"config/shipped/evidence.toml", "config/shipped/background.tsv", "config/shipped/shared_values.tsv"} <= names
    with_archives = findings(case, frozen, "--captures", "case.captures")
    assert {one["what"] for one in with_archives if one["holds"]} == {"digests", "links", "records", "archives"}
    assert run(tmp_path, "verify", "found.zip").stdout.count("holds") == 3


def test_the_commands_of_the_documentation_run_as_they_stand(case: Path, network: dict[str, Any]) -> None:
    lines = (ROOT / "docs" / "captures.md").read_text("utf-8").splitlines()
    calls = [shlex.split(line)[1:] for line in lines if line.startswith("    samehand ")]
    assert [call[0] for call in calls] == ["captures", "captures", "captures", "freeze", "verify"]
    for call in calls:
        run(case, *(network["sites"][0] if word == "first-post.example" else word for word in call))


def _without(name: str) -> Callable[[dict[str, bytes]], None]:
    def spoil(files: dict[str, bytes]) -> None:
        del files[name]

    return spoil


def _bits(files: dict[str, bytes]) -> None:
    network = json.loads(files["network.json"])
    network["links"][0]["bits"] += 5
    files["network.json"] = json.dumps(network).encode()


def _value(files: dict[str, bytes]) -> None:
    network = json.loads(files["network.json"])
    one = next(one for one in network["links"][0]["shared"] if one["bits"] > 0)
    one["value"] = "another"
    files["network.json"] = json.dumps(network).encode()


def _member(files: dict[str, bytes]) -> None:
    network = json.loads(files["network.json"])
    network["core"].append("stranger.example")
    files["network.json"] = json.dumps(network).encode()


def _record(files: dict[str, bytes]) -> None:
    lines = [json.loads(line) for line in files["captures.jsonl"].splitlines()]
    lines[0]["kept_at"], lines[1]["kept_at"] = lines[1]["kept_at"], lines[0]["kept_at"]
    files["captures.jsonl"] = "".join(json.dumps(line) + "\n" for line in lines).encode()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (_without("observations.jsonl"), "observations.jsonl is missing."),
        (_bits, "its values give"),
        (_value, "which was not observed on"),
        (_member, "stranger.example is said to be a member, and no link leads to it."),
        (_record, "is not the one that was captured"),
    ],
)
@pytest.mark.parametrize("covered", [False, True])
def test_what_was_changed_is_told(
    spoil: Callable[[dict[str, bytes]], None], sentence: str, covered: bool, frozen: Path, tmp_path: Path
) -> None:
    """Also when whoever changed it made the manifest's digests fit."""
    with zipfile.ZipFile(frozen) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    before = dict(files)
    spoil(files)
    if covered:
        _cover(files)
    with zipfile.ZipFile(tmp_path / "spoilt.zip", "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    told = [one["sentence"] for one in findings(tmp_path, Path("spoilt.zip"), expect=1) if not one["holds"]]
    changed = [name for name in before if files.get(name) not in (None, before[name])]
    if covered and "missing" not in sentence:
        assert any(sentence in one for one in told)
    elif not covered:
        assert any(sentence in one or f"{changed[0]} was changed" in one for one in told)


def _cover(files: dict[str, bytes]) -> None:
    import hashlib

    said = json.loads(files["manifest.json"])
    for name, held in said["files"].items():
        if name in files:
            held["sha256"] = hashlib.sha256(files[name]).hexdigest()
    files["manifest.json"] = json.dumps(said).encode()


def test_a_lost_capture_is_told_and_a_finding_without_anybody_is_not_made(
    case: Path, network: dict[str, Any], tmp_path: Path
) -> None:
    shutil.copy(case / "case.db", tmp_path / "case.db")
    done = run(tmp_path, "freeze", network["id"], "--out", "a.zip", "--by", "ann", "--store", "case.db", expect=1)
    assert "the file was not found" in " ".join(done.stderr.split())
    told = findings(tmp_path, Path("a.zip"), expect=1)
    assert any("have no record in the file" in one["sentence"] for one in told if not one["holds"])
    assert "--by NAME" in run(tmp_path, "freeze", network["id"], "--out", "b.zip", "--store", "case.db", expect=2).stderr
    (tmp_path / "c.zip").write_bytes(b"no zip")
    assert "no frozen finding" in run(tmp_path, "verify", "c.zip", expect=2).stderr


@contextmanager
def stamping(folder: Path) -> Iterator[tuple[str, Path]]:
    """A time-stamping authority: OpenSSL behind a server on loopback; its address and its root certificate."""
    (folder / "tsa.cnf").write_text(_REQUEST)
    (folder / "serial").write_text("01\n")

    def openssl(*call: str, given: bytes = b"") -> bytes:
        return subprocess.run(["openssl", *call], cwd=folder, input=given, capture_output=True, check=True).stdout

    key = ("-newkey", "rsa:2048", "-nodes", "-config", "tsa.cnf")
    openssl("req", "-x509", *key, "-extensions", "root", "-days", "9", "-keyout", "root.key", "-out", "root.pem")
    openssl("req", *key, "-subj", "/CN=Stamps of a test", "-keyout", "tsa.key", "-out", "tsa.csr")
    signing = ("-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "9")
    openssl("x509", "-req", "-in", "tsa.csr", *signing, "-extfile", "tsa.cnf", "-extensions", "stamping", "-out", "tsa.pem")

    class Authority(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            (folder / "query").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            signer = ("-config", "tsa.cnf", "-signer", "tsa.pem", "-inkey", "tsa.key")
            body = openssl("ts", "-reply", "-queryfile", "query", *signer)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: Any) -> None:
            """Nothing on the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Authority) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/", folder / "root.pem"
        server.shutdown()


def test_a_time_stamp_holds_for_its_authority_and_for_nothing_else(case: Path, network: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    with stamping(tmp_path / "one") as (url, root), stamping(tmp_path / "other") as (_, stranger):
        out = str(tmp_path / "stamped.zip")
        run(case, "freeze", network["id"], "--out", out, "--by", "ann", "--timestamp", url, "--store", "case.db")
    told = findings(tmp_path, Path(out), "--authority", str(root))
    assert [one["holds"] for one in told if one["what"] == "time stamp"] == [True]
    assert any("was not checked" in one["sentence"] for one in findings(tmp_path, Path(out)))
    told = findings(tmp_path, Path(out), "--authority", str(stranger), expect=1)
    assert [one["what"] for one in told if not one["holds"]] == ["time stamp"]
    with zipfile.ZipFile(out) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files["manifest.json"] = files["manifest.json"].replace(b'"by": "ann"', b'"by": "eve"')
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    told = findings(tmp_path, Path(out), expect=1)
    assert ["something else" in one["sentence"] for one in told if not one["holds"]] == [True]
    run(
        case,
        "freeze",
        network["id"],
        "--out",
        "late.zip",
        "--by",
        "ann",
        "--timestamp",
        "http://127.0.0.1:1/",
        "--store",
        "case.db",
        expect=1,
    )
