"""A run as the command line tells of it and follows it to its end."""

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from ..store.records import Run

if TYPE_CHECKING:
    from .cli import Session


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def run_json(session: "Session", run: Run) -> dict[str, Any]:
    from . import report

    return report.run_json(session.catalogue, run, session.store.runs.events(run), session.store.clock())


def follow(session: "Session", run: Run, started: str, wait: bool, wants_json: bool) -> None:
    """See to it that somebody drives the run, and tell of it; with `wait` how it ended."""
    from ..trainer.driver import start_detached
    from . import report

    start_detached(session.home, session.environ)
    if wait:
        run = _wait_for(session, run, silent=wants_json)
    if wants_json:
        print_json(run_json(session, run))
    elif wait:
        click.echo(report.run_result(session.catalogue, run))
    else:
        session.say(started, run=run.id)
    if wait and not run.tag:
        sys.exit(1)


def _wait_for(session: "Session", run: Run, silent: bool) -> Run:
    import time

    from ..trainer.driver import TICK

    shown = None
    while run.state.is_active:
        if run.state is not shown and not silent:
            session.say(f"stage-{run.state}")
            shown = run.state
        time.sleep(TICK)
        run = session.store.runs.get(run.id)
    return run
