"""Cases: stores are merged, backed up and restored, things are forgotten, and the log says who did what."""

from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.frontier_sqlite import SqliteFrontier
from crawler.seeds import Seed
from fingerprints.model import Capture, Network, Observation, Pointer, Role, Run, SharedValue
from fingerprints.stores import forgetting
from fingerprints.stores.base import Batch, Store, open_store
from fingerprints.stores.compare import differences
from fingerprints.stores.sqlite import SqliteStore
from fingerprints.stores.sqlite_due import DueTable
from fingerprints.verdicts import Answer, Subject, add, load, verdict
from tests.fingerprints.made_stores import DAY, Value, coverage, observation, store_of
from tests.fingerprints.samehand import rows, run

MAIL = "jane.doe@harbour-post.info"
ACCOUNT: Value = ("adsense", "pub-4827150936620417")
SITES = ("a-post.com", "b-post.net", "c-post.org")


def _in(folder: Path, name: str, sites: dict[str, tuple[Value, ...]]) -> Store:
    (folder / name).mkdir()
    return store_of(folder / name, sites)


def _visited(store: Store, site: str, day: int, *values: Value) -> None:
    """A visit with these values."""
    assert isinstance(store, SqliteStore)
    seen = tuple(observation(site, *value, day=day) for value in values)
    at = DAY + timedelta(days=day)
    look = coverage(site)
    store.write(Batch(observations=seen, coverage=(type(look)(look.site, look.role, look.url, look.outcome, at, "test"),)))
    store.end_visit(site, at, at + timedelta(minutes=1))


def test_a_merged_store_equals_one_that_saw_everything(tmp_path: Path) -> None:
    one, two = {SITES[0]: (ACCOUNT,), SITES[1]: (ACCOUNT,)}, {SITES[1]: (("email", MAIL),), SITES[2]: (("email", MAIL), ACCOUNT)}
    _in(tmp_path, "one", one).close()
    _in(tmp_path, "two", two).close()
    everything = {site: (*one.get(site, ()), *two.get(site, ())) for site in SITES}
    _in(tmp_path, "all", everything).close()
    for _ in range(2):
        run(tmp_path, "merge", "one/made.db", "two/made.db", "--into", "case.db")
    with open_store(str(tmp_path / "case.db"), create=False) as merged, open_store(str(tmp_path / "all/made.db")) as whole:
        assert differences(merged, whole) == []
        assert [(row.first_seen, row.last_seen) for row in merged.carried()] == [
            (row.first_seen, row.last_seen) for row in whole.carried()
        ]


def test_a_merge_keeps_first_and_last_times_and_the_history_of_what_one_watched(tmp_path: Path) -> None:
    with _in(tmp_path, "one", {}) as one, _in(tmp_path, "two", {}) as two:
        for day in (0, 5):
            _visited(one, SITES[0], day, ACCOUNT)
        _visited(two, SITES[0], 9, ACCOUNT)
        _visited(two, SITES[1], 1, ACCOUNT)
        _visited(two, SITES[1], 2)
        assert isinstance(two, SqliteStore)
        watched = list(two.presences(SITES[1]))
    said = run(tmp_path, "merge", "one/made.db", "two/made.db", "--into", "case.db").stderr
    assert "Both watched 1 site" in said
    with SqliteStore(tmp_path / "case.db", create=False) as merged:
        (row,) = merged.carried(site=SITES[0])
        assert (row.first_seen, row.last_seen) == (DAY, DAY + timedelta(days=9))
        assert list(merged.presences(SITES[1])) == watched
        assert [visit.started.day for visit in merged.visits(SITES[0])] == [1, 6]


def test_verdicts_are_merged_and_the_later_one_holds(tmp_path: Path) -> None:
    for number, answer in enumerate((Answer.YES, Answer.NO)):
        _in(tmp_path, f"{number}", {SITES[0]: (ACCOUNT,)}).close()
        said = verdict(Subject.SITE, [SITES[0]], answer, "ann", at=DAY + timedelta(days=number))
        add(str(tmp_path / f"{number}/made.db"), said)
    for _ in range(2):
        told = run(tmp_path, "merge", "1/made.db", "0/made.db", "--into", "case.db").stderr
        assert "On 1 subject" in told
    held = load(str(tmp_path / "case.db"))
    assert [one.answer for one in held.all()] == [Answer.NO]
    assert len(held.log) == 2


