"""What a failed run says: what happened, and the next step, in both languages."""

import pytest

from agent1.store.errors import Notice
from agent1.store.records import Reason
from agent1.store.settings import BOUNDS
from agent1.ui.catalogue import Catalogue

LANGUAGES = [Catalogue.load("en"), Catalogue.load("pt-BR")]
STAGE: dict[str, str | int] = {"stage": "training"}
MB: dict[str, str | int] = {"free_mb": 10, "needed_mb": 2345}


@pytest.mark.parametrize("catalogue", LANGUAGES, ids=lambda catalogue: catalogue.language)
@pytest.mark.parametrize(
    ("reason", "names"),
    [
        (Reason("error-stage-out-of-memory", STAGE), "tuning-batch_size"),
        (Reason("error-stage-no-memory", STAGE | {"available_mb": 100}), "tuning-batch_size"),
        (Reason("error-training-memory", {"available_mb": 100}), "tuning-batch_size"),
    ],
)
def test_without_memory_it_says_which_setting_to_lower(catalogue: Catalogue, reason: Reason, names: str) -> None:
    told = catalogue.tell(reason)
    assert catalogue.say(names) in told and catalogue.say("section-settings") in told


@pytest.mark.parametrize("catalogue", LANGUAGES, ids=lambda catalogue: catalogue.language)
@pytest.mark.parametrize("reason", [Reason("error-stage-no-room", STAGE | MB), Reason("error-training-disk-full", MB)])
def test_on_a_full_disk_it_says_how_much_to_free(catalogue: Catalogue, reason: Reason) -> None:
    told = catalogue.tell(reason)
    assert catalogue.say("whole", value=2345) in told and "agent1 doctor --clean" in told and "agent1 resume" in told


@pytest.mark.parametrize("catalogue", LANGUAGES, ids=lambda catalogue: catalogue.language)
@pytest.mark.parametrize("key", ["error-server-unreachable", "error-named-server-silent", "error-create-broken"])
def test_without_a_model_server_it_says_how_to_start_it(catalogue: Catalogue, key: str) -> None:
    assert "ollama serve" in catalogue.tell(Reason(key, {"address": "http://127.0.0.1:1", "tag": "a:1"}))


@pytest.mark.parametrize("catalogue", LANGUAGES, ids=lambda catalogue: catalogue.language)
@pytest.mark.parametrize("name", [*BOUNDS, "hours", "system"])
def test_a_value_out_of_bounds_names_the_setting_in_words_with_its_bounds(catalogue: Catalogue, name: str) -> None:
    class OutOfBounds(Notice):
        key = "error-bad-policy"

    told = catalogue.tell(OutOfBounds(setting=name, lowest=1e-06, highest=64))
    assert catalogue.say(f"named-{name}") in told and name.join("  ") not in told
    assert catalogue.say("whole", value=64) in told and "000001" in told
