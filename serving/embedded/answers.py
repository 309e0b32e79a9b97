"""How answers cross HTTP: JSON at once or a line for each part, errors with Ollama's statuses.

A client that goes away ends the work behind its answer at once, also while nothing is being sent.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from .refusals import Refused

Part = dict[str, Any]

_LINES = [(b"content-type", b"application/x-ndjson")]


class Parts(Response):
    """An answer of parts. With `join` it is sent whole, once the last part is there.

    An error before the first part is told by the status; later as a last line {"error": ...}.
    """

    def __init__(self, parts: AsyncGenerator[Part, None], join: Callable[[Sequence[Part]], Part] | None) -> None:
        super().__init__()
        self._parts = parts
        self._join = join

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        writing = asyncio.ensure_future(self._write(scope, receive, send))
        leaving = asyncio.ensure_future(_disconnected(receive))
        try:
            await asyncio.wait({writing, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            leaving.cancel()
            if not writing.done():
                writing.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError):
                await writing

    async def _write(self, scope: Scope, receive: Receive, send: Send) -> None:
        collected: list[Part] = []
        has_begun = False
        try:
            async with aclosing(self._parts):
                async for part in self._parts:
                    if self._join:
                        collected.append(part)
                        continue
                    await self._send_line(send, part, is_first=not has_begun)
                    has_begun = True
        except Refused as refused:
            if not has_begun:
                await JSONResponse({"error": refused.error}, refused.status)(scope, receive, send)
                return
            await self._send_line(send, {"error": refused.error}, is_first=False)
        if self._join:
            await JSONResponse(self._join(collected))(scope, receive, send)
        else:
            await send({"type": "http.response.body", "body": b""})

    async def _send_line(self, send: Send, part: Part, is_first: bool) -> None:
        if is_first:
            await send({"type": "http.response.start", "status": 200, "headers": _LINES})
        line = json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        await send({"type": "http.response.body", "body": line, "more_body": True})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
