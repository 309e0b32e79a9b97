"""Two pure ASGI layers around the app: the gate (Host, Origin, headers), and the page's language.

Pure ASGI, because Starlette's BaseHTTPMiddleware runs streams through a task of its own, and Gradio's events are
streams. Does not cover who is an admin (access, guard).
"""

import json
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..store.errors import Notice
from ..store.home import Deployment
from ..store.records import Person
from .access import check_request, cookies_of
from .catalogue import LANGUAGES, Catalogue
from .language import COOKIE, choose_language

# Gradio needs inline scripts and styles, and makes functions of text for its HTML component. What the policy does
# forbid is every other address: an image or a link in an answer cannot tell anybody that it was read.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
PERSON = "agent1_person"  # in the request's state: who is asking, as the door has found
# What the page's own script says; everything else is said by the server.
SCRIPT_TEXTS = (
    "language-switch", "rate-group", "face-1", "face-2", "face-3", "face-4", "face-5", "send", "stop", "question-label",
    "copy-message", "copied", "copy-code", "sidebar-toggle", "account-title", "chat-label", "recent-conversations",
    "search-label", "you-said", "answer-label", "answer-begins", "answer-ended",
    "thinking", "thinking-now", "retry", "ask-for-answer", "edit-message", "edit-send", "cancel", "correct-answer",
    "correction-title", "correction-label", "correction-offer", "correction-change", "correction-withdraw",
    "correction-save", "reasons-label", "reason-wrong", "reason-long", "reason-short", "reason-tone", "reason-language",
    "reason-unsafe", "versions", "version-before", "version-after", "written-by", "lineage-learned-by",
    "conversation-rename",
)  # fmt: skip


def catalogue_for(headers: Mapping[str, str]) -> Catalogue:
    """In the language that the request's cookie or browser asks for."""
    return Catalogue.load(choose_language(cookies_of(headers), headers.get("accept-language", "")))


class Gate:
    """Refuses other hosts and other sites with 403 and a sentence; adds the security headers to every answer."""

    def __init__(self, app: ASGIApp, deployment: Deployment) -> None:
        self._app, self._deployment = app, deployment

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            check_request(headers.get("host", ""), headers.get("origin"), self._deployment)
        except Notice as notice:
            refusal = PlainTextResponse(catalogue_for(headers).tell(notice), 403, headers=HEADERS)
            await refusal(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    answered.setdefault(name, value)  # a page may have a stricter policy of its own
            await send(message)

        await self._app(scope, receive, send_with_headers)


class PageLanguage:
    """Puts the language into each HTML page: <html lang>, and a script behind <head> that tells Gradio's own texts.

    Gradio follows `navigator.language` alone, which a page's cookie cannot change; so the script overrides it, with
    what the server decided from the same cookie.
    """

    def __init__(self, app: ASGIApp, outside: str = "") -> None:
        self._app, self._outside = app, outside

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Gradio's page alone; those around an account (account_pages) are told by their templates.
        if scope["type"] != "http" or scope["path"] != "/":
            await self._app(scope, receive, send)
            return
        catalogue = catalogue_for(Headers(scope=scope))
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        start: Message | None = None
        body = b""

        async def send_page(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                if not Headers(raw=message["headers"]).get("content-type", "").startswith("text/html"):
                    start = None
                    await send(message)
                return
            if start is None:
                await send(message)
                return
            body += message.get("body", b"")
            if not message.get("more_body"):
                page = put_language(body, catalogue, scope.get("state", {}).get(PERSON), self._outside)
                headers = MutableHeaders(scope=start)
                headers["content-length"] = str(len(page))
                headers.add_vary_header("cookie, accept-language")
                await send(start)
                await send({"type": "http.response.body", "body": page})

        await self._app({**scope, "headers": plain}, receive, send_page)


def put_language(page: bytes, catalogue: Catalogue, person: Person | None = None, outside: str = "") -> bytes:
    told = {
        "outside": catalogue.say("chats-leave", address=outside) if outside else "",
        "admin": person is None or person.is_admin,
        "language": catalogue.language,
        "languages": {language: Catalogue.load(language).say("language-name") for language in LANGUAGES},
        "cookie": COOKIE,
        "texts": {key: catalogue.say(key) for key in SCRIPT_TEXTS},
    }
    script = (
        f"<script>window.agent1 = {json.dumps(told).replace('<', chr(92) + 'u003c')};"
        'Object.defineProperty(navigator, "language", {get: () => agent1.language});'
        'Object.defineProperty(navigator, "languages", {get: () => [agent1.language]});'
        "document.documentElement.lang = agent1.language;"
        'document.documentElement.classList.toggle("no-admin", !agent1.admin);</script>'
    )
    return page.replace(b"<head>", b"<head>" + script.encode(), 1)
