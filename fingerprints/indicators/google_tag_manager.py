"""Google Tag Manager: the container that loads a site's other tags."""

from __future__ import annotations

from fingerprints.indicators.base import Kind, code

GOOGLE_TAG_MANAGER = Kind(
    name="google-tag-manager",
    family="analytics",
    title="Google Tag Manager container",
    example="GTM-5HQ98JR",
    source="https://support.google.com/tagmanager/answer/6103696",
    traps="An agency's container serves its clients; a platform's container serves its tenants.",
)


_WORDS = frozenset(
    {"EVENT", "EVENTS", "DATA", "DATALAYER", "CONTAINER", "CODE", "SCRIPT", "NOSCRIPT", "LOADER", "TRACKING", "CLICK"}
    | {"TEST", "DEMO", "EXAMPLE", "SAMPLE", "DUMMY", "PLACEHOLDER", "ABCDEF", "ABCDEFG", "ABCDEFGH"}
)
_PLACEHOLDERS = ("XXXX", "YOUR", "EXAMPLE", "1234567", "ABCD123", "ABC1234")


def _container(text: str) -> str | None:
    """Placeholders are of one or two letters (GTM-XXXX, GTM-XXXXYY) or digits (GTM-2024); a word that scripts use is no id."""
    bare = text[4:]
    if len(set(bare)) < 3 or bare.isdigit() or bare in _WORDS or any(word in bare for word in _PLACEHOLDERS):
        return None
    return text


KINDS = (GOOGLE_TAG_MANAGER,)
RULES = (
    # 4 to 9 characters are in use (measured on public pages); lower case does not occur in an id.
    code(GOOGLE_TAG_MANAGER, ("GTM-",), rb"{<}(GTM-[A-Z0-9]{4,9}){>}", _container),
)
