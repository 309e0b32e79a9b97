"""The chat tab: what stands where, and which function answers which event.

Everything that is shown is read from the store; the page holds only the conversation's number (in its address, so
that a reload opens it again). Does not cover how a turn is saved (talk) nor how a row looks (present).
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from ..store.conversations import NoSuchConversation
from ..store.errors import Notice
from ..store.records import AnswerState, Conversation, Person, Role
from . import present
from .asset import read_asset
from .catalogue import Catalogue
from .guard import asking, speak
from .services import Services
from .talk import Written, save_question, write_answer

SHOWN_AT_FIRST = 40  # messages: the browser pays for every one at every flush
ANSWERS_AT_ONCE = 4
READ_ADDRESS = "(number, most) => [agent1.conversation(), most]"
WRITE_ADDRESS = "(id) => agent1.showConversation(id)"
FORMULAS: list[dict[str, str | bool]] = [
    {"left": "$$", "right": "$$", "display": True},
    {"left": "\\[", "right": "\\]", "display": True},
    {"left": "\\(", "right": "\\)", "display": False},
]


IDLE: dict[str, Any] = {"submit_btn": True, "stop_btn": False}
WRITING: dict[str, Any] = {"submit_btn": False, "stop_btn": True}


@dataclass(frozen=True)
class ChatPage:
    """The functions behind the tab. `number` is the conversation's id as text, empty for a new one."""

    services: Services

    def open(self, number: str, most: float, request: gr.Request) -> tuple[Any, ...]:
        """Show a conversation, or the empty page: number, chat, list, model, earlier, notice."""
        catalogue, person = speak(request), self._person(request)
        try:
            conversation = self._conversation(number, person)
        except NoSuchConversation as notice:
            return (*self._show(catalogue, person, None, most), present.notice_box(catalogue.tell(notice)))
        return (*self._show(catalogue, person, conversation, most), "")

    def greet(self, request: gr.Request) -> tuple[str, str]:
        """Texts of the empty page, and a first look at the model server, which may have to be started."""
        catalogue, store = speak(request), self.services.store
        notice = ""
        try:
            self.services.server()
        except Notice as told:
            notice = present.notice_box(catalogue.tell(told))
        return present.model_line(catalogue, store.promotions.in_use()), notice

    def ask(self, text: str, number: str, most: float, request: gr.Request) -> tuple[Any, ...]:
        """Save the question and show it with the answer's place: box, then what `open` gives."""
        catalogue, person = speak(request), self._person(request)
        try:
            conversation = save_question(self.services.store, person, int(number) if number else None, text)
        except Notice as notice:
            raise gr.Error(catalogue.tell(notice), print_exception=False) from notice
        number_, chat, *rest = self._show(catalogue, person, conversation, most)
        chat["value"].append(present.answer_row(catalogue, "", AnswerState.WRITING, None))
        return (gr.update(value="", **WRITING), number_, chat, *rest, "")

    def answer(self, number: str, most: float, request: gr.Request) -> Iterator[tuple[Any, Any, Any, Any]]:
        """Stream the answer to the last question: chat, box, model, notice."""
        catalogue, person = speak(request), self._person(request)
        conversation = self.services.store.conversations.get(int(number), person)
        path = self.services.store.messages.path(conversation.leaf_id)
        if path and path[-1].role is Role.ASSISTANT:
            path = path[:-1]  # asked again
        rows = present.chat_rows(catalogue, path, int(most))
        waiting = present.answer_row(catalogue, "", AnswerState.WRITING, None)
        yield [*rows, waiting], gr.update(**WRITING), gr.skip(), ""
        last: Written | None = None
        for last in write_answer(self.services, conversation):
            row = present.answer_row(catalogue, last.content, last.state, last.message_id)
            yield [*rows, row], gr.skip(), gr.skip(), gr.skip()
        notice = present.notice_box(catalogue.tell(last.notice)) if last and last.notice else ""
        model = present.model_line(catalogue, self.services.store.promotions.in_use())
        yield self._chat(catalogue, person, conversation.id, most), _idle(), model, notice

    def stopped(self, number: str, most: float, request: gr.Request) -> tuple[Any, Any]:
        """What was kept of an answer that was stopped: chat, box."""
        catalogue, person = speak(request), self._person(request)
        if number:
            self._wait_until_saved(int(number), person)
            return self._chat(catalogue, person, int(number), most), _idle()
        return gr.skip(), _idle()

    def rate(self, history: list[dict[str, Any]], data: gr.LikeData, request: gr.Request) -> None:
        """Set or take back a rating. Gradio sends each click twice, so it must not matter how often it comes."""
        person, store = self._person(request), self.services.store
        row = history[data.index if isinstance(data.index, int) else data.index[0]]
        try:
            message = store.messages.get(int((row.get("metadata") or {}).get("id") or 0), person)
            score = present.score_of(str(data.liked or ""))
            if score is None:
                store.ratings.take_back(message, person)
            else:
                store.ratings.rate(message, person, score)
        except Notice as notice:
            raise gr.Error(speak(request).tell(notice), print_exception=False) from notice

    def _person(self, request: gr.Request) -> Person:
        return asking(self.services.store, request)

    def _conversation(self, number: str, person: Person) -> Conversation | None:
        if not number:
            return None
        if not (number.isascii() and number.isdigit()):
            raise NoSuchConversation(id=number[:20])
        return self.services.store.conversations.get(int(number), person)

    def _show(self, catalogue: Catalogue, person: Person, conversation: Conversation | None, most: float) -> Any:
        store = self.services.store
        listed = present.conversation_list(
            catalogue, store.conversations.newest(person), conversation.id if conversation else None
        )
        model = present.model_line(catalogue, store.promotions.in_use())
        if conversation is None:
            return "", _empty(catalogue), listed, model, gr.update(visible=False)
        length = len(store.messages.path(conversation.leaf_id))
        earlier = gr.update(visible=length > most)
        return str(conversation.id), self._chat(catalogue, person, conversation.id, most), listed, model, earlier

    def _chat(self, catalogue: Catalogue, person: Person, conversation_id: int, most: float) -> Any:
        store = self.services.store
        path = store.messages.path(store.conversations.get(conversation_id, person).leaf_id)
        rows = present.chat_rows(catalogue, path, int(most))
        scores = store.ratings.scores(path, person)
        return gr.update(value=rows, feedback_value=present.faces_of(rows, scores))

    def _wait_until_saved(self, conversation_id: int, person: Person) -> None:
        """The answer's writer saves when Gradio closes it, which may be a moment after the press on stop."""
        store = self.services.store
        for _ in range(40):
            path = store.messages.path(store.conversations.get(conversation_id, person).leaf_id)
            if not path or path[-1].state is not AnswerState.WRITING:
                return
            time.sleep(0.05)


