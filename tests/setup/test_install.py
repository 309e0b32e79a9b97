"""The installation does what is missing and only that, goes on where it was stopped, and is one at a time.

The programs are real processes; pip and uv are stand-ins that write down how they were called.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import install
import machine
import pytest
import steps
from machine import SPACE, Machine
from steps import Checkout, StepFailed
from words import words_for

ROOT = Path(__file__).parents[2]
SAY = words_for({})
FIT = Machine("Linux", "x86_64", translated=False, macos=None, glibc=(2, 36), space=SPACE)
LOCK = "demo==1 \\\n    --hash=sha256:aa\nuv==0.13.9 \\\n    --hash=sha256:cc\n"
PROJECT = '[project]\n[project.optional-dependencies]\ntrain = ["axolotl==0.19.0", "torch==2.13.0"]\n'
STEPS = ["venv", "tools", "torch", "packages", "project"]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """A checkout whose .venv is real and whose pip and uv only write down their arguments."""
    made = Checkout(tmp_path / "checkout")
    made.root.mkdir()
    made.lock.write_text(LOCK)
    made.project.write_text(PROJECT)
    monkeypatch.setattr(machine, "look", lambda root, venv: FIT)
    monkeypatch.setattr(machine, "engine_runs", lambda python: True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", made.venv], check=True)
    pip = made.site_packages / "pip"
    (pip / "_internal" / "cli").mkdir(parents=True)
    for name in ("", "_internal", "_internal/cli"):
        (pip / name / "__init__.py").touch()
    (pip / "_internal" / "cli" / "main.py").touch()
    (pip / "__main__.py").write_text(
        f"import os, sys\nopen({str(made.root / 'calls')!r}, 'a').write('pip ' + ' '.join(sys.argv[1:]) + '\\n')\n"
        "sys.exit(os.environ.get('STUB_FAILS', '') in sys.argv[-1] if os.environ.get('STUB_FAILS') else 0)\n"
    )
    _dist_info(made, "pip-26.0")
    for name in ("pip", "uv"):
        program = made.venv / "bin" / name
        program.write_text(
            f'#!{made.python}\nimport os, sys\nopen({str(made.root / "calls")!r}, "a")'
            '.write("uv " + " ".join(sys.argv[1:]) + "\\n")\n'
            'if "SLOW" in os.environ and "--no-deps" in sys.argv: __import__("time").sleep(float(os.environ["SLOW"]))\n'
            'sys.exit("--torch-backend=auto" in sys.argv or "UV_FAILS" in os.environ)\n'
        )
        program.chmod(0o755)
    return made


def _dist_info(checkout: Checkout, name: str, files: tuple[str, ...] = ("INSTALLER", "METADATA", "RECORD")) -> Path:
    folder = checkout.site_packages / f"{name}.dist-info"
    folder.mkdir()
    for file in files:
        (folder / file).touch()
    return folder


def done(checkout: Checkout) -> list[str]:
    return [name for name in STEPS if (checkout.venv / "setup" / name).exists()]


def test_everything_is_done_once(checkout: Checkout) -> None:
    install.bring_up_to_date(checkout, SAY)
    assert done(checkout) == STEPS
    assert install.stale(checkout) == []


def test_a_second_time_nothing_is_called(checkout: Checkout) -> None:
    install.bring_up_to_date(checkout, SAY)
    (checkout.root / "calls").unlink()
    install.bring_up_to_date(checkout, SAY)
    assert not (checkout.root / "calls").exists()


@pytest.mark.parametrize(
    ("file", "text", "stale"),
    [
        ("requirements.lock", LOCK.replace("demo==1", "demo==2"), ["packages", "project"]),
        ("requirements.lock", LOCK.replace("uv==0.13.9", "uv==0.13.10"), ["tools", "torch", "packages", "project"]),
        ("pyproject.toml", PROJECT + "# a new entry point\n", ["project"]),
        ("pyproject.toml", PROJECT.replace("2.13.0", "2.14.0"), ["torch", "packages", "project"]),
    ],
    ids=["a package", "uv", "the project", "torch"],
)
def test_a_pull_makes_stale_what_it_changed_and_what_builds_on_it(
    checkout: Checkout, file: str, text: str, stale: list[str]
) -> None:
    install.bring_up_to_date(checkout, SAY)
    (checkout.root / file).write_text(text)
    assert [step.name for step in install.stale(checkout)] == stale


def test_a_moved_checkout_is_made_anew(checkout: Checkout, tmp_path: Path) -> None:
    install.bring_up_to_date(checkout, SAY)
    moved = Checkout(tmp_path / "moved")
    shutil.move(checkout.root, moved.root)
    assert [step.name for step in install.stale(moved)] == STEPS
    assert not steps.is_usable(moved)


def test_a_failed_step_is_told_and_done_again_next_time(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUB_FAILS", "torch")
    with pytest.raises(StepFailed, match="check the network and the free disk space"):
        install.bring_up_to_date(checkout, SAY)
    assert done(checkout) == ["venv", "tools"]
    monkeypatch.delenv("STUB_FAILS")
    install.bring_up_to_date(checkout, SAY)
    assert done(checkout) == STEPS


def test_where_uv_does_not_get_through_pip_installs_the_same_lock(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_FAILS", "1")
    with pytest.raises(StepFailed):
        install.bring_up_to_date(checkout, SAY)  # the project itself, which needs no index, is left to uv
    assert done(checkout) == STEPS[:4]
    called = (checkout.root / "calls").read_text()
    assert f"pip install --compile --retries 2 --no-deps --require-hashes -r {checkout.lock}" in called


def test_nothing_is_begun_where_the_machine_is_not_fit(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "look", lambda root, venv: Machine("Linux", "x86_64", False, None, None, 0))
    with pytest.raises(StepFailed, match="glibc"):
        install.bring_up_to_date(checkout, SAY)
    assert not (checkout.root / "calls").exists()
    assert done(checkout) == []


def test_a_full_disk_does_not_matter_once_everything_is_there(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    install.bring_up_to_date(checkout, SAY)
    monkeypatch.setattr(machine, "look", lambda root, venv: Machine("Linux", "x86_64", False, None, (2, 36), 0))
    install.bring_up_to_date(checkout, SAY)


@pytest.mark.parametrize("missing", ["INSTALLER", "METADATA", "RECORD"])
def test_a_package_killed_half_way_is_installed_again(checkout: Checkout, missing: str) -> None:
    files = ("INSTALLER", "METADATA", "RECORD")
    half = _dist_info(checkout, "half-1.0", tuple(name for name in files if name != missing))
    whole = _dist_info(checkout, "whole-1.0")
    install.bring_up_to_date(checkout, SAY)
    assert not half.exists()
    assert whole.exists()


@pytest.mark.parametrize("damage", ["pip/_internal/cli/main.py", "pip-26.0.dist-info/RECORD"])
def test_a_venv_whose_pip_is_broken_is_not_usable(checkout: Checkout, damage: str) -> None:
    assert steps.is_usable(checkout)
    (checkout.site_packages / damage).unlink()
    assert not steps.is_usable(checkout)


def test_a_broken_venv_is_made_anew_for_real(checkout: Checkout) -> None:
    (checkout.venv / "bin" / "python").unlink()
    steps.make_venv(checkout, SAY)
    assert steps.is_usable(checkout)


def test_the_lock_of_the_project_itself_has_uv_with_hashes_and_no_torch() -> None:
    here = Checkout(ROOT)
    assert "--hash=sha256:" in steps.locked(here, "uv")
    for absent in ("torch", "pip"):
        with pytest.raises(LookupError):
            steps.locked(here, absent)


def test_pips_index_and_certificate_are_handed_to_uv(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = "global.index-url='https://files.example/simple'\n:env:.index-url='https://env.example/simple'\n"
    (checkout.site_packages / "pip" / "__main__.py").write_text(f"print({settings!r} + \"global.cert='/ca.pem'\")")
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    told = steps.uv_environ(checkout)
    assert told["UV_DEFAULT_INDEX"] == "https://env.example/simple"
    assert told["SSL_CERT_FILE"] == "/ca.pem"


def test_an_empty_home_is_not_taken_for_the_root_folder() -> None:
    assert not {"HOME", "UV_CACHE_DIR"} & set(steps.clean_environ({"HOME": "", "UV_CACHE_DIR": ""}))
    assert steps.clean_environ({"HOME": "/home/me"})["HOME"] == "/home/me"


def test_a_second_make_waits_and_then_finds_nothing_to_do(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SLOW", "1")
    both = [threading.Thread(target=install.bring_up_to_date, args=(Checkout(checkout.root), SAY)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert done(checkout) == STEPS
    assert capfd.readouterr().err.count("Another make is installing") == 1
    assert (checkout.root / "calls").read_text().count("--offline -e") == 1


def test_a_child_that_outlives_its_make_still_holds_the_lock(checkout: Checkout) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import install, pathlib, words\n"
        "with install.only_one_make(install.Checkout(pathlib.Path(sys.argv[2])), words.words_for({})) as lock:\n"
        "    import subprocess; child = subprocess.Popen(['sleep', '60'], pass_fds=[lock], stdout=subprocess.DEVNULL)\n"
        "    print(child.pid, flush=True); child.wait()\n"
    )
    argv = [sys.executable, "-c", code, str(ROOT / "setup"), str(checkout.root)]
    first = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
    assert first.stdout is not None
    child = int(first.stdout.readline())
    first.kill()
    first.wait()
    got = threading.Event()

    def take() -> None:
        with install.only_one_make(checkout, SAY):
            got.set()

    waiting = threading.Thread(target=take)
    waiting.start()
    assert not got.wait(0.5)
    os.kill(child, signal.SIGKILL)
    waiting.join()
    assert got.is_set()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stopped_installation_says_how_to_go_on_and_leaves_no_child(
    tmp_path: Path, checkout: Checkout, number: signal.Signals
) -> None:
    shutil.copytree(ROOT / "setup", checkout.root / "setup", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("venv", "tools", "torch"):
        step = next(one for one in steps.steps_of(checkout) if one.name == name)
        step.stamp.parent.mkdir(exist_ok=True)
        step.stamp.write_text(step.key(checkout))
    environ = os.environ | {"SLOW": "60", "LANG": "pt_BR.UTF-8"}
    for name in ("LC_ALL", "LC_MESSAGES"):
        environ.pop(name, None)
    argv = [checkout.python, checkout.root / "setup" / "install.py"]
    running = subprocess.Popen(argv, env=environ, stderr=subprocess.PIPE, text=True)
    while "uv pip install" not in ((checkout.root / "calls").read_text() if (checkout.root / "calls").exists() else ""):
        assert running.poll() is None, running.stderr and running.stderr.read()
        time.sleep(0.05)
    running.send_signal(number)
    _, said = running.communicate(timeout=60)  # ends only when the child has closed its stderr too
    assert running.returncode == 130
    assert "Execute o mesmo comando de novo" in said
    assert done(checkout) == ["venv", "tools", "torch"]
