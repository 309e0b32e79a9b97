from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent1.store.home import Home
from agent1.store.interchange import read_import
from agent1.store.records import Choice, Conversation, Role, RunState
from agent1.store.store import Store
from agent1.trainer import material as material_module
from agent1.trainer.material import HELD_OUT_REPEAT, STAYS_OUT, Example, Material, collect
from agent1.trainer.splits import FEWEST, MOST, choose_held_out, hold_out
from agent1.trainer.verdicts import Turn

DEMO = Path(material_module.__file__).parent / "material" / "demo_conversations.jsonl"
OTHER_WORDS = ("What is the {} of", "Tell me the {} of", "Do you know the {} of", "I need the {} of", "Which {} has")
THINGS = ("colour", "weight", "price", "maker", "origin", "age", "length", "taste", "use", "name")


def example(number: int, question: str, answer: str, conversation: int = 0, corrected: bool = False) -> Example:
    return Example(
        message_id=number,
        conversation_id=conversation or number,
        score=5,
        before=(Turn(Role.USER, question),),
        answer=answer,
        is_corrected=corrected,
        pair=f"{question} {answer}".encode(),
    )


def facts(count: int, wordings: int = 5) -> list[Example]:
    """So many answers, each thing told in so many wordings."""
    made = []
    for number in range(count):
        thing = number // wordings
        item = f"{THINGS[thing % 10]}", f"article {thing}"
        question = f"{OTHER_WORDS[number % wordings].format(item[0])} {item[1]}?"
        made.append(example(number + 1, question, f"The {item[0]} of {item[1]} is told on its green label."))
    return made


def unique(count: int) -> list[Example]:
    return [example(n, f"Question {n}?", f"Only words {n * 7} and {n * 13} tell {n * 17} of it.") for n in range(count)]


def test_nothing_is_held_out_of_a_small_material() -> None:
    assert choose_held_out(Material(tuple(facts(99)), ()), ()) == frozenset()


def test_nothing_of_the_demo_is_held_out(tmp_path: Path) -> None:
    store = Store(Home(tmp_path / "home"))
    store.exchange.add_all(read_import(DEMO), store.people.local())
    material = collect(store)
    assert 60 <= len(material.examples) < 100
    assert hold_out(store, material) == material
    store.close()


def test_one_answer_in_ten_is_held_out_and_each_is_taught_in_other_words() -> None:
    examples = facts(200)
    held = choose_held_out(Material(tuple(examples), ()), ())
    assert len(held) == 20
    learned = Counter(one.answer for one in examples if one.conversation_id not in held)
    assert all(learned[one.answer] for one in examples if one.conversation_id in held)


def test_what_nothing_else_teaches_is_held_out_only_of_a_large_material() -> None:
    assert choose_held_out(Material(tuple(unique(199)), ()), ()) == frozenset()
    assert len(choose_held_out(Material(tuple(unique(200)), ()), ())) == FEWEST


def test_at_most_fifty_answers_are_held_out() -> None:
    assert len(choose_held_out(Material(tuple(facts(2000)), ()), ())) == MOST


def test_whole_conversations_are_held_out() -> None:
    examples = [
        example(one.message_id, one.before[0].content, one.answer, conversation=1 + at % 100)
        for at, one in enumerate(facts(300))
    ]
    held = choose_held_out(Material(tuple(examples), ()), ())
    assert sum(one.conversation_id in held for one in examples) == 30 == 3 * len(held)


def test_a_persons_own_wording_is_always_learned() -> None:
    examples = [
        example(one.message_id, one.before[0].content, one.answer, corrected=one.message_id % 2 == 0)
        for one in facts(200)
    ]
    held = choose_held_out(Material(tuple(examples), ()), ())
    assert held and not any(one.is_corrected for one in examples if one.conversation_id in held)


def test_what_an_earlier_run_learned_is_not_held_out_and_most_of_the_new_is_learned() -> None:
    examples = facts(200)
    learned = {one.message_id for one in examples[:180]}
    held = choose_held_out(Material(tuple(examples), ()), learned)
    assert held <= {one.conversation_id for one in examples[180:]}
    assert len(held) == 5


def test_the_choice_is_the_same_every_time() -> None:
    assert choose_held_out(Material(tuple(facts(300)), ()), ()) == choose_held_out(Material(tuple(facts(300)), ()), ())


