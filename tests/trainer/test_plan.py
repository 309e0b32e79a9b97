"""What a run would be, looked at with a real store and a real tiny base on the embedded server's shelf."""

from pathlib import Path

from agent1.serving.client import ModelServer
from agent1.serving.errors import ServerUnreachable
from agent1.store.home import Home
from agent1.store.store import Store
from agent1.trainer.plan import make_plan


def silent() -> ModelServer:
    raise ServerUnreachable(address="http://127.0.0.1:1")


def test_every_reason_is_told_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    store = Store(Home(tmp_path / "home"))
    plan = make_plan(store, silent)
    assert [reason.key for reason in plan.refusals if reason.key != "error-axolotl-missing"] == [
        "error-not-ready",
        "error-too-few-examples",
        "error-server-unreachable",
    ]
    assert (plan.examples, plan.seconds) == (0, None) and plan.disk_free > 0
    assert store.runs.newest() == [] and not store.home.runs.exists()
