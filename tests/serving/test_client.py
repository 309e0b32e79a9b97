"""The client against a stand-in that answers over real HTTP as a recorded Ollama did."""

import hashlib
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from agent1.serving import tags
from agent1.serving.client import CreateRequest, ModelServer
from agent1.serving.errors import (
    AnswerBroken,
    BadParameter,
    BadTag,
    CannotReadFile,
    CreateBroken,
    ModelNotFound,
    ServerRefused,
    ServerTooSlow,
    ServerUnreachable,
    StrangeAnswer,
)
from agent1.serving.facts import ModelFacts, plain_value, read_facts, read_parameters
from agent1.serving.files import base_file
from agent1.store.home import Home
from agent1.tests.fake_ollama import BASE, CHATML, FakeModel, FakeOllama, fake_ollama

HELLO = [{"role": "user", "content": "Say hi."}]


@pytest.fixture
def fake() -> Iterator[FakeOllama]:
    with fake_ollama() as running:
        yield running


@pytest.fixture
def server(fake: FakeOllama) -> Iterator[ModelServer]:
    asking = ModelServer(fake.url)
    yield asking
    asking.close()


@pytest.fixture
def gguf(tmp_path: Path) -> Path:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF" + bytes(3_000_000))
    return path


def digest_of(path: Path) -> str:
    return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


def free_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def test_version_is_read(server: ModelServer) -> None:
    assert server.version() == "0.32.15"


def test_listed_models_carry_their_size_and_family(server: ModelServer) -> None:
    [model] = server.models()
    assert (model.tag, model.size, model.family, model.is_cloud, model.is_embedding) == (
        BASE, 98362745, "llama", False, False,
    )  # fmt: skip


def test_a_tag_that_runs_elsewhere_is_a_cloud_tag(fake: FakeOllama, server: ModelServer) -> None:
    fake.add(FakeModel("big:cloud", "sha256:0", remote_host="https://example.invalid:443"))
    assert [model.is_cloud for model in server.models()] == [False, True]
    assert server.describe("big:cloud").is_cloud


def test_a_tag_that_cannot_chat_is_an_embedding_tag(fake: FakeOllama, server: ModelServer) -> None:
    fake.add(FakeModel("embed:latest", "sha256:0", capabilities=["embedding"]))
    assert [model.is_embedding for model in server.models()] == [False, True]
    assert server.describe("embed:latest").is_embedding


def test_facts_tell_template_stops_and_file(server: ModelServer) -> None:
    facts = server.describe(BASE)
    assert facts.template == CHATML
    assert facts.template_is_stored
    assert facts.parameters == {"stop": ["<|im_start|>", "<|im_end|>"]}
    assert facts.architecture == "llama"
    assert facts.blob_digest == "sha256:" + "9" * 64


def test_facts_tell_system_messages_renderer_and_licence(fake: FakeOllama, server: ModelServer) -> None:
    shots = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
    fake.add(
        FakeModel(
            "own:1", "sha256:" + "1" * 64, system="Be kind.", messages=shots, license="Apache", renderer="r", parser="p"
        )
    )
    facts = server.describe("own:1")
    assert (facts.system, facts.license, facts.renderer, facts.parser) == ("Be kind.", "Apache", "r", "p")
    assert facts.messages == (("user", "Hi"), ("assistant", "Hello"))


def test_a_template_of_the_gguf_itself_is_not_taken_for_a_stored_one() -> None:
    jinja = "{% for m in messages %}{{ m.content }}{% endfor %}"
    shown = {"modelfile": 'FROM /b/sha256-00\nTEMPLATE "{{ .Prompt }}"\n', "template": jinja}
    assert not read_facts("x", shown).template_is_stored


def test_a_modelfile_with_a_broken_quote_still_tells_the_file() -> None:
    blob = "/b/sha256-" + "a" * 64
    facts = read_facts("x", {"modelfile": f'FROM {blob}\nLICENSE """half\nopen\n'})
    assert facts.blob == Path(blob)


