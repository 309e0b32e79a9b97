"""The command line: every page action that makes sense without a page. The only place where the rooms are wired.

Exit code 0 on success, 1 with one sentence on stderr, 2 for wrong usage. Heavy imports (the web app, numpy) happen
inside the commands that need them, so that `status` answers at once.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .. import __version__
from ..store.errors import Notice
from ..store.home import Deployment, Home, find_home, read_deployment
from ..store.store import Store
from .catalogue import Catalogue
from .cli_lineage import lineage, rebuild
from .cli_run import follow, print_json, run_json
from .cli_upkeep import doctor, restore
from .cli_user import user
from .cli_words import speak_click, translate_command
from .language import language_of_terminal

if TYPE_CHECKING:
    from ..serving.client import ModelServer


@dataclass
class Session:
    """What one call of the program works with; each part is made when it is first asked for."""

    environ: Mapping[str, str]

    @cached_property
    def home(self) -> Home:
        return find_home(self.environ)

    @cached_property
    def deployment(self) -> Deployment:
        return read_deployment(self.home, self.environ)

    @cached_property
    def store(self) -> Store:
        return Store(self.home)

    @cached_property
    def catalogue(self) -> Catalogue:
        return Catalogue.load(language_of_terminal(self.environ))

    def server(self) -> "ModelServer":
        """The model server, started where it must be, with a base chosen. Raises Notice."""
        from ..serving.choose import choose_server
        from ..trainer.base import settle
        from ..trainer.leaving import check_stays

        server = choose_server(self.home, self.deployment, self.environ)
        check_stays(self.store, server)
        settle(self.store, server, self.environ, fetch=True)
        return server

    def say(self, key: str, **params: Any) -> None:
        click.echo(self.catalogue.say(key, **params))


class Spoken(click.Group):
    """Turns a Notice into its sentence, in the person's language."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Notice as notice:
            click.echo(ctx.find_object(Session).catalogue.tell(notice), err=True)  # type: ignore[union-attr]
            ctx.exit(1)


DATA_FORMATS = ("openai", "sharegpt", "kto", "dpo", "datasets", "axolotl")  # of the data set, for other programs
pass_session = click.make_pass_decorator(Session)
as_json = click.option("--json", "wants_json", is_flag=True, help="help-json")


@click.group(cls=Spoken, help="help-agent1")
@click.version_option(__version__, prog_name="agent1", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    ctx.ensure_object(Session)


for command in (user, lineage, rebuild, restore, doctor):
    cli.add_command(command)


@cli.command(help="help-serve")
@click.option("--port", type=click.IntRange(1, 65535), help="help-port")
@pass_session
def serve(session: Session, port: int | None) -> None:
    from .serve import serve as run_app

    deployment = replace(session.deployment, port=port) if port else session.deployment
    run_app(session.store, deployment, session.environ, session.catalogue)


@cli.command(help="help-status")
@as_json
@pass_session
def status(session: Session, wants_json: bool) -> None:
    from ..trainer.material import collect
    from ..trainer.readiness import judge, missing
    from . import report

    readiness = judge(session.store.ratings.figures(), session.store.settings.policy().targets)
    usable = len(collect(session.store).examples)
    lacking = [session.catalogue.tell(reason) for reason in missing(readiness)]
    if wants_json:
        print_json(report.status_json(readiness, usable, lacking))
    else:
        click.echo(report.status_text(session.catalogue, readiness, usable, lacking))


@cli.command("import", help="help-import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--preview", is_flag=True, help="help-preview")
@pass_session
def import_(session: Session, file: Path, preview: bool) -> None:
    from collections import Counter

    from ..store.reading import read_any
    from . import report

    exchange, formats = session.store.exchange, Counter[str]()
    take = exchange.preview if preview else exchange.add_all
    added = take(read_any(file, formats), session.store.people.local())
    click.echo(report.import_text(session.catalogue, added, formats, preview))


@cli.command(help="help-dataset")
@as_json
@pass_session
def dataset(session: Session, wants_json: bool) -> None:
    from ..trainer.inventory import take_inventory
    from ..trainer.lengths import read_lengths
    from ..trainer.material import collect
    from . import dataset_view

    material, lengths = collect(session.store), read_lengths(session.store)
    inventory = take_inventory(material, lengths)
    if wants_json:
        print_json(dataset_view.dataset_json(inventory, material, lengths))
    else:
        click.echo(dataset_view.dataset_text(session.catalogue, inventory))


@cli.command(help="help-export")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="help-output")
@click.option("--format", "format_", type=click.Choice(["agent1", *DATA_FORMATS]), default="agent1", help="help-format")
@click.option("--base-model", help="help-base-model")
@pass_session
def export(session: Session, output: Path | None, format_: str, base_model: str | None) -> None:
    if format_ != "agent1":
        from ..trainer.exports import export_dataset

        count = export_dataset(session.store, format_, output, base_model)
        if output is not None:
            session.say("cli-exported-examples", count=count, path=str(output))
        return
    from ..store.interchange import write_export

    store = session.store
    conversations = store.exchange.export_all(store.people.local())
    if output is None:
        write_export(conversations, sys.stdout)
        return
    from ..trainer.exports import ExportNotWritten

    try:
        with output.open("w", encoding="utf-8") as file:
            count = write_export(conversations, file)
    except OSError as error:
        raise ExportNotWritten(path=str(output), error=error.strerror or str(error)) from error
    session.say("cli-exported", count=count, path=str(output))


