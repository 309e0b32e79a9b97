"""What the page costs: first token and tokens a second through Agent1, beside a plain client on the same model server.

    python bench/chat_page.py [--pairs 7] [--words 200]

Starts `agent1 serve` with the embedded server and the starter model in a throw-away home, and asks the same thing in
turns, with the `ollama` package and as the page does (Gradio's own HTTP, without a browser): each answer of the page
between two plain ones, whose mean it is compared with, because a machine's pace drifts more than is looked for. The tag
ends its answers after as many tokens. The prompt stays in the model server's cache from one time to the next: reading
it anew takes the same time either way, and seconds of it would hide the milliseconds that are looked for. A first token
counts when its text has arrived at the client. Then the time that the server needs to open a conversation of 200
messages. Medians; the machine should have nothing else to do.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from agent1.serving.client import CreateRequest, ModelServer
from agent1.serving.embedded import process
from agent1.store.home import Home
from agent1.store.messages import as_read
from agent1.store.records import AnswerState, ImportedConversation, ImportedMessage, ModelOptions, Role
from agent1.store.store import Store
from agent1.ui.reading import read_path

QUESTION = "Tell me a long story about a lighthouse keeper and the sea."
OPENED = 200  # messages
TEMPERATURE = 0.01  # at 0 the embedded server reads each prompt anew
SHORT = "short:1"


@dataclass(frozen=True)
class Timed:
    """Seconds from the question to the first text and to the end of an answer of so many tokens."""

    first: float
    whole: float

    @property
    def writing(self) -> float:
        """Seconds from the first text to the end."""
        return self.whole - self.first

    def mean(self, other: "Timed") -> "Timed":
        return Timed((self.first + other.first) / 2, (self.whole + other.whole) / 2)


class Page:
    """Speaks to the app as the page's script does."""

    def __init__(self, address: str) -> None:
        self.session = uuid.uuid4().hex[:10]
        self.http = httpx.Client(base_url=address, timeout=300, trust_env=False)
        config = self.http.get("/config").json()
        self.dependencies: list[dict[str, Any]] = config["dependencies"]
        self.functions = {entry["api_name"]: entry["id"] for entry in self.dependencies if entry["api_name"]}
        kinds = {part["id"]: part["props"].get("elem_id") or part["type"] for part in config["components"]}
        self.outputs = {
            entry["api_name"]: [kinds[output] for output in entry["outputs"]] for entry in self.dependencies
        }

    def call(self, name: str, data: list[Any], event: dict[str, Any] | None = None) -> Iterator[Any]:
        yield from self.hear(self.functions[name], data, event)

    def hear(self, number: int, data: list[Any], event: dict[str, Any] | None = None) -> Iterator[Any]:
        """Each message of the stream that carries data, as the page gets them."""
        asked = {"data": data, "fn_index": number, "session_hash": self.session, "event_data": event}
        self.http.post("/gradio_api/queue/join", json=asked).raise_for_status()
        with self.http.stream("GET", "/gradio_api/queue/data", params={"session_hash": self.session}) as lines:
            for line in lines.iter_lines():
                told = json.loads(line.removeprefix("data: ")) if line else {}
                if told.get("msg") in ("process_generating", "process_completed"):
                    yield told["output"]
                if told.get("msg") in ("process_completed", "close_stream"):
                    return

    def timed(self, name: str, data: list[Any], event: dict[str, Any] | None = None) -> Timed:
        began, first, end = time.perf_counter(), 0.0, 0.0
        chat = self.outputs[name].index("chat")
        for number, output in enumerate(self.call(name, data, event)):
            if number and output.get("data") and output["data"][chat] and not first:
                first = time.perf_counter() - began
            end = time.perf_counter() - began
        return Timed(first, end)


def raw(server: ModelServer, tag: str, messages: list[dict[str, str]]) -> Timed:
    began, first, ending = time.perf_counter(), 0.0, None
    for part in server.chat(tag, messages, {"temperature": TEMPERATURE}):
        if part.content and not first:
            first = time.perf_counter() - began
        ending = part.done_reason
    assert ending == "length", "the answer ended by itself: ask for something longer"
    return Timed(first, time.perf_counter() - began)


