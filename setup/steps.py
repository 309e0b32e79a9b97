"""The steps of the installation: what each one depends on (its key) and how it is carried out.

Owns the calls of venv, pip and uv. uv installs (1 minute instead of 20), with what pip is told about package
indexes and certificates; where it does not get through, pip does the same from the same lock.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from words import Say

SHORT = 20  # seconds that torch's own package index gets to answer


class StepFailed(Exception):
    """Its text is the sentence for the person."""


@dataclass
class Checkout:
    root: Path
    keep_open: tuple[int, ...] = ()  # file descriptors for the children

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def lock(self) -> Path:
        return self.root / "requirements.lock"

    @property
    def project(self) -> Path:
        return self.root / "pyproject.toml"

    @property
    def site_packages(self) -> Path:
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        return self.venv / "lib" / version / "site-packages"

    def run(self, argv: Sequence[str | Path], environ: Mapping[str, str], timeout: float | None = None) -> bool:
        """Whether the command ended well. Its output goes to the terminal, except where it has a time limit."""
        quiet = subprocess.DEVNULL if timeout else None
        words = [str(word) for word in argv]
        try:
            done = subprocess.run(
                words, cwd=self.root, env=dict(environ), pass_fds=self.keep_open, timeout=timeout,
                stdin=subprocess.DEVNULL, stdout=quiet, stderr=quiet,
            )  # fmt: skip
        except (subprocess.TimeoutExpired, OSError):
            return False
        return done.returncode == 0


@dataclass(frozen=True)
class Step:
    name: str  # its sentence in words.py
    stamp: Path  # holds the key for which it was done
    key: Callable[[Checkout], str]
    carry_out: Callable[[Checkout, Say], None]


def steps_of(checkout: Checkout) -> list[Step]:
    folder = checkout.venv / "setup"
    return [
        Step("venv", folder / "venv", _venv_key, make_venv),
        Step("tools", folder / "tools", lambda c: locked(c, "uv"), install_uv),
        Step("torch", folder / "torch", torch_wanted, install_torch),
        Step("packages", folder / "packages", lambda c: _sha256(c.lock), install_packages),
        Step("project", folder / "project", lambda c: _sha256(c.project), install_project),
    ]


def make_venv(checkout: Checkout, say: Say) -> None:
    """A .venv that somebody made by hand and that works is kept."""
    if not is_usable(checkout):
        base = getattr(sys, "_base_executable", "") or sys.executable
        _must(checkout.run([base, "-m", "venv", "--clear", checkout.venv], clean_environ(os.environ)), say)


def install_uv(checkout: Checkout, say: Say) -> None:
    wanted = checkout.venv / "uv.txt"
    wanted.write_text(locked(checkout, "uv"), encoding="utf-8")
    _drop_half_installed(checkout.site_packages)
    _must(_pip(checkout, ["--quiet", "--no-deps", "--require-hashes", "-r", wanted]), say)


def install_torch(checkout: Checkout, say: Say) -> None:
    """The build for this machine: from torch's own index where that answers, else from where pip looks."""
    wanted = torch_wanted(checkout)
    _drop_half_installed(checkout.site_packages)
    if sys.platform == "linux":
        quick = uv_environ(checkout) | {"UV_HTTP_TIMEOUT": "5", "UV_HTTP_RETRIES": "0"}
        own_index = ["--torch-backend=auto", wanted]
        if checkout.run(_uv(checkout, ["--dry-run", *own_index]), quick, timeout=SHORT) and checkout.run(
            _uv(checkout, ["--compile-bytecode", *own_index]), uv_environ(checkout)
        ):
            return
    _must(_pip(checkout, [wanted]), say)


def install_packages(checkout: Checkout, say: Say) -> None:
    _drop_half_installed(checkout.site_packages)
    strictly = ["--no-deps", "--require-hashes", "-r", str(checkout.lock)]
    if not checkout.run(_uv(checkout, ["--compile-bytecode", *strictly]), uv_environ(checkout)):
        print(say("again-with-pip"), file=sys.stderr, flush=True)
        _must(_pip(checkout, strictly), say)


def install_project(checkout: Checkout, say: Say) -> None:
    """From the checkout itself, without the network: setuptools is in the lock."""
    here = ["--quiet", "--no-deps", "--no-build-isolation", "--offline", "-e", str(checkout.root)]
    _must(checkout.run(_uv(checkout, here), uv_environ(checkout)), say)


def locked(checkout: Checkout, name: str) -> str:
    """The lines of the lock file for one package, with its hashes. Raises LookupError where there are none."""
    for block in _blocks(checkout.lock.read_text(encoding="utf-8")):
        if block.startswith(f"{name}=="):
            return block
    raise LookupError(name)


