"""What stands in the way of an installation is told in one sentence, before anything is installed."""

import sys
from dataclasses import replace
from pathlib import Path

import machine
import pytest
from machine import SPACE, Machine, obstacle
from words import SENTENCES, words_for

LINUX = Machine("Linux", "x86_64", translated=False, macos=None, glibc=(2, 36), space=SPACE)
MAC = Machine("Darwin", "arm64", translated=False, macos=(15, 1), glibc=None, space=SPACE)


@pytest.mark.parametrize("fit", [LINUX, MAC, replace(LINUX, architecture="aarch64"), replace(LINUX, glibc=(2, 28))])
def test_a_fit_machine_has_no_obstacle(fit: Machine) -> None:
    assert obstacle(fit) is None


@pytest.mark.parametrize(
    ("unfit", "key", "told"),
    [
        (replace(MAC, architecture="x86_64"), "intel-mac", "Intel Macs"),
        (replace(MAC, architecture="x86_64", translated=True), "intel-python", "Apple silicon"),
        (replace(MAC, macos=(13, 6)), "old-macos", "macOS 13.6"),
        (replace(LINUX, glibc=(2, 27)), "old-glibc", "glibc 2.27"),
        (replace(LINUX, glibc=None), "musl", "Alpine"),
        (replace(LINUX, architecture="riscv64"), "other-machine", "Linux riscv64"),
        (replace(LINUX, system="FreeBSD"), "other-machine", "FreeBSD"),
        (replace(LINUX, space=SPACE - 1), "no-space", "6 GB"),
    ],
)
def test_an_obstacle_is_told(unfit: Machine, key: str, told: str) -> None:
    found = obstacle(unfit)
    assert found is not None
    assert found[0] == key
    assert told in words_for({})(found[0], **found[1])


def test_space_that_the_installation_has_taken_already_counts(tmp_path: Path) -> None:
    before = machine.look(tmp_path, tmp_path / "none").space
    (tmp_path / "venv").mkdir()
    with (tmp_path / "venv" / "file").open("wb") as file:
        file.write(b"x" * 50_000_000)
        file.flush()
        assert machine.look(tmp_path, tmp_path / "venv").space > before - 40_000_000


def test_an_engine_that_dies_of_a_signal_is_noticed_without_dying_too(tmp_path: Path) -> None:
    dying = tmp_path / "python"
    dying.write_text("#!/bin/sh\nkill -ILL $$\n")
    dying.chmod(0o755)
    assert not machine.engine_runs(dying)


def test_the_engine_runs_here() -> None:
    assert machine.engine_runs(Path(sys.executable))


@pytest.mark.parametrize("key", sorted(SENTENCES))
def test_both_languages_fill_the_same_places(key: str) -> None:
    english, portuguese = SENTENCES[key]
    places = {"version": "v", "machine": "m", "free": "f", "folder": "d", "reason": "r", "number": 1, "count": 2,
              "what": "w"}  # fmt: skip
    assert english.format(**places) and portuguese.format(**places)
    assert {name for name in places if f"{{{name}}}" in english} == {n for n in places if f"{{{n}}}" in portuguese}
