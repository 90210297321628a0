"""What people see. Golden texts lie in tests/fixtures/commands/.

SAMEHAND_WRITE_GOLDEN=1 writes them anew, and a person reads the difference.
"""

from __future__ import annotations

import csv
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fingerprints import terminal
from fingerprints.explain import Example, Explanation
from fingerprints.model import Coverage, Evidence, Failure, Network, Observation, Outcome, Pointer, Role, SharedValue, State
from fingerprints.stores.base import Batch, Carried, open_store
from tests.fingerprints.samehand import rows, run

GOLDEN = Path(__file__).parents[2] / "fixtures" / "commands"
DAY = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOSTILE = "\x1b[31mred\x07 [bold]x[/bold] \u202eevil\u2066\x9b1m"

ADSENSE = SharedValue("adsense", "pub-1984263871598648", 3, 12.0, "ads", "prevalence on the web unknown: bits capped")
EMAIL = SharedValue("email", "desk@truth-daily.example", 2, 9.25, "contact", background=4)


def same(name: str, text: str) -> None:
    """Compares with the golden text."""
    path = GOLDEN / name
    if os.environ.get("SAMEHAND_WRITE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


def seen(site: str, kind: str, value: str, path: str = "/", state: State = State.SEEN, day: int = 0) -> Observation:
    """A sighting with an excerpt."""
    role = Role.FRONT if path == "/" else Role.ARTICLE
    at = DAY + timedelta(days=day)
    return Observation(kind, value, site, f"https://{site}{path}", role, at, "script", 40, f"config('{value}');", state)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A folder with a small store in which something was read, something was missing, and something went wrong."""
    observations = [
        seen("eagle-post.com", "adsense", "pub-1984263871598648"),
        seen("eagle-post.com", "adsense", "pub-1984263871598648", "/a", day=9),
        seen("eagle-post.com", "google-analytics", "UA-12345"),
        seen("truth-daily.net", "adsense", "pub-1984263871598648"),
        seen("truth-daily.net", "email", "desk@truth-daily.net", "/about"),
        replace(seen("eagle-post.com", "google-analytics", "UA-777"), state=State.COPIED, copied_from="victim.org"),
        seen("truth-daily.net", "google-analytics", "UA-12345", state=State.COMMENTED),
        replace(seen("evil.com", "email", HOSTILE), excerpt=HOSTILE, page_url="https://evil.com/" + HOSTILE),
    ]
    coverage = [
        Coverage(site, Role.FRONT, f"https://{site}/", Outcome.READ, DAY, "c1") for site in {one.site for one in observations}
    ]
    coverage += [
        Coverage("eagle-post.com", Role.ADS_TXT, "https://eagle-post.com/ads.txt", Outcome.ABSENT, DAY, "", "No such file.", 404),
        Coverage("eagle-post.com", Role.ABOUT, "https://eagle-post.com/about", Outcome.BLOCKED, DAY, "", "A bot wall.", 403),
        Coverage("evil.com", Role.ABOUT, "https://evil.com/about", Outcome.FAILED, DAY, "", HOSTILE),
    ]
    failures = (Failure("eagle-post.com", "page", "https://eagle-post.com/a", "Only its beginning was read.", DAY),)
    with open_store(str(tmp_path / "samehand.db")) as opened:
        opened.write(Batch(tuple(observations), tuple(coverage), failures))
    return tmp_path


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("observations.txt", ["observations", "--site", "https://www.eagle-post.com/x"]),
        ("observations.csv", ["observations", "--format", "csv"]),
        ("observations.jsonl", ["observations", "--format", "jsonl"]),
        ("find.txt", ["find", "pub-1984263871598648"]),
        ("find-part.txt", ["find", "google-analytics:ua-1"]),
        ("site.txt", ["site", "eagle-post.com"]),
        ("site.jsonl", ["site", "hxxps://eagle-post[.]com/", "--format", "jsonl"]),
    ],
)
def test_golden(store: Path, name: str, arguments: list[str]) -> None:
    same(name, run(store, *arguments).stdout)


def network() -> Network:
    """Of more sites than one line takes."""
    others = tuple(f"local-news-{number}.example" for number in range(70))
    link = Evidence("eagle-post.com", "truth-daily.net", (ADSENSE, EMAIL), 21.25, "They share …")
    return Network(
        id="n-0123456789",
        core=("eagle-post.com", "truth-daily.net"),
        associated=others,
        candidates=("perhaps.org",),
        confidence=0.9712,
        links=(link, Evidence("eagle-post.com", "local-news-0.example", (ADSENSE,), 12.0)),
        notes=("Falls apart without adsense pub-1984263871598648, which 3 sites carry.",),
    )


@pytest.fixture
def eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain terminal of that width, made anew."""
    monkeypatch.setenv("COLUMNS", "80")
    terminal._console.cache_clear()


@pytest.mark.usefixtures("eighty_columns")
def test_networks_as_blocks(capsys: pytest.CaptureFixture[str]) -> None:
    from fingerprints.commands._network_blocks import show

    small = replace(network(), id="n-abcdef0123", core=(), associated=("a.com", "b.com"), confidence=0.9999, notes=())
    show([network(), small])
    same("networks.txt", capsys.readouterr().out)


@pytest.mark.usefixtures("eighty_columns")
def test_candidates_are_told_with_their_reason(capsys: pytest.CaptureFixture[str]) -> None:
    """Those that are in no network one by one, some of them; members of another network as that network."""
    from fingerprints.commands._network_blocks import show

    weak = SharedValue("css-simhash", "front-e54c5f07808c080d~13", 12, 4.0, "template")
    alone = tuple(f"alone-{number}.example" for number in range(7))
    pointers = tuple(Pointer(site, "eagle-post.com", 9.5 - number / 4, weak) for number, site in enumerate((*alone, "a.com")))
    left_out = tuple(f"Left out: dns-a 192.0.2.{number} (shared hosting)." for number in range(3))
    one = replace(network(), associated=(), candidates=(*alone, "a.com"), pointers=pointers, notes=left_out)
    other = replace(network(), id="n-abcdef0123", core=(), associated=("a.com", "b.com"), candidates=(), notes=())
    show([one, other], "samehand network {}")
    same("networks-candidates.txt", capsys.readouterr().out)


def explanation(*, linked: bool) -> Explanation:
    """Of two sites that share three values, one of which counts for nothing."""
    vendor = SharedValue("google-tag-manager", "GTM-VENDOR1", 40, 0.0, "analytics", "a plug-in vendor's container")
    shared = (ADSENSE, EMAIL) if linked else ()
    link = Evidence("eagle-post.com", "truth-daily.net", shared, 21.25 if linked else 0.0, "They share …" if linked else "")
    examples = {}
    for one in (ADSENSE, EMAIL, vendor):
        sides = [carried(site, one) for site in (link.a, link.b)]
        examples[one.kind, one.value] = Example(*sides)
    return Explanation(
        evidence=link,
        linked=linked,
        probability=0.9996 if linked else 0.0123,
        verdict="Linked: 21.2 bits, 10 are needed. They share …" if linked else "Not linked: no value counts for anything.",
        left_out=(vendor,),
        examples=examples,
        differs=("google-analytics",),
        not_seen=("eagle-post.com: about https://eagle-post.com/about: blocked (A bot wall.)",),
    )


def carried(site: str, one: SharedValue) -> Carried:
    """The value on this site's front page."""
    return Carried(
        site,
        one.kind,
        one.value,
        State.SEEN,
        DAY,
        DAY + timedelta(days=9),
        f"https://{site}/",
        Role.FRONT,
        "script",
        9,
        f"x = '{one.value}'",
        "",
        None,
    )


@pytest.mark.usefixtures("eighty_columns")
@pytest.mark.parametrize("linked", [True, False])
def test_an_explanation_as_text(capsys: pytest.CaptureFixture[str], linked: bool) -> None:
    from fingerprints.commands._explanation import show

    show(explanation(linked=linked))
    same(f"explain-{'linked' if linked else 'not-linked'}.txt", capsys.readouterr().out)


_FORMS = [(command, form) for command in ("observations", "find red") for form in ("table", "jsonl", "csv")]


@pytest.mark.parametrize(("command", "form"), [*_FORMS, ("site evil.com", "table"), ("site evil.com", "jsonl")])
def test_nothing_fetched_reaches_the_terminal_raw(store: Path, command: str, form: str) -> None:
    out = run(store, *command.split(), "--format", form, FORCE_COLOR="", NO_COLOR="1").stdout
    assert not set(out) & set("\x1b\x07\u202e\u2066\x9b")
    assert "[bold]x[/bold]" in out


def test_json_keeps_the_whole_value(store: Path) -> None:
    assert [row["value"] for row in rows(store, "find", "red")] == [HOSTILE]


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_a_spreadsheet_computes_nothing(tmp_path: Path, formula: str) -> None:
    with open_store(str(tmp_path / "samehand.db")) as opened:
        opened.write(Batch((seen("a.com", "email", formula),)))
    row = next(csv.DictReader(run(tmp_path, "observations", "--format", "csv").stdout.splitlines()))
    assert row["value"] == "'" + formula


@pytest.mark.parametrize("command", ["observations", "find pub-1", "site eagle-post.com", "indicators", "networks"])
def test_tables_fit_eighty_columns_but_for_addresses(store: Path, command: str) -> None:
    for line in run(store, *command.split()).stdout.splitlines():
        assert len(line) <= 80 or "://" in line


def test_there_is_colour_on_request_only(store: Path) -> None:
    assert "\x1b[" not in run(store, "find", "pub-1").stdout
    assert "\x1b[" in run(store, "find", "pub-1", FORCE_COLOR="1").stdout


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("site nowhere.com", "samehand: nowhere.com was never looked at: it is not in samehand.db."),
        ("explain eagle-post.com nowhere.com", "samehand: nowhere.com was never looked at: it is not in this store."),
        ("find GTM-NOTHERE", "samehand: No site of samehand.db carries GTM-NOTHERE, as a whole or as a part of a value."),
    ],
)
def test_what_is_not_in_the_store_is_exit_1(store: Path, command: str, sentence: str) -> None:
    done = run(store, *command.split(), expect=1)
    assert done.stderr.startswith(sentence)
    assert done.stdout == ""


