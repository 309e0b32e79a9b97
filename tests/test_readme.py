"""README is true: every command, option, variable and setting it names exists, and none is left out."""

import os
import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from agent1.store.home import Deployment
from agent1.store.interchange import read_import
from agent1.store.records import Policy
from agent1.ui.cli import cli
from agent1.ui.report import policy_table

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ROWS: dict[str, str] = {}
for name, rest in re.findall(r"^\| `agent1 (\w+)(.*?)` \|", README, re.MULTILINE):
    ROWS[name] = ROWS.get(name, "") + rest  # a command with commands of its own has a row for each


def test_every_command_has_its_row_and_every_row_its_command() -> None:
    assert sorted(ROWS) == sorted(cli.commands)


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_a_row_names_every_option_of_its_command(name: str) -> None:
    command = cli.commands[name]
    children = command.commands if isinstance(command, click.Group) else {}
    assert all(re.search(rf"\b{child}\b", ROWS[name]) for child in children)
    options = {
        parameter.opts[0]
        for one in (command, *children.values())
        for parameter in one.params
        if isinstance(parameter, click.Option) and "--help" not in parameter.opts
    }
    assert set(re.findall(r"--[\w-]+", ROWS[name])) == options


def test_every_variable_is_told() -> None:
    told = set(re.findall(r"^\| `([A-Z0-9_]+)` \|", README, re.MULTILINE))
    code = "".join(path.read_text(encoding="utf-8") for room in ("store", "serving", "trainer", "ui", "setup")
                   for path in (ROOT / room).rglob("*.py"))  # fmt: skip
    used = set(re.findall(r"[\"'](AGENT1_[A-Z]+|OLLAMA_HOST)[\"']", code))
    used |= {f"AGENT1_{field.name.upper()}" for field in fields(Deployment)}
    assert told == used


def test_every_setting_of_the_admin_is_told() -> None:
    names = {line.split()[0] for line in policy_table(Policy()).splitlines()}
    rows = README.split("Of the admin")[1].split("\n## ")[0]
    told = {name for row in re.findall(r"^\| (`.*?`) \|", rows, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    assert told == names


def test_the_import_line_of_the_readme_can_be_imported(tmp_path: Path) -> None:
    (line,) = re.findall(r"^(\{\"title\".*)$", README, re.MULTILINE)
    (tmp_path / "in.jsonl").write_text(line + os.linesep, encoding="utf-8")
    (conversation,) = read_import(tmp_path / "in.jsonl")
    assert conversation.messages[-1].score == 5


def test_every_make_target_of_the_readme_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z-]+)", README.split("## The loop")[0])) <= targets | {"is"}


def test_the_guide_for_several_people_names_only_what_is_there() -> None:
    guide = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert set(re.findall(r"agent1`? (doctor|restore|serve|status|user)", guide)) <= set(cli.commands)
    assert set(re.findall(r"AGENT1_([A-Z_]+)", guide)) <= {field.name.upper() for field in fields(Deployment)} | {
        "HOME"
    }
    assert ".venv/bin/agent1 serve --port 7860" in guide
