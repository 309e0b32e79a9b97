"""Which Python .venv is made with, and the one sentence where there is none."""

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "setup" / "find_python.sh"


@pytest.fixture
def shims(tmp_path: Path) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def python(shims: Path, name: str, version: str, *, has_venv: bool = True) -> Path:
    """A program that answers as a Python of this version would."""
    shim = shims / name
    answer = f'case "$2" in *ensurepip*) exit {0 if has_venv else 1} ;; *) echo {version} ;; esac'
    shim.write_text(f"#!/bin/sh\n{answer}\n")
    shim.chmod(0o755)
    return shim


def find(shims: Path, venv: str = "missing", **environ: str) -> tuple[str, str]:
    """What it prints: the Python, the sentence."""
    done = subprocess.run(
        ["/bin/sh", SCRIPT, venv], env={"PATH": str(shims), **environ}, capture_output=True, text=True, check=False
    )
    assert (done.returncode == 0) == bool(done.stdout)
    return done.stdout.strip(), done.stderr.strip()


def test_python3_is_taken_where_it_is_fit(shims: Path) -> None:
    python(shims, "python3.12", "3.12")
    fit = python(shims, "python3", "3.13")
    assert find(shims) == (str(fit), "")


@pytest.mark.parametrize("version", ["2.7", "3.9", "3.10", "3.14"])
def test_another_is_looked_for_beside_an_unfit_python3(shims: Path, version: str) -> None:
    python(shims, "python3", version)
    fit = python(shims, "python3.12", "3.12")
    assert find(shims) == (str(fit), "")


@pytest.mark.parametrize("version", ["3.10", "3.14"])
def test_an_unfit_python_is_told_with_its_version(shims: Path, version: str) -> None:
    python(shims, "python3", version)
    found, sentence = find(shims)
    assert not found
    assert f"found {version}: install" in sentence
    assert sentence.endswith("then run make again.")


def test_no_python_at_all_is_told(shims: Path) -> None:
    assert "found no python3" in find(shims)[1]


def test_a_python_without_venv_is_told_with_the_package_to_install(shims: Path) -> None:
    python(shims, "python3", "3.11", has_venv=False)
    assert "sudo apt-get install python3.11-venv" in find(shims)[1]


def test_a_python_with_venv_goes_before_one_without(shims: Path) -> None:
    python(shims, "python3", "3.11", has_venv=False)
    whole = python(shims, "python3.12", "3.12")
    assert find(shims)[0] == str(whole)


def test_a_shim_of_no_python_is_passed_over(shims: Path) -> None:
    (shims / "python3").write_text("#!/bin/sh\nexit 127\n")
    (shims / "python3").chmod(0o755)
    fit = python(shims, "python3.11", "3.11")
    assert find(shims)[0] == str(fit)


def test_a_finished_venv_is_used_even_where_no_other_python_is(shims: Path, tmp_path: Path) -> None:
    (tmp_path / "venv" / "bin").mkdir(parents=True)
    (tmp_path / "venv" / "setup").mkdir()
    (tmp_path / "venv" / "setup" / "venv").touch()
    own = python(tmp_path / "venv" / "bin", "python", "3.12")
    assert find(shims, str(tmp_path / "venv"))[0] == str(own)


def test_a_python_named_by_the_person_is_taken(shims: Path, tmp_path: Path) -> None:
    python(shims, "python3", "3.11")
    (tmp_path / "elsewhere").mkdir()
    named = python(tmp_path / "elsewhere", "python", "3.13")
    assert find(shims, PYTHON=str(named))[0] == str(named)


@pytest.mark.parametrize("variable", ["LANG", "LC_ALL"])
def test_the_sentence_is_portuguese_where_the_locale_is(shims: Path, variable: str) -> None:
    assert find(shims, **{variable: "pt_BR.UTF-8"})[1].endswith("e execute make de novo.")
