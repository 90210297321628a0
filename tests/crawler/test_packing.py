"""Captures: programs are kept apart, the quota holds, a package opens, and the oldest make room."""

from __future__ import annotations

import errno
import gzip
import hashlib
import json
import os
import zipfile
from pathlib import Path

import pytest

from fingerprints.captures import folder_of
from fingerprints.commands import schedule
from fingerprints.commands._errors import FailedError
from fingerprints.commands.captures import prune
from fingerprints.model import Role
from fingerprints.packing import sort_key
from fingerprints.proof import Prover
from fingerprints.retention import Retention
from fingerprints.stores.base import open_store
from tests.crawler.crawling import crawl, looks, of_web
from tests.crawler.names import Names
from tests.crawler.web import Web
from tests.fingerprints.samehand import run

FRONT = "<html><a href='/2024/05/a-thing-that-was'>A</a><script>gtag('config', 'G-ABCDEF1234')</script></html>"
EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.fixture
def store(web: Web, names: Names, tmp_path: Path) -> Path:
    """A crawl of a site that serves a page, and programs in the place of its icon and of an article."""
    web.page("example.org/", FRONT)
    web.page("example.org/favicon.ico", EICAR, "image/x-icon")
    packed = gzip.compress(b"MZ" + b"\0" * 2000, mtime=0)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
    web.answers["example.org/2024/05/a-thing-that-was"] = head.encode() + packed
    assert crawl(tmp_path / "a.db", "http://example.org/", **of_web(web, names)).code == 0
    return tmp_path / "a.db"


def files(store: Path) -> tuple[list[Path], list[Path]]:
    """The captures, and those of the quarantine."""
    found = sorted(folder_of(str(store)).glob("*.warc.gz"))
    return [path for path in found if "quarantine" not in path.name], [path for path in found if "quarantine" in path.name]


def test_programs_are_kept_apart_and_proved_all_the_same(store: Path) -> None:
    (plain,), (apart,) = files(store)
    assert b"EICAR" not in gzip.decompress(plain.read_bytes())
    assert b"EICAR" in gzip.decompress(apart.read_bytes())
    captures = {look.role: look.capture.file for look in looks(store).values() if look.capture is not None}
    assert captures[Role.FAVICON] == captures[Role.ARTICLE] == apart.name
    assert captures[Role.FRONT] == plain.name
    with open_store(str(store), create=False) as opened:
        proofs = [Prover([folder_of(str(store))]).prove(row) for row in opened.carried()]
    assert [proof.sentence for proof in proofs if not proof.proved] == []


def test_a_package_is_whole_holds_no_program_and_reads_as_its_files_do(store: Path, tmp_path: Path) -> None:
    run(tmp_path, "captures", "pack", "--out", "case.wacz", "--store", "a.db")
    (plain,), _ = files(store)
    with zipfile.ZipFile(tmp_path / "case.wacz") as package:
        names = set(package.namelist())
        assert names == {
            f"archive/{plain.name}",
            "indexes/index.cdx.gz",
            "pages/pages.jsonl",
            "datapackage.json",
            "datapackage-digest.json",
        }
        said = json.loads(package.read("datapackage.json"))
        for part in said["resources"]:
            assert part["hash"] == f"sha256:{hashlib.sha256(package.read(part['path'])).hexdigest()}"
        digest = json.loads(package.read("datapackage-digest.json"))["hash"]
        assert digest == f"sha256:{hashlib.sha256(package.read('datapackage.json')).hexdigest()}"
        lines = gzip.decompress(package.read("indexes/index.cdx.gz")).decode().splitlines()
        pages = [json.loads(line) for line in package.read("pages/pages.jsonl").splitlines()]
    assert "http://example.org/" in [page.get("url") for page in pages]
    assert lines == sorted(lines)
    for line in lines:
        key, _, rest = line.partition(" ")
        one = json.loads(rest.partition(" ")[2])
        assert key == sort_key(one["url"])
        at = int(one["offset"])
        record = gzip.decompress(plain.read_bytes()[at : at + int(one["length"])])
        assert f"WARC-Target-URI: {one['url']}\r\n".encode() in record
    run(tmp_path, "read", "case.wacz", "--store", "read.db", "--quiet")
    with open_store(str(tmp_path / "read.db"), create=False) as opened:
        assert [row.value for row in opened.carried(kind="google-analytics-4")] == ["G-ABCDEF1234"]


def test_sort_keys_are_those_of_replay_tools() -> None:
    assert sort_key("https://www.Example.org/A?b=2&a=1") == "org,example)/a?a=1&b=2"
    assert sort_key("http://example.org:8080") == "org,example:8080)/"


def test_captures_of_an_elasticsearch_lie_beside_its_journal() -> None:
    assert folder_of("http://127.0.0.1:9200") == Path("samehand-127.0.0.1-9200.captures")


def test_the_oldest_make_room_and_what_loses_its_proof_is_told(store: Path, tmp_path: Path) -> None:
    (plain,), (apart,) = files(store)
    os.utime(plain, (1, 1))
    listed = [json.loads(line) for line in run(tmp_path, "captures", "--store", "a.db", "--format", "jsonl").stdout.splitlines()]
    assert [(one["file"], one["quarantine"]) for one in listed] == [(plain.name, "no"), (apart.name, "yes")]
    assert listed[0]["observations"] > 0
    told = run(tmp_path, "captures", "prune", "--older-than", "9", "--dry-run", "--store", "a.db").stderr
    assert "1 file of" in told
    assert plain.is_file()
    told = " ".join(run(tmp_path, "captures", "prune", "--older-than", "9", "--store", "a.db").stderr.split())
    assert f"{listed[0]['observations']} observations lost their proof" in told
    assert (plain.is_file(), apart.is_file()) == (False, True)
    assert "is not in" in " ".join(run(tmp_path, "evidence", "example.org", "--store", "a.db", expect=1).stdout.split())
    assert run(tmp_path, "captures", "prune", "--store", "a.db", expect=2).stderr
    assert run(tmp_path, "captures", "pack", "--store", "a.db", expect=2).stderr


def test_a_crawl_stops_at_the_quota_says_so_and_goes_on_when_there_is_room(web: Web, names: Names, tmp_path: Path) -> None:
    web.page("example.org/", FRONT + "".join(f"<p>{hashlib.sha256(bytes([n % 256])).hexdigest()}{n}</p>" for n in range(300)))
    ended = crawl(tmp_path / "a.db", "http://example.org/", **of_web(web, names), captures_quota=2000)
    assert ended.code == 1
    assert "which is their quota" in ended.stderr
    assert "goes on where it stopped" in ended.stderr
    assert crawl(tmp_path / "a.db", **of_web(web, names)).code == 0
    assert any(look.role is Role.FRONT and not look.detail for look in looks(tmp_path / "a.db").values())


def test_a_capture_that_is_gone_is_no_trouble_and_one_that_cannot_be_deleted_is_told(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (plain,), (apart,) = files(store)
    for path in (plain, apart):
        os.utime(path, (1, 1))
    everything = Retention(keep_days=9, most_megabytes=0)

    def unlink(path: Path, missing_ok: bool = False) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", unlink)
        with pytest.raises(FailedError, match=r"cannot be deleted: Read-only file system\.$"):
            prune([plain, apart], everything, str(store))
        schedule._make_room(str(store), everything)
    assert "cannot be deleted: Read-only file system." in " ".join(capsys.readouterr().err.split())
    prune([plain, tmp_path / "gone.warc.gz", apart], everything, str(store))
    assert "2 files of" in capsys.readouterr().err
    assert not plain.is_file()
