"""The blind comparison on the page: nothing tells whose answer is whose, and keys pick as buttons do."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from agent1.serving.client import ModelServer
from agent1.store.home import Home
from agent1.store.records import Rules, Run, RunState
from agent1.store.store import Store
from agent1.tests.trainer.test_judgement import CASES
from agent1.trainer.blind import stand
from agent1.trainer.evaluation import Pair
from agent1.trainer.judgement import judge
from agent1.ui.blind_view import blind_panel

from .conftest import Stage, wait_until
from .test_pages import TUNED, open_admin
from .windows import EN, PT

ATTACK = "<img src=x onerror=alert(1)>"


def candidate(store: Store, questions: int) -> Run:
    """A run whose model is a candidate: its answers may be less like the well-rated ones."""
    pairs = tuple(Pair(f"Question {at} {ATTACK}", "w", f"old {at}", f"new {at}", True) for at in range(questions))
    seen = replace(CASES["likeness"][0], tag=TUNED, against="base:1b", pairs=pairs)
    judgement = judge(seen, Rules())
    run = store.runs.queue(base="base:1b", base_digest="sha256:0", server="", message_ids=[])
    content = {
        "verdict": judgement.verdict,
        "findings": [asdict(finding) for finding in judgement.findings],
        "figures": asdict(seen),
    }
    folder = store.home.run_folder(run.id)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "evaluation.json").write_text(json.dumps(content), encoding="utf-8")
    return store.finish(run, judgement.verdict, TUNED, judgement.reason)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(Home(tmp_path / "home"))


def test_the_page_tells_neither_model_nor_lets_text_become_markup(store: Store) -> None:
    run = candidate(store, 2)
    html = blind_panel(PT, stand(store, run))
    assert TUNED not in html and "base:1b" not in html and "<img" not in html
    assert html.count("data-side=") == 3 and html.count("aria-keyshortcuts=") == 3
    store.close()


def test_without_held_out_answers_it_says_so(store: Store) -> None:
    assert EN.say("blind-none") in blind_panel(EN, stand(store, candidate(store, 0)))
    store.close()


def test_keys_and_buttons_pick_and_the_last_pick_puts_the_candidate_in_use(app: Stage, english: Page) -> None:
    run = candidate(app.store, 6)
    assert stand(app.store, run).open is not None
    open_admin(english, EN.say("section-blind"))
    told = english.locator("#blind")
    for done, comparison in enumerate(app.store.comparisons.of(run)):
        expect(told).to_contain_text(EN.say("blind-how", number=done + 1, of=6))
        key, button = ("1", "first") if comparison.tuned_first else ("2", "second")
        if done % 2:
            english.keyboard.press(key)
        else:
            english.get_by_role("button", name=EN.say(f"blind-pick-{button}")).click()
    expect(told).to_contain_text(EN.say("blind-result", tag=TUNED, wins=6, losses=0, same=0))
    wait_until(lambda: app.store.runs.get(run.id).state is RunState.PROMOTED)
    assert app.store.promotions.in_use() == TUNED in {model.tag for model in ModelServer(app.talking.url).models()}
