"""What many conversations cost: the list, the search, an opening and the figures, in a store of 100,000.

    python bench/conversations.py [--conversations 100000] [--messages 6]

Milliseconds, the median of eleven. The store is made anew in a throw-away home.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent1.store.home import Home
from agent1.store.records import ImportedConversation, ImportedMessage, Role
from agent1.store.store import Store

WORDS = [
    f"{start}{end}" for start in ("ba", "ce", "di", "fo", "gu", "la", "me", "ni") for end in ("do", "ra", "ção", "lém")
]


def conversations(count: int, messages: int) -> Iterator[ImportedConversation]:
    chance, now = random.Random(7), datetime.now(UTC)
    for number in range(count):
        said = tuple(
            ImportedMessage(
                Role.ASSISTANT if place % 2 else Role.USER,
                " ".join(chance.choices(WORDS, k=30)) + (f" number{number}" if place == 0 else ""),
                score=chance.randint(1, 5) if place % 4 == 1 else None,
            )
            for place in range(messages)
        )
        yield ImportedConversation(f"Talk {number}", now - timedelta(minutes=count - number), said)


def median(action: Callable[[], object], times: int = 11) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        action()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1000


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    reader.add_argument("--conversations", type=int, default=100_000)
    reader.add_argument("--messages", type=int, default=6)
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory(prefix="agent1-bench-") as folder:
        store = Store(Home(Path(folder) / "home"))
        person = store.people.local()
        began = time.perf_counter()
        store.exchange.add_all(conversations(asked.conversations, asked.messages), person)
        print(f"import {asked.conversations}: {time.perf_counter() - began:.0f} s, "
              f"{store.home.database.stat().st_size / 1e6:.0f} MB")  # fmt: skip
        newest = store.conversations.newest(person, 51)
        path = store.messages.path(newest[0].leaf_id)
        for name, action in {
            "list, first page": lambda: store.conversations.newest(person, 51),
            "list, twentieth page": lambda: store.conversations.newest(person, 1001),
            "search, one hit": lambda: store.conversations.search(person, "number4711", 51),
            "search, a word of nearly every message": lambda: store.conversations.search(person, "bado", 51),
            "search, two such words and a beginning": lambda: store.conversations.search(person, "bado dirão me", 51),
            "search, nothing": lambda: store.conversations.search(person, "nowhere", 51),
            "open": lambda: (store.messages.path(newest[0].leaf_id), store.messages.siblings(path)),
            "thoughts": lambda: store.ratings.thoughts(path, person),
            "figures": store.ratings.figures,
        }.items():
            print(f"{name}: {median(action):.1f} ms", flush=True)
        store.close()


if __name__ == "__main__":
    main()
