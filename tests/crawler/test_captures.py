"""What a crawl kept: it can be proved, read again, replayed; what is altered or gone is told."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import Any

import pytest

from crawler.farm import serve
from fingerprints.captures import Standing, folder_of
from fingerprints.model import Role
from fingerprints.proof import Prover
from fingerprints.stores.base import Batch, Carried, open_store
from tests.crawler.crawling import crawl, of_farm
from tests.crawler.farm.client import SMALL
from tests.fingerprints.samehand import run

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of a farm crawl."""
    store = tmp_path_factory.mktemp("crawled") / "farm.db"
    with serve(SMALL, seed=1) as farm:
        options = of_farm(farm) | {"probes": "dns,tls", "hosting_data": farm.hosting}
        assert crawl(store, f"--seeds={farm.seeds_file}", **options).code == 0
    return store


@pytest.fixture
def copied(crawled: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    shutil.copytree(crawled.parent, tmp_path, dirs_exist_ok=True)
    return tmp_path / crawled.name


def carried(store: Path) -> list[Carried]:
    with open_store(str(store), create=False) as opened:
        return list(opened.carried())


def archives(store: Path) -> list[Path]:
    return sorted(folder_of(str(store)).glob("*.warc.gz"))


def test_every_observation_of_a_crawl_is_proved(crawled: Path) -> None:
    prover = Prover([folder_of(str(crawled))])
    proofs = [prover.prove(row) for row in carried(crawled)]
    assert [proof.sentence for proof in proofs if not proof.proved] == []
    roles = {proof.carried.role for proof in proofs}
    assert {Role.FRONT, Role.ARTICLE, Role.ADS_TXT, Role.FAVICON, Role.DNS, Role.TLS} <= roles
    assert {proof.carried.offset < 0 for proof in proofs} == {True, False}
    tags = [proof for proof in proofs if proof.carried.kind.startswith("google-") and proof.carried.offset >= 0]
    assert tags
    for proof in tags:
        assert proof.found.lower() == proof.carried.value.lower()


def test_ten_random_observations_are_shown_by_the_command(crawled: Path) -> None:
    done = run(crawled.parent, "evidence", "--sample", "10", "--store", crawled.name, "--format", "jsonl")
    shown = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["capture"] for row in shown] == ["intact"] * 10
    one = Random(1).choice(shown)
    by_id = run(crawled.parent, "evidence", one["id"], "--store", crawled.name, "--format", "jsonl")
    assert json.loads(by_id.stdout) == one
    people = run(crawled.parent, "evidence", one["site"], one["kind"], one["value"], "--store", crawled.name)
    assert "proved" in people.stdout
    assert one["sha256"] in people.stdout


def test_an_altered_body_an_altered_head_and_a_lost_file_are_told(copied: Path) -> None:
    row = next(one for one in carried(copied) if one.role is Role.FRONT and one.offset > 0)
    assert row.capture is not None
    path = folder_of(str(copied)) / row.capture.file
    whole = path.read_bytes()
    for old, new, words in ((b"</head>", b"</HEAD>", "SHA-256 is"), (b"\r\nServer: ", b"\r\nSERVER: ", "block digest")):
        path.write_bytes(_edited(whole, row.capture.offset, old, new))
        proof = Prover([path.parent]).prove(row)
        assert (proof.proved, proof.standing) == (False, Standing.ALTERED)
        assert words in proof.sentence
    path.write_bytes(whole[: row.capture.offset + 200])
    assert Prover([path.parent]).prove(row).standing is Standing.ALTERED
    path.write_bytes(whole[: row.capture.offset])
    assert Prover([path.parent]).prove(row).standing is Standing.GONE
    path.unlink()
    assert Prover([path.parent]).prove(row).standing is Standing.GONE
    done = run(copied.parent, "evidence", row.site, row.kind, row.value, "--store", copied.name, expect=1)
    assert f"{row.capture.file} is not in" in " ".join(done.stdout.split())


