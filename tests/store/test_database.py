import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent1.store.database import Database, NewerDatabase, UnreadableDatabase, moment, stamp
from agent1.store.home import Home
from agent1.store.records import Role
from agent1.store.store import HomeNotWritable, Store

OPEN_A_STORE = """
import sys
from pathlib import Path
from agent1.store.home import Home
from agent1.store.store import Store
store = Store(Home(Path(sys.argv[1])))
print(store.people.local().id)
"""


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = Database(tmp_path / "agent1.db")
    with database.write() as db:
        db.execute("create table things (name text unique)")
    return database


def names(database: Database) -> list[str]:
    return [row["name"] for row in database.rows("select name from things order by rowid")]


def test_a_failing_transaction_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as db:
        db.table("things").insert_all([{"name": "one"}, {"name": "two"}])
        _ = 1 / 0
    assert names(database) == []


def test_a_failing_inner_transaction_leaves_the_outer_one_whole(database: Database) -> None:
    with database.write() as db:
        db.execute("insert into things values ('outer')")
        with pytest.raises(ZeroDivisionError), database.write() as inner:
            inner.execute("insert into things values ('inner')")
            _ = 1 / 0
    assert names(database) == ["outer"]


def test_a_failing_outer_transaction_takes_its_inner_ones_back(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write():
        with database.write() as inner:
            inner.execute("insert into things values ('inner')")
        _ = 1 / 0
    assert names(database) == []


def test_a_commit_that_fails_does_not_swallow_what_is_written_next(tmp_path: Path) -> None:
    database = Database(tmp_path / "agent1.db")
    with database.write() as db:
        db.execute("create table parents (id integer primary key)")
        db.execute("create table children (parent integer references parents(id) deferrable initially deferred)")
    with pytest.raises(sqlite3.IntegrityError), database.write() as db:
        db.execute("insert into children values (7)")  # a deferred key is looked at when it is committed
    with database.write() as db:
        db.execute("insert into parents values (1)")
    assert Database(tmp_path / "agent1.db").row("select count(*) as n from parents") == {"n": 1}


def test_a_thread_whose_transaction_fails_takes_no_other_threads_row_with_it(database: Database) -> None:
    start = Barrier(8)

    def write(number: int) -> None:
        start.wait()
        for turn in range(25):
            with database.write() as db:
                db.execute("insert into things values (?)", [f"{number}-{turn}"])
                if number % 2:
                    raise ValueError(number)

    with ThreadPoolExecutor(8) as pool:
        outcomes = [future.exception() for future in [pool.submit(write, number) for number in range(8)]]
    assert [type(outcome) for outcome in outcomes] == [type(None), ValueError] * 4
    assert set(names(database)) == {f"{number}-{turn}" for number in (0, 2, 4, 6) for turn in range(25)}


def test_processes_that_open_a_fresh_home_at_once_all_succeed(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", OPEN_A_STORE, str(tmp_path / "home")]
    started = [subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    told = [process.communicate(timeout=120) for process in started]
    assert told == [("1\n", "")] * 4


def test_a_file_that_a_later_version_wrote_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "agent1.db"
    database = Database(path)
    with database.write() as db:
        db.execute("update _sqlite_migrations set name = 'm999_from_the_future' where name like 'm001%'")
    database.close()
    with pytest.raises(NewerDatabase):
        Database(path)
    rows = sqlite3.connect(path).execute("select name from _sqlite_migrations").fetchall()
    assert ("m999_from_the_future",) in rows


@pytest.mark.parametrize("content", [b"this is no database, though it is long enough to be one" * 50, b"\0" * 4096])
def test_a_file_that_is_no_database_is_told_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "agent1.db"
    path.write_bytes(content)
    with pytest.raises(UnreadableDatabase):
        Database(path)
    assert path.read_bytes() == content


def test_a_home_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(HomeNotWritable):
        Store(Home(tmp_path / "file" / "home"))


def test_home_and_database_are_for_their_owner_alone(store: Store) -> None:
    assert store.home.root.stat().st_mode & 0o777 == 0o700
    assert store.home.database.stat().st_mode & 0o777 == 0o600


def test_what_was_written_is_there_after_opening_again(home: Home) -> None:
    first = Store(home)
    talk = first.conversations.start(first.people.local(), "Kept")
    first.messages.add(talk, Role.USER, "Hi", parent_id=None)
    first.close()
    again = Store(home)
    assert [kept.title for kept in again.conversations.newest(again.people.local())] == ["Kept"]


zones = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=zones)


@given(moments)
def test_a_moment_is_read_back_as_it_was(when: datetime) -> None:
    assert moment(stamp(when)) == when
    assert moment(stamp(when)).tzinfo == UTC


@given(moments, moments)
def test_text_order_of_moments_is_their_order_in_time(one: datetime, other: datetime) -> None:
    assert (stamp(one) < stamp(other)) == (one < other)
