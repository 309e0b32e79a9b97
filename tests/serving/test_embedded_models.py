"""What the embedded server keeps: names, inheritance between models, blobs, manifests."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from agent1.serving.embedded.asked import seconds
from agent1.serving.embedded.describe import parameters, quoted
from agent1.serving.embedded.facts import human_number, quantization_level
from agent1.serving.embedded.guard import Guard
from agent1.serving.embedded.names import parse_name
from agent1.serving.embedded.refusals import Refused
from agent1.serving.embedded.shelf import Manifest, Shelf
from agent1.serving.embedded.template import render_prompt
from agent1.tests.tiny_models import tiny_llama_gguf

from .conftest import Running


def names(running: Running) -> list[str]:
    return [model["name"] for model in running.http.get("/api/tags").json()["models"]]


def shown(running: Running, name: str) -> dict[str, Any]:
    response = running.post("/api/show", model=name)
    assert response.status_code == 200, response.text
    return dict(response.json())


# Names


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("m", "m:latest"),
        ("m:7b", "m:7b"),
        ("somebody/m:7b", "somebody/m:7b"),
        ("library/m", "m:latest"),
        ("registry.ollama.ai/library/m", "m:latest"),
        ("hf.co/somebody/M.gguf:Q4_K_M", "hf.co/somebody/M.gguf:Q4_K_M"),
        ("localhost:5000/a/b:c", "localhost:5000/a/b:c"),
        ("a" * 80 + ":" + "t" * 80, "a" * 80 + ":" + "t" * 80),
    ],
)
def test_a_name_is_told_in_its_shortest_spelling(text: str, short: str) -> None:
    assert str(parse_name(text)) == short


@pytest.mark.parametrize(
    "text", ["", ":", "a:", ":a", "/a", "a/", "a b", "a:b:c", "a/b.c/d/e", "ä", ".a", "a@b", "..", "a/..:b"]
)
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_name(text)
    assert (refused.value.status, refused.value.error) == (400, "invalid model name")


def test_a_name_in_other_case_is_the_same_model(running: Running, tiny_gguf: Path) -> None:
    running.create_tiny("Case:One", tiny_gguf, system="first")
    running.create_tiny("case:ONE", tiny_gguf, system="second")
    assert [name for name in names(running) if name.lower() == "case:one"] == ["Case:One"]
    assert shown(running, "CASE:one")["system"] == "second"


def test_the_newest_model_is_listed_first(running: Running, tiny_gguf: Path) -> None:
    for name in ("older", "newer"):
        running.create_tiny(name, tiny_gguf)
    assert names(running)[:2] == ["newer:latest", "older:latest"]


# Making one model of another


def test_a_model_inherits_what_the_request_does_not_change(running: Running, tiny_gguf: Path) -> None:
    running.create("base", tiny_gguf, template="{{ 1 }}", system="Be kind.", license="Apache-2.0",
                   parameters={"stop": ["x"], "temperature": 0.5})  # fmt: skip
    made = running.post("/api/create", model="child", **{"from": "base"}, parameters={"temperature": 0.25})
    assert made.status_code == 200
    child = shown(running, "child")
    assert (child["template"], child["system"], child["license"]) == ("{{ 1 }}", "Be kind.", "Apache-2.0")
    assert child["parameters"].splitlines() == [f'{"stop":<30} "x"', f"{'temperature':<30} 0.25"]
    assert child["details"]["parent_model"] == "base:latest"


def test_example_messages_stand_before_the_talk(running: Running, tiny_gguf: Path) -> None:
    shots = [{"role": "user", "content": "1+1"}, {"role": "assistant", "content": "2"}]
    running.create_tiny(
        "shots", tiny_gguf, messages=shots, template="{% for m in messages %}[{{ m.content }}]{% endfor %}"
    )
    assert running.rendered("shots", "2+2") == "[1+1][2][2+2]"


def test_a_template_of_the_file_is_no_template_of_the_modelfile(running: Running) -> None:
    told = shown(running, "tiny:1")
    assert "<|im_start|>" in told["template"]
    assert "TEMPLATE" not in told["modelfile"]


# Blobs


def test_a_blob_is_new_once(running: Running) -> None:
    digest = f"sha256:{hashlib.sha256(b'once').hexdigest()}"
    assert running.http.head(f"/api/blobs/{digest}").status_code == 404
    assert running.http.post(f"/api/blobs/{digest}", content=b"once").status_code == 201
    assert running.http.head(f"/api/blobs/{digest}").status_code == 200
    assert running.http.post(f"/api/blobs/{digest}", content=b"once").status_code == 200


def test_deleting_a_model_keeps_the_weights_another_one_uses(running: Running, tmp_path: Path) -> None:
    path = tiny_llama_gguf(tmp_path / "shared.gguf", seed=77)
    running.create_tiny("one", path)
    running.create_tiny("two", path)
    blob = running.home.models / "blobs" / f"sha256-{hashlib.sha256(path.read_bytes()).hexdigest()}"
    assert running.http.request("DELETE", "/api/delete", json={"model": "one"}).status_code == 200
    assert blob.exists()
    assert "one:latest" not in names(running)
    assert running.http.request("DELETE", "/api/delete", json={"model": "two"}).status_code == 200
    assert not blob.exists()


def test_a_deleted_model_is_unloaded(running: Running, tiny_gguf: Path) -> None:
    running.create_tiny("brief", tiny_gguf)
    running.say("brief", "Hi", options={"num_predict": 1})
    running.http.request("DELETE", "/api/delete", json={"model": "brief"})
    assert "brief:latest" not in running.loaded()


def test_tidying_takes_what_no_model_uses(tmp_path: Path, tiny_gguf: Path) -> None:
    shelf = Shelf(tmp_path)
    used, lost = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"
    for digest in (used, lost):
        shelf.blob_file(digest).write_bytes(tiny_gguf.read_bytes())
    shelf.blob_file(used).with_name(".writing-x").write_bytes(b"half")
    shelf.write(parse_name("kept"), Manifest("kept:latest", used, 1))
    shelf.tidy()
    assert [file.name for file in (tmp_path / "blobs").iterdir()] == [shelf.blob_file(used).name]


def test_a_broken_manifest_hides_only_its_own_model(tmp_path: Path, tiny_gguf: Path) -> None:
    shelf = Shelf(tmp_path)
    blob = f"sha256:{'a' * 64}"
    shelf.blob_file(blob).write_bytes(tiny_gguf.read_bytes())
    for name in ("good", "bad"):
        shelf.write(parse_name(name), Manifest(f"{name}:latest", blob, 1))
    [broken] = tmp_path.rglob("bad/*.json")
    broken.write_text("{")
    assert [model.name for model in shelf.models()] == ["good:latest"]
    with pytest.raises(Refused, match="bad"):
        shelf.open("bad")


# Spelling


@pytest.mark.parametrize(
    ("count", "told"),
    [(134515008, "134.52M"), (8_030_261_248, "8.0B"), (999, "999"), (12_000, "12K"), (7_000_000_000, "7B")],
)
def test_numbers_are_told_for_people(count: int, told: str) -> None:
    assert human_number(count) == told


@pytest.mark.parametrize(
    ("number", "name"), [(0, "F32"), (1, "F16"), (3, "Q4_1"), (15, "Q4_K_M"), (None, "unknown"), (999, "unknown")]
)
def test_file_types_have_their_usual_names(number: int | None, name: str) -> None:
    assert quantization_level(number) == name


def test_parameters_are_spelled_as_go_does() -> None:
    assert parameters({"stop": ["a\n", "é"], "num_ctx": 4096, "top_p": 0.9}) == (
        f'{"stop":<30} "a\\n"\n{"stop":<30} "é"\n{"num_ctx":<30} 4096\n{"top_p":<30} 0.9'
    )


@pytest.mark.parametrize(("text", "told"), [("a", "a"), (" a", '" a"'), ("a\nb", '"a\nb"'), ('a\n"b"', '"""a\n"b""""')])
def test_a_modelfile_quotes_what_it_must(text: str, told: str) -> None:
    assert quoted(text) == told


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (None, 300),
        (0, 0),
        (90, 90),
        ("5m", 300),
        ("1h30m", 5400),
        ("250ms", 0.25),
        (-1, float("inf")),
        ("-1s", float("inf")),
    ],
)
def test_keep_alive_is_read_as_go_reads_durations(written: float | str | None, told: float) -> None:
    assert seconds(written, 300) == told


def test_a_template_sees_loop_controls_generation_marks_and_dates() -> None:
    template = (
        "{% for m in messages %}{% if loop.index > 1 %}{% break %}{% endif %}{% generation %}{{ m.content }}"
        "{% endgeneration %}{% endfor %}{{ bos_token }}{{ strftime_now('%Y') | length }}"
    )
    assert render_prompt(template, [{"content": "a"}, {"content": "b"}], "<s>", "</s>") == "a<s>4"


@pytest.mark.parametrize("template", ["{{ messages[0].content + 1 }}", "{{ 1 / 0 }}", "{{ nothing.at.all }}", "{% for"])
def test_a_template_that_fails_is_told(template: str) -> None:
    with pytest.raises(Refused, match="template error"):
        render_prompt(template, [{"role": "user", "content": "a"}], "", "")


def test_idle_time_counts_from_the_start_where_nobody_asks() -> None:
    now = [0.0]
    guard = Guard(lambda *_: None, clock=lambda: now[0])  # type: ignore[arg-type]  # it is never called
    now[0] = 7.0
    assert guard.idle_seconds() == 7.0
