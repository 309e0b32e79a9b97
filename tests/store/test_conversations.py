import pytest

from agent1.store.conversations import NoSuchConversation
from agent1.store.messages import NoSuchMessage
from agent1.store.records import (
    AnswerState,
    Conversation,
    ImportedConversation,
    ImportedMessage,
    Message,
    ModelOptions,
    Person,
    Role,
)
from agent1.store.settings import BadPolicy
from agent1.store.store import Store


@pytest.fixture
def stranger(store: Store) -> Person:
    return Person(id=999, name="stranger", is_admin=False)


@pytest.fixture
def question(store: Store, conversation: Conversation) -> Message:
    return store.messages.add(conversation, Role.USER, "When do you open?", parent_id=None)


def writing(store: Store, conversation: Conversation, question: Message) -> Message:
    return store.messages.add(
        conversation, Role.ASSISTANT, "", parent_id=question.id, state=AnswerState.WRITING, tag="smollm2:135m"
    )


def test_the_local_person_is_one_and_the_admin(store: Store) -> None:
    assert store.people.local() == store.people.local()
    assert store.people.local().is_admin


def test_a_conversation_is_another_persons_as_if_it_were_not_there(
    store: Store, conversation: Conversation, stranger: Person
) -> None:
    with pytest.raises(NoSuchConversation):
        store.conversations.get(conversation.id, stranger)
    with pytest.raises(NoSuchConversation):
        store.conversations.get(conversation.id + 1, store.people.local())


def test_a_message_is_another_persons_as_if_it_were_not_there(
    store: Store, person: Person, question: Message, stranger: Person
) -> None:
    assert store.messages.get(question.id, person) == question
    with pytest.raises(NoSuchMessage):
        store.messages.get(question.id, stranger)


def test_conversations_are_listed_newest_first_and_empty_ones_not_at_all(store: Store, person: Person) -> None:
    for title in ("first", "empty", "second"):
        talk = store.conversations.start(person, title)
        if title != "empty":
            store.messages.add(talk, Role.USER, "Hi", parent_id=None)
    assert [talk.title for talk in store.conversations.newest(person)] == ["second", "first"]


def test_a_conversation_can_be_renamed(store: Store, person: Person, conversation: Conversation) -> None:
    store.conversations.rename(conversation, "Opening hours in winter")
    assert store.conversations.get(conversation.id, person).title == "Opening hours in winter"


def test_the_newest_message_ends_the_shown_path(
    store: Store, person: Person, conversation: Conversation, question: Message
) -> None:
    former = store.messages.add(conversation, Role.ASSISTANT, "At eight.", parent_id=question.id)
    again = store.messages.add(conversation, Role.ASSISTANT, "At nine.", parent_id=question.id)
    shown = store.messages.path(store.conversations.get(conversation.id, person).leaf_id)
    assert [message.id for message in shown] == [question.id, again.id]
    assert store.messages.get(former.id, person).content == "At eight."


def test_a_path_without_a_leaf_is_empty(store: Store) -> None:
    assert store.messages.path(None) == []


def test_an_answer_grows_until_it_has_ended_and_then_stays(
    store: Store, person: Person, conversation: Conversation, question: Message
) -> None:
    answer = writing(store, conversation, question)
    store.messages.write_answer(answer, "At", AnswerState.WRITING)
    store.messages.write_answer(answer, "At eight.", AnswerState.DONE, thinking="They ask for hours.")
    store.messages.write_answer(answer, "At eight. Or", AnswerState.STOPPED)
    kept = store.messages.get(answer.id, person)
    assert (kept.content, kept.state, kept.thinking) == ("At eight.", AnswerState.DONE, "They ask for hours.")
    assert kept.tag == "smollm2:135m"


def test_an_answer_whose_writer_died_is_marked_failed_with_what_it_had(
    store: Store, person: Person, conversation: Conversation, question: Message
) -> None:
    answer = writing(store, conversation, question)
    store.messages.write_answer(answer, "At ei", AnswerState.WRITING)
    assert store.messages.end_unfinished() == 1
    kept = store.messages.get(answer.id, person)
    assert (kept.content, kept.state) == ("At ei", AnswerState.FAILED)
    assert store.messages.end_unfinished() == 0


