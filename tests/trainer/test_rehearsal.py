"""The export is tried on the untouched base, before anybody trains."""

from pathlib import Path

import numpy as np
import pytest

from agent1.serving.alone import answers_of_file
from agent1.serving.gguf_file import read_gguf
from agent1.tests.tiny_models import tiny_llama_gguf
from agent1.trainer import rehearsal
from agent1.trainer.base_weights import unpack
from agent1.trainer.rehearsal import BaseNotExportable, rehearse_export

DIGEST = "sha256:" + "5a" * 32


@pytest.mark.parametrize("weights", ["F32", "Q4_0"])
def test_a_base_is_rehearsed_once_and_leaves_a_note_alone(
    tmp_path: Path, weights: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = tiny_llama_gguf(tmp_path / "tiny.gguf", weights=weights)
    folder = unpack(base, tmp_path / "bases", DIGEST)
    scratch = tmp_path / "scratch.tmp"
    asked: list[int] = []
    rehearse_export(base, folder, scratch, lambda file: asked.append(len(read_gguf(file).tensors)))
    assert asked == [len(read_gguf(base).tensors)]
    assert (folder / rehearsal.NOTE).exists() and not scratch.exists()
    monkeypatch.setattr(rehearsal, "export", None)  # a second time it is not called
    rehearse_export(base, folder, scratch, _not_asked)


def test_a_base_that_llama_cpp_cannot_load_once_exported_is_refused_with_its_words(tmp_path: Path) -> None:
    base = tiny_llama_gguf(tmp_path / "tiny.gguf")
    folder = unpack(base, tmp_path / "bases", DIGEST)

    def ask(file: Path) -> None:
        file.write_bytes(file.read_bytes()[:5000])
        answers_of_file(file, ["Hello"], {"num_predict": 1, "num_ctx": 64})

    with pytest.raises(BaseNotExportable, match="llama runner process has terminated"):
        rehearse_export(base, folder, tmp_path / "scratch.tmp", ask)
    assert not (folder / rehearsal.NOTE).exists() and not list(tmp_path.glob("scratch*"))


def test_a_base_that_does_not_come_out_as_it_went_in_is_refused_by_its_part(tmp_path: Path) -> None:
    """A number that is none passes every look at the header, and would have failed the export after the training."""
    base = tiny_llama_gguf(tmp_path / "tiny.gguf")
    broken = read_gguf(base).tensors["blk.0.attn_q.weight"]
    with base.open("r+b") as file:
        file.seek(broken.start)
        file.write(np.float32("nan").tobytes())
    folder = unpack(base, tmp_path / "bases", DIGEST)
    with pytest.raises(BaseNotExportable) as refused:
        rehearse_export(base, folder, tmp_path / "scratch.tmp", _not_asked)
    assert "blk.0.attn_q" in str(refused.value.params) or "q_proj" in str(refused.value.params)
    assert not (folder / rehearsal.NOTE).exists() and not list(tmp_path.glob("scratch*"))


def _not_asked(file: Path) -> None:
    raise AssertionError(f"{file} was not to be asked")
