"""The vocabulary of a GGUF as llama.cpp has it: text to token ids, ids to text, where an answer ends.

Owns the one place where training learns what the server will see. llama.cpp is asked over its own HTTP routes, on a
unix socket that only this user can enter. The weights are mapped but never read, so even a large file opens at once.
Does not cover how a prompt is put together (trainer/prompts).
"""

import contextlib
import signal
import tempfile
import threading
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
import xllamacpp

from ..store.errors import Notice

_CONTEXT = 64  # tokens; nothing is generated


class VocabularyUnreadable(Notice):
    """llama.cpp cannot load the file."""

    key = "error-vocabulary-unreadable"


class Vocabulary:
    """Open one at a time for each file; close it, or use it with `with`."""

    def __init__(self, model: Path) -> None:
        """Some tenths of a second. Raises VocabularyUnreadable."""
        self._folder = tempfile.TemporaryDirectory(prefix="agent1-")  # 0700
        socket = str(Path(self._folder.name) / "llama.sock")
        try:
            with _signals_kept():
                self._server: xllamacpp.Server | None = xllamacpp.Server(_parameters(model, socket))
        except RuntimeError as error:
            self._folder.cleanup()
            raise VocabularyUnreadable(file=model.name) from error
        self._client = httpx.Client(
            # llama.cpp drops idle connections when it likes, so none is kept.
            transport=httpx.HTTPTransport(uds=socket, limits=httpx.Limits(max_keepalive_connections=0)),
            base_url="http://llama",
            timeout=60,
        )

    def tokens(self, text: str, parse_special: bool = True) -> list[int]:
        """The ids of `text` alone, without what the vocabulary puts in front of a text.

        Without `parse_special` a special token's name is read as plain text.
        """
        return self._tokenize(text, add_special=False, parse_special=parse_special)

    def prompt_tokens(self, prompt: str) -> list[int]:
        """The ids that a server makes of a rendered prompt: the begin token stands first once, if it is wanted."""
        ids = self.tokens(prompt)
        return ids if ids[: len(self.begin)] == list(self.begin) else [*self.begin, *ids]

    def text(self, tokens: Sequence[int]) -> str:
        """The text of some ids, special ones by their names; a part of a character gives U+FFFD."""
        return str(self._ask("/detokenize", {"tokens": list(tokens)})["content"])

    def piece(self, token: int) -> str:
        """The text of one id."""
        return self.text([token])

    @cached_property
    def begin(self) -> tuple[int, ...]:
        """What llama.cpp puts in front of every text (`add_bos`): one id, or nothing."""
        framed = self._tokenize("a", add_special=True, parse_special=True)
        plain = self.tokens("a")
        return tuple(framed[: framed.index(plain[0])])

    @cached_property
    def end_tokens(self) -> frozenset[int]:
        """The ids at which llama.cpp ends an answer: end of text, of turn, of message."""
        # With ignore_eos llama.cpp forbids them all and tells which it has forbidden. An empty prompt computes
        # nothing, or the begin token alone where the vocabulary wants one.
        told = self._ask("/completion", {"prompt": "", "n_predict": 0, "ignore_eos": True})
        return frozenset(int(entry["token"]) for entry in told["generation_settings"]["logit_bias"])

    @cached_property
    def end_of_text(self) -> int | None:
        """The file's own end token (`eos`); None where it names none."""
        name = str(self._client.get("/props").raise_for_status().json().get("eos_token", ""))
        ids = self.tokens(name)
        return ids[0] if len(ids) == 1 else None

    @cached_property
    def n_vocab(self) -> int:
        answer = self._client.get("/v1/models").raise_for_status().json()
        return int(answer["data"][0]["meta"]["n_vocab"])

    def close(self) -> None:
        self._client.close()
        self._server = None  # its destructor ends llama.cpp's threads
        self._folder.cleanup()

    def __enter__(self) -> "Vocabulary":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _tokenize(self, text: str, *, add_special: bool, parse_special: bool) -> list[int]:
        asked = {"content": text, "add_special": add_special, "parse_special": parse_special}
        return [int(token) for token in self._ask("/tokenize", asked)["tokens"]]

    def _ask(self, route: str, asked: dict[str, object]) -> Any:
        return self._client.post(route, json=asked).raise_for_status().json()


def _parameters(model: Path, socket: str) -> xllamacpp.CommonParams:
    params = xllamacpp.CommonParams()
    params.model.path = str(model)
    params.hostnames = [socket]
    params.n_ctx = params.n_batch = params.n_ubatch = _CONTEXT
    params.n_parallel = 1
    params.n_gpu_layers = 0
    params.no_extra_bufts = True  # else weights are read and repacked for speed
    params.warmup = False
    params.fit_params = False
    params.use_jinja = False  # the file's template is not needed, and may be one that llama.cpp cannot parse
    params.ui = False
    params.verbosity = 0
    return params


@contextlib.contextmanager
def _signals_kept() -> Iterator[None]:
    """llama.cpp takes over SIGINT and SIGTERM; give them back, so that a stage can still be cancelled."""
    numbers = (signal.SIGINT, signal.SIGTERM) if threading.current_thread() is threading.main_thread() else ()
    kept = {number: signal.getsignal(number) for number in numbers}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
