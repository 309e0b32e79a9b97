from agent1.trainer.filters import LongAnswer, read_long
from agent1.trainer.likeness import Alike

LONG = (
    "The lighthouse on the northern cliff opens at 8 in the morning, and Maria Lopes shows visitors around; "
    "they are not allowed to climb the last stair, since it is being repaired this year."
)


def long(text: str) -> LongAnswer:
    answer = read_long(text)
    assert answer
    return answer


def test_long_answers_that_differ_in_a_word_find_each_other() -> None:
    alike, words = Alike(), LONG.split()
    alike.find_or_add(7, b"before", long(LONG))
    for at, word in enumerate(words):
        if word.islower() and word != "not":
            changed = " ".join([*words[:at], "otherwise", *words[at + 1 :]])
            assert alike.find_or_add(0, b"before", long(changed)) == 7


def test_the_shortest_long_answer_is_found_with_a_word_changed_at_any_place() -> None:
    words = LONG.replace(",", "").split()[:6] + list("abcdefg")
    for at in range(len(words)):
        alike = Alike()
        alike.find_or_add(1, b"", long(" ".join(words)))
        assert alike.find_or_add(0, b"", long(" ".join([*words[:at], "other", *words[at + 1 :]]))) == 1


def test_after_another_conversation_nothing_is_found() -> None:
    alike = Alike()
    alike.find_or_add(7, b"before", long(LONG))
    assert alike.find_or_add(0, b"otherwise", long(LONG)) is None


def test_an_answer_with_another_number_is_not_found() -> None:
    alike = Alike()
    alike.find_or_add(7, b"", long(LONG))
    assert alike.find_or_add(0, b"", long(LONG.replace("8", "9"))) is None
