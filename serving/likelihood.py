"""How likely a model finds an answer: the log-probability of each of its tokens, by the GGUF file itself.

    python -m agent1.serving.likelihood MODEL    (rows as JSON on stdin, log-probabilities as JSON on stdout)

llama.cpp's server tells log-probabilities only of tokens that it writes itself, one at a time. Asked for its last
layer (embeddings without pooling: what stands before the output matrix), it reads a whole row at once; the file's own
output matrix makes logits of that. This holds for models whose logits are that product and no more: every trainable
family. A process of its own, since llama.cpp dies of a broken file and takes over signals, and so that the environment
of its threads can be set.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..store.errors import Notice

if TYPE_CHECKING:
    import numpy as np

    Matrix = np.ndarray[Any, np.dtype[np.float32]]

_SLICE = 8192  # rows of the output matrix that are unpacked at a time
_QUIET_WAITING = {"OMP_WAIT_POLICY": "passive"}  # else its threads burn their core while they wait for each other


class LikelihoodUnknown(Notice):
    """llama.cpp could not read the file or a row; `error` is its last line."""

    key = "error-likelihood-unknown"


@dataclass(frozen=True)
class Scored:
    """Token ids as the model reads them; the last `counted` of them are the answer and its end."""

    ids: tuple[int, ...]
    counted: int


def log_probabilities(model: Path, rows: Sequence[Scored], threads: int = 0) -> list[list[float]]:
    """For each row the natural log-probability of each counted token. `threads` 0: one for each core.

    About as long as llama.cpp needs to read the rows, and a second to start. Raises LikelihoodUnknown.
    """
    if not rows:
        return []
    asked = {"threads": threads or os.cpu_count() or 1, "rows": [[row.ids, row.counted] for row in rows]}
    done = subprocess.run(
        [sys.executable, "-P", "-m", __name__, str(model)],
        input=json.dumps(asked), capture_output=True, text=True, env=_QUIET_WAITING | os.environ, check=False,
    )  # fmt: skip
    if done.returncode:
        raise LikelihoodUnknown(file=model.name, error=(done.stderr.strip().splitlines() or ["?"])[-1][:300])
    told: list[list[float]] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def _main(model: Path) -> None:
    import numpy as np

    asked = json.load(sys.stdin)
    rows = [Scored(tuple(ids), counted) for ids, counted in asked["rows"]]
    read = _last_layer(model, rows, asked["threads"])
    wanted = np.array([token for row in rows for token in row.ids[len(row.ids) - row.counted :]])
    told = _of_tokens(model, read, wanted)
    ends = np.cumsum([row.counted for row in rows])[:-1]
    print(json.dumps([part.tolist() for part in np.split(told, ends)]), flush=True)  # noqa: T201 - to the parent


def _last_layer(model: Path, rows: Sequence[Scored], threads: int) -> "Matrix":
    """What stands before each counted token: (counted tokens of all rows, width)."""
    import httpx
    import numpy as np
    import xllamacpp

    longest = max(len(row.ids) for row in rows)
    folder = tempfile.TemporaryDirectory(prefix="agent1-")  # 0700
    params = xllamacpp.CommonParams()
    params.model.path = str(model)
    params.hostnames = [str(Path(folder.name) / "llama.sock")]
    params.n_ctx = params.n_batch = params.n_ubatch = longest + 8  # a row is read in one go or refused
    params.n_parallel = 1
    params.embedding = True
    params.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_NONE
    params.embd_normalize = -1
    params.n_gpu_layers = 0
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.warmup = params.fit_params = params.ui = params.use_jinja = False
    params.verbosity = 1  # errors only
    server = xllamacpp.Server(params)
    transport = httpx.HTTPTransport(uds=params.hostnames[0], limits=httpx.Limits(max_keepalive_connections=0))
    read = []
    with folder, httpx.Client(transport=transport, base_url="http://llama", timeout=600) as client:
        for row in rows:
            told = client.post("/embedding", json={"content": row.ids}).raise_for_status().json()[0]["embedding"]
            if len(told) != len(row.ids):
                raise ValueError(f"{len(told)} of {len(row.ids)} tokens were read")
            # What the model says of a token stands at the one before it.
            read.append(np.array(told[len(row.ids) - row.counted - 1 : -1], np.float32))
        del server
    return np.concatenate(read)


def _of_tokens(model: Path, read: "Matrix", wanted: Any) -> Any:
    """log softmax of the logits at `wanted`, summed up over slices of the vocabulary; float64 (counted tokens,)."""
    import gguf
    import numpy as np

    from .gguf_file import read_gguf

    file = read_gguf(model)
    tensor = file.tensors.get("output.weight") or file.tensors["token_embd.weight"]
    stored = file.bytes_of(tensor)
    chosen = np.empty(len(wanted))
    total = np.full(len(wanted), -np.inf)
    for start in range(0, tensor.shape[0], _SLICE):
        numbers = gguf.quants.dequantize(stored[start : start + _SLICE], tensor.kind).astype(np.float32)
        logits = (read @ numbers.reshape(-1, tensor.shape[1]).T).astype(np.float64)
        here = (wanted >= start) & (wanted < start + len(numbers))
        chosen[here] = logits[here, wanted[here] - start]
        highest = logits.max(axis=1)
        total = np.logaddexp(total, highest + np.log(np.exp(logits - highest[:, None]).sum(axis=1)))
    return chosen - total


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
    sys.stdout.flush()
    os._exit(0)  # llama.cpp's threads have nothing more to say