def test_a_merge_into_itself_or_of_nothing_is_refused(tmp_path: Path) -> None:
    store_of(tmp_path, {SITES[0]: (ACCOUNT,)}).close()
    run(tmp_path, "merge", "made.db", "--into", "./made.db", expect=2)
    run(tmp_path, "merge", "made.db", "absent.db", "--into", "case.db", expect=2)
    assert not (tmp_path / "case.db").exists()


def test_a_backup_comes_back_whole(tmp_path: Path) -> None:
    with store_of(tmp_path, dict.fromkeys(SITES, (ACCOUNT,))) as writing:
        run(tmp_path, "verdict", "site", SITES[0], "yes", "--by", "ann", "--store", "made.db")
        run(tmp_path, "backup", "--store", "made.db", "--out", "case.zip")
        run(tmp_path, "backup", "--store", "made.db", "--out", "case.zip", expect=2)
        run(tmp_path, "restore", "case.zip", "--store", "again.db")
        with open_store(str(tmp_path / "again.db"), create=False) as again:
            assert differences(writing, again) == []
    assert load(str(tmp_path / "again.db")).log == load(str(tmp_path / "made.db")).log
    run(tmp_path, "restore", "case.zip", "--store", "again.db", expect=2)


def _changed(backup: Path, name: str, content: bytes) -> None:
    with zipfile.ZipFile(backup) as archive:
        held = {one: archive.read(one) for one in archive.namelist()}
    with zipfile.ZipFile(backup, "w") as archive:
        for one, whole in (held | {name: content}).items():
            archive.writestr(one, whole)


@pytest.mark.parametrize(
    ("name", "content"),
    [("store.db", b"other"), ("manifest.json", b"{"), ("manifest.json", b'{"sha256": {"../up.db": "", "store.db": ""}}')],
)
def test_a_damaged_backup_makes_nothing(tmp_path: Path, name: str, content: bytes) -> None:
    store_of(tmp_path, dict.fromkeys(SITES, (ACCOUNT,))).close()
    run(tmp_path, "backup", "--store", "made.db", "--out", "case.zip")
    _changed(tmp_path / "case.zip", name, content)
    run(tmp_path, "restore", "case.zip", "--store", "again.db", expect=2)
    (tmp_path / "text.zip").write_text("no zip")
    run(tmp_path, "restore", "text.zip", "--store", "again.db", expect=2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case.zip", "made.db", "text.zip"]


def _with_a_person(folder: Path) -> None:
    """A store in which an address stands as a value, inside another value, in excerpts, links, the log and the verdicts."""
    around = f"Write to {MAIL.upper()} or jane.doe%40harbour-post.info, not to me.{MAIL}.au"
    with store_of(folder, dict.fromkeys(SITES, (ACCOUNT, ("email", MAIL), ("url", f"https://x/?to={MAIL}")))) as store:
        seen = Observation(
            "disqus",
            "harbour",
            SITES[0],
            f"https://{SITES[0]}/{MAIL}",
            Role.FRONT,
            DAY,
            "test",
            0,
            around,
            capture=Capture("x.warc", 0, ""),
        )
        mail = Observation(
            "email", MAIL, SITES[0], "https://a-post.com/", Role.FRONT, DAY, "a", 0, "", capture=Capture("y.warc", 0, "")
        )
        store.write(Batch(observations=(seen, mail)))
        store.begin(Run("r1", DAY, f"crawl {SITES[0]} {MAIL}", "test"))
    run(folder, "networks", "--store", "made.db", "--quiet")
    run(folder, "verdict", "value", "email", MAIL, "shared", "--by", "ann", "--store", "made.db")
    run(folder, "verdict", "site", SITES[0], "yes", "--by", "ann", "--note", f"asked {MAIL}", "--store", "made.db")


def _bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("made.db*")).lower()


