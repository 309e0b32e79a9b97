"""The page of one run and the table of all, from a real store and real run folders."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from agent1.store.records import Reason, Role, Run, RunState
from agent1.tests.trainer.test_judgement import GOOD
from agent1.trainer.dataset import freeze
from agent1.trainer.evaluation import Pair
from agent1.trainer.material import collect
from agent1.trainer.progress import ProgressLog
from agent1.trainer.run_folder import RunFolder
from agent1.ui.catalogue import Catalogue
from agent1.ui.run_page import read_page, run_page
from agent1.ui.run_table import read_results, run_table

from .conftest import Stage
from .test_proof_table import told as written

EN, PT = Catalogue.load("en"), Catalogue.load("pt-BR")


@pytest.fixture
def run(stage: Stage) -> Run:
    """A run with one learned answer, one left out, a curve, a config, a log and two measured questions."""
    store, person = stage.store, stage.person
    for answer in ("Blue. <b>${alert(1)}</b>", "Cut off"):
        talk = store.conversations.start(person, "talk")
        asked = store.messages.add(talk, Role.USER, f"Which colour? {answer}", parent_id=None)
        said = store.messages.add(talk, Role.ASSISTANT, answer, parent_id=asked.id)
        store.ratings.rate(said, person, 5)
    with store._database.write() as db:
        db.execute("update messages set state = 'cut' where content = 'Cut off'")
    material = collect(store)
    run = stage.start_run()
    folder = RunFolder(store.home.run_folder(run.id))
    folder.stage(RunState.TRAINING).mkdir(parents=True)
    freeze(folder.path, material)
    (folder.path / "axolotl.yml").write_text("lora_r: 16\n")
    pair = Pair("Why?", wanted="Because.", before="No idea.", after="Because <i>so</i>.", held_out=True)
    folder.evaluation.write_text(json.dumps(written(replace(GOOD, pairs=(pair,)))))
    log = ProgressLog(folder.stage(RunState.TRAINING))
    for step in range(1, 4):
        log.write("step", step=step, total=3, loss=3 / step, lr=0.001, seconds=1)
    log.write("eval", step=3, loss=1.5)
    (folder.stage(RunState.TRAINING) / "output.log").write_text("the last line")
    store.runs.advance(run, RunState.TRAINING)
    return store.runs.advance(
        store.runs.get(run.id), RunState.KEPT, tag="agent1-x:1", reason=Reason("error-run-active", {"run": 3})
    )


def test_the_page_tells_everything_of_a_run(stage: Stage, run: Run) -> None:
    html = run_page(EN, read_page(stage.store, run), stage.store.clock())
    for part in ("lora_r: 16", "the last line", "No idea.", "Because &lt;i&gt;so&lt;/i&gt;.", '<path class="learned"'):
        assert part in html
    assert EN.say("proof-title") in html and "49 of 50" in html
    assert EN.say("result-kept", tag="agent1-x:1") in html and EN.say("error-run-active", run=3) in html
    assert EN.say("dataset-title", count=1, replay=0) in html and "/?c=1" in html
    assert EN.say("left-out-title", count=1) in html and EN.say("left-out-cut") in html and "/?c=2" in html


def test_what_people_said_is_text_on_it(stage: Stage, run: Run) -> None:
    html = run_page(PT, read_page(stage.store, run), stage.store.clock())
    assert "<b>" not in html.replace("<b>1", "").split("</style>")[1].split('class="chart"')[0]
    assert "&lt;b&gt;${alert(1)}&lt;/b&gt;" in html and '<html lang="pt-BR">' in html


def test_a_run_whose_files_are_gone_still_has_its_page(stage: Stage, tmp_path: Path) -> None:
    run = stage.store.runs.advance(stage.start_run(), RunState.FAILED, reason=Reason("error-run-not-written"))
    html = run_page(EN, read_page(stage.store, run), stage.store.clock())
    assert EN.say("error-run-not-written") in html and EN.say("log-empty") in html
    assert EN.say("run-config") not in html


def test_the_table_tells_each_run_newest_first(stage: Stage, run: Run) -> None:
    newer = stage.store.runs.advance(stage.start_run(), RunState.CANCELLED)
    html = run_table(PT, read_results(stage.store), stage.store.clock())
    assert html.index(f'href="/runs/{newer.id}"') < html.index(f'href="/runs/{run.id}"')
    for told in ("3,00 → 1,00", "1,50", "agent1-x:1", PT.say("error-run-active", run=3), PT.say("stage-cancelled")):
        assert told in html


def test_without_runs_the_table_says_how_the_first_comes() -> None:
    assert EN.say("no-run-yet") in run_table(EN, [], None)  # type: ignore[arg-type]
