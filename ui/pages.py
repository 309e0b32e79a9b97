"""Gradio's pages, for which what an event leaves as it is costs nothing.

Gradio takes "leave it" for a change without content: it builds the component anew and reads its signature, a
millisecond and more of computing for each output that is not used. The chat has a dozen of them and shows a growing
answer ten times a second, on the cores that write it. Measured by bench/chat_page.py with Gradio 6.31.
"""

from copy import copy
from functools import cache
from typing import Any

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.blocks import convert_component_dict_to_list
from gradio.queueing import Queue
from gradio.state_holder import SessionState

LEFT = gr.skip()
_describe = gr.Chatbot.api_info


@cache
def _described(kind: type[gr.Chatbot]) -> dict[str, Any]:
    described: dict[str, Any] = _describe(kind(render=False))
    return described


# At each change of a property Gradio describes the chat anew: 10 ms of computing for the same words. (Not in a class of
# our own: Gradio writes a .pyi file beside the source of each.)
gr.Chatbot.api_info = lambda self: _described(type(self))  # type: ignore[method-assign]


# Gradio looks into its queue of events a thousand times a second, for 8% of a core, and knows one pace.
IDLE, WRITING = 0.004, 0.02  # seconds between two looks: an event waits for the next one


def _pause(queue: Queue) -> float:
    """Whoever watches an answer waits for the cores that write it, not for an event."""
    return WRITING if any(queue.active_jobs) else IDLE


Queue.sleep_when_free = property(_pause, lambda queue, _: None)  # type: ignore[assignment]


Row = dict[str, Any]  # one message, as Gradio's chat takes it
_SHAPING = gr.Chatbot(render=False)


class Shaped(list[Row]):
    """Rows as the page gets them: Gradio has nothing left to do with them."""


class Growing:
    """A chat of texts of which only the last row changes: the rows before it are shaped once.

    Gradio builds every row at every showing and looks for files in it, three times over.
    """

    def __init__(self, before: list[Row]) -> None:
        self._before = _shaped(before)

    def ending_in(self, row: Row) -> Shaped:
        return Shaped([*self._before, *_shaped([row])])


def _shaped(rows: list[Row]) -> list[Row]:
    shaped: list[Row] = _SHAPING.postprocess(list[Any](rows)).model_dump()
    return shaped


class Pages(gr.Blocks):
    async def postprocess_data(
        self, block_fn: BlockFunction, predictions: Any, state: SessionState | None
    ) -> list[Any]:
        """As Gradio's, but it sees only the outputs that change and are not shaped yet."""
        outputs = block_fn.outputs
        if isinstance(predictions, dict) and len(outputs) > 1:
            predictions = convert_component_dict_to_list(list(outputs), predictions)
        if len(outputs) == 1 or not isinstance(predictions, list | tuple) or len(predictions) != len(outputs):
            return await super().postprocess_data(block_fn, predictions, state)
        told: list[Any] = [list(value) if isinstance(value, Shaped) else dict(LEFT) for value in predictions]
        changed = [place for place, value in enumerate(predictions) if not (isinstance(value, Shaped) or value == LEFT)]
        if changed:
            fewer = copy(block_fn)
            fewer.outputs = [outputs[place] for place in changed]
            values = [predictions[place] for place in changed]
            new = await super().postprocess_data(fewer, values[0] if len(values) == 1 else values, state)
            for place, value in zip(changed, new, strict=True):
                told[place] = value
        return told