@contextmanager
def running(home: Path) -> Iterator[str]:
    """`agent1 serve` on that home; its address."""
    environ = {**os.environ, "AGENT1_HOME": str(home), "AGENT1_SERVER": "embedded", "AGENT1_PORT": "7940"}
    program = [str(Path(sys.executable).parent / "agent1"), "serve"]
    app = subprocess.Popen(program, env=environ, stdout=subprocess.PIPE, text=True)
    try:
        assert app.stdout is not None
        line = app.stdout.readline()
        yield "http://" + line.split("http://")[1].split()[0]
    finally:
        app.terminate()
        app.wait(20)


def long_talk(messages: int) -> ImportedConversation:
    sentence = "The lamp was lit at dusk, and the ships far out could see it through the rain and the dark. "
    said = tuple(
        ImportedMessage(Role.ASSISTANT if number % 2 else Role.USER, f"{number}: {sentence * 3}")
        for number in range(messages - 1)
    )
    return ImportedConversation(
        f"{messages} messages", datetime.now(UTC), (*said, ImportedMessage(Role.USER, QUESTION))
    )


def compare(page: Page, store: Store, server: ModelServer, messages: int, pairs: int) -> dict[str, float]:
    """The same last question asked again and again, in turns."""
    person, tag = store.people.local(), store.promotions.in_use()
    assert tag is not None
    store.exchange.add_all([long_talk(messages)], person)
    conversation = store.conversations.newest(person, 1)[0]
    options = ModelOptions(temperature=TEMPERATURE)
    store.conversations.choose_options(conversation, options)
    path = store.messages.path(conversation.leaf_id)
    prompt = read_path(lambda: server.describe(tag), as_read(path), options).messages
    rounds: list[tuple[Timed, Timed]] = []
    event = {"do": "retry", "id": path[-1].id}
    before = raw(server, tag, prompt)
    for number in range(pairs + 1):
        through = page.timed("say", [40], event)
        written = store.messages.path(store.conversations.get(conversation.id, person).leaf_id)[-1]
        assert written.state is AnswerState.CUT, "the answer ended by itself: ask for something longer"
        after = raw(server, tag, prompt)
        if number:  # the first of each loads the model and its cache
            rounds.append((before.mean(after), through))
        before = after
    return {
        "messages": messages,
        "raw first, ms": statistics.median(plain.first for plain, _ in rounds) * 1000,
        "page first, ms": statistics.median(through.first for _, through in rounds) * 1000,
        "later, ms": statistics.median(through.first - plain.first for plain, through in rounds) * 1000,
        "pace, of raw": statistics.median(plain.writing / through.writing for plain, through in rounds),
    }


def use_short_answers(store: Store, server: ModelServer, words: int) -> None:
    """Put a tag of the model in use into use whose answers are at most so many tokens."""
    tag = store.promotions.in_use()
    assert tag is not None
    for _ in server.create(SHORT, CreateRequest(from_=tag, parameters={"num_predict": words})):
        pass
    store.promotions.promote(SHORT)


def opening(page: Page, number: int, times: int = 9) -> float:
    """Milliseconds until a conversation has come whole."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        for _ in page.call("open", [str(number), OPENED, "", 1]):
            pass
        taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1000


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    reader.add_argument("--pairs", type=int, default=7)
    reader.add_argument("--words", type=int, default=200, help="tokens of an answer")
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory(prefix="agent1-bench-") as folder:
        home = Home(Path(folder) / "home")
        with running(home.root) as address:
            page = Page(address)
            for _ in page.call("greet", [""]):
                pass  # chooses the server and the model
            store = Store(home)
            url = process.find(home)
            assert url is not None
            server = ModelServer(url)
            use_short_answers(store, server, asked.words)
            for messages in (2, 200):
                told = compare(page, store, server, messages, asked.pairs)
                print("  ".join(f"{name} {value:.2f}" for name, value in told.items()), flush=True)
            number = store.conversations.newest(store.people.local(), 1)[0].id
            print(f"opening {OPENED} messages, ms {opening(page, number):.0f}")
            store.close()
        process.stop(home)


if __name__ == "__main__":
    main()