def test_a_value_is_forgotten_wherever_it_stands(tmp_path: Path) -> None:
    _with_a_person(tmp_path)
    with (tmp_path / "made.db.log.jsonl").open("a") as log:
        log.write(f"broken {MAIL}\n")
    before = _bytes(tmp_path)
    counted = run(tmp_path, "forget", "value", MAIL, "--store", "made.db")
    assert "Nothing was changed" in counted.stderr
    assert _bytes(tmp_path).count(MAIL.encode()) == before.count(MAIL.encode()) > 10
    done = run(tmp_path, "forget", "value", MAIL, "--store", "made.db", "--yes", "--by", "ann")
    assert "y.warc" in done.stdout
    left = _bytes(tmp_path).replace(f"me.{MAIL}.au".encode(), b"")
    assert b"jane.doe" not in left
    with open_store(str(tmp_path / "made.db"), create=False) as store:
        assert {row.kind for row in store.carried()} == {"adsense", "disqus"}
        (row,) = store.carried(kind="disqus")
        assert row.excerpt == f"Write to [forgotten] or [forgotten], not to me.{MAIL}.au"
        assert row.page_url == f"https://{SITES[0]}/[forgotten]"
    assert [(one.about, one.note) for one in load(str(tmp_path / "made.db")).log] == [((SITES[0],), "asked [forgotten]")]
    assert rows(tmp_path, "networks", "--store", "made.db")
    kept = (tmp_path / "made.db.log.jsonl").read_text()
    assert kept.splitlines().count("broken [forgotten]") == 1
    run(tmp_path, "log", "--store", "made.db", expect=2)
    (tmp_path / "made.db.log.jsonl").write_text(kept.replace("broken [forgotten]\n", ""))
    assert [(one["by"], one["about"]) for one in rows(tmp_path, "log", "--store", "made.db") if one["what"] == "forget"] == [
        ("ann", "a value")
    ]


def test_a_site_is_forgotten_and_the_others_stay(tmp_path: Path) -> None:
    with store_of(tmp_path, dict.fromkeys(SITES, (ACCOUNT, ("email", MAIL)))) as store:
        store.write(
            Batch(
                observations=(
                    observation(SITES[1], "redirect", f"www.{SITES[0]}"),
                    observation(SITES[1], "disqus", "dataa-post.com"),
                )
            )
        )
        store.write(Batch(observations=(observation(SITES[1], "matomo", f"stats.x.com/{SITES[0]}.au"),)))
        _visited(store, SITES[0], 3, ACCOUNT)
        _queued(store)
    run(tmp_path, "networks", "--store", "made.db", "--quiet")
    run(tmp_path, "verdict", "link", SITES[0], SITES[1], "yes", "--by", "ann", "--store", "made.db")
    run(tmp_path, "forget", "site", f"https://www.{SITES[0]}/x", "--store", "made.db", "--yes", "--quiet")
    kept = _bytes(tmp_path).replace(f"{SITES[0]}.au".encode(), b"").replace(b"dataa-post.com", b"")
    assert SITES[0].encode() not in kept
    with open_store(str(tmp_path / "made.db"), create=False) as store:
        assert [one.site for one in store.sites()] == list(SITES[1:])
        assert {row.kind for row in store.carried(site=SITES[1])} == {"adsense", "email", "disqus", "matomo"}
        assert all(SITES[0] not in network.sites for network in store.networks())
    (network,) = rows(tmp_path, "networks", "--store", "made.db")
    assert network["sites"] == list(SITES[1:])


def test_a_candidate_is_forgotten_and_the_others_keep_their_reason(tmp_path: Path) -> None:
    shared = SharedValue("css-simhash", "front-0", 3, 4.0, "template")
    pointers = tuple(Pointer(site, SITES[0], 6.0, shared) for site in ("gone-post.com", "stays-post.com"))
    network = Network("n-1", SITES[:2], (), tuple(one.site for one in pointers), 0.9, (), (), pointers)
    with store_of(tmp_path, dict.fromkeys((*SITES, "gone-post.com", "stays-post.com"), (ACCOUNT,))) as store:
        store.save_networks([network])
    run(tmp_path, "forget", "site", "gone-post.com", "--store", "made.db", "--yes", "--quiet")
    with open_store(str(tmp_path / "made.db"), create=False) as store:
        (left,) = store.networks()
    assert (left.candidates, left.pointers) == (("stays-post.com",), pointers[1:])


