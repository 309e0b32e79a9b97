"""The proof of a tag: measured, judged by the admin's rules, and kept as evaluation.json in its run's folder.

Owns what stands in that file. Does not cover what is measured (evaluation) nor the rules (judgement).
"""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..serving import tags
from ..serving.client import ModelServer
from ..store.errors import Notice
from ..store.home import Home
from ..store.records import Rules
from ..store.store import Store
from .evaluation import Told, evaluate
from .judgement import judge
from .run_folder import RunFolder


class NotFromARun(Notice):
    """No run of this home made `tag`."""

    key = "error-not-from-a-run"


def prove(server: ModelServer, folder: RunFolder, against: str, rules: Rules, told: Told) -> dict[str, Any]:
    """The content of evaluation.json: "verdict", "reason", "findings" (one a rule), "rules" and "figures".

    Raises what `evaluate` raises.
    """
    seen = evaluate(server, folder, against, Home(Path(folder.order().home)), told)
    judgement = judge(seen, rules)
    return {
        "verdict": judgement.verdict,
        "reason": asdict(judgement.reason),
        "findings": [asdict(finding) for finding in judgement.findings],
        "rules": asdict(rules),
        "figures": asdict(seen),
    }


def folder_of(store: Store, tag: str) -> RunFolder:
    """The folder of the run that made `tag`. Raises NotFromARun."""
    run = next((run for run in store.runs.newest() if run.tag and tags.same(run.tag, tag)), None)
    if run is None:
        raise NotFromARun(tag=tag)
    return RunFolder(store.home.run_folder(run.id))
