"""Stage: model.gguf becomes a tag of the model server, proved and described in Modelfile and registered.json.

May be done again at any time: the intent is written before the tag is made, so a tag that is there is known as
this run's own and only proved again. Does not cover judging the answers (evaluating).
"""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from ...serving.choose import reach_server
from ...serving.client import ModelFacts, ModelServer
from ...store.errors import Notice
from ...store.home import Home
from ...store.records import RunState
from ..modelfile import GGUF, read_template
from ..progress import ProgressLog, now, write_whole
from ..registration import Registered, TagTaken, drop, register_tuned, verify
from ..run_folder import Order, RunFolder
from ..stage import run_stage

_REPORTED = 16 * 2**20  # bytes of an upload between two lines of progress


class ExportChanged(Notice):
    """model.gguf is not the file that the export wrote down."""

    key = "error-export-changed"


class BaseChanged(Notice):
    """The tag `base` is another model now than the one that was trained."""

    key = "error-base-changed"


class Telling:
    """Writes what registration says into the stage's progress, not more often than a page can show."""

    def __init__(self, progress: ProgressLog) -> None:
        self._progress = progress
        self._next = 0

    def __call__(self, what: str, done: int, total: int) -> None:
        if what != "uploading":
            self._progress.write("log", phase=what, step=done, total=total)
        elif done >= self._next or done == total:
            self._progress.write("step", phase=what, step=done, total=total)
            self._next = done + _REPORTED if done < total else 0


def work(folder: RunFolder, progress: ProgressLog, clock: Callable[[], datetime] = now) -> None:
    """Raises the Notices of registration, ExportChanged and BaseChanged."""
    order, begun = folder.order(), clock()
    server = reach_server(Home(Path(order.home)), order.server)
    facts = _base(server, order)
    digest = _exported(folder.path)
    registered = _again(server, folder, order, digest)
    if registered is None:
        write_whole(folder.intent, json.dumps({"tag": order.tag, "digest": digest}))
        registered = register_tuned(
            server,
            facts,
            folder.path / GGUF,
            digest,
            order.tag,
            read_template(),
            told=Telling(progress),
            keep=lambda modelfile: write_whole(folder.path / "Modelfile", modelfile),
        )
    written = {
        "tag": order.tag,
        "base": order.base,
        "digest": digest,
        "at": clock().isoformat(),
        "seconds": (clock() - begun).total_seconds(),
        "parity": asdict(registered.report),
    }
    write_whole(folder.path / "registered.json", json.dumps(written, indent=2, ensure_ascii=False))


def _base(server: ModelServer, order: Order) -> ModelFacts:
    facts = server.describe(order.base)
    if facts.blob_digest and facts.blob_digest != order.base_digest:
        raise BaseChanged(base=order.base)
    return facts


def _exported(run: Path) -> str:
    """`sha256:<hex>` of model.gguf as the export wrote it down; the server hashes the file itself on upload."""
    written: dict[str, Any] = json.loads((run / f"{GGUF}.json").read_text(encoding="utf-8"))
    if (run / GGUF).stat().st_size != written["bytes"]:
        raise ExportChanged()
    return f"sha256:{str(written['sha256']).removeprefix('sha256:')}"


def _again(server: ModelServer, folder: RunFolder, order: Order, digest: str) -> Registered | None:
    """What an earlier try of this run made, proved again; None where it has to be made (anew).

    Raises TagTaken where the tag is somebody else's.
    """
    if not server.has(order.tag):
        return None
    try:
        intended: dict[str, str] = json.loads(folder.intent.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise TagTaken(tag=order.tag) from None
    if intended == {"tag": order.tag, "digest": digest}:
        report = verify(server, order.base, order.tag)
        if report.why_not() is None:
            return Registered((folder.path / "Modelfile").read_text(encoding="utf-8"), report)
    drop(server, order.tag)
    return None


if __name__ == "__main__":
    sys.exit(run_stage(RunState.REGISTERING, work, sys.argv[1:]))