def _queued(store: Store) -> None:
    """The site in the crawler's queue and in the list of what is due."""
    assert isinstance(store, SqliteStore)
    SqliteFrontier(store).add({SITES[0]: [Seed(SITES[0], SITES[0], url=f"https://{SITES[0]}/")]}, again=False)
    DueTable(store).plan([SITES[0]], DAY, "new")


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        (
            "a-post.com",
            ["www.a-post.com/x", "A-POST.COM.", "https://a-post.com"],
            ["dataa-post.com", "a-post.com.au", "a-post.community"],
        ),
        ("jane@x.org", ["mailto:jane@x.org", "JANE%40x.org", "jane[at]x.org"], ["maryjane@x.org", "jane@x.org.uk", "jane@xyorg"]),
    ],
)
def test_a_name_is_found_as_a_whole(text: str, inside: list[str], outside: list[str]) -> None:
    finder = forgetting.pattern(text)
    assert [one for one in inside if not finder.search(one)] == []
    assert [one for one in outside if finder.search(one)] == []


def test_the_log_says_who_did_what(tmp_path: Path) -> None:
    with store_of(tmp_path, dict.fromkeys(SITES, (ACCOUNT,))) as store:
        store.begin(Run("r1", DAY, "read pages.warc", "test"))
    run(tmp_path, "verdict", "site", SITES[0], "yes", "--by", "ann", "--note", "\x1b[31mred", "--store", "made.db")
    run(tmp_path, "export", "--format", "csv", "--personal", "--store", "made.db", "--out", "x.csv", SAMEHAND_BY="bo")
    found = rows(tmp_path, "log", "--store", "made.db")
    assert [(one["by"], one["what"]) for one in found] == [("", "run"), ("ann", "verdict"), ("bo", "export")]
    assert found[2]["about"] == "csv TLP:AMBER with personal data to x.csv"
    assert "\x1b" not in run(tmp_path, "log", "--store", "made.db").stdout


def test_tags_are_put_taken_off_merged_kept_and_forgotten(tmp_path: Path) -> None:
    for name in ("one", "two"):
        _in(tmp_path, name, dict.fromkeys(SITES, (ACCOUNT,))).close()
    one, two = ("--store", "one/made.db"), ("--store", "two/made.db")
    run(tmp_path, "tag", "wave-1", SITES[0], f"https://www.{SITES[1]}/", "--by", "ann", *one)
    run(tmp_path, "tag", "to-do", SITES[0], "--by", "bo", *two)
    run(tmp_path, "tag", "wave-1", SITES[1], "--off", "--by", "bo", *one)
    for wrong in (("Wave 1", SITES[0], "--by", "ann"), ("wave-1", "--by", "ann"), ("wave-1", SITES[0])):
        run(tmp_path, "tag", *wrong, *one, expect=2)
    for _ in range(2):
        run(tmp_path, "merge", "one/made.db", "two/made.db", "--into", "case.db")
    assert len((tmp_path / "case.db.tags.jsonl").read_text().splitlines()) == 2
    run(tmp_path, "backup", "--store", "case.db", "--out", "case.zip")
    run(tmp_path, "restore", "case.zip", "--store", "again.db")
    assert rows(tmp_path, "tag", "--store", "again.db") == [{"site": SITES[0], "tags": ["to-do", "wave-1"]}]
    run(tmp_path, "browse", "--store", "again.db", "--copy", "tables.db")
    with closing(sqlite3.connect(tmp_path / "tables.db")) as tables:
        assert tables.execute("SELECT name, tags FROM site WHERE tags IS NOT NULL").fetchall() == [
            (SITES[0], '["to-do", "wave-1"]')
        ]
    run(tmp_path, "forget", "site", SITES[0], "--store", "again.db", "--yes", "--by", "ann")
    assert (tmp_path / "again.db.tags.jsonl").read_text() == ""
