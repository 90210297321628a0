"""Archives → pages: what a record says is kept, what is damaged is named, and nothing that is hostile gets far."""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprints import archive
from fingerprints.archive import ArchiveError, read_record, read_stream, read_warc
from fingerprints.content import decode
from fingerprints.model import Failure, Page, Redirect, Role
from fingerprints.saved import read_folder, read_wacz, reader_of
from tests.fingerprints.made_archives import DATE, HTML, Record, page, warc_bytes, write_warc

AT = datetime(2024, 5, 1, 12, tzinfo=UTC)
BODY = b"<html><body>" + b"The same page, whatever way it was sent. " * 40 + b"</body></html>"


def pages(path: Path) -> list[Page]:
    """All pages of an archive that has no fault."""
    items = list(reader_of(path)(path))
    assert not [item.error for item in items if isinstance(item, Failure)]
    return [item for item in items if isinstance(item, Page)]


@pytest.mark.parametrize("packed", [True, False])
def test_a_response_becomes_a_page_with_all_that_was_sent(tmp_path: Path, packed: bool) -> None:
    headers = (("Server", "nginx"), ("content-TYPE", "text/html"), ("Set-Cookie", "a=1"), ("set-cookie", "b=2"))
    offsets = write_warc(
        tmp_path / "a.warc", page("http://x.com/1"), Record("https://www.a.co.uk/b?c=1", BODY, headers), gzip=packed
    )
    found = pages(tmp_path / "a.warc")[1]
    assert (found.url, found.final_url, found.site) == ("https://www.a.co.uk/b?c=1",) * 2 + ("a.co.uk",)
    assert (found.status, found.fetched_at, found.role, found.body) == (200, AT, Role.OTHER, BODY)
    assert found.headers == headers
    assert found.capture
    assert (found.capture.file, found.capture.offset) == ("a.warc", offsets[1])
    assert read_record(tmp_path / "a.warc", offsets[1]) == found


def test_the_crawlers_named_fields_are_read(tmp_path: Path) -> None:
    hops = [["http://a.com/", 301, "https://a.com/"], ["https://a.com/", 302, "https://b.com/x"]]
    fields = {
        archive.ROLE_FIELD: "about",
        archive.ASKED_FIELD: "http://a.com/",
        archive.REDIRECTS_FIELD: json.dumps(hops),
        "WARC-Truncated": "length",
    }
    write_warc(tmp_path / "a.warc.gz", Record("https://b.com/x", fields=fields))
    found = pages(tmp_path / "a.warc.gz")[0]
    assert (found.url, found.final_url, found.role, found.truncated) == ("http://a.com/", "https://b.com/x", Role.ABOUT, True)
    assert found.redirects == tuple(Redirect(str(url), int(status), str(target)) for url, status, target in hops)


@pytest.mark.parametrize(
    ("url", "media", "body", "role"),
    [
        ("https://a.com/", "text/html", b"", Role.FRONT),
        ("https://a.com/?p=7", "text/html", b"", Role.OTHER),
        ("https://a.com/robots.txt", "text/plain", b"User-agent: *", Role.ROBOTS),
        ("https://a.com/ads.txt", "text/plain", b"", Role.ADS_TXT),
        ("https://a.com/favicon.ico", "", b"\0\0\1", Role.FAVICON),
        ("https://a.com/img/favicon-32.png", "image/png", b"\x89PNG", Role.FAVICON),
        ("https://a.com/feed", "application/rss+xml", b"<rss>", Role.FEED),
        ("https://a.com/index.xml", "text/xml", b"<?xml version='1.0'?><feed xmlns='x'>", Role.FEED),
        ("https://a.com/map.xml", "application/xml", b"<?xml version='1.0'?><urlset xmlns='x'>", Role.SITEMAP),
        ("https://a.com/page", "", b"<!doctype html><p>", Role.OTHER),
    ],
)
def test_the_role_of_a_foreign_document_is_told_from_address_and_content(
    tmp_path: Path, url: str, media: str, body: bytes, role: Role
) -> None:
    write_warc(tmp_path / "a.warc.gz", Record(url, body, (("Content-Type", media),) if media else ()))
    assert [found.role for found in pages(tmp_path / "a.warc.gz")] == [role]


