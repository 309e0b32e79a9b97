"""A stand-in for Ollama over real HTTP, answering as tests/serving/ollama-api/ recorded it.

Owns blobs, models and Ollama's habits that hurt (switches below). Its models write nothing of their
own: chat repeats the recording. Does not stand for llama.cpp; the embedded server is tested for real.
"""

import hashlib
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).parent / "serving" / "ollama-api"
CHATML = json.loads((RECORDED / "show.json").read_text())["template"]
BASE = "smollm2:135m"


@dataclass
class Switches:
    refuses_quantize: bool = False  # as 0.34 and later
    cannot_render: bool = False  # _debug_render_only is ignored
    detects_template: str = ""  # used for a new tag that brings no template
    ignores_template: bool = False  # ... and also for one that does
    dies_in_answer: bool = False  # the connection breaks
    breaks_in_answer: bool = False  # the runner dies: a last error line
    dies_in_create: int = 0  # so many creates end without a last line
    late_error: str = ""  # the last line of a create
    fails: int = 0  # so many requests get a 500 first
    refuses_connections: int = 0  # so many are closed without an answer
    slow: float = 0  # seconds before every answer
    silent_model: bool = False  # new tags answer with nothing
    takes_nothing: bool = False  # its folder cannot be written
    ends: tuple[str, ...] = ()  # tags whose answers end by themselves; the recorded one was cut at its limit
    not_ollama: bool = False


@dataclass
class FakeModel:
    tag: str
    digest: str
    template: str = CHATML
    template_is_stored: bool = True  # False: it is the GGUF file's own
    system: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    license: str = ""
    messages: list[dict[str, str]] = field(default_factory=list)
    renderer: str = ""
    parser: str = ""
    remote_host: str = ""
    capabilities: list[str] = field(default_factory=lambda: ["completion"])


@dataclass
class FakeOllama:
    url: str = ""
    switches: Switches = field(default_factory=Switches)
    models: dict[str, FakeModel] = field(default_factory=dict)  # by lower-case name
    blobs: dict[str, bytes] = field(default_factory=dict)
    gguf_template: str = CHATML  # in every GGUF file that is uploaded
    asked: list[tuple[str, str, Any]] = field(default_factory=list)  # method, path, JSON body or size

    def add(self, model: FakeModel) -> None:
        self.models[_key(model.tag)] = model

    def bodies(self, path: str) -> list[Any]:
        return [body for _, asked, body in self.asked if asked == path]


def _key(tag: str) -> str:
    return (tag if ":" in tag else f"{tag}:latest").lower()


