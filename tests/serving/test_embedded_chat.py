"""Chatting with the embedded server: what is evaluated, how it ends, who waits for whom."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from agent1.serving.embedded.pool import count_places
from agent1.serving.embedded.process import read_server_file
from agent1.serving.starter import JINJA_TEMPLATE
from agent1.serving.vocabulary import Vocabulary
from agent1.tests.tiny_models import Shape, tiny_llama_gguf

from .conftest import Running, lines, talk

STARTER = "smollm2:135m"
FEW: dict[str, Any] = {"num_predict": 4, "temperature": 0}
# Without chance the starter model goes in circles after "Go on."; with it, an answer now and then ends at once.
ENDLESS: dict[str, Any] = {"num_predict": 100_000, "num_ctx": 4096, "temperature": 0}
SYSTEM = {"role": "system", "content": "Be kind."}


@pytest.fixture(scope="module")
def server(running: Running, starter_gguf: Path) -> Iterator[Running]:
    running.create(STARTER, starter_gguf, template=JINJA_TEMPLATE, parameters={"stop": ["<|im_end|>"]})
    yield running


@pytest.fixture(scope="module")
def llama3(running: Running, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model whose template and whose vocabulary both put a begin token first: `llama3:1`."""
    path = tiny_llama_gguf(tmp_path_factory.mktemp("tiny") / "llama3.gguf", dialect="llama3", seed=3)
    running.create_tiny("llama3:1", path)
    return path


def runners(server: Running) -> list[psutil.Process]:
    """The processes of llama.cpp, one for each loaded model."""
    told = read_server_file(server.home)
    assert told is not None
    return psutil.Process(told.pid).children()


def wait_until(is_so: Any, seconds: float = 60) -> bool:
    until = time.monotonic() + seconds
    while not is_so() and time.monotonic() < until:
        time.sleep(0.05)
    return bool(is_so())


# What is evaluated


def test_the_rendered_text_is_what_is_evaluated(running: Running, tiny_gguf: Path) -> None:
    with Vocabulary(tiny_gguf) as vocabulary:
        ids = vocabulary.prompt_tokens(running.rendered("tiny:1", "Olá, tudo bem?", "Sim!", "It's 10 o'clock 😀"))
    answer = running.say("tiny:1", "Olá, tudo bem?", "Sim!", "It's 10 o'clock 😀", options=FEW)
    assert answer["prompt_eval_count"] == len(ids)


def test_a_begin_token_that_the_template_writes_is_not_doubled(running: Running, llama3: Path) -> None:
    text = running.rendered("llama3:1", "Hi")
    assert text.startswith("<|begin_of_text|>")
    with Vocabulary(llama3) as vocabulary:
        ids = vocabulary.tokens(text)
    assert running.say("llama3:1", "Hi", options=FEW)["prompt_eval_count"] == len(ids)


def test_a_begin_token_that_the_template_forgets_is_added(running: Running, llama3: Path) -> None:
    running.create_tiny("llama3:bare", llama3, template="{{ messages[-1].content }}")
    with Vocabulary(llama3) as vocabulary:
        ids = vocabulary.tokens(running.rendered("llama3:bare", "Hi there"))
    assert running.say("llama3:bare", "Hi there", options=FEW)["prompt_eval_count"] == len(ids) + 1


def test_the_template_in_the_file_is_used_where_none_is_given(running: Running) -> None:
    assert running.rendered("tiny:1", SYSTEM, {"role": "user", "content": "Hi"}) == (
        "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"
    )


def test_the_models_system_message_stands_first_unless_the_talk_has_one(running: Running, tiny_gguf: Path) -> None:
    running.create_tiny(
        "kind", tiny_gguf, system="Be kind.", template="{% for m in messages %}[{{ m.content }}]{% endfor %}"
    )
    assert running.rendered("kind", "Hi") == "[Be kind.][Hi]"
    own = {"role": "system", "content": "Be rude."}
    assert running.rendered("kind", own, {"role": "user", "content": "Hi"}) == "[Be rude.][Hi]"


def test_a_template_may_refuse_a_talk(running: Running, tiny_gguf: Path) -> None:
    running.create_tiny("strict", tiny_gguf, template="{{ raise_exception('roles must alternate') }}")
    response = running.post("/api/chat", model="strict", messages=talk("Hi"))
    assert (response.status_code, response.json()) == (400, {"error": "template error: roles must alternate"})


