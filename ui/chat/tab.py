"""The layout of the Chat tab, and which function answers which event.

Does not cover what the functions do (events, sidebar).
"""

from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from inspect import isgeneratorfunction
from typing import Any

import gradio as gr

from .. import present
from ..answering import Answers
from ..asset import read_asset
from ..services import Services
from .events import ChatEvents
from .sidebar import Sidebar

SHOWN_AT_FIRST = 40  # messages: the browser pays for every one at every flush
WATCHED_AT_ONCE = 16  # answers; each holds one of the threads that Gradio has for its functions
READ_ADDRESS = "(number, ...rest) => [agent1.conversation(), ...rest]"
FORMULAS: list[dict[str, str | bool]] = [
    {"left": "$$", "right": "$$", "display": True},
    {"left": "\\[", "right": "\\]", "display": True},
    {"left": "\\(", "right": "\\)", "display": False},
]
HIDDEN: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}

Parts = dict[str, Any]  # the tab's components by name


def build_chat_tab(services: Services, i18n: gr.I18n, tab: gr.Tab) -> Answers:
    """Lay `tab` out and tie its events, inside the Blocks that are being built."""
    answers, sidebar = Answers(services), Sidebar(services)
    with gr.Sidebar(elem_id="chat-sidebar", width=300):
        parts = _build_sidebar(i18n)
    with gr.Column(elem_id="chat-column"):
        parts |= _build_chat(i18n)
    parts["number"] = gr.Textbox(visible=False)
    parts["most"] = gr.Number(SHOWN_AT_FIRST, visible=False)
    parts["pages"] = gr.Number(1, visible=False)
    events = ChatEvents(services, answers, sidebar)
    _tie_sidebar(events, sidebar, parts)
    _tie_chat(events, parts, _tie_talk(events, parts))
    _Tie(parts)(tab.select, events.greet, ["number"])  # another model may have been put in use meanwhile
    return answers


def _build_sidebar(i18n: gr.I18n) -> Parts:
    parts: Parts = {"new": gr.Button(i18n("new-conversation"), elem_id="new-conversation", size="md")}
    parts["find"] = gr.Textbox(
        elem_id="find", show_label=False, label=i18n("search-label"), placeholder=i18n("search-label"),
        container=False, type="text",
    )  # fmt: skip
    parts["list_notice"] = gr.HTML(elem_id="list-notice")
    parts["list"] = gr.HTML(elem_id="conversations", js_on_load=read_asset("conversations.js"))
    with gr.Accordion(i18n("options-title"), open=False, elem_id="chat-options"):
        parts["system"] = gr.Textbox(label=i18n("options-system"), info=i18n("options-system-info"), lines=3)
        parts["temperature"] = gr.Number(
            label=i18n("options-temperature"), info=i18n("options-temperature-info"), minimum=0, maximum=2, step=0.1,
            value=None,
        )  # fmt: skip
        parts["context"] = gr.Number(
            label=i18n("options-context"), info=i18n("options-context-info"), minimum=256, precision=0, value=None
        )
    return parts


def _build_chat(i18n: gr.I18n) -> Parts:
    parts: Parts = {"head": gr.HTML(elem_id="head")}
    parts["earlier"] = gr.Button(i18n("load-earlier"), elem_id="load-earlier", size="sm", visible=False)
    parts["chat"] = gr.Chatbot(
        elem_id="chat",
        show_label=False,
        label=i18n("chat-label"),
        container=False,
        height="100%",
        buttons=[],  # ours copy what was written, which is not what Gradio was given
        feedback_options=list(present.FACES),
        group_consecutive_messages=False,
        sanitize_html=True,
        allow_tags=False,
        latex_delimiters=FORMULAS,
        layout="bubble",
    )
    parts["turns"] = gr.HTML(elem_id="turns", html_template="<i></i>", js_on_load=read_asset("turns.js"))
    parts["notice"] = gr.HTML(elem_id="chat-notice")
    parts["box"] = gr.Textbox(
        elem_id="question",
        show_label=False,
        label=i18n("question-label"),
        placeholder=i18n("question-placeholder"),
        container=False,
        lines=1,
        max_lines=8,
        autofocus=True,
        submit_btn=True,
    )
    return parts


