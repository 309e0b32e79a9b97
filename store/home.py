"""The home folder and the deployment's settings: AGENT1_* variables, then agent1.toml, then defaults.

Owns where things lie; creates a folder only when somebody is about to write into it.
Does not cover the admin's policy (targets, automatic training), which lies in the database.
"""

import errno
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from .errors import Notice


class BadSetting(Notice):
    key = "error-bad-setting"


@dataclass(frozen=True)
class Home:
    """Everything Agent1 keeps of one installation, below `root`."""

    root: Path

    @property
    def database(self) -> Path:
        return self.root / "agent1.db"

    @property
    def settings_file(self) -> Path:
        return self.root / "agent1.toml"

    @property
    def runs(self) -> Path:
        return self.root / "runs"

    @property
    def bases(self) -> Path:
        """Base weights unpacked for training, one folder per GGUF digest."""
        return self.root / "bases"

    @property
    def replay(self) -> Path:
        """The bases' own answers to general prompts, one file per GGUF digest."""
        return self.root / "replay"

    @property
    def probe(self) -> Path:
        """Which general questions each base answers rightly."""
        return self.root / "probe"

    @property
    def models(self) -> Path:
        """The embedded server's blobs and manifests."""
        return self.root / "models"

    @property
    def uploads(self) -> Path:
        """GGUF files that Agent1 itself gave to a model server, one per digest."""
        return self.root / "uploads"

    @property
    def backups(self) -> Path:
        """Copies of the database."""
        return self.root / "backups"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def temp(self) -> Path:
        """What a process needs for a while, one folder each."""
        return self.root / "temp"

    @property
    def server_file(self) -> Path:
        """Where the embedded server tells its pid, start time and port."""
        return self.root / "server.json"

    @property
    def driver_lock(self) -> Path:
        return self.root / "driver.lock"

    def run_folder(self, run_id: int) -> Path:
        return self.runs / f"{run_id:04d}"

    def make(self) -> None:
        """Create the root for its owner alone (0700), and make it so where a home was open to others.

        A folder that holds other things too is left as it is. Raises OSError where the place cannot be written.
        """
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        told = self.root.stat()
        if told.st_mode & 0o077 and told.st_uid == os.getuid() and self.database.exists():
            self.root.chmod(0o700)
        if not os.access(self.root, os.W_OK):
            raise PermissionError(errno.EACCES, "not writable", str(self.root))


def find_home(environ: Mapping[str, str]) -> Home:
    """AGENT1_HOME, else the platform's folder for user data. Nothing is created."""
    named = environ.get("AGENT1_HOME")
    return Home(Path(named).expanduser().absolute() if named else Path(platformdirs.user_data_dir("agent1", False)))


def user_cache(environ: Mapping[str, str]) -> Path:
    """What every home of this user shares (the starter model): AGENT1_CACHE, else the platform's cache."""
    named = environ.get("AGENT1_CACHE")
    return Path(named).expanduser().absolute() if named else Path(platformdirs.user_cache_dir("agent1", False))


@dataclass(frozen=True)
class Deployment:
    """How this installation is run. Each field can be set as AGENT1_<FIELD> or in agent1.toml."""

    host: str = "127.0.0.1"
    port: int = 7860  # the first of ten that is free is taken
    server: str = ""  # "", "ollama" or "embedded"
    language: str = ""  # of the command line: "", "en" or "pt-BR"
    public_name: str = ""  # the host name that a reverse proxy in front is reached by
    log: str = "text"  # or "json"
    rate: int = 1200  # requests a minute of one person, or of one address before the sign-in


def read_deployment(home: Home, environ: Mapping[str, str]) -> Deployment:
    """Raises BadSetting for a value or a file that makes no sense."""
    written: dict[str, object] = {}
    if home.settings_file.exists():
        try:
            written = tomllib.loads(home.settings_file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadSetting(name=str(home.settings_file), value=str(error)) from error
    values: dict[str, str] = {}
    for name in Deployment.__dataclass_fields__:
        value = environ.get(f"AGENT1_{name.upper()}", written.get(name))
        if value is not None:
            values[name] = str(value)
    if values.get("server", "") not in ("", "ollama", "embedded"):
        raise BadSetting(name="AGENT1_SERVER", value=values["server"])
    if values.get("log", "text") not in ("text", "json"):
        raise BadSetting(name="AGENT1_LOG", value=values["log"])
    rate = values.get("rate", str(Deployment.rate))
    if not rate.isascii() or not rate.isdigit() or int(rate) < 1:
        raise BadSetting(name="AGENT1_RATE", value=rate)
    port = values.get("port", str(Deployment.port))
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise BadSetting(name="AGENT1_PORT", value=port)
    return Deployment(
        host=values.get("host", Deployment.host),
        port=int(port),
        server=values.get("server", Deployment.server),
        language=values.get("language", Deployment.language),
        public_name=values.get("public_name", Deployment.public_name),
        log=values.get("log", Deployment.log),
        rate=int(rate),
    )
