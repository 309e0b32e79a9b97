"""The sheet before a start."""

from agent1.store.records import Reason
from agent1.trainer.plan import Plan, minutes_about
from agent1.ui.catalogue import Catalogue
from agent1.ui.start_sheet import start_sheet

EN, PT = Catalogue.load("en"), Catalogue.load("pt-BR")
GB = 1e9


def plan() -> Plan:
    return Plan(
        examples=67, new=12, left_out={"left-out-repeat": 3, "left-out-cut": 1}, base="smol:135m",
        parameters=135_000_000, seconds=280, cores=2,
        memory_wanted=3 * GB, memory_free=9 * GB, disk_wanted=2 * GB, disk_free=40 * GB,
    )  # fmt: skip


def test_it_tells_material_time_and_room() -> None:
    html = start_sheet(PT, plan())
    for told in ("67 exemplos, 12 deles novos", "smol:135m", "3 a 7 minutos", "precisa de 3 GB, há 9 GB livres"):
        assert told in html
    assert html.index("3 × ") < html.index("1 × ") and 'role="alert"' not in html


def test_it_tells_every_reason_that_refuses() -> None:
    refused = plan()
    refused.refusals += [Reason("error-no-memory", {"wanted": 3.1, "available": 1.2}), Reason("error-axolotl-missing")]
    html = start_sheet(EN, refused)
    assert EN.say("sheet-refused") in html and html.count("<li>") == 2 + 2
    assert EN.say("error-axolotl-missing") in html


def test_without_a_base_nothing_is_guessed() -> None:
    html = start_sheet(EN, Plan(examples=0))
    assert EN.say("sheet-memory") not in html and EN.say("sheet-time") not in html


def test_a_tight_memory_is_told() -> None:
    tight = plan()
    tight.memory_free = tight.memory_wanted + 1
    assert EN.say("sheet-chat-slow") in start_sheet(EN, tight) and EN.say("sheet-chat-fast") in start_sheet(EN, plan())


def test_the_time_is_a_range() -> None:
    assert minutes_about(280) == (3, 7) and minutes_about(5) == (1, 2)
