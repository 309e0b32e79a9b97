"""A turn of a conversation: the question is saved, the answer asked for, and whatever comes of it is kept.

Owns the order of saving. Does not cover how it looks (chat_page, present); no Gradio here.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from ..store.errors import Notice
from ..store.messages import Messages
from ..store.records import AnswerState, Conversation, Message, Person, Role
from ..store.store import Store
from .services import Services

LONGEST_QUESTION = 100_000  # characters; far above what a model reads, far below what hurts a page
LONGEST_TITLE = 60  # characters
SHOW_EVERY = 0.1  # seconds: the page pays for every message of the chat at each showing
SAVE_EVERY = 1.0  # seconds: what a power cut may cost


class EmptyQuestion(Notice):
    key = "error-empty-question"


class QuestionTooLong(Notice):
    key = "question-too-long"


class NoModel(Notice):
    """The server has no model that can chat."""

    key = "error-no-model"


@dataclass(frozen=True)
class Written:
    """An answer as far as it has come; `notice` says why it ended before its time."""

    content: str
    thinking: str
    state: AnswerState
    message_id: int | None = None
    notice: Notice | None = None


def save_question(store: Store, person: Person, conversation_id: int | None, text: str) -> Conversation:
    """Before anything else happens to it. `None` begins a conversation, titled by its first words.

    Raises EmptyQuestion, QuestionTooLong, NoSuchConversation.
    """
    if not text.strip():
        raise EmptyQuestion()
    if len(text) > LONGEST_QUESTION:
        raise QuestionTooLong(length=len(text), most=LONGEST_QUESTION)
    if conversation_id is None:
        conversation = store.conversations.start(person, title_of(text))
    else:
        conversation = store.conversations.get(conversation_id, person)
    store.messages.add(conversation, Role.USER, text.strip(), parent_id=conversation.leaf_id)
    return store.conversations.get(conversation.id, person)


def title_of(text: str) -> str:
    """The first line's first words, at most LONGEST_TITLE characters."""
    line = " ".join(text.strip().splitlines()[0].split())
    if len(line) <= LONGEST_TITLE:
        return line
    cut = line[:LONGEST_TITLE]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(",;:.") + "…"


def write_answer(services: Services, conversation: Conversation) -> Iterator[Written]:
    """Ask the model in use and yield the growing answer, at most every SHOW_EVERY seconds.

    A shown path that ends in an answer gets another one beside it. Closing the iterator stops the server and keeps
    what was written. A failure is the last thing yielded; the answer is then FAILED, with what had come of it.
    """
    path = services.store.messages.path(conversation.leaf_id)
    if path and path[-1].role is Role.ASSISTANT:
        path = path[:-1]
    parent_id = path[-1].id if path else None
    messages = services.store.messages
    try:
        server = services.server()
        tag = services.store.promotions.in_use()
        if tag is None:
            raise NoModel()
    except Notice as notice:
        answer = messages.add(conversation, Role.ASSISTANT, "", parent_id=parent_id, state=AnswerState.FAILED)
        yield Written("", "", AnswerState.FAILED, answer.id, notice)
        return
    answer = messages.add(
        conversation, Role.ASSISTANT, "", parent_id=parent_id, state=AnswerState.WRITING, tag=tag
    )  # fmt: skip
    pen = _Pen(services, messages, answer)
    try:
        with closing(server.chat(tag, wire(path), None)) as parts:  # type: ignore[type-var]
            for part in parts:
                if pen.write(part.content, part.thinking, part.done_reason):
                    yield pen.written()
    except Notice as notice:
        pen.state = AnswerState.FAILED
        yield Written(pen.content, pen.thinking, pen.state, answer.id, notice)
    finally:
        if pen.state is AnswerState.WRITING:
            pen.state = AnswerState.STOPPED
        pen.save()
    if pen.state is not AnswerState.FAILED:
        yield pen.written()


def wire(path: list[Message]) -> list[dict[str, str]]:
    """What the model reads: the shown path, without answers of which nothing came."""
    return [{"role": str(message.role), "content": message.content} for message in path if message.content]


class _Pen:
    """The answer that is being written: when it is shown, when it is saved."""

    def __init__(self, services: Services, messages: Messages, answer: Message) -> None:
        self._clock, self._messages, self._answer = services.clock, messages, answer
        self._shown = self._saved = services.clock()
        self.content, self.thinking, self.state = "", "", AnswerState.WRITING

    def write(self, content: str, thinking: str, done_reason: str | None) -> bool:
        """Whether it is time to show it."""
        self.content += content
        self.thinking += thinking
        if done_reason is not None:
            self.state = AnswerState.CUT if done_reason == "length" else AnswerState.DONE
        now = self._clock()
        if (now - self._saved).total_seconds() >= SAVE_EVERY and self.state is AnswerState.WRITING:
            self.save()
            self._saved = now
        if (now - self._shown).total_seconds() < SHOW_EVERY:
            return False
        self._shown = now
        return True

    def save(self) -> None:
        self._messages.write_answer(self._answer, self.content, self.state, self.thinking)

    def written(self) -> Written:
        return Written(self.content, self.thinking, self.state, self._answer.id)
