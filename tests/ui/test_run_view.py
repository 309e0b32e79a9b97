"""A run as a piece of the page, read from a real store and a real run folder."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agent1.serving.client import ServedModel
from agent1.store.records import Reason, Run, RunState
from agent1.trainer.progress import ProgressLog
from agent1.trainer.run_folder import RunFolder
from agent1.ui.catalogue import Catalogue
from agent1.ui.run_view import ORDER, TAIL_BYTES, TAIL_LINES, log_panel, models_panel, read_run, read_tail, run_panel

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
    assert log_panel(EN, None) == ""


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


def test_the_log_tail_is_escaped_and_a_progress_bar_shows_its_last_state(stage: Stage) -> None:
    run = run_in(stage, RunState.TRAINING)
    path = folder(stage, run, RunState.TRAINING).stage(RunState.TRAINING) / "output.log"
    path.write_text("<script>x</script> ${alert(1)}\n10%\r20%\r30%", encoding="utf-8")
    html = log_panel(EN, read_run(stage.store, run))
    assert "&lt;script&gt;x&lt;/script&gt; ${alert(1)}\n30%</pre>" in html and "20%" not in html
    assert f'href="/runs/{run.id}/log"' in html


def test_of_a_long_log_only_the_end_is_read(stage: Stage) -> None:
    path = stage.store.home.root / "output.log"
    path.write_text("".join(f"line {number:06}\n" for number in range(20_000)), encoding="utf-8")
    lines = read_tail(path).splitlines()
    assert lines[-1] == "line 019999" and len(lines) <= TAIL_LINES
    assert all(len(line) == len("line 000000") for line in lines)


def test_a_log_cut_in_the_middle_of_a_letter_is_read_all_the_same(stage: Stage) -> None:
    path = stage.store.home.root / "output.log"
    path.write_bytes(b"\xc3\xa9" * TAIL_BYTES + b"\nlast")
    assert read_tail(path).endswith("last")


def model(tag: str) -> ServedModel:
    return ServedModel(tag=tag, digest="0", size=1_200_000_000, family="llama", modified_at=None)


def test_the_model_in_use_comes_first_and_carries_no_button() -> None:
    html = models_panel(EN, [model("a"), model("b"), model("c")], "b", "a", "")
    assert html.index(">b<") < html.index(">a<") < html.index(">c<")
    assert 'data-use="b"' not in html and html.count("data-use") == 2
    assert EN.say("model-go-back") in html.split(">a<")[1].split("</li>")[0]


def test_models_that_cannot_chat_here_are_not_listed() -> None:
    html = models_panel(
        EN,
        [replace(model("cloud"), is_cloud=True), replace(model("embedder"), is_embedding=True), model("a")],
        "a",
        None,
        "",
    )
    assert "cloud" not in html and "embedder" not in html


def test_a_tag_cannot_bring_markup_into_the_list() -> None:
    assert "<img" not in models_panel(EN, [model('"><img src=x>')], None, None, "")


def test_a_server_that_cannot_be_reached_is_told_in_place_of_the_list() -> None:
    assert "<p" in (html := models_panel(EN, [], None, None, "Nobody <answers>")) and "Nobody &lt;answers&gt;" in html


def test_sizes_follow_the_language() -> None:
    assert "1,2 GB" in models_panel(PT, [model("a")], "a", None, "")
