"""`agent1 user`, in this process over a real home."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from agent1.ui.cli import Session, cli

PASSWORD = "correct horse battery"


def call(home: Path, *args: str, said: str | None = None, language: str = "en", **environ: str) -> Result:
    session = Session({"AGENT1_HOME": str(home), "AGENT1_LANGUAGE": language, **environ})
    try:
        return CliRunner().invoke(cli, args, obj=session, input=said, prog_name="agent1")
    finally:
        session.store.close()


def add(home: Path, name: str, role: str = "person", language: str = "en") -> Result:
    return call(home, "user", "add", name, "--role", role, "--password-stdin", said=f"{PASSWORD}\n", language=language)


@pytest.mark.parametrize(("language", "word"), [("en", "can sign in"), ("pt-BR", "já pode entrar")])
def test_an_account_is_made_and_listed(tmp_path: Path, language: str, word: str) -> None:
    made = add(tmp_path, "Ana", "admin", language)
    assert made.exit_code == 0 and word in made.stdout and len(made.stdout.splitlines()) == 2
    assert add(tmp_path, "bob", language=language).exit_code == 0
    listed = call(tmp_path, "user", "list", language=language).stdout
    assert "ana" in listed and "bob" in listed


def test_the_password_is_asked_twice_and_not_shown(tmp_path: Path) -> None:
    asked = call(tmp_path, "user", "add", "ana", "--role", "admin", said=f"{PASSWORD}\n{PASSWORD}\n")
    assert asked.exit_code == 0 and PASSWORD not in asked.output
    mistyped = call(tmp_path, "user", "add", "bob", said=f"{PASSWORD}\nother\n")
    assert mistyped.exit_code == 1 and "bob" not in call(tmp_path, "user", "list").stdout


@pytest.mark.parametrize("language", ["en", "pt-BR"])
@pytest.mark.parametrize(
    ("name", "role", "password"), [("ana", "person", PASSWORD), ("a b", "admin", PASSWORD), ("ana", "admin", "short")]
)
def test_what_cannot_be_an_account_is_one_sentence(
    tmp_path: Path, language: str, name: str, role: str, password: str
) -> None:
    told = call(tmp_path, "user", "add", name, "--role", role, "--password-stdin", said=password, language=language)
    assert told.exit_code == 1 and told.stdout == "" and len(told.stderr.splitlines()) == 1


def test_removing_asks_first_and_the_last_account_needs_no_question(tmp_path: Path) -> None:
    add(tmp_path, "ana", "admin")
    add(tmp_path, "bob")
    assert call(tmp_path, "user", "remove", "bob", said="n\n").exit_code == 1
    assert "bob" in call(tmp_path, "user", "list").stdout
    assert call(tmp_path, "user", "remove", "bob", "--yes").exit_code == 0
    assert "stay on this machine" in call(tmp_path, "user", "remove", "ana").stdout
    assert "no accounts" in call(tmp_path, "user", "list").stdout


def test_a_role_is_given_and_taken(tmp_path: Path) -> None:
    add(tmp_path, "ana", "admin")
    add(tmp_path, "bob")
    assert "(admin)" in call(tmp_path, "user", "role", "bob", "admin").stdout
    assert call(tmp_path, "user", "role", "ana", "person").exit_code == 0
    told = call(tmp_path, "user", "role", "bob", "person")
    assert told.exit_code == 1 and "only admin" in told.stderr


def test_a_new_password_lifts_the_lock_out(tmp_path: Path) -> None:
    add(tmp_path, "ana", "admin")
    session = Session({"AGENT1_HOME": str(tmp_path)})
    for _ in range(5):
        session.store.sign_in_failures.begin("ana", "10.0.0.1")
    assert call(tmp_path, "user", "password", "ana", "--password-stdin", said="another long one").exit_code == 0
    session.store.sign_in_failures.begin("ana", "10.0.0.1")
    assert session.store.accounts.verify("ana", "another long one")
    session.store.close()


def test_a_host_that_others_reach_is_refused_with_the_command_to_run(tmp_path: Path) -> None:
    for environ in ({"AGENT1_HOST": "0.0.0.0"}, {"AGENT1_PUBLIC_NAME": "chat.example.org"}):
        told = call(tmp_path, "serve", **environ)
        assert told.exit_code == 1 and "agent1 user add" in told.stderr


def test_only_accounts_that_are_there_can_be_named_as_teachers(tmp_path: Path) -> None:
    add(tmp_path, "ana", "admin")
    assert call(tmp_path, "settings", "teachers", "nobody").exit_code == 1
    for teachers in ("ana", "all"):
        told = call(tmp_path, "settings", "teachers", teachers).stdout
        assert ["teachers", teachers] in [line.split() for line in told.splitlines()]
