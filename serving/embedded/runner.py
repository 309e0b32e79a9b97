"""One model in llama.cpp, as a process of its own that ends with the server that started it.

usage: python -m agent1.serving.embedded.runner SETTINGS.json    (see Settings)
       python -m agent1.serving.embedded.runner --check

A process of its own because loading holds Python's lock for seconds, because llama.cpp takes over SIGTERM, and
because whatever kills it (a broken file, no memory, a processor it was not built for) must not take the server along.
llama.cpp answers on a unix socket in a folder that only its owner can enter; no port is opened.
"""

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

READY = "ready"


@dataclass(frozen=True)
class Settings:
    model: str
    socket: str
    context: int  # tokens, of each place
    threads: int
    places: int  # answers written side by side

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")


def main(argv: list[str]) -> int:
    import xllamacpp

    if argv == ["--check"]:
        xllamacpp.CommonParams()
        return 0
    settings = Settings(**json.loads(Path(argv[0]).read_text(encoding="utf-8")))
    params = xllamacpp.CommonParams()
    params.model.path = settings.model
    params.hostnames = [settings.socket]
    params.n_ctx = settings.context * settings.places
    params.n_parallel = settings.places
    params.kv_unified = False
    params.n_batch = 512  # an answer nobody wants any more is given up between two batches of its prompt
    params.n_ubatch = 512
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = settings.threads
    params.warmup = False
    params.fit_params = False
    params.cache_ram_mib = 0
    params.ui = False
    params.verbosity = 1  # errors only: prompts are nobody's business
    try:
        server = xllamacpp.Server(params)
    except RuntimeError:
        return 1  # llama.cpp has said why
    print(READY, flush=True)  # noqa: T201  # to the server, which waits for it
    sys.stdin.buffer.read()  # until the server closes it or dies
    del server
    return 0


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)
