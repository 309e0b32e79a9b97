"""The material as it was last collected, for all pages that look.

Going through a hundred thousand rated answers takes many seconds, so a thread of its own does it, and pages show what
is known meanwhile. Does not cover what is worth learning (trainer/material).
"""

import threading
import time
from dataclasses import dataclass

from ...store.store import Store
from ...trainer.material import Material, collect

PATIENCE = 1.0  # seconds that a look waits for a new collection; what takes longer is shown when it is there
REST = 5  # times as long as a slow collection took, before the next: somebody who rates must not keep a core busy


@dataclass(frozen=True)
class Known:
    material: Material
    mark: str  # of what it was collected from


class Collected:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._known: Known | None = None
        self._working: threading.Thread | None = None
        self._took = self._ended = 0.0  # seconds; by the monotonic clock

    def newest(self) -> Known | None:
        """None until much material is gone through for the first time. Asks for a new collection where it is old."""
        mark = self._mark()
        with self._lock:
            known = self._known
            if known and known.mark == mark:
                return known
            slow = self._took > PATIENCE
            if self._working is None or not self._working.is_alive():
                if known and slow and time.monotonic() - self._ended < REST * self._took:
                    return known
                self._working = threading.Thread(target=self._collect, args=(mark,), daemon=True)
                self._working.start()
            working = self._working
        working.join(0 if slow else PATIENCE)
        return self._known

    def is_old(self, known: Known) -> bool:
        """Whether something has changed since."""
        return known.mark != self._mark()

    def _collect(self, mark: str) -> None:
        began = time.monotonic()
        material = collect(self._store)
        with self._lock:
            self._known, self._ended = Known(material, mark), time.monotonic()
            self._took = self._ended - began

    def _mark(self) -> str:
        """Another text whenever the material may be another."""
        store = self._store
        policy = store.settings.policy()
        told = (
            store.usage.version(), policy.thresholds, policy.personal, policy.teachers,
            sorted(store.choices.chosen().items()), len(store.choices.held_out()), sorted(store.runs.rejected_tags()),
            [account.teaches for account in store.accounts.all()],
        )  # fmt: skip
        return str(told)
