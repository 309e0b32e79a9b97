"""The tests' own browser: where it is looked for, and that it draws."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

import chromium
import pytest
from playwright.sync_api import Page
from words import words_for


def program(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_the_browser_shows_a_page(page: Page) -> None:
    page.set_content("<button onclick=\"this.textContent = '😍'\">rate</button>")
    page.get_by_role("button").click()
    assert page.get_by_role("button").inner_text() == "😍"


def test_a_named_browser_goes_before_all_others(tmp_path: Path) -> None:
    mine = program(tmp_path / "mine", "echo Chromium 1.0")
    assert chromium.find_chromium({"AGENT1_CHROMIUM": str(mine), "PATH": os.environ["PATH"]}) == mine


def test_a_named_browser_that_does_not_start_is_not_replaced_by_another(tmp_path: Path) -> None:
    mine = program(tmp_path / "mine", "exit 1")
    assert chromium.find_chromium({"AGENT1_CHROMIUM": str(mine), "PATH": os.environ["PATH"]}) is None


def test_a_snap_in_disguise_is_passed_over(tmp_path: Path) -> None:
    program(tmp_path / "chromium", "echo 'Command requires the chromium snap to be installed.' >&2; exit 1")
    real = program(tmp_path / "google-chrome", "echo Google Chrome 140.0")
    assert chromium.find_chromium({"PATH": str(tmp_path)}) == real


def test_debian_is_told_from_ubuntu(tmp_path: Path) -> None:
    for name, text in {
        "debian": 'PRETTY_NAME="Debian"\nID=debian\n',
        "ubuntu": 'ID_LIKE=debian\nID="ubuntu"\n',
    }.items():
        (tmp_path / name).write_text(text)
        assert chromium.distribution(tmp_path / name) == name


@pytest.mark.parametrize(("system", "asked"), [("debian", "apt-get"), ("ubuntu", "playwright")])
def test_debian_is_asked_for_its_package_and_others_for_playwrights(
    system: str, asked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[list[str]] = []

    def run(argv: list[str], environ: Mapping[str, str]) -> bool:
        calls.append(argv)
        return True

    program(tmp_path / "apt-get", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "distribution", lambda: system)
    monkeypatch.setattr(chromium, "as_root", list)
    monkeypatch.setattr(chromium, "_run", run)
    monkeypatch.setattr(chromium, "find_chromium", lambda environ: tmp_path if calls else None)
    chromium.install_chromium({}, words_for({}))
    assert asked in calls[0]
    assert all(asked in call for call in calls)
