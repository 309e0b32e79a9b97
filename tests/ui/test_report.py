"""What the command line prints: fixed keys, sentences in both languages, settings by name."""

from datetime import UTC, datetime, timedelta

import pytest

from agent1.serving.facts import ServedModel
from agent1.store.records import Figures, Policy, Run, RunEvent, RunState, Targets
from agent1.trainer.readiness import judge
from agent1.ui.catalogue import LANGUAGES, Catalogue
from agent1.ui.report import (
    BadValue,
    UnknownSetting,
    changed_policy,
    model_rows,
    policy_table,
    run_json,
    stage_seconds,
    status_json,
    status_text,
)

BEGIN = datetime(2026, 11, 1, 12, tzinfo=UTC)
RUN = Run(
    3, RunState.PROMOTED, "smollm2:135m", "sha256:0", "http://127.0.0.1:1", 24, BEGIN, BEGIN + timedelta(seconds=90)
)


def events(*states: RunState) -> list[RunEvent]:
    return [RunEvent(3, state, BEGIN + timedelta(seconds=30 * at), "") for at, state in enumerate(states)]


def test_status_json_has_the_promised_keys() -> None:
    told = status_json(judge(Figures(0, 0, 0, None), Targets()), 0, ["x"])
    assert list(told) == ["state", "criteria", "usable_examples", "missing"]
    assert list(told["criteria"]) == ["conversations", "messages", "ratings", "mean_rating"]
    assert all(list(row) == ["value", "target", "met"] for row in told["criteria"].values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_status_of_an_empty_home_is_red_and_shows_no_mean(language: str) -> None:
    text = status_text(Catalogue.load(language), judge(Figures(0, 0, 0, None), Targets()), 0, [])
    assert text.startswith("🔴")
    assert "—" in text and "✅" not in text


def test_run_json_has_the_promised_keys() -> None:
    told = run_json(Catalogue.load("en"), RUN, events(RunState.QUEUED, RunState.PROMOTED), BEGIN)
    assert list(told) == [
        "run", "state", "tag", "base", "examples", "seconds", "stages", "verdict", "reason",
    ]  # fmt: skip
    assert told["seconds"] == 90


def test_the_seconds_of_a_stage_that_was_gone_on_with_are_added_up() -> None:
    row = (RunState.TRAINING, RunState.CANCELLED, RunState.TRAINING, RunState.EXPORTING, RunState.PROMOTED)
    told = stage_seconds(events(*row), BEGIN)
    once = stage_seconds(events(RunState.TRAINING, RunState.EXPORTING), BEGIN)["training"]
    assert told["training"] == 2 * once


def test_stage_seconds_are_the_spans_between_events() -> None:
    told = stage_seconds(events(RunState.QUEUED, RunState.PREPARING, RunState.FAILED), BEGIN + timedelta(hours=1))
    assert told == {"queued": 30.0, "preparing": 30.0}


def test_the_last_stage_of_an_active_run_lasts_until_now() -> None:
    assert stage_seconds(events(RunState.QUEUED), BEGIN + timedelta(seconds=7)) == {"queued": 7.0}


def test_a_model_row_tells_the_run_that_made_it() -> None:
    made = Run(**{**vars(RUN), "tag": "agent1-x:1"})
    served = [
        ServedModel("agent1-x:1", "d", 5, "llama", None),
        ServedModel("far", "d", 5, "llama", None, is_cloud=True),
    ]
    (row,) = model_rows(served, [made], "agent1-x:1")
    assert (row.base, row.run, row.in_use) == ("smollm2:135m", 3, True)


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("ratings", "30", "30"),
        ("mean_rating", "4.2", "4.2"),
        ("automatic", "on", "on"),
        ("hours", "22-6", "22-6"),
        ("new_examples", "5", "5"),
        ("base", "llama3.2:1b", "llama3.2:1b"),
        ("system", "Short.", "Short."),
        ("temperature", "0.5", "0.5"),
        ("context", "2048", "2048"),
        ("context", "-", "-"),
    ],
)
def test_a_changed_setting_is_shown_by_its_name(name: str, value: str, shown: str) -> None:
    table = policy_table(changed_policy(Policy(), name, value))
    assert [line.split() for line in table.splitlines() if line.startswith(name + " ")] == [[name, shown]]


@pytest.mark.parametrize(
    ("name", "value"), [("ratings", "many"), ("automatic", "yes"), ("hours", "7"), ("hours", "a-b")]
)
def test_a_value_that_makes_no_sense_is_refused(name: str, value: str) -> None:
    with pytest.raises(BadValue):
        changed_policy(Policy(), name, value)


def test_an_unknown_setting_is_told_with_the_known_ones() -> None:
    with pytest.raises(UnknownSetting) as refused:
        changed_policy(Policy(), "colour", "red")
    assert "mean_rating" in str(refused.value.params["names"])
