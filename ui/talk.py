"""What a person says: a question, another wording of it, a system message. Saved before anything else happens to it.

Owns the order of saving. Does not cover the answer (answering) nor how it looks (chat); no Gradio here.
"""

import re

from ..store.errors import Notice
from ..store.messages import as_read
from ..store.records import Conversation, Message, ModelOptions, Person, Role
from ..store.settings import check_bounds
from ..store.store import Store

LONGEST_QUESTION = 100_000  # characters; far above what a model reads, far below what hurts a page
LONGEST_TITLE = 60  # characters of one that is made from a message
LONGEST_OWN_TITLE = 200  # of one that a person gives


class EmptyQuestion(Notice):
    key = "error-empty-question"


class EmptyTitle(Notice):
    key = "error-empty-title"


class QuestionTooLong(Notice):
    key = "question-too-long"


class NotOwnWords(Notice):
    """Only what the person said can be said in other words."""

    key = "error-not-own-words"


def save_question(
    store: Store,
    person: Person,
    conversation_id: int | None,
    text: str,
    *,
    system: str | None = None,
    options: ModelOptions | None = None,
) -> tuple[Conversation, Message]:
    """Add it to the end of the shown path. `None` begins a conversation, titled by its first words.

    `system` and `options` hold from now on; None leaves them as they are, and a new conversation begins with the
    admin's system message. Raises EmptyQuestion, QuestionTooLong, NoSuchConversation, BadPolicy.
    """
    text = checked(text)
    check_bounds({"system": system or "", **(vars(options) if options else {})})
    if conversation_id is None:
        conversation = store.conversations.start(person, title_of(text))
        system = store.settings.policy().system if system is None else system
    else:
        conversation = store.conversations.get(conversation_id, person)
    if options is not None and options != conversation.options:
        store.conversations.choose_options(conversation, options)
    parent_id = _put_system(store, conversation, system)
    question = store.messages.add(conversation, Role.USER, text, parent_id=parent_id)
    return store.conversations.get(conversation.id, person), question


def save_other_wording(store: Store, person: Person, message_id: int, text: str) -> tuple[Conversation, Message]:
    """Add another wording beside a message of the person; the conversation goes on from it.

    Raises EmptyQuestion, QuestionTooLong, NotOwnWords, NoSuchMessage.
    """
    text = checked(text)
    former = store.messages.get(message_id, person)
    if former.role is not Role.USER:
        raise NotOwnWords()
    conversation = store.conversations.get(former.conversation_id, person)
    question = store.messages.add(conversation, Role.USER, text, parent_id=former.parent_id)
    return store.conversations.get(conversation.id, person), question


def checked(text: str) -> str:
    """Raises EmptyQuestion, QuestionTooLong."""
    if not text.strip():
        raise EmptyQuestion()
    if len(text) > LONGEST_QUESTION:
        raise QuestionTooLong(length=len(text), most=LONGEST_QUESTION)
    return text.strip()


def system_of(path: list[Message]) -> str:
    """The system message that holds at the end of a path."""
    return next((message.content for message in as_read(path)[:1] if message.role is Role.SYSTEM), "")


def title_of(text: str) -> str:
    """The first line's first words, at most LONGEST_TITLE characters."""
    line = " ".join(re.sub(r"[*`]+|^#+ ", "", text.strip().splitlines()[0]).split()) or text.strip()[:LONGEST_TITLE]
    if len(line) <= LONGEST_TITLE:
        return line
    cut = line[:LONGEST_TITLE]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(",;:.") + "…"


def own_title(text: str) -> str:
    """One line of at most LONGEST_OWN_TITLE characters. Raises EmptyTitle."""
    title = " ".join(text.split())[:LONGEST_OWN_TITLE]
    if not title:
        raise EmptyTitle()
    return title


def _put_system(store: Store, conversation: Conversation, system: str | None) -> int | None:
    """Hang a system message at the end of the path where it differs from the one that holds; the end of the path."""
    if system is None or system.strip() == system_of(store.messages.path(conversation.leaf_id)):
        return conversation.leaf_id
    return store.messages.add(conversation, Role.SYSTEM, system.strip(), parent_id=conversation.leaf_id).id
