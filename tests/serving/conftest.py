"""The real embedded server, in its own process, with real models: tiny random ones and the starter."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent1.serving.embedded import process
from agent1.store.home import Home
from agent1.tests.tiny_models import tiny_llama_gguf


@dataclass(frozen=True)
class Running:
    """A server that runs, asked over plain HTTP."""

    home: Home
    url: str
    http: httpx.Client

    def post(self, path: str, **body: Any) -> httpx.Response:
        return self.http.post(path, json=body)

    def create(self, name: str, path: Path, **fields: Any) -> list[dict[str, Any]]:
        """Upload a file and make a model of it; the lines of the answer."""
        content = path.read_bytes()
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        uploaded = self.http.post(f"/api/blobs/{digest}", content=content)
        assert uploaded.status_code in (200, 201), uploaded.text
        return lines(self.post("/api/create", model=name, files={path.name: digest}, **fields))

    def create_tiny(self, name: str, path: Path, **fields: Any) -> list[dict[str, Any]]:
        """As create. A tiny model is quickest on one thread: with two it mostly waits for the other one."""
        parameters = {"num_thread": 1} | fields.pop("parameters", {})
        return self.create(name, path, parameters=parameters, **fields)

    def say(self, model: str, *messages: str | dict[str, str], **body: Any) -> dict[str, Any]:
        """The whole answer to a conversation, whose texts are taken in turn as the person's and the model's."""
        response = self.post("/api/chat", model=model, messages=talk(*messages), stream=False, **body)
        assert response.status_code == 200, response.text
        return dict(response.json())

    def rendered(self, model: str, *messages: str | dict[str, str], **body: Any) -> str:
        return str(self.say(model, *messages, _debug_render_only=True, **body)["_debug_info"]["rendered_template"])

    def loaded(self) -> list[str]:
        return [model["name"] for model in self.http.get("/api/ps").json()["models"]]


def talk(*messages: str | dict[str, str]) -> list[dict[str, str]]:
    return [
        message if isinstance(message, dict) else {"role": "assistant" if index % 2 else "user", "content": message}
        for index, message in enumerate(messages)
    ]


def lines(response: httpx.Response) -> list[dict[str, Any]]:
    return [json.loads(line) for line in response.text.splitlines()]


@pytest.fixture(scope="session")
def tiny_gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama_gguf(tmp_path_factory.mktemp("tiny") / "tiny.gguf")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, tiny_gguf: Path) -> Iterator[Running]:
    """A server with the model `tiny:1`."""
    home = Home(tmp_path_factory.mktemp("embedded") / "home")
    url = process.find_or_start(home, timeout=120)
    with httpx.Client(base_url=url, timeout=300, trust_env=False) as http:
        server = Running(home, url, http)
        server.create_tiny("tiny:1", tiny_gguf)
        yield server
    process.stop(home)