def test_a_second_file_of_a_model_is_told() -> None:
    facts = read_facts("x", {"modelfile": f"FROM /b/sha256-{'a' * 64}\nFROM /b/sha256-{'b' * 64}\n"})
    assert facts.other_parts == (f"/b/sha256-{'b' * 64}",)


def test_parameters_become_typed_values() -> None:
    text = (
        'num_ctx                        4096\ntemperature 0.7\nstop "a b\\n\\u00e9\\""\nnum_keep 1e+06\nuse_mmap true'
    )
    assert read_parameters(text) == {
        "num_ctx": 4096,
        "temperature": 0.7,
        "stop": ['a b\né"'],
        "num_keep": 1000000,
        "use_mmap": True,
    }


def test_a_repeated_parameter_becomes_a_list() -> None:
    assert read_parameters('stop "a"\nstop "b"') == {"stop": ["a", "b"]}


@pytest.mark.parametrize("word", ["nan", "inf", "1.2.3", "0x10", "١", "--1", "1e999"])
def test_a_word_that_is_no_number_stays_a_word(word: str) -> None:
    assert plain_value(word) == word


def test_an_answer_comes_in_parts_and_the_last_tells_why_it_ended(server: ModelServer) -> None:
    parts = list(server.chat(BASE, HELLO))
    assert "".join(part.content for part in parts) == "Hello there. I'm here"
    assert [part.done_reason for part in parts] == [None] * 6 + ["length"]
    assert parts[-1].tokens == 6


def test_a_whole_answer_tells_its_tokens(server: ModelServer) -> None:
    answer = server.answer(BASE, HELLO, {"temperature": 0})
    assert (answer.content, answer.done_reason, answer.tokens) == ("Hello there. I'm here", "length", 6)


def test_options_reach_the_server(fake: FakeOllama, server: ModelServer) -> None:
    server.answer(BASE, HELLO, {"temperature": 0, "num_predict": 7})
    assert fake.bodies("/api/chat")[-1]["options"] == {"temperature": 0, "num_predict": 7}


@pytest.mark.parametrize("switch", ["dies_in_answer", "breaks_in_answer"])
def test_what_came_before_an_answer_broke_is_kept(fake: FakeOllama, server: ModelServer, switch: str) -> None:
    setattr(fake.switches, switch, True)
    heard = []
    with pytest.raises(AnswerBroken):
        for part in server.chat(BASE, HELLO):
            heard.append(part.content)  # what was heard before the break is the point
    assert "".join(heard) == "Hello there."


def test_rendering_tells_the_prompt(server: ModelServer) -> None:
    assert server.render(BASE, HELLO) == "<|im_start|>user\nSay hi.<|im_end|>\n<|im_start|>assistant\n"


def test_rendering_never_lets_the_server_shorten_the_conversation(fake: FakeOllama, server: ModelServer) -> None:
    server.render(BASE, HELLO)
    assert fake.bodies("/api/chat")[-1]["truncate"] is False


def test_a_server_that_cannot_render_gives_none(fake: FakeOllama, server: ModelServer) -> None:
    fake.switches.cannot_render = True
    assert server.render(BASE, HELLO) is None


@pytest.mark.parametrize("ask", ["describe", "delete", "load", "unload"])
def test_an_unknown_tag_is_told_by_its_name(server: ModelServer, ask: str) -> None:
    with pytest.raises(ModelNotFound) as told:
        getattr(server, ask)("nobody:1")
    assert told.value.params == {"tag": "nobody:1"}


def test_chatting_with_an_unknown_tag_is_told_at_the_first_part(server: ModelServer) -> None:
    with pytest.raises(ModelNotFound):
        next(iter(server.chat("nobody:1", HELLO)))


def test_a_refusal_carries_the_servers_own_words(fake: FakeOllama, server: ModelServer) -> None:
    fake.switches.fails = 1
    with pytest.raises(ServerRefused) as told:
        server.models()
    assert told.value.params == {"status": 500, "error": "something went wrong"}


