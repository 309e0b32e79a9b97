"""An answer belongs to its conversation: it is saved while it grows, whoever watches. Real store, client and HTTP."""

from collections.abc import Iterator
from dataclasses import replace
from threading import Event
from threading import enumerate as enumerate_threads

import pytest

from agent1.serving.client import ModelServer
from agent1.serving.errors import AnswerBroken, ServerUnreachable
from agent1.store.records import AnswerState, Conversation, Message, ModelOptions, Policy, RunState
from agent1.trainer.memory import ChatMakesRoom
from agent1.trainer.run_folder import RunFolder
from agent1.ui.answering import AnswerPending, Answers, NoModel, Written, as_asked, chosen_options
from agent1.ui.talk import save_question

from .conftest import Stage, wait_until


@pytest.fixture
def answers(stage: Stage) -> Iterator[Answers]:
    answers = Answers(stage.services())
    yield answers
    answers.stop_all()


def ask(stage: Stage, answers: Answers, text: str, known: Conversation | None = None) -> tuple[Conversation, Message]:
    conversation, question = save_question(stage.store, stage.person, known.id if known else None, text)
    return conversation, answers.begin(conversation, question)


def finish(stage: Stage, answers: Answers, answer: Message) -> Written:
    return list(answers.follow(answer.id, stage.person))[-1]


def kept(stage: Stage, answer: Message) -> Message:
    return stage.store.messages.get(answer.id, stage.person)


def asked(stage: Stage) -> list[str]:
    return [message["content"].strip() for message in stage.talking.asked[-1]["messages"]]


def test_the_answer_is_kept_with_the_model_that_wrote_it(stage: Stage, answers: Answers) -> None:
    _, answer = ask(stage, answers, "Hello")
    assert finish(stage, answers, answer).message.state is AnswerState.DONE
    saved = kept(stage, answer)
    assert (saved.content.strip(), saved.state, saved.tag) == ("You said: Hello", AnswerState.DONE, "base:1b")


def test_a_model_that_the_server_has_lost_is_replaced_for_the_same_answer(stage: Stage) -> None:
    def server() -> ModelServer:
        stage.store.promotions.promote("base:1b")  # as `settle` does where the tag in use is not there
        return stage.server()

    stage.store.promotions.promote("gone:1b")
    answers = Answers(replace(stage.services(), server=server))
    _, answer = ask(stage, answers, "Hello")
    assert finish(stage, answers, answer).notice is None
    assert (kept(stage, answer).content.strip(), kept(stage, answer).tag) == ("You said: Hello", "base:1b")


def test_the_model_reads_the_whole_shown_path(stage: Stage, answers: Answers) -> None:
    conversation, answer = ask(stage, answers, "one")
    finish(stage, answers, answer)
    finish(stage, answers, ask(stage, answers, "two", conversation)[1])
    assert asked(stage) == ["one", "You said: one", "two"]


def test_an_answer_goes_on_when_nobody_watches_and_anybody_can_watch_it(stage: Stage, answers: Answers) -> None:
    conversation, answer = ask(stage, answers, "slow please")
    first = answers.follow(answer.id, stage.person)
    seen = next(first).message.content
    first.close()  # type: ignore[attr-defined]
    conversation = stage.store.conversations.get(conversation.id, stage.person)
    assert answers.pending(conversation) is not None
    second = answers.follow(answer.id, stage.person)
    wait_until(lambda: len(next(second).message.content) > len(seen))
    assert next(second).message.content.startswith(seen)


def test_a_conversation_deleted_while_its_answer_is_written_comes_back_whole(stage: Stage, answers: Answers) -> None:
    conversation, answer = ask(stage, answers, "slow please")
    next(answers.follow(answer.id, stage.person))
    stage.store.conversations.delete(conversation)
    answers.stop(answer.id)
    stage.store.conversations.restore(conversation.id, stage.person)
    assert kept(stage, answer).content.startswith("word0") and kept(stage, answer).state is AnswerState.STOPPED


def test_an_answer_that_is_deleted_for_good_while_it_is_written_ends_quietly(stage: Stage, answers: Answers) -> None:
    conversation, answer = ask(stage, answers, "slow please")
    watched = answers.follow(answer.id, stage.person)
    next(watched)
    stage.store.conversations.delete(conversation)
    with stage.store._database.write() as db:
        db.execute("delete from conversations")  # as the purge does, a while later
    answers.stop(answer.id)
    assert list(watched)[-1].message.state is AnswerState.STOPPED
    assert answers.pending(conversation) is None


def test_a_stopped_answer_keeps_what_was_written_at_once(stage: Stage, answers: Answers) -> None:
    conversation, answer = ask(stage, answers, "slow please")
    watching = answers.follow(answer.id, stage.person)
    shown = next(watching).message.content
    answers.stop(answer.id)
    saved = kept(stage, answer)
    assert saved.state is AnswerState.STOPPED and saved.content.startswith(shown) and shown
    assert list(watching)[-1].message == saved
    assert answers.pending(stage.store.conversations.get(conversation.id, stage.person)) is None


def test_an_answer_is_stopped_while_the_model_server_is_still_being_started(stage: Stage) -> None:
    started = Event()

    def slow_start() -> object:
        started.wait(30)
        return stage.server()

    answers = Answers(replace(stage.services(), known_server=slow_start))  # type: ignore[arg-type]
    _, answer = ask(stage, answers, "Hello")
    answers.stop(answer.id)
    assert kept(stage, answer).state is AnswerState.STOPPED
    started.set()
    assert list(answers.follow(answer.id, stage.person))[-1].message.content == ""
    assert stage.talking.asked == []