def test_a_template_cannot_reach_out_of_its_sandbox(running: Running, tiny_gguf: Path) -> None:
    running.create_tiny("sly", tiny_gguf, template="{{ messages.__class__.__mro__[1].__subclasses__() }}")
    response = running.post("/api/chat", model="sly", messages=talk("Hi"))
    assert response.status_code == 400
    assert "unsafe" in response.json()["error"]


def test_html_signs_and_other_scripts_are_rendered_as_they_are(running: Running, tiny_gguf: Path) -> None:
    running.create_tiny("json", tiny_gguf, template="{{ messages | tojson }}")
    assert json.loads(running.rendered("json", "<b> & 'ação' 😀")) == talk("<b> & 'ação' 😀")
    assert "<b> & 'ação' 😀" in running.rendered("json", "<b> & 'ação' 😀")


# A conversation longer than the context


def test_the_oldest_turns_are_left_out_but_not_the_system_message(running: Running) -> None:
    turns = [text for number in range(20) for text in (f"Question {number}?", f"Answer {number}.")]
    told = running.rendered(
        "tiny:1", SYSTEM, *talk(*turns), {"role": "user", "content": "Last?"}, options={"num_ctx": 256}
    )
    assert told.startswith("<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nQuestion ")
    assert told.endswith("<|im_start|>user\nLast?<|im_end|>\n<|im_start|>assistant\n")
    assert "Question 0?" not in told
    assert "Answer 19." in told


def test_nothing_is_left_out_where_the_request_forbids_it(running: Running) -> None:
    body = {"model": "tiny:1", "messages": talk(*["word " * 50] * 9), "options": {"num_ctx": 256}}
    response = running.post("/api/chat", **body, truncate=False)
    assert (response.status_code, response.json()) == (400, {"error": "the input length exceeds the context length"})


def test_a_last_message_that_is_too_long_is_refused(running: Running) -> None:
    response = running.post("/api/chat", model="tiny:1", messages=talk("word " * 5000))
    assert (response.status_code, response.json()) == (400, {"error": "the input length exceeds the context length"})


def test_an_answer_ends_with_the_context(running: Running) -> None:
    answer = running.say("tiny:1", "Hi", options={"num_ctx": 64, "seed": 3, "temperature": 1.0})
    assert answer["done_reason"] == "length"
    assert answer["prompt_eval_count"] + answer["eval_count"] == 64


def test_a_larger_context_loads_the_model_anew(running: Running) -> None:
    def context() -> int:
        rows = running.http.get("/api/ps").json()["models"]
        return int(next(row["context_length"] for row in rows if row["name"] == "tiny:1"))

    running.post("/api/generate", model="tiny:1", keep_alive=0)
    running.say("tiny:1", "Hi", options=FEW | {"num_ctx": 128})
    assert context() == 128
    running.say("tiny:1", "Hi", options=FEW | {"num_ctx": 512})
    assert context() == 512
    running.say("tiny:1", "Hi", options=FEW | {"num_ctx": 128})
    assert context() == 512


def test_the_context_is_never_larger_than_the_models_own(running: Running) -> None:
    running.say("tiny:1", "Hi", options=FEW | {"num_ctx": 100_000})
    rows = running.http.get("/api/ps").json()["models"]
    assert next(row["context_length"] for row in rows if row["name"] == "tiny:1") == Shape().context


# How an answer ends and what it is made of


def test_a_stop_word_ends_the_answer_and_is_not_told(server: Running) -> None:
    options = {"temperature": 0, "stop": ["Paris"]}
    answer = server.say(STARTER, "What is the capital of France?", options=options)
    assert answer["done_reason"] == "stop"
    assert "Paris" not in answer["message"]["content"]


def test_a_special_token_can_be_a_stop_word(running: Running, llama3: Path) -> None:
    # Hot enough that every token comes up, also <|start_header_id|>, which ends no answer by itself.
    hot = {"temperature": 5.0, "top_k": 0, "top_p": 1.0, "repeat_penalty": 1.0}
    seeds = range(3)

    def lengths(**options: Any) -> list[int]:
        return [running.say("llama3:1", "Hi", options=hot | options | {"seed": seed})["eval_count"] for seed in seeds]

    assert sum(lengths(stop=["<|start_header_id|>"])) < sum(lengths())