def _tie_talk(events: ChatEvents, parts: Parts) -> list[Any]:
    """The events that watch an answer."""
    tie = _Tie(parts)
    asked = ["box", "number", "most", "system", "temperature", "context"]
    watching: dict[str, Any] = {"concurrency_id": "answers", "concurrency_limit": WATCHED_AT_ONCE}
    chosen = parts["chat"].example_select(_example, None, parts["box"], **HIDDEN)
    return [
        tie(parts["box"].submit, events.ask, asked, **watching),
        tie(chosen.then, events.ask, asked, **watching),
        tie(parts["turns"].say, events.say, ["most"], **watching),
        tie(parts["turns"].follow, events.follow, ["number", "most"], **watching),
    ]


def _tie_chat(events: ChatEvents, parts: Parts, watching: list[Any]) -> None:
    tie = _Tie(parts)
    view = ["number", "most", "find", "pages"]
    tie(parts["box"].stop, events.stop, ["number"], queue=False)
    # "multiple": the default drops a click that comes while the one before is on its way.
    tie(parts["chat"].like, events.rate, ["chat"], trigger_mode="multiple")
    tie(parts["turns"].act, events.act, ["most"], trigger_mode="multiple")
    # Who opens another conversation no longer watches the answer of this one. It goes on being written.
    start = [parts["number"], parts["most"]]
    # In the browser, at once: what is typed meanwhile must not go into the conversation that is left.
    new = parts["new"].click(None, None, start, js=f"() => ['', {SHOWN_AT_FIRST}]", cancels=watching, **HIDDEN)
    chosen = parts["list"].open_conversation(_chosen, None, start, cancels=watching, **HIDDEN)
    longer = parts["earlier"].click(lambda most: most + SHOWN_AT_FIRST, parts["most"], parts["most"], **HIDDEN)
    for event in (new, chosen):
        tie(event.then, events.open, view)
    tie(longer.then, events.lengthen, ["number", "most"])
    root = gr.context.Context.root_block
    assert root is not None
    loaded = tie(root.load, events.open, view, js=READ_ADDRESS)
    tie(loaded.then, events.greet, ["number"])


def _tie_sidebar(events: ChatEvents, sidebar: Sidebar, parts: Parts) -> None:
    tie = _Tie(parts)
    view = ["number", "find", "pages"]
    tie(parts["find"].change, sidebar.show, view, trigger_mode="always_last")
    tie(parts["list"].more, sidebar.more, view)
    changed = tie(parts["list"].act, sidebar.act, view, trigger_mode="multiple")
    tie(changed.then, events.leave_deleted, ["number"])


class _Tie:
    """Ties functions that answer with what changes by name to events of the components of these names."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def __call__(self, event: Any, function: Callable[..., Any], inputs: list[str], **how: Any) -> Any:
        parts = self._parts

        def by_part(shown: Mapping[str, Any]) -> dict[Any, Any]:
            # Gradio takes an empty answer for a missing one: the event fails, and the page stands as it stood.
            return {parts[name]: value for name, value in (shown or {"notice": gr.skip()}).items()}

        @wraps(function)
        def once(*args: Any) -> Any:
            return by_part(function(*args))

        @wraps(function)
        def again(*args: Any) -> Iterator[Any]:
            yield from map(by_part, function(*args))

        outputs = [part for name, part in parts.items() if name not in ("new", "most")]
        wrapped = again if isgeneratorfunction(function) else once
        return event(wrapped, [parts[name] for name in inputs], outputs, **HIDDEN, **how)


def _chosen(data: gr.EventData) -> tuple[str, int]:
    return str(data.id), SHOWN_AT_FIRST


def _example(data: gr.SelectData) -> str:
    return str(data.value["text"])
