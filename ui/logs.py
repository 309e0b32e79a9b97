"""The app's log: one event a line, to standard error and to a file that rotates, as text or as JSON.

An event is a short name with fields; never a password, a cookie, a query or what somebody wrote. Does not cover the
output of a run's stages, which lies in the run's folder.
"""

import logging
import logging.handlers
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from ..store.home import Home

FILE_BYTES, FILES = 5_000_000, 5
QUIET = ("apscheduler", "httpx", "httpcore", "PIL", "matplotlib")  # they tell each request or job
FIELDS = frozenset(vars(logging.makeLogRecord({})))  # what every record has; the rest is an event's own


class TextFormatter(logging.Formatter):
    """Time, level, logger, event, then the event's own fields as name=value."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:
        told = {name: value for name, value in vars(record).items() if name not in FIELDS | {"message", "asctime"}}
        return " ".join([super().formatMessage(record), *(f"{name}={value!r}" for name, value in told.items())])


def start_logging(home: Home, kind: str) -> None:
    """`kind` is "text" or "json". Replaces what was set up before. Raises OSError where the file cannot be written."""
    home.logs.mkdir(mode=0o700, exist_ok=True)
    file = logging.handlers.RotatingFileHandler(
        home.logs / "agent1.log", maxBytes=FILE_BYTES, backupCount=FILES, encoding="utf-8"
    )
    names = {"asctime": "at", "levelname": "level", "name": "logger", "message": "event"}
    as_json = JsonFormatter(list(names), rename_fields=names, json_ensure_ascii=False)
    for handler in (file, stream := logging.StreamHandler()):
        handler.setFormatter(as_json if kind == "json" else TextFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[file, stream], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def tell(event: str, **fields: Any) -> None:
    """Write down what somebody did or was refused."""
    logging.getLogger("agent1").info(event, extra=fields)
