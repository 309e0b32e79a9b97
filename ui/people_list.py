"""The accounts, and what may leave this machine, as pieces of the Admin page. Pure."""

from collections.abc import Sequence
from html import escape

from ..store.accounts import Account
from .catalogue import Catalogue
from .run_view import panel


def people_panel(catalogue: Catalogue, accounts: Sequence[Account], teachers: Sequence[str]) -> str:
    """Each account with its role, whether its ratings train, and what an admin can do with it."""
    title = f"<h2>{escape(catalogue.say('people-title'))}</h2>"
    if not accounts:
        return panel(f'{title}<p class="sub">{escape(catalogue.say("people-none"))}</p>')
    rows = "".join(_person(catalogue, account, teachers) for account in accounts)
    told = escape(catalogue.say("people-info"))
    return panel(f'{title}<p class="sub">{told}</p><ul class="models">{rows}</ul>')


def _person(catalogue: Catalogue, account: Account, teachers: Sequence[str]) -> str:
    name, is_admin = escape(account.person.name), account.person.is_admin
    role = catalogue.say("role-admin" if is_admin else "role-person")
    about = [consent(catalogue, account)]
    if account.conversations:
        about.insert(0, catalogue.say("account-conversations", count=account.conversations))
    if account.teaches and teachers and account.person.name not in teachers:
        about.append(catalogue.say("person-not-chosen"))
    return (
        f'<li data-person="{name}"><span class="tag">{name}</span>'
        f'<span class="badge{"" if is_admin else " plain"}">{escape(role)}</span>'
        f'<span class="about">{escape(" · ".join(about))}</span>'
        f'<span class="buttons">{_buttons(catalogue, account)}</span></li>'
    )


def consent(catalogue: Catalogue, account: Account) -> str:
    """What the person said to the question whether their ratings may train."""
    return catalogue.say({True: "person-agreed", False: "person-refused", None: "person-not-asked"}[account.teaches])


def _buttons(catalogue: Catalogue, account: Account) -> str:
    name, count = account.person.name, account.conversations
    other, words = ("person", "person-make-person") if account.person.is_admin else ("admin", "person-make-admin")
    sure = catalogue.say("cli-user-remove-sure", name=name, count=count)
    return _button(catalogue.say(words), other, name) + _button(catalogue.say("person-remove"), "remove", name, sure)


def outside_panel(catalogue: Catalogue, outside: str, allowed: str) -> str:
    """Where the chats go. `outside` is the model server's address where it is another machine, `allowed` the one that
    an admin has agreed to; "" for none."""
    state, button = "outside-none", ""
    if outside:
        state = "outside-allowed" if outside == allowed else "outside-waits"
        what = "forbid" if outside == allowed else "allow"
        button = _button(catalogue.say(f"outside-{what}"), what, outside)
    elif allowed:
        state, button = "outside-unused", _button(catalogue.say("outside-forbid"), "forbid", allowed)
    told = escape(catalogue.say(state, address=outside or allowed))
    box = f'<p class="{"notice" if outside else "sub"}">{told}</p>'
    cloud = escape(catalogue.say("outside-cloud"))
    tools = f'<div class="tools">{button}</div>' if button else ""
    return panel(f'<h2>{escape(catalogue.say("outside-title"))}</h2>{box}{tools}<p class="sub">{cloud}</p>')


def _button(words: str, what: str, tag: str, sure: str = "") -> str:
    """With `sure`, it asks that back and wants a second press."""
    asks_back = f' data-sure="{escape(sure)}"' if sure else ""
    return (
        f'<button type="button" data-ask="{what}" data-tag="{escape(tag)}"{asks_back}'
        f' aria-label="{escape(words)}: {escape(tag)}">{escape(words)}</button>'
    )
