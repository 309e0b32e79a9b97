"""The whole loop with real parts on a tiny random model: import, train from the page, export, register, use, ask.

The app in a process of its own, the browser, the embedded server, llama.cpp, Axolotl and the command line are the real
ones. On the way from the button to the new tag the page is loaded again, a second window looks on, and the training is
cancelled and taken up again. A random model says nonsense, so what is proved is that every joint holds, not that
anything sensible is learned (bench/ and `agent1 demo` measure that).
"""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from agent1.serving.client import CreateRequest, ModelServer
from agent1.serving.embedded import process
from agent1.store.home import Home
from agent1.store.records import RunState
from agent1.trainer.run_folder import STAGES, RunFolder
from agent1.ui.catalogue import Catalogue
from tests.tiny_models import CHATML, Shape, llama3_factors, tiny_llama_gguf

AGENT1 = [sys.executable, "-c", "from agent1.ui.cli import main; main()"]
QUESTIONS = ["When does the museum open?", "What is the letter about?", "Who is at the lighthouse?", "Why is it blue?"]
ANSWERS = ["At eight in the morning.", "It is about a friend.", "Nobody is there.", "I'd say that's all."]


# An app that does not let everything else go first, else the tests beside this one make minutes of its seconds.
SERVE = "from agent1.trainer import driver; driver.NICE = 0; from agent1.ui.cli import main; main()"
EN, PT = Catalogue.load("en"), Catalogue.load("pt-BR")
A_RUN = 300_000  # ms: a whole stage on two busy cores


def environ(home: Home) -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("AGENT1_", "OLLAMA_"))}
    return env | {"AGENT1_HOME": str(home.root), "AGENT1_LANGUAGE": "en", "AGENT1_SERVER": "embedded"}


def call(home: Home, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*AGENT1, *args], env=environ(home), capture_output=True, text=True, timeout=600)


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
    # So many epochs that there is a training to cancel: it is over in a second else.
    for name, value in (("conversations", "5"), ("messages", "10"), ("ratings", "5"), ("epochs", "8")):
        assert call(home, "settings", name, value).returncode == 0
    yield home
    process.stop(home)


@pytest.fixture(scope="module")
def address(home: Home) -> Iterator[str]:
    env = environ(home) | {"PYTHONUNBUFFERED": "1"}
    app = subprocess.Popen([sys.executable, "-c", SERVE, "serve"], env=env, stdout=subprocess.PIPE, text=True)
    assert app.stdout is not None
    found = re.search(r"http://[\d.]+:\d+", app.stdout.readline())
    assert found
    yield found[0]
    app.terminate()
    app.wait(60)


def admin(browser: Browser, address: str, locale: str) -> Page:
    """A window of its own on the Admin tab."""
    page = browser.new_context(locale=locale).new_page()
    page.set_default_timeout(A_RUN)
    page.goto(address)
    open_admin(page)
    return page


def open_admin(page: Page) -> None:
    expect(page.locator("#model-in-use")).to_contain_text("tiny", timeout=A_RUN)  # the page is there and connected
    page.get_by_role("tab", name="Admin").click()
    expect(page.locator(".monitor")).to_be_visible(timeout=A_RUN)


@pytest.fixture(scope="module")
def run_by_hand(home: Home, address: str, browser: Browser) -> Iterator[Page]:
    """From the button to the new tag as a person does it; the page on which the run has ended."""
    page, second = admin(browser, address, "en-US"), admin(browser, address, "pt-BR")
    page.get_by_role("button", name="🚀 Start fine-tuning").click()
    page.get_by_role("button", name=EN.say("sheet-start")).click()
    expect(second.locator('[data-stage="training"]')).to_contain_text(re.compile(r"passo \d+ de \d+"), timeout=A_RUN)
    expect(second.locator("#start-training")).to_be_disabled()
    second.locator("#cancel-training").click()

    for window, told in ((page, EN), (second, PT)):
        expect(window.locator("#run")).to_contain_text(told.say("result-cancelled"), timeout=A_RUN)
        expect(window.locator("#start-training")).to_be_enabled()
    page.reload()
    open_admin(page)
    page.get_by_role("button", name=EN.say("resume-training-of", run=1)).click()
    expect(second.locator("#resume-training")).to_be_hidden()
    expect(second.locator("#start-training")).to_be_disabled()
    page.reload()
    open_admin(page)
    expect(page.locator("#start-training")).to_be_disabled()

    ended = re.compile("|".join((RunState.PROMOTED, RunState.KEPT, RunState.REJECTED, RunState.FAILED)))
    for window in (page, second):
        expect(window.locator("#run .panel")).to_have_attribute("data-run", ended, timeout=A_RUN)
    yield page
    page.context.close()
    second.context.close()


