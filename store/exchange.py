"""Conversations in and out: imports that add each conversation once, all or none, and the whole as it would come back.

Owns recognising what is here already and what has grown. Does not cover how conversations are written in files
(interchange, foreign, reading).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any

from .database import Database, moment, stamp
from .messages import next_id
from .records import Added, AnswerState, ImportedConversation, ImportedMessage, Person, Role

NOT_DELETED = "conversations.deleted_at is null"
# The sign keeps SQLite from going through all conversations of the person, where an index finds the one.
OF_PERSON = "+person_id = ?"


class Exchange:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def add_all(self, conversations: Iterable[ImportedConversation], person: Person) -> Added:
        """Add what is not here yet, in one transaction, all or none.

        A conversation that is here gets what it lacks: ratings and corrections; new messages too where its source is
        known. Conversations that are equal within one import are each added.
        """
        with self._database.write() as db:
            adding = _Adding(self, person, db)
            for conversation in conversations:
                adding.take(conversation)
        return adding.added

    def preview(self, conversations: Iterable[ImportedConversation], person: Person) -> Added:
        """What `add_all` would add. Nothing is written."""
        adding = _Adding(self, person, None)
        for conversation in conversations:
            adding.take(conversation)
        return adding.added

    def export_all(self, person: Person) -> Iterator[ImportedConversation]:
        """Every conversation with all that was said in it, oldest first, in the shape that `add_all` takes.

        Empty messages and an answer that is still being written are left out.
        """
        rows = self._database.rows(
            f"select id from conversations where person_id = ? and leaf_id is not null and {NOT_DELETED}"
            " order by created_at, id",
            [person.id],
        )
        for row in rows:
            exported = self.export(row["id"], person)
            if exported:
                yield exported

    def export(self, conversation_id: int, person: Person) -> ImportedConversation | None:
        """None where nothing is said in it."""
        talk = self._database.row("select * from conversations where id = ?", [conversation_id])
        rows = self._database.rows(SAID, [person.id, person.id, conversation_id])
        assert talk is not None
        messages: list[ImportedMessage] = []
        place: dict[int | None, int] = {None: -1}  # of each message's nearest kept one
        for row in rows:
            above = place[row["parent_id"]]
            place[row["id"]] = above
            if row["content"].strip() and row["state"] != AnswerState.WRITING:
                place[row["id"]] = len(messages)
                messages.append(_message(row, None if above == len(messages) - 1 else above, talk["created_at"]))
        if not messages:
            return None
        shown = place[talk["leaf_id"]]
        return ImportedConversation(
            title=talk["title"],
            created_at=moment(talk["created_at"]),
            messages=tuple(messages),
            shown=None if shown in (-1, len(messages) - 1) else shown,
        )

    def find(self, conversation: ImportedConversation, person: Person) -> list[int]:
        """Conversations of the person that are this one: imported from the same words, or what it was exported from."""
        created = stamp(conversation.created_at) if conversation.is_dated else ""
        undated, dated = digest_of(conversation, dated=False), digest_of(conversation, dated=True)
        rows = self._database.rows(
            "select conversation_id as id from imports join conversations on conversations.id = conversation_id"
            f" where (digest = ? or (digest = ? and created_at = ?)) and {OF_PERSON} and {NOT_DELETED}"
            " order by conversation_id",
            [dated if created else undated, undated, created, person.id],
        )
        found = [row["id"] for row in rows]
        if not found and created:
            rows = self._database.rows(
                f"select id from conversations where person_id = ? and created_at = ? and {NOT_DELETED}"
                " and id not in (select conversation_id from imports) order by id",
                [person.id, created],
            )
            exported = ((row["id"], self.export(row["id"], person)) for row in rows)
            found = [id_ for id_, there in exported if there and digest_of(there, dated=True) == dated]
        return found

    def find_source(self, source: str, person: Person) -> int | None:
        row = source and self._database.row(
            "select conversation_id as id from imports join conversations on conversations.id = conversation_id"
            f" where source = ? and source != '' and {OF_PERSON} and {NOT_DELETED} order by conversation_id desc",
            [source, person.id],
        )
        return row["id"] if row else None


class _Adding:
    """One import. Without a transaction nothing is written, and all is counted the same."""

    def __init__(self, exchange: Exchange, person: Person, db: Any | None) -> None:
        self._exchange, self._person, self._db = exchange, person, db
        self._seen: Counter[str] = Counter()
        self._sources: set[str] = set()
        self._scores: Counter[int] = Counter()
        self._count: Counter[str] = Counter()

    @property
    def added(self) -> Added:
        return Added(scores=dict(sorted(self._scores.items())), **self._count)

    def take(self, conversation: ImportedConversation) -> None:
        digest = digest_of(conversation, conversation.is_dated)
        same = self._exchange.find(conversation, self._person)
        grown = self._exchange.find_source(conversation.source, self._person)
        again = conversation.source != "" and conversation.source in self._sources
        nth = 0 if conversation.source else self._seen[digest]  # what has a name there is one conversation
        self._seen[digest] += 1
        self._sources.add(conversation.source)
        if nth < len(same):
            self._merge(same[nth], conversation, grows=False)
        elif grown is not None:
            self._merge(grown, conversation, grows=True)
        elif again:  # only in a preview, where nothing was written that could be found
            self._think_again(conversation)
        else:
            self._add(conversation, digest)

    def _add(self, conversation: ImportedConversation, digest: str) -> None:
        self._count["conversations"] += 1
        created = stamp(conversation.created_at)
        talk = self._insert(
            "conversations", person_id=self._person.id, title=conversation.title, created_at=created, active_at=created
        )
        ids: list[int] = []
        for position, message in enumerate(conversation.messages):
            parent = position - 1 if message.parent is None else message.parent
            ids.append(self._say(talk, message, ids[parent] if parent >= 0 else None, created))
        self._insert("imports", conversation_id=talk, digest=digest, source=conversation.source)
        self._show(talk, ids, conversation)

    def _merge(self, talk: int, conversation: ImportedConversation, grows: bool) -> None:
        """Find each message by what it answers and says; give it what it lacks."""
        self._count["known"] += 1
        there: defaultdict[tuple[int | None, str, str], list[dict[str, Any]]] = defaultdict(list)
        for row in self._exchange._database.rows(SAID, [self._person.id, self._person.id, talk]):
            there[row["parent_id"], row["role"], row["content"]].append(row)
        ids: list[int | None] = []
        before = self._count["messages"]
        for position, message in enumerate(conversation.messages):
            at = position - 1 if message.parent is None else message.parent
            parent = ids[at] if at >= 0 else None
            if at >= 0 and parent is None:
                ids.append(None)  # what it answers is not here
                continue
            same = there[parent, message.role, message.content]
            if same:
                row = same.pop(0)
                ids.append(row["id"])
                missing = (row["score"] is None, row["correction"] is None)
                self._think(row["id"], message, stamp(conversation.created_at), *missing)
            else:
                ids.append(self._say(talk, message, parent, stamp(conversation.created_at)) if grows else None)
        if self._count["messages"] > before:
            self._show(talk, ids, conversation)

    def _think_again(self, conversation: ImportedConversation) -> None:
        self._count["known"] += 1
        for message in conversation.messages:
            self._think(0, message, "")

    def _show(self, talk: int, ids: list[Any], conversation: ImportedConversation) -> None:
        leaf = ids[-1 if conversation.shown is None else conversation.shown]
        if self._db is not None and leaf is not None:
            self._db.execute(
                "update conversations set leaf_id = ?, active_at = max(active_at,"
                " (select max(created_at) from messages where conversation_id = ?)) where id = ?",
                [leaf, talk, talk],
            )

    def _say(self, talk: int, message: ImportedMessage, parent: int | None, created: str) -> int:
        self._count["messages"] += 1
        when = stamp(message.created_at) if message.created_at else created
        id_ = 0 if self._db is None else next_id(self._db)
        self._insert(
            "messages",
            id=id_,
            conversation_id=talk,
            parent_id=parent,
            role=message.role,
            content=message.content,
            state=message.state,
            tag=message.tag,
            thinking=message.thinking,
            created_at=when,
        )
        self._think(id_, message, when)
        return id_

    def _think(self, id_: int, message: ImportedMessage, when: str, face: bool = True, words: bool = True) -> None:
        """The score and the person's own wording, each where it is missing."""
        mine = {"message_id": id_, "person_id": self._person.id}
        if face and message.score is not None:
            self._scores[message.score] += 1
            self._insert("ratings", **mine, score=message.score, rated_at=when, reasons=" ".join(message.reasons))
        if words and message.correction is not None:
            self._count["corrections"] += 1
            self._insert("corrections", **mine, content=message.correction, corrected_at=when)

    def _insert(self, table: str, **values: Any) -> int:
        if self._db is None:
            return 0
        marks = ", ".join("?" * len(values))
        cursor = self._db.execute(f"insert into {table} ({', '.join(values)}) values ({marks})", list(values.values()))
        return int(cursor.lastrowid or 0)