def test_one_site_twice_is_a_wrong_call(store: Path) -> None:
    assert "are one site, eagle-post.com" in run(store, "explain", "eagle-post.com", "www.eagle-post.com", expect=2).stderr


def test_the_fixed_shapes(store: Path) -> None:
    """Other programs read these keys, in jsonl."""
    (found,) = rows(store, "networks")
    assert list(found) == ["id", "sites", "candidates", "confidence", "links"]
    assert found["sites"] == ["eagle-post.com", "truth-daily.net"]
    assert list(found["links"][0]) == ["a", "b", "bits", "shared"]
    assert list(found["links"][0]["shared"][0]) == ["kind", "value", "sites", "bits"]
    assert {tuple(row) for row in rows(store, "indicators")} == {("kind", "family", "title", "example")}
    columns = ("site", "kind", "value", "state", "page_url", "first_seen", "last_seen", "where", "excerpt")
    assert {tuple(row) for row in rows(store, "observations")} == {columns}
    assert rows(store, "observations", "--kind", "adsense", "--site", "eagle-post.com")[0]["last_seen"] == "2026-05-10T12:00:00Z"


def test_networks_are_saved_and_shown_with_the_site(store: Path) -> None:
    done = run(store, "networks", "--format", "csv")
    header, one, other = done.stdout.splitlines()
    assert header == "network,confidence,site,role"
    assert done.stderr == "1 network, 2 sites. samehand explain A B shows the evidence for two of them.\n"
    (row,) = rows(store, "site", "truth-daily.net")
    assert row["network"] == one.split(",")[0] == other.split(",")[0]
    assert row["links"][0]["shared"][0]["value"] == "pub-1984263871598648"
    assert "In network n-" in run(store, "site", "truth-daily.net").stdout
    (why,) = rows(store, "explain", "truth-daily.net", "eagle-post.com")
    assert (why["a"], why["b"], why["linked"]) == ("eagle-post.com", "truth-daily.net", True)


def test_no_networks_is_said_and_is_no_failure(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "samehand.db")) as opened:
        opened.write(Batch((seen("a.com", "adsense", "pub-1984263871598648"),)))
    done = run(tmp_path, "networks")
    assert done.stdout == ""
    assert done.stderr.startswith("No networks: ")
