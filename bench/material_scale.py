"""How long going through the material takes, and in how much memory: seconds and megabytes by rated answers.

    python bench/material_scale.py 25000 50000 100000

Each size is a process of its own over a fresh home of made-up conversations: two turns each, both languages, one in
ten a repeat, one in ten with a low face, one in ten to a question that everybody asks, one in twenty corrected. What
counts is that time grows as the answers do.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent1.store.home import Home
from agent1.store.records import ImportedConversation, ImportedMessage, Role
from agent1.store.store import Store
from agent1.trainer.material import collect

WORDS = ["harbour", "ticket", "river", "garden", "bridge", "window", "market", "station", "letter", "winter", "copper"]


def conversations(answers: int) -> Iterator[ImportedConversation]:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(answers // 2):
        told = number - number % 10 if number % 10 == 1 else number
        thing = f"{WORDS[told % 11]} {WORDS[told // 11 % 11]} {told}"
        score = 1 if number % 10 == 2 else 4 + number % 2
        asked = "What is new this week" if number % 10 == 5 else f"What do I need to know about the {thing}"
        own = f"Use the {thing} only on weekdays." if number % 20 == 3 else None
        yield ImportedConversation(
            f"Talk {number}",
            start + timedelta(minutes=number),
            (
                ImportedMessage(Role.USER, f"{asked}, please?"),
                ImportedMessage(
                    Role.ASSISTANT,
                    f"The {thing} is kept behind the old {WORDS[told % 7]}, and is open to everybody who asks at the "
                    f"desk on the day before, between {told % 12 + 1} and {told % 12 + 3} in the afternoon.",
                    score=score,
                    correction=own,
                ),
                ImportedMessage(Role.USER, f"E o que mais você sabe sobre isso, além do número {told}?"),
                ImportedMessage(Role.ASSISTANT, f"Só isso: o número {told} fica ao lado da porta verde.", score=5),
            ),
        )


def measure(answers: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Home(Path(folder)))
        store.exchange.add_all(conversations(answers), store.people.local())
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        began, cpu = time.perf_counter(), time.process_time()
        material = collect(store)
        took, worked = time.perf_counter() - began, time.process_time() - cpu
        store.close()
    return {
        "answers": answers,
        "learned": len(material.examples),
        "left_out": len(material.left_out),
        "seconds": round(took, 1),
        "cpu_seconds": round(worked, 1),
        "megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000),
        "megabytes_before": round(before),
    }


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        print(json.dumps(measure(int(sys.argv[2]))))
    else:
        for size in sys.argv[1:]:
            subprocess.run([sys.executable, __file__, "--one", size], check=True)
