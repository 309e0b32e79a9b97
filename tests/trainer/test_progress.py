"""What a stage says is read back as a person sees it, also while it is being written."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent1.store.errors import Notice
from agent1.store.records import Reason
from agent1.trainer.progress import Point, ProgressLog, read_progress, read_reason, silence, write_reason, write_whole

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def log(tmp_path: Path) -> ProgressLog:
    return ProgressLog(tmp_path, clock=lambda: NOON)


def tell_steps(log: ProgressLog, first: int, last: int, total: int = 10, loss: float = 2.0) -> None:
    for step in range(first, last + 1):
        log.write("step", step=step, total=total, loss=loss, lr=0.001, seconds=3.0)


def test_a_stage_that_said_nothing_has_no_progress(tmp_path: Path) -> None:
    seen = read_progress(tmp_path)
    assert (seen.phase, seen.step, seen.total, seen.last_sign) == ("", 0, 0, None)


def test_every_line_carries_its_moment(log: ProgressLog, tmp_path: Path) -> None:
    log.write("start", step=0, total=10, tokens=None)
    line = json.loads((tmp_path / "progress.jsonl").read_text(encoding="utf-8"))
    assert line == {"at": "2026-03-01T12:00:00+00:00", "event": "start", "step": 0, "total": 10}


def test_steps_become_a_curve(log: ProgressLog, tmp_path: Path) -> None:
    log.write("log", phase="training")
    tell_steps(log, 1, 2)
    seen = read_progress(tmp_path)
    assert seen.points == (Point(1, 2.0, 0.001, 3.0), Point(2, 2.0, 0.001, 3.0))
    assert (seen.phase, seen.step, seen.total) == ("training", 2, 10)


def test_time_left_is_told_at_the_pace_of_the_last_steps(log: ProgressLog, tmp_path: Path) -> None:
    tell_steps(log, 1, 4)
    assert read_progress(tmp_path).seconds_left == 6 * 3.0


def test_the_first_step_of_a_try_is_left_out_of_the_pace(log: ProgressLog, tmp_path: Path) -> None:
    for step, seconds in ((1, 60.0), (2, 2.0), (3, 4.0)):
        log.write("step", step=step, total=10, loss=1.0, lr=0.001, seconds=seconds)
    assert read_progress(tmp_path).seconds_left == 7 * 3.0
    log.write("start", step=3, total=10)
    log.write("step", step=4, total=10, loss=1.0, lr=0.001, seconds=60.0)
    assert read_progress(tmp_path).seconds_left is None
    log.write("step", step=5, total=10, loss=1.0, lr=0.001, seconds=5.0)
    assert read_progress(tmp_path).seconds_left == 5 * 5.0


def test_tokens_a_second_are_told_over_the_recent_steps(log: ProgressLog, tmp_path: Path) -> None:
    for step in range(1, 5):
        log.write("step", step=step, total=10, loss=1.0, lr=0.001, seconds=2.0, tokens=100 * step, memory_mb=900)
    seen = read_progress(tmp_path)
    assert seen.tokens_a_second == 50.0 and seen.points[-1].memory_mb == 900
    assert read_progress(tmp_path / "none").tokens_a_second is None


def test_no_step_means_no_time_left(log: ProgressLog, tmp_path: Path) -> None:
    log.write("start", step=0, total=10)
    assert read_progress(tmp_path).seconds_left is None


def test_a_line_that_is_being_written_is_not_read(log: ProgressLog, tmp_path: Path) -> None:
    tell_steps(log, 1, 1)
    with (tmp_path / "progress.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"at": "2026-03-01T12:00:01+00:00", "event": "step", "st')
    assert read_progress(tmp_path).step == 1


def test_a_resumed_try_takes_over_from_its_checkpoint(log: ProgressLog, tmp_path: Path) -> None:
    tell_steps(log, 1, 5)
    log.write("stopped", step=5, total=10)
    log.write("log", phase="loading")
    log.write("start", step=3, total=10)
    tell_steps(log, 4, 4, loss=1.0)
    seen = read_progress(tmp_path)
    assert [(point.step, point.loss) for point in seen.points] == [(1, 2.0), (2, 2.0), (3, 2.0), (4, 1.0)]
    assert not seen.stopped


@pytest.mark.parametrize("event", ["finished", "stopped"])
def test_the_end_is_told(log: ProgressLog, tmp_path: Path, event: str) -> None:
    tell_steps(log, 1, 10)
    log.write(event, step=10, total=10)
    seen = read_progress(tmp_path)
    assert {"finished": seen.finished, "stopped": seen.stopped} == {"finished": False, "stopped": False} | {event: True}


def test_setting_the_clock_makes_no_silence(tmp_path: Path) -> None:
    ProgressLog(tmp_path, clock=lambda: NOON).beat()  # months ago, by the clock
    assert 0 <= (silence(tmp_path) or -1) < 60


def test_a_stage_that_never_gave_a_sign_has_no_silence(tmp_path: Path) -> None:
    assert silence(tmp_path) is None


def test_steps_of_a_stage_without_a_loss_still_count(log: ProgressLog, tmp_path: Path) -> None:
    log.write("step", phase="uploading", step=3, total=4)
    seen = read_progress(tmp_path)
    assert (seen.phase, seen.step, seen.total, seen.points) == ("uploading", 3, 4, ())


def test_a_held_out_loss_is_kept_apart(log: ProgressLog, tmp_path: Path) -> None:
    tell_steps(log, 1, 1)
    log.write("eval", step=1, loss=2.5)
    assert read_progress(tmp_path).evals == ((1, 2.5),)


def test_a_beat_is_a_sign_of_life_without_a_line(log: ProgressLog, tmp_path: Path) -> None:
    log.beat()
    assert read_progress(tmp_path).last_sign == NOON
    assert not (tmp_path / "progress.jsonl").exists()


class Lost(Notice):
    key = "error-lost"


def test_a_reason_is_read_as_it_was_given(tmp_path: Path) -> None:
    write_reason(tmp_path, Lost(what="chave", mb=3))
    assert read_reason(tmp_path) == Reason("error-lost", {"what": "chave", "mb": 3})


def test_no_reason_is_none(tmp_path: Path) -> None:
    assert read_reason(tmp_path) is None


def test_evidence_that_could_not_be_written_leaves_the_old(tmp_path: Path) -> None:
    write_whole(tmp_path / "evidence", "old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(tmp_path / "evidence", "new \ud800")
    assert (tmp_path / "evidence").read_text(encoding="utf-8") == "old"
