"""What people look for is found, whatever its accents; what was deleted is gone from the index too."""

from datetime import UTC, datetime, timedelta

import pytest

from agent1.store.conversations import WAY_BACK, NoSuchConversation
from agent1.store.home import Home
from agent1.store.messages import NoSuchMessage
from agent1.store.records import MARK_END, MARK_START, AnswerState, Conversation, Figures, Message, Person, Role
from agent1.store.store import Store


def talk(store: Store, person: Person, title: str, *texts: str) -> Conversation:
    conversation = store.conversations.start(person, title)
    parent: Message | None = None
    for number, text in enumerate(texts):
        role = Role.ASSISTANT if number % 2 else Role.USER
        parent = store.messages.add(conversation, role, text, parent_id=parent.id if parent else None)
    return store.conversations.get(conversation.id, person)


def titles(store: Store, person: Person, words: str) -> list[str]:
    return [hit.conversation.title for hit in store.conversations.search(person, words)]


def test_titles_and_texts_are_found_newest_first(store: Store, person: Person) -> None:
    talk(store, person, "Coffee", "Which one is mild?", "The blend from Minas.")
    talk(store, person, "Tea", "Is there coffee too?")
    talk(store, person, "Weather", "Rain?")
    assert titles(store, person, "coffee") == ["Tea", "Coffee"]


@pytest.mark.parametrize("words", ["acao", "AÇÃO", "ação", "acoes", "de ação"])
def test_accents_and_case_do_not_matter_and_beginnings_suffice(store: Store, person: Person, words: str) -> None:
    talk(store, person, "Filmes", "Um filme de ação, ou dois de ações?")
    assert titles(store, person, words) == ["Filmes"]


def test_the_words_are_marked_in_title_and_excerpt(store: Store, person: Person) -> None:
    talk(store, person, "My tea", "Which tea is mild?")
    [hit] = store.conversations.search(person, "tea")
    assert hit.title == f"My {MARK_START}tea{MARK_END}"
    assert hit.excerpt == f"Which {MARK_START}tea{MARK_END} is mild?"


@pytest.mark.parametrize(
    "words", ['"', "tea OR weather", "title:tea", "NEAR(", "*", "tea\x00", "'; drop table messages"]
)
def test_words_are_words_and_no_query_language(store: Store, person: Person, words: str) -> None:
    talk(store, person, "Weather", "Rain?")
    assert store.conversations.search(person, words) == []


def test_nobody_finds_what_is_somebody_elses(store: Store, person: Person) -> None:
    talk(store, person, "Coffee", "Mild?")
    assert store.conversations.search(Person(999, "stranger", False), "coffee") == []


def test_an_answer_is_found_once_it_has_ended(store: Store, person: Person) -> None:
    conversation = talk(store, person, "Bread", "Which?")
    answer = store.messages.add(
        conversation, Role.ASSISTANT, "", parent_id=conversation.leaf_id, state=AnswerState.WRITING
    )
    store.messages.write_answer(answer, "Sourdough", AnswerState.WRITING)
    assert titles(store, person, "sourdough") == []
    store.messages.write_answer(answer, "Sourdough.", AnswerState.DONE)
    assert titles(store, person, "sourdough") == ["Bread"]


def test_a_renamed_conversation_is_found_by_its_new_title_only(store: Store, person: Person) -> None:
    store.conversations.rename(talk(store, person, "Bread", "Which?"), "Rolls")
    assert (titles(store, person, "bread"), titles(store, person, "rolls")) == ([], ["Rolls"])


def test_a_deleted_conversation_is_gone_at_once_and_can_be_restored(store: Store, person: Person) -> None:
    conversation = talk(store, person, "Bread", "Which?", "Rye.")
    leaf = conversation.leaf_id
    assert leaf is not None
    store.ratings.rate(store.messages.get(leaf, person), person, 5)
    store.conversations.delete(conversation)
    assert (titles(store, person, "bread"), store.conversations.newest(person)) == ([], [])
    assert store.ratings.figures() == Figures(0, 0, 0, None)
    assert list(store.exchange.export_all(person)) == []
    with pytest.raises(NoSuchConversation):
        store.conversations.get(conversation.id, person)
    with pytest.raises(NoSuchMessage):
        store.messages.get(leaf, person)
    assert store.conversations.restore(conversation.id, person) == conversation
    assert store.ratings.figures() == Figures(1, 2, 1, 5.0)


def test_what_was_deleted_is_purged_when_the_way_back_is_over(home: Home) -> None:
    now = datetime(2026, 11, 1, tzinfo=UTC)
    store = Store(home, lambda: now)
    person = store.people.local()
    conversation = talk(store, person, "Bread", "Which?", "Rye.")
    store.messages.add(conversation, Role.ASSISTANT, "", parent_id=conversation.leaf_id, state=AnswerState.WRITING)
    store.conversations.delete(conversation)
    now += WAY_BACK - timedelta(seconds=1)
    assert store.conversations.purge() == 0
    now += timedelta(seconds=1)
    assert store.conversations.purge() == 1
    with pytest.raises(NoSuchConversation):
        store.conversations.restore(conversation.id, person)
    for table in ("messages", "found_messages", "found_titles"):
        assert store._database.rows(f"select * from {table}") == []
    with store._database.write() as db:  # raises where index and texts differ
        for table in ("found_messages", "found_titles"):
            db.execute(f"insert into {table} ({table}, rank) values ('integrity-check', 1)")
    store.close()


def test_nobody_restores_what_is_somebody_elses(store: Store, person: Person) -> None:
    conversation = talk(store, person, "Bread", "Which?")
    store.conversations.delete(conversation)
    with pytest.raises(NoSuchConversation):
        store.conversations.restore(conversation.id, Person(999, "stranger", False))
    with pytest.raises(NoSuchConversation):
        store.conversations.get(conversation.id, person)