def leads_to(store: Store, person: Person, conversation: Conversation) -> list[int]:
    leaf = store.conversations.get(conversation.id, person).leaf_id
    return [message.id for message in store.messages.path(leaf)]


def test_paging_to_a_version_goes_on_where_that_version_ended(
    store: Store, person: Person, conversation: Conversation, question: Message
) -> None:
    former = store.messages.add(conversation, Role.ASSISTANT, "At eight.", parent_id=question.id)
    thanks = store.messages.add(conversation, Role.USER, "Thanks.", parent_id=former.id)
    again = store.messages.add(conversation, Role.ASSISTANT, "At nine.", parent_id=question.id)
    assert leads_to(store, person, conversation) == [question.id, again.id]
    store.messages.show(former)
    assert leads_to(store, person, conversation) == [question.id, former.id, thanks.id]
    path = store.messages.path(thanks.id)
    assert store.messages.siblings(path) == {
        question.id: [question.id],
        former.id: [former.id, again.id],
        thanks.id: [thanks.id],
    }


def test_a_first_message_can_have_versions_too(
    store: Store, person: Person, conversation: Conversation, question: Message
) -> None:
    edited = store.messages.add(conversation, Role.USER, "When do you close?", parent_id=None)
    assert store.messages.siblings([edited]) == {edited.id: [question.id, edited.id]}
    store.messages.show(question)
    assert leads_to(store, person, conversation) == [question.id]


def test_a_conversation_in_which_something_is_said_becomes_the_newest(store: Store, person: Person) -> None:
    first, second = (store.conversations.start(person, title) for title in ("first", "second"))
    question = store.messages.add(first, Role.USER, "Hi", parent_id=None)
    store.messages.add(second, Role.USER, "Hi", parent_id=None)
    store.messages.add(first, Role.ASSISTANT, "Hi", parent_id=question.id)
    assert [talk.title for talk in store.conversations.newest(person)] == ["first", "second"]


def test_options_of_a_conversation_are_kept_within_bounds(
    store: Store, person: Person, conversation: Conversation
) -> None:
    assert conversation.options == ModelOptions()
    store.conversations.choose_options(conversation, ModelOptions(temperature=0.0))
    assert store.conversations.get(conversation.id, person).options == ModelOptions(temperature=0.0)
    with pytest.raises(BadPolicy):
        store.conversations.choose_options(conversation, ModelOptions(context=1))


def test_an_answer_that_was_stopped_before_its_model_came_is_not_signed(
    store: Store, person: Person, conversation: Conversation, question: Message
) -> None:
    answer = writing(store, conversation, question)
    assert store.messages.sign(answer, "other:1b", unread=4)
    store.messages.write_answer(answer, "", AnswerState.STOPPED)
    assert not store.messages.sign(answer, "third:1b", unread=0)
    kept = store.messages.get(answer.id, person)
    assert (kept.tag, kept.unread) == ("other:1b", 4)


def test_the_id_of_a_deleted_message_is_never_given_again(store: Store, person: Person) -> None:
    """Runs know what they learned by these ids: another text must not pass for it."""
    first = store.conversations.start(person, "a")
    gone = [store.messages.add(first, Role.USER, text, parent_id=None).id for text in "abc"]
    store.people.delete_data(person)
    second = store.conversations.start(person, "b")
    assert store.messages.add(second, Role.USER, "d", parent_id=None).id == gone[-1] + 1
    talk = ImportedConversation("c", store.clock(), (ImportedMessage(Role.USER, "e"), ImportedMessage(Role.USER, "f")))
    store.people.delete_data(person)
    store.exchange.add_all([talk], person)
    (imported,) = store.conversations.newest(person)
    assert imported.leaf_id == gone[-1] + 3
