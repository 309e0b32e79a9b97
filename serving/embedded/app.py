"""The routes: which address does what. Everything else of Ollama's API is answered with 501 and a sentence."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from . import chat
from .answers import Parts
from .asked import AskedChat, AskedCreate, AskedDelete, AskedGenerate, AskedShow, Kind, parse
from .create import create
from .describe import describe_fully, describe_loaded, describe_tag
from .pool import Pool
from .refusals import Refused, not_offered
from .shelf import Shelf, clean_digest

MOST_JSON = 64 * 2**20  # bytes of a request that is not a blob
API_VERSION = "0.32.15"  # the Ollama whose answers these are


class Routes:
    def __init__(self, shelf: Shelf, pool: Pool, version: str) -> None:
        self._shelf = shelf
        self._pool = pool
        self._version = version

    def routes(self) -> list[Route]:
        return [
            Route("/", self.root, methods=["GET"]),
            Route("/api/version", self.version, methods=["GET"]),
            Route("/api/tags", self.tags, methods=["GET"]),
            Route("/api/ps", self.loaded, methods=["GET"]),
            Route("/api/show", self.show, methods=["POST"]),
            Route("/api/chat", self.chat, methods=["POST"]),
            Route("/api/generate", self.generate, methods=["POST"]),
            Route("/api/create", self.create, methods=["POST"]),
            Route("/api/delete", self.delete, methods=["DELETE"]),
            Route("/api/blobs/{digest}", self.blob, methods=["HEAD", "POST"]),
        ]

    async def root(self, request: Request) -> Response:
        return PlainTextResponse("Agent1's model server is running")

    async def version(self, request: Request) -> Response:
        return JSONResponse({"version": f"{API_VERSION}+embedded.{self._version}"})

    async def tags(self, request: Request) -> Response:
        return JSONResponse({"models": [describe_tag(model) for model in self._shelf.models()]})

    async def loaded(self, request: Request) -> Response:
        return JSONResponse({"models": [describe_loaded(entry) for entry in self._pool.loaded()]})

    async def show(self, request: Request) -> Response:
        asked = await _read(request, AskedShow)
        return JSONResponse(describe_fully(self._shelf.open(asked.wanted)))

    async def chat(self, request: Request) -> Response:
        asked = await _read(request, AskedChat)
        parts = chat.chat(asked, self._shelf.open(asked.wanted), self._pool)
        # What would be sent is told whole, whether a stream was asked for or not.
        is_whole = asked.stream is False or asked.debug_render_only or not asked.messages
        return Parts(parts, chat.join if is_whole else None)

    async def generate(self, request: Request) -> Response:
        asked = await _read(request, AskedGenerate)
        parts = chat.generate(asked, self._shelf.open(asked.wanted), self._pool)
        return Parts(parts, chat.join)

    async def create(self, request: Request) -> Response:
        asked = await _read(request, AskedCreate)
        return Parts(create(asked, self._shelf), (lambda parts: parts[-1]) if asked.stream is False else None)

    async def delete(self, request: Request) -> Response:
        model = self._shelf.open((await _read(request, AskedDelete)).wanted)
        self._shelf.delete(model)
        await self._pool.unload(model.name)
        return Response(status_code=HTTPStatus.OK)

    async def blob(self, request: Request) -> Response:
        digest = clean_digest(request.path_params["digest"])
        if request.method == "HEAD":
            there = self._shelf.blob_file(digest).exists()
            return Response(status_code=HTTPStatus.OK if there else HTTPStatus.NOT_FOUND)
        is_new = await self._shelf.write_blob(digest, request.stream())
        return Response(status_code=HTTPStatus.CREATED if is_new else HTTPStatus.OK)


def make_app(shelf: Shelf, pool: Pool, version: str) -> Starlette:
    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        watching = asyncio.ensure_future(_unload_expired(pool))
        try:
            yield
        finally:
            watching.cancel()
            await pool.close()

    return Starlette(
        routes=Routes(shelf, pool, version).routes(),
        lifespan=lifespan,
        exception_handlers={
            Refused: _tell_refusal,
            ClientDisconnect: _tell_nobody,
            404: _tell_missing,
            405: _tell_missing,
            500: _tell_failure,
        },
    )


async def _unload_expired(pool: Pool) -> None:
    while True:
        await asyncio.sleep(1)
        await pool.unload_expired()


async def _read(request: Request, kind: type[Kind]) -> Kind:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_JSON:
            raise Refused(413, f"the request is larger than {MOST_JSON} bytes")
    return parse(bytes(body), kind)


async def _tell_refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return JSONResponse({"error": error.error}, error.status)


async def _tell_missing(request: Request, error: Exception) -> Response:
    return await _tell_refusal(request, not_offered(f"{request.method} {request.url.path}"))


async def _tell_failure(request: Request, error: Exception) -> Response:
    return JSONResponse({"error": f"{type(error).__name__}: {error}"}, 500)


async def _tell_nobody(request: Request, error: Exception) -> Response:
    return Response(status_code=499)
