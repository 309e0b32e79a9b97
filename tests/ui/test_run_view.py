"""A run as a piece of the page, read from a real store and a real run folder."""

from datetime import timedelta

import pytest

from agent1.store.records import Reason, Run, RunState
from agent1.trainer.progress import ProgressLog
from agent1.trainer.run_folder import RunFolder
from agent1.ui.catalogue import Catalogue
from agent1.ui.run_view import ORDER, read_run, run_panel

from .conftest import Stage

EN, PT = Catalogue.load("en"), Catalogue.load("pt-BR")


def run_in(stage: Stage, state: RunState, reason: Reason | None = None, tag: str = "") -> Run:
    """A run that has gone through the stages up to `state`; a terminal one ends in training."""
    run = stage.store.runs.active() or stage.start_run()
    way = ORDER[1:] if state in (RunState.PROMOTED, RunState.KEPT) else (RunState.PREPARING, RunState.TRAINING)
    for step in way:
        run = stage.store.runs.advance(run, step)
        if step is state:
            return run
    return stage.store.runs.advance(run, state, reason=reason, tag=tag)


def shown(stage: Stage, run: Run, catalogue: Catalogue = EN) -> str:
    return run_panel(catalogue, read_run(stage.store, run), stage.store.clock())


def folder(stage: Stage, run: Run, state: RunState) -> RunFolder:
    folder = RunFolder(stage.store.home.run_folder(run.id))
    folder.stage(state).mkdir(parents=True, exist_ok=True)
    return folder


def test_before_the_first_run_the_page_says_how_it_will_come() -> None:
    assert EN.say("no-run-yet") in run_panel(EN, None, None)  # type: ignore[arg-type]


def test_stages_before_the_present_one_are_done_and_those_after_it_wait(stage: Stage) -> None:
    html = shown(stage, run_in(stage, RunState.TRAINING))
    marks = {state: html.split(f'data-stage="{state}"')[0].rsplit('class="', 1)[1].split('"')[0] for state in ORDER}
    assert marks == {
        RunState.QUEUED: "done",
        RunState.PREPARING: "done",
        RunState.TRAINING: "running",
        RunState.EXPORTING: "waiting",
        RunState.REGISTERING: "waiting",
        RunState.EVALUATING: "waiting",
    }


def test_the_running_stage_tells_step_bar_and_time_left(stage: Stage) -> None:
    run = run_in(stage, RunState.TRAINING)
    log = ProgressLog(folder(stage, run, RunState.TRAINING).stage(RunState.TRAINING))
    log.write("start", step=0, total=60)
    for step in range(1, 16):
        log.write("step", step=step, total=60, loss=3 / step, lr=1e-3, seconds=4.0)
    html = shown(stage, run, PT)
    assert "passo 15 de 60" in html and "faltam cerca de 3 minutos" in html and "width:25.0%" in html


def test_a_failed_run_says_where_and_why_in_words(stage: Stage) -> None:
    run = run_in(stage, RunState.FAILED, Reason("error-run-active", {"run": 3}))
    html = shown(stage, run)
    assert 'class="failed" data-stage="training"' in html
    assert EN.say("result-failed") in html and EN.say("error-run-active", run=3) in html


@pytest.mark.parametrize("state", [RunState.PROMOTED, RunState.KEPT])
def test_a_run_that_gave_a_model_names_it(stage: Stage, state: RunState) -> None:
    html = shown(stage, run_in(stage, state, tag="agent1-base:20261101-100000-1"))
    assert EN.say(f"result-{state}", tag="agent1-base:20261101-100000-1") in html
    assert html.count('class="done"') == len(ORDER)


def test_a_cancelled_run_says_that_nothing_is_lost(stage: Stage) -> None:
    assert EN.say("result-cancelled") in shown(stage, run_in(stage, RunState.CANCELLED))


def test_the_time_of_a_finished_run_stands_still(stage: Stage) -> None:
    run = run_in(stage, RunState.CANCELLED)
    view = read_run(stage.store, run)
    now = stage.store.clock()
    assert run_panel(EN, view, now) == run_panel(EN, view, now + timedelta(hours=3))


def test_the_curves_and_figures_of_the_training_stay_through_the_later_stages(stage: Stage) -> None:
    run = run_in(stage, RunState.TRAINING)
    log = ProgressLog(folder(stage, run, RunState.TRAINING).stage(RunState.TRAINING))
    for step in range(1, 5):
        log.write("step", step=step, total=4, loss=3 / step, lr=1e-3, seconds=2, tokens=80 * step, memory_mb=1234)
        log.write("eval", step=step, loss=2 / step)
    html = shown(stage, stage.store.runs.advance(run, RunState.EXPORTING), PT)
    assert '<path class="learned"' in html and '<path class="held-out"' in html and '<path class="rate"' in html
    for figure in ("0,75", "0,50", "0,001", "40", "1,2 GB"):
        assert f"<dd>{figure}</dd>" in html


def test_a_stage_that_gives_no_sign_for_a_minute_is_told_and_a_finished_one_is_not(stage: Stage) -> None:
    run = run_in(stage, RunState.TRAINING)
    log = ProgressLog(folder(stage, run, RunState.TRAINING).stage(RunState.TRAINING))
    log.write("log", phase="loading")
    view, now = read_run(stage.store, run), stage.store.clock()
    assert 'role="status"' not in run_panel(EN, view, now + timedelta(seconds=50))
    assert EN.say("no-sign", seconds=90) in run_panel(EN, view, now + timedelta(seconds=95))
    log.write("finished")
    assert 'role="status"' not in run_panel(EN, read_run(stage.store, run), now + timedelta(seconds=95))


def test_the_time_of_a_stage_that_was_taken_up_again_is_that_of_all_its_tries(stage: Stage) -> None:
    run = run_in(stage, RunState.CANCELLED)
    run = stage.store.runs.advance(run, RunState.TRAINING)
    view = read_run(stage.store, run)
    moments = [event.at for event in view.events]
    worked = (moments[3] - moments[2]) + (moments[4] - moments[4] + timedelta(minutes=2))
    html = run_panel(EN, view, moments[4] + timedelta(minutes=2))
    told = f"{worked.seconds // 60}:{worked.seconds % 60:02}"
    assert told in html.split('data-stage="training"')[1].split("</li>")[0]
