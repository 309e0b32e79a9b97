"""The exporting stage: `python -m agent1.trainer.stages.exporting RUN`, from adapter and merged weights to model.gguf.

Owns model.gguf and its evidence, model.gguf.json. How a GGUF is put together lies in gguf_export. Doing it again
writes the same file.
"""

import json
import sys
from pathlib import Path

from ...serving.gguf_file import read_gguf
from ...store.errors import Notice
from ...store.records import RunState
from ..families import check_file
from ..gguf_export import ExportReport, export, read_touched
from ..progress import ProgressLog, write_whole
from ..run_folder import RunFolder
from ..stage import run_stage

TENSORS_A_LINE = 16  # of progress


class BaseFileGone(Notice):
    """The base's GGUF is not where it was when the run began."""

    key = "error-base-file-gone"


class MergedUnchanged(Notice):
    """Training left every weight as it was."""

    key = "error-merged-unchanged"


def work(run: RunFolder, progress: ProgressLog) -> None:
    progress.write("log", phase="exporting")
    base = Path(run.order().base_file)
    if not base.is_file():
        raise BaseFileGone(file=str(base))
    family = check_file(read_gguf(base))

    def tell(done: int, total: int) -> None:
        if done % TENSORS_A_LINE == 0 or done == total:
            progress.write("log", phase="exporting", done=done, total=total)

    touched = read_touched(run.path / "adapter")
    report = export(base, run.path / "merged", run.path / "model.gguf", family, touched, told=tell)
    if not report.changed:
        raise MergedUnchanged()
    write_whole(run.path / "model.gguf.json", json.dumps(evidence(report), indent=2) + "\n")


def evidence(report: ExportReport) -> dict[str, object]:
    return {
        "sha256": report.sha256,
        "bytes": report.size,
        "replaced": len(report.replaced),
        "changed": report.changed,
        "kept": report.kept,
    }


if __name__ == "__main__":
    sys.exit(run_stage(RunState.EXPORTING, work, sys.argv[1:]))