def test_an_answer_in_parts_never_breaks_a_character(running: Running) -> None:
    wild = {"seed": 11, "temperature": 3.0, "num_predict": 300, "top_k": 0, "top_p": 1.0, "num_ctx": 512}
    response = running.post("/api/chat", model="tiny:1", messages=talk("😀"), options=wild)
    told = [json.loads(line)["message"]["content"] for line in response.content.decode("utf-8").splitlines()]
    assert len(told) > 10
    for part in told:
        part.encode("utf-8")
    assert "".join(told) == running.say("tiny:1", "😀", options=wild)["message"]["content"]


def test_an_emoji_of_several_tokens_arrives_whole(server: Running) -> None:
    text = "Repeat exactly this and nothing else: 🎉🎉🎉"
    options = {"temperature": 0, "num_predict": 40, "repeat_penalty": 1.0}
    response = server.post("/api/chat", model=STARTER, messages=talk(text), options=options)
    parts = [line["message"]["content"] for line in lines(response)]
    assert "🎉" in "".join(parts)
    assert not any("\ufffd" in part for part in parts)


def test_the_same_request_gives_the_same_answer(server: Running) -> None:
    options = {"temperature": 0, "num_predict": 40}
    first = server.say(STARTER, "Tell me about the sea.", options=options)["message"]["content"]
    server.say(STARTER, "Tell me about the sea and the fish.", options={"num_predict": 5})
    assert server.say(STARTER, "Tell me about the sea.", options=options)["message"]["content"] == first


def test_a_seed_fixes_an_answer_and_another_seed_changes_it(running: Running) -> None:
    def said(seed: int) -> str:
        options = {"seed": seed, "temperature": 1.0, "num_predict": 20}
        return str(running.say("tiny:1", "Hi", options=options)["message"]["content"])

    assert said(1) == said(1)
    assert said(1) != said(2)


def test_logprobs_are_told_for_each_token(running: Running) -> None:
    answer = running.say("tiny:1", "Hi", options=FEW, logprobs=True, top_logprobs=3)
    assert len(answer["logprobs"]) == 4
    for entry in answer["logprobs"]:
        assert [len(entry["top_logprobs"]), entry["logprob"] <= 0] == [3, True]
        assert entry["logprob"] == pytest.approx(max(other["logprob"] for other in entry["top_logprobs"]))


# Loading and unloading


def test_no_messages_load_the_model(running: Running) -> None:
    response = running.post("/api/chat", model="tiny:1", messages=[])
    assert {key: response.json()[key] for key in ("message", "done", "done_reason")} == {
        "message": {"role": "assistant", "content": ""},
        "done": True,
        "done_reason": "load",
    }
    assert "tiny:1" in running.loaded()


def test_keep_alive_zero_unloads_the_model(running: Running) -> None:
    running.say("tiny:1", "Hi", options=FEW)
    assert running.post("/api/generate", model="tiny:1", keep_alive=0).json()["done_reason"] == "unload"
    assert "tiny:1" not in running.loaded()


def test_keep_alive_zero_after_an_answer_unloads_too(running: Running) -> None:
    running.say("tiny:1", "Hi", options=FEW, keep_alive=0)
    assert wait_until(lambda: "tiny:1" not in running.loaded())


def test_a_model_is_unloaded_when_its_time_is_over(running: Running) -> None:
    running.say("tiny:1", "Hi", options=FEW, keep_alive="1500ms")
    assert "tiny:1" in running.loaded()
    assert wait_until(lambda: "tiny:1" not in running.loaded())


def test_the_least_recently_used_of_three_makes_room(running: Running, tiny_gguf: Path) -> None:
    for name in ("a:1", "b:1", "c:1"):
        running.create_tiny(name, tiny_gguf)
    running.say("a:1", "Hi", options=FEW)
    running.say("b:1", "Hi", options=FEW)
    running.say("a:1", "Hi", options=FEW)
    running.say("c:1", "Hi", options=FEW)
    assert running.loaded() == ["c:1", "a:1"]
    assert len(runners(running)) == 2


def test_a_model_made_anew_answers_anew(running: Running, tiny_gguf: Path, tmp_path: Path) -> None:
    running.create_tiny("anew", tiny_gguf)
    before = running.say("anew", "Hi", options=FEW | {"num_predict": 20})["message"]["content"]
    running.create_tiny("anew", tiny_llama_gguf(tmp_path / "other.gguf", seed=9))
    assert running.say("anew", "Hi", options=FEW | {"num_predict": 20})["message"]["content"] != before


# Many at once


