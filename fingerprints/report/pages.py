"""Writes the report: a folder of HTML that opens from disk, loads nothing, and runs no script but its own.

Scripts and styles stand inside each page and are named in its content security policy by their hashes
(https://www.w3.org/TR/CSP3/#grammardef-hash-source): where something fetched should get past the escaping, it still does nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from fingerprints import evidence_settings
from fingerprints.exports.dossier import Dossier, kind_of
from fingerprints.exports.sharing import defang, is_personal
from fingerprints.networks import LEFT_OUT
from fingerprints.overlaps import overlaps_of
from fingerprints.report import figures, graph, views
from fingerprints.terminal import iso, safe

MOST_OTHER_SITES = 5000
"""Sites that are in no network and get a page of their own."""
_MOST_VALUES_SEARCHED = 200_000


@dataclass(frozen=True, slots=True)
class Written:
    """What was written."""

    index: Path
    networks: int
    sites: int
    left_out: int
    """Sites in no network that got no page."""


def write(dossier: Dossier, folder: Path, title: str = "") -> Written:
    """Writes all pages; files of an earlier report in the folder are replaced.

    Raises:
        OSError: the folder cannot be written.
    """
    pages = _Pages(dossier, folder, title)
    return pages.write()


class _Pages:
    def __init__(self, dossier: Dossier, folder: Path, title: str) -> None:
        self._dossier = dossier
        self._folder = folder
        chosen = [site for site in dossier.summaries if site in dossier.network_of]
        others = [site for site in dossier.summaries if site not in dossier.network_of]
        self._sites = sorted((*chosen, *others[:MOST_OTHER_SITES]))
        self._left_out = max(0, len(others) - MOST_OTHER_SITES)
        self._alike = views.lookalikes(self._sites)
        self._environment = _environment(dossier, title or dossier.sharing.case or "Sites of the same hand", set(self._sites))

    def write(self) -> Written:
        for name in ("networks", "sites"):
            (self._folder / name).mkdir(parents=True, exist_ok=True)
        drawings = {network.id: graph.draw(self._dossier, network) for network in self._dossier.networks}
        self._index(drawings)
        self._page("search.html", "search.html", root="", data=self._search_data(), scripts=("search.js",))
        for network in self._dossier.networks:
            self._network(network, drawings[network.id])
        for site in self._sites:
            view = views.site_view(self._dossier, site, self._alike.get(site))
            self._page("site.html", f"sites/{views.file_name(site)}", root="../", view=view)
        return Written(self._folder / "index.html", len(self._dossier.networks), len(self._sites), self._left_out)

    def _index(self, drawings: dict[str, graph.Drawing]) -> None:
        rows = [(network, figures.picture(network, drawings[network.id])) for network in self._dossier.networks]
        found = [(site, self._alike[site]) for site in self._sites if site in self._alike]
        loose = [site for site in self._sites if site not in self._dossier.network_of]
        self._page(
            "index.html",
            "index.html",
            root="",
            rows=rows,
            held={network.id: views.values(self._dossier, network)[:3] for network, _ in rows},
            alike=found,
            loose=loose,
            missed=views.missed(look for site in self._sites for look in self._dossier.looks.get(site, ())),
            outcomes=views.outcomes(self._dossier),
            left_out=self._left_out,
        )

    def _network(self, network: Any, drawing: graph.Drawing) -> None:
        dossier = self._dossier
        links = views.links(dossier, network)
        self._page(
            "network.html",
            f"networks/{views.file_name(network.id)}",
            root="../",
            network=network,
            values=views.values(dossier, network),
            hosting=views.hosting(dossier, network),
            accounts=views.accounts(dossier, network),
            links=links,
            waterfalls=[figures.waterfall(row.link) for row in links],
            timeline=figures.timeline(dossier, network),
            registrations=figures.registrations(dossier, network),
            prior=evidence_settings.load().prior.bits,
            picture=figures.picture(network, drawing),
            alike=[(site, self._alike[site]) for site in (*network.sites, *network.candidates) if site in self._alike],
            missed=views.missed(look for site in network.sites for look in dossier.looks.get(site, ())),
            pointers={one.site: one for one in network.pointers},
            overlaps=overlaps_of(network, dossier.network_of),
            data=graph.data(dossier, network, drawing),
            scripts=("vendor/graph-library.js", "graph.js"),
        )

    def _search_data(self) -> dict[str, Any]:
        number = {site: index for index, site in enumerate(self._sites)}
        values: dict[tuple[str, str], list[int]] = {}
        for site in self._sites:
            for row in self._dossier.carried[site]:
                if len(values) < _MOST_VALUES_SEARCHED or (row.kind, row.value) in values:
                    values.setdefault((row.kind, row.value), []).append(number[site])
        shown = defang if self._dossier.sharing.defang else str
        network = {site: index for index, one in enumerate(self._dossier.networks) for site in one.sites}
        return {
            "sites": [
                [safe(site), safe(shown(site)), "sites/" + views.file_name(site), network.get(site, -1)] for site in self._sites
            ],
            "networks": [[safe(one.id), "networks/" + views.file_name(one.id), len(one.sites)] for one in self._dossier.networks],
            "values": [[safe(kind), safe(value), sites] for (kind, value), sites in sorted(values.items())],
        }

    def _page(self, template: str, name: str, *, scripts: tuple[str, ...] = (), data: Any = None, **context: Any) -> None:
        texts = [_static(script) for script in (*scripts, "report.js")]
        style = _static("report.css")
        html = self._environment.get_template(template).render(
            dossier=self._dossier,
            style=Markup(style),  # noqa: S704  (our own file)
            scripts=[Markup(text) for text in texts],  # noqa: S704  (our own files)
            policy=_policy(style, texts),
            data=Markup(_json(data)) if data is not None else None,  # noqa: S704  (escaped by _json)
            **context,
        )
        (self._folder / name).write_text(html, "utf-8")


def _policy(style: str, scripts: list[str]) -> str:
    allowed = " ".join(_hash(text) for text in scripts)
    # img-src data: is for the report's own icon; nothing fetched is ever shown as a picture.
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; img-src data:; base-uri 'none'; form-action 'none'"
    )


@cache
def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _static(name: str) -> str:
    folder = files("fingerprints.report")
    path = folder / name if name.startswith("vendor/") else folder / "static" / name
    text = path.read_text("utf-8").strip()
    if "</script" in text.lower() or "</style" in text.lower():
        raise ValueError(f"{name} would end its own element.")
    return text


def _json(data: Any) -> str:
    """JSON that can stand in a script element: nothing in it begins or ends a tag or a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _environment(dossier: Dossier, title: str, with_page: set[str]) -> Environment:
    environment = Environment(
        loader=FunctionLoader(lambda name: (files("fingerprints.report") / "templates" / name).read_text("utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: safe(value) if type(value) is str else value,
    )
    address: Callable[[str], str] = defang if dossier.sharing.defang else str
    environment.globals.update(title=title, with_page=with_page, file_name=views.file_name, sharing=dossier.sharing)
    environment.tests["left_out"] = lambda note: note.startswith(LEFT_OUT)
    environment.filters.update(
        address=address,
        day=lambda moment: f"{moment:%Y-%m-%d}",
        minute=iso,
        percent=lambda share: ">99 %" if share > 0.99 else f"{100 * share:.0f} %",
        count=_count,
        kind_title=_kind_title,
        personal=is_personal,
        chunks=_chunks,
    )
    return environment


def _count(number: int, noun: str, nouns: str = "") -> str:
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"


def _kind_title(name: str) -> str:
    known = kind_of(name)
    return known.title if known else name


def _chunks(text: str) -> Iterator[str]:
    """A long value in pieces between which a line may break."""
    for start in range(0, len(text), 16):
        yield text[start : start + 16]
