"""One loaded model: starts its runner, counts tokens, writes answers.

Owns talking to llama.cpp. Does not cover which models are loaded (pool) nor what is asked of them (chat).
"""

import asyncio
import contextlib
import json
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from .options import Options
from .refusals import Refused
from .runner import READY, Settings

log = logging.getLogger(__name__)

SOCKET = "llama.sock"
# llama.cpp's threads wait for each other some hundred times a token, and by default burn their core while they wait.
# Where something else wants the cores (a training run), two threads then wrote 0.6 tokens a second; sleeping, 10.
_QUIET_WAITING = {"OMP_WAIT_POLICY": "passive"}
_GOODBYE = 3.0  # seconds a runner has to end by itself


@dataclass(frozen=True)
class Piece:
    """A part of an answer. The last one has `reason` ("stop" or "length") and llama.cpp's counts and times."""

    text: str
    reason: str | None
    logprobs: list[dict[str, Any]]
    told: dict[str, Any]


class Engine:
    def __init__(self, process: asyncio.subprocess.Process, folder: Path, context: int, threads: int) -> None:
        self.context = context
        self.threads = threads
        self._process = process
        self._folder = folder
        self._lost = False  # it did not answer: that it ended may be known only later
        self._begin: list[int] | None = None  # what llama.cpp puts in front of a text, once it was asked
        # No connection is kept: llama.cpp closes one after a streamed answer, now and then under the next request.
        socket = httpx.AsyncHTTPTransport(uds=str(folder / SOCKET), limits=httpx.Limits(max_keepalive_connections=0))
        timeout = httpx.Timeout(None, connect=10)
        self._client = httpx.AsyncClient(transport=socket, base_url="http://llama", timeout=timeout)

    @property
    def is_alive(self) -> bool:
        return self._process.returncode is None and not self._lost

    async def prompt_tokens(self, prompt: str) -> list[int]:
        """llama.cpp's ids of a rendered prompt, special tokens parsed.

        Where the vocabulary wants a begin token it stands there once, whether or not the template writes it: twice
        would be another prompt than the one trained on.
        """
        if self._begin is None:
            framed, plain = await self._tokenize("a", add_special=True), await self._tokenize("a")
            self._begin = framed[: framed.index(plain[0])]
        ids = await self._tokenize(prompt)
        return ids if ids[: len(self._begin)] == self._begin else self._begin + ids

    async def _tokenize(self, text: str, add_special: bool = False) -> list[int]:
        asked = {"content": text, "add_special": add_special, "parse_special": True}
        with self._telling():
            answer = await self._client.post("/tokenize", json=asked)
            if answer.is_error:
                raise Refused(500, _error_of(answer.content))
            return [int(token) for token in answer.json()["tokens"]]

    async def answer(
        self, prompt: Sequence[int], options: Options, most: int, logprobs: int = 0
    ) -> AsyncGenerator[Piece, None]:
        """At most `most` tokens. Closing the generator ends the writing; `logprobs` alternatives are told if not 0.

        Raises Refused(500) where the runner dies.
        """
        asked = {
            "prompt": list(prompt),
            "stream": True,
            "n_predict": most,
            "stop": list(options.stop),
            "preserved_tokens": list(options.stop),  # a special token is no text otherwise, and never stops
            # A prompt's numbers differ a little with how much of it was cached; repeatable answers start afresh.
            "cache_prompt": not options.is_repeatable,
            "n_probs": logprobs,
            "seed": options.seed if options.seed is not None else -1,
            **options.sampling,
        }
        with self._telling():
            async with self._client.stream("POST", "/completion", json=asked) as response:
                if response.is_error:
                    raise Refused(500, _error_of(await response.aread()))
                async for line in response.aiter_lines():
                    if line.startswith("data: {"):
                        yield _piece(json.loads(line.removeprefix("data: ")))
                    elif line.startswith("error: "):
                        raise Refused(500, _error_of(line.removeprefix("error: ").encode()))

    async def close(self) -> None:
        with contextlib.suppress(httpx.HTTPError):
            await self._client.aclose()
        await _end(self._process)
        shutil.rmtree(self._folder, ignore_errors=True)

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except httpx.HTTPError as error:
            self._lost = True
            log.warning("llama.cpp did not answer: %r, exit code %s", error, self._process.returncode)
            raise Refused(500, f"llama runner process has terminated: {_last_words(self._folder)}") from error


async def start_engine(model: Path, context: int, threads: int, places: int) -> Engine:
    """Load a GGUF file: some seconds. `threads` 0 means one for each core; `places` answers are written side by side.

    Raises Refused(500) where llama.cpp cannot load it.
    """
    threads = threads or count_cores()
    folder = Path(tempfile.mkdtemp(prefix="agent1-"))  # short: a unix socket's path has at most 104 bytes
    Settings(str(model), str(folder / SOCKET), context, threads, places).write(folder / "settings.json")
    with (folder / "runner.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "agent1.serving.embedded.runner", str(folder / "settings.json"),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=log, env=_QUIET_WAITING | os.environ,
        )  # fmt: skip
    try:
        assert process.stdout is not None
        said = await process.stdout.readline()
        if said.decode().strip() != READY:
            await process.wait()
            raise Refused(500, f"llama runner process has terminated: {_last_words(folder)}")
    except BaseException:
        await _end(process)
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Engine(process, folder, context, threads)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.stdin is not None:
        process.stdin.close()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), _GOODBYE)
    if process.returncode is None:
        process.kill()
        await process.wait()


def count_cores() -> int:
    """Physical cores that this process may use: more threads than that make llama.cpp slower."""
    cores = psutil.cpu_count(logical=False) or os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        cores = min(cores, len(os.sched_getaffinity(0)))
    with contextlib.suppress(OSError, ValueError):  # a container's share, where there is one
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        cores = min(cores, max(1, round(int(quota) / int(period))))
    return cores


def _piece(told: dict[str, Any]) -> Piece:
    reason = None
    if told.get("stop"):
        reason = "length" if told.get("stop_type") == "limit" else "stop"
    return Piece(str(told.get("content", "")), reason, told.get("completion_probabilities") or [], told)


def _error_of(body: bytes) -> str:
    try:
        return str(json.loads(body)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return body.decode("utf-8", "replace")[:500]


def _last_words(folder: Path) -> str:
    """The first error llama.cpp wrote: those after it are only its consequences."""
    try:
        lines = (folder / "runner.log").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    errors = [line.partition(" E ")[2] for line in lines if " E " in line]
    return next(iter(errors or reversed(lines)), "no error was written")
