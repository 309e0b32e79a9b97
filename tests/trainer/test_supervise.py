"""Real processes: a stage is started, watched and ended from its folder alone."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from agent1.trainer import supervise
from agent1.trainer.supervise import Exited, NotStarted, Running, Sight, StageNotStarted, Vanished

STANDIN = Path(__file__).with_name("standin_stage.py")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "stages" / "training"
    yield folder
    supervise.end(folder, grace_seconds=0)


def start(stage: Path, *words: str, nice: int = 0) -> None:
    supervise.launch(stage, [sys.executable, str(STANDIN), *words], os.environ, stage.parent.parent, nice)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in a minute"
        time.sleep(0.02)


def ending(stage: Path) -> Sight:
    until(lambda: not isinstance(supervise.look(stage), Running))
    return supervise.look(stage)


def pid_in(path: Path) -> int:
    until(path.exists)
    return int(path.read_text(encoding="ascii"))


def is_gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def processes_of(stage: Path) -> tuple[int, int]:
    """The pids of the command and of its supervisor."""
    told = json.loads((stage / "process.json").read_text(encoding="utf-8"))
    return told["command"]["pid"], told["supervisor"]["pid"]


def test_a_folder_without_a_process_is_not_started(stage: Path) -> None:
    assert supervise.look(stage) == NotStarted()


def test_process_json_is_there_when_launch_returns(stage: Path) -> None:
    start(stage, "sleep", "600")
    pid, _ = processes_of(stage)
    told = json.loads((stage / "process.json").read_text(encoding="utf-8"))
    assert told["command"]["started"] == pytest.approx(psutil.Process(pid).create_time(), abs=0.02)
    assert told["argv"][-2:] == ["sleep", "600"]
    assert supervise.look(stage) == Running(pid)


@pytest.mark.parametrize(("words", "code"), [([], 0), (["fail", "3"], 3), (["die"], -9)])
def test_how_a_command_ended_is_on_disk(stage: Path, words: list[str], code: int) -> None:
    start(stage, *words)
    assert ending(stage) == Exited(code)
    assert (stage / "exit_code").read_text(encoding="ascii").strip() == str(code)


def test_both_outputs_are_in_the_log(stage: Path) -> None:
    start(stage, "say", "to stdout", "warn", "to stderr")
    ending(stage)
    assert (stage / "output.log").read_text(encoding="utf-8").splitlines() == ["to stdout", "to stderr"]


def test_much_output_does_not_block_the_command(stage: Path) -> None:
    start(stage, "shout", "3000000")
    assert ending(stage) == Exited(0)
    assert (stage / "output.log").stat().st_size == 3_000_000


def test_a_command_that_cannot_be_executed_exits_with_127_and_says_why(stage: Path) -> None:
    supervise.launch(stage, ["/no/such/program"], os.environ, stage.parent.parent, 0)
    assert ending(stage) == Exited(127)
    assert "No such file" in (stage / "output.log").read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_written_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="ascii")
    with pytest.raises(StageNotStarted):
        supervise.launch(tmp_path / "file" / "stage", ["true"], os.environ, tmp_path, 0)


def test_a_second_launch_beside_a_running_command_is_refused(stage: Path) -> None:
    start(stage, "sleep", "600")
    before = processes_of(stage)
    with pytest.raises(StageNotStarted):
        start(stage, "say", "second")
    assert processes_of(stage) == before


def test_a_new_launch_forgets_how_the_last_one_ended_and_keeps_its_log(stage: Path) -> None:
    start(stage, "say", "first", "fail", "2")
    ending(stage)
    start(stage, "say", "second")
    assert ending(stage) == Exited(0)
    assert (stage / "output.log").read_text(encoding="utf-8").splitlines() == ["first", "second"]


def test_the_command_outlives_the_one_that_launched_it(stage: Path, tmp_path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from agent1.trainer import supervise;"
        "supervise.launch(Path(sys.argv[1]), sys.argv[2:], os.environ, Path.cwd(), 0);"
        "os.kill(os.getpid(), 9)"
    )
    command = [sys.executable, str(STANDIN), "wait", str(tmp_path / "go"), "fail", "5"]
    app = subprocess.run([sys.executable, "-c", program, str(stage), *command], cwd=tmp_path)
    assert app.returncode == -signal.SIGKILL
    assert isinstance(supervise.look(stage), Running)
    (tmp_path / "go").touch()
    assert ending(stage) == Exited(5)


def test_the_command_is_in_a_session_and_group_of_its_own_and_nice(stage: Path, tmp_path: Path) -> None:
    start(stage, "note", str(tmp_path / "seen"), nice=5)
    ending(stage)
    seen = json.loads((tmp_path / "seen").read_text(encoding="ascii"))
    assert seen["nice"] == os.nice(0) + 5
    assert seen["session"] != os.getsid(0)
    assert seen["group"] == seen["pid"]


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="only Linux shares by session")
def test_the_session_of_a_stage_is_nice_to_other_sessions(stage: Path) -> None:
    start(stage, "sleep", "600", nice=5)
    sight = supervise.look(stage)
    assert isinstance(sight, Running)
    told = Path(f"/proc/{sight.pid}/autogroup").read_text(encoding="ascii")
    supervise.kill(stage)
    assert told.rstrip().endswith("nice 5")


def test_sigterm_reaches_the_command_and_its_children(stage: Path, tmp_path: Path) -> None:
    start(stage, "child", str(tmp_path / "grandchild"), "sleep", "600")
    grandchild = pid_in(tmp_path / "grandchild")
    supervise.ask_to_end(stage)
    assert ending(stage) == Exited(-signal.SIGTERM)
    until(lambda: is_gone(grandchild))


def test_end_kills_what_does_not_listen(stage: Path, tmp_path: Path) -> None:
    start(stage, "ignore", "child", str(tmp_path / "grandchild"), "sleep", "600")
    grandchild = pid_in(tmp_path / "grandchild")
    assert supervise.end(stage, grace_seconds=0.2) == Exited(-signal.SIGKILL)
    until(lambda: is_gone(grandchild))


def test_asking_does_not_end_what_does_not_listen(stage: Path, tmp_path: Path) -> None:
    start(stage, "ignore", "note", str(tmp_path / "ready"), "wait", str(tmp_path / "go"), "fail", "4")
    until((tmp_path / "ready").exists)
    supervise.ask_to_end(stage)
    assert isinstance(supervise.look(stage), Running)
    (tmp_path / "go").touch()
    assert ending(stage) == Exited(4)


def test_a_grandchild_does_not_outlive_a_command_that_ended_by_itself(stage: Path, tmp_path: Path) -> None:
    start(stage, "orphan", str(tmp_path / "grandchild"))
    grandchild = pid_in(tmp_path / "grandchild")
    assert ending(stage) == Exited(0)
    until(lambda: is_gone(grandchild))


def test_a_command_killed_together_with_its_supervisor_has_vanished(stage: Path) -> None:
    start(stage, "sleep", "600")
    command, supervisor = processes_of(stage)
    os.kill(supervisor, signal.SIGKILL)
    os.kill(command, signal.SIGKILL)
    assert ending(stage) == Vanished()


def test_a_command_whose_supervisor_died_still_runs_and_can_be_ended(stage: Path) -> None:
    start(stage, "sleep", "600")
    command, supervisor = processes_of(stage)
    os.kill(supervisor, signal.SIGKILL)
    until(lambda: is_gone(supervisor))
    assert supervise.look(stage) == Running(command)
    assert supervise.end(stage, grace_seconds=10) == Vanished()


@pytest.mark.parametrize("shift", [{"started": -60.0, "since_boot": -60.0}, {"boot": "another"}])
def test_a_reused_pid_never_reads_as_running(stage: Path, shift: dict[str, float | str]) -> None:
    """The folder names this test's own pid, with the start of another process or of another boot."""
    me = supervise.Identity.of(os.getpid())
    other: dict[str, Any] = {"pid": me.pid, "started": me.started, "since_boot": me.since_boot, "boot": me.boot}
    for name, by in shift.items():
        other[name] = by if isinstance(by, str) else other[name] + by
    stage.mkdir(parents=True)
    told = {"command": other, "supervisor": other, "begun": 0.0, "argv": []}
    (stage / "process.json").write_text(json.dumps(told), encoding="utf-8")
    assert supervise.look(stage) == Vanished()
    supervise.kill(stage)  # would end this test


