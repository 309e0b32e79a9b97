"""How many examples a run would have now, counted once for all pages that look.

Going through ten thousand rated answers takes seconds, so the count is kept until something was rated, or for a
minute where only a setting or a choice by hand has changed.
"""

import threading

from ...store.store import Store
from ...trainer.material import collect

KEPT = 60.0  # seconds


class Usable:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._known: tuple[str, float, int] | None = None  # version, when, count

    def count(self) -> int:
        version, now = self._store.usage.version(), self._store.clock().timestamp()
        with self._lock:
            if self._known is None or self._known[0] != version or not 0 <= now - self._known[1] < KEPT:
                self._known = (version, now, len(collect(self._store).examples))
            return self._known[2]
