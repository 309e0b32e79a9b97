"""Registering over real HTTP: all that the base had, the proof, and what happens where it fails."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent1.serving.client import CreateRequest, ModelServer
from agent1.serving.errors import ServerRefused
from agent1.store.records import RunState
from agent1.tests.fake_ollama import BASE, CHATML, FakeModel, FakeOllama, fake_ollama
from agent1.trainer.modelfile import read_template
from agent1.trainer.progress import ProgressLog
from agent1.trainer.registration import (
    NewTagEndless,
    NewTagSilent,
    PromptsDiffer,
    Registered,
    TagTaken,
    register,
    register_tuned,
    verify,
)
from agent1.trainer.run_folder import Order, RunFolder
from agent1.trainer.stages import registering

TAG = "agent1-smollm2-135m:20261122-150405-7"
OTHER = "[INST]"  # a template that renders another prompt
OWN = "{% for m in messages %}{{ m.content }}{% endfor %}"


@pytest.fixture
def fake() -> Iterator[FakeOllama]:
    with fake_ollama() as running:
        yield running


@pytest.fixture
def server(fake: FakeOllama) -> Iterator[ModelServer]:
    asking = ModelServer(fake.url)
    yield asking
    asking.close()


@pytest.fixture
def gguf(tmp_path: Path) -> Path:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF" + bytes(1000))
    return path


def digest_of(path: Path) -> str:
    return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


def tune(server: ModelServer, gguf: Path, base: str = BASE, **more: Any) -> Registered:
    return register_tuned(server, server.describe(base), gguf, digest_of(gguf), TAG, read_template(), **more)


def test_the_new_tag_has_all_that_its_base_had(fake: FakeOllama, server: ModelServer, gguf: Path) -> None:
    base = FakeModel(
        "own:1",
        "sha256:" + "1" * 64,
        system='Be "kind".\nAlways.',
        parameters={"stop": ["<|im_end|>"], "temperature": 0.3, "num_ctx": 4096},
        license="Apache License\n...",
        messages=[{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}],
        renderer="chatml-2",
        parser="chatml-2",
    )
    fake.add(base)
    tune(server, gguf, "own:1")
    assert fake.models[TAG] == replace(base, tag=TAG, digest=digest_of(gguf))


def test_a_proved_tag_reads_the_prompts_of_its_base(server: ModelServer, gguf: Path) -> None:
    report = tune(server, gguf).report
    assert report.can_render
    assert report.compared == 8
    assert not report.differences
    assert not report.changed
    assert report.spoken.answer == "Hello there. I'm here"


def test_the_file_is_never_quantised_again(fake: FakeOllama, server: ModelServer, gguf: Path) -> None:
    fake.switches.refuses_quantize = True
    tune(server, gguf)
    assert "quantize" not in fake.bodies("/api/create")[-1]


def test_a_file_that_the_server_has_is_not_sent_again(fake: FakeOllama, server: ModelServer, gguf: Path) -> None:
    fake.blobs[digest_of(gguf)] = gguf.read_bytes()
    tune(server, gguf)
    assert [method for method, path, _ in fake.asked if path.startswith("/api/blobs/")] == ["HEAD"]


def test_a_template_of_the_gguf_itself_is_not_sent(fake: FakeOllama, server: ModelServer, gguf: Path) -> None:
    fake.gguf_template = OWN
    fake.add(FakeModel("own:1", "sha256:" + "1" * 64, template=OWN, template_is_stored=False))
    tune(server, gguf, "own:1")
    assert [body.get("template") for body in fake.bodies("/api/create")] == [None]


def test_a_template_that_the_server_replaced_is_sent_in_a_second_try(
    fake: FakeOllama, server: ModelServer, gguf: Path
) -> None:
    fake.switches.detects_template = CHATML
    fake.add(FakeModel("own:1", "sha256:" + "1" * 64, template=OWN, template_is_stored=False))
    registered = tune(server, gguf, "own:1")
    assert [body.get("template") for body in fake.bodies("/api/create")] == [None, OWN]
    assert fake.models[TAG].template == OWN
    assert OWN in registered.modelfile


def test_a_tag_that_reads_other_prompts_is_taken_away(fake: FakeOllama, server: ModelServer, gguf: Path) -> None:
    fake.switches.detects_template, fake.switches.ignores_template = OTHER, True
    with pytest.raises(PromptsDiffer):
        tune(server, gguf)
    assert list(fake.models) == [BASE]


def test_differing_prompts_are_shown_side_by_side(fake: FakeOllama, server: ModelServer) -> None:
    fake.add(FakeModel(TAG, "sha256:0", template=OTHER))
    report = verify(server, BASE, TAG)
    assert report.changed == ("template", "parameters")
    assert report.differences[0].base.startswith("<|im_start|>user")
    assert report.differences[0].tag.startswith(OTHER)
    assert isinstance(report.why_not(), PromptsDiffer)


def test_a_tag_that_says_nothing_is_taken_away(fake: FakeOllama, server: ModelServer, gguf: Path) -> None:
    fake.switches.silent_model = True
    with pytest.raises(NewTagSilent):
        tune(server, gguf)
    assert list(fake.models) == [BASE]


def test_a_tag_that_comes_to_no_end_is_taken_away_where_its_base_does(
    fake: FakeOllama, server: ModelServer, gguf: Path
) -> None:
    fake.switches.ends = (BASE,)
    with pytest.raises(NewTagEndless):
        tune(server, gguf)
    assert list(fake.models) == [BASE]


@pytest.mark.parametrize(("ends", "asked"), [((BASE, TAG), [TAG]), ((), [TAG] * 3 + [BASE] * 3)])
def test_an_end_is_asked_of_the_base_only_where_the_tag_has_none(
    fake: FakeOllama, server: ModelServer, gguf: Path, ends: tuple[str, ...], asked: list[str]
) -> None:
    """A base that never ends an answer by itself says nothing about its tag."""
    fake.switches.ends = ends
    assert tune(server, gguf).report.spoken.ended is bool(ends)
    spoken = [body["model"] for body in fake.bodies("/api/chat") if "_debug_render_only" not in body]
    assert spoken == asked


def test_a_server_that_cannot_render_is_told_as_such(fake: FakeOllama, server: ModelServer, gguf: Path) -> None:
    fake.switches.cannot_render = True
    report = tune(server, gguf).report
    assert not report.can_render
    assert report.compared == 0


def test_without_rendering_another_template_is_still_found(fake: FakeOllama, server: ModelServer) -> None:
    fake.switches.cannot_render = True
    fake.add(FakeModel(TAG, "sha256:0", template=OTHER))
    assert isinstance(verify(server, BASE, TAG).why_not(), PromptsDiffer)


@pytest.mark.parametrize("taken", [TAG, TAG.upper()])
def test_an_existing_tag_is_never_replaced(fake: FakeOllama, server: ModelServer, gguf: Path, taken: str) -> None:
    fake.add(FakeModel(taken, "sha256:7"))
    with pytest.raises(TagTaken):
        register(server, CreateRequest(files={"model.gguf": digest_of(gguf)}), gguf, digest_of(gguf), TAG)
    assert fake.models[TAG.lower()].digest == "sha256:7"


def test_a_server_that_is_away_for_a_moment_is_waited_for(fake: FakeOllama, folder: RunFolder) -> None:
    fake.switches.refuses_connections = 2
    assert run_stage(folder) == 0
    assert TAG in fake.models


def test_a_create_that_broke_off_is_tried_again(fake: FakeOllama, folder: RunFolder) -> None:
    fake.switches.dies_in_create = 1
    assert run_stage(folder) == 0
    assert TAG in fake.models


def test_a_refusal_is_not_tried_again(fake: FakeOllama, server: ModelServer, gguf: Path) -> None:
    fake.switches.late_error = "failed to validate GGUF"
    with pytest.raises(ServerRefused):
        tune(server, gguf)
    assert len(fake.bodies("/api/create")) == 1


def test_what_is_being_done_is_told(server: ModelServer, gguf: Path) -> None:
    told: list[tuple[str, int, int]] = []
    tune(server, gguf, told=lambda *said: told.append(said))
    assert told[0] == ("uploading", 1004, 1004)
    assert [what for what, _, _ in told][-2:] == ["writing manifest", "success"]


@pytest.fixture
def folder(fake: FakeOllama, tmp_path: Path) -> RunFolder:
    run = tmp_path / "0007"
    run.mkdir()
    content = b"GGUF" + bytes(1000)
    (run / "model.gguf").write_bytes(content)
    written = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content), "replaced": 14}
    (run / "model.gguf.json").write_text(json.dumps(written))
    found = RunFolder(run)
    found.write_order(Order(7, BASE, "sha256:" + "9" * 64, "/nowhere", fake.url, str(tmp_path / "home"), 1, TAG, BASE))
    return found


def run_stage(folder: RunFolder) -> int:
    argv = [sys.executable, "-m", "agent1.trainer.stages.registering", str(folder.path)]
    return subprocess.run(argv, cwd=folder.path, check=False).returncode


def test_the_stage_leaves_its_evidence(fake: FakeOllama, folder: RunFolder) -> None:
    assert run_stage(folder) == 0
    assert folder.has_evidence(RunState.REGISTERING)
    registered = json.loads((folder.path / "registered.json").read_text())
    assert registered["tag"] == TAG
    assert registered["parity"]["differences"] == []
    assert (folder.path / "Modelfile").read_text().startswith(f"# {TAG}, tuned from {BASE}\nFROM ./model.gguf\n")


def test_the_stage_done_again_only_proves_again(fake: FakeOllama, folder: RunFolder) -> None:
    registering.work(folder, ProgressLog(folder.stage(RunState.REGISTERING)))
    (folder.path / "registered.json").unlink()
    registering.work(folder, ProgressLog(folder.stage(RunState.REGISTERING)))
    assert len(fake.bodies("/api/create")) == 1
    assert (folder.path / "registered.json").exists()


def test_a_tag_of_an_earlier_export_is_made_anew(fake: FakeOllama, folder: RunFolder) -> None:
    registering.work(folder, ProgressLog(folder.stage(RunState.REGISTERING)))
    content = b"GGUF" + bytes(2000)
    (folder.path / "model.gguf").write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    (folder.path / "model.gguf.json").write_text(json.dumps({"sha256": digest, "bytes": len(content)}))
    registering.work(folder, ProgressLog(folder.stage(RunState.REGISTERING)))
    assert fake.models[TAG].digest == f"sha256:{digest}"


def test_a_tag_of_somebody_else_stops_the_stage_with_a_reason(fake: FakeOllama, folder: RunFolder) -> None:
    fake.add(FakeModel(TAG, "sha256:7"))
    assert run_stage(folder) == 1
    reason = folder.reason(RunState.REGISTERING)
    assert reason is not None
    assert (reason.key, reason.params) == ("error-tag-taken", {"tag": TAG})
    assert fake.models[TAG].digest == "sha256:7"


def test_a_base_that_became_another_model_stops_the_stage(fake: FakeOllama, folder: RunFolder) -> None:
    fake.models[BASE].digest = "sha256:" + "8" * 64
    with pytest.raises(registering.BaseChanged):
        registering.work(folder, ProgressLog(folder.stage(RunState.REGISTERING)))


def test_an_export_that_was_cut_off_stops_the_stage(fake: FakeOllama, folder: RunFolder) -> None:
    (folder.path / "model.gguf").write_bytes(b"GGUF")
    with pytest.raises(registering.ExportChanged):
        registering.work(folder, ProgressLog(folder.stage(RunState.REGISTERING)))


def test_an_export_with_other_bytes_is_refused_by_the_server(fake: FakeOllama, folder: RunFolder) -> None:
    (folder.path / "model.gguf").write_bytes(b"GGUF" + bytes(999) + b"!")
    with pytest.raises(ServerRefused):
        registering.work(folder, ProgressLog(folder.stage(RunState.REGISTERING)))
    assert list(fake.models) == [BASE]


def test_an_explicit_template_that_the_server_refuses_counts_as_another_prompt(
    fake: FakeOllama, server: ModelServer, gguf: Path
) -> None:
    fake.switches.detects_template = CHATML
    fake.add(FakeModel("own:1", "sha256:" + "1" * 64, template=OWN + "{{", template_is_stored=False))
    with pytest.raises(PromptsDiffer):
        tune(server, gguf, "own:1")
    assert TAG not in fake.models