@pytest.mark.parametrize("ask", ["version", "models"])
def test_a_silent_address_is_unreachable(ask: str) -> None:
    with pytest.raises(ServerUnreachable):
        getattr(ModelServer(free_address()), ask)()


def test_streaming_from_a_silent_address_is_unreachable() -> None:
    with pytest.raises(ServerUnreachable):
        list(ModelServer(free_address()).chat(BASE, HELLO))


def test_an_answer_that_does_not_come_is_told_as_slow(fake: FakeOllama) -> None:
    fake.switches.slow = 1
    server = ModelServer(fake.url, timeout=httpx.Timeout(0.1), quick=httpx.Timeout(0.1))
    for ask in (server.version, lambda: server.describe(BASE), lambda: list(server.chat(BASE, HELLO))):
        with pytest.raises(ServerTooSlow):
            ask()


def test_something_that_is_not_ollama_is_told(fake: FakeOllama, server: ModelServer) -> None:
    fake.switches.not_ollama = True
    for ask in (server.version, server.models):
        with pytest.raises(StrangeAnswer):
            ask()


def test_a_proxy_never_sees_what_stays_on_the_machine(fake: FakeOllama, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, free_address())
    server = ModelServer(fake.url)
    assert server.version()
    assert server.answer(BASE, HELLO).content


def test_a_proxy_is_used_for_a_server_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    with fake_ollama() as proxy:
        for name in ("HTTP_PROXY", "http_proxy"):
            monkeypatch.setenv(name, proxy.url)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        with pytest.raises((ServerRefused, StrangeAnswer)):  # the stand-in knows no absolute paths
            ModelServer("http://models.example.invalid:11434").version()
        assert proxy.asked[0][1] == "http://models.example.invalid:11434/api/version"


def test_every_request_has_a_limit(server: ModelServer) -> None:
    for limits in (server._http.timeout, server._client._client.timeout, server._quick):
        assert None not in (limits.connect, limits.read, limits.write, limits.pool)


def test_a_file_is_sent_once(fake: FakeOllama, server: ModelServer, gguf: Path) -> None:
    digest = digest_of(gguf)
    assert server.upload(gguf, digest)
    assert fake.blobs[digest] == gguf.read_bytes()
    assert not server.upload(gguf, digest)


def test_sending_a_file_tells_how_far_it_is(server: ModelServer, gguf: Path) -> None:
    told: list[tuple[int, int]] = []
    server.upload(gguf, digest_of(gguf), lambda sent, total: told.append((sent, total)))
    assert told[-1] == (3_000_004, 3_000_004)
    assert len(told) == 3


def test_a_file_that_is_not_what_it_should_be_is_refused(server: ModelServer, gguf: Path) -> None:
    with pytest.raises(ServerRefused) as told:
        server.upload(gguf, "sha256:" + "0" * 64)
    assert "digest mismatch" in str(told.value.params["error"])


def test_a_file_that_is_not_there_is_told(server: ModelServer, tmp_path: Path) -> None:
    with pytest.raises(CannotReadFile):
        server.upload(tmp_path / "none.gguf", "sha256:" + "0" * 64)


def created(server: ModelServer, gguf: Path, **fields: object) -> list[str]:
    server.upload(gguf, digest_of(gguf))
    request = CreateRequest(files={"model.gguf": digest_of(gguf)}, **fields)  # type: ignore[arg-type]
    return [progress.status for progress in server.create("new:1", request)]


def test_creating_is_read_to_its_success(fake: FakeOllama, server: ModelServer, gguf: Path) -> None:
    assert created(server, gguf, template=CHATML, renderer="r", parser="p")[-1] == "success"
    assert (fake.models["new:1"].renderer, fake.models["new:1"].parser) == ("r", "p")


def test_fields_that_are_empty_are_not_sent(fake: FakeOllama, server: ModelServer, gguf: Path) -> None:
    created(server, gguf)
    assert set(fake.bodies("/api/create")[-1]) == {"model", "stream", "files"}


