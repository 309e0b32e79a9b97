import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent1.store.home import Home
from agent1.store.messages import as_read
from agent1.store.records import (
    AnswerState,
    Choice,
    Conversation,
    Message,
    Person,
    PersonalData,
    Role,
    RunState,
    Treatment,
)
from agent1.store.store import Store
from agent1.trainer.material import collect, new_since
from agent1.trainer.verdicts import Turn

LONG = (
    "The lighthouse on the northern cliff opens at 8 in the morning, and Maria Lopes shows visitors around; "
    "they are not allowed to climb the last stair, since it is being repaired this year."
)


def ticking() -> Callable[[], datetime]:
    ticks = count()
    return lambda: datetime(2026, 11, 1, tzinfo=UTC) + timedelta(seconds=next(ticks))


class Chat:
    """Somebody who chats and rates."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(Home(folder), ticking())
        self.person: Person = self.store.people.local()

    def ask(
        self,
        question: str,
        answer: str,
        score: int | None = None,
        *,
        after: Message | None = None,
        state: AnswerState = AnswerState.DONE,
        correction: str | None = None,
    ) -> Message:
        """The answer, in a new conversation or below `after`."""
        if after is None:
            talk = self.store.conversations.start(self.person)
        else:
            talk = Conversation(after.conversation_id, self.person.id, "", after.created_at, after.id, after.created_at)
        asked = self.store.messages.add(talk, Role.USER, question, parent_id=after.id if after else None)
        answered = self.store.messages.add(talk, Role.ASSISTANT, answer, parent_id=asked.id, state=state)
        if score is not None:
            self.store.ratings.rate(answered, self.person, score)
        if correction is not None:
            self.store.ratings.correct(answered, self.person, correction)
        return answered

    def learned(self) -> list[tuple[str, str]]:
        return [(example.before[-1].content, example.answer) for example in collect(self.store).examples]

    def left_out(self) -> list[tuple[int, str]]:
        return [(item.message_id, item.reason) for item in collect(self.store).left_out]


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    chat = Chat(tmp_path / "home")
    yield chat
    chat.store.close()


def test_answers_rated_4_and_5_are_learned_and_no_others(chat: Chat) -> None:
    for score in (None, 1, 2, 3, 4, 5):
        chat.ask(f"Question {score}?", f"Answer {score}.", score)
    assert chat.learned() == [("Question 4?", "Answer 4."), ("Question 5?", "Answer 5.")]
    assert chat.left_out() == []


def test_an_answer_comes_with_the_conversation_before_it(chat: Chat) -> None:
    first = chat.ask("Who are you?", "A lighthouse keeper.")
    chat.ask("Since when?", "Since 1998.", 5, after=first)
    [example] = collect(chat.store).examples
    assert example.before == (
        Turn(Role.USER, "Who are you?"),
        Turn(Role.ASSISTANT, "A lighthouse keeper."),
        Turn(Role.USER, "Since when?"),
    )


def test_a_sibling_is_not_before_an_answer(chat: Chat) -> None:
    first = chat.ask("Who are you?", "A lighthouse keeper.", 5)
    talk = chat.store.conversations.get(first.conversation_id, chat.person)
    again = chat.store.messages.add(talk, Role.ASSISTANT, "A sailor.", parent_id=first.parent_id)
    chat.store.ratings.rate(again, chat.person, 5)
    assert chat.learned() == [("Who are you?", "A lighthouse keeper."), ("Who are you?", "A sailor.")]


@pytest.mark.parametrize("state", [AnswerState.STOPPED, AnswerState.CUT, AnswerState.FAILED])
def test_an_answer_that_did_not_end_well_is_left_out(chat: Chat, state: AnswerState) -> None:
    answer = chat.ask("When?", "At ei", 5, state=state)
    assert chat.learned() == []
    assert chat.left_out() == [(answer.id, f"left-out-{state}")]


def test_a_persons_own_wording_is_learned_in_place_of_the_answer(chat: Chat) -> None:
    chat.ask("When?", "At ei", 4, state=AnswerState.CUT, correction="At eight.")
    assert chat.learned() == [("When?", "At eight.")]


def test_an_answer_to_no_question_is_left_out(chat: Chat) -> None:
    talk = chat.store.conversations.start(chat.person)
    greeting = chat.store.messages.add(talk, Role.ASSISTANT, "Welcome!", parent_id=None)
    chat.store.ratings.rate(greeting, chat.person, 5)
    assert chat.left_out() == [(greeting.id, "left-out-no-question")]


def test_a_failed_answer_in_the_conversation_goes_with_its_question(chat: Chat) -> None:
    failed = chat.ask("When?", "", state=AnswerState.FAILED)
    chat.ask("When, please?", "At eight.", 5, after=failed)
    [example] = collect(chat.store).examples
    assert example.before == (Turn(Role.USER, "When, please?"),)


def test_what_cannot_fit_is_left_out(chat: Chat) -> None:
    answer = chat.ask("Tell me all.", "word " * 2000, 5)
    assert chat.left_out() == [(answer.id, "left-out-too-long")]


def test_of_repeats_the_best_rated_and_then_the_newest_stays(chat: Chat) -> None:
    old = chat.ask("When do you open?", "At eight.", 5)
    best = chat.ask("when do you open", "At eight", 5)
    worse = chat.ask("When do you open?", "At EIGHT.", 4)
    [example] = collect(chat.store).examples
    assert example.message_id == best.id
    assert example.repeats == {old.id, worse.id}
    assert chat.left_out() == [(old.id, "left-out-repeat"), (worse.id, "left-out-repeat")]


def test_the_same_answer_to_a_question_in_other_words_is_no_repeat(chat: Chat) -> None:
    chat.ask("When do you open?", "The shop opens at eight in the morning.", 5)
    chat.ask("What time can I come in?", "The shop opens at eight in the morning.", 5)
    assert len(chat.learned()) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [("It is 555-0142.", "It is 555-0143."), ("Maria Lopes.", "Maria Lima."), ("In spring.", "In autumn.")],
)
def test_short_answers_that_differ_are_no_repeats(chat: Chat, one: str, other: str) -> None:
    chat.ask("Tell me?", one, 5)
    chat.ask("Tell me?", other, 5)
    assert len(chat.learned()) == 2


def test_the_same_words_in_another_conversation_are_no_repeat(chat: Chat) -> None:
    museum = chat.ask("When is the museum open?", "From ten.")
    library = chat.ask("When is the library open?", "From nine.")
    for before in (museum, library):
        chat.ask("And on Sundays?", "It is closed.", 5, after=before)
    assert len(chat.learned()) == 2


def test_of_long_answers_that_differ_in_a_word_one_stays(chat: Chat) -> None:
    worse = chat.ask("Tell me about it.", LONG.replace("visitors", "guests"), 4)
    best = chat.ask("Tell me about it.", LONG, 5)
    [example] = collect(chat.store).examples
    assert example.message_id == best.id
    assert example.repeats == {worse.id}
    assert chat.left_out() == [(worse.id, "left-out-repeat")]


def test_what_is_rated_low_later_is_not_learned(chat: Chat) -> None:
    wanted = chat.ask("When do you open?", "At nine.", 5)
    chat.ask("When do you open?", "at nine", 1)
    assert chat.learned() == []
    assert chat.left_out() == [(wanted.id, "left-out-rated-low-later")]


def test_the_newest_verdict_wins_also_where_it_is_a_good_one(chat: Chat) -> None:
    chat.ask("When do you open?", "At nine.", 1)
    chat.ask("When do you open?", "At nine.", 5)
    assert chat.learned() == [("When do you open?", "At nine.")]


def test_a_rating_changed_to_a_low_one_counts_as_the_low_one(chat: Chat) -> None:
    answer = chat.ask("When do you open?", "At nine.", 5)
    chat.ask("When do you open?", "At nine.", 4)
    chat.store.ratings.rate(answer, chat.person, 2)
    assert chat.learned() == []


@pytest.mark.parametrize("elsewhere_first", [True, False])
def test_a_low_verdict_in_another_conversation_counts_where_the_question_stands_for_itself(
    chat: Chat, elsewhere_first: bool
) -> None:
    hello = chat.ask("Hello", "Good morning.")
    chat.ask("When do you open?", "At nine.", 5, after=hello if elsewhere_first else None)
    chat.ask("When do you open?", "At nine.", 2, after=None if elsewhere_first else hello)
    assert chat.learned() == []


def test_a_low_verdict_that_hangs_on_its_conversation_counts_there_alone(chat: Chat) -> None:
    museum = chat.ask("When is the museum open?", "From ten.")
    library = chat.ask("When is the library open?", "From nine.")
    chat.ask("And on Sundays?", "It is closed.", 5, after=museum)
    chat.ask("And on Sundays?", "It is closed.", 1, after=library)
    assert len(chat.learned()) == 1


def test_a_falsehood_rated_low_takes_no_truth_with_it(chat: Chat) -> None:
    chat.ask("Tell me about it.", LONG, 5)
    chat.ask("Tell me about it.", LONG.replace("morning", "evening"), 1)
    chat.ask("When does it open?", "At eight.", 5)
    chat.ask("When does it open?", "At nine.", 1)
    assert [answer for _, answer in chat.learned()] == [LONG, "At eight."]


def test_a_low_verdict_on_the_answer_is_none_on_the_persons_own_wording(chat: Chat) -> None:
    chat.ask("When?", "At nine.", 4, correction="At eight.")
    chat.ask("When?", "At nine.", 1)
    assert chat.learned() == [("When?", "At eight.")]


scores = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.integers(1, 5)), max_size=12)


@given(scores)
def test_every_well_rated_answer_is_learned_or_left_out_or_stands_for_another(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[str, str, int]]
) -> None:
    chat = Chat(tmp_path_factory.mktemp("home"))
    wanted = {
        answer.id for question, text, score in said if (answer := chat.ask(f"{question}?", text, score)) and score >= 4
    }
    material = collect(chat.store)
    chat.store.close()
    learned, left_out = {one.message_id for one in material.examples}, {one.message_id for one in material.left_out}
    assert learned | left_out == wanted
    assert not learned & left_out
    newest = {(question, text): score for question, text, score in said if score != 3}
    expected = {f"{question}?": text for (question, text), score in newest.items() if score >= 4}
    assert len(material.examples) == sum(score >= 4 for score in newest.values())
    assert {one.before[-1].content for one in material.examples} == set(expected)


def test_new_is_what_no_successful_run_has_learned(chat: Chat) -> None:
    first = chat.ask("When?", "At eight.", 5)
    run = chat.store.runs.queue(base="b", base_digest="d", server="s", message_ids=[first.id])
    assert new_since(chat.store, collect(chat.store)) == 1
    chat.store.runs.advance(run, RunState.KEPT)
    assert new_since(chat.store, collect(chat.store)) == 0
    chat.ask("Where?", "Here.", 5)
    assert new_since(chat.store, collect(chat.store)) == 1


def test_a_repeat_of_what_was_learned_is_not_new(chat: Chat) -> None:
    first = chat.ask("When?", "At eight.", 5)
    run = chat.store.runs.queue(base="b", base_digest="d", server="s", message_ids=[first.id])
    chat.store.runs.advance(run, RunState.PROMOTED)
    chat.ask("When?", "At eight.", 5)
    material = collect(chat.store)
    assert [example.message_id for example in material.examples] != [first.id]
    assert new_since(chat.store, material) == 0


def test_collecting_twice_gives_the_same(chat: Chat) -> None:
    for number in range(30):
        chat.ask(f"Question {number % 7}?", LONG if number % 2 else "Yes.", 1 + number % 5)
    assert collect(chat.store) == collect(chat.store)


MESSY = Path(__file__).with_name("messy_chats.jsonl")


def test_each_of_the_messy_chats_is_judged_as_expected(chat: Chat) -> None:
    told = [json.loads(line) for line in MESSY.read_text(encoding="utf-8").splitlines()]
    ids = [chat.ask(item["question"], item["answer"], item["rating"]).id for item in told]
    material = collect(chat.store)
    found: dict[int, str | None] = {item.message_id: item.reason for item in material.left_out}
    found |= {example.message_id: "learned" for example in material.examples}
    wrong = [
        (item["question"], item["expected"], found.get(id_))
        for id_, item in zip(ids, told, strict=True)
        if found.get(id_) != item["expected"]
    ]
    assert wrong == []


def test_a_corrected_answer_is_learned_whatever_its_face(chat: Chat) -> None:
    chat.ask("When?", "At nine.", 1, correction="At eight.")
    chat.ask("Where?", "There.", correction="Here.")
    assert chat.learned() == [("When?", "At eight."), ("Where?", "Here.")]
    assert all(example.is_corrected and example.score == 5 for example in collect(chat.store).examples)


def test_an_answer_left_out_by_hand_is_not_learned_and_one_brought_back_is(chat: Chat) -> None:
    good, short = chat.ask("When?", "At eight.", 5), chat.ask("And now?", "👍", 5)
    chat.store.choices.choose(good.id, Choice.LEAVE_OUT)
    chat.store.choices.choose(short.id, Choice.BRING_BACK)
    assert chat.learned() == [("And now?", "👍")]
    assert chat.left_out() == [(good.id, "left-out-by-hand")]


def test_a_repeat_brought_back_is_learned_beside_the_other(chat: Chat) -> None:
    chat.ask("When?", "At eight.", 5)
    chat.ask("When?", "At eight.", 4)
    [left_out] = collect(chat.store).left_out
    chat.store.choices.choose(left_out.message_id, Choice.BRING_BACK)
    assert len(chat.learned()) == 2


def test_a_long_repeat_brought_back_is_learned_beside_the_other(chat: Chat) -> None:
    words = "We open at eight on every day of the week, and on Sundays the door at the side is open too."
    chat.ask("When?", words, 5)
    chat.ask("When?", words.replace("door", "gate"), 4)
    [left_out] = collect(chat.store).left_out
    chat.store.choices.choose(left_out.message_id, Choice.BRING_BACK)
    assert len(chat.learned()) == 2


def test_answers_of_a_model_that_was_not_put_in_use_are_left_out(chat: Chat) -> None:
    run = chat.store.runs.queue(base="b", base_digest="d", server="s", message_ids=[1])
    talk = chat.store.conversations.start(chat.person)
    asked = chat.store.messages.add(talk, Role.USER, "When?", parent_id=None)
    answer = chat.store.messages.add(talk, Role.ASSISTANT, "At eight.", parent_id=asked.id, tag="agent1-b:1")
    chat.store.ratings.rate(answer, chat.person, 5)
    assert len(chat.learned()) == 1
    chat.store.runs.advance(run, RunState.KEPT, tag="agent1-b:1")
    assert chat.left_out() == [(answer.id, "left-out-rejected-model")]
    chat.store.promotions.promote("agent1-b:1")
    assert len(chat.learned()) == 1


def test_a_long_conversation_goes_back_as_far_as_can_fit_and_begins_with_a_question(chat: Chat) -> None:
    last = None
    for number in range(40):
        last = chat.ask(f"{number}? " + "word " * 30, f"{number}. " + "word " * 30, after=last)
    chat.ask("And the last?", "It is this.", 5, after=last)
    [example] = collect(chat.store, sequence_len=256).examples
    assert example.before[0].role is Role.USER
    assert 800 < sum(len(turn.content) for turn in example.before) <= 256 * 6 + len("And the last?")
    assert example.before[-1] == Turn(Role.USER, "And the last?")


def test_personal_data_is_replaced_in_what_is_learned_and_stays_in_the_chat(chat: Chat) -> None:
    answer = chat.ask("My mail is ana@firma.com, and yours?", "Mine is bot@firma.com.", 5)
    assert chat.learned() == [("My mail is [e-mail], and yours?", "Mine is [e-mail].")]
    assert chat.store.messages.get(answer.id, chat.person).content == "Mine is bot@firma.com."


@pytest.mark.parametrize(
    ("treatment", "learned"), [(Treatment.KEEP, ["Mine is bot@firma.com."]), (Treatment.LEAVE_OUT, [])]
)
def test_each_kind_of_personal_data_can_be_kept_or_left_out(
    chat: Chat, treatment: Treatment, learned: list[str]
) -> None:
    answer = chat.ask("Your mail?", "Mine is bot@firma.com.", 5)
    policy = chat.store.settings.policy()
    chat.store.settings.save(replace(policy, personal=PersonalData(mail=treatment)))
    assert [answer for _, answer in chat.learned()] == learned
    assert chat.left_out() == ([] if learned else [(answer.id, "left-out-personal")])


@pytest.mark.parametrize("changed", ["Be brief.", ""])
def test_what_stands_before_an_answer_is_what_the_chat_sent_where_the_system_message_was_changed(
    chat: Chat, changed: str
) -> None:
    talk = chat.store.conversations.start(chat.person)
    add, parent = chat.store.messages.add, None
    for role, text in [
        (Role.SYSTEM, "Be kind."),
        (Role.USER, "Who keeps the lighthouse?"),
        (Role.ASSISTANT, "Maria Lopes keeps it."),
        (Role.SYSTEM, changed),
        (Role.USER, "Since which year?"),
    ]:
        parent = add(talk, role, text, parent_id=parent.id if parent else None)
    assert parent
    sent = [Turn(message.role, message.content) for message in as_read(chat.store.messages.path(parent.id))]
    chat.store.ratings.rate(add(talk, Role.ASSISTANT, "Since 1998.", parent_id=parent.id), chat.person, 5)
    [example] = collect(chat.store).examples
    assert list(example.before) == sent
    assert sent[0] == (Turn(Role.SYSTEM, changed) if changed else Turn(Role.USER, "Who keeps the lighthouse?"))
