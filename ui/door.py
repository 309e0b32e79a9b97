"""The door: a pure ASGI layer behind which everything needs a person.

Whoever is not signed in reaches the sign-in page and the health checks, nothing else, whatever is mounted behind it.
Does not cover what a person may do inside (guard, and the store's own look at whose a conversation is).
"""

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ..store.errors import Notice
from ..store.home import Deployment
from ..store.store import Store
from .access import AccountsWanted, NotAdmin, NotSignedIn, check_admin, check_without_accounts, person_of
from .middleware import PERSON, catalogue_for

SIGN_IN, CONSENT = "/sign-in", "/consent"
OPEN = frozenset({SIGN_IN, "/healthz", "/readyz"})
# Gradio's own routes that a page of ours never uses but an admin's upload.
ADMINS = ("/gradio_api/upload", "/upload")
STATUS = {NotSignedIn: 401, NotAdmin: 403, AccountsWanted: 403}


class Door:
    def __init__(self, app: ASGIApp, store: Store, deployment: Deployment) -> None:
        self._app, self._store, self._deployment = app, store, deployment

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = None
        if scope["type"] != "lifespan" and scope["path"] not in OPEN:
            answer = await run_in_threadpool(self._refuse, scope)
        await (answer or self._app)(scope, receive, send)

    def _refuse(self, scope: Scope) -> Response | None:
        """What is answered instead; None lets the request in."""
        headers, path = Headers(scope=scope), scope["path"]
        is_page = scope.get("method") == "GET" and "text/html" in headers.get("accept", "")
        try:
            if not self._store.accounts.exist():
                check_without_accounts(headers, self._deployment)
            person = person_of(self._store, headers)
            if path.startswith(ADMINS):
                check_admin(person)
        except NotSignedIn as notice:
            if is_page:
                return RedirectResponse(f"{SIGN_IN}?to={quote(_address(scope), safe='')}", 303)
            return self._tell(notice, headers)
        except Notice as notice:
            return self._tell(notice, headers)
        scope.setdefault("state", {})[PERSON] = person
        account = self._store.accounts.of(person) if is_page else None
        if path == "/" and account and account.teaches is None:
            return RedirectResponse(CONSENT, 303)
        return None

    def _tell(self, notice: Notice, headers: Headers) -> Response:
        return PlainTextResponse(catalogue_for(headers).tell(notice), STATUS.get(type(notice), 403))


def _address(scope: Scope) -> str:
    query = scope.get("query_string", b"").decode("latin-1")
    return f"{scope['path']}?{query}" if query else str(scope["path"])
