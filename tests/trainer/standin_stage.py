"""A program in the place of a stage: it does what its arguments say, one after the other.

say TEXT | warn TEXT | fail CODE | sleep SECONDS | ignore (SIGTERM) | die (by SIGKILL) | child FILE (starts a sleeping
grandchild and writes its pid) | orphan FILE (the same, and goes on as if it had none) | wait FILE (until it is there)
| shout BYTES (to stdout) | note FILE (writes what it sees: nice, session and group)
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def start_sleeper(told: str) -> None:
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    unfinished = Path(told + ".tmp")
    unfinished.write_text(str(sleeper.pid), encoding="ascii")
    unfinished.rename(told)


def main(words: list[str]) -> int:
    while words:
        match words.pop(0):
            case "say":
                print(words.pop(0), flush=True)
            case "warn":
                print(words.pop(0), file=sys.stderr, flush=True)
            case "fail":
                return int(words.pop(0))
            case "sleep":
                time.sleep(float(words.pop(0)))
            case "ignore":
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
            case "die":
                os.kill(os.getpid(), signal.SIGKILL)
            case "child" | "orphan":
                start_sleeper(words.pop(0))
            case "wait":
                awaited = Path(words.pop(0))
                while not awaited.exists():
                    time.sleep(0.02)
            case "shout":
                sys.stdout.write("x" * int(words.pop(0)))
            case "note":
                seen = {"nice": os.nice(0), "session": os.getsid(0), "group": os.getpgid(0), "pid": os.getpid()}
                Path(words.pop(0)).write_text(json.dumps(seen), encoding="ascii")
            case unknown:
                raise ValueError(unknown)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
