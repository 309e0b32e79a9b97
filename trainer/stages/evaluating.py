"""Stage: is the served new tag worth being put in use? The proof is written down in evaluation.json."""

import json
import sys
from pathlib import Path

from ...serving.choose import reach_server
from ...store.home import Home
from ...store.records import RunState
from ...store.store import Store
from ..progress import ProgressLog, write_whole
from ..proof import prove
from ..run_folder import RunFolder
from ..stage import run_stage


def work(folder: RunFolder, progress: ProgressLog) -> None:
    """Raises what `prove` raises."""
    order = folder.order()
    home = Home(Path(order.home))
    store = Store(home)
    try:
        rules = store.settings.policy().rules
    finally:
        store.close()
    server = reach_server(home, order.server)
    told = prove(
        server,
        folder,
        order.in_use,
        rules,
        lambda what, done, of: progress.write("step", phase=what, step=done, total=of),
    )
    write_whole(folder.evaluation, json.dumps(told, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    sys.exit(run_stage(RunState.EVALUATING, work, sys.argv[1:]))
