"""Starting `ollama serve` where the program is installed and nobody has started it yet.

The server outlives the process that started it, because a training run does too; it is not stopped
here. Does not cover installing Ollama, nor the embedded server.
"""

import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from ..store.home import Home
from .client import ModelServer
from .errors import ServerDidNotStart, ServerRefused, ServerTooSlow, ServerUnreachable, StrangeAnswer

_PATIENCE = 60.0  # seconds until a started server has to answer
_GRACE = 5.0  # seconds more once ours has ended: another one may hold the port and be about to answer
_PAUSE = 0.2  # seconds between two looks


def find_program(environ: Mapping[str, str]) -> Path | None:
    found = shutil.which("ollama", path=environ.get("PATH"))
    return Path(found) if found else None


def start_ollama(
    program: Path, server: ModelServer, home: Home, environ: Mapping[str, str],
    clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep,
) -> None:  # fmt: skip
    """Start `ollama serve` for `server`'s address and wait until it answers.

    Two processes may try at once: the second `ollama serve` finds the port taken and ends, and its
    caller is served by the first. Raises ServerDidNotStart.
    """
    home.make()
    home.logs.mkdir(exist_ok=True)
    log = home.logs / "ollama.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(program), "serve"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C in the app's terminal must not end it
            env={**environ, "OLLAMA_HOST": server.url, "OLLAMA_NO_CLOUD": "1"},
        )
    until = clock() + _PATIENCE
    while not answers(server):
        if process.poll() is not None:
            until = min(until, clock() + _GRACE)
        if clock() > until:
            raise ServerDidNotStart(log=str(log))
        sleep(_PAUSE)


def answers(server: ModelServer) -> bool:
    """Whether an Ollama answers there at this moment."""
    try:
        server.version()
    except (ServerUnreachable, ServerRefused, ServerTooSlow, StrangeAnswer):
        return False
    return True
