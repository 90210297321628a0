"""Sites that show some visitors something else: found by asking as several, with both sides kept."""

from __future__ import annotations

from pathlib import Path

from crawler.farm import serve
from crawler.farm.world import Habit, Network, Strangers, World
from fingerprints.captures import folder_of
from fingerprints.model import Outcome, Role
from fingerprints.proof import Prover
from fingerprints.stores.base import open_store
from tests.crawler.crawling import ROOT, crawl, looks, of_farm, of_web, values
from tests.crawler.names import Names
from tests.crawler.proxies import proxying
from tests.crawler.web import Web
from tests.fingerprints.samehand import run

WORLD = World(
    name="cloaks",
    articles=(5, 5),
    networks=(Network(name="of search", sites=2, cloaks="referrer", habits=(Habit(kinds=("google-analytics-4",)),)),),
    strangers=(
        Strangers(name="of Germans", sites=1, languages={"de": 1.0}, cloaks="language", own={"yandex-metrica": 1.0}),
        Strangers(name="of browsers", sites=1, cloaks="agent", own={"meta-pixel": 1.0}),
        Strangers(name="honest", sites=2, own={"google-analytics": 1.0, "email": 1.0}),
    ),
)
EXPECTED = {"referrer": {"from-search"}, "language": {"german"}, "agent": {"from-search", "german", "mobile"}, "none": set()}


def test_sites_that_cloak_are_told_and_others_are_not(tmp_path: Path) -> None:
    store = tmp_path / "a.db"
    with serve(WORLD, seed=1) as farm:
        options = {**of_farm(farm), "articles": 0, "about": 0, "within": 300}
        assert crawl(store, f"--seeds={farm.seeds_file}", **options, profiles="from-search,german,mobile").code == 0
    told = values(store, "shown-differently")
    for site in farm.truth["sites"]:
        assert {value for name, value in told if name == site["domain"]} == {f"{one} ids" for one in EXPECTED[site["cloaks"]]}
    with open_store(str(store), create=False) as opened:
        rows = list(opened.carried())
    hidden = {(one["kind"], one["value"]) for site in farm.truth["sites"] if site["cloaks"] != "none" for one in site["carried"]}
    found = [row for row in rows if (row.kind, row.value) in hidden]
    assert {(row.kind, row.value) for row in found} == hidden
    assert all(row.role is Role.VARIANT and "as shown to the profile" in row.where for row in found)
    proofs = [Prover([folder_of(str(store))]).prove(row) for row in rows if row.role in (Role.VARIANT, Role.PROFILES)]
    assert [proof.sentence for proof in proofs if not proof.proved] == []


def test_a_visitor_who_is_not_let_in_is_no_other_face(web: Web, names: Names, tmp_path: Path) -> None:
    web.page("example.org/", "<html><body><p>News</p></body></html>")
    ended = crawl(tmp_path / "a.db", "http://example.org/", articles=0, profiles="mobile", **of_web(web, names))
    assert ended.code == 0
    agents = [line for head in web.heads for line in head.split(b"\r\n") if line.startswith(b"User-Agent")]
    assert sum(b"Mobile Safari" in line for line in agents) == 2
    assert looks(tmp_path / "a.db")["profiles http://example.org/"].outcome is Outcome.READ
    assert values(tmp_path / "a.db", "shown-differently") == set()


def test_a_profile_comes_from_its_own_proxy_and_the_rest_does_not(web: Web, names: Names, tmp_path: Path) -> None:
    for path in ("/", "/ads.txt"):
        web.page(f"example.org{path}", "<html><body><p>News</p></body></html>")
    settings = tmp_path / "settings"
    settings.mkdir()
    (settings / "profiles.toml").write_text('[elsewhere]\nUser-Agent = "Visitor/1"\nproxy = "env:ELSEWHERE"\n')
    given = {**of_web(web, names), "profiles": "elsewhere,mobile", "articles": 0}
    env = {"SAMEHAND_CONFIG": str(settings)}
    refused = crawl(tmp_path / "a.db", "http://example.org/", env=env, **given)
    assert (refused.code, web.heads) == (2, [])
    assert "profiles.toml, elsewhere: proxy is taken from ELSEWHERE, which the environment does not have" in refused.stderr
    with proxying(tmp_path) as proxy:
        env |= {"ELSEWHERE": f"socks5://127.0.0.1:{proxy.port}"}
        assert crawl(tmp_path / "a.db", "http://example.org/", env=env, **given).code == 0
        assert proxy.reached == {f"example.org:{web.port}"}
        assert proxy.log.read_text().count("-> ") <= sum(b"Visitor/1" in head for head in web.heads) == 2
    assert sum(b"Mobile Safari" in head for head in web.heads) == 2
    gone = crawl(tmp_path / "b.db", "http://example.org/", env=env, **given)
    assert gone.code == 0
    look = looks(tmp_path / "b.db")["profiles http://example.org/"]
    assert (look.outcome, "As elsewhere: The proxy" in look.detail) == (Outcome.FAILED, True)


def test_a_profile_that_is_not_there_is_told(tmp_path: Path) -> None:
    ended = crawl(tmp_path / "a.db", "example.org", profiles="martian")
    assert ended.code == 2
    assert "--profiles 'martian' cannot be used: there is no such profile" in ended.stderr


def test_the_command_of_the_documentation_says_what_it_would_do(tmp_path: Path) -> None:
    lines = (ROOT / "docs/careful.md").read_text("utf-8").splitlines()
    (line,) = [one.strip() for one in lines if one.startswith("    samehand crawl") and "--profiles" in one]
    told = run(tmp_path, *line.split()[1:], "--dry-run").stdout
    assert "twice as each of: samehand, from-search, german, mobile" in told
