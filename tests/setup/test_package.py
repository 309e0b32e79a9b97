"""What `pip install agent1` brings: all that the package needs, nothing of the workshop."""

import ast
import importlib.metadata
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("store", "serving", "trainer", "ui")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel and a source archive of what git has (or would have), made without the network."""
    copy = tmp_path_factory.mktemp("checkout") / "agent1"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    out = copy / "dist"
    uv = Path(sys.prefix) / "bin" / "uv"
    offline = ["--quiet", "--offline", "--no-build-isolation", "--python", sys.executable]
    subprocess.run([uv, "build", *offline, "--out-dir", out, copy], check=True)
    return out


def files_of_the_rooms(built: Path) -> set[str]:
    """Every file of the rooms in the checkout, as a path in the wheel."""
    copy = built.parent
    return {f"agent1/{path.relative_to(copy)}" for room in ROOMS for path in (copy / room).rglob("*") if path.is_file()}


def names(built: Path) -> set[str]:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        return set(wheel.namelist())


def test_the_wheel_has_every_file_of_the_rooms_and_no_other(built: Path) -> None:
    wanted = files_of_the_rooms(built) | {"agent1/__init__.py", "agent1/Modelfile.template"}
    assert {"agent1/ui/texts/en.ftl", "agent1/ui/texts/pt-BR.ftl", "agent1/store/home.py"} <= wanted
    assert {name for name in names(built) if ".dist-info/" not in name} == wanted


def test_the_source_archive_builds_the_same_wheel(built: Path) -> None:
    # uv builds the wheel out of the source archive: what the archive lacks, the wheel lacks too.
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    assert {name.removeprefix("agent1/") for name in names(built) if ".dist-info/" not in name} <= inside
    assert {"LICENSE", "README.md", "pyproject.toml"} <= inside


def test_the_workshop_stays_outside(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        inside = {name.partition("/")[2].partition("/")[0] for name in archive.getnames()}
    assert not inside & {"tests", "bench", "setup", ".ci", "Makefile", "requirements.lock"}


def test_the_package_alone_needs_neither_torch_nor_axolotl(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        metadata = wheel.read(next(name for name in wheel.namelist() if name.endswith("/METADATA"))).decode()
    needed = re.findall(r"^Requires-Dist: ([\w.-]+)[^;\n]*(;.*)?$", metadata, re.MULTILINE)
    heavy = {name: extra for name, extra in needed if name in ("torch", "axolotl")}
    assert set(heavy) == {"torch", "axolotl"}
    assert all('extra == "train"' in extra for extra in heavy.values())
    assert "License-Expression: Apache-2.0" in metadata


def test_the_package_requires_what_it_imports() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        told = {plain_name(line) for line in tomllib.load(file)["project"]["dependencies"]}
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "stages" not in path.parts]
    imported = set()
    for node in (node for path in files for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            imported.add(node.module.partition(".")[0])
    owners = importlib.metadata.packages_distributions()
    others = imported - sys.stdlib_module_names - {"agent1"}
    assert {name for name in others if not told & {plain_name(owner) for owner in owners[name]}} == set()


def test_every_requirement_is_in_the_lock() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        told = tomllib.load(file)
    project = told["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["train"], *told["dependency-groups"]["dev"]]
    locked = {
        re.split(r"==", line)[0] for line in (ROOT / "requirements.lock").read_text().splitlines() if "==" in line[:60]
    }
    assert {plain_name(line) for line in wanted} - {"torch"} <= locked


def plain_name(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", requirement)[0]).lower()
