"""What open Admin pages cost the app: the CPU of its process while so many pages look every two seconds.

    python bench/admin_pages.py [--pages 20] [--seconds 30]

Each page is what a browser is for the server: the look of the timer through Gradio's queue, with what it has seen. The
figure is CPU seconds of the app's process for each second, once with no run and once with one whose training tells a
step each second. Goal: half a core for 20 pages.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psutil


def serve(home: Path, running: bool) -> None:
    """The app over a fresh home, its address on stdout; with a run in training where `running`."""
    import socket

    import uvicorn

    from agent1.store.home import Home
    from agent1.store.store import Store
    from agent1.tests.ui.conftest import Stage
    from agent1.tests.ui.talking_server import talking_server
    from agent1.ui.web import build_app

    with talking_server() as talking:
        stage = Stage(Store(Home(home)), talking)
        if running:
            threading.Thread(target=train, args=[stage], daemon=True).start()
        listening = socket.create_server(("127.0.0.1", 0))
        print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
        uvicorn.Server(uvicorn.Config(build_app(stage.services()), log_level="error")).run(sockets=[listening])


def train(stage: Any) -> None:
    from agent1.store.records import RunState
    from agent1.trainer.progress import ProgressLog
    from agent1.trainer.run_folder import RunFolder

    run = stage.store.runs.advance(stage.start_run(), RunState.PREPARING)
    run = stage.store.runs.advance(run, RunState.TRAINING)
    folder = RunFolder(stage.store.home.run_folder(run.id)).stage(RunState.TRAINING)
    log = ProgressLog(folder)
    for step in range(1, 10_000):
        log.write(
            "step", step=step, total=400, loss=2.0 / step, lr=0.001, seconds=1.0, tokens=400 * step, memory_mb=900
        )
        with (folder / "output.log").open("a", encoding="utf-8") as file:
            file.write(f"step {step} of 400, and more words than a line of a log has on the average\n")
        time.sleep(1)


async def look(client: httpx.AsyncClient, number: int, seen: list[str]) -> None:
    """One tick of one page; `seen` is what it has been told so far, as the hidden field of the page keeps it."""
    session = uuid4().hex
    asked = {"fn_index": number, "data": seen, "session_hash": session}
    (await client.post("/gradio_api/queue/join", json=asked)).raise_for_status()
    async with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as events:
        async for line in events.aiter_lines():
            told = json.loads(line.removeprefix("data: ") or "{}")
            if told.get("msg") == "process_completed":
                newest = told["output"]["data"][-1]
                if isinstance(newest, str):
                    seen[1] = newest
                return


async def keep_open(address: str, number: int, pages: int, until: float) -> int:
    async def page(client: httpx.AsyncClient, delay: float) -> int:
        await asyncio.sleep(delay)
        seen, looks = ["now", ""], 0
        while time.monotonic() < until:
            began = time.monotonic()
            await look(client, number, seen)
            looks += 1
            await asyncio.sleep(max(0.0, 2.0 - (time.monotonic() - began)))
        return looks

    async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=60) as client:
        return sum(await asyncio.gather(*(page(client, 2 * place / pages) for place in range(pages))))


def ticking(address: str) -> int:
    """The function that the timer of the Admin tab calls."""
    config = httpx.get(f"{address}/config", trust_env=False, timeout=60).json()
    return next(int(each["id"]) for each in config["dependencies"] if any(of[1] == "tick" for of in each["targets"]))


def measure(pages: int, seconds: float, running: bool) -> None:
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, __file__, "--serve", home, *(["--running"] if running else [])]
        app = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert app.stdout is not None
            address = next(line.strip() for line in app.stdout if line.startswith("http"))
            time.sleep(2)
            number, process = ticking(address), psutil.Process(app.pid)
            asyncio.run(keep_open(address, number, 2, time.monotonic() + 4))  # what is made once
            before, began = sum(process.cpu_times()[:2]), time.monotonic()
            looks = asyncio.run(keep_open(address, number, pages, began + seconds))
            cpu, passed = sum(process.cpu_times()[:2]) - before, time.monotonic() - began
        finally:
            app.terminate()
            app.wait()
    what = "training" if running else "no run"
    print(f"{what}: {pages} pages, {looks} looks in {passed:.0f} s, {cpu / passed:.2f} of a core, "
          f"{1000 * cpu / max(1, looks):.0f} ms a look")  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--serve", type=Path)
    parser.add_argument("--running", action="store_true")
    asked = parser.parse_args()
    if asked.serve:
        serve(asked.serve, asked.running)
    else:
        measure(asked.pages, asked.seconds, running=False)
        measure(asked.pages, asked.seconds, running=True)