def test_a_late_error_of_a_create_is_a_refusal(fake: FakeOllama, server: ModelServer, gguf: Path) -> None:
    fake.switches.late_error = "failed to validate GGUF"
    with pytest.raises(ServerRefused) as told:
        created(server, gguf)
    assert told.value.params["error"] == "failed to validate GGUF"


def test_a_create_that_ends_without_success_is_broken(fake: FakeOllama, server: ModelServer, gguf: Path) -> None:
    fake.switches.dies_in_create = 1
    with pytest.raises(CreateBroken):
        created(server, gguf)


def test_quantising_may_be_refused(fake: FakeOllama, server: ModelServer, gguf: Path) -> None:
    fake.switches.refuses_quantize = True
    with pytest.raises(ServerRefused):
        created(server, gguf, quantize="q8_0")


def test_a_bad_name_is_refused_before_asking(fake: FakeOllama, server: ModelServer) -> None:
    with pytest.raises(BadTag):
        list(server.create("-bad", CreateRequest(from_=BASE)))
    assert not fake.bodies("/api/create")


def test_a_parameter_of_the_wrong_type_is_refused_before_asking(fake: FakeOllama, server: ModelServer) -> None:
    with pytest.raises(BadParameter) as told:
        list(server.create("new:1", CreateRequest(from_=BASE, parameters={"temperature": "hot"})))
    assert told.value.params == {"name": "temperature", "value": "hot"}
    assert not fake.bodies("/api/create")


def test_deleting_takes_the_tag_away(fake: FakeOllama, server: ModelServer) -> None:
    server.delete(BASE)
    assert not fake.models


@pytest.mark.parametrize(
    ("one", "other"),
    [("m", "m:latest"), ("M:135M", "m:135m"), ("library/m", "m"), ("registry.ollama.ai/library/m:latest", "m")],
)
def test_names_of_the_same_model_are_the_same(one: str, other: str) -> None:
    assert tags.same(one, other)


@pytest.mark.parametrize(("one", "other"), [("m", "m:1"), ("me/m", "m"), ("host/library/m", "m")])
def test_names_of_different_models_differ(one: str, other: str) -> None:
    assert not tags.same(one, other)


@pytest.mark.parametrize("name", ["m", "m:1", "_m:x", "me/m:1.5-b_2", "host:5000/me/m:1", "a" * 80])
def test_a_name_that_ollama_takes_is_valid(name: str) -> None:
    assert tags.is_valid(name)


@pytest.mark.parametrize("name", ["", ":1", "m:", "-m", "m n", "m:é", "a" * 81, "m:" + "1" * 81, "/m", "a.b/m", "m\n"])
def test_a_name_that_ollama_refuses_is_not_valid(name: str) -> None:
    assert not tags.is_valid(name)


def facts_of(path: Path) -> ModelFacts:
    return ModelFacts("x", blob=path)


def test_the_base_file_is_found_where_the_server_says(tmp_path: Path) -> None:
    content = b"GGUF and more"
    path = tmp_path / f"sha256-{hashlib.sha256(content).hexdigest()}"
    path.write_bytes(content)
    assert base_file(facts_of(path), Home(tmp_path / "home")) == path


def test_a_base_file_that_was_changed_is_not_taken(tmp_path: Path) -> None:
    content = b"GGUF and more"
    path = tmp_path / f"sha256-{hashlib.sha256(content).hexdigest()}"
    path.write_bytes(content)
    home = Home(tmp_path / "home")
    assert base_file(facts_of(path), home)
    path.write_bytes(content + b"!")
    assert base_file(facts_of(path), home) is None


def test_a_base_file_on_another_machine_is_none(tmp_path: Path) -> None:
    assert base_file(facts_of(Path("/var/lib/nowhere/sha256-" + "0" * 64)), Home(tmp_path)) is None


def test_a_spoiled_memory_of_hashes_is_no_obstacle(tmp_path: Path) -> None:
    content = b"GGUF and more"
    path = tmp_path / f"sha256-{hashlib.sha256(content).hexdigest()}"
    path.write_bytes(content)
    (tmp_path / "hashes.json").write_text("{half")
    assert base_file(facts_of(path), Home(tmp_path)) == path