def torch_wanted(checkout: Checkout) -> str:
    """`torch==x.y.z` as pyproject.toml has it."""
    with checkout.project.open("rb") as file:
        extras = tomllib.load(file)["project"]["optional-dependencies"]["train"]
    return next(str(line) for line in extras if line.startswith("torch=="))


def clean_environ(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment without what would lead pip, uv or Python elsewhere than into .venv."""
    astray = ("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT",
              "PIP_CONSTRAINT", "UV_TARGET", "UV_CONSTRAINT", "UV_OVERRIDE", "UV_PYTHON", "VIRTUAL_ENV")  # fmt: skip
    kept = {name: value for name, value in environ.items() if name not in astray}
    for name in ("HOME", "UV_CACHE_DIR"):
        if not kept.get(name):
            kept.pop(name, None)  # empty they mean the root folder and none; missing, the user's own are looked up
    return kept | {"PIP_USER": "0", "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def uv_environ(checkout: Checkout) -> dict[str, str]:
    """uv reads no pip settings: hand it those that say where packages come from."""
    environ = clean_environ(os.environ)
    told = dict(_pip_settings(checkout))
    if "index-url" in told and not {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & set(environ):
        environ["UV_DEFAULT_INDEX"] = told["index-url"]
    if "cert" in told:
        environ.setdefault("SSL_CERT_FILE", told["cert"])
    cache = Path(environ.get("XDG_CACHE_HOME") or Path(environ.get("HOME", "~")).expanduser() / ".cache")
    if not os.access(next((p for p in (cache, *cache.parents) if p.exists()), cache), os.W_OK):
        environ.setdefault("UV_CACHE_DIR", str(checkout.root / "build" / "uv-cache"))
    return environ


def _pip_settings(checkout: Checkout) -> Iterator[tuple[str, str]]:
    """The settings of `pip install` from files, then from the environment, which go before."""
    asked = subprocess.run(
        [checkout.python, "-m", "pip", "config", "list"],
        env=clean_environ(os.environ), capture_output=True, text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    found = re.findall(r"^(global|install|:env:)\.([a-z-]+)='(.*)'$", asked.stdout, re.MULTILINE)
    for _, name, value in sorted(found, key=lambda one: ("global", "install", ":env:").index(one[0])):
        yield name, value


def _pip(checkout: Checkout, wanted: Sequence[str | Path]) -> bool:
    argv = [checkout.python, "-m", "pip", "install", "--compile", "--retries", "2", *wanted]
    return checkout.run(argv, clean_environ(os.environ))


def _uv(checkout: Checkout, wanted: Sequence[str]) -> list[str | Path]:
    return [checkout.venv / "bin" / "uv", "pip", "install", "--python", checkout.python, *wanted]


def _venv_key(checkout: Checkout) -> str:
    """Programs in .venv/bin name the folder they were made for, so a moved checkout needs new ones."""
    return f"{sys.version_info.major}.{sys.version_info.minor} {checkout.venv}"


def is_usable(checkout: Checkout) -> bool:
    """Whether .venv has this very Python and a whole pip, and its programs were made for this folder."""
    program = checkout.venv / "bin" / "pip"
    try:
        made_for = program.read_text(encoding="utf-8").partition("\n")[0]
    except (OSError, UnicodeDecodeError):
        return False
    version = f"import pip._internal.cli.main, sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]!r})"
    found = list(checkout.site_packages.glob("pip-*.dist-info"))
    return (
        f"{checkout.venv}/bin/" in made_for
        and len(found) == 1
        and not _is_half(found[0])
        and checkout.run([checkout.python, "-c", version], clean_environ(os.environ), SHORT)
    )


def _drop_half_installed(site_packages: Path) -> None:
    """Make pip and uv forget packages that were killed half-way: both write INSTALLER and RECORD last."""
    for folder in site_packages.glob("*.dist-info"):
        if _is_half(folder):
            shutil.rmtree(folder)


def _is_half(dist_info: Path) -> bool:
    return not all((dist_info / name).exists() for name in ("INSTALLER", "METADATA", "RECORD"))


def _blocks(lock: str) -> Iterator[str]:
    """One requirement each: its first line and the indented ones after it."""
    yield from re.findall(r"^\S.*\n(?:[ \t]+.*\n)*", lock, re.MULTILINE)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _must(went_well: bool, say: Say) -> None:
    if not went_well:
        raise StepFailed(say("step-failed"))
