"""Backups of the database: whole copies made by SQLite itself while others write, and the way back.

Owns the folder `backups` of a home. A copy is checked before it gets its name; the newest ones are kept. Does not
cover when they are made: before a migration (database), and daily (the app's schedule).
"""

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from .errors import Notice
from .home import Home

NEWEST_KEPT = 7
DAILY = timedelta(days=1)
_NAME = "agent1-%Y%m%dT%H%M%S%fZ.db"


class BackupBroken(Notice):
    """The copy does not pass SQLite's own check."""

    key = "error-backup-broken"


class NoSuchBackup(Notice):
    key = "error-no-such-backup"


class NoBackups(Notice):
    key = "error-no-backups"


@dataclass(frozen=True)
class Backup:
    path: Path
    made_at: datetime
    size: int  # bytes


def list_backups(folder: Path) -> list[Backup]:
    """The newest first."""
    found = []
    for path in folder.glob("agent1-*.db"):
        with suppress(ValueError, OSError):  # somebody else's file, or gone in this moment
            made_at = datetime.strptime(path.name, _NAME).replace(tzinfo=UTC)
            found.append(Backup(path, made_at, path.stat().st_size))
    return sorted(found, key=lambda backup: backup.made_at, reverse=True)


def is_due(folder: Path, now: datetime) -> bool:
    """Whether the newest backup is a day old, or of the future: then the clock was set back."""
    newest = list_backups(folder)
    return not newest or abs(now - newest[0].made_at) >= DAILY


def back_up(connection: sqlite3.Connection, folder: Path, now: datetime) -> Path:
    """Copy the database, also while others write; drop the oldest copies.

    Raises BackupBroken, sqlite3.Error, OSError.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / now.astimezone(UTC).strftime(_NAME)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with closing(sqlite3.connect(unfinished)) as copy:
            connection.backup(copy)
            copy.execute("pragma journal_mode = delete")  # one file, that needs no other beside it
        unfinished.chmod(0o600)
        check_file(unfinished)
        _put(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    for old in list_backups(folder)[NEWEST_KEPT:]:
        old.path.unlink(missing_ok=True)
    return path


def check_file(path: Path) -> None:
    """Raises BackupBroken for a file that is no sound database of Agent1."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            (told,) = database.execute("pragma integrity_check(1)").fetchone()
            database.execute("select count(*) from conversations")
    except sqlite3.Error as error:
        raise BackupBroken(path=str(path), error=str(error)) from error
    if told != "ok":
        raise BackupBroken(path=str(path), error=str(told))


def find_backup(home: Home, name: str | None) -> Backup:
    """The newest sound one, or the one of this file name. Raises NoBackups, NoSuchBackup, BackupBroken."""
    backups = list_backups(home.backups)
    if not backups:
        raise NoBackups(path=str(home.backups))
    if name is None:
        for backup in backups:
            with suppress(BackupBroken):
                check_file(backup.path)
                return backup
        name = backups[0].path.name
    found = next((backup for backup in backups if backup.path.name == Path(name).name), None)
    if found is None:
        raise NoSuchBackup(name=name)
    check_file(found.path)
    return found


def restore(home: Home, backup: Backup, now: datetime) -> Path:
    """Put a backup in the database's place; returns where the former one lies now, with all that belongs to it.

    For a home that no process uses. There is a database at every moment. Raises OSError, sqlite3.Error.
    """
    aside = home.root / now.astimezone(UTC).strftime("replaced-%Y%m%dT%H%M%S%fZ")
    unfinished = home.database.with_name(f".{home.database.name}.restored")
    _copy(backup.path, unfinished)
    _leave_numbers(unfinished, home)
    aside.mkdir(mode=0o700)
    if home.database.exists():
        shutil.copy2(home.database, aside)
    for end in ("-wal", "-shm"):  # they belong to the former one: with them the new one would be broken
        part = home.database.with_name(home.database.name + end)
        if part.exists():
            part.rename(aside / part.name)
    _put(unfinished, home.database)
    return aside


def _leave_numbers(database: Path, home: Home) -> None:
    """Runs since the backup have used numbers that the backup does not know; their folders are still there."""
    used = [int(folder.name) for folder in home.runs.glob("[0-9]*") if folder.name.isdigit()]
    with closing(sqlite3.connect(database)) as db, db:
        known = db.execute("select max(seq) from sqlite_sequence where name = 'runs'").fetchone()[0]
        if max(used, default=0) > (known or 0):
            db.execute("delete from sqlite_sequence where name = 'runs'")
            db.execute("insert into sqlite_sequence (name, seq) values ('runs', ?)", [max(used)])


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
    target.chmod(0o600)


def _put(unfinished: Path, path: Path) -> None:
    """Give a finished file its name, for good also after a power cut."""
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
