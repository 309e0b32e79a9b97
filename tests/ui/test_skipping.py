"""What an event leaves as it is costs nothing, and the page hears the same as from Gradio's own pages."""

import asyncio
import inspect
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import gradio as gr
import pytest
from gradio.components.base import Component
from gradio.state_holder import SessionState

from agent1.ui.pages import IDLE, WRITING, Growing, Pages

Parts = list[gr.components.Component]
Answer = Callable[[Parts], Any]

ANSWERS: dict[str, Answer] = {
    "by component": lambda parts: {parts[1]: "two"},
    "two of three": lambda parts: {parts[0]: ["one"], parts[2]: gr.update(visible=False, value="three")},
    "a list": lambda parts: [["one"], gr.skip(), gr.update(interactive=False)],
    "a tuple": lambda parts: (gr.skip(), "two", gr.skip()),
    "a component": lambda parts: [gr.skip(), gr.Textbox("two", visible=False), gr.skip()],
    "nothing at all": lambda parts: gr.skip(),
    "nothing of each": lambda parts: [gr.skip(), gr.skip(), gr.skip()],
    "everything": lambda parts: [["one", "two"], "two", "three"],
    "an empty one": lambda parts: [[], None, "three"],
}


def heard(pages: gr.Blocks) -> list[Any]:
    with ThreadPoolExecutor(1) as own:  # a browser test leaves an event loop running in this thread
        data: list[Any] = own.submit(asyncio.run, pages.process_api(0, [], state=SessionState(pages))).result()["data"]
    return data


def told(kind: type[gr.Blocks], answer: Answer) -> list[Any]:
    with kind() as pages:
        parts: Parts = [gr.Dropdown(["one", "two"], multiselect=True), gr.Textbox(), gr.Textbox()]
        gr.Button().click(lambda: answer(parts), None, parts)
    return heard(pages)


@pytest.mark.parametrize("name", ANSWERS)
def test_the_page_hears_what_gradio_itself_tells(name: str) -> None:
    assert told(Pages, ANSWERS[name]) == told(gr.Blocks, ANSWERS[name])


@pytest.mark.parametrize("value", [["one"], {"a": 1}, gr.skip()])
def test_a_single_output_is_told_as_it_is(value: Any) -> None:
    def alone(kind: type[gr.Blocks]) -> Any:
        with kind() as pages:
            part = gr.JSON()
            gr.Button().click(lambda: value, None, part)
        return heard(pages)

    assert alone(Pages) == alone(gr.Blocks)


def test_what_is_left_as_it_is_is_not_built_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    with Pages() as pages:
        parts = [gr.Textbox(), gr.Number()]
        gr.Button().click(lambda: {parts[0]: "one"}, None, parts)

    def built(*args: object, **kwargs: object) -> None:
        raise AssertionError("built anew")

    monkeypatch.setattr(gr.Number, "__init__", built)
    assert heard(pages)[0] == "one"


SAID: list[dict[str, Any]] = [
    {"role": "user", "content": "  <b>What</b> is\n it?\n"},
    {"role": "assistant", "content": "A lamp.", "metadata": {"id": 7}},
    {"role": "user", "content": "Whose?"},
]


@pytest.mark.parametrize("before", [SAID, []])
@pytest.mark.parametrize("last", [{"role": "assistant", "content": "Hers.", "metadata": {"id": 8}}, SAID[0]])
def test_a_growing_chat_is_told_as_gradio_tells_it(before: list[dict[str, Any]], last: dict[str, Any]) -> None:
    def chat(kind: type[gr.Blocks], value: Any) -> Any:
        with kind() as pages:
            part, other = gr.Chatbot(), gr.Textbox()
            gr.Button().click(lambda: {part: value, other: "two"}, None, [part, other])
        return heard(pages)

    growing = Growing(before)
    growing.ending_in(SAID[1])
    assert chat(Pages, growing.ending_in(last)) == chat(gr.Blocks, [*before, last])


def test_the_chat_is_described_as_gradio_does_but_once() -> None:
    first, second = gr.Chatbot(render=False), gr.Chatbot(render=False)
    assert first.api_info() == Component.api_info(first)
    assert first.api_info() is second.api_info()


def test_the_queue_is_looked_into_less_often_while_something_runs() -> None:
    with Pages() as pages:
        pages.queue()
    queue = pages._queue
    assert queue.sleep_when_free == IDLE
    queue.active_jobs = [None, [object()]]
    assert queue.sleep_when_free == WRITING
    assert "sleep(self.sleep_when_free)" in inspect.getsource(queue.start_processing)  # Gradio still asks for it
