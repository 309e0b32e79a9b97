from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent1.store.home import Home
from agent1.store.messages import NoSuchMessage
from agent1.store.ratings import AT_ONCE, NotRatable
from agent1.store.records import AnswerState, Conversation, Figures, Message, Person, Role, Thought
from agent1.store.store import Store


@pytest.fixture
def question(store: Store, conversation: Conversation) -> Message:
    return store.messages.add(conversation, Role.USER, "When do you open?", parent_id=None)


@pytest.fixture
def answer(store: Store, conversation: Conversation, question: Message) -> Message:
    return store.messages.add(conversation, Role.ASSISTANT, "At eight.", parent_id=question.id)


def test_a_second_rating_replaces_the_first(store: Store, person: Person, answer: Message) -> None:
    store.ratings.rate(answer, person, 2)
    store.ratings.rate(answer, person, 5)
    assert store.ratings.scores([answer], person) == {answer.id: 5}
    assert store.ratings.figures().ratings == 1


def test_a_rating_can_be_taken_back(store: Store, person: Person, answer: Message) -> None:
    store.ratings.rate(answer, person, 5)
    store.ratings.take_back(answer, person)
    assert store.ratings.scores([answer], person) == {}
    assert list(store.ratings.judged_conversations()) == []


@pytest.mark.parametrize("score", [0, 6, -1])
def test_a_score_outside_1_to_5_is_refused(store: Store, person: Person, answer: Message, score: int) -> None:
    with pytest.raises(NotRatable):
        store.ratings.rate(answer, person, score)


def test_only_answers_are_rated_and_corrected(store: Store, person: Person, question: Message) -> None:
    with pytest.raises(NotRatable):
        store.ratings.rate(question, person, 5)
    with pytest.raises(NotRatable):
        store.ratings.correct(question, person, "When do you close?")


def test_an_empty_correction_is_refused(store: Store, person: Person, answer: Message) -> None:
    with pytest.raises(NotRatable):
        store.ratings.correct(answer, person, " \n")


def test_an_answer_that_is_not_there_is_neither_rated_nor_corrected(
    store: Store, person: Person, answer: Message
) -> None:
    gone = Message(answer.id + 1, answer.conversation_id, None, Role.ASSISTANT, "", answer.created_at)
    with pytest.raises(NoSuchMessage):
        store.ratings.rate(gone, person, 5)
    with pytest.raises(NoSuchMessage):
        store.ratings.correct(gone, person, "At nine.")


def test_a_rated_answer_comes_with_its_score_moment_and_correction(
    store: Store, person: Person, answer: Message
) -> None:
    store.ratings.rate(answer, person, 4)
    store.ratings.correct(answer, person, "At nine.")
    store.ratings.correct(answer, person, "At ten.")
    [judged] = store.ratings.judged_conversations()
    [rated] = judged.rated
    assert (rated.message, rated.score, rated.correction) == (answer, 4, "At ten.")
    assert rated.rated_at > answer.created_at


def test_a_correction_without_a_face_is_judged_too(store: Store, person: Person, answer: Message) -> None:
    store.ratings.correct(answer, person, "At nine.")
    [judged] = store.ratings.judged_conversations()
    assert [(rated.score, rated.correction) for rated in judged.rated] == [(None, "At nine.")]


def test_every_judged_conversation_comes_once_with_all_that_was_said(store: Store, person: Person) -> None:
    for number in range(AT_ONCE + 3):
        talk = store.conversations.start(person)
        asked = store.messages.add(talk, Role.USER, f"{number}?", parent_id=None)
        said = store.messages.add(talk, Role.ASSISTANT, f"{number}.", parent_id=asked.id)
        if number % 2:
            store.ratings.rate(said, person, 1 + number % 5)
    judged = list(store.ratings.judged_conversations())
    assert [[message.content for message in one.messages] for one in judged] == [
        [f"{number}?", f"{number}."] for number in range(1, AT_ONCE + 3, 2)
    ]


def test_figures_of_an_empty_store_know_no_mean(store: Store) -> None:
    assert store.ratings.figures() == Figures(0, 0, 0, None)


def test_siblings_count_and_system_messages_and_empty_answers_do_not(
    store: Store, person: Person, conversation: Conversation
) -> None:
    store.conversations.start(person, "nothing said")
    system = store.messages.add(conversation, Role.SYSTEM, "Be brief.", parent_id=None)
    question = store.messages.add(conversation, Role.USER, "When do you open?", parent_id=system.id)
    for content in ("At eight.", "At nine."):
        store.messages.add(conversation, Role.ASSISTANT, content, parent_id=question.id)
    store.messages.add(conversation, Role.ASSISTANT, "", parent_id=question.id, state=AnswerState.FAILED)
    assert store.ratings.figures() == Figures(conversations=1, messages=3, ratings=0, mean_rating=None)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=10))
def test_the_mean_is_that_of_the_scores(tmp_path_factory: pytest.TempPathFactory, scores: Iterable[int]) -> None:
    store = Store(Home(tmp_path_factory.mktemp("home")))
    person, scores = store.people.local(), list(scores)
    talk = store.conversations.start(person)
    for score in scores:
        store.ratings.rate(store.messages.add(talk, Role.ASSISTANT, "Yes.", parent_id=None), person, score)
    figures = store.ratings.figures()
    store.close()
    assert figures.ratings == len(scores)
    assert figures.mean_rating == pytest.approx(sum(scores) / len(scores))


def test_reasons_belong_to_a_score_and_go_with_it(store: Store, person: Person, answer: Message) -> None:
    with pytest.raises(NotRatable):
        store.ratings.give_reason(answer, person, "wrong")
    store.ratings.rate(answer, person, 1)
    with pytest.raises(NotRatable):
        store.ratings.give_reason(answer, person, "ugly")
    for reason in ("wrong", "long", "tone", "wrong"):
        store.ratings.give_reason(answer, person, reason)
    store.ratings.withdraw_reason(answer, person, "tone")
    store.ratings.rate(answer, person, 1)
    assert store.ratings.thoughts([answer], person) == {answer.id: Thought(1, ("long", "wrong"))}
    store.ratings.rate(answer, person, 5)
    assert store.ratings.thoughts([answer], person) == {answer.id: Thought(5)}


def test_a_correction_stands_without_a_face_and_can_be_withdrawn(store: Store, person: Person, answer: Message) -> None:
    assert store.ratings.thoughts([answer], person) == {}
    store.ratings.correct(answer, person, "At nine.")
    assert store.ratings.thoughts([answer], person) == {answer.id: Thought(None, (), "At nine.")}
    store.ratings.withdraw_correction(answer, person)
    assert store.ratings.thoughts([answer], person) == {}