def test_requests_to_one_model_wait_for_each_other(running: Running) -> None:
    answers: list[dict[str, Any]] = []
    threads = [
        threading.Thread(target=lambda: answers.append(running.say("tiny:1", "Hi", options=FEW))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({answer["message"]["content"] for answer in answers}) == 1
    assert len(answers) == 8


def test_a_small_model_writes_four_answers_side_by_side_and_a_fifth_waits(server: Running) -> None:
    with contextlib.ExitStack() as answers:
        writing = [answers.enter_context(streaming(server, STARTER, ENDLESS)) for _ in range(4)]
        assert not any(json.loads(next(parts))["done"] for parts in writing)
        with httpx.Client(base_url=server.url, timeout=1, trust_env=False) as fifth, pytest.raises(httpx.ReadTimeout):
            fifth.post("/api/chat", json={"model": STARTER, "messages": talk("Hi"), "stream": False, "options": FEW})
        assert not any(json.loads(next(parts))["done"] for parts in writing)


@pytest.mark.parametrize(("cache", "places"), [(0, 4), (94 << 20, 4), (128 << 20, 4), (200 << 20, 2), (2 << 30, 1)])
def test_a_large_model_has_fewer_places_but_always_one(cache: int, places: int) -> None:
    assert count_places(cache) == places


def test_two_models_answer_at_the_same_time(server: Running) -> None:
    with streaming(server, STARTER, ENDLESS) as parts:
        next(parts)
        assert server.say("tiny:1", "Hi", options=FEW)["done"]
        assert not json.loads(next(parts))["done"]


def test_six_models_asked_at_once_all_answer_though_two_are_loaded(running: Running, tiny_gguf: Path) -> None:
    names = [f"many:{number}" for number in range(6)]
    for name in names:
        running.create_tiny(name, tiny_gguf)
    done: list[str] = []

    def ask(name: str) -> None:
        if running.say(name, "Hi", options=FEW)["done"]:
            done.append(name)

    threads = [threading.Thread(target=ask, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == names
    assert len(runners(running)) <= 2


class streaming:
    """An answer that is being read; leaving the block hangs up."""

    def __init__(self, server: Running, model: str, options: dict[str, Any]) -> None:
        self._http = httpx.Client(base_url=server.url, timeout=300, trust_env=False)
        body = {"model": model, "messages": talk("Go on."), "options": options}
        self._stream = self._http.stream("POST", "/api/chat", json=body)

    def __enter__(self) -> Iterator[str]:
        response = self._stream.__enter__()
        assert response.status_code == 200
        return response.iter_lines()

    def __exit__(self, *_: object) -> None:
        self._http.close()


def test_hanging_up_ends_the_answer(server: Running) -> None:
    with streaming(server, STARTER, ENDLESS) as parts:
        for _ in range(3):
            next(parts)
    assert_nobody_writes(server)


def test_hanging_up_without_streaming_ends_the_answer_too(server: Running) -> None:
    with httpx.Client(base_url=server.url, timeout=2, trust_env=False) as hasty, pytest.raises(httpx.ReadTimeout):
        hasty.post(
            "/api/chat", json={"model": STARTER, "messages": talk("Go on."), "stream": False, "options": ENDLESS}
        )
    assert_nobody_writes(server)


def assert_nobody_writes(server: Running) -> None:
    """A model is unloaded once its last answer has ended, and not before."""
    server.post("/api/generate", model=STARTER, keep_alive=0)
    assert wait_until(lambda: STARTER not in server.loaded())


def test_a_runner_that_dies_in_mid_answer_is_told_and_replaced(server: Running) -> None:
    for name in server.loaded():
        server.post("/api/generate", model=name, keep_alive=0)
    with streaming(server, STARTER, ENDLESS) as parts:
        next(parts)
        [runner] = runners(server)
        runner.kill()
        last = [json.loads(line) for line in parts][-1]
    assert "llama runner process has terminated" in last["error"]
    assert server.say(STARTER, "Say hi.", options=FEW)["done"]


def test_a_file_that_llama_cpp_cannot_load_is_told(running: Running, tmp_path: Path) -> None:
    path = tiny_llama_gguf(tmp_path / "odd.gguf", more_keys={"llama.attention.head_count": 7})
    running.create_tiny("odd", path)
    response = running.post("/api/chat", model="odd", messages=talk("Hi"))
    assert response.status_code == 500
    assert "llama runner process has terminated" in response.json()["error"]
    assert running.say("tiny:1", "Hi", options=FEW)["done"]
