"""Certificate transparency logs and passive sources, each a URL in config/hosting/sources.toml, off until it is turned on."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from crawler import clock
from crawler.errors import FetchError
from crawler.http.client import Client
from crawler.probes.base import Fetched, Note, Seen
from crawler.probes.pace import Lanes
from fingerprints import config
from fingerprints.model import Role
from fingerprints.probe_records import encode


class Source(BaseModel):
    """Somebody who knows of sites."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str
    """{domain} stands for the site."""
    on: bool = False
    delay: float = Field(2.0, ge=0)
    """Seconds between two questions."""

    @field_validator("url")
    @classmethod
    def _is_template(cls, url: str) -> str:
        if not url.startswith(("http://", "https://")) or "{domain}" not in url:
            raise ValueError("write an http(s) address with {domain} in it")
        return url


def load() -> dict[str, Source]:
    """The sources that are turned on, by name.

    Raises:
        ConfigError: sources.toml says something that cannot be.
    """
    tables: dict[str, Any] = config.toml("hosting/sources.toml")
    found: dict[str, Source] = {}
    for name, table in tables.items():
        try:
            found[name] = Source.model_validate(table)
        except ValidationError as error:
            message = error.errors()[0]["msg"].removeprefix("Value error, ")
            raise config.ConfigError(f"hosting/sources.toml, {name}: {message}.") from None
    return {name: source for name, source in found.items() if source.on}


async def ask(source: Source, domain: str, client: Client, lanes: Lanes) -> Seen:
    """What one source answers, or why it did not."""
    url = source.url.replace("{domain}", quote(domain, safe=""))
    try:
        async with lanes.turn(urlsplit(url).netloc, source.delay):
            return Fetched(Role.ARCHIVES, await client.get(url))
    except FetchError as error:
        return Note(Role.ARCHIVES, url, clock.now(), encode("archives", error.outcome, str(error)))
