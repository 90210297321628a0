"""A limit of time for what others do: seconds in which we ourselves were busy, or had no processor, are not theirs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_STEPS = 8
_LONGEST_STEP = 1.0


@asynccontextmanager
async def patience(seconds: float) -> AsyncIterator[None]:
    """Ends the block with TimeoutError when it has waited for so long.

    The time is counted in steps. A hostile page that takes seconds to read holds the loop up: the answers of others lie there
    read by nobody, and a step that took longer counts as one.
    """
    loop = asyncio.get_running_loop()
    step = min(_LONGEST_STEP, seconds / _STEPS)
    left = seconds
    timers: list[asyncio.TimerHandle] = []

    def tick() -> None:
        nonlocal left
        left -= step
        if left <= 0:
            limit.reschedule(loop.time())
        else:
            timers[0] = loop.call_later(min(step, left), tick)

    async with asyncio.timeout(None) as limit:
        timers.append(loop.call_later(step, tick))
        try:
            yield
        finally:
            timers[0].cancel()
