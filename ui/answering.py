"""Answers that are being written: each by a thread of its own, watched by any number of windows.

Owns when an answer is saved and how it ends. It belongs to the conversation and not to a page: a closed tab, a reload
or another conversation being opened change nothing, and every window can stop it. Does not cover what the model reads
(reading) nor how it looks (chat); no Gradio here.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace

from ..serving.client import ModelServer
from ..serving.errors import ModelNotFound
from ..serving.facts import ModelFacts
from ..store.errors import Notice
from ..store.records import AnswerState, Conversation, Message, ModelOptions, Person, Role
from ..trainer.memory import check_chat
from .reading import read_path
from .services import Services

SHOW_EVERY = 0.1  # seconds: the page pays for every message of the chat at each showing
HEAD_START = 0.05  # seconds that the page waits with its own work, so that the model can begin with its
SAVE_EVERY = 1.0  # seconds: what a power cut may cost

log = logging.getLogger(__name__)


class NoModel(Notice):
    """The server has no model that can chat."""

    key = "error-no-model"


class AnswerPending(Notice):
    """In this conversation an answer is being written already."""

    key = "error-answer-pending"


@dataclass(frozen=True)
class Written:
    """An answer as far as it has come; `notice` says why it ended before its time."""

    message: Message
    notice: Notice | None = None

    @property
    def has_ended(self) -> bool:
        return self.message.state is not AnswerState.WRITING


@dataclass
class _Live:
    """What the thread that writes and the windows that watch share."""

    written: Written
    asked: threading.Event = field(default_factory=threading.Event)  # the model reads
    begun: threading.Event = field(default_factory=threading.Event)  # there is something to show
    ended: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    model: tuple[ModelServer, str] | None = None  # who is asked

    def grow(self, content: str, thinking: str) -> bool:
        """False where the answer has ended meanwhile: it was stopped."""
        with self.lock:
            message = self.written.message
            if self.written.has_ended:
                return False
            grown = replace(message, content=message.content + content, thinking=message.thinking + thinking)
            self.written = Written(grown)
        if content or thinking:
            self.begun.set()
        return True

    def end(self, state: AnswerState, notice: Notice | None = None) -> Message | None:
        """None where it has ended already. Windows hear of it by `ended`, which is set once it is saved."""
        with self.lock:
            if self.written.has_ended:
                return None
            self.written = Written(replace(self.written.message, state=state), notice)
            return self.written.message


class Answers:
    """All answers that this process is writing. Safe to use from several threads."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._live: dict[int, _Live] = {}
        self._failed: dict[int, Notice] = {}  # why, for the window that comes to watch after the end
        self._facts: dict[tuple[str, str], ModelFacts] = {}  # by address and tag, as they were after the last answer

    def begin(self, conversation: Conversation, below: Message) -> Message:
        """Let the model in use answer `below`, a message of the conversation; the answer becomes the end of its path.

        An answer that was there before stays beside it. Raises AnswerPending.
        """
        store = self._services.store
        self.check_idle(conversation)
        answer = store.messages.add(
            conversation, Role.ASSISTANT, "", parent_id=below.id, state=AnswerState.WRITING
        )  # fmt: skip
        live = self._live[answer.id] = _Live(Written(answer))
        threading.Thread(target=self._write, args=(conversation, live), name=f"answer {answer.id}", daemon=True).start()
        live.asked.wait(HEAD_START)
        return answer

    def check_idle(self, conversation: Conversation) -> None:
        """Raises AnswerPending."""
        if self.pending(conversation):
            raise AnswerPending()

    def pending(self, conversation: Conversation) -> Message | None:
        """The answer that is being written at the end of the shown path."""
        live = self._live.get(conversation.leaf_id or 0)
        return live.written.message if live else None

    def follow(self, message_id: int, person: Person) -> Iterator[Written]:
        """The growing answer, at once when its first words come and then every SHOW_EVERY; the last is how it ended.

        Of an answer that nobody is writing, that alone. Closing the iterator changes nothing.
        Raises NoSuchMessage.
        """
        message = self._services.store.messages.get(message_id, person)
        live = self._live.get(message_id)
        if live is None:
            yield Written(self._services.store.messages.get(message.id, person), self._failed.pop(message.id, None))
            return
        live.begun.wait()
        while not live.ended.is_set():
            yield live.written
            live.ended.wait(SHOW_EVERY)
        self._failed.pop(message_id, None)
        yield live.written

    def stop(self, message_id: int) -> None:
        """End an answer now. What was written is kept; the model server is told at its next word."""
        live = self._live.get(message_id)
        if live and (stopped := live.end(AnswerState.STOPPED)):
            self._close(live, stopped)

    def stop_all(self) -> None:
        for message_id in list(self._live):
            self.stop(message_id)

    def _write(self, conversation: Conversation, live: _Live) -> None:
        ending, notice = AnswerState.FAILED, None
        try:
            try:
                ending = self._ask(conversation, live, self._services.known_server)
            except ModelNotFound:  # it was removed there: `server` sees to it that there is one in use
                ending = self._ask(conversation, live, self._services.server)
        except Notice as told:
            notice = told
        finally:
            if ended := live.end(ending, notice):
                self._close(live, ended)
        if live.model:
            self._look_ahead(*live.model)

    def _look_ahead(self, server: ModelServer, tag: str) -> None:
        """Ask now what the next answer would otherwise wait for."""
        self._facts.pop((server.url, tag), None)
        with suppress(Notice):
            self._facts[server.url, tag] = server.describe(tag)

    def _ask(self, conversation: Conversation, live: _Live, find_server: Callable[[], ModelServer]) -> AnswerState:
        """Let the model write into `live`; how it ended. Raises the Notices of server and context."""
        services, answer = self._services, live.written.message
        server = find_server()  # may take long: it may have to be started
        if live.written.has_ended:
            return AnswerState.STOPPED
        tag = services.store.promotions.in_use()
        if tag is None:
            raise NoModel()
        live.model = server, tag
        check_chat(services.store, server, tag)
        options = chosen_options(services, conversation)
        prompt = read_path(
            lambda: self._facts.get((server.url, tag)) or server.describe(tag),
            services.store.messages.path(answer.parent_id),
            options,
        )
        if not services.store.messages.sign(answer, tag, prompt.unread):
            return AnswerState.STOPPED
        with live.lock:
            live.written = replace(live.written, message=replace(live.written.message, tag=tag, unread=prompt.unread))
        saved = services.clock()
        live.asked.set()
        with closing(server.chat(tag, prompt.messages, as_asked(options))) as parts:  # type: ignore[type-var]
            for part in parts:
                if not live.grow(part.content, part.thinking):
                    return AnswerState.STOPPED
                if part.done:
                    return AnswerState.CUT if part.done_reason == "length" else AnswerState.DONE
                if (now := services.clock()).timestamp() - saved.timestamp() >= SAVE_EVERY:
                    self._save(live.written.message)
                    saved = now
        return AnswerState.DONE

    def _close(self, live: _Live, ended: Message) -> None:
        """Save how it ended, then tell the windows."""
        try:
            self._save(ended)
        finally:
            if live.written.notice:
                self._failed[ended.id] = live.written.notice
            self._live.pop(ended.id, None)
            live.asked.set()
            live.begun.set()
            live.ended.set()

    def _save(self, message: Message) -> None:
        self._services.store.messages.write_answer(message, message.content, message.state, message.thinking)


def chosen_options(services: Services, conversation: Conversation) -> ModelOptions:
    """The conversation's own; where it says nothing, the admin's."""
    own, usual = conversation.options, services.store.settings.policy().options
    return ModelOptions(
        temperature=usual.temperature if own.temperature is None else own.temperature,
        context=usual.context if own.context is None else own.context,
    )


def as_asked(options: ModelOptions) -> dict[str, float] | None:
    """Ollama's names. What nobody chose is not sent: another context length would make the server load again."""
    named = {"temperature": options.temperature, "num_ctx": options.context}
    return {name: value for name, value in named.items() if value is not None} or None
