"""`agent1 restore` and `agent1 doctor`: the backups, and whether all is well."""

import sys
from typing import TYPE_CHECKING

import click

from ..store.store import utc_now

if TYPE_CHECKING:
    from .cli import Session


@click.command(help="help-restore")
@click.argument("backup", required=False)
@click.pass_obj
def restore(session: "Session", backup: str | None) -> None:
    from ..store.backups import find_backup, list_backups
    from ..store.backups import restore as put_back
    from ..trainer.driver import nobody_drives
    from . import report

    if backup is None:
        click.echo(report.backup_table(session.catalogue, list_backups(session.home.backups)))
        return
    found = find_backup(session.home, None if backup == "newest" else backup)
    with nobody_drives(session.home):
        aside = put_back(session.home, found, utc_now())
    session.say("cli-restored", name=found.path.name, path=str(aside))


@click.command(help="help-doctor")
@click.option("--clean", is_flag=True, help="help-clean")
@click.pass_obj
def doctor(session: "Session", clean: bool) -> None:
    from .doctor import examine

    if clean:
        from ..trainer.housekeeping import clean as clean_up

        session.say("cli-cleaned", megabytes=round(clean_up(session.store) / 1e6, 1))
    healthy = True
    for finding in examine(session.home, session.deployment, session.environ):
        healthy &= finding.fine
        click.echo(f"{'✅' if finding.fine else '⚠️'} {session.catalogue.tell(finding.reason)}")
    if not healthy:
        sys.exit(1)
