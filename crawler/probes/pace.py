"""One question at a time to each server, and a pause after it; what waits costs no connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_MOST_IDLE = 20_000


@dataclass(slots=True)
class _Lane:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0
    users: int = 0


class Lanes:
    """Who may ask which server now."""

    def __init__(self) -> None:
        self._lanes: dict[str, _Lane] = {}
        self.open = 0
        """Turns under way."""
        self.most_open = 0

    @asynccontextmanager
    async def turn(self, server: str, pause: float) -> AsyncIterator[None]:
        """Waits until the server is free, and keeps it for `pause` seconds after the block."""
        lane = self._lanes.setdefault(server, _Lane())
        lane.users += 1
        loop = asyncio.get_running_loop()
        try:
            async with lane.lock:
                wait = lane.free_at - loop.time()
                if wait > 0:
                    await asyncio.sleep(wait)
                self.open += 1
                self.most_open = max(self.most_open, self.open)
                try:
                    yield
                finally:
                    self.open -= 1
                    lane.free_at = max(lane.free_at, loop.time() + pause)
        finally:
            lane.users -= 1
            if len(self._lanes) > _MOST_IDLE:
                self._sweep(loop.time())

    def hold(self, server: str, seconds: float) -> None:
        """Leaves the server alone for so long: it said "later"."""
        lane = self._lanes.setdefault(server, _Lane())
        lane.free_at = max(lane.free_at, asyncio.get_running_loop().time() + seconds)

    def _sweep(self, now: float) -> None:
        for name in [name for name, lane in self._lanes.items() if not lane.users and lane.free_at < now]:
            del self._lanes[name]
