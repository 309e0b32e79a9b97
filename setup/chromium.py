"""A Chromium for the browser tests: finds one, and run as a program installs one where none is.

Owns where it is looked for (AGENT1_CHROMIUM, PATH, the usual Mac places, playwright's) and how it is installed: apt-get
on Debian, else playwright. Runs in .venv, once everything is installed. Does not cover the tests (tests/browser.py).
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from words import Say, words_for

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_PROGRAMS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
PACKAGES = ("chromium", "fonts-noto-color-emoji")  # without the font the faces are empty boxes


def find_chromium(environ: Mapping[str, str]) -> Path | None:
    """The first browser that starts. AGENT1_CHROMIUM goes before all others and is the only one where it is set."""
    named = environ.get("AGENT1_CHROMIUM")
    if named:
        return Path(named) if starts(named) else None
    path = environ.get("PATH")
    for program in [shutil.which(name, path=path) for name in PROGRAMS] + [*MAC_PROGRAMS]:
        if program and starts(program):
            return Path(program)
    own = playwrights_own(environ)
    return Path(own) if own and starts(own) else None


def starts(program: str) -> bool:
    """Whether it tells a version. Ubuntu's chromium-browser without its snap only tells how to install it."""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and b"hrom" in done.stdout


def playwrights_own(environ: Mapping[str, str]) -> str:
    """Where playwright keeps its browser, there or not. In a child: it starts a loop, and the tests may have one."""
    asked = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as one: print(one.chromium.executable_path)"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], env=dict(environ), capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    return done.stdout.strip()


def install_chromium(environ: Mapping[str, str], say: Say) -> None:
    """Try apt-get on Debian, then playwright; what went well shows in find_chromium."""
    root = as_root()
    if distribution() == "debian" and root is not None and shutil.which("apt-get"):
        print(say("browser-by-apt"), file=sys.stderr, flush=True)
        quiet = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
        _run([*quiet, "update"], environ)
        _run([*quiet, "install", "-y", "--no-install-recommends", *PACKAGES], environ)
        if find_chromium(environ):
            return
    print(say("browser-by-playwright"), file=sys.stderr, flush=True)
    playwright = [sys.executable, "-m", "playwright", "install"]
    if sys.platform == "linux" and root is not None and _run([*playwright, "--with-deps", "chromium"], environ):
        return
    _run([*playwright, "chromium"], environ)


def as_root() -> list[str] | None:
    """What to put before a command to run it as root; None where we may not."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, stdin=subprocess.DEVNULL).returncode == 0:
        return [sudo, "-n"]
    return None


def distribution(os_release: Path = Path("/etc/os-release")) -> str:
    """The ID of os-release, "" where there is none. Ubuntu's chromium package is a snap in disguise: not for us."""
    try:
        lines = os_release.read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line[3:].strip("\"'") for line in lines if line.startswith("ID=")), "")


def _run(argv: list[str], environ: Mapping[str, str]) -> bool:
    return subprocess.run(argv, env=dict(environ), stdin=subprocess.DEVNULL).returncode == 0


def main() -> int:
    """Never fails: without a browser the tests themselves skip, or fail where CI=true."""
    say = words_for(os.environ)
    if not find_chromium(os.environ):
        install_chromium(os.environ, say)
        if not find_chromium(os.environ):
            print(say("no-browser"), file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
