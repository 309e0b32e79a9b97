"""What the embedded server says no to: Ollama's statuses and words."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from agent1.tests.tiny_models import tiny_llama_gguf

from .conftest import Running, lines, talk

NOWHERE = "sha256:" + "0" * 64


def put(server: Running, content: bytes) -> str:
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert server.http.post(f"/api/blobs/{digest}", content=content).is_success
    return digest


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"model": "a b", "from": "tiny:1"}, 400, "invalid model name"),
        ({"model": "-a", "from": "tiny:1"}, 400, "invalid model name"),
        ({"model": "../../a", "from": "tiny:1"}, 400, "invalid model name"),
        ({"model": "a" * 81, "from": "tiny:1"}, 400, "invalid model name"),
        ({"model": "m:" + "t" * 81, "from": "tiny:1"}, 400, "invalid model name"),
        ({"model": "", "from": "tiny:1"}, 400, "invalid model name"),
        ({"model": "new"}, 400, "neither 'from' or 'files' was specified"),
        ({"model": "new", "files": {"a.gguf": "sha256:12"}}, 500, "invalid digest format"),
        ({"model": "new", "files": {"/a.gguf": NOWHERE}}, 400, "file path must be relative"),
        ({"model": "new", "files": {"../a.gguf": NOWHERE}}, 400, "file path must be relative"),
        ({"model": "new", "from": "nobody"}, 500, "pull model manifest"),
        ({"model": "new", "from": "tiny:1", "template": "{% for"}, 400, "template error"),
        ({"model": "new", "from": "tiny:1", "quantize": "q8_0"}, 501, "quantizing"),
        ({"model": "new", "from": "tiny:1", "adapters": {"a": NOWHERE}}, 501, "adapters"),
        ({"model": "new", "files": {"model.safetensors": NOWHERE}}, 501, "no GGUF"),
        ({"model": 7, "from": "tiny:1"}, 400, "json: cannot unmarshal"),
    ],
)
def test_a_create_that_cannot_be(running: Running, body: dict[str, Any], status: int, error: str) -> None:
    response = running.post("/api/create", **body)
    assert response.status_code == status
    assert error in response.json()["error"]


@pytest.mark.parametrize("stream", [True, False])
def test_a_create_from_a_missing_blob(running: Running, stream: bool) -> None:
    response = running.post("/api/create", model="new", files={"a.gguf": NOWHERE}, stream=stream)
    error = lines(response)[-1]["error"]
    assert error.startswith("open ")
    assert error.endswith(f"/blobs/sha256-{'0' * 64}: no such file or directory")
    assert response.status_code == (200 if stream else 500)


@pytest.mark.parametrize(
    ("content", "status", "error"),
    [
        (b"not a model at all", 400, "supplied file was not in GGUF format"),
        (b"GGUF", 500, "failed to validate GGUF"),
        (b"GGUF" + b"\xff" * 4000, 500, "failed to validate GGUF"),
        (b"GGUF" + bytes(4000), 500, "failed to validate GGUF"),
    ],
)
def test_a_file_that_is_no_model(running: Running, content: bytes, status: int, error: str) -> None:
    response = running.post("/api/create", model="new", files={"a.gguf": put(running, content)}, stream=False)
    assert response.status_code == status
    assert error in response.json()["error"]
    assert running.post("/api/show", model="new").status_code == 404


@pytest.mark.parametrize("left", [0.02, 0.5, 0.999])
def test_a_file_that_was_cut(running: Running, tiny_gguf: Path, left: float) -> None:
    whole = tiny_gguf.read_bytes()
    digest = put(running, whole[: int(len(whole) * left)])
    response = running.post("/api/create", model="new", files={"a.gguf": digest}, stream=False)
    assert response.status_code == 500
    assert "failed to validate GGUF" in response.json()["error"]


def test_an_architecture_that_llama_cpp_does_not_know(running: Running, tmp_path: Path) -> None:
    path = tiny_llama_gguf(tmp_path / "foo.gguf", architecture="foo")
    assert running.create("new", path)[-1] == {"error": 'unsupported architecture "foo"'}


@pytest.mark.parametrize(
    ("path", "body", "status", "error"),
    [
        ("chat", {"messages": talk("Hi")}, 400, "model is required"),
        ("chat", {"model": "nobody", "messages": talk("Hi")}, 404, "model 'nobody' not found"),
        ("chat", {"model": "a b", "messages": talk("Hi")}, 400, "invalid model name"),
        ("chat", {"model": "tiny:1", "messages": "Hi"}, 400, "json: cannot unmarshal"),
        ("chat", {"model": "tiny:1", "messages": [{"role": "user", "content": 3}]}, 400, "json: cannot unmarshal"),
        ("chat", {"model": "tiny:1", "messages": talk("Hi"), "options": []}, 400, "json: cannot unmarshal"),
        ("chat", {"model": "tiny:1", "messages": talk("Hi"), "keep_alive": "soon"}, 400, "time: invalid duration"),
        ("chat", {"model": "tiny:1", "messages": talk("Hi"), "tools": [{}]}, 400, "does not support tools"),
        ("chat", {"model": "tiny:1", "messages": talk("Hi"), "format": "json"}, 501, "given format"),
        ("chat", {"model": "tiny:1", "messages": talk("Hi"), "top_logprobs": 21}, 400, "top_logprobs"),
        ("generate", {"model": "tiny:1", "prompt": "Once"}, 501, "bare prompt"),
        ("show", {"model": "nobody"}, 404, "model 'nobody' not found"),
        ("embed", {"model": "tiny:1", "input": "x"}, 501, "POST /api/embed"),
        ("pull", {"model": "tiny:1"}, 501, "POST /api/pull"),
    ],
)
def test_a_request_that_cannot_be(running: Running, path: str, body: dict[str, Any], status: int, error: str) -> None:
    response = running.post(f"/api/{path}", **body)
    assert response.status_code == status
    assert error in response.json()["error"]


@pytest.mark.parametrize(
    ("option", "value", "kind"),
    [
        ("temperature", "hot", "float32"),
        ("temperature", True, "float32"),
        ("top_p", [1], "float32"),
        ("num_ctx", "4096", "integer"),
        ("seed", {}, "integer"),
        ("stop", "word", "array"),
        ("stop", [1], "string array"),
    ],
)
def test_an_option_of_the_wrong_type(running: Running, option: str, value: object, kind: str) -> None:
    response = running.post("/api/chat", model="tiny:1", messages=talk("Hi"), options={option: value})
    assert (response.status_code, response.json()) == (500, {"error": f'option "{option}" must be of type {kind}'})


def test_a_parameter_of_the_wrong_type_fails_only_when_chatting(running: Running, tiny_gguf: Path) -> None:
    assert running.create("hot", tiny_gguf, parameters={"temperature": "hot"})[-1] == {"status": "success"}
    response = running.post("/api/chat", model="hot", messages=talk("Hi"))
    assert (response.status_code, response.json()) == (
        500,
        {"error": 'option "temperature" must be of type float32'},
    )


def test_unknown_fields_and_options_are_passed_over(running: Running) -> None:
    assert running.say("tiny:1", "Hi", options={"num_predict": 1, "warp": "9"}, colour="red")["done"]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", "missing request body"),
        (b"{", "invalid JSON"),
        (b'{"model": "tiny:1", "messages": [{"role": "user", "content": "\xff\xfe"}]}', "invalid JSON"),
        (b'{"model": "tiny:1", "messages": [{"role": "user", "content": "\\ud800"}]}', "invalid JSON"),
        (b"[" * 100_000, "JSON"),
        (b"[]", "json: cannot unmarshal"),
    ],
)
def test_a_body_that_is_no_request(running: Running, body: bytes, error: str) -> None:
    response = running.http.post("/api/chat", content=body)
    assert response.status_code == 400
    assert error in response.json()["error"]


def test_a_request_that_is_too_large(running: Running) -> None:
    response = running.http.post("/api/chat", content=b" " * (64 * 2**20 + 1))
    assert response.status_code == 413
    assert "larger than" in response.json()["error"]


def test_a_blob_of_another_content_is_not_kept(running: Running) -> None:
    digest = f"sha256:{hashlib.sha256(b'right').hexdigest()}"
    response = running.http.post(f"/api/blobs/{digest}", content=b"wrong")
    assert response.status_code == 400
    assert "digest mismatch" in response.json()["error"]
    assert running.http.head(f"/api/blobs/{digest}").status_code == 404


def test_a_digest_that_is_none(running: Running) -> None:
    response = running.http.post("/api/blobs/sha256:..%2f..%2fetc", content=b"x")
    assert response.status_code in (400, 501)
    assert running.http.post("/api/blobs/sha256:12", content=b"x").json() == {"error": "invalid digest format"}


def test_deleting_what_is_not_there(running: Running) -> None:
    response = running.http.request("DELETE", "/api/delete", json={"model": "nobody"})
    assert (response.status_code, response.json()) == (404, {"error": "model 'nobody' not found"})


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "192.168.1.2", "localhost.evil.example", ""]
)
def test_a_foreign_host_name_is_refused(running: Running, host: str) -> None:
    assert running.http.get("/api/tags", headers={"Host": host}).status_code == 403


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "127.0.0.1:9", "[::1]:80", "agent1.localhost", "127.8.8.8"]
)
def test_every_name_of_this_machine_is_welcome(running: Running, host: str) -> None:
    assert running.http.get("/api/tags", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example"])
def test_a_foreign_page_cannot_post(running: Running, origin: str) -> None:
    refused = running.http.request("DELETE", "/api/delete", json={"model": "tiny:1"}, headers={"Origin": origin})
    assert refused.status_code == 403
    assert running.post("/api/show", model="tiny:1").status_code == 200
