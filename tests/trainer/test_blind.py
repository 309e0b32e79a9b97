"""The blind comparison over a real store and a run's real folder; the server is the stand-in over real HTTP."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pytest

from agent1.serving.client import ModelServer
from agent1.serving.errors import ServerUnreachable
from agent1.store.home import Home
from agent1.store.records import Pick, Rules, Run, RunState
from agent1.store.store import Store
from agent1.tests.fake_ollama import BASE, FakeModel, FakeOllama, fake_ollama
from agent1.tests.trainer.test_judgement import CASES, GOOD
from agent1.trainer.blind import Standing, pick, stand
from agent1.trainer.evaluation import Evaluation, Pair
from agent1.trainer.judgement import judge
from agent1.trainer.run_folder import RunFolder

TAG = "agent1-base:20261122-100000-1"
PAIRS = 12


@dataclass
class Bench:
    store: Store
    fake: FakeOllama

    def server(self) -> ModelServer:
        return ModelServer(self.fake.url)

    def measured(self, seen: Evaluation) -> Run:
        """A run that was judged by what was seen; the tuned answers say "new", those of the model in use "old"."""
        pairs = [Pair(f"Question {at}?", "wanted", f"old {at}", f"new {at}", True) for at in range(PAIRS)]
        pairs += [Pair("Equal?", "wanted", "the same", "the same ", True), Pair("Trained?", "w", "old", "new", False)]
        seen = replace(seen, tag=TAG, against=BASE, pairs=tuple(pairs))
        judgement = judge(seen, Rules())
        run = self.store.runs.queue(base=BASE, base_digest="sha256:0", server="", message_ids=[])
        content = {
            "verdict": judgement.verdict,
            "reason": asdict(judgement.reason),
            "findings": [asdict(finding) for finding in judgement.findings],
            "figures": asdict(seen),
        }
        folder = self.store.home.run_folder(run.id)
        folder.mkdir(parents=True)
        (folder / "evaluation.json").write_text(json.dumps(content), encoding="utf-8")
        return self.store.finish(run, judgement.verdict, TAG, judgement.reason)

    def play(self, run: Run, wins: int, losses: int) -> Standing:
        """Prefer the tuned answers so often, the others so often; the rest is the same."""
        standing = stand(self.store, run)
        for at in range(PAIRS):
            assert standing.open is not None
            tuned = "first" if standing.open.first.startswith("new") else "second"
            other = "second" if tuned == "first" else "first"
            side = tuned if at < wins else other if at < wins + losses else "same"
            standing = pick(self.store, self.server, run, standing.open.place, side)
        return standing

    def verdict(self, run: Run) -> RunState:
        told = RunFolder(self.store.home.run_folder(run.id)).proof()
        assert told is not None and told["verdict"] == self.store.runs.get(run.id).state
        return RunState(told["verdict"])


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    store = Store(Home(tmp_path / "home"))
    store.promotions.promote(BASE)
    with fake_ollama() as fake:
        fake.add(FakeModel(TAG, f"sha256:{0:064}"))
        yield Bench(store, fake)
    store.close()


def test_pairs_of_held_out_questions_with_two_different_answers_are_shown(bench: Bench) -> None:
    run = bench.measured(GOOD)
    standing = stand(bench.store, run)
    assert (standing.of, standing.done) == (PAIRS, 0)
    assert standing.open is not None
    assert {standing.open.first, standing.open.second} == {"old 0", "new 0"}


def test_sides_are_shuffled_once_and_stay(bench: Bench) -> None:
    run = bench.measured(GOOD)
    stand(bench.store, run)
    sides = bench.store.comparisons.of(run)
    again = [comparison for _ in range(5) if stand(bench.store, run) for comparison in bench.store.comparisons.of(run)]
    assert again == sides * 5
    many = [bench.store.runs.judge_anew(run, RunState.FAILED, None)]
    for _ in range(5):
        many.append(bench.measured(GOOD))
        stand(bench.store, many[-1])
    shuffled = [side.tuned_first for run in many for side in bench.store.comparisons.of(run)]
    assert 10 < sum(shuffled) < len(shuffled) - 10  # of 72; by chance in ten thousand million tries


def test_a_pick_stands_and_the_next_pair_comes(bench: Bench) -> None:
    run = bench.measured(GOOD)
    first = stand(bench.store, run).open
    assert first is not None
    for side in ("first", "second", "same"):
        standing = pick(bench.store, bench.server, run, first.place, side)
    assert standing.done == 1 and standing.open is not None and standing.open.place == first.place + 1
    assert bench.store.comparisons.of(run)[0].pick is not Pick.SAME


def test_a_candidate_whose_answers_are_preferred_for_sure_is_put_in_use(bench: Bench) -> None:
    run = bench.measured(CASES["likeness"][0])
    assert run.state is RunState.KEPT
    standing = bench.play(run, wins=10, losses=1)
    assert (standing.wins, standing.losses, standing.same, standing.is_counted) == (10, 1, 1, True)
    assert standing.rate.low > 0.5
    assert bench.verdict(run) is RunState.PROMOTED
    (newest, _) = bench.store.promotions.newest()
    assert (newest.tag, newest.run_id) == (TAG, run.id)


def test_a_model_in_use_whose_answers_are_not_preferred_makes_room(bench: Bench) -> None:
    run = bench.measured(GOOD)
    assert bench.store.promotions.in_use() == TAG
    bench.play(run, wins=1, losses=11)
    assert bench.verdict(run) is RunState.REJECTED
    assert bench.store.promotions.newest(1)[0].went_back_from == TAG
    assert bench.store.promotions.in_use() == BASE
    assert bench.store.runs.get(run.id).finished_at == run.finished_at


def test_without_a_sure_difference_the_verdict_stays(bench: Bench) -> None:
    run = bench.measured(GOOD)
    bench.play(run, wins=5, losses=5)
    assert bench.verdict(run) is RunState.PROMOTED and bench.store.promotions.in_use() == TAG


def test_eyes_do_not_outweigh_what_they_cannot_see(bench: Bench) -> None:
    run = bench.measured(CASES["learned"][0])
    bench.play(run, wins=PAIRS, losses=0)
    assert bench.verdict(run) is RunState.REJECTED


def test_a_server_that_is_away_puts_the_verdict_off(bench: Bench) -> None:
    run = bench.measured(CASES["likeness"][0])
    stand(bench.store, run)
    places = [comparison.place for comparison in bench.store.comparisons.of(run)]
    sides = {place: "first" if side.tuned_first else "second"
             for place, side in zip(places, bench.store.comparisons.of(run), strict=True)}  # fmt: skip

    def away() -> ModelServer:
        raise ServerUnreachable(address="http://127.0.0.1:1")

    for place in places[:-1]:
        pick(bench.store, away, run, place, sides[place])
    with pytest.raises(ServerUnreachable):
        pick(bench.store, away, run, places[-1], sides[places[-1]])
    assert bench.verdict(run) is RunState.KEPT and not stand(bench.store, run).is_counted
    assert pick(bench.store, bench.server, run, 0, "count").is_counted
    assert bench.verdict(run) is RunState.PROMOTED


def test_answers_that_were_deleted_are_shown_no_more_and_the_picks_stay(bench: Bench) -> None:
    run = bench.measured(GOOD)
    first = stand(bench.store, run).open
    assert first is not None
    pick(bench.store, bench.server, run, first.place, "same")
    path = bench.store.home.run_folder(run.id) / "evaluation.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    told["figures"]["pairs"] = []
    path.write_text(json.dumps(told), encoding="utf-8")
    standing = stand(bench.store, run)
    assert (standing.open, standing.done, standing.same) == (None, 1, 1)
