"""A run's log as a piece of the page: the end of the present stage's output, with what can be done with it.

Does not cover the complete log (web) nor what the script does with the two pieces (assets/follow_log.js).
"""

from html import escape
from pathlib import Path

from ..store.records import Run, RunState
from ..trainer.run_folder import RunFolder
from .catalogue import Catalogue

TAIL_BYTES = 32_000
TAIL_LINES = 300


def log_head(catalogue: Catalogue, run: Run, stage: RunState) -> str:
    """Which log it is, the filter, copy and download."""
    title = escape(catalogue.say("log-stage", stage=catalogue.say(f"stage-{stage}")))
    wanted = escape(catalogue.say("log-filter"))
    return (
        f'<div class="head"><h2>{title}</h2><span class="tools">'
        f'<input type="search" id="log-filter" placeholder="{wanted}" aria-label="{wanted}">'
        f'<button type="button" id="log-copy" data-done="{escape(catalogue.say("log-copied"))}">'
        f"{escape(catalogue.say('log-copy'))}</button>"
        f'<a href="/runs/{run.id}/log" download>{escape(catalogue.say("log-download"))}</a></span></div>'
    )


def log_tail(catalogue: Catalogue, folder: RunFolder, stage: RunState) -> str:
    text = read_tail(folder.stage(stage) / "output.log") or catalogue.say("log-empty")
    return f'<pre class="log" tabindex="0">{escape(text)}</pre>'


def read_tail(path: Path) -> str:
    """The last lines; of a line that overwrites itself (a progress bar) only what stands there last."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - TAIL_BYTES))
            text = file.read().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return ""
    lines = text.split("\n")[1 if size > TAIL_BYTES else 0 :]
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines[-TAIL_LINES:]).strip("\n")
