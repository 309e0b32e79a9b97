"""The rooms: imports run one way, heavy libraries stay where they belong, the file map is true."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ["store", "serving", "trainer", "ui"]  # each may import those before it
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))

HOME_OF = {"gradio": "ui", "ollama": "serving", "xllamacpp": "serving", "sqlite_utils": "store", "sqlite3": "store"}
ONLY_IN_STAGES = {"torch", "transformers", "axolotl", "peft", "datasets", "accelerate", "trl"}


def imported(path: Path) -> set[str]:
    """Every module a file imports, anywhere in it, as dotted absolute names; rooms start with `agent1.`."""
    package = ["agent1", *path.relative_to(ROOT).parent.parts]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level:
            origin = [*package[: len(package) - node.level + 1], *(node.module or "").split(".")]
            found |= {".".join([*filter(None, origin), alias.name]) for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_one_way(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    above = ROOMS[ROOMS.index(room) + 1 :]
    wrong = {name for name in imported(path) if name.split(".")[0] == "agent1" and name.split(".")[1] in above}
    assert not wrong


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_library_is_used_only_in_its_room(path: Path) -> None:
    room, names = path.relative_to(ROOT).parts[0], {name.split(".")[0] for name in imported(path)}
    assert not {name for name in names if HOME_OF.get(name, room) != room}
    if "stages" not in path.parts:
        assert not names & ONLY_IN_STAGES


def test_the_command_line_starts_without_heavy_libraries() -> None:
    code = "import agent1.ui.cli, sys; print(*sys.modules)"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert not loaded & (
        ONLY_IN_STAGES | {"gradio", "numpy", "pandas", "fastapi", "ollama", "xllamacpp", "apscheduler"}
    )


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_functions_stay_readable(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = [node.name for node in functions if (node.end_lineno or 0) - node.lineno + 1 > 60]
    assert not long


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_owns(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_the_file_map_of_the_readme_names_every_source_file_once() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"<!-- file map -->\n```\n(.*?)```", readme, re.DOTALL)
    assert block, "README has no file map"
    mapped = [line.split()[0] for line in block[1].splitlines() if line.strip()]
    there = [str(path.relative_to(ROOT)) for path in SOURCES if path.name != "__init__.py"]
    assert sorted(name for name in mapped if name.endswith(".py") and name.split("/")[0] in ROOMS) == there
    assert not [name for name in mapped if not (ROOT / name).exists()]
