"""Sites that do harm: each attack is one host name, what it answers, and what a crawl has to say of it.

with serve(attacks()) as port:
    ...  # crawl the hosts, each name resolved to 127.0.0.1 and port 80 mapped to `port`
"""

from __future__ import annotations

from crawler.farm.attackers import bodies, endless, roads, texts
from crawler.farm.attackers.base import Attack
from crawler.farm.attackers.server import serve

__all__ = ["Attack", "attacks", "serve"]


def attacks() -> tuple[Attack, ...]:
    """All of them, in a fixed order."""
    return (*bodies.attacks(), *endless.attacks(), *roads.attacks(), *texts.attacks())
