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


class Pages(gr.Blocks):
    async def postprocess_data(
        self, block_fn: BlockFunction, predictions: Any, state: SessionState | None
    ) -> list[Any]:
        """As Gradio's, but it sees only the outputs that change."""
        outputs = block_fn.outputs
        if isinstance(predictions, dict) and len(outputs) > 1:
            predictions = convert_component_dict_to_list(list(outputs), predictions)
        if len(outputs) == 1 or not isinstance(predictions, list | tuple) or len(predictions) != len(outputs):
            return await super().postprocess_data(block_fn, predictions, state)
        changed = [place for place, value in enumerate(predictions) if value != LEFT]
        told: list[Any] = [dict(LEFT) for _ in predictions]
        if changed:
            fewer = copy(block_fn)
            fewer.outputs = [outputs[place] for place in changed]
            values = [predictions[place] for place in changed]
            new = await super().postprocess_data(fewer, values[0] if len(values) == 1 else values, state)
            for place, value in zip(changed, new, strict=True):
                told[place] = value
        return told
