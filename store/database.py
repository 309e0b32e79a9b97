"""One SQLite file, one connection, one lock.

Owns opening, the pragmas and the transaction. sqlite-utils' plain `Database(path)` refuses other threads, and a
shared connection without a lock loses another thread's insert when a transaction rolls back; hence the lock.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import Any

from .light_import import without

with without("numpy", "pandas"):
    import sqlite_utils

from . import backups
from .errors import Notice
from .migrations import migrations

DatabaseError = sqlite3.Error  # for those who may try again: a full disk, a file that cannot be written now
BUSY_MS = 15_000  # how long one process waits for another's transaction


class NewerDatabase(Notice):
    key = "error-newer-database"


class UnreadableDatabase(Notice):
    key = "error-unreadable-database"


class DamagedDatabase(Notice):
    """SQLite's own check finds pages that make no sense: a disk that failed, or another program wrote there."""

    key = "error-damaged-database"


class Database:
    """The connection behind every noun of the store. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Open, and bring the schema up to date.

        Raises NewerDatabase for a file that a later version wrote, UnreadableDatabase for one that is no database or
        cannot be opened.
        """
        self._lock, self._path = RLock(), path
        try:
            connection = sqlite3.connect(path, check_same_thread=False, timeout=BUSY_MS / 1000)
            connection.execute("pragma journal_mode = wal")
            connection.execute(f"pragma busy_timeout = {BUSY_MS}")
            connection.execute("pragma foreign_keys = on")
            connection.execute("pragma secure_delete = on")  # what is deleted is overwritten
            self._db = sqlite_utils.Database(connection)
            self._migrate(path)
            path.chmod(0o600)
        except (sqlite3.Error, OSError) as error:
            raise UnreadableDatabase(path=str(path), error=str(error)) from error

    def _migrate(self, path: Path) -> None:
        pending = migrations.pending(self._db)
        known = {migration.name for migration in migrations.pending(sqlite_utils.Database(memory=True))}
        unknown = {migration.name for migration in migrations.applied(self._db)} - known
        if unknown:
            raise NewerDatabase(path=str(path))
        if pending and migrations.applied(self._db):
            self.back_up(path.parent / "backups", datetime.now(UTC))
        if pending:
            with self.write():  # two processes may open a fresh home at once
                migrations.apply(self._db)

    def back_up(self, folder: Path, now: datetime) -> Path:
        """A copy in `folder`, dated `now`. Raises BackupBroken, sqlite3.Error, OSError."""
        with self._lock:
            return backups.back_up(self._db.conn, folder, now)

    def check(self) -> None:
        """Read every page. Raises DamagedDatabase."""
        try:
            told = self.row("pragma quick_check(1)")
        except sqlite3.DatabaseError as error:
            raise DamagedDatabase(path=str(self._path), error=str(error)) from error
        if told != {"quick_check": "ok"}:
            raise DamagedDatabase(path=str(self._path), error=str(told))

    @contextmanager
    def write(self) -> Iterator[sqlite_utils.Database]:
        """One transaction, rolled back whole on any exception.

        IMMEDIATE, since a transaction that begins by reading cannot wait for another process's write to end.
        """
        with self._lock:
            if self._db.conn.in_transaction:
                with self._db.atomic():
                    yield self._db
                return
            self._db.conn.execute("begin immediate")
            try:
                yield self._db
                self._db.commit()
            except BaseException:  # a full disk fails the commit: left open, it would swallow what is written next
                self._db.rollback()
                raise

    def rows(self, sql: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
        with self._lock:
            return list(self._db.query(sql, values or []))

    def row(self, sql: str, values: list[Any] | None = None) -> dict[str, Any] | None:
        return next(iter(self.rows(sql, values)), None)

    def shred(self) -> None:
        """What was deleted leaves the search index and the write-ahead log too.

        A process that reads just now may keep the log a while; it is emptied at the next time.
        """
        indexes = [row["name"] for row in self.rows("select name from sqlite_master where sql like '%using fts5%'")]
        with self.write() as db:
            for index in indexes:
                db.execute(f"insert into {index} ({index}) values ('optimize')")  # merges, and drops what is gone
        with self._lock:
            self._db.conn.execute("pragma wal_checkpoint(truncate)").fetchall()

    def close(self) -> None:
        with self._lock:
            self._db.close()


def stamp(moment: datetime) -> str:
    """How a moment is stored: ISO 8601, UTC, microseconds always, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
