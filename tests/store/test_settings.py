from dataclasses import replace
from pathlib import Path

import pytest

from agent1.store.home import BadSetting, Deployment, Home, find_home, read_deployment
from agent1.store.records import ModelOptions, Policy, Rules, Targets
from agent1.store.settings import BadPolicy
from agent1.store.store import Store


def test_a_fresh_home_has_the_promised_targets(store: Store) -> None:
    assert store.settings.policy().targets == Targets(conversations=50, messages=200, ratings=20, mean_rating=3.5)
    assert not store.settings.policy().automatic


def test_a_saved_policy_is_read_back(store: Store) -> None:
    policy = Policy(Targets(5, 10, 3, 4.5), automatic=True, new_examples=7, hours=(22, 6), base="smollm2:135m",
                    system="Be brief.", options=ModelOptions(0.3, 2048))  # fmt: skip
    store.settings.save(policy)
    assert store.settings.policy() == policy


@pytest.mark.parametrize(
    "policy",
    [
        Policy(Targets(conversations=0)),
        Policy(Targets(mean_rating=5.1)),
        Policy(Targets(mean_rating=float("nan"))),
        Policy(new_examples=0),
        Policy(hours=(0, 25)),
        Policy(options=ModelOptions(temperature=2.5)),
        Policy(options=ModelOptions(context=100)),
        Policy(system="x" * 20_001),
    ],
)
def test_a_policy_outside_its_bounds_changes_nothing(store: Store, policy: Policy) -> None:
    before = Policy(new_examples=9)
    store.settings.save(before)
    with pytest.raises(BadPolicy):
        store.settings.save(replace(policy, automatic=True))
    assert store.settings.policy() == before


def test_the_model_in_use_is_the_newest_promotion(store: Store) -> None:
    assert store.promotions.in_use() is None
    for tag in ("first", "second", "first"):
        store.promotions.promote(tag)
    assert store.promotions.in_use() == "first"
    assert [promotion.tag for promotion in store.promotions.newest()] == ["first", "second", "first"]


def test_promoting_what_is_in_use_again_adds_nothing(store: Store) -> None:
    first = store.promotions.promote("first")
    assert store.promotions.promote("first") == first
    assert store.promotions.newest() == [first]


def test_the_home_is_where_the_environment_says(tmp_path: Path) -> None:
    assert find_home({"AGENT1_HOME": str(tmp_path / "here")}).root == tmp_path / "here"


def test_a_variable_wins_over_the_file_and_the_file_over_the_default(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.settings_file.write_text('port = 8000\nserver = "embedded"\n')
    deployment = read_deployment(home, {"AGENT1_PORT": "9000"})
    assert deployment == Deployment(port=9000, server="embedded")


@pytest.mark.parametrize("environ", [{"AGENT1_PORT": "²"}, {"AGENT1_PORT": "70000"}, {"AGENT1_SERVER": "other"}])
def test_a_setting_that_makes_no_sense_is_told(tmp_path: Path, environ: dict[str, str]) -> None:
    with pytest.raises(BadSetting):
        read_deployment(Home(tmp_path), environ)


@pytest.mark.parametrize("content", [b"port = ", b"\xff\xfe"])
def test_a_broken_settings_file_is_told(tmp_path: Path, content: bytes) -> None:
    home = Home(tmp_path)
    home.settings_file.write_bytes(content)
    with pytest.raises(BadSetting):
        read_deployment(home, {})


def test_the_rules_of_the_proof_are_kept_and_bounded(store: Store) -> None:
    policy = store.settings.policy()
    store.settings.save(replace(policy, rules=Rules(learned=0.5, retention=80, stopped=90, held_out=30)))
    assert store.settings.policy().rules == Rules(0.5, 80, 90, 30)
    with pytest.raises(BadPolicy) as refused:
        store.settings.save(replace(policy, rules=Rules(retention=101)))
    assert refused.value.params["setting"] == "proof_retention"
    assert store.settings.policy().rules.retention == 80