class Home_:
    def __init__(self, folder: Path) -> None:
        self.store = Store(Home(folder))
        self.person = self.store.people.local()

    def say(self, question: str, answer: str, score: int = 5, after: Conversation | None = None) -> int:
        talk = after or self.store.conversations.start(self.person)
        asked = self.store.messages.add(talk, Role.USER, question, parent_id=talk.leaf_id)
        said = self.store.messages.add(talk, Role.ASSISTANT, answer, parent_id=asked.id)
        self.store.ratings.rate(said, self.person, score)
        return said.id

    def teach(self, count: int) -> None:
        for one in facts(count):
            self.say(one.before[0].content, one.answer)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home_]:
    home = Home_(tmp_path / "home")
    yield home
    home.store.close()


def test_a_conversation_once_held_out_stays_held_out_while_the_material_grows(home: Home_) -> None:
    home.teach(110)
    first = hold_out(home.store, collect(home.store))
    assert len(first.held_out) == 11 and len(first.examples) == 99
    run = home.store.runs.queue(
        base="b", base_digest="d", server="s", message_ids=[one.message_id for one in first.examples]
    )
    home.store.runs.advance(run, RunState.PROMOTED)
    for one in unique(100):
        home.say(one.before[0].content, one.answer)
    second = hold_out(home.store, collect(home.store))
    assert {one.message_id for one in first.held_out} <= {one.message_id for one in second.held_out}
    assert {one.message_id for one in first.examples} <= {one.message_id for one in second.examples}


def test_the_same_content_is_never_on_both_sides(home: Home_) -> None:
    home.teach(110)
    material = hold_out(home.store, collect(home.store))
    twice, near = material.held_out[0], material.held_out[1]
    greeting = home.say("Hello", "Hi.", score=3)
    talk = home.store.conversations.get(home.store.messages.get(greeting, home.person).conversation_id, home.person)
    home.say(twice.before[-1].content, twice.answer, after=talk)
    home.say(near.before[-1].content.upper(), near.answer)
    again = collect(home.store)
    learned = {(one.before[-1].content.casefold(), one.answer) for one in again.examples}
    held = {(one.before[-1].content.casefold(), one.answer) for one in again.held_out}
    assert not learned & held
    assert (twice.before[-1].content.casefold(), twice.answer) in learned
    assert {item.reason for item in again.left_out if item.message_id in {twice.message_id, near.message_id}} == {
        HELD_OUT_REPEAT
    }


def test_whatever_may_be_brought_back_comes_back(home: Home_) -> None:
    """Also out of a conversation that is held out, from where it goes to what is measured."""
    home.teach(110)
    twice, other, *_ = hold_out(home.store, collect(home.store)).held_out
    home.say(twice.before[-1].content, twice.answer)
    talk = home.store.conversations.get(other.conversation_id, home.person)
    home.say("Can you tell me more?", "I'm sorry, but I can't help with that.", after=talk)
    long = "We open at eight on every day of the week, and on Sundays the door at the side is open too."
    for question, answer in (
        ("When?", long),
        ("When?", long.replace("door", "gate")),
        ("Why?", "So."),
        ("Why?", "So."),
    ):
        home.say(question, answer)
    home.say("Where?", "There.")
    home.say("Where?", "There.", score=1)
    left_out = {item.message_id: item.reason for item in collect(home.store).left_out}
    assert len(set(left_out.values())) == 4
    for message_id in left_out:
        home.store.choices.choose(message_id, Choice.BRING_BACK)
    again = collect(home.store)
    back = {one.message_id for one in (*again.examples, *again.held_out)}
    assert left_out.keys() & back == {id_ for id_, reason in left_out.items() if reason not in STAYS_OUT}
    assert left_out[twice.message_id] == HELD_OUT_REPEAT in STAYS_OUT


def test_held_out_conversations_survive_a_restart(tmp_path: Path) -> None:
    home = Home_(tmp_path / "home")
    home.teach(110)
    held = [one.message_id for one in hold_out(home.store, collect(home.store)).held_out]
    home.store.close()
    store = Store(Home(tmp_path / "home"))
    assert [one.message_id for one in collect(store).held_out] == held
    store.close()
