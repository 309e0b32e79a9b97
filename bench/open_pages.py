"""What open Admin pages cost while a run goes on: processor time of `agent1 serve`, in cores.

    python bench/open_pages.py [--pages 20] [--seconds 60] [--section now]

Starts `agent1 serve` in a throw-away home with 60 conversations and a stage that tells a step and a line of log a
second, and measures it without a page and with so many. A page is an HTTP client that does what the page's script does:
every two seconds it asks for a look at the open section, and hears what came of it. The machine should have nothing
else to do.
"""

import argparse
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psutil
from chat_page import Page, running  # type: ignore[import-not-found]  # lies beside this script

from agent1.store.home import Home
from agent1.store.records import ImportedConversation, ImportedMessage, Role, RunState
from agent1.store.store import Store
from agent1.trainer import supervise
from agent1.trainer.run_folder import RunFolder
from agent1.ui.admin.desk import LOOK_EVERY

CONVERSATIONS = 60
SETTLE = 6  # seconds: what is sent once is sent before the measuring begins
STAGE = """
import sys, time
from pathlib import Path
from agent1.trainer.progress import ProgressLog
log = ProgressLog(Path(sys.argv[1]))
log.write("start", step=0, total=2000)
for step in range(1, 2000):
    log.write("step", step=step, total=2000, loss=2 / step**0.2, lr=1e-3, tokens=400, seconds=1.0, memory_mb=3000)
    print(f"step {step} of 2000, " + "and what a training says of it, " * 4, flush=True)
    time.sleep(1 if step > 200 else 0)
"""


@contextmanager
def training(home: Home) -> Iterator[None]:
    """A run that goes on in that home, on step 200 of its training."""
    store = Store(home)
    talk = [ImportedMessage(Role.USER, "Hello?"), ImportedMessage(Role.ASSISTANT, "Hello!", 5)] * 2
    titles = [f"Talk {number}" for number in range(CONVERSATIONS)]
    store.exchange.add_all(
        [ImportedConversation(title, datetime.now(UTC), tuple(talk)) for title in titles], store.people.local()
    )
    run = store.runs.queue(base="base:1b", base_digest="sha256:0", server="embedded", message_ids=[])
    store.runs.advance(store.runs.advance(run, RunState.PREPARING), RunState.TRAINING)
    store.close()
    stage = RunFolder(home.run_folder(run.id)).stage(RunState.TRAINING)
    supervise.launch(stage, [sys.executable, "-c", STAGE, str(stage)], os.environ, home.root, nice=0)
    try:
        yield
    finally:
        supervise.end(stage, grace_seconds=0)


def look_on(address: str, section: str, closed: threading.Event, looks: list[str]) -> None:
    """One page until `closed`; what each of its looks was told goes to `looks`."""
    page = Page(address)
    [tick] = [fn for fn in page.dependencies if [event for _, event in fn["targets"]] == ["tick"]]
    while not closed.is_set():
        began = time.monotonic()
        looks.extend(str(output) for output in page.hear(tick["id"], [section]))
        closed.wait(LOOK_EVERY - (time.monotonic() - began))


def measure(address: str, app: psutil.Process, pages: int, seconds: float, section: str) -> None:
    """Print the cores that the app and what it started took with so many pages open."""
    closed, looks = threading.Event(), list[str]()
    threads = [threading.Thread(target=look_on, args=(address, section, closed, looks)) for _ in range(pages)]
    for number, thread in enumerate(threads):
        thread.start()
        time.sleep(LOOK_EVERY / pages if number else 0)
    time.sleep(SETTLE)
    before, heard, began = app.cpu_times(), len(looks), time.monotonic()
    time.sleep(seconds)
    after, passed = app.cpu_times(), time.monotonic() - began
    heard = len(looks) - heard
    closed.set()
    for thread in threads:
        thread.join()
    if refused := [told for told in looks if "'error'" in told]:
        raise SystemExit(refused[0])
    cores = (after.user + after.system - before.user - before.system) / passed
    print(f"{pages:3} pages on {section!r}: {cores:.2f} cores, {heard / passed:.1f} looks a second", flush=True)


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    reader.add_argument("--pages", type=int, default=20)
    reader.add_argument("--seconds", type=float, default=60, help="of each measuring")
    reader.add_argument("--section", default="now")
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory(prefix="agent1-bench-") as folder:
        home = Home(Path(folder) / "home")
        home.make()
        with training(home), running(home.root) as address:
            port = int(address.rsplit(":", 1)[1])
            [app] = [
                part.pid
                for part in psutil.net_connections()
                if part.status == "LISTEN" and tuple(part.laddr)[1:2] == (port,)
            ]
            for pages in (0, asked.pages):
                measure(address, psutil.Process(app), pages, asked.seconds, asked.section)


if __name__ == "__main__":
    main()
