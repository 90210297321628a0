"""samehand read, as a process on real files."""

from __future__ import annotations

import gzip
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fingerprints.model import Outcome
from fingerprints.stores.base import open_store
from tests.fingerprints.made_archives import HTML, Record, page, warc_bytes, write_warc
from tests.fingerprints.samehand import rows, run

SITES = 30


def news(path: Path) -> Path:
    """An archive of many sites, of which two share a container."""
    shared = [page("https://a.com/", "GTM-SAME12"), page("https://b.org/", "GTM-SAME12", "GTM-OWN345")]
    write_warc(path, *shared, *(page(f"https://s{number}.com/news/{number}", f"GTM-A{number:02}B7C") for number in range(SITES)))
    return path


def contents(folder: Path, store: str) -> list[object]:
    """All that a store holds but for runs."""
    with open_store(str(folder / store), create=False) as opened:
        return [*opened.carried(), *opened.coverage(), *opened.failures(), *opened.sites()]


def test_pages_become_observations(tmp_path: Path) -> None:
    news(tmp_path / "news.warc.gz")
    done = run(tmp_path, "read", "news.warc.gz")
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert lines[0].startswith(f"{SITES + 2} pages of {SITES + 2} sites read in ")
    assert re.search(r": \d+ values of \d+ kinds?, in samehand\.db$", lines[0])
    assert lines[1].split() == ["kind", "values", "sites"]
    assert lines[2].split() == ["google-tag-manager", str(SITES + 2), str(SITES + 2)]
    assert lines[3].split() == ["url-pattern", "2", str(SITES)]
    assert lines[4] == "Next: samehand networks --store samehand.db"
    found = rows(tmp_path, "observations", "--site", "b.org")
    assert [(row["kind"], row["value"], row["state"], row["page_url"]) for row in found] == [
        ("google-tag-manager", "GTM-OWN345", "seen", "https://b.org/"),
        ("google-tag-manager", "GTM-SAME12", "seen", "https://b.org/"),
    ]


def test_reading_again_changes_nothing(tmp_path: Path) -> None:
    news(tmp_path / "news.warc.gz")
    run(tmp_path, "read", "news.warc.gz", "--quiet")
    before = contents(tmp_path, "samehand.db")
    run(tmp_path, "read", "news.warc.gz", "news.warc.gz", "--quiet")
    assert contents(tmp_path, "samehand.db") == before


def test_workers_do_not_change_the_store(tmp_path: Path) -> None:
    news(tmp_path / "news.warc.gz")
    run(tmp_path, "read", "news.warc.gz", "--workers", "1", "--store", "one.db", "--quiet")
    run(tmp_path, "read", "news.warc.gz", "--workers", "3", "--store", "three.db", "--quiet")
    assert contents(tmp_path, "one.db") == contents(tmp_path, "three.db") != []


def test_quiet_says_nothing_and_the_store_may_come_from_the_environment(tmp_path: Path) -> None:
    news(tmp_path / "news.warc.gz")
    done = run(tmp_path, "read", "news.warc.gz", "--quiet", SAMEHAND_STORE="mine.db")
    assert (done.stdout, done.stderr) == ("", "")
    assert (tmp_path / "mine.db").is_file()
    assert not (tmp_path / "samehand.db").exists()


def test_a_damaged_record_is_one_sentence_and_the_rest_is_read(tmp_path: Path) -> None:
    data, offsets = warc_bytes(
        [page("https://a.com/", "GTM-AAB123"), page("https://b.com/"), page("https://c.com/", "GTM-CCD123")]
    )
    broken = bytearray(data)
    broken[offsets[1] + 40 : offsets[1] + 60] = bytes(20)
    (tmp_path / "a.warc.gz").write_bytes(broken)
    done = run(tmp_path, "read", "a.warc.gz", expect=1)
    assert f"a.warc.gz: record at offset {offsets[1]} cannot be read: " in done.stderr
    assert "1 record or file could not be read." in done.stderr
    assert {row["site"] for row in rows(tmp_path, "observations")} == {"a.com", "c.com"}


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("missing.warc.gz", None, "missing.warc.gz cannot be read: No such file or directory."),
        ("empty.warc", b"", "empty.warc is empty."),
        (
            "text.warc",
            b"Dear reader,\n" * 9,
            "text.warc is no WARC file, no WACZ package and no folder of pages. Name one of these.",
        ),
        ("other.warc.gz", gzip.compress(b"hello"), "other.warc.gz is no WARC file, no WACZ package and no folder of pages."),
    ],
    ids=["missing", "empty", "text", "gzip"],
)
def test_what_cannot_be_read_at_all_stops_before_anything_is_written(
    tmp_path: Path, name: str, content: bytes | None, sentence: str
) -> None:
    news(tmp_path / "news.warc.gz")
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = run(tmp_path, "read", "news.warc.gz", name, expect=2)
    assert done.stderr.startswith(f"samehand: {sentence}")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "samehand.db").exists()


