"""The whole loop with real parts on a tiny random model: import, train, export, register, ask; chat meanwhile.

The embedded server, llama.cpp, Axolotl and the command line are the real ones. A random model says nonsense, so what
is proved is that every joint holds, not that anything sensible is learned (bench/ and `agent1 demo` measure that).
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent1.serving.client import CreateRequest, ModelServer
from agent1.serving.embedded import process
from agent1.store.home import Home
from agent1.trainer.run_folder import STAGES
from tests.tiny_models import CHATML, Shape, llama3_factors, tiny_llama_gguf

AGENT1 = [sys.executable, "-c", "from agent1.ui.cli import main; main()"]
QUESTIONS = ["When does the museum open?", "What is the letter about?", "Who is at the lighthouse?", "Why is it blue?"]
ANSWERS = ["At eight in the morning.", "It is about a friend.", "Nobody is there.", "I'd say that's all."]


def call(home: Home, *args: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("AGENT1_", "OLLAMA_"))}
    env |= {"AGENT1_HOME": str(home.root), "AGENT1_LANGUAGE": "en", "AGENT1_SERVER": "embedded"}
    return subprocess.run([*AGENT1, *args], env=env, capture_output=True, text=True, timeout=600)


def conversations() -> Iterator[dict[str, Any]]:
    """Twelve rated answers, half of them at the end of a longer talk, and one that was rated badly."""
    for number in range(3):
        for question, answer in zip(QUESTIONS, ANSWERS, strict=True):
            talk = [{"role": "user", "content": "Hello!"}, {"role": "assistant", "content": "Hi."}] if number else []
            asked = {"role": "user", "content": f"{question} ({'abc'[number]})"}
            yield {"messages": [*talk, asked, {"role": "assistant", "content": answer, "rating": 5}]}
    bad = {"role": "assistant", "content": "On the moon.", "rating": 1}
    yield {"messages": [{"role": "user", "content": "Where is Brazil?"}, bad]}


# Each takes minutes, so one stands for all, unless AGENT1_FAMILIES names some: llama,llama3,qwen2,qwen3.
FAMILIES: dict[str, dict[str, Any]] = {
    "llama": {},
    "llama3": {"more_tensors": {"rope_freqs.weight": llama3_factors(Shape())}},  # with its slowed rope
    "qwen2": {"architecture": "qwen2"},
    "qwen3": {"architecture": "qwen3"},
}


@pytest.fixture(scope="module", params=os.environ.get("AGENT1_FAMILIES", "llama").split(","))
def home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    root = tmp_path_factory.mktemp("loop")
    home = Home(root / "home")
    home.make()
    base = tiny_llama_gguf(root / "tiny.gguf", weights="Q8_0", **FAMILIES[request.param])
    server = ModelServer(process.find_or_start(home))
    digest = f"sha256:{hashlib.sha256(base.read_bytes()).hexdigest()}"
    server.upload(base, digest)
    list(server.create("tiny:latest", CreateRequest(files={"tiny.gguf": digest}, template=CHATML)))
    file = root / "talks.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in conversations()), encoding="utf-8")
    assert call(home, "import", str(file)).returncode == 0
    for name, value in (("conversations", "5"), ("messages", "10"), ("ratings", "5")):
        assert call(home, "settings", name, value).returncode == 0
    yield home
    process.stop(home)


@pytest.fixture(scope="module")
def result(home: Home) -> dict[str, Any]:
    told = call(home, "train", "--wait", "--json")
    log = "\n".join(
        path.read_text(errors="replace")[-2000:] for path in sorted(home.runs.glob("*/stages/*/output.log"))
    )
    assert told.returncode == 0, f"{told.stdout}\n{told.stderr}\n{log}"
    return dict(json.loads(told.stdout))


def test_the_run_ends_with_a_new_tag(home: Home, result: dict[str, Any]) -> None:
    assert result["state"] in ("promoted", "kept", "rejected")
    tags = {row["tag"]: row for row in json.loads(call(home, "models", "--json").stdout)}
    assert tags[result["tag"]]["run"] == result["run"]
    assert result["tag"].startswith("agent1-tiny")


def test_every_stage_was_done_and_timed(result: dict[str, Any]) -> None:
    assert set(STAGES) <= set(result["stages"])


def test_the_loss_lies_on_the_rated_answers_and_their_end_alone(home: Home, result: dict[str, Any]) -> None:
    from agent1.serving.vocabulary import Vocabulary

    folder = home.run_folder(result["run"])
    vocabulary = Vocabulary(Path(json.loads((folder / "run.json").read_text())["base_file"]))
    rows = [json.loads(line) for line in (folder / "dataset.jsonl").read_text().splitlines()]
    tokens = [json.loads(line) for line in (folder / "tokens.jsonl").read_text().splitlines()]
    passes = json.loads((folder / "run.json").read_text())["recipe"]["passes"]
    repeated = [row for row in rows for _ in range(passes if row["kind"] == "rated" else 1)]
    for row, token in zip(repeated, tokens, strict=True):
        learned = vocabulary.text([label for label in token["labels"] if label != -100])
        # A random model answers the general prompts with broken UTF-8, which no text can be compared with.
        assert row["kind"] == "replay" or learned == row["messages"][-1]["content"] + "<|im_end|>"
    assert "moon" not in (folder / "dataset.jsonl").read_text()


def test_the_badly_rated_answer_is_named_among_what_was_left_out_or_never_material(
    home: Home, result: dict[str, Any]
) -> None:
    assert result["examples"] == 12


def test_the_new_tag_is_another_model_with_the_same_prompt(home: Home, result: dict[str, Any]) -> None:
    server = ModelServer(process.find_or_start(home))
    talk = [{"role": "user", "content": "Olá! It's 10 o'clock 😀"}]
    assert server.render(result["tag"], talk) == server.render("tiny:latest", talk)
    assert server.describe(result["tag"]).blob_digest != server.describe("tiny:latest").blob_digest


def test_ask_prints_the_answer_alone(home: Home, result: dict[str, Any]) -> None:
    told = call(home, "ask", "Why is it blue?", "--model", result["tag"], "--max-tokens", "5")
    assert (told.returncode, told.stderr) == (0, "")


def test_go_back_and_forth_between_models(home: Home, result: dict[str, Any]) -> None:
    for tag in ("tiny:latest", result["tag"]):
        assert call(home, "use", tag).returncode == 0
        rows = json.loads(call(home, "models", "--json").stdout)
        assert [row["tag"] for row in rows if row["in_use"]] == [tag]


def test_the_run_folder_names_no_place_outside_it_in_the_training_config(home: Home, result: dict[str, Any]) -> None:
    assert str(home.root) not in (home.run_folder(result["run"]) / "axolotl.yml").read_text()
