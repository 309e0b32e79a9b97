"""Runs: their states, events, and the messages each learned from. At most one is active: the schema says so."""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from .database import Database, moment, stamp
from .errors import Notice
from .records import Conversation, Learned, Reason, Run, RunEvent, RunState


class RunActive(Notice):
    """A second run was asked for beside a running one."""

    key = "error-run-active"


class NoSuchRun(Notice):
    key = "error-no-such-run"


class StaleRun(Exception):
    """Another process has moved this run since it was read; read it again."""


class Runs:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def queue(self, *, base: str, base_digest: str, server: str, message_ids: Iterable[int]) -> Run:
        """Save the intent to train on these messages. Raises RunActive."""
        learned_from = sorted(set(message_ids))
        try:
            with self._database.write() as db:
                created = self._clock()
                cursor = db.execute(
                    "insert into runs (state, base, base_digest, server, examples, created_at)"
                    " values (?, ?, ?, ?, ?, ?)",
                    [RunState.QUEUED, base, base_digest, server, len(learned_from), stamp(created)],
                )
                run_id = int(cursor.lastrowid or 0)
                db.table("run_messages").insert_all({"run_id": run_id, "message_id": id_} for id_ in learned_from)
                self._note(db, run_id, RunState.QUEUED, "")
        except sqlite3.IntegrityError as error:
            raise self._other_active() from error
        return Run(run_id, RunState.QUEUED, base, base_digest, server, len(learned_from), created)

    def advance(self, run: Run, to: RunState, *, note: str = "", tag: str = "", reason: Reason | None = None) -> Run:
        """Compare and swap, with its event, in one transaction. Raises StaleRun.

        An ended run may be taken up again, its cancelling forgotten, unless another is active: raises RunActive.
        """
        finished = None if to.is_active else self._clock()
        tag = tag or run.tag
        try:
            with self._database.write() as db:
                moved = db.execute(
                    "update runs set state = ?, tag = ?, finished_at = ?, reason = ?, cancel_asked = cancel_asked and ?"
                    " where id = ? and state = ?",
                    [to, tag, finished and stamp(finished), _dump(reason), run.state.is_active, run.id, run.state],
                )
                if moved.rowcount != 1:
                    raise StaleRun(run.id)
                self._note(db, run.id, to, note)
        except sqlite3.IntegrityError as error:
            raise self._other_active() from error
        asked = run.cancel_asked and run.state.is_active
        return replace(run, state=to, tag=tag, finished_at=finished, reason=reason, cancel_asked=asked)

    def judge_anew(self, run: Run, to: RunState, reason: Reason | None) -> Run:
        """Another verdict on a run that has ended; when it ended stays. Raises StaleRun."""
        with self._database.write() as db:
            moved = db.execute(
                "update runs set state = ?, reason = ? where id = ? and state = ?",
                [to, _dump(reason), run.id, run.state],
            )
            if moved.rowcount != 1:
                raise StaleRun(run.id)
            self._note(db, run.id, to, "judged anew")
        return replace(run, state=to, reason=reason)

    def ask_cancel(self, run: Run) -> None:
        """Save the wish; whoever drives the run ends its stage."""
        with self._database.write() as db:
            db.execute("update runs set cancel_asked = 1 where id = ?", [run.id])

    def active(self) -> Run | None:
        row = self._database.row(
            "select * from runs where state not in ('promoted', 'kept', 'rejected', 'failed', 'cancelled')"
        )
        return _run(row) if row else None

    def get(self, run_id: int) -> Run:
        """Raises NoSuchRun."""
        row = self._database.row("select * from runs where id = ?", [run_id])
        if row is None:
            raise NoSuchRun(run=run_id)
        return _run(row)

    def newest(self, limit: int = 100) -> list[Run]:
        return [_run(row) for row in self._database.rows("select * from runs order by id desc limit ?", [limit])]

    def events(self, run: Run) -> list[RunEvent]:
        rows = self._database.rows("select * from run_events where run_id = ? order by id", [run.id])
        return [RunEvent(row["run_id"], RunState(row["state"]), moment(row["at"]), row["note"]) for row in rows]

    def messages_of(self, run: Run) -> set[int]:
        rows = self._database.rows("select message_id from run_messages where run_id = ?", [run.id])
        return {row["message_id"] for row in rows}

    def learned_messages(self) -> set[int]:
        """The messages that a run which gave a tag has learned from."""
        rows = self._database.rows(
            "select distinct message_id from run_messages join runs on runs.id = run_id"
            " where state in ('promoted', 'kept', 'rejected')"
        )
        return {row["message_id"] for row in rows}

    def learned_by(self, run: Run) -> list[Learned]:
        """Each message that a run learned from, in the order in which they were said."""
        rows = self._database.rows(
            "select message_id, conversations.id as conversation_id, coalesce(title, '') as title from run_messages"
            " left join messages on messages.id = message_id left join conversations"
            " on conversations.id = conversation_id and deleted_at is null where run_id = ? order by message_id",
            [run.id],
        )
        return [Learned(**row) for row in rows]

    def tags_of(self, message_ids: Collection[int]) -> dict[int, list[str]]:
        """The tags that learned from each of these messages, oldest first; messages without one are left out."""
        rows = self._database.rows(
            "select message_id, tag from run_messages join runs on runs.id = run_id"
            " where tag != '' and message_id in (select value from json_each(?)) order by run_id",
            [json.dumps(list(message_ids))],
        )
        tags: dict[int, list[str]] = {}
        for row in rows:
            tags.setdefault(row["message_id"], []).append(row["tag"])
        return tags

    def tags_of_conversation(self, conversation: Conversation) -> list[str]:
        """The tags that learned from any message of a conversation, oldest first."""
        rows = self._database.rows(
            "select tag from runs where tag != '' and id in (select run_id from run_messages"
            " join messages on messages.id = message_id where conversation_id = ?) order by id",
            [conversation.id],
        )
        return [row["tag"] for row in rows]

    def lost(self) -> dict[str, int]:
        """By tag, how many of the messages it learned from were deleted since; tags that lost none are left out."""
        rows = self._database.rows(
            "select runs.tag, count(*) as count from run_messages join runs on runs.id = run_id"
            " left join messages on messages.id = message_id left join conversations"
            " on conversations.id = conversation_id and deleted_at is null"
            " where runs.tag != '' and conversations.id is null group by runs.id"
        )
        return {row["tag"]: row["count"] for row in rows}

    def rejected_tags(self) -> frozenset[str]:
        """Tags of runs whose result was measured and not put in use, by the run or by hand."""
        rows = self._database.rows(
            "select tag from runs where state in ('kept', 'rejected') and tag != ''"
            " and tag not in (select tag from promotions)"
        )
        return frozenset(row["tag"] for row in rows)

    def _other_active(self) -> RunActive:
        active = self.active()
        return RunActive(run=active.id if active else 0)

    def _note(self, db: Any, run_id: int, state: RunState, note: str) -> None:
        db.table("run_events").insert({"run_id": run_id, "state": state, "at": stamp(self._clock()), "note": note})


def _dump(reason: Reason | None) -> str | None:
    return json.dumps({"key": reason.key, "params": reason.params}, ensure_ascii=False) if reason else None


def _run(row: dict[str, Any]) -> Run:
    reason = row["reason"] and json.loads(row["reason"])
    return Run(
        id=row["id"],
        state=RunState(row["state"]),
        base=row["base"],
        base_digest=row["base_digest"],
        server=row["server"],
        examples=row["examples"],
        created_at=moment(row["created_at"]),
        finished_at=row["finished_at"] and moment(row["finished_at"]),
        tag=row["tag"],
        cancel_asked=bool(row["cancel_asked"]),
        reason=reason and Reason(reason["key"], reason["params"]),
    )