@pytest.mark.parametrize(
    ("record", "outcome"),
    [
        (Record("https://a.com/x", status="404 Not Found"), Outcome.ABSENT),
        (Record("https://a.com/x", status="410 Gone"), Outcome.ABSENT),
        (Record("https://a.com/x", status="403 Forbidden"), Outcome.BLOCKED),
        (Record("https://a.com/x", status="429 Too Many Requests"), Outcome.BLOCKED),
        (Record("https://a.com/x", headers=(*HTML, ("Retry-After", "9")), status="503 Unavailable"), Outcome.BLOCKED),
        (Record("https://a.com/x", status="500 Error"), Outcome.FAILED),
        (Record("https://a.com/x", headers=(*HTML, ("Location", "https://b.com/")), status="301 Moved"), Outcome.NOT_LOOKED_AT),
        (Record("https://a.com/x", b""), Outcome.FAILED),
        (Record("https://a.com/ads.txt"), Outcome.ABSENT),
        (Record("https://a.com/ads.txt", b"", (("Content-Type", "text/plain"),)), Outcome.READ),
        (page("https://a.com/x"), Outcome.READ),
    ],
    ids=lambda value: value.status + value.url[-3:] if isinstance(value, Record) else value.value,
)
def test_a_failure_is_never_an_absence(tmp_path: Path, record: Record, outcome: Outcome) -> None:
    write_warc(tmp_path / "a.warc.gz", record)
    run(tmp_path, "read", "a.warc.gz", "--quiet")
    with open_store(str(tmp_path / "samehand.db"), create=False) as store:
        (look,) = store.coverage()
    assert look.outcome is outcome
    assert bool(look.detail) is (outcome is not Outcome.READ)
    assert bool(look.catalogue) is (outcome is Outcome.READ)


def test_a_cut_page_says_that_it_was_cut(tmp_path: Path) -> None:
    write_warc(tmp_path / "a.warc.gz", Record("https://a.com/", fields={"WARC-Truncated": "length"}))
    done = run(tmp_path, "read", "a.warc.gz")
    assert "1 failure inside pages; samehand site DOMAIN tells them." in done.stderr
    assert "Only its beginning was read" in run(tmp_path, "site", "a.com").stdout


def test_a_folder_of_pages_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    folder.mkdir()
    (folder / "index.csv").write_text("path,url\na.html,https://a.com/\nno.html,https://b.com/\n")
    (folder / "a.html").write_bytes(page("", "GTM-AAB123").body)
    done = run(tmp_path, "read", "saved", expect=1)
    assert "saved/index.csv, line 3: no.html: No such file or directory." in done.stderr
    assert [row["value"] for row in rows(tmp_path, "observations")] == ["GTM-AAB123"]


def test_a_store_that_is_none_is_refused(tmp_path: Path) -> None:
    news(tmp_path / "news.warc.gz")
    (tmp_path / "notes.db").write_text("my notes, which must not be lost" * 50)
    done = run(tmp_path, "read", "news.warc.gz", "--store", "notes.db", expect=2)
    assert "notes.db is no store" in done.stderr
    assert (tmp_path / "notes.db").read_text().startswith("my notes")


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL])
def test_stopped_it_leaves_a_whole_store_and_no_process(tmp_path: Path, stop: signal.Signals) -> None:
    write_warc(tmp_path / "a.warc", *(page(f"https://s{number}.com/", f"GTM-XY{number:04}") for number in range(600)), gzip=False)
    os.mkfifo(tmp_path / "b.warc")
    process = subprocess.Popen(
        [sys.executable, "-m", "fingerprints", "read", "a.warc", "b.warc", "--workers", "2"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
        stderr=subprocess.PIPE,
        start_new_session=True,
        encoding="utf-8",
    )
    with (tmp_path / "b.warc").open("wb"):  # opens when the other side does: the workers have read what comes before
        if stop is signal.SIGINT:
            os.killpg(process.pid, stop)  # as a terminal does: to the workers as well
            assert (process.communicate(timeout=30)[1], process.returncode) == ("", 130)
        else:
            process.kill()
            process.communicate(timeout=30)
    deadline = time.monotonic() + 30
    while (left := _group(process.pid)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not left
    run(tmp_path, "read", "a.warc", "--quiet")
    assert len(rows(tmp_path, "observations", "--kind", "google-tag-manager")) == 600


def _group(leader: int) -> bool:
    """Whether a process of the group lives."""
    try:
        os.killpg(leader, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_real_pages(tmp_path: Path, real_pages: Path) -> None:
    done = run(tmp_path, "read", str(real_pages / "news.warc.gz"), "--store", "a.db")
    assert "559 pages of 478 sites read in " in done.stderr
    found = rows(tmp_path, "networks", "--store", "a.db")
    assert len(found) > 20
