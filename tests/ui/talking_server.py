"""A model server over real HTTP whose answers are known: what a page test asks for is in the question.

Owns the few routes that the chat and the list of models need. What it says to a question:
`slow ...` many words, a pause before each; `break ...` dies after three words; `silent ...` nothing;
`cut ...` ends at the length limit; `think ...` thinks before it speaks; anything else is repeated.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODELS = {"base:1b": 1_200_000_000, "agent1-base:20261101-100000-1": 98_000_000}
PAUSE = 0.05  # seconds before each word of a slow answer


@dataclass
class Talking:
    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)  # bodies of /api/chat


def words_for(question: str) -> list[str]:
    if question.startswith("silent"):
        return []
    if question.startswith("slow"):
        return [f"word{number} " for number in range(400)]
    return [f"{word} " for word in f"You said: {question}".split(" ")]


@contextmanager
def talking_server() -> Iterator[Talking]:
    talking = Talking()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"talking": talking}))
    server.daemon_threads = True
    talking.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield talking
    server.shutdown()
    server.server_close()


class _Handler(BaseHTTPRequestHandler):
    talking: Talking

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        models = [{"name": tag, "model": tag, "digest": "0", "size": size} for tag, size in MODELS.items()]
        told: dict[str, dict[str, Any]] = {"/api/tags": {"models": models}, "/api/ps": {"models": []}}
        self._send(told.get(self.path, {"version": "0.32.15"}))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/api/show":
            self._send({"details": {}, "model_info": {}, "capabilities": ["completion"]})
            return
        if body["model"] not in MODELS:
            self._send({"error": f"model '{body['model']}' not found"}, 404)
            return
        self.talking.asked.append(body)
        question = body["messages"][-1]["content"]
        if body.get("stream") is False:
            said = {"role": "assistant", "content": "".join(words_for(question))}
            self._send({"model": "base:1b", "message": said, "done": True, "done_reason": "stop"})
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.end_headers()
        try:
            if question.startswith("think"):
                for word in ("Let ", "me ", "see. "):
                    self._line({"message": {"role": "assistant", "content": "", "thinking": word}, "done": False})
            for place, word in enumerate(words_for(question)):
                if question.startswith("break") and place == 3:
                    self._line({"error": "unexpected EOF"})
                    return
                if question.startswith("slow"):
                    time.sleep(PAUSE)
                self._line({"message": {"role": "assistant", "content": word}, "done": False})
            reason = "length" if question.startswith("cut") else "stop"
            self._line({"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": reason})
        except (BrokenPipeError, ConnectionResetError):
            pass  # the page pressed stop

    def _line(self, told: dict[str, Any]) -> None:
        self.wfile.write(
            json.dumps({"model": "base:1b", "created_at": "2026-11-01T10:00:00Z", **told}).encode() + b"\n"
        )
        self.wfile.flush()

    def _send(self, told: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
