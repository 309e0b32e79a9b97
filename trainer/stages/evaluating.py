"""Stage: the served new tag against the model in use, on the questions it was trained on.

A first, thin judgement: it answers, it ends by itself, and it is nearer to the well-rated answers than the model
in use. Does not cover held-out material, retention or confidence.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from rapidfuzz import fuzz

from ...serving.choose import reach_server
from ...serving.client import Answer, ModelServer
from ...store.home import Home
from ...store.records import Reason, RunState
from ..progress import ProgressLog, write_whole
from ..run_folder import RunFolder
from ..stage import run_stage

SAMPLE = 5  # rated examples, spread over the data set
OPTIONS = {"temperature": 0, "seed": 1, "num_predict": 256}
FEWEST_STOPPED = 0.8  # of the answers end by themselves


@dataclass(frozen=True)
class Pair:
    question: str
    wanted: str
    before: str
    after: str
    before_likeness: float  # 0 to 1, rapidfuzz's ratio to the well-rated answer
    after_likeness: float
    stopped: bool  # the new tag's answer ended by itself


def sample(rows: Sequence[dict[str, Any]], size: int = SAMPLE) -> list[dict[str, Any]]:
    """Rated rows, evenly spread."""
    rated = [row for row in rows if row["kind"] == "rated"]
    step = max(1, len(rated) // size)
    return rated[::step][:size]


def judge(pairs: Sequence[Pair]) -> tuple[RunState, Reason]:
    """PROMOTED, or KEPT (registered, not switched to), and why."""
    empty = sum(not pair.after.strip() for pair in pairs)
    stopped = fmean(pair.stopped for pair in pairs)
    before, after = (fmean(getattr(pair, name) for pair in pairs) for name in ("before_likeness", "after_likeness"))
    figures = {"before": round(100 * before), "after": round(100 * after)}
    if empty:
        return RunState.KEPT, Reason("verdict-empty-answers", {"empty": empty, "asked": len(pairs)})
    if stopped < FEWEST_STOPPED:
        return RunState.KEPT, Reason("verdict-does-not-stop", {"stopped": round(100 * stopped)})
    if after < before:
        return RunState.KEPT, Reason("verdict-further-away", figures)
    return RunState.PROMOTED, Reason("verdict-nearer", figures)


def compare(server: ModelServer, row: dict[str, Any], in_use: str, tag: str) -> Pair:
    *asked, wanted = row["messages"]
    before, after = _answer(server, in_use, asked), _answer(server, tag, asked)
    likeness = [fuzz.ratio(answer.content, wanted["content"]) / 100 for answer in (before, after)]
    return Pair(
        question=asked[-1]["content"],
        wanted=wanted["content"],
        before=before.content,
        after=after.content,
        before_likeness=likeness[0],
        after_likeness=likeness[1],
        stopped=after.done_reason == "stop",
    )


def _answer(server: ModelServer, tag: str, asked: Sequence[dict[str, str]]) -> Answer:
    return server.answer(tag, asked, OPTIONS)


def work(folder: RunFolder, progress: ProgressLog) -> None:
    order = folder.order()
    server = reach_server(Home(Path(order.home)), order.server)
    with folder.dataset.open(encoding="utf-8") as lines:
        rows = sample([json.loads(line) for line in lines])
    # One model after the other would load each once, but two are kept loaded anyway.
    pairs = []
    for position, row in enumerate(rows, start=1):
        pairs.append(compare(server, row, order.in_use, order.tag))
        progress.write("step", step=position, total=len(rows))
    verdict, reason = judge(pairs)
    told = {"verdict": verdict, "reason": asdict(reason), "pairs": [asdict(pair) for pair in pairs]}
    write_whole(folder.evaluation, json.dumps(told, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    sys.exit(run_stage(RunState.EVALUATING, work, sys.argv[1:]))
