"""Who may be asked now: one request at a time to each site, and a pause after it. Waiting costs no connection and no thread."""

from __future__ import annotations

import heapq
from collections import deque
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
_MOST_IDLE = 50_000


@dataclass(slots=True)
class _Line(Generic[T]):
    """What waits for one site."""

    free_at: float = 0.0
    busy: bool = False
    queued: bool = False
    """Whether the heap holds an entry for it."""
    waiting: deque[tuple[float, T]] = field(default_factory=deque)


class Queue(Generic[T]):
    """Requests by the site they go to. Times are the caller's clock, in seconds."""

    def __init__(self) -> None:
        self._lines: dict[str, _Line[T]] = {}
        self._heap: list[tuple[float, int, str]] = []
        self._count = 0
        self._waiting = 0

    def __len__(self) -> int:
        return self._waiting

    def put(self, site: str, item: T, not_before: float = 0.0) -> None:
        """Lines a request up; those of one site keep their order."""
        line = self._lines.setdefault(site, _Line())
        line.waiting.append((not_before, item))
        self._waiting += 1
        self._enter(site, line)

    def take(self, now: float) -> T | None:
        """A request whose site is free, which is then busy until release(); None if there is none."""
        while self._heap and self._heap[0][0] <= now:
            _, _, site = heapq.heappop(self._heap)
            line = self._lines[site]
            line.queued = False
            if line.busy or not line.waiting:
                continue
            if max(line.free_at, line.waiting[0][0]) > now:
                self._enter(site, line)
                continue
            line.busy = True
            self._waiting -= 1
            return line.waiting.popleft()[1]
        return None

    def back(self, site: str, item: T, free_at: float) -> None:
        """Gives back what take() gave: it is the site's next again, from free_at on."""
        self._lines[site].waiting.appendleft((0.0, item))
        self._waiting += 1
        self.release(site, free_at)

    def release(self, site: str, free_at: float) -> None:
        """Ends a request: the site may be asked again from free_at on."""
        line = self._lines[site]
        line.busy = False
        line.free_at = free_at
        self._enter(site, line)
        if len(self._lines) > _MOST_IDLE:
            self._sweep(free_at)

    def next_at(self) -> float | None:
        """When the next request may be ready; None if none waits for its time."""
        return self._heap[0][0] if self._heap else None

    def drain(self) -> list[T]:
        """Takes out all that waits."""
        items = [item for line in self._lines.values() for _, item in line.waiting]
        for line in self._lines.values():
            line.waiting.clear()
        self._waiting = 0
        return items

    def _enter(self, site: str, line: _Line[T]) -> None:
        if line.queued or line.busy or not line.waiting:
            return
        line.queued = True
        self._count += 1
        heapq.heappush(self._heap, (max(line.free_at, line.waiting[0][0]), self._count, site))

    def _sweep(self, now: float) -> None:
        for site in [
            name for name, line in self._lines.items() if not (line.busy or line.queued or line.waiting) and line.free_at < now
        ]:
            del self._lines[site]
