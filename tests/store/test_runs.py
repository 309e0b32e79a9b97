import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from agent1.store.records import TERMINAL, Reason, Run, RunState
from agent1.store.runs import NoSuchRun, RunActive, StaleRun
from agent1.store.store import Store

QUEUE_A_RUN = """
import sys
from pathlib import Path
from agent1.store.home import Home
from agent1.store.runs import RunActive
from agent1.store.store import Store
store = Store(Home(Path(sys.argv[1])))
print("ready", flush=True)
sys.stdin.readline()
try:
    store.runs.queue(base="smollm2:135m", base_digest="sha256:00", server="http://127.0.0.1", message_ids=[1, 2])
    print("won")
except RunActive as refusal:
    print("refused by", refusal.params["run"])
"""


def queue(store: Store, message_ids: Iterable[int] = (3, 1, 3)) -> Run:
    return store.runs.queue(
        base="smollm2:135m", base_digest="sha256:00", server="http://127.0.0.1:11434", message_ids=message_ids
    )


def test_a_run_is_queued_with_the_messages_it_learns_from(store: Store) -> None:
    run = queue(store)
    assert (run.state, run.examples) == (RunState.QUEUED, 2)
    assert store.runs.messages_of(run) == {1, 3}
    assert store.runs.get(run.id) == run == store.runs.active()


def test_a_run_can_be_queued_for_no_messages(store: Store) -> None:
    assert queue(store, []).examples == 0


def test_a_second_run_is_refused_while_one_is_active(store: Store) -> None:
    run = queue(store)
    with pytest.raises(RunActive) as caught:
        queue(store)
    assert caught.value.params == {"run": run.id}
    assert store.runs.newest() == [run]


def test_twenty_racing_threads_have_one_winner(store: Store) -> None:
    start = Barrier(20)

    def race(_: int) -> Run:
        start.wait()
        return queue(store)

    with ThreadPoolExecutor(20) as pool:
        outcomes = [future.exception() for future in [pool.submit(race, number) for number in range(20)]]
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType"] + ["RunActive"] * 19
    assert len(store.runs.newest()) == 1


def test_racing_processes_have_one_winner(store: Store) -> None:
    argv = [sys.executable, "-c", QUEUE_A_RUN, str(store.home.root)]
    started = [
        subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) for _ in range(3)
    ]
    for process in started:
        assert process.stdout and process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [process.communicate(timeout=120)[0].strip() for process in started]
    assert sorted(told) == ["refused by 1", "refused by 1", "won"]


def test_a_run_moves_with_an_event_for_every_state(store: Store) -> None:
    run = queue(store)
    run = store.runs.advance(run, RunState.PREPARING, note="weights")
    run = store.runs.advance(run, RunState.KEPT, tag="agent1-smollm2:1", reason=Reason("kept-no-better", {"wins": 3}))
    assert store.runs.get(run.id) == run
    assert run.finished_at is not None
    events = store.runs.events(run)
    assert [event.state for event in events] == [RunState.QUEUED, RunState.PREPARING, RunState.KEPT]
    assert [event.note for event in events] == ["", "weights", ""]


def test_a_run_that_another_process_has_moved_is_not_moved_again(store: Store) -> None:
    run = queue(store)
    store.runs.advance(run, RunState.PREPARING)
    with pytest.raises(StaleRun):
        store.runs.advance(run, RunState.FAILED)
    assert store.runs.get(run.id).state is RunState.PREPARING
    assert len(store.runs.events(run)) == 2


def test_twenty_racing_threads_move_a_run_once(store: Store) -> None:
    run, start = queue(store), Barrier(20)

    def race(_: int) -> Run:
        start.wait()
        return store.runs.advance(run, RunState.PREPARING)

    with ThreadPoolExecutor(20) as pool:
        outcomes = [future.exception() for future in [pool.submit(race, number) for number in range(20)]]
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType"] + ["StaleRun"] * 19
    assert len(store.runs.events(run)) == 2


@pytest.mark.parametrize("state", sorted(TERMINAL))
def test_an_ended_run_makes_room_for_the_next(store: Store, state: RunState) -> None:
    first = store.runs.advance(queue(store), state)
    assert store.runs.active() is None
    second = queue(store)
    assert store.runs.newest() == [second, first]


@pytest.mark.parametrize("state", sorted(set(RunState) - TERMINAL))
def test_every_state_before_the_end_keeps_others_out(store: Store, state: RunState) -> None:
    run = store.runs.advance(queue(store), state)
    assert store.runs.active() == run
    with pytest.raises(RunActive):
        queue(store)


def test_a_cancelled_run_is_taken_up_again_with_its_cancelling_forgotten(store: Store) -> None:
    run = queue(store)
    store.runs.ask_cancel(run)
    run = store.runs.get(run.id)
    assert run.cancel_asked
    run = store.runs.advance(run, RunState.CANCELLED)
    assert store.runs.get(run.id).cancel_asked
    run = store.runs.advance(run, RunState.TRAINING)
    assert not run.cancel_asked
    assert store.runs.get(run.id) == run


def test_an_ended_run_is_not_taken_up_beside_an_active_one(store: Store) -> None:
    ended = store.runs.advance(queue(store), RunState.CANCELLED)
    active = queue(store)
    with pytest.raises(RunActive) as caught:
        store.runs.advance(ended, RunState.TRAINING)
    assert caught.value.params == {"run": active.id}
    assert store.runs.get(ended.id) == ended


def test_only_runs_that_gave_a_tag_have_learned_their_messages(store: Store) -> None:
    for messages, state in [([1], RunState.KEPT), ([2], RunState.PROMOTED), ([3], RunState.FAILED), ([4], None)]:
        run = queue(store, messages)
        if state:
            store.runs.advance(run, state)
    assert store.runs.learned_messages() == {1, 2}


def test_a_run_that_is_not_there_is_told(store: Store) -> None:
    with pytest.raises(NoSuchRun):
        store.runs.get(1)


def test_a_rejected_run_is_ended_and_lets_another_begin(store: Store) -> None:
    run = queue(store)
    store.runs.advance(run, RunState.REJECTED, tag="agent1-a:1")
    assert store.runs.active() is None
    assert queue(store).id != run.id
    assert store.runs.rejected_tags() == {"agent1-a:1"}
