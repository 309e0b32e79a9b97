"""Registering with a real model server: the embedded one, over llama.cpp, with tiny models."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent1.serving.client import CreateRequest, ModelServer
from agent1.serving.embedded import process as embedded
from agent1.serving.errors import ModelNotFound, ServerRefused
from agent1.serving.files import base_file
from agent1.store.home import Home
from agent1.tests.tiny_models import tiny_llama_gguf
from agent1.trainer.modelfile import read_template
from agent1.trainer.registration import PromptsDiffer, register_tuned, verify

TAG = "agent1-tiny:20261122-150405-1"
SHOUTING = "{% for m in messages %}<|im_start|>{{ m.role | upper }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
HELLO = [{"role": "user", "content": "Say hi."}]
SHORT = {"temperature": 0, "num_predict": 4}


def digest_of(path: Path) -> str:
    return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


def make(server: ModelServer, tag: str, gguf: Path, **fields: object) -> None:
    server.upload(gguf, digest_of(gguf))
    request = replace(CreateRequest(files={"base.gguf": digest_of(gguf)}), **fields)  # type: ignore[arg-type]
    assert [progress.status for progress in server.create(tag, request)][-1] == "success"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    home = Home(tmp_path_factory.mktemp("home"))
    yield home
    embedded.stop(home)


@pytest.fixture(scope="module")
def server(home: Home, tmp_path_factory: pytest.TempPathFactory) -> ModelServer:
    """With two bases of the same file: one with a template of its own, a system message, and stop words."""
    found = ModelServer(embedded.find_or_start(home))
    gguf = tiny_llama_gguf(tmp_path_factory.mktemp("base") / "base.gguf", seed=1)
    make(found, "plain", gguf)
    make(
        found, "dressed:1", gguf, template=SHOUTING, system="Be kind.", license=["Apache"],
        parameters={"stop": ["<|im_end|>", "\n\n"], "num_ctx": 512, "temperature": 0.5},
        messages=[("user", "Olá 😀"), ("assistant", 'She said "hi".')],
    )  # fmt: skip
    return found


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama_gguf(tmp_path_factory.mktemp("tuned") / "model.gguf", seed=2, weights="Q8_0")


@pytest.mark.parametrize("base", ["plain", "dressed:1"])
def test_a_tuned_file_becomes_a_tag_that_reads_like_its_base_and_speaks(
    server: ModelServer, tuned: Path, base: str
) -> None:
    facts = server.describe(base)
    report = register_tuned(server, facts, tuned, digest_of(tuned), TAG, read_template()).report
    assert (report.can_render, report.compared, report.changed) == (True, 8, ())
    assert server.answer(TAG, HELLO, SHORT).tokens
    server.delete(TAG)


def test_a_tag_with_another_template_is_found_out(server: ModelServer) -> None:
    report = verify(server, "plain", "dressed:1")
    assert isinstance(report.why_not(), PromptsDiffer)
    assert "<|im_start|>USER" in report.differences[0].tag


def test_the_tuned_tag_serves_the_tuned_file(server: ModelServer, home: Home, tuned: Path) -> None:
    register_tuned(server, server.describe("plain"), tuned, digest_of(tuned), TAG, read_template())
    found = base_file(server.describe(TAG), home)
    assert found is not None
    assert found.read_bytes() == tuned.read_bytes()
    server.delete(TAG)


def test_a_file_that_is_no_model_leaves_no_tag(server: ModelServer, tmp_path: Path) -> None:
    broken = tmp_path / "model.gguf"
    broken.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ServerRefused):
        register_tuned(server, server.describe("plain"), broken, digest_of(broken), TAG, read_template())
    assert not server.has(TAG)


def test_a_streamed_answer_is_the_whole_answer(server: ModelServer) -> None:
    parts = list(server.chat("plain", HELLO, SHORT))
    assert "".join(part.content for part in parts) == server.answer("plain", HELLO, SHORT).content
    assert [part.done for part in parts[-2:]] == [False, True]


def test_listed_loaded_and_unloaded(server: ModelServer) -> None:
    assert {model.tag for model in server.models()} == {"plain:latest", "dressed:1"}
    server.load("plain")
    server.unload("plain")
    with pytest.raises(ModelNotFound):
        server.load("nobody")