def _idle() -> Any:
    return gr.update(**IDLE)


def _empty(catalogue: Catalogue) -> Any:
    placeholder = f"## {catalogue.say('empty-title')}\n{catalogue.say('empty-text')}"
    examples = [{"text": catalogue.say(f"example-{number}")} for number in (1, 2, 3)]
    return gr.update(value=[], feedback_value=[], placeholder=placeholder, examples=examples)


def build_chat_page(services: Services, i18n: gr.I18n) -> None:
    """Lay the tab out and tie its events, inside the Blocks that are being built."""
    page = ChatPage(services)
    with gr.Sidebar(elem_id="chat-sidebar", width=300):
        new = gr.Button(i18n("new-conversation"), elem_id="new-conversation", size="md")
        listed = gr.HTML(elem_id="conversations", js_on_load=read_asset("open_conversation.js"))
    with gr.Column(elem_id="chat-column"):
        model = gr.HTML(elem_id="model")
        earlier = gr.Button(i18n("load-earlier"), elem_id="load-earlier", size="sm", visible=False)
        chat = gr.Chatbot(
            elem_id="chat",
            show_label=False,
            label=i18n("chat-label"),
            container=False,
            height="100%",
            buttons=["copy"],
            feedback_options=list(present.FACES),
            group_consecutive_messages=False,
            sanitize_html=True,
            allow_tags=False,
            latex_delimiters=FORMULAS,
            layout="bubble",
        )
        notice = gr.HTML(elem_id="chat-notice")
        box = gr.Textbox(
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
    number = gr.Textbox(visible=False)
    most = gr.Number(SHOWN_AT_FIRST, visible=False)
    view = [number, chat, listed, model, earlier, notice]
    _tie(page, box, new, view, most)


def _tie(page: ChatPage, box: gr.Textbox, new: gr.Button, view: list[Any], most: gr.Number) -> None:
    number, chat, listed, model, earlier, notice = view
    hidden: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}

    def answer_after(asked: Any) -> Any:
        return asked.success(
            page.answer, [number, most], [chat, box, model, notice],
            concurrency_id="llm", concurrency_limit=ANSWERS_AT_ONCE, **hidden,
        )  # fmt: skip

    asked = [
        box.submit(page.ask, [box, number, most], [box, *view], **hidden),
        chat.example_select(_example, None, box, **hidden).then(page.ask, [box, number, most], [box, *view], **hidden),
    ]
    answers = [answer_after(event.success(None, number, None, js=WRITE_ADDRESS, **hidden)) for event in asked]
    answers.append(answer_after(chat.retry(lambda: None, None, None, **hidden)))
    # Two steps: Gradio cancels only after the event's own function has returned.
    box.stop(None, None, None, cancels=answers, **hidden).then(
        page.stopped, [number, most], [chat, box], queue=False, **hidden
    )
    # "multiple": the default drops a click that comes while the one before is on its way.
    chat.like(page.rate, chat, None, trigger_mode="multiple", **hidden)

    def opened(event: Any) -> None:
        event.then(page.open, [number, most], view, **hidden).success(None, number, None, js=WRITE_ADDRESS, **hidden)

    # An answer that is still being written would go on into the chat that is opened now: it ends and is kept.
    opened(new.click(_new, None, [number, most, box], cancels=answers, **hidden))
    opened(listed.open_conversation(_chosen, None, [number, most, box], cancels=answers, **hidden))
    earlier.click(lambda most: most + SHOWN_AT_FIRST, most, most, **hidden).then(
        page.open, [number, most], view, **hidden
    )
    root = gr.context.Context.root_block
    assert root is not None
    root.load(page.open, [number, most], view, js=READ_ADDRESS, **hidden).then(
        page.greet, None, [model, notice], **hidden
    )


def _example(data: gr.SelectData) -> str:
    return str(data.value["text"])


def _new() -> tuple[str, int, Any]:
    return "", SHOWN_AT_FIRST, _idle()


def _chosen(data: gr.EventData) -> tuple[str, int, Any]:
    return str(data.id), SHOWN_AT_FIRST, _idle()
