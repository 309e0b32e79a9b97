"""The kill matrix in short: in one run each stage loses another of its parts. The long form is `make kill-matrix`."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from itertools import cycle, product
from pathlib import Path

import pytest

from agent1.serving.embedded import process as embedded
from agent1.store.home import Home
from agent1.store.records import MEASURED, RunState
from agent1.store.store import Store
from agent1.tests.fake_ollama import BASE as FAKE_BASE
from agent1.tests.fake_ollama import fake_ollama
from agent1.trainer.resuming import resume_run
from agent1.trainer.run_folder import STAGES
from tests.kill_matrix import VICTIMS, Trial, all_points, make_template

DAY = 86_400.0
DISK = "200m"  # of a small disk; the stages keep 64 MB free
SPENT_OFFLINE = (RunState.PREPARING, RunState.REGISTERING, RunState.EVALUATING)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_template(tmp_path_factory.mktemp("matrix"))


@contextmanager
def tried(template: Home, root: Path) -> Iterator[Trial]:
    trial = Trial(template, root)
    try:
        yield trial
    finally:
        embedded.stop(trial.home)
        trial.close()


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("this user may not mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_the_long_form_kills_at_fifty_points_or_more_in_every_stage() -> None:
    points = all_points()
    assert len(points) >= 50
    assert {(point.stage, point.victim) for point in points} == set(product(STAGES, VICTIMS))


@pytest.mark.parametrize(("first", "moment", "shift"), [(3, "working", 0.0), (1, "begun", -DAY)])
def test_a_run_that_loses_a_part_at_each_stage_ends_as_it_should(
    template: Home, tmp_path: Path, first: int, moment: str, shift: float
) -> None:
    """With `shift` every driver after the first has a clock that was set back."""
    victims = cycle([*VICTIMS[first:], *VICTIMS[:first]])
    with tried(template, tmp_path / "home") as trial:
        trial.start()
        landed = 0
        for stage, victim in zip(STAGES, victims, strict=False):
            assert trial.wait_for(stage, moment)
            landed += trial.kill(stage, victim)
            trial.drive(shift)
        trial.finish(shift)
        assert trial.faults() == []
        assert landed >= len(STAGES) - 1  # a stage may have ended in the moment of its kill


def test_a_disk_that_fills_up_at_each_stage_fails_the_run_or_makes_it_wait(template: Home, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk, tried(template, disk / "home") as trial:
        trial.start()
        for stage in STAGES:
            while not trial.wait_for(stage, "begun"):
                go_on(trial)
            with full(disk):
                trial.watch(seconds=3)
        while not trial.finish().tag:
            go_on(trial)
        assert trial.faults(with_states=False) == []


def go_on(trial: Trial) -> None:
    """A full disk has failed the run in words; there is room again."""
    ended = trial.now()
    assert ended.state is RunState.FAILED and ended.reason is not None
    assert "room" in ended.reason.key or "disk" in ended.reason.key or "space" in str(ended.reason.params)
    trial.driver_ended()
    resume_run(trial.store)
    trial.drive()


@contextmanager
def full(disk: Path) -> Iterator[None]:
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    try:
        yield
    finally:
        ballast.unlink()


def test_a_server_that_goes_away_at_each_stage_fails_the_run_with_the_reason_and_it_can_go_on(
    template: Home, tmp_path: Path
) -> None:
    """A server that is named is nobody's to start; the fake one has a fixed port and forgets all when it ends."""
    with tried(template, tmp_path / "home") as trial:
        with fake_ollama() as fake:
            url = fake.url
            trial.use_server(url, FAKE_BASE, "sha256:" + "9" * 64)
        port = int(url.rpartition(":")[2])
        for stage in SPENT_OFFLINE:
            with fake_ollama(port):
                trial.start(impatient=True)
                assert trial.wait_for(stage, "begun")
            failed = trial.finish()
            assert failed.state is RunState.FAILED
            assert failed.reason is not None
            assert failed.reason.key in ("error-server-unreachable", "error-create-broken")
            resume_run(trial.store)
        with fake_ollama(port) as fake:
            ended = trial.finish()
            assert ended.state in MEASURED
            assert [tag for tag in fake.models if tag.startswith("agent1-")] == [ended.tag]


def test_a_home_that_can_only_be_read_is_told_in_one_sentence(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        home = Home(disk / "home")
        with closing(Store(home)) as store:
            store.people.local()
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        env = os.environ | {"AGENT1_HOME": str(home.root), "AGENT1_LANGUAGE": "en"}
        program = [sys.executable, "-c", "from agent1.ui.cli import main; main()", "status"]
        told = subprocess.run(program, env=env, capture_output=True, text=True)
    assert (told.returncode, told.stdout, len(told.stderr.splitlines())) == (1, "", 1)
    assert "AGENT1_HOME" in told.stderr


RATE = """
import sys
from contextlib import closing
from agent1.store.home import Home
from agent1.store.store import Store
from pathlib import Path
with closing(Store(Home(Path(sys.argv[1])))) as store:
    person = store.people.local()
    talk = store.conversations.start(person, "")
    from agent1.store.records import Role
    while True:
        answer = store.messages.add(talk, Role.ASSISTANT, "Yes.", parent_id=None)
        store.ratings.rate(answer, person, 5)
        print(answer.id, flush=True)
"""


def test_a_rating_that_was_thanked_for_is_there_after_a_kill_and_none_is_half_there(tmp_path: Path) -> None:
    program = [sys.executable, "-c", RATE, str(tmp_path / "home")]
    writer = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    thanked = [int(writer.stdout.readline()) for _ in range(50)]
    writer.kill()
    thanked += [int(line) for line in writer.stdout.read().splitlines()]
    writer.wait()
    with closing(Store(Home(tmp_path / "home"))) as store:
        store.check()
        figures = store.ratings.figures()
    assert len(thanked) <= figures.ratings <= len(thanked) + 1
    assert len(set(thanked)) == len(thanked)