@cli.command(help="help-train")
@click.option("--wait", is_flag=True, help="help-wait")
@as_json
@pass_session
def train(session: Session, wait: bool, wants_json: bool) -> None:
    from ..trainer.starting import start_run

    run = start_run(session.store, session.server)
    follow(session, run, "cli-run-started", wait, wants_json)


@cli.command(help="help-resume")
@click.argument("run", type=int, required=False)
@click.option("--wait", is_flag=True, help="help-wait")
@as_json
@pass_session
def resume(session: Session, run: int | None, wait: bool, wants_json: bool) -> None:
    from ..trainer.resuming import resume_run

    active = session.store.runs.active()  # one that lost its driver goes on as it is
    taken_up = active if active and run in (None, active.id) else resume_run(session.store, run)
    follow(session, taken_up, "cli-run-taken-up", wait, wants_json)


@cli.command(help="help-cancel")
@pass_session
def cancel(session: Session) -> None:
    from ..trainer.driver import start_detached

    run = session.store.runs.active()
    if run is None:
        session.say("cli-nothing-runs")
        return
    session.store.runs.ask_cancel(run)
    start_detached(session.home, session.environ)  # for a run that lost its driver
    session.say("cli-cancel-asked", run=run.id)


@cli.command(help="help-runs")
@as_json
@pass_session
def runs(session: Session, wants_json: bool) -> None:
    from . import report

    found = session.store.runs.newest()
    if wants_json:
        print_json([run_json(session, run) for run in found])
    else:
        click.echo(report.run_table(session.catalogue, found))


@cli.command(help="help-models")
@as_json
@pass_session
def models(session: Session, wants_json: bool) -> None:
    from . import report

    served = session.server().models()
    rows = report.model_rows(served, session.store.runs.newest(), session.store.promotions.in_use())
    if wants_json:
        print_json([asdict(row) for row in rows])
    else:
        click.echo(report.model_table(session.catalogue, rows))


@cli.command(help="help-use")
@click.argument("tag")
@pass_session
def use(session: Session, tag: str) -> None:
    from ..trainer.base import use_tag

    session.say("cli-in-use", tag=use_tag(session.store, session.server(), tag))


@cli.command(help="help-evaluate")
@click.argument("tag")
@click.option("--against", help="help-against")
@as_json
@pass_session
def evaluate(session: Session, tag: str, against: str | None, wants_json: bool) -> None:
    from ..trainer.proof import folder_of, prove
    from .proof_table import proof_text

    folder = folder_of(session.store, tag)
    rules = session.store.settings.policy().rules
    told = prove(session.server(), folder, against or folder.order().in_use, rules, lambda what, done, of: None)
    if wants_json:
        print_json(told)
    else:
        click.echo(proof_text(session.catalogue, told))


@cli.command(help="help-ask")
@click.argument("text")
@click.option("--model", help="help-model")
@click.option("--temperature", type=click.FloatRange(0, 2), default=0.0, help="help-temperature")
@click.option("--max-tokens", type=click.IntRange(1), default=256, help="help-max-tokens")
@pass_session
def ask(session: Session, text: str, model: str | None, temperature: float, max_tokens: int) -> None:
    from ..trainer.leaving import check_here
    from ..trainer.memory import check_chat

    server = session.server()
    options = {"temperature": temperature, "num_predict": max_tokens, "seed": 1}
    if model:
        check_here(server.models(), model)
    tag = model or session.store.promotions.in_use() or ""
    check_chat(session.store, server, tag)
    click.echo(server.answer(tag, [{"role": "user", "content": text}], options).content)


@cli.command(help="help-settings")
@click.argument("name", required=False)
@click.argument("value", required=False)
@pass_session
def settings(session: Session, name: str | None, value: str | None) -> None:
    from . import report

    policy = session.store.settings.policy()
    if name is not None and value is not None:
        policy = report.changed_policy(policy, name, value)
        for teacher in policy.teachers:
            session.store.accounts.get(teacher)
        session.store.settings.save(policy)
    click.echo(report.policy_table(policy))


@cli.command(help="help-demo")
@click.option("--keep", is_flag=True, help="help-keep")
@pass_session
def demo(session: Session, keep: bool) -> None:
    from .demo import play

    if not play(session.environ, session.catalogue, keep):
        sys.exit(1)


def main() -> None:
    os.umask(0o077)  # whatever this program and its children write is for its owner alone
    session = Session(os.environ)
    try:
        speak_click(session.catalogue)
        translate_command(cli, session.catalogue)
        cli(obj=session, prog_name="agent1")
    except Notice as notice:
        click.echo(Catalogue.load("en").tell(notice), err=True)
        sys.exit(1)
