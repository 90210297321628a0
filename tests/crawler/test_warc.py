"""What is written is what went over the wire, and any reader of WARC reads it."""

from __future__ import annotations

import gzip
import hashlib
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from crawler.http.client import Exchange
from crawler.http.wire import Answer
from crawler.warc import Asked, WarcWriter, cut_back, file_prefix
from fingerprints.archive import read_warc
from fingerprints.model import Page, Redirect, Role

AT = datetime(2024, 5, 1, 12, 30, tzinfo=UTC)
HEAD = b"HTTP/1.1 200 OK\r\nsErVer: x\r\nSet-Cookie: a\r\nset-cookie: b\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
PACKED = gzip.compress(b"<html>hello</html>", mtime=0)
BODY = b"%x\r\n%b\r\n0\r\n\r\n" % (len(PACKED), PACKED)


def exchange(url: str = "https://example.org/", body: bytes = BODY, cut: str = "") -> Exchange:
    return Exchange(url, AT, b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n", Answer(HEAD, body, 200, (), cut), "192.0.2.1")


def writer(folder: Path, most: int = 10**9) -> WarcWriter:
    return WarcWriter(folder, "samehand-test", level=3, most_bytes=most)


def test_the_record_read_back_is_the_page(tmp_path: Path) -> None:
    warc = writer(tmp_path)
    hops = (Redirect("http://example.org/ö\r\nX: y", 301, "https://example.org/"),)
    page = warc.write(exchange(), Asked("http://example.org/", Role.FRONT, hops))
    assert isinstance(page, Page)
    assert (page.body, page.role, page.site, page.fetched_at) == (b"<html>hello</html>", Role.FRONT, "example.org", AT)
    assert (page.url, page.final_url, page.redirects) == ("http://example.org/", "https://example.org/", hops)
    assert page.headers[:3] == (("sErVer", "x"), ("Set-Cookie", "a"), ("set-cookie", "b"))
    icon = warc.write(
        exchange("https://cdn.example.net/i.png"), Asked("https://cdn.example.net/i.png", Role.FAVICON, (), "example.org")
    )
    warc.close()
    assert list(read_warc(tmp_path / "samehand-test-00000.warc.gz")) == [page, icon]
    assert isinstance(icon, Page)
    assert icon.site == "example.org"


def test_programs_that_are_kept_apart_count_for_the_same_quota(tmp_path: Path) -> None:
    def letters(start: bytes) -> bytes:
        return start + b"".join(hashlib.sha256(bytes([number])).hexdigest().encode() for number in range(60))

    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    warc = WarcWriter(tmp_path, "samehand-test", level=3, most_bytes=10**9, quota=5_000)
    for start, fits in ((b"<html>", True), (b"MZ\0\0", False)):
        one = Exchange("https://example.org/", AT, b"", Answer(head, letters(start), 200, (), ""), "192.0.2.1")
        with nullcontext() if fits else pytest.raises(OSError, match="quota"):
            warc.write(one, Asked("https://example.org/", Role.FRONT))
    warc.close()
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 5_000


def test_bytes_are_kept_as_on_the_wire(tmp_path: Path) -> None:
    warc = writer(tmp_path)
    warc.write(exchange(), Asked("https://example.org/", Role.OTHER))
    warc.close()
    with (tmp_path / "samehand-test-00000.warc.gz").open("rb") as file:
        records = [(record.rec_type, record.raw_stream.read()) for record in ArchiveIterator(file, no_record_parse=True)]
    assert [kind for kind, _ in records] == ["warcinfo", "response", "request"]
    assert records[1][1] == HEAD + BODY


def test_another_reader_finds_no_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    warc = writer(tmp_path)
    warc.write(exchange(cut="length"), Asked("https://example.org/", Role.OTHER))
    warc.close()

    class Call:
        verbose = True
        inputs = (str(tmp_path / "samehand-test-00000.warc.gz"),)

    assert Checker(Call()).process_all() == 0
    assert "digest pass" in capsys.readouterr().out


def test_a_full_file_is_followed_by_the_next(tmp_path: Path) -> None:
    warc = writer(tmp_path, most=1)
    places = [warc.write(exchange(), Asked("https://example.org/", Role.OTHER)) for _ in range(3)]
    sizes = warc.flush()
    warc.close()
    names = [page.capture.file for page in places if isinstance(page, Page) and page.capture]
    assert len(set(names)) == 3
    assert sizes == {path.name: path.stat().st_size for path in tmp_path.iterdir()}


def test_a_killed_workers_files_are_cut_back_to_what_the_store_knows(tmp_path: Path) -> None:
    prefix = file_prefix("0123456789abcdef", AT)
    for number, name in enumerate(
        (f"{prefix}-00000.warc.gz", f"{prefix}-00001.warc.gz", "samehand-20240501-other-00000.warc.gz")
    ):
        (tmp_path / name).write_bytes(b"x" * (10 + number))
    cut_back(tmp_path, "0123456789abcdef", {f"{prefix}-00000.warc.gz": 4})
    assert {path.name: path.stat().st_size for path in tmp_path.iterdir()} == {
        f"{prefix}-00000.warc.gz": 4,
        "samehand-20240501-other-00000.warc.gz": 12,
    }
