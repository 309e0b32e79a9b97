"""Accounts: who may sign in, with which password, and whether their ratings may train.

Without any account the machine's one person is everybody. The first account takes over what that person has written,
and the last one hands it back. Passwords are kept as Argon2id hashes (RFC 9106). Does not cover who is signed in now
(sessions) nor how often somebody may guess (sign_in_failures).
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .database import Database, stamp
from .errors import Notice
from .people import LOCAL, read_person
from .records import Person

if TYPE_CHECKING:
    from argon2 import PasswordHasher

NAME = re.compile(r"[\w.@+-]{1,40}")
SHORTEST, LONGEST = 10, 1000  # characters of a password


class BadName(Notice):
    key = "error-account-name"


class NameTaken(Notice):
    key = "error-account-taken"


class NoSuchAccount(Notice):
    key = "error-no-such-account"


class PasswordTooShort(Notice):
    key = "error-password-short"


class PasswordTooLong(Notice):
    key = "error-password-long"


class PasswordIsName(Notice):
    key = "error-password-is-name"


class FirstMustBeAdmin(Notice):
    key = "error-first-account"


class LastAdmin(Notice):
    """Somebody has to be able to open Admin."""

    key = "error-last-admin"


@dataclass(frozen=True)
class Account:
    person: Person
    teaches: bool | None  # the person's own word; None while nobody asked
    conversations: int


class Accounts:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def exist(self) -> bool:
        return self._database.row("select 1 from accounts limit 1") is not None

    def add(self, name: str, password: str, is_admin: bool) -> Person:
        """Raises BadName, NameTaken, FirstMustBeAdmin, and what `check_password` raises."""
        name = known_name(name)
        if not NAME.fullmatch(name) or name == LOCAL:
            raise BadName(name=name[:40])
        check_password(password, name)
        hashed = self._hasher.hash(password)
        with self._database.write() as db:
            first = not self.exist()
            if first and not is_admin:
                raise FirstMustBeAdmin(name=name)
            if self._row(name):
                raise NameTaken(name=name)
            values = [name, is_admin, stamp(self._clock())]
            if first:
                db.execute("update people set name = ?, is_admin = ? where name = ?", [name, is_admin, LOCAL])
            db.execute(
                "insert into people (name, is_admin, created_at) values (?, ?, ?) on conflict do nothing", values
            )
            db.execute(
                "insert into accounts (person_id, password_hash, changed_at)"
                " select id, ?, ? from people where name = ?",
                [hashed, stamp(self._clock()), name],
            )
        return self.get(name).person

    def remove(self, name: str) -> bool:
        """Take the account away with everything its person wrote; the last one hands that back to the machine.

        Returns whether what was written is gone. Raises NoSuchAccount, LastAdmin.
        """
        account = self.get(name)
        with self._database.write() as db:
            others = [other for other in self.all() if other.person.id != account.person.id]
            if others and not any(other.person.is_admin for other in others):
                raise LastAdmin(name=account.person.name)
            if others:
                db.execute("delete from people where id = ?", [account.person.id])
            else:
                db.execute("delete from accounts")
                db.execute("delete from sessions")
                db.execute("update people set name = ?, is_admin = 1 where id = ?", [LOCAL, account.person.id])
        self._database.shred()
        return bool(others)

    def all(self) -> list[Account]:
        """By name."""
        return [_account(row) for row in self._database.rows(f"{ACCOUNT} order by people.name")]

    def get(self, name: str) -> Account:
        """Raises NoSuchAccount."""
        row = self._row(known_name(name))
        if row is None:
            raise NoSuchAccount(name=name[:40])
        return _account(row)

    def has(self, name: str) -> bool:
        return self._row(known_name(name)) is not None

    def of(self, person: Person) -> Account | None:
        row = self._database.row(f"{ACCOUNT} where people.id = ?", [person.id])
        return _account(row) if row else None

    def set_password(self, person: Person, password: str) -> None:
        """Every session of the person ends. Raises what `check_password` raises."""
        check_password(password, person.name)
        hashed = self._hasher.hash(password)
        with self._database.write() as db:
            self._keep_hash(db, person.id, hashed)
            db.execute("delete from sessions where person_id = ?", [person.id])

    def set_admin(self, name: str, is_admin: bool) -> None:
        """Raises NoSuchAccount, LastAdmin."""
        account = self.get(name)
        with self._database.write() as db:
            others = [other for other in self.all() if other.person.id != account.person.id]
            if not is_admin and not any(other.person.is_admin for other in others):
                raise LastAdmin(name=account.person.name)
            db.execute("update people set is_admin = ? where id = ?", [is_admin, account.person.id])

    def set_teaches(self, person: Person, teaches: bool) -> None:
        with self._database.write() as db:
            db.execute("update accounts set teaches = ? where person_id = ?", [teaches, person.id])

    def verify(self, name: str, password: str) -> Person | None:
        """The person with this name and password. Takes as long for a name that nobody has."""
        from argon2.exceptions import VerificationError

        row = self._row(known_name(name))
        try:
            self._hasher.verify(row["password_hash"] if row else self._nobodys_hash, password[:LONGEST])
        except VerificationError:
            return None
        if row is None:
            return None
        if self._hasher.check_needs_rehash(row["password_hash"]):
            with self._database.write() as db:
                self._keep_hash(db, row["id"], self._hasher.hash(password))
        return read_person(row)

    def _keep_hash(self, db: Any, person_id: int, hashed: str) -> None:
        db.execute(
            "update accounts set password_hash = ?, changed_at = ? where person_id = ?",
            [hashed, stamp(self._clock()), person_id],
        )

    def _row(self, name: str) -> dict[str, Any] | None:
        return self._database.row(f"{ACCOUNT} where people.name = ?", [name])

    @cached_property
    def _hasher(self) -> "PasswordHasher":
        from argon2 import PasswordHasher  # loads a C library, which most commands do not need

        return PasswordHasher()

    @cached_property
    def _nobodys_hash(self) -> str:
        return self._hasher.hash("the password of nobody")


ACCOUNT = """
select people.*, accounts.password_hash, accounts.teaches,
    (select count(*) from conversations where person_id = people.id and leaf_id is not null) as conversations
from people join accounts on accounts.person_id = people.id
"""


def known_name(name: str) -> str:
    """One spelling for each name: ana, ANA and ａｎａ are the same person."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def check_password(password: str, name: str) -> None:
    """At least SHORTEST characters and not the name; no rules about kinds of signs (NIST SP 800-63B, 3.1.1.2).

    Raises PasswordTooShort, PasswordTooLong, PasswordIsName.
    """
    if len(password) < SHORTEST:
        raise PasswordTooShort(least=SHORTEST)
    if len(password) > LONGEST:
        raise PasswordTooLong(most=LONGEST)
    if known_name(password) == name:
        raise PasswordIsName()


def _account(row: dict[str, Any]) -> Account:
    teaches = None if row["teaches"] is None else bool(row["teaches"])
    return Account(read_person(row), teaches, row["conversations"])
