from agent1.store.records import Choice, Conversation, Role
from agent1.store.store import Store


def test_what_is_held_out_stays_held_out(store: Store, conversation: Conversation) -> None:
    store.choices.hold_out([conversation.id])
    store.choices.hold_out([conversation.id])
    assert store.choices.held_out() == {conversation.id}


def test_a_choice_is_replaced_and_taken_back(store: Store, conversation: Conversation) -> None:
    answer = store.messages.add(conversation, Role.ASSISTANT, "At eight.", parent_id=None)
    store.choices.choose(answer.id, Choice.LEAVE_OUT)
    store.choices.choose(answer.id, Choice.BRING_BACK)
    assert store.choices.chosen() == {answer.id: Choice.BRING_BACK}
    store.choices.choose(answer.id, None)
    assert store.choices.chosen() == {}
