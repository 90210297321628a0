"""What a crawl may be told: config/crawl.toml gives the defaults and their reasons, the command line wins."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from importlib.metadata import version
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from crawler import profiles, redis_link
from crawler.http.proxy import Proxy
from crawler.probes import base as probes
from fingerprints import config
from fingerprints.stores.base import StoreError, is_address
from fingerprints.stores.elasticsearch_connection import journal_of

PROXY_VARIABLE = "SAMEHAND_PROXY"
"""Names the proxy of every crawl, so that none goes past it, and keeps its password out of the list of processes."""
_FILE = "crawl.toml"
_LOGIN = re.compile(r"//[^/]*@")
"""A password in an address is not repeated in what is printed."""


class OptionError(ValueError):
    """An option that cannot be used; the message says which and why."""


def _ports(value: object) -> object:
    """Turns "80:8080,443:8443" into {80: 8080, 443: 8443}."""
    if not isinstance(value, str):
        return value
    pairs = [part.split(":") for part in value.split(",") if part.strip()]
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError("give pairs of ports as in 80:8080,443:8443")
    return dict(pairs)


def _address(value: object) -> object:
    """Turns "127.0.0.1:5353" or "[::1]:5353" into its two parts; without a port, 53."""
    if not isinstance(value, str) or not value:
        return value or None
    host, colon, port = value.rpartition(":")
    if not colon or (host.count(":") and not host.startswith("[")):
        host, port = value, "53"
    try:
        return (str(ip_address(host.strip("[]"))), port)
    except ValueError:
        raise ValueError("give the name server's IP address and port as in 127.0.0.1:5353") from None


def _names(value: object) -> object:
    """Turns "mobile,from-search" into names."""
    return tuple(dict.fromkeys(filter(None, map(str.strip, value.split(","))))) if isinstance(value, str) else value


def _probes(value: object) -> object:
    """Turns "dns,tls" into the probes' names."""
    return probes.parse(value) if isinstance(value, str) else value


def _redis(value: object) -> object:
    """An address of a Redis, or nothing."""
    return redis_link.check(value) if isinstance(value, str) and value else value


def _proxy(value: object) -> object:
    """The address of a proxy, or nothing."""
    return Proxy.of(value) if isinstance(value, str) and value else value or None


Port = Annotated[int, Field(ge=1, le=65535)]


class Options(BaseModel):
    """All settings of a crawl. config/crawl.toml says what each number is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    user_agent: str = Field(min_length=1, max_length=300, pattern=r"^[\x20-\x7e]+$")
    robots_name: str = Field(min_length=1, max_length=100)
    delay: float = Field(ge=0, le=3600)
    jitter: float = Field(ge=0, le=1)
    most_crawl_delay: float = Field(ge=0)
    robots: bool
    concurrency: int = Field(ge=1, le=1000)
    open_sites: int = Field(ge=1, le=100_000)
    articles: int = Field(ge=0, le=100_000)
    pages: int = Field(ge=1, le=1_000_000)
    depth: int = Field(ge=0, le=100)
    about: int = Field(ge=0, le=100)
    containers: int = Field(ge=0, le=100)
    assets: int = Field(ge=0, le=100)
    pictures: int = Field(ge=0, le=100)
    file_bytes: int = Field(ge=1000, le=1_000_000_000)
    extras: bool
    redirects: int = Field(ge=0, le=50)
    max_bytes: int = Field(ge=1000, le=1_000_000_000)
    head_bytes: int = Field(ge=1000, le=10_000_000)
    timeout: float = Field(gt=0, le=3600)
    connect_timeout: float = Field(gt=0, le=3600)
    site_seconds: float = Field(gt=0)
    retries: int = Field(ge=0, le=10)
    retry_wait: float = Field(ge=0)
    most_retry_after: float = Field(ge=0)
    give_up_after: int = Field(ge=1)
    warc_bytes: int = Field(ge=1_000_000)
    captures_quota: int = Field(ge=0)
    warc_level: int = Field(ge=0, le=9)
    commit_seconds: float = Field(ge=0, le=60)
    readers: int = Field(ge=0, le=64)
    readers_from: int = Field(ge=0)

    probes: Annotated[tuple[str, ...], BeforeValidator(_probes)]
    passive: bool = False
    """Whether only what the site cannot see is asked: no page of it, and no probe that connects to it."""
    probe_sites: int = Field(ge=1, le=10_000)
    probe_seconds: float = Field(gt=0)
    dns_timeout: float = Field(gt=0, le=60)
    dns_questions: int = Field(ge=1, le=5000)
    registry_delay: float = Field(ge=0)

    render: bool
    """Whether pages are shown in a browser, too."""
    render_pages: int = Field(ge=1, le=1000)
    render_open: int = Field(ge=1, le=64)
    render_seconds: float = Field(gt=0, le=600)
    render_quiet: float = Field(gt=0, le=60)
    render_requests: int = Field(ge=0, le=10_000)
    render_noted: int = Field(ge=1, le=100_000)
    render_bytes: int = Field(ge=0, le=1_000_000_000)
    render_delay: float = Field(ge=0, le=60)
    render_others: bool
    browser: str = ""
    """Its program; empty looks for Chromium, Chrome or Edge."""
    sandbox: bool = True
    """Whether the browser's processes are held in by the operating system."""

    store: str | Path
    """A path, or the address of an Elasticsearch."""
    journal: Path | None = None
    """With an Elasticsearch: the file into which the crawl writes, and from which it is sent there."""
    frontier: Annotated[str, BeforeValidator(_redis)] = ""
    """The Redis through which several crawls share their sites, as redis://host:port/number; empty: the store's own file."""
    captures: Path
    """Folder of the WARC files."""
    allow_private: bool = False
    """Whether private, loopback and other non-public addresses may be connected to."""
    profile: str = Field(min_length=1, max_length=60)
    """As whom the crawl asks: a table of config/profiles.toml."""
    headers: dict[str, str] = Field(default_factory=dict)
    """The profile's, but for the User-Agent."""
    profiles: Annotated[tuple[str, ...], BeforeValidator(_names)] = ()
    """As whom front pages are asked for besides, to compare what each visitor is shown."""
    variants: dict[str, dict[str, str]] = Field(default_factory=dict)
    """The headers of these profiles, with their User-Agent if they have one."""
    variant_proxies: dict[str, Proxy] = Field(default_factory=dict)
    """The proxies of those that have one of their own."""
    proxy: Annotated[Proxy | None, BeforeValidator(_proxy)] = None
    """Through which all connections go, with the names to look up; None connects directly."""
    dns: Annotated[tuple[str, Port] | None, BeforeValidator(_address)] = None
    """A name server to ask in place of the system's resolver."""
    map_port: Annotated[dict[Port, Port], BeforeValidator(_ports)] = Field(default_factory=dict)
    """Ports that are connected to in place of those that an address names."""
    hosting_data: Path | None = None
    """A folder with rdap_bootstrap.json, whois_servers.tsv and as_table.npz or .tsv in place of the shipped files; those that
    `samehand hosting refresh` fetched, without it."""
    ca_file: Path | None = None
    """Certificates (PEM) that are trusted besides the system's."""

    @field_validator("ca_file")
    @classmethod
    def _is_file(cls, path: Path | None) -> Path | None:
        if path is not None and not path.is_file():
            raise ValueError("there is no such file")
        return path