def test_setting_the_clock_does_not_make_a_process_vanish(stage: Path) -> None:
    """On Linux psutil adds the boot time, which moves with the clock, to the start: both are off by an hour."""
    me = supervise.Identity.of(os.getpid())
    assert supervise.Identity(me.pid, me.started - 3600, me.since_boot, me.boot).is_alive()


def test_a_grandchild_left_by_a_machine_that_died_is_ended_at_the_next_launch(stage: Path, tmp_path: Path) -> None:
    start(stage, "child", str(tmp_path / "grandchild"), "sleep", "600")
    grandchild = pid_in(tmp_path / "grandchild")
    for pid in reversed(processes_of(stage)):
        os.kill(pid, signal.SIGKILL)
    assert ending(stage) == Vanished()
    start(stage, "say", "again")
    until(lambda: is_gone(grandchild))
    assert ending(stage) == Exited(0)


def test_each_launch_is_counted_until_it_is_forgotten(stage: Path) -> None:
    assert supervise.tries(stage) == 0
    for expected in (1, 2):
        start(stage)
        ending(stage)
        assert supervise.tries(stage) == expected
    supervise.forget(stage)
    assert (supervise.tries(stage), supervise.look(stage)) == (0, NotStarted())


def test_the_second_wish_to_end_a_stage_tells_how_old_the_first_is(stage: Path, tmp_path: Path) -> None:
    start(stage, "ignore", "note", str(tmp_path / "ready"), "sleep", "600")
    until((tmp_path / "ready").exists)
    assert supervise.ask_to_end(stage) == 0.0
    time.sleep(0.05)
    assert supervise.ask_to_end(stage) >= 0.05
    supervise.kill(stage)
    ending(stage)
    start(stage)
    ending(stage)
    assert supervise.ask_to_end(stage) == 0.0  # of the new try


