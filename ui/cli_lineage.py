"""`agent1 lineage` and `agent1 rebuild`: what a model learned from, and a new one without what was deleted since."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click
from tabulate import tabulate

from ..store.records import Learned, Run
from .catalogue import Catalogue
from .cli_run import follow, print_json

if TYPE_CHECKING:
    from .cli import Session

as_json = click.option("--json", "wants_json", is_flag=True, help="help-json")


@click.command(help="help-lineage")
@click.argument("tag", required=False)
@click.option("--message", type=click.IntRange(1), help="help-message")
@as_json
@click.pass_obj
def lineage(session: "Session", tag: str | None, message: int | None, wants_json: bool) -> None:
    from ..trainer.lineage import run_of

    runs = session.store.runs
    if message is not None:
        tags = runs.tags_of([message]).get(message, [])
        if wants_json:
            print_json({"message": message, "tags": tags})
        else:
            click.echo("\n".join(tags) or session.catalogue.say("lineage-of-none", message=message))
        return
    run = run_of(session.store, tag or session.store.promotions.in_use() or "")
    learned = runs.learned_by(run)
    if wants_json:
        print_json({"tag": run.tag, "run": run.id, "base": run.base, "messages": [asdict(row) for row in learned]})
    else:
        click.echo(_table(session.catalogue, run, learned))


@click.command(help="help-rebuild")
@click.argument("tag", required=False)
@click.option("--wait", is_flag=True, help="help-wait")
@as_json
@click.pass_obj
def rebuild(session: "Session", tag: str | None, wait: bool, wants_json: bool) -> None:
    from ..trainer.lineage import rebuild as start

    run = start(session.store, session.server, tag or session.store.promotions.in_use() or "")
    follow(session, run, "cli-run-started", wait, wants_json)


def _table(catalogue: Catalogue, run: Run, learned: list[Learned]) -> str:
    gone = sum(row.conversation_id is None for row in learned)
    told = [catalogue.say("lineage-of", tag=run.tag, count=len(learned))]
    if gone:
        told.append(catalogue.say("lineage-lost", count=gone))
    head = [catalogue.say(f"lineage-{name}") for name in ("message", "conversation")]
    rows = [
        [row.message_id, catalogue.say("message-gone") if row.conversation_id is None else row.title] for row in learned
    ]
    return "\n".join([*told, "", tabulate(rows, head, tablefmt="simple", disable_numparse=True)])