def load(given: Mapping[str, Any]) -> Options:
    """The options of a crawl.

    Args:
        given: values that override config/crawl.toml, as text or typed; `store` is needed.

    Raises:
        OptionError: an unknown name or an unusable value.
        ConfigError: crawl.toml is no TOML.
    """
    values = _configured()
    if os.environ.get(PROXY_VARIABLE):
        values["proxy"] = os.environ[PROXY_VARIABLE]
    values.update(given)
    store = values.setdefault("store", "samehand.db")
    try:
        local = Path(values.setdefault("journal", journal_of(str(store))) if is_address(str(store)) else store)
    except StoreError as error:
        raise OptionError(f"--store cannot be used: {error}") from None
    values.setdefault("captures", local.with_name(local.stem + ".captures"))
    values = _with_profile(values, "user_agent" in given)
    values["user_agent"] = str(values.get("user_agent", "")).replace("{version}", version("samehand"))
    try:
        return Options.model_validate(values)
    except ValidationError as error:
        raise OptionError(_sentence(error)) from None


def _configured() -> dict[str, Any]:
    """The values of crawl.toml. What is in no table or in a wrong one is a slip, and might make a crawl rude."""
    shipped = config.read(config.DEFAULTS / _FILE)
    home = {name: table for table, values in shipped.items() for name in values}
    for path in config.paths(_FILE):
        for table, values in config.read(path).items():
            for name in values if isinstance(values, dict) else (table,):
                _check_place(path, table if isinstance(values, dict) else "", name, home)
    return {name: value for table in config.toml(_FILE).values() for name, value in table.items()}


def _check_place(path: Path, table: str, name: str, home: Mapping[str, str]) -> None:
    """Those that the shipped file does not have, as the browser's program, may stand in any of its tables."""
    where = f"[{table}] {name}" if table else name
    if name in home and home[name] != table:
        raise config.ConfigError(f"{path}: {where} is not in its place. Put it under [{home[name]}].")
    if name not in Options.model_fields:
        raise config.ConfigError(f"{path}: {where} is no option of a crawl. Leave it out.")
    if table not in home.values():
        raise config.ConfigError(
            f"{path}: {where} is not in its place. Put it under one of [{'], ['.join(dict.fromkeys(home.values()))}]."
        )


def _with_profile(values: dict[str, Any], named: bool) -> dict[str, Any]:
    """The profile's headers; a User-Agent that was named for this crawl stands."""
    try:
        headers = profiles.headers(str(values.get("profile", "")))
    except LookupError as error:
        raise OptionError(f"--profile {str(values.get('profile', ''))!r} cannot be used: {error}.") from None
    try:
        names = _names(values.get("profiles") or "")
        variants = {name: profiles.headers(name) for name in names}  # type: ignore[attr-defined]
        proxies = {name: proxy for name in variants if (proxy := profiles.proxy(name)) is not None}
    except LookupError as error:
        raise OptionError(f"--profiles {str(values['profiles'])!r} cannot be used: {error}.") from None
    values = values | {"variants": variants, "variant_proxies": proxies}
    if not values.get("proxy"):
        values["proxy"] = profiles.proxy(str(values["profile"]))
    agent = [headers.pop(key) for key in list(headers) if key.lower() == profiles.AGENT]
    return values | {"headers": headers} | ({"user_agent": agent[0]} if agent and not named else {})


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    name = "--" + str(first["loc"][0]).replace("_", "-")
    if first["type"] == "extra_forbidden":
        return f"{name} is no option of a crawl."
    message = first["msg"].removeprefix("Value error, ")
    shown = _LOGIN.sub("//…@", str(first["input"]))[:100]
    return f"{name} {shown!r} cannot be used: {message[:1].lower()}{message[1:]}."