@pytest.fixture(scope="module")
def result(home: Home, run_by_hand: Page) -> dict[str, Any]:
    log = "\n".join(
        path.read_text(errors="replace")[-2000:] for path in sorted(home.runs.glob("*/stages/*/output.log"))
    )
    [told] = json.loads(call(home, "runs", "--json").stdout)
    assert told["tag"], f"{told}\n{log}"
    return dict(told)


def test_the_run_ends_with_a_new_tag(home: Home, result: dict[str, Any]) -> None:
    assert result["state"] in ("promoted", "kept", "rejected")
    tags = {row["tag"]: row for row in json.loads(call(home, "models", "--json").stdout)}
    assert tags[result["tag"]]["run"] == result["run"]
    assert result["tag"].startswith("agent1-tiny")


def test_the_resumed_training_went_on_where_it_was_cancelled(home: Home, result: dict[str, Any]) -> None:
    told = (RunFolder(home.run_folder(result["run"])).stage(RunState.TRAINING) / "progress.jsonl").read_text()
    events = [json.loads(line) for line in told.splitlines()]
    steps = [event["step"] for event in events if event["event"] == "step"]
    assert steps == sorted(set(steps))  # none was done twice
    assert steps[-1] == next(event["total"] for event in events if event["event"] == "start")


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


def test_the_new_tag_is_put_in_use_from_the_page(home: Home, run_by_hand: Page, result: dict[str, Any]) -> None:
    """A random model seldom passes the proof; what did not is still there for a person to use."""
    page, tag = run_by_hand, result["tag"]
    page.get_by_role("tab", name=EN.say("section-models")).click()
    row = page.locator(f'[data-model="{tag}"]')
    if result["state"] != "promoted":
        row.get_by_role("button", name=EN.say("model-use")).click()
    expect(row).to_contain_text(EN.say("model-current"))
    page.get_by_role("tab", name=EN.say("tab-chat")).click()
    expect(page.locator("#model-in-use")).to_contain_text(tag)


def test_train_waits_beside_the_app_and_tells_how_it_ended(home: Home, address: str, result: dict[str, Any]) -> None:
    asked = EN.say("cli-cancel-asked", run=result["run"] + 1)
    train = subprocess.Popen(
        [*AGENT1, "train", "--wait", "--json"], env=environ(home), stdout=subprocess.PIPE, text=True
    )
    while train.poll() is None and asked not in call(home, "cancel").stdout:
        pass
    told = json.loads(train.communicate(timeout=600)[0])
    assert (train.returncode, told["state"], told["tag"], told["run"]) == (1, "cancelled", None, result["run"] + 1)


def test_train_waits_for_a_whole_run_and_tells_its_new_tag(home: Home, address: str, result: dict[str, Any]) -> None:
    """The first run is over by then; what it was trained on is trained on again."""
    assert call(home, "settings", "epochs", "1").returncode == 0
    done = call(home, "train", "--wait", "--json")
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    told = json.loads(done.stdout)
    assert told["state"] in ("promoted", "kept", "rejected") and told["tag"] not in (None, result["tag"])
    assert told["tag"] in [row["tag"] for row in json.loads(call(home, "models", "--json").stdout)]


def test_go_back_and_forth_between_models(home: Home, result: dict[str, Any]) -> None:
    for tag in ("tiny:latest", result["tag"]):
        assert call(home, "use", tag).returncode == 0
        rows = json.loads(call(home, "models", "--json").stdout)
        assert [row["tag"] for row in rows if row["in_use"]] == [tag]


def test_the_run_folder_names_no_place_outside_it_in_the_training_config(home: Home, result: dict[str, Any]) -> None:
    assert str(home.root) not in (home.run_folder(result["run"]) / "axolotl.yml").read_text()