def _edited(whole: bytes, offset: int, old: bytes, new: bytes) -> bytes:
    """The file with one record packed anew after a change, as somebody would who covers it up."""
    import gzip
    import zlib

    packer = zlib.decompressobj(zlib.MAX_WBITS | 16)
    record = packer.decompress(whole[offset:])
    if old not in record:  # the body is compressed on the wire
        head, _, body = record.partition(b"\r\n\r\n")
        http, _, packed = body.partition(b"\r\n\r\n")
        plain = gzip.decompress(packed.removesuffix(b"\r\n\r\n"))
        again = gzip.compress(plain.replace(old, new), mtime=0)
        http = http.replace(b"Content-Length: %d" % (len(packed) - 4), b"Content-Length: %d" % len(again))
        block = http + b"\r\n\r\n" + again
        head = b"\r\n".join(line for line in head.split(b"\r\n") if not line.startswith(b"Content-Length"))
        record = head + b"\r\nContent-Length: %d\r\n\r\n" % len(block) + block + b"\r\n\r\n"
    else:
        record = record.replace(old, new, 1)
    return whole[:offset] + gzip.compress(record, mtime=0) + packer.unused_data


def test_reading_the_captures_gives_the_same_as_the_crawl(crawled: Path, tmp_path: Path) -> None:
    run(tmp_path, "read", *map(str, archives(crawled)), "--quiet", "--store", "read.db")
    with open_store(str(crawled), create=False) as one, open_store(str(tmp_path / "read.db"), create=False) as other:
        assert _plain(one.carried()) == _plain(other.carried())
        looks = {(look.site, look.role, look.url): look for look in other.coverage()}
        for look in one.coverage():
            if look.capture is not None:
                assert looks[look.site, look.role, look.url].capture == look.capture


def _plain(rows: Iterator[Carried]) -> list[dict[str, Any]]:
    return [asdict(row) for row in rows]


def test_a_newer_catalogue_finds_more_in_old_captures(crawled: Path, tmp_path: Path) -> None:
    shutil.copytree(folder_of(str(crawled)), tmp_path / "old.captures")
    kinds = {row.kind for row in carried(crawled)}
    run(tmp_path, "read", *map(str, archives(crawled)), "--quiet", "--store", "all.db")
    _without(tmp_path / "all.db", tmp_path / "old.db", "google-analytics-4")
    assert {row.kind for row in carried(tmp_path / "old.db")} == kinds - {"google-analytics-4"}
    told = run(tmp_path, "read", "--again", "--store", "old.db", "--quiet").stdout
    assert "of 1 kind." in told
    assert "google-analytics-4" in told
    assert {row.kind for row in carried(tmp_path / "old.db")} == kinds
    assert run(tmp_path, "read", "--again", "--store", "old.db", "--quiet").stdout.startswith("0 new values")


def _without(store: Path, made: Path, kind: str) -> None:
    """The store of an earlier version that did not know this kind."""
    from fingerprints.model import Observation

    with open_store(str(store), create=False) as old, open_store(str(made)) as new:
        kept = [row for row in old.carried() if row.kind != kind]
        observations = tuple(
            Observation(
                row.kind, row.value, row.site, row.page_url, row.role, row.first_seen, row.where, row.offset, row.excerpt, row.state,
                row.copied_from, row.capture,
            )
            for row in kept
        )  # fmt: skip
        new.write(Batch(observations=observations, coverage=tuple(old.coverage())))


@contextmanager
def replay(folder: Path) -> Iterator[str]:
    """pywb, a process of its own in an environment of its own, with the files of the folder's collection."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    wayback = ROOT / ".venv.pywb" / "bin" / "wayback"
    call = [str(wayback), "-b", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(call, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def test_captures_and_their_package_open_in_pywb(crawled: Path, tmp_path: Path) -> None:
    manager = ROOT / ".venv.pywb" / "bin" / "wb-manager"
    if not manager.is_file():
        pytest.skip("pywb is not installed (make install-tests)")
    package = tmp_path / "case.wacz"
    run(crawled.parent, "captures", "pack", "--out", str(package), "--store", crawled.name)
    files = map(str, archives(crawled))
    for call in (["init", "farm"], ["add", "farm", *files], ["init", "packed"], ["add", "--unpack-wacz", "packed", str(package)]):
        subprocess.run([str(manager), *call], cwd=tmp_path, check=True, capture_output=True, env=os.environ)
    row = next(one for one in carried(crawled) if one.kind == "google-analytics-4" and one.role is Role.FRONT)
    stamp = row.first_seen.strftime("%Y%m%d%H%M%S")
    with replay(tmp_path) as base:
        for collection in ("farm", "packed"):
            with urllib.request.urlopen(f"{base}/{collection}/{stamp}id_/{row.page_url}", timeout=20) as answer:
                assert row.value.encode() in answer.read()
