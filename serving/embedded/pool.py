"""The loaded models: at most two, the least recently used makes room, each goes when its time is over.

Owns who uses which model when. One event loop, so its figures need no lock; `_changed` wakes those who wait.
"""

import asyncio
import contextlib
import logging
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from .engine import Engine
from .options import Options
from .shelf import Model

MOST_LOADED = 2
# Short answers of the starter model, four side by side, came 1.6 times as fast as one after the other on two cores
# (bench/answers_at_once.py).
MOST_PLACES = 4
SPARE_CACHE = 512 * 1024**2  # bytes that the places of a model may take together; the first is never refused
KEEP_ALIVE = 300.0  # seconds; Ollama's default

Start: TypeAlias = Callable[[Path, int, int, int], Awaitable[Engine]]

log = logging.getLogger(__name__)


@dataclass
class Loaded:
    """`engine` is None while it is being loaded. `users` are those that answer or wait for their turn."""

    model: Model
    context: int
    engine: Engine | None = None
    users: int = 0
    used_at: float = 0.0  # of time.monotonic, as `until`
    until: float = math.inf
    is_closing: bool = False
    places: int = field(init=False)  # answers that it writes side by side
    turn: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self.places = count_places(self.model.facts.cache_bytes(self.context))
        self.turn = asyncio.Semaphore(self.places)

    def fits(self, model: Model, options: Options) -> bool:
        return (
            self.engine is not None
            and self.engine.is_alive
            and not self.is_closing
            and self.model.manifest.blob == model.manifest.blob
            and self.context >= options.context
            and options.threads in (0, self.engine.threads)
        )


def count_places(cache: int) -> int:
    """How many answers are written side by side, where each takes `cache` bytes."""
    return max(1, min(MOST_PLACES, SPARE_CACHE // max(1, cache)))


class Pool:
    def __init__(self, start: Start) -> None:
        self._start = start
        self._loaded: dict[str, Loaded] = {}
        self._changed = asyncio.Condition()

    def loaded(self) -> list[Loaded]:
        """Those that are ready to answer, the newest use first."""
        ready = [entry for entry in self._loaded.values() if entry.engine and not entry.is_closing]
        return sorted(ready, key=lambda entry: entry.used_at, reverse=True)

    @contextlib.asynccontextmanager
    async def borrow(self, model: Model, options: Options, keep_alive: float) -> AsyncIterator[Engine]:
        """A place in the model's engine, for one answer; loads it if need be. Raises Refused(500)."""
        entry = await self._reserve(model, options)
        try:
            if entry.engine is None:
                entry.engine = await self._start(model.blob_file, options.context, options.threads, entry.places)
                log.info("loaded %s, context %d", model.name, options.context)
                await self._wake()
            async with entry.turn:
                yield entry.engine
        finally:
            entry.users -= 1
            entry.used_at = time.monotonic()
            entry.until = min(entry.until, entry.used_at + keep_alive)
            is_over = entry.until <= entry.used_at or not (entry.engine and entry.engine.is_alive)
            if is_over and not entry.users:
                await self._close(entry)
            await self._wake()

    async def unload(self, name: str) -> None:
        """At once, or where it is answering as soon as that is done."""
        entry = self._loaded.get(name.lower())
        if entry is None:
            return
        entry.until = -math.inf
        if not entry.users:
            await self._close(entry)

    async def unload_expired(self) -> None:
        now = time.monotonic()
        for entry in list(self._loaded.values()):
            if not entry.users and entry.engine and entry.until <= now:
                await self._close(entry)

    async def close(self) -> None:
        for entry in list(self._loaded.values()):
            await self._close(entry)

    async def _reserve(self, model: Model, options: Options) -> Loaded:
        """A place for one more user: without an engine yet where the caller is to load it."""
        key = model.name.lower()
        async with self._changed:
            while True:
                entry = self._loaded.get(key)
                if entry and entry.fits(model, options):
                    entry.users += 1
                    entry.until = math.inf
                    entry.model = model  # it may have been made anew on the same weights
                    return entry
                is_full = len(self._loaded) >= MOST_LOADED
                stale = entry or (self._oldest_idle() if is_full else None)
                if stale and not stale.users and not stale.is_closing:
                    await self._close(stale)
                elif entry or is_full:
                    await self._changed.wait()
                else:
                    self._loaded[key] = Loaded(model, options.context, users=1)
                    return self._loaded[key]

    def _oldest_idle(self) -> Loaded | None:
        idle = [entry for entry in self._loaded.values() if not entry.users and not entry.is_closing]
        return min(idle, key=lambda entry: entry.used_at, default=None)

    async def _close(self, entry: Loaded) -> None:
        if entry.is_closing:
            return
        entry.is_closing = True
        try:
            if entry.engine:
                await asyncio.shield(entry.engine.close())
        finally:
            if self._loaded.get(entry.model.name.lower()) is entry:
                del self._loaded[entry.model.name.lower()]
        log.info("unloaded %s", entry.model.name)

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()
