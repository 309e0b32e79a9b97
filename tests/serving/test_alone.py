"""A GGUF file that is asked without a server, beside the same file on the server."""

from pathlib import Path

import pytest

from agent1.serving.alone import answers_of_file
from agent1.serving.embedded.refusals import Refused
from agent1.serving.starter import JINJA_TEMPLATE

from .conftest import Running

OPTIONS = {"temperature": 0, "seed": 1, "num_predict": 12, "num_ctx": 512}
QUESTIONS = ["What is the capital of France?", "What is 2 + 2?", "Say hi."]


def test_a_file_answers_as_it_does_on_the_server(running: Running, starter_gguf: Path) -> None:
    running.create("starter", starter_gguf, template=JINJA_TEMPLATE)
    told = [running.say("starter", question, options=OPTIONS) for question in QUESTIONS]
    prompts = [f"<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n" for question in QUESTIONS]
    answers = answers_of_file(starter_gguf, prompts, OPTIONS)
    assert [answer.text for answer in answers] == [answer["message"]["content"] for answer in told]
    assert [answer.ended for answer in answers] == [answer["done_reason"] == "stop" for answer in told]


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "none.gguf"
    file.write_bytes(b"GGUF" + bytes(5000))
    with pytest.raises(Refused, match="llama runner process has terminated"):
        answers_of_file(file, ["Hello"], OPTIONS)