# All messages of a conversation (3rd value), each with the score and the wording of a person (1st and 2nd value).
SAID = """
select messages.*, ratings.score, ratings.reasons, corrections.content as correction from messages
left join ratings on ratings.message_id = messages.id and ratings.person_id = ?
left join corrections on corrections.message_id = messages.id and corrections.person_id = ?
where messages.conversation_id = ? order by messages.id
"""


def digest_of(conversation: ImportedConversation, dated: bool) -> str:
    """Of what was said under which title, and when; not of what was thought of it."""
    digest = sha256(conversation.title.encode())
    if dated:
        digest.update(stamp(conversation.created_at).encode())
    for position, message in enumerate(conversation.messages):
        parent = position - 1 if message.parent is None else message.parent
        content = message.content.encode()
        digest.update(f"\n{parent} {message.role} {len(content)} ".encode() + content)
    return digest.hexdigest()


def _message(row: dict[str, Any], parent: int | None, created: str) -> ImportedMessage:
    return ImportedMessage(
        role=Role(row["role"]),
        content=row["content"],
        score=row["score"],
        state=AnswerState(row["state"]),
        correction=row["correction"],
        parent=parent,
        reasons=tuple((row["reasons"] or "").split()),
        tag=row["tag"],
        thinking=row["thinking"],
        created_at=None if row["created_at"] == created else moment(row["created_at"]),
    )
