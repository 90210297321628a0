"""Google Tag Manager: the container that loads a site's other tags."""

from __future__ import annotations

from fingerprints.indicators.base import END, SCRIPTS, START, Kind, Pattern

GOOGLE_TAG_MANAGER = Kind(
    name="google-tag-manager",
    family="analytics",
    title="Google Tag Manager container",
    example="GTM-ABC123",
    source="https://support.google.com/tagmanager/answer/6103696",
    traps="An agency's container serves its clients; a platform's container serves its tenants.",
)


def _container(text: str) -> str | None:
    """Real ids mix letters and digits; placeholders are of one letter (GTM-XXXX)."""
    return text if len(set(text[4:])) > 2 else None


KINDS = (GOOGLE_TAG_MANAGER,)
RULES = (
    Pattern(
        kind=GOOGLE_TAG_MANAGER,
        anchors=("GTM-",),
        # 4 to 9 characters are in use (measured on public pages); lower case does not occur in an id.
        regex=START + rb"(GTM-[A-Z0-9]{4,9})" + END,
        clean=_container,
        roles=SCRIPTS,
    ),
)
