"""The command line as people call it: a process of its own, an empty home, exit codes and one sentence."""

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from agent1.store.home import Home
from agent1.store.records import RunState
from agent1.store.store import Store
from agent1.trainer.driver import nobody_drives

AGENT1 = [sys.executable, "-c", "from agent1.ui.cli import main; main()"]


def call(home: Path, *args: str, language: str = "en", **environ: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("AGENT1_", "OLLAMA_"))}
    env |= {"AGENT1_HOME": str(home), "AGENT1_LANGUAGE": language, **environ}
    return subprocess.run([*AGENT1, *args], env=env, capture_output=True, text=True, timeout=120)


def sentences(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def conversation(**changes: object) -> str:
    messages = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello", "rating": 5}]
    return json.dumps({"messages": messages} | changes)


@pytest.mark.parametrize(("language", "state"), [("en", "🔴 Needs more data"), ("pt-BR", "🔴 Precisa de mais dados")])
def test_status_of_an_empty_home_is_red_and_says_what_is_missing(home: Path, language: str, state: str) -> None:
    told = call(home, "status", language=language)
    assert told.returncode == 0
    assert state in told.stdout and "50" in told.stdout and "200" in told.stdout


def test_status_json_of_an_empty_home(home: Path) -> None:
    told = json.loads(call(home, "status", "--json").stdout)
    assert (told["state"], told["usable_examples"], len(told["missing"])) == ("needs_data", 0, 4)


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_train_on_an_empty_home_refuses_in_one_sentence(home: Path, language: str) -> None:
    told = call(home, "train", language=language)
    assert (told.returncode, told.stdout, len(sentences(told.stderr))) == (1, "", 1)
    assert "agent1 status" in told.stderr


@pytest.mark.parametrize("command", [["resume"], ["resume", "3"]])
def test_resume_without_a_run_is_one_sentence(home: Path, command: list[str]) -> None:
    told = call(home, *command)
    assert (told.returncode, told.stdout, len(sentences(told.stderr))) == (1, "", 1)
    assert "agent1 runs" in told.stderr


def test_a_backup_is_shown_and_put_back(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text(conversation(title="in the backup") + "\n", encoding="utf-8")
    assert call(home, "import", str(file)).returncode == 0
    with closing(Store(Home(home))) as store:
        path = store.back_up_if_due()
    assert path is not None
    file.write_text(conversation(title="after it") + "\n", encoding="utf-8")
    assert call(home, "import", str(file)).returncode == 0
    assert path.name in call(home, "restore").stdout
    told = call(home, "restore", "newest")
    assert (told.returncode, told.stderr) == (0, "") and path.name in told.stdout
    exported = [json.loads(line)["title"] for line in call(home, "export").stdout.splitlines()]
    assert exported == ["in the backup"]


def test_nothing_is_put_back_while_the_home_is_in_use(home: Path) -> None:
    with closing(Store(Home(home))) as store, nobody_drives(store.home):
        store.back_up_if_due()
        told = call(home, "restore", "newest")
    assert (told.returncode, len(sentences(told.stderr))) == (1, 1)


def test_restore_in_an_empty_home_is_told(home: Path) -> None:
    assert call(home, "restore").returncode == 0
    told = call(home, "restore", "newest")
    assert (told.returncode, len(sentences(told.stderr))) == (1, 1)


def test_doctor_cleans_what_ended_runs_left(home: Path) -> None:
    with closing(Store(Home(home))) as store:
        run = store.runs.queue(base="tiny", base_digest="sha256:0", server="", message_ids=[])
        weights = store.home.run_folder(run.id) / "model.gguf"
        weights.parent.mkdir(parents=True)
        weights.write_bytes(bytes(3_000_000))
        store.runs.advance(run, RunState.FAILED)
    assert "3 MB" in call(home, "doctor", "--clean").stdout
    assert not weights.exists()


def test_import_counts_and_export_gives_the_same_back(home: Path, tmp_path: Path) -> None:
    file, back = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    file.write_text(conversation(title="one", created_at="2026-11-01T10:00:00Z") + "\n", encoding="utf-8")
    assert call(home, "import", str(file)).stdout == "1 conversation imported.\n"
    assert call(home, "export", "--output", str(back)).returncode == 0
    assert call(tmp_path / "other", "import", str(back)).returncode == 0
    assert json.loads(call(tmp_path / "other", "export").stdout) == json.loads(back.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("language", "word"), [("en", "line 2"), ("pt-BR", "linha 2")])
def test_a_broken_import_line_is_named_and_nothing_is_imported(
    home: Path, tmp_path: Path, language: str, word: str
) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text(conversation() + "\n{broken\n" + conversation() + "\n", encoding="utf-8")
    told = call(home, "import", str(file), language=language)
    assert told.returncode == 1 and word in told.stderr.lower() and len(sentences(told.stderr)) == 1
    assert json.loads(call(home, "status", "--json").stdout)["criteria"]["conversations"]["value"] == 0


def test_an_import_file_that_is_not_there_is_told(home: Path, tmp_path: Path) -> None:
    told = call(home, "import", str(tmp_path / "nothing.jsonl"))
    assert told.returncode == 1 and "nothing.jsonl" in told.stderr and len(sentences(told.stderr)) == 1


def test_wrong_usage_exits_with_2(home: Path) -> None:
    assert call(home, "status", "--yaml").returncode == 2
    assert call(home, "fly").returncode == 2


@pytest.mark.parametrize("command", [["ask", "hi"], ["models"], ["use", "x"]])
def test_a_silent_named_server_is_one_sentence(home: Path, command: list[str]) -> None:
    told = call(home, *command, OLLAMA_HOST="127.0.0.1:9")
    assert told.returncode == 1 and "127.0.0.1:9" in told.stderr and len(sentences(told.stderr)) == 1


def test_a_setting_changes_and_stays(home: Path) -> None:
    assert call(home, "settings", "ratings", "25").returncode == 0
    assert json.loads(call(home, "status", "--json").stdout)["criteria"]["ratings"]["target"] == 25


def test_a_setting_out_of_bounds_changes_nothing(home: Path) -> None:
    told = call(home, "settings", "mean_rating", "7")
    assert told.returncode == 1 and len(sentences(told.stderr)) == 1
    assert json.loads(call(home, "status", "--json").stdout)["criteria"]["mean_rating"]["target"] == 3.5


def test_a_home_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    told = call(tmp_path / "file" / "home", "status")
    assert told.returncode == 1 and "AGENT1_HOME" in told.stderr and len(sentences(told.stderr)) == 1


def test_a_bad_port_in_the_environment_is_told(home: Path) -> None:
    told = call(home, "serve", AGENT1_PORT="many")
    assert told.returncode == 1 and "AGENT1_PORT" in told.stderr and len(sentences(told.stderr)) == 1


@pytest.mark.parametrize(("language", "word"), [("en", "Ask the model"), ("pt-BR", "Faz uma pergunta")])
def test_help_speaks_the_language(home: Path, language: str, word: str) -> None:
    assert word in call(home, "--help", language=language).stdout


def test_lineage_and_rebuild_of_what_a_model_learned(home: Path) -> None:
    assert call(home, "rebuild", "nobody:1").returncode == 1
    file = home.parent / "in.jsonl"
    file.write_text(conversation(title="Tea"), encoding="utf-8")
    assert call(home, "import", str(file)).returncode == 0
    with closing(Store(Home(home))) as store:
        run = store.runs.queue(base="b:1", base_digest="sha256:0", server="s", message_ids=[2])
        store.finish(run, RunState.PROMOTED, "agent1-b:1", None)
    told = json.loads(call(home, "lineage", "--json").stdout)  # of the one in use
    assert told["messages"] == [{"message_id": 2, "conversation_id": 1, "title": "Tea"}]
    assert call(home, "lineage", "--message", "2").stdout.strip() == "agent1-b:1"
    refused = call(home, "rebuild", language="pt-BR")
    assert (refused.returncode, len(sentences(refused.stderr))) == (1, 1) and "agent1-b:1" in refused.stderr
    with closing(Store(Home(home))) as store:
        store.people.delete_data(store.people.local())
    assert "⚠️ 1 message" in call(home, "lineage", "agent1-b:1").stdout