def test_what_is_no_document_of_a_site_is_passed_over(tmp_path: Path) -> None:
    write_warc(
        tmp_path / "a.warc.gz",
        Record("https://cdn.com/app.js", b"let a", (("Content-Type", "text/javascript"),)),
        Record("https://cdn.com/a.jpg", b"\xff\xd8", (("Content-Type", "image/jpeg"),)),
        Record("dns:a.com", b"a.com. 300 IN A 192.0.2.1", (("Content-Type", "text/dns"),), kind="resource"),
        Record("https://a.com/", b"GET / HTTP/1.1\r\n\r\n", kind="request"),
        Record("https://a.com/", b"via: x", kind="metadata"),
        Record("https://b.com/", b"<html></html>", kind="resource"),
    )
    assert [(found.final_url, found.status) for found in pages(tmp_path / "a.warc.gz")] == [("https://b.com/", 200)]


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("gzip", gzip.compress(BODY)),
        ("GZIP", gzip.compress(BODY[:200]) + gzip.compress(BODY[200:])),
        ("deflate", zlib.compress(BODY)),
        ("deflate", zlib.compress(BODY)[2:-4]),
        ("br", brotli.compress(BODY)),
        ("zstd", zstandard.compress(BODY)),
        ("gzip, br", brotli.compress(gzip.compress(BODY))),
        ("identity", BODY),
        ("gzip", BODY),  # decoded by the archive's writer, who left the header
        ("br", BODY),
        ("nonsense", BODY),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bodies_are_decoded(tmp_path: Path, name: str, encoded: bytes) -> None:
    write_warc(tmp_path / "a.warc.gz", Record("https://a.com/", encoded, (*HTML, ("Content-Encoding", name))))
    found = pages(tmp_path / "a.warc.gz")[0]
    assert (found.body, found.truncated) == (BODY, False)


def test_chunks_are_joined(tmp_path: Path) -> None:
    chunked = b"5\r\n<html\r\n4;name=x\r\n> hi\r\n0\r\n\r\n"
    write_warc(tmp_path / "a.warc.gz", Record("https://a.com/", chunked, (*HTML, ("Transfer-Encoding", "chunked"))))
    assert pages(tmp_path / "a.warc.gz")[0].body == b"<html> hi"


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
def test_a_bomb_is_cut_at_the_limit(name: str) -> None:
    zeros = bytes(50_000_000)
    bombs = {
        "gzip": gzip.compress(zeros),
        "deflate": zlib.compress(zeros),
        "br": brotli.compress(zeros, quality=1),
        "zstd": zstandard.compress(zeros),
        "gzip, gzip": gzip.compress(gzip.compress(zeros)),
    }
    document = decode(bombs[name], "", name, 100_000)
    assert (len(document.body), document.cut) == (100_000, True)


@given(
    st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "br", "zstd", "gzip, br", ""]), st.sampled_from(["", "chunked"])
)
@settings(max_examples=300, deadline=None)
def test_decoding_takes_any_bytes(body: bytes, coding: str, transfer: str) -> None:
    assert len(decode(body, transfer, coding, 1000).body) <= 1000


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_damaged_file_ends_without_an_error_of_ours(data: st.DataObject) -> None:
    good, _ = warc_bytes([page(f"https://s{number}.com/") for number in range(3)], gzip=data.draw(st.booleans()))
    start = max(
        10, int(len(good) * data.draw(st.floats(0, 1, exclude_max=True)))
    )  # records have ids, and sizes that vary a little
    noise = data.draw(st.binary(min_size=1, max_size=40))
    for item in read_stream(io.BytesIO(good[:start] + noise + good[start + len(noise) :]), "x.warc", AT):
        assert isinstance(item, Page | Failure)


def big(url: str, seed: int) -> Record:
    """A page that is longer than the reader's buffers, and does not pack."""
    return Record(url, b"<html>" + random.Random(seed).randbytes(300_000), HTML)


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("place", ["head", "middle"])
def test_reading_goes_on_behind_a_damaged_record(tmp_path: Path, packed: bool, place: str) -> None:
    data, offsets = warc_bytes([big(f"https://s{number}.com/", number) for number in range(4)], gzip=packed)
    broken = bytearray(data)
    at = offsets[1] if place == "head" else offsets[1] + 150_000
    broken[at : at + 5000] = b"\xaa" * 5000
    (tmp_path / "a.warc").write_bytes(broken)
    items = list(read_warc(tmp_path / "a.warc"))
    assert {"s0.com", "s2.com", "s3.com"} <= {item.site for item in items if isinstance(item, Page)}
    failures = [item.error for item in items if isinstance(item, Failure)]
    if packed or place == "head":  # nothing in a plain file tells that a body was changed
        assert len(failures) == 1
        assert failures[0].startswith(f"a.warc: record at offset {offsets[1]} cannot be read: ")


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("left", [30, 100_000])
def test_a_file_that_breaks_off_says_where(tmp_path: Path, packed: bool, left: int) -> None:
    data, offsets = warc_bytes([big(f"https://s{number}.com/", number) for number in range(3)], gzip=packed)
    (tmp_path / "a.warc").write_bytes(data[: offsets[2] + left])
    items = list(read_warc(tmp_path / "a.warc"))
    assert [item.site for item in items if isinstance(item, Page)] == ["s0.com", "s1.com"]
    assert [item.error for item in items if isinstance(item, Failure)] == [
        f"a.warc: record at offset {offsets[2]} cannot be read: the file ends inside it."
    ]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (Record("https://a.com/", fields={"WARC-Date": "yesterday"}), "no valid WARC-Date"),
        (Record("https:///nowhere"), "has no host"),
        (Record("https://a.com/", fields={archive.REDIRECTS_FIELD: "[1]"}), "no list of [url, status, target]"),
    ],
)
def test_a_record_that_makes_no_page_is_one_failure(tmp_path: Path, record: Record, reason: str) -> None:
    write_warc(tmp_path / "a.warc.gz", record, page("https://b.com/"))
    failure, found = read_warc(tmp_path / "a.warc.gz")
    assert isinstance(failure, Failure)
    assert reason in failure.error
    assert isinstance(found, Page)


