"""Click's own words in the person's language: each that it says is known, and wrong usage is told in Portuguese."""

import ast
import subprocess
import sys
from pathlib import Path

import click
import pytest

from agent1.ui.catalogue import PORTUGUESE, Catalogue
from agent1.ui.cli_words import MODULES, PLACE, english_words, translator

from .test_cli import call

# What our commands give no occasion to say: paths that Click checks itself, dates, other shells, mistakes in the code.
NEVER_SAID = (
    "deprecated", "Deprecat", "Warning", "Editing", "declar", "defined", "flag for", "iterable", "dynamic", "env var",
    "stream", "color", "Press any key", "Choose from", "Choice(", "UUID", "boolean", "format", "filename", "version %",
    "are required", "Do you want", "without prompting", "start character",
)  # fmt: skip
BARE = {"?", "file", "directory", "path"}


def said_by_click() -> set[str]:
    found: set[str] = set()
    for module in MODULES:
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "ngettext"):
                found |= {str(text.value) for text in node.args if isinstance(text, ast.Constant)}
    return found


def test_every_sentence_of_click_has_its_key_and_every_key_its_sentence() -> None:
    said = {text for text in said_by_click() if text not in BARE and not any(part in text for part in NEVER_SAID)}
    assert {PLACE.sub(r"{\1}", text) for text in said} - english_words().keys() == set()
    there = {PLACE.sub(r"{\1}", text) for text in said_by_click()}
    assert english_words().keys() - there == set()


def test_what_click_fills_in_stays_to_be_filled_in() -> None:
    translate = translator(Catalogue.load(PORTUGUESE))
    assert translate("No such option {name!r}.").format(name="--x") == "Não existe a opção '--x'."
    assert translate("of tomorrow {x}") == "of tomorrow {x}"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["status", "--yaml"], "Não existe a opção '--yaml'."),
        (["fly"], "Não existe o comando 'fly'."),
        (["use"], "Falta o argumento"),
        (["serve", "--port", "x"], "não é um número válido"),
        (["status", "more"], "Argumento a mais"),
    ],
)
def test_wrong_usage_is_told_in_portuguese(tmp_path: Path, arguments: list[str], words: str) -> None:
    told = call(tmp_path, *arguments, language="pt-BR")
    assert told.returncode == 2 and words in told.stderr and told.stderr.startswith("Uso: agent1")
    assert "Erro: " in told.stderr and "Error" not in told.stderr


def test_help_is_portuguese_throughout(tmp_path: Path) -> None:
    told = call(tmp_path, "ask", "--help", language="pt-BR").stdout
    assert "Uso: agent1 ask [OPÇÕES]" in told and "Opções:" in told and "--temperature NÚMERO" in told
    assert not [word for word in ("Usage", "Options", "Show", "TEXT ", "FLOAT", "INTEGER") if word in told]


@pytest.mark.parametrize(("language", "word"), [("en", "Aborted!"), ("pt-BR", "Interrompido!")])
def test_ctrl_c_is_told_in_the_persons_language(tmp_path: Path, language: str, word: str) -> None:
    code = (
        "import sys; sys.argv[1:] = ['user', 'list']\n"
        "from agent1.ui import cli\n"
        "def interrupted(*_): raise KeyboardInterrupt\n"
        "cli.user.commands['list'].callback = interrupted\n"
        "cli.main()"
    )
    environ = {"AGENT1_HOME": str(tmp_path), "AGENT1_LANGUAGE": language, "PATH": "/usr/bin:/bin"}
    told = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True)
    assert told.returncode == 1 and told.stderr.strip() == word


def test_click_is_what_it_was_for_who_does_not_start_the_program() -> None:
    assert click.exceptions.UsageError("x").format_message() == "x"
