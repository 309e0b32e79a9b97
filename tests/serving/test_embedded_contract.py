"""The embedded server beside a recorded Ollama (ollama-api/): the same statuses, keys and types."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ollama
import pytest

from agent1.serving.starter import JINJA_TEMPLATE

from .conftest import Running, lines, talk

RECORDED = Path(__file__).parent / "ollama-api"
TAG = "smollm2:135m"
STOPS = {"stop": ["<|im_start|>", "<|im_end|>"]}
SIX = {"num_predict": 6, "temperature": 0}


@pytest.fixture(scope="module")
def server(running: Running, starter_gguf: Path) -> Iterator[Running]:
    made = running.create(TAG, starter_gguf, template=JINJA_TEMPLATE, parameters=STOPS)
    assert made[-1] == {"status": "success"}
    yield running


def recorded(name: str) -> Any:
    return json.loads((RECORDED / name).read_text(encoding="utf-8"))


def recorded_lines(name: str) -> list[Any]:
    return [json.loads(line) for line in (RECORDED / name).read_text(encoding="utf-8").splitlines()]


def shape(value: Any) -> Any:
    """Keys and types; a list is as its first item; Go prints a whole float as an integer."""
    match value:
        case dict():
            return {key: shape(item) for key, item in value.items()}
        case list():
            return [shape(value[0])] if value else []
        case bool() | None | str():
            return type(value).__name__
        case _:
            return "number"


def test_version(server: Running) -> None:
    assert shape(server.http.get("/api/version").json()) == shape(recorded("version.json"))


def test_tags(server: Running) -> None:
    [row] = [row for row in server.http.get("/api/tags").json()["models"] if row["name"] == TAG]
    [expected] = recorded("tags.json")["models"]
    assert shape(row) == shape(expected)
    assert row["details"] == expected["details"]


def test_show(server: Running) -> None:
    response = server.post("/api/show", model=TAG)
    expected = recorded("show.json")
    assert response.status_code == 200
    assert shape(response.json()) == shape(expected)
    for key in ("details", "model_info", "parameters", "capabilities"):
        assert response.json()[key] == expected[key], key


def test_show_lists_the_tensors_as_recorded(server: Running) -> None:
    told = {tensor["name"]: tensor for tensor in server.post("/api/show", model=TAG).json()["tensors"]}
    for tensor in recorded("show.json")["tensors"]:
        assert told[tensor["name"]] == tensor


def test_show_names_the_blob_that_was_uploaded(server: Running, starter_gguf: Path) -> None:
    modelfile = server.post("/api/show", model=TAG).json()["modelfile"]
    [path] = [line.removeprefix("FROM ") for line in modelfile.splitlines() if line.startswith("FROM ")]
    assert Path(path).parent == server.home.models / "blobs"
    assert Path(path).read_bytes() == starter_gguf.read_bytes()


def test_chat_in_one_piece(server: Running) -> None:
    answer = server.say(TAG, "Say hi.", options=SIX)
    expected = recorded("chat_nostream.json")
    assert shape(answer) == shape(expected)
    for key in ("model", "done", "done_reason", "prompt_eval_count", "eval_count"):
        assert answer[key] == expected[key], key


def test_chat_in_parts(server: Running) -> None:
    response = server.post("/api/chat", model=TAG, messages=talk("Say hi."), options=SIX)
    expected = recorded_lines("chat_stream.ndjson")
    told = lines(response)
    assert response.headers["content-type"] == "application/x-ndjson"
    assert [shape(line) for line in told] == [shape(line) for line in expected]
    assert (
        "".join(line["message"]["content"] for line in told)
        == server.say(TAG, "Say hi.", options=SIX)["message"]["content"]
    )


def test_rendering_only(server: Running) -> None:
    response = server.post("/api/chat", model=TAG, messages=talk("Say hi."), _debug_render_only=True)
    expected = recorded("debug_render.json")
    assert shape(response.json()) == shape(expected)
    assert response.json()["_debug_info"] == expected["_debug_info"]


def test_loaded_models(server: Running) -> None:
    server.say(TAG, "Say hi.", options=SIX)
    [row] = [row for row in server.http.get("/api/ps").json()["models"] if row["name"] == TAG]
    [expected] = recorded("ps.json")["models"]
    assert shape(row) == shape(expected)
    assert row["size_vram"] == 0


def test_progress_of_a_create(server: Running, starter_gguf: Path) -> None:
    told = [line["status"].split(" sha256:")[0] for line in server.create("again", starter_gguf)]
    known = {line["status"].split(" sha256:")[0] for line in recorded_lines("create_gguf_q8.ndjson")}
    assert told[0] == "parsing GGUF"
    assert told[-1] == "success"
    assert set(told) <= known


def test_the_starter_knows_the_capital_of_france(server: Running) -> None:
    assert (
        "Paris" in server.say(TAG, "What is the capital of France?", options={"temperature": 0})["message"]["content"]
    )


def test_the_python_client_reads_every_answer(server: Running) -> None:
    client = ollama.Client(server.url, trust_env=False)
    assert TAG in [model.model for model in client.list().models]
    assert client.show(TAG).parameters == recorded("show.json")["parameters"]
    parts = list(client.chat(TAG, talk("Say hi."), stream=True, options=SIX))
    assert parts[-1].done_reason == "length"
    assert TAG in [model.model for model in client.ps().models]
    assert client.generate(TAG, keep_alive=0).done_reason == "unload"
