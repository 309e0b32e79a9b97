"""`agent1 user`: who may sign in. Passwords are asked for, or read from standard input, never given as an argument."""

import sys
from typing import TYPE_CHECKING

import click
from tabulate import tabulate

from ..store.accounts import Account
from .catalogue import Catalogue

if TYPE_CHECKING:
    from .cli import Session

from_stdin = click.option("--password-stdin", is_flag=True, help="help-password-stdin")


@click.group(help="help-user")
def user() -> None:
    pass


@user.command(help="help-user-add")
@click.argument("name")
@click.option("--role", type=click.Choice(["admin", "person"]), default="person", help="help-role")
@from_stdin
@click.pass_obj
def add(session: "Session", name: str, role: str, password_stdin: bool) -> None:
    accounts = session.store.accounts
    first = not accounts.exist()
    person = accounts.add(name, _password(session, password_stdin), role == "admin")
    session.say("cli-user-added", name=person.name, role=_role(session.catalogue, person.is_admin))
    if first:
        session.say("cli-user-first", name=person.name)


@user.command("list", help="help-user-list")
@click.pass_obj
def list_(session: "Session") -> None:
    accounts = session.store.accounts.all()
    click.echo(_table(session.catalogue, accounts) if accounts else session.catalogue.say("cli-user-none"))


@user.command(help="help-user-remove")
@click.argument("name")
@click.option("--yes", is_flag=True, help="help-yes")
@click.pass_obj
def remove(session: "Session", name: str, yes: bool) -> None:
    accounts = session.store.accounts
    account = accounts.get(name)
    if not yes and len(accounts.all()) > 1:
        question = session.catalogue.say("cli-user-remove-sure", name=account.person.name, count=account.conversations)
        _confirm(session.catalogue, question)
    gone = accounts.remove(name)
    session.say("cli-user-removed" if gone else "cli-user-last-removed", name=account.person.name)


@user.command(help="help-user-role")
@click.argument("name")
@click.argument("role", type=click.Choice(["admin", "person"]))
@click.pass_obj
def role(session: "Session", name: str, role: str) -> None:
    session.store.accounts.set_admin(name, role == "admin")
    account = session.store.accounts.get(name)
    session.say("cli-user-role-set", name=account.person.name, role=_role(session.catalogue, role == "admin"))


@user.command(help="help-user-password")
@click.argument("name")
@from_stdin
@click.pass_obj
def password(session: "Session", name: str, password_stdin: bool) -> None:
    person = session.store.accounts.get(name).person
    session.store.accounts.set_password(person, _password(session, password_stdin))
    session.store.sign_in_failures.forget(person.name)
    session.say("cli-user-password", name=person.name)


def _password(session: "Session", from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt(session.catalogue.say("password"), hide_input=True, confirmation_prompt=True))


def _confirm(catalogue: Catalogue, question: str) -> None:
    """Click's own question takes English answers only. Raises click.Abort."""
    yes, no = catalogue.say("cli-yes"), catalogue.say("cli-no")
    said = click.prompt(f"{question} [{yes[0]}/{no[0].upper()}]", default="", show_default=False)
    if str(said).strip().casefold() not in (yes, yes[0]):
        raise click.Abort()


def _table(catalogue: Catalogue, accounts: list[Account]) -> str:
    head = [
        catalogue.say(key) for key in ("account-name", "cli-user-role", "cli-user-teaches", "criterion-conversations")
    ]
    rows = [
        [
            account.person.name,
            _role(catalogue, account.person.is_admin),
            catalogue.say({True: "cli-yes", False: "cli-no", None: "cli-not-asked"}[account.teaches]),
            account.conversations,
        ]
        for account in accounts
    ]
    return tabulate(rows, head, tablefmt="simple", disable_numparse=True)


def _role(catalogue: Catalogue, is_admin: bool) -> str:
    return catalogue.say("role-admin" if is_admin else "role-person")
