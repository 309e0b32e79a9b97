"""Backups with real files: what was written is in the copy, and the copy comes back."""

import errno
import os
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest

from agent1.store.backups import (
    NEWEST_KEPT,
    Backup,
    BackupBroken,
    NoBackups,
    NoSuchBackup,
    check_file,
    find_backup,
    is_due,
    list_backups,
    restore,
)
from agent1.store.database import DamagedDatabase, UnreadableDatabase
from agent1.store.home import Home
from agent1.store.store import Store

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(home: Home, clock: Clock) -> Store:
    return Store(home, clock)


def titles(store: Store) -> list[str]:
    return [row["title"] for row in store._database.rows("select title from conversations order by id")]


def begin(store: Store, title: str) -> None:
    store.conversations.start(store.people.local(), title)


def newest(home: Home) -> Backup:
    return list_backups(home.backups)[0]


def test_a_backup_holds_what_was_written(store: Store, home: Home) -> None:
    begin(store, "kept")
    path = store.back_up_if_due()
    assert path is not None and path == newest(home).path
    with closing(sqlite3.connect(path)) as copy:
        assert copy.execute("select title from conversations").fetchall() == [("kept",)]
    assert path.stat().st_mode & 0o777 == 0o600


def test_one_backup_a_day(store: Store, clock: Clock) -> None:
    assert store.back_up_if_due() is not None
    clock.now += timedelta(hours=23)
    assert store.back_up_if_due() is None
    clock.now += timedelta(hours=1)
    assert store.back_up_if_due() is not None


def test_a_clock_that_was_set_back_does_not_end_the_backups(store: Store, home: Home, clock: Clock) -> None:
    store.back_up_if_due()
    assert is_due(home.backups, NOON - timedelta(days=400))


def test_the_newest_are_kept(store: Store, home: Home, clock: Clock) -> None:
    for _ in range(NEWEST_KEPT + 3):
        clock.now += timedelta(days=1)
        store.back_up_if_due()
    assert len(list_backups(home.backups)) == NEWEST_KEPT
    assert newest(home).made_at == clock.now


def test_a_backup_made_while_others_write_is_sound(store: Store, home: Home) -> None:
    stop = Event()

    def write() -> None:
        while not stop.is_set():
            begin(store, "talk")

    writer = Thread(target=write)
    writer.start()
    try:
        path = store.back_up_if_due()
    finally:
        stop.set()
        writer.join()
    assert path is not None
    check_file(path)


def test_a_copy_that_cannot_be_written_leaves_no_half_of_one(
    store: Store, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError):
        store.back_up_if_due()
    assert list(home.backups.iterdir()) == []


def test_a_migration_is_preceded_by_a_backup(store: Store, home: Home) -> None:
    begin(store, "before")
    store.close()
    with closing(sqlite3.connect(home.database)) as db, db:
        db.execute("delete from _sqlite_migrations where id = (select max(id) from _sqlite_migrations)")
    # The step that is due again may fail, since what it makes is there; what counts is the copy made before it.
    with suppress(UnreadableDatabase):
        Store(home)
    with closing(sqlite3.connect(newest(home).path)) as copy:
        assert copy.execute("select title from conversations").fetchall() == [("before",)]


def test_a_fresh_home_needs_no_backup(store: Store, home: Home) -> None:
    assert list_backups(home.backups) == []


def test_restoring_brings_the_content_back_and_keeps_the_other(store: Store, home: Home) -> None:
    begin(store, "in the backup")
    store.back_up_if_due()
    begin(store, "after it")
    store._database.close()
    aside = restore(home, newest(home), NOON)
    assert titles(Store(home)) == ["in the backup"]
    with closing(sqlite3.connect(aside / home.database.name)) as former:
        assert former.execute("select count(*) from conversations").fetchone() == (2,)


def test_a_damaged_database_is_told_and_can_be_restored(store: Store, home: Home) -> None:
    for number in range(200):
        begin(store, f"talk {number}")
    store.back_up_if_due()
    store.close()
    with home.database.open("r+b") as file:
        file.seek(8 * 4096)
        file.write(b"\xff" * 40 * 4096)
    with pytest.raises((DamagedDatabase, UnreadableDatabase)):
        Store(home).check()
    restore(home, newest(home), NOON)
    again = Store(home)
    again.check()
    assert len(titles(again)) == 200


def test_a_sound_database_passes(store: Store) -> None:
    store.check()


def test_what_the_log_still_holds_does_not_come_into_the_restored_database(store: Store, home: Home) -> None:
    store.back_up_if_due()
    begin(store, "only in the log")
    assert home.database.with_name("agent1.db-wal").stat().st_size > 0
    restore(home, newest(home), NOON)  # as after a power cut: nobody closed it
    assert titles(Store(home)) == []


def test_runs_after_a_restore_do_not_take_the_numbers_of_folders_that_are_there(store: Store, home: Home) -> None:
    store.back_up_if_due()
    (home.run_folder(7)).mkdir(parents=True)
    store.close()
    restore(home, newest(home), NOON)
    run = Store(home).runs.queue(base="tiny", base_digest="sha256:0", server="", message_ids=[])
    assert run.id == 8


def test_the_newest_sound_backup_is_found(store: Store, home: Home, clock: Clock) -> None:
    store.back_up_if_due()
    clock.now += timedelta(days=1)
    broken = store.back_up_if_due()
    assert broken is not None
    broken.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    assert find_backup(home, None).made_at == NOON
    with pytest.raises(BackupBroken):
        find_backup(home, broken.name)


def test_a_backup_that_is_not_there_is_told(store: Store, home: Home) -> None:
    with pytest.raises(NoBackups):
        find_backup(home, None)
    store.back_up_if_due()
    with pytest.raises(NoSuchBackup):
        find_backup(home, "agent1-19990101T000000000000Z.db")


@pytest.mark.parametrize("name", ["notes.db", "agent1-yesterday.db"])
def test_somebody_elses_file_among_the_backups_is_left_alone(home: Home, name: str) -> None:
    home.backups.mkdir(parents=True)
    (home.backups / name).touch()
    assert list_backups(home.backups) == []