@contextmanager
def fake_ollama(port: int = 0, **switches: Any) -> Iterator[FakeOllama]:
    """A running server with the recorded base; ended with the block."""
    fake = FakeOllama(switches=Switches(**switches))
    fake.add(FakeModel(BASE, "sha256:" + "9" * 64, parameters={"stop": ["<|im_start|>", "<|im_end|>"]}))
    server = _Server(("127.0.0.1", port), type("Handler", (_Handler,), {"fake": fake}))
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Quiet: a client that stopped waiting is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # 40 ms an answer otherwise
    fake: FakeOllama

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: what was asked is in FakeOllama.asked."""

    # How it answers

    def _send(self, status: int, body: Any = None) -> None:
        text = b"" if body is None else (body if isinstance(body, bytes) else json.dumps(body).encode())
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    def _stream(self, lines: list[Any], whole: bool = True) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for line in lines:
            text = json.dumps(line).encode() + b"\n"
            self.wfile.write(b"%x\r\n%s\r\n" % (len(text), text))
            self.wfile.flush()
        if whole:
            self.wfile.write(b"0\r\n\r\n")
        self.close_connection = not whole

    def _prepare(self) -> Any:
        """Reads the body; True in place of an answer where a switch has answered already."""
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        blob = self.path.startswith("/api/blobs/")
        body = raw if blob else json.loads(raw) if raw else None
        self.fake.asked.append((self.command, self.path, len(raw) if blob else body))
        switches = self.fake.switches
        time.sleep(switches.slow)
        if switches.refuses_connections > 0:
            switches.refuses_connections -= 1
            self.close_connection = True
            return None, True
        if switches.fails > 0:
            switches.fails -= 1
            self._send(500, {"error": "something went wrong"})
            return None, True
        return body, False

    # What it answers

    def do_GET(self) -> None:
        _, answered = self._prepare()
        if answered:
            return
        if self.fake.switches.not_ollama:
            self._send(200, b"<html>It works!</html>")
        elif self.path == "/api/version":
            self._send(200, (RECORDED / "version.json").read_bytes())
        elif self.path == "/api/tags":
            self._send(200, {"models": [_row(model) for model in self.fake.models.values()]})
        elif self.path == "/api/ps":
            self._send(200, (RECORDED / "ps.json").read_bytes())
        else:
            self._send(404, b"404 page not found")

    def do_HEAD(self) -> None:
        _, answered = self._prepare()
        if not answered:
            self._send(200 if self.path.rpartition("/")[2] in self.fake.blobs else 404)

    def do_DELETE(self) -> None:
        body, answered = self._prepare()
        if answered:
            return
        gone = self.fake.models.pop(_key(body["model"]), None)
        if gone:
            self._send(200)
        else:
            self._send(404, {"error": f"model '{body['model']}' not found"})

    def do_POST(self) -> None:
        body, answered = self._prepare()
        if answered:
            return
        if self.path.startswith("/api/blobs/"):
            self._take_blob(self.path.rpartition("/")[2], body)
            return
        if self.path == "/api/create":
            self._create(body)
            return
        model = self.fake.models.get(_key(body.get("model") or ""))
        if not body.get("model"):
            self._send(400, {"error": "model is required"})
        elif model is None:
            self._send(404, {"error": f"model '{body['model']}' not found"})
        elif self.path == "/api/show":
            self._send(200, _show(model))
        elif self.path == "/api/chat":
            self._chat(model, body)
        elif self.path == "/api/generate":
            done = "unload" if body.get("keep_alive") == 0 else "load"
            answer = {"model": model.tag, "created_at": "", "response": "", "done": True, "done_reason": done}
            self._send(200, answer)
        else:
            self._send(404, b"404 page not found")

    def _take_blob(self, digest: str, content: bytes) -> None:
        if self.fake.switches.takes_nothing:
            self._send(500, {"error": "open /var/lib/ollama/models/blobs: permission denied"})
            return
        told = f"sha256:{hashlib.sha256(content).hexdigest()}"
        if told != digest:
            self._send(400, {"error": f'digest mismatch, expected "{digest}", got "{told}"'})
            return
        there = digest in self.fake.blobs
        self.fake.blobs[digest] = content
        self._send(200 if there else 201)

    def _chat(self, model: FakeModel, body: dict[str, Any]) -> None:
        switches = self.fake.switches
        if body.get("_debug_render_only") and not switches.cannot_render:
            answer = json.loads((RECORDED / "debug_render.json").read_text())
            answer["_debug_info"]["rendered_template"] = render(model, body["messages"])
            self._send(200, answer)
            return
        silent = switches.silent_model and model.tag != BASE
        if body.get("stream") is False:
            answer = json.loads((RECORDED / "chat_nostream.json").read_text()) | {"model": model.tag}
            if silent:
                answer["message"]["content"] = ""
            if model.tag in switches.ends:
                answer["done_reason"] = "stop"
            self._send(200, answer)
            return
        lines = [json.loads(line) for line in (RECORDED / "chat_stream.ndjson").read_text().splitlines()]
        if switches.dies_in_answer:
            self._stream(lines[:3], whole=False)
        elif switches.breaks_in_answer:
            self._stream([*lines[:3], {"error": "an error was encountered while running the model: unexpected EOF"}])
        else:
            self._stream(lines)

    def _create(self, body: dict[str, Any]) -> None:
        switches, files = self.fake.switches, body.get("files") or {}
        refused = _why_not(self.fake, body, files)
        if refused:
            self._send(refused[0], {"error": refused[1]})
            return
        lines = [json.loads(line) for line in (RECORDED / "create_gguf_q8.ndjson").read_text().splitlines()]
        if switches.dies_in_create > 0:
            switches.dies_in_create -= 1
            self._stream(lines[:2], whole=False)
            return
        if switches.late_error:
            self._stream([*lines[:2], {"error": switches.late_error}])
            return
        digest = next(iter(files.values()), "") or self.fake.models[_key(body["from"])].digest
        template = body.get("template") or switches.detects_template
        if switches.ignores_template:
            template = switches.detects_template
        self.fake.add(
            FakeModel(
                tag=body["model"],
                digest=digest,
                template=template or self.fake.gguf_template,
                template_is_stored=bool(template),
                system=body.get("system", ""),
                parameters=body.get("parameters") or {},
                license="\n".join(body.get("license") or []),
                messages=body.get("messages") or [],
                renderer=body.get("renderer", ""),
                parser=body.get("parser", ""),
            )
        )
        self._stream(lines)


def _why_not(fake: FakeOllama, body: dict[str, Any], files: dict[str, str]) -> tuple[int, str] | None:
    if not re.fullmatch(r"([\w.-]+/)*\w[\w.-]{0,79}(:\w[\w.-]{0,79})?", body.get("model") or "", re.ASCII):
        return 400, "invalid model name"
    if not files and not body.get("from"):
        return 400, "neither 'from' or 'files' was specified"
    for name, digest in files.items():
        if name.startswith("/") or ".." in name:
            return 400, "file path must be relative"
        if digest not in fake.blobs:
            return 500, f"open /var/lib/ollama/models/blobs/{digest.replace(':', '-')}: no such file or directory"
        if not fake.blobs[digest].startswith(b"GGUF"):
            return 400, "supplied file was not in GGUF format"
    if body.get("quantize") and fake.switches.refuses_quantize:
        return 400, "create-time quantization is only supported for safetensors imports"
    if (body.get("template") or "").count("{{") != (body.get("template") or "").count("}}"):
        return 400, "template error: template: :1: unclosed action"
    return None


def render(model: FakeModel, messages: list[dict[str, str]]) -> str:
    """ChatML for the recorded template; any other template prints itself before each message."""
    if model.system and not any(message["role"] == "system" for message in messages):
        messages = [{"role": "system", "content": model.system}, *messages]
    if model.template == CHATML:
        said = "".join(f"<|im_start|>{message['role']}\n{message['content']}<|im_end|>\n" for message in messages)
        return said + "<|im_start|>assistant\n"
    return "".join(f"{model.template}|{message['role']}|{message['content']}\n" for message in messages)


def _row(model: FakeModel) -> dict[str, Any]:
    row: dict[str, Any] = json.loads((RECORDED / "tags.json").read_text())["models"][0]
    row |= {"name": model.tag, "model": model.tag, "capabilities": model.capabilities}
    return row | ({"remote_host": model.remote_host} if model.remote_host else {})


def _show(model: FakeModel) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads((RECORDED / "show.json").read_text())
    blob = f"/var/lib/ollama/models/blobs/{model.digest.replace(':', '-')}"
    values = [
        (name, value)
        for name, several in model.parameters.items()
        for value in (several if isinstance(several, list) else [several])
    ]
    written = model.template if model.template_is_stored else "{{ .Prompt }}"
    lines = [f"FROM {blob}", f'TEMPLATE "{written}"']
    lines += [f"{name.upper()} {text}" for name in ("renderer", "parser") if (text := getattr(model, name))]
    shown |= {
        "modelfile": "\n".join([*lines, *(f"PARAMETER {name} {value}" for name, value in values), ""]),
        "parameters": "\n".join(f"{name:<30} {json.dumps(value)}" for name, value in values),
        "template": model.template,
        "capabilities": model.capabilities,
    }
    for name in ("system", "license", "messages", "remote_host"):
        if getattr(model, name):
            shown[name] = getattr(model, name)
    return shown
