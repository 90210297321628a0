"""The report in a real browser: what is drawn, that it works, that it asks for nothing, and that hostile values do nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from fingerprints.exports.dossier import gather
from fingerprints.exports.sharing import Sharing
from fingerprints.model import Capture, Coverage, Observation, Outcome, Role
from fingerprints.report import figures
from fingerprints.report.pages import write
from fingerprints.stores.base import Batch, open_store
from tests.fingerprints.made_stores import DAY
from tests.report.browser import Visit, chromium

ROOT = Path(__file__).parents[2]
EVIL = "\"'><img src=x onerror=alert(1)></script><script>alert(2)</script><!-- {{7*7}} \u2028"
SITES = ("a.example.com", "b.example.net", "c.example.org", "spiegel.ltd")
WIDTHS = (390, 820, 1440)


def _observation(site: str, kind: str, value: str, hostile: str = "") -> Observation:
    capture = Capture(f"one{hostile}.warc.gz", 42, "ab" * 32)
    url = f"https://{site}/{hostile}"
    return Observation(
        kind, value, site, url, Role.FRONT, DAY, f"script{hostile}", 5, f"before {value} {hostile}", capture=capture
    )


def _report(folder: Path, hostile: str) -> Path:
    """Three sites of one hand, and one in no network, with something hostile in every text."""
    with open_store(str(folder / "made.db")) as store:
        shared = [
            _observation(site, kind, value, hostile)
            for site in SITES[:3]
            for kind, value in (("adsense", "pub-4827150936620417" + hostile), ("email", "jane.doe@harbourpost.info"))
        ]
        own = [_observation(site, "google-analytics-4", f"G-OWN{number}{hostile}", hostile) for number, site in enumerate(SITES)]
        looks = [Coverage(site, Role.FRONT, f"https://{site}/", Outcome.READ, DAY, "test") for site in SITES]
        looks.append(Coverage(SITES[0], Role.ADS_TXT, f"https://x/{hostile}", Outcome.FAILED, DAY, "", f"why {hostile}"))
        store.write(Batch(tuple(shared + own), tuple(looks)))
        dossier = gather(store, Sharing(case=f"Case {hostile}"), everything=True)
    write(dossier, folder / "report")
    return folder / "report"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _report(tmp_path_factory.mktemp("hostile"), EVIL)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _report(tmp_path_factory.mktemp("plain"), "")


@pytest.fixture(scope="module")
def visit() -> Iterator[Visit]:
    with chromium() as one:
        yield one


def _network(report: Path) -> Path:
    return next((report / "networks").glob("*.html"))


def test_hostile_values_run_nothing_and_nothing_is_asked_for(visit: Visit, hostile: Path) -> None:
    for path in sorted(hostile.rglob("*.html")):
        page = visit.graph(path) if path.parent.name == "networks" else visit.open(path)
        assert page.locator("img").count() == 0
    visit.graph(_network(hostile)).locator("#canvas").press("n")
    assert "alert(2)" in visit.page.locator("#panel").inner_text() or visit.page.locator("#panel .jump").count()
    visit.open(hostile / "search.html").fill("#search", "pub-")
    visit.page.wait_for_selector("#results li")
    assert visit.troubles == []
    assert visit.outside == []


def test_the_graph_is_drawn_and_filters_take_away(visit: Visit, plain: Path) -> None:
    page = visit.graph(_network(plain))
    drawn = "[Number(canvas.dataset.sites), Number(canvas.dataset.values)]"
    assert page.evaluate(drawn) == [3, 2]
    page.check("#single")
    assert page.evaluate(drawn) == [3, 5]
    page.uncheck("input[name=family][value=contact]")
    assert page.evaluate(drawn) == [3, 4]
    page.fill("#hub", "2")
    assert page.evaluate(drawn) == [3, 3]
    page.check("input[name=view][value=links]")
    assert page.evaluate(drawn) == [3, 0]


def test_the_evidence_card_has_what_a_person_quotes(visit: Visit, plain: Path) -> None:
    page = visit.graph(_network(plain))
    page.fill("#find", "pub-4827150936620417")
    page.locator("#find").press("Enter")
    card = page.locator("#panel").inner_text()
    for part in (
        "pub-4827150936620417",
        "bits",
        "2 other sites",
        "hxxps://a[.]example[.]com/",
        "2026-05-01",
        "ab" * 32,
        "byte 42",
        "before",
    ):
        assert part in card


def test_evidence_is_copied_as_a_citation(visit: Visit, plain: Path) -> None:
    page = visit.graph(_network(plain))
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    for card, value in (
        (page.locator("#panel"), "G-OWN0"),
        (page.locator("#link-list details").first, "adsense pub-4827150936620417"),
    ):
        if value == "G-OWN0":
            page.fill("#find", value)
            page.locator("#find").press("Enter")
        card.locator(".cite").first.click()
        cited = page.evaluate("window.copied")
        assert cited.startswith(value)
        for part in ("a[.]example[.]com script · 2026-05-01T", "hxxps://a[.]example[.]com/", "ab" * 32, "one.warc.gz, byte 42"):
            assert part in cited


def test_paper_has_what_is_open_and_a_line_for_what_is_not(visit: Visit, plain: Path) -> None:
    page = visit.graph(_network(plain))
    links = page.locator("#link-list details")
    assert (links.count(), page.locator("#link-list details[open]").count()) == (3, 1)
    page.click("[data-open=link-list]")
    assert page.locator("#link-list details[open]").count() == 3
    page.emulate_media(media="print")
    assert not page.locator("#canvas").is_visible()
    assert page.locator(".still .picture").is_visible()
    page.emulate_media(media="screen")


def test_the_timeline_has_when_the_domains_were_registered(tmp_path: Path) -> None:
    days = {"a.example.com": "2024-05-13 registrar 9101", "b.example.net": "2024-05-14 registrar 9101"}
    with open_store(str(tmp_path / "made.db")) as store:
        rows = [_observation(site, "adsense", "pub-4827150936620417") for site in days]
        rows += [_observation(site, "registration-day", day) for site, day in days.items()]
        rows.append(_observation("a.example.com", "registration-day", "made elsewhere"))
        looks = [Coverage(site, Role.FRONT, f"https://{site}/", Outcome.READ, DAY, "test") for site in days]
        store.write(Batch(tuple(rows), tuple(looks)))
        dossier = gather(store, Sharing())
    drawn = figures.registrations(dossier, dossier.networks[0])
    assert drawn
    assert [(span.label, f"{span.first:%Y-%m-%d}", span.remark) for span in drawn.spans] == [
        ("a.example.com", "2024-05-13", "registrar 9101"),
        ("b.example.net", "2024-05-14", "registrar 9101"),
    ]


def test_keys_walk_through_the_graph(visit: Visit, plain: Path) -> None:
    page = visit.graph(_network(plain))
    page.locator("#canvas").press("n")
    first = page.locator("#panel h3").inner_text()
    page.locator("#canvas").press("n")
    assert page.locator("#panel h3").inner_text() != first
    page.locator("#canvas").press("Escape")
    assert page.locator("#panel .hint").count() == 1
    assert "pub-4827150936620417" in page.locator("#panel").inner_text()  # what says most, to begin with


def test_search_finds_sites_by_defanged_names_and_values_by_parts(visit: Visit, plain: Path) -> None:
    page = visit.open(plain / "search.html")
    for wanted, expected in (("b[.]example", "b[.]example[.]net"), ("PUB-482715", "pub-4827150936620417")):
        page.fill("#search", wanted)
        page.wait_for_function("text => document.getElementById('results').textContent.includes(text)", arg=expected)
    page.fill("#search", "nowhere")
    page.wait_for_function("() => document.getElementById('search-count').textContent.includes('does not mean')")


def test_personal_values_stay_here(plain: Path) -> None:
    pages = "".join(path.read_text("utf-8") for path in plain.rglob("*.html"))
    assert "jane.doe" not in pages
    assert "redacted-email-1" in pages


def test_the_overview_tells_of_likeness_and_of_what_was_not_seen(plain: Path) -> None:
    text = (plain / "index.html").read_text("utf-8")
    for part in ("spiegel[.]ltd", "spiegel[.]de", "failed", "TLP:AMBER", "3</strong> sites in networks"):
        assert part in text


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious(visit: Visit, plain: Path, dark: bool) -> None:
    for path in (plain / "index.html", plain / "search.html", _network(plain), plain / "sites/a.example.com.html"):
        page = visit.open(path)
        if (page.evaluate("document.documentElement.dataset.theme") == "dark") != dark:
            page.click("#theme")
        page.evaluate((Path(__file__).parent / "vendor/axe.min.js").read_text("utf-8"))
        found = page.evaluate("axe.run().then(result => result.violations.map(one => [one.impact, one.id, one.nodes[0].html]))")
        assert [one for one in found if one[0] in ("serious", "critical")] == []


@pytest.mark.parametrize("width", WIDTHS)
def test_no_width_needs_scrolling_sideways(visit: Visit, plain: Path, width: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": 900})
    for path in (plain / "index.html", _network(plain), plain / "sites/a.example.com.html"):
        page = visit.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_vendored_files_are_those_that_were_checked() -> None:
    lines = (ROOT / "fingerprints/report/vendor/SHA256SUMS").read_text().splitlines()
    for line in lines:
        digest, name = line.split()
        assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == digest
    assert len(lines) == 2
