"""Accounts, sessions and the wait after failures, in a real file."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent1.store.accounts import (
    BadName,
    FirstMustBeAdmin,
    LastAdmin,
    NameTaken,
    NoSuchAccount,
    PasswordIsName,
    PasswordTooLong,
    PasswordTooShort,
)
from agent1.store.errors import Notice
from agent1.store.home import Home
from agent1.store.records import Conversation, Person, Policy, Role
from agent1.store.sessions import KEPT
from agent1.store.sign_in_failures import FORGOTTEN, FREE, TooManyTries
from agent1.store.store import Store

PASSWORD = "correct horse battery"


class Hands:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 1, 10, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def slow(tmp_path: Path, hands: Hands) -> Store:
    return Store(Home(tmp_path / "home"), hands)


@pytest.fixture
def ana(store: Store) -> Person:
    return store.accounts.add("ana", PASSWORD, is_admin=True)


def talk(store: Store, person: Person, text: str = "hi", score: int | None = None) -> Conversation:
    conversation = store.conversations.start(person, text)
    asked = store.messages.add(conversation, Role.USER, text, parent_id=None)
    answer = store.messages.add(conversation, Role.ASSISTANT, f"{text}!", parent_id=asked.id)
    if score:
        store.ratings.rate(answer, person, score)
    return conversation


def taught(store: Store) -> list[str]:
    return [rated.message.content for judged in store.ratings.judged_conversations() for rated in judged.rated]


def test_the_first_account_takes_over_what_was_written_and_the_last_hands_it_back(store: Store) -> None:
    conversation = talk(store, store.people.local())
    ana = store.accounts.add("ana", PASSWORD, is_admin=True)
    assert store.conversations.get(conversation.id, ana).title == "hi"
    assert store.people.local() == ana
    assert store.accounts.remove("ana") is False
    assert not store.accounts.exist()
    local = store.people.local()
    assert (local.name, local.is_admin) == ("local", True)
    assert store.conversations.get(conversation.id, local).title == "hi"


def test_the_first_account_must_be_an_admins(store: Store) -> None:
    with pytest.raises(FirstMustBeAdmin):
        store.accounts.add("ana", PASSWORD, is_admin=False)
    assert not store.accounts.exist()


def test_a_removed_person_leaves_nothing_behind(store: Store, ana: Person, home: Home) -> None:
    bob = store.accounts.add("bob", PASSWORD, is_admin=False)
    talk(store, bob, "a secret that nobody else may read", score=5)
    token = store.sessions.open(bob)
    assert store.accounts.remove("bob") is True
    assert store.sessions.person(token) is None
    assert not any(b"nobody else may read" in path.read_bytes() for path in home.root.rglob("*") if path.is_file())


def test_the_only_admin_stays_while_there_are_others(store: Store, ana: Person) -> None:
    store.accounts.add("bob", PASSWORD, is_admin=False)
    with pytest.raises(LastAdmin):
        store.accounts.remove("ana")
    store.accounts.add("eva", PASSWORD, is_admin=True)
    assert store.accounts.remove("ana")


def test_a_role_is_given_and_taken_but_never_the_last_admins(store: Store, ana: Person) -> None:
    store.accounts.add("bob", PASSWORD, is_admin=False)
    with pytest.raises(LastAdmin):
        store.accounts.set_admin("ana", False)
    store.accounts.set_admin("BOB", True)
    store.accounts.set_admin("ana", False)
    assert [account.person.is_admin for account in store.accounts.all()] == [False, True]
    with pytest.raises(NoSuchAccount):
        store.accounts.set_admin("eva", True)


@pytest.mark.parametrize("name", ["ANA", " ana ", "ａｎａ"])
def test_a_name_is_one_person_however_it_is_spelled(store: Store, ana: Person, name: str) -> None:
    assert store.accounts.verify(name, PASSWORD) == ana
    with pytest.raises(NameTaken):
        store.accounts.add(name, PASSWORD, is_admin=False)


@pytest.mark.parametrize("name", ["", " ", "a b", "a" * 41, "../x", "<b>", "a;b", "x\n", "local", "a/b", "😀"])
def test_a_name_that_could_be_mistaken_is_refused(store: Store, name: str) -> None:
    if name.strip() == "x":
        return
    with pytest.raises(BadName):
        store.accounts.add(name, PASSWORD, is_admin=True)


@pytest.mark.parametrize(
    ("password", "notice"),
    [("short", PasswordTooShort), ("x" * 1001, PasswordTooLong), ("anastacia.b", PasswordIsName)],
)
def test_a_weak_password_is_refused_and_nothing_is_kept(store: Store, password: str, notice: type[Notice]) -> None:
    with pytest.raises(notice):
        store.accounts.add("anastacia.b", password, is_admin=True)
    assert not store.accounts.exist()


def test_only_the_right_password_of_a_known_name_is_accepted(store: Store, ana: Person) -> None:
    assert store.accounts.verify("ana", PASSWORD) == ana
    assert store.accounts.verify("ana", PASSWORD + "x") is None
    assert store.accounts.verify("nobody", PASSWORD) is None
    assert store.accounts.verify("", "") is None


def test_no_password_and_no_token_lies_in_the_home(store: Store, ana: Person, home: Home) -> None:
    token = store.sessions.open(ana)
    store.close()
    held = b"".join(path.read_bytes() for path in home.root.rglob("*") if path.is_file())
    assert PASSWORD.encode() not in held and token.encode() not in held
    assert re.search(rb"\$argon2id\$v=19\$m=65536,t=3,p=4\$", held)


def test_a_new_password_ends_every_session(store: Store, ana: Person) -> None:
    token = store.sessions.open(ana)
    store.accounts.set_password(ana, "another long password")
    assert store.sessions.person(token) is None
    assert store.accounts.verify("ana", PASSWORD) is None
    assert store.accounts.verify("ana", "another long password") == ana


def test_an_unknown_account_is_told(store: Store) -> None:
    with pytest.raises(NoSuchAccount):
        store.accounts.remove("nobody")


def test_a_session_outlives_the_app(store: Store, ana: Person, home: Home) -> None:
    token = store.sessions.open(ana)
    store.close()
    again = Store(home)
    try:
        again.clock = store.clock
        assert again.accounts.get("ana").person == ana
        assert Store(home, store.clock).sessions.person(token) == ana
    finally:
        again.close()


@pytest.mark.parametrize("token", ["", "x", "' or 1=1 --", "0" * 64])
def test_a_made_up_token_is_nobody(store: Store, ana: Person, token: str) -> None:
    store.sessions.open(ana)
    assert store.sessions.person(token) is None


def test_a_session_lives_as_long_as_it_is_used(slow: Store, hands: Hands) -> None:
    ana = slow.accounts.add("ana", PASSWORD, is_admin=True)
    token = slow.sessions.open(ana)
    for _ in range(3):
        hands.now += KEPT - timedelta(minutes=1)
        assert slow.sessions.person(token) == ana
    hands.now += KEPT + timedelta(minutes=1)
    assert slow.sessions.person(token) is None
    slow.close()


def test_sign_out_ends_this_session_alone(store: Store, ana: Person) -> None:
    here, there = store.sessions.open(ana), store.sessions.open(ana)
    store.sessions.close(here)
    assert store.sessions.person(here) is None and store.sessions.person(there) == ana


def test_each_failure_beyond_the_first_few_doubles_the_wait(slow: Store, hands: Hands) -> None:
    for _ in range(FREE["name"]):
        slow.sign_in_failures.begin("ana", "10.0.0.1")
    waits = []
    for _ in range(8):
        with pytest.raises(TooManyTries) as refused:
            slow.sign_in_failures.begin("ana", "10.0.0.1")
        waits.append(refused.value.params["seconds"])
        hands.now += timedelta(seconds=int(waits[-1]))
        slow.sign_in_failures.begin("ana", "10.0.0.1")
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]
    slow.close()


def test_a_refused_try_does_not_lengthen_the_wait(slow: Store, hands: Hands) -> None:
    for _ in range(FREE["name"]):
        slow.sign_in_failures.begin("ana", "10.0.0.1")
    for _ in range(50):
        with pytest.raises(TooManyTries):
            slow.sign_in_failures.begin("ana", "10.0.0.1")
    hands.now += timedelta(seconds=31)
    slow.sign_in_failures.begin("ana", "10.0.0.1")
    slow.close()


def test_many_names_from_one_address_wait_too_and_other_addresses_do_not(slow: Store) -> None:
    for number in range(FREE["address"]):
        slow.sign_in_failures.begin(f"name{number}", "10.0.0.1")
    with pytest.raises(TooManyTries):
        slow.sign_in_failures.begin("ana", "10.0.0.1")
    slow.sign_in_failures.begin("ana", "10.0.0.2")
    slow.close()


def test_success_clears_the_name_but_not_what_the_address_has_guessed(slow: Store) -> None:
    for _ in range(FREE["address"]):
        slow.sign_in_failures.begin("own", "10.0.0.1")
        slow.sign_in_failures.succeeded("own", "10.0.0.1")
    for number in range(FREE["address"] - 1):
        slow.sign_in_failures.begin(f"name{number}", "10.0.0.1")
    slow.sign_in_failures.begin("own", "10.0.0.1")
    slow.sign_in_failures.succeeded("own", "10.0.0.1")
    slow.sign_in_failures.begin("other", "10.0.0.1")
    with pytest.raises(TooManyTries):
        slow.sign_in_failures.begin("own", "10.0.0.1")
    slow.close()


def test_failures_are_forgotten_after_a_day(slow: Store, hands: Hands) -> None:
    for _ in range(FREE["name"]):
        slow.sign_in_failures.begin("ana", "10.0.0.1")
    hands.now += FORGOTTEN + timedelta(seconds=1)
    for _ in range(FREE["name"]):
        slow.sign_in_failures.begin("ana", "10.0.0.1")
    slow.close()


def test_only_who_agreed_teaches_and_only_they_are_counted(store: Store, ana: Person) -> None:
    bob, eva = (store.accounts.add(name, PASSWORD, is_admin=False) for name in ("bob", "eva"))
    for person in (ana, bob, eva):
        talk(store, person, person.name, score=5)
    assert taught(store) == [] and store.ratings.figures().ratings == 0
    store.accounts.set_teaches(bob, True)
    store.accounts.set_teaches(eva, False)
    assert taught(store) == ["bob!"]
    figures = store.ratings.figures()
    assert (figures.conversations, figures.messages, figures.ratings) == (1, 2, 1)


def test_an_admin_can_choose_among_those_who_agreed(store: Store, ana: Person) -> None:
    bob = store.accounts.add("bob", PASSWORD, is_admin=False)
    for person in (ana, bob):
        store.accounts.set_teaches(person, True)
        talk(store, person, person.name, score=5)
    assert len(taught(store)) == 2
    store.settings.save(Policy(teachers=("bob",)))
    assert taught(store) == ["bob!"]
    assert store.settings.policy().teachers == ("bob",)
    store.accounts.set_teaches(bob, False)  # the admin cannot overrule a no
    assert taught(store) == []


def test_without_accounts_everything_teaches(store: Store) -> None:
    talk(store, store.people.local(), score=5)
    assert len(taught(store)) == 1 and store.ratings.figures().ratings == 1


def test_deleted_data_are_in_no_file_any_more(store: Store, person: Person, home: Home) -> None:
    for number in range(20):
        talk(store, person, f"a very private matter {number} " + "x" * 3000, score=5)
    assert store.people.delete_data(person) == 20
    held = b"".join(path.read_bytes() for path in home.root.rglob("*") if path.is_file())
    assert b"private matter" not in held
    assert store.ratings.figures().ratings == 0
