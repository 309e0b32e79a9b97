"""The pages around an account: sign-in, the question of consent, and what a person may do with their own data.

Plain HTML from one template each, without any script, so that they work before and beside the app. Does not cover who
is let through to the rest (door).
"""

import base64
import io
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

from fastapi import APIRouter, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from ..store.accounts import known_name
from ..store.errors import Notice
from ..store.interchange import write_export
from ..store.records import Person
from ..store.store import Store
from .access import SESSION, cookies_of, person_of
from .asset import ASSETS, read_asset
from .catalogue import LANGUAGES, Catalogue
from .door import CONSENT, SIGN_IN
from .language import COOKIE
from .logs import tell
from .middleware import catalogue_for
from .services import Services

ACCOUNT = "/account"
YEAR = 365 * 24 * 3600  # seconds
STYLE = read_asset("account.css")
STYLE_HASH = base64.b64encode(sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
TEMPLATES = Environment(loader=FileSystemLoader(ASSETS), autoescape=True, undefined=StrictUndefined)


class WrongNameOrPassword(Notice):
    """Which of the two is not told."""

    key = "error-wrong-password"


class PasswordsDiffer(Notice):
    key = "error-passwords-differ"


class DeletionNotConfirmed(Notice):
    key = "error-deletion-not-confirmed"


def account_routes(services: Services) -> APIRouter:
    """The routes, to be mounted before Gradio. Every address that changes something is a POST."""
    router = APIRouter(default_response_class=HTMLResponse)
    pages = AccountPages(services)
    for path, show in ((SIGN_IN, pages.sign_in), (CONSENT, pages.consent), (ACCOUNT, pages.account)):
        router.add_api_route(path, show, methods=["GET"], response_model=None)
    router.add_api_route(f"{ACCOUNT}/export", pages.export, methods=["GET"], response_model=None)
    for path, act in {
        SIGN_IN: pages.try_sign_in,
        "/sign-out": pages.sign_out,
        CONSENT: pages.answer_consent,
        f"{ACCOUNT}/password": pages.change_password,
        f"{ACCOUNT}/delete": pages.delete_data,
    }.items():
        router.add_api_route(path, _with_form(act), methods=["POST"], response_model=None)
    return router


Form = dict[str, str]


def _with_form(act: Callable[[Request, Form], Response]) -> Callable[[Request], Any]:
    """The work in a thread: hashing a password takes a while."""

    async def answer(request: Request) -> Response:
        async with request.form(max_files=0, max_fields=10) as form:
            fields = {name: str(value) for name, value in form.items()}
        return await run_in_threadpool(act, request, fields)

    return answer


class AccountPages:
    def __init__(self, services: Services) -> None:
        self._services = services

    @property
    def _store(self) -> Store:
        return self._services.store

    def sign_in(self, request: Request) -> Response:
        if language := _asked_language(request):
            return language
        if not self._store.accounts.exist():
            return RedirectResponse("/", 303)
        return _page("sign_in.html", request, to=_own_address(request.query_params.get("to", "/")), name="", notice="")

    def try_sign_in(self, request: Request, form: Form) -> Response:
        """Open a session; a wrong password costs time, more each time."""
        name, to = known_name(form.get("name", "")), _own_address(form.get("to", "/"))
        address = request.client.host if request.client else ""
        try:
            self._store.sign_in_failures.begin(name, address)
            person = self._store.accounts.verify(name, form.get("password", ""))
            if person is None:
                raise WrongNameOrPassword()
        except Notice as notice:
            told = catalogue_for(request.headers).tell(notice)
            status = 401 if isinstance(notice, WrongNameOrPassword) else 429
            # A name that nobody has may be a password typed into the wrong field.
            known = name if self._store.accounts.has(name) else ""
            tell("sign-in-refused", account=known, address=address, reason=notice.key)
            return _page("sign_in.html", request, status, to=to, name=name[:40], notice=told)
        self._store.sign_in_failures.succeeded(name, address)
        tell("sign-in", person=person.id, address=address)
        return self._signed_in(request, person, to)

    def sign_out(self, request: Request, form: Form) -> Response:
        self._store.sessions.close(cookies_of(request.headers).get(SESSION, ""))
        answer = RedirectResponse(SIGN_IN, 303, headers={"clear-site-data": '"cache", "storage"'})
        answer.delete_cookie(SESSION)
        return answer

    def consent(self, request: Request) -> Response:
        if language := _asked_language(request):
            return language
        return _page("consent.html", request)

    def answer_consent(self, request: Request, form: Form) -> Response:
        self._store.accounts.set_teaches(self._person(request), form.get("teaches") == "yes")
        return RedirectResponse(_own_address(form.get("to", "/")), 303)

    def account(self, request: Request) -> Response:
        return _asked_language(request) or self._account(request)

    def change_password(self, request: Request, form: Form) -> Response:
        """With the present one; every other session ends."""
        person, address = self._person(request), request.client.host if request.client else ""
        try:
            if form.get("new") != form.get("again"):
                raise PasswordsDiffer()
            self._store.sign_in_failures.begin(person.name, address)
            if self._store.accounts.verify(person.name, form.get("password", "")) is None:
                raise WrongNameOrPassword()
            self._store.sign_in_failures.succeeded(person.name, address)
            self._store.accounts.set_password(person, form.get("new", ""))
        except Notice as notice:
            return self._account(request, notice=notice)
        tell("password-changed", person=person.id)
        return self._signed_in(request, person, f"{ACCOUNT}?done=password")

    def delete_data(self, request: Request, form: Form) -> Response:
        """All that the person wrote and rated, once they have typed the word for it."""
        catalogue, person = catalogue_for(request.headers), self._person(request)
        if form.get("word", "").strip().casefold() != catalogue.say("delete-word").casefold():
            return self._account(request, notice=DeletionNotConfirmed(word=catalogue.say("delete-word")))
        tell("data-deleted", person=person.id, conversations=self._store.people.delete_data(person))
        return RedirectResponse(f"{ACCOUNT}?done=deleted", 303)

    def export(self, request: Request) -> Response:
        """The person's own conversations, in the lines that `agent1 import` takes."""
        conversations = self._store.exchange.export_all(self._person(request))

        def lines() -> Iterator[str]:
            for conversation in conversations:
                line = io.StringIO()
                write_export([conversation], line)
                yield line.getvalue()

        headers = {"content-disposition": 'attachment; filename="agent1.jsonl"'}
        return StreamingResponse(lines(), media_type="application/jsonl; charset=utf-8", headers=headers)

    def _account(self, request: Request, notice: Notice | None = None) -> Response:
        person, catalogue = self._person(request), catalogue_for(request.headers)
        done = request.query_params.get("done", "") if notice is None else ""
        return _page(
            "account.html",
            request,
            400 if notice else 200,
            person=person,
            account=self._store.accounts.of(person),
            conversations=self._store.conversations.count(person),
            notice=catalogue.tell(notice) if notice else "",
            news=catalogue.say(f"account-{done}") if done in ("password", "deleted") else "",
        )

    def _person(self, request: Request) -> Person:
        return person_of(self._store, request.headers)

    def _signed_in(self, request: Request, person: Person, to: str) -> Response:
        """The cookie is out of reach for scripts and for requests that other sites send."""
        answer = RedirectResponse(to, 303)
        answer.set_cookie(
            SESSION,
            self._store.sessions.open(person),
            max_age=30 * 24 * 3600,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return answer


def _page(template: str, request: Request, status: int = 200, **values: Any) -> Response:
    catalogue = catalogue_for(request.headers)
    others = [(language, Catalogue.load(language).say("language-name")) for language in LANGUAGES]
    html = TEMPLATES.get_template(template).render(
        say=catalogue.say, language=catalogue.language, languages=others, style=STYLE, **values
    )
    headers = {"content-security-policy": POLICY, "cache-control": "no-store", "vary": "cookie, accept-language"}
    return HTMLResponse(html, status, headers=headers)


def _asked_language(request: Request) -> Response | None:
    """The page's language links: set the cookie that the app's own switch sets, and come back without the wish."""
    wanted = request.query_params.get("language")
    if wanted is None:
        return None
    to = request.url.remove_query_params("language")
    answer = RedirectResponse(f"{to.path}?{to.query}" if to.query else to.path, 303)
    if wanted in LANGUAGES:
        answer.set_cookie(COOKIE, wanted, max_age=YEAR, samesite="lax")
    return answer


def _own_address(to: str) -> str:
    """Where to go next, if that is a page of this app; else the chat. A link could name another site."""
    plain = to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable() and "\\" not in to
    return to if plain and not to.startswith((SIGN_IN, "/sign-out")) else "/"