def test_only_one_answer_is_written_at_a_time_in_one_place(stage: Stage, answers: Answers) -> None:
    conversation, _ = ask(stage, answers, "slow please")
    conversation = stage.store.conversations.get(conversation.id, stage.person)
    with pytest.raises(AnswerPending):
        answers.check_idle(conversation)


def test_an_answer_that_breaks_off_is_kept_as_failed_with_the_reason(stage: Stage, answers: Answers) -> None:
    _, answer = ask(stage, answers, "break it")
    last = finish(stage, answers, answer)
    assert isinstance(last.notice, AnswerBroken)
    saved = kept(stage, answer)
    assert (saved.content, saved.state) == ("You said: break ", AnswerState.FAILED)


def test_a_server_that_cannot_be_reached_leaves_a_failed_answer_without_text(stage: Stage, answers: Answers) -> None:
    stage.server_notice = ServerUnreachable(address="http://127.0.0.1:1")
    _, answer = ask(stage, answers, "Hello")
    assert finish(stage, answers, answer).notice is stage.server_notice
    assert (kept(stage, answer).content, kept(stage, answer).state) == ("", AnswerState.FAILED)


def test_without_any_model_the_person_is_told(stage: Stage, answers: Answers) -> None:
    with stage.store._database.write() as db:
        db.execute("delete from promotions")
    assert isinstance(finish(stage, answers, ask(stage, answers, "Hello")[1]).notice, NoModel)


def kept_when_ended(stage: Stage, answers: Answers, answer: Message) -> Message:
    list(answers.follow(answer.id, stage.person))
    return kept(stage, answer)


def test_an_answer_at_the_length_limit_is_cut(stage: Stage, answers: Answers) -> None:
    _, answer = ask(stage, answers, "cut this")
    assert kept_when_ended(stage, answers, answer).state is AnswerState.CUT


def test_thinking_is_kept_apart(stage: Stage, answers: Answers) -> None:
    _, answer = ask(stage, answers, "think first")
    saved = kept_when_ended(stage, answers, answer)
    assert (saved.thinking.strip(), saved.content.strip()) == ("Let me see.", "You said: think first")


def test_answers_of_which_nothing_came_are_not_read_by_the_model(stage: Stage, answers: Answers) -> None:
    conversation, answer = ask(stage, answers, "silent now")
    finish(stage, answers, answer)
    finish(stage, answers, ask(stage, answers, "and now", conversation)[1])
    assert asked(stage) == ["silent now", "and now"]


def test_asking_again_hangs_another_answer_beside_the_former(stage: Stage, answers: Answers) -> None:
    conversation, first = ask(stage, answers, "Hello")
    finish(stage, answers, first)
    question = stage.store.messages.parent(first)
    assert question is not None
    second = answers.begin(stage.store.conversations.get(conversation.id, stage.person), question)
    finish(stage, answers, second)
    assert first.id != second.id and first.parent_id == second.parent_id
    assert kept(stage, first).content.strip() == "You said: Hello"


def test_the_conversations_options_win_over_the_admins_and_only_what_is_chosen_is_sent(
    stage: Stage, answers: Answers
) -> None:
    stage.store.settings.save(Policy(options=ModelOptions(0.9, 2048)))
    conversation, question = save_question(stage.store, stage.person, None, "Hi", options=ModelOptions(temperature=0.0))
    assert chosen_options(stage.services(), conversation) == ModelOptions(0.0, 2048)
    finish(stage, answers, answers.begin(conversation, question))
    assert stage.talking.asked[-1]["options"] == {"temperature": 0.0, "num_ctx": 2048}
    assert as_asked(ModelOptions()) is None


def test_a_long_conversation_is_read_from_its_end_and_the_answer_says_so(stage: Stage, answers: Answers) -> None:
    conversation, answer = ask(stage, answers, "first " + "x" * 2000)
    finish(stage, answers, answer)
    conversation, question = save_question(
        stage.store, stage.person, conversation.id, "second", options=ModelOptions(context=512)
    )
    answer = answers.begin(conversation, question)
    assert kept_when_ended(stage, answers, answer).unread == 2
    assert asked(stage) == ["second"]


def test_no_answer_waits_to_learn_how_much_the_model_reads_after_the_first(
    stage: Stage, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def noted(name: str) -> None:
        real = getattr(ModelServer, name)

        def call(*given: object) -> object:
            told.append(name)
            return real(*given)

        monkeypatch.setattr(ModelServer, name, call)

    noted("describe")
    noted("chat")
    conversation, answer = ask(stage, answers, "first " + "x" * 4000)
    finish(stage, answers, answer)
    wait_until(lambda: told == ["describe", "chat", "describe"])
    wait_until(lambda: not [thread for thread in enumerate_threads() if thread.name == f"answer {answer.id}"])
    _, second = ask(stage, answers, "second", conversation)
    finish(stage, answers, second)
    assert told[3] == "chat"


def test_a_question_in_a_training_that_has_all_memory_is_kept_and_told_why(stage: Stage, answers: Answers) -> None:
    run = stage.start_run()
    folder = RunFolder(stage.store.home.run_folder(run.id))
    folder.stage(RunState.TRAINING).mkdir(parents=True)
    folder.room_made.write_text('{"wanted": 1e18}')
    for state in (RunState.PREPARING, RunState.TRAINING):
        run = stage.store.runs.advance(run, state)
    conversation, answer = ask(stage, answers, "Are you there?")
    written = finish(stage, answers, answer)
    assert (written.message.state, type(written.notice)) == (AnswerState.FAILED, ChatMakesRoom)
    stage.store.runs.advance(run, RunState.EXPORTING)
    _, again = ask(stage, answers, "Are you there now?", conversation)
    assert finish(stage, answers, again).message.content.strip() == "You said: Are you there now?"