@pytest.mark.parametrize(
    "content",
    [b"", b"hello\n" * 100, b"<html>", gzip.compress(b"hello" * 100), b"PK\x03\x04nothing"],
    ids=["empty", "text", "html", "gzip", "zip"],
)
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match=r"a\.warc\.gz"):
        list(reader_of(path)(path))


def wacz(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    """A package with these members."""
    with zipfile.ZipFile(path, "w", method) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return path


def test_a_wacz_is_read_without_unpacking_it(tmp_path: Path) -> None:
    data, offsets = warc_bytes([page("https://a.com/"), page("https://b.com/")])
    outside = {"../../evil.txt": b"x", "archive/../../evil.warc.gz": data, "datapackage.json": b"{}"}
    path = wacz(tmp_path / "c.wacz", {"archive/data.warc.gz": data, **outside})
    found = pages(path)
    assert [one.site for one in found] == ["a.com", "b.com"]
    assert [(one.capture.file, one.capture.offset) for one in found if one.capture] == [
        ("c.wacz/archive/data.warc.gz", offset) for offset in offsets
    ]
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["c.wacz"]


def test_a_wacz_with_bad_members_gives_the_others(tmp_path: Path) -> None:
    good, _ = warc_bytes([page("https://a.com/")])
    members = {"archive/bomb.warc.gz": bytes(30_000_000), "archive/good.warc.gz": good, "archive/text.warc": b"no WARC"}
    items = list(read_wacz(wacz(tmp_path / "c.wacz", members)))
    assert [item.site for item in items if isinstance(item, Page)] == ["a.com"]
    failures = [item.error for item in items if isinstance(item, Failure)]
    assert len(failures) == 2
    assert "unfolds to 30000000 bytes" in failures[0]


def test_a_zip_without_archives_is_no_wacz(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="holds no archive"):
        list(read_wacz(wacz(tmp_path / "c.wacz", {"a.txt": b""})))


def folder_of(path: Path, index: str, **files: bytes) -> Path:
    """A folder with an index.csv and pages."""
    path.mkdir()
    (path / "index.csv").write_text(index, "utf-8")
    for name, content in files.items():
        (path / f"{name}.html").write_bytes(content)
    return path


def test_a_folder_of_pages(tmp_path: Path) -> None:
    index = "\ufeffpath,url,fetched_at\na.html,https://a.com/,2024-05-01T14:00:00+02:00\nb.html,https://b.com/x,\n"
    one, other = pages(folder_of(tmp_path / "saved", index, a=BODY, b=b"just text"))
    assert (one.final_url, one.body, one.fetched_at, one.role, one.capture) == ("https://a.com/", BODY, AT, Role.FRONT, None)
    assert (other.role, other.status) == (Role.OTHER, 200)


def test_a_folders_bad_rows_are_named_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_bytes(b"secret")
    index = (
        "path,url\n../secret.html,https://a.com/\nmissing.html,https://a.com/\na.html,ftp://a.com/\na.html,https://a.com/\n,\n"
    )
    path = folder_of(tmp_path / "saved", index, a=BODY)
    (path / "link.html").symlink_to(tmp_path / "secret.html")
    with (path / "index.csv").open("a") as file:
        file.write("link.html,https://a.com/\na.html,https://a.com/,soon\n")
    items = list(read_folder(path))
    assert [item.body for item in items if isinstance(item, Page)] == [BODY, BODY]
    errors = [item.error for item in items if isinstance(item, Failure)]
    assert [error.split(": ", 1)[0].rsplit(" ", 1)[1] for error in errors] == ["2", "3", "4", "6", "7"]


@pytest.mark.parametrize("index", ["", "file,address\n", "path;url\n"])
def test_an_index_without_its_columns_is_refused(tmp_path: Path, index: str) -> None:
    with pytest.raises(ArchiveError, match="path,url"):
        list(read_folder(folder_of(tmp_path / "saved", index)))


def test_a_folder_without_an_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"index\.csv"):
        reader_of(tmp_path)


def test_dates_without_a_zone_are_utc(tmp_path: Path) -> None:
    write_warc(tmp_path / "a.warc.gz", Record("https://a.com/", fields={"WARC-Date": DATE.removesuffix("Z")}))
    assert pages(tmp_path / "a.warc.gz")[0].fetched_at == AT