@pytest.fixture
def little_memory() -> Iterator[Path]:
    """A control group of 64 MB, for whoever writes its pid to the file."""
    for root, limit in ((Path("/sys/fs/cgroup/memory"), "limit_in_bytes"), (Path("/sys/fs/cgroup"), "max")):
        group = root / f"agent1-{os.getpid()}"
        try:
            group.mkdir()
        except OSError:
            continue
        try:
            if (group / f"memory.{limit}").exists():
                (group / f"memory.{limit}").write_text(str(64 * 2**20))
                with suppress(OSError):  # where there is swap it must not help
                    (group / "memory.swap.max").write_text("0")
                yield group / "cgroup.procs"
                return
        finally:
            until(partial(_is_empty, group / "cgroup.procs"))
            group.rmdir()
    pytest.skip("this user may make no control group of memory")


def _is_empty(group: Path) -> bool:
    return not group.exists() or not group.read_text()


def test_the_kernels_kill_of_a_stage_that_takes_too_much_memory_is_told_as_such(
    stage: Path, little_memory: Path
) -> None:
    eat = f"open({str(little_memory)!r}, 'w').write('0'); taken = bytearray(512 * 2**20)"
    supervise.launch(stage, [sys.executable, "-c", eat], os.environ, stage.parent.parent, 0)
    assert ending(stage) == Exited(-signal.SIGKILL, out_of_memory=True)


@pytest.mark.parametrize(("kills", "told"), [([7, 8], True), ([7, 7], False)])
def test_a_kill_by_the_system_to_get_memory_is_told_apart(
    stage: Path, monkeypatch: pytest.MonkeyPatch, kills: list[int], told: bool
) -> None:
    """The supervisor in this process, since no test should make the machine run out of memory."""
    monkeypatch.setattr(supervise, "_out_of_memory_kills", lambda: kills.pop(0))
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    stage.mkdir(parents=True)
    supervise._supervise(stage, 0, [sys.executable, str(STANDIN), "die"], lambda: None)
    assert supervise.look(stage) == Exited(-signal.SIGKILL, out_of_memory=told)


def test_ending_what_has_ended_changes_nothing(stage: Path) -> None:
    start(stage, "fail", "3")
    ending(stage)
    assert supervise.end(stage, grace_seconds=0) == Exited(3)


def test_the_launcher_is_left_without_a_child(stage: Path) -> None:
    start(stage, "sleep", "600")
    command, supervisor = processes_of(stage)
    assert not {command, supervisor} & {child.pid for child in psutil.Process().children(recursive=True)}
