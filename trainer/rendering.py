"""The prompt of a conversation as the base reads it: from the server, else from the template in its file.

Owns which of the two is asked, once for a whole run. Does not cover how the text becomes tokens (prompts).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from ..serving.client import ModelServer
from ..serving.embedded.refusals import Refused
from ..serving.embedded.template import render_prompt
from ..serving.gguf_file import read_gguf
from ..store.errors import Notice

Messages = Sequence[Mapping[str, str]]

SERVER, FILE = "server", "file"


class NoTemplate(Notice):
    """The server does not tell what it renders, and the base's file has no chat template."""

    key = "error-no-template"


class TemplateRefused(Notice):
    """The template in the base's file is broken, or does not take this conversation."""

    key = "error-template-refused"


class ConversationRefused(TemplateRefused):
    """As far as is known this conversation alone: some templates take no system message, or no two of one role."""


class Renderer:
    """Renders with `tag`; `rendered_by` tells whether the server or the file does it."""

    def __init__(self, server: ModelServer, tag: str, file: Path) -> None:
        """Raises NoTemplate, and what ModelServer.render raises."""
        self._server, self._tag, self._file = server, tag, file
        told = server.render(tag, [{"role": "user", "content": "Hello"}])
        self.rendered_by = FILE if told is None else SERVER
        self._from_file = _FileTemplate(server, tag, file) if told is None else None

    def __call__(self, messages: Messages) -> str:
        """The text up to where the answer begins. Raises TemplateRefused, and what ModelServer.render raises."""
        if self._from_file:
            return self._from_file.render(messages)
        text = self._server.render(self._tag, messages)
        if text is None:  # it told before; half a run rendered otherwise would be worse than none
            raise TemplateRefused(tag=self._tag, error="the server stopped telling what it renders")
        return text


class _FileTemplate:
    def __init__(self, server: ModelServer, tag: str, file: Path) -> None:
        keys = read_gguf(file).keys
        self._tag, self._template = tag, keys.get("tokenizer.chat_template")
        if not self._template:
            raise NoTemplate(tag=tag)
        tokens = keys.get("tokenizer.ggml.tokens")
        named = [keys.get(f"tokenizer.ggml.{name}_token_id") for name in ("bos", "eos")]
        pieces = [str(tokens[id_]) if isinstance(tokens, list) and isinstance(id_, int) else "" for id_ in named]
        self._bos, self._eos = pieces
        facts = server.describe(tag)  # what the server puts before a conversation
        first = [{"role": "system", "content": facts.system}] if facts.system else []
        self._first = [*first, *({"role": role, "content": content} for role, content in facts.messages)]

    def render(self, messages: Messages) -> str:
        has_system = any(message["role"] == "system" for message in messages)
        first = [message for message in self._first if not (has_system and message["role"] == "system")]
        try:
            return render_prompt(str(self._template), [*first, *messages], self._bos, self._eos)
        except Refused as refusal:
            raise ConversationRefused(tag=self._tag, error=str(refusal)) from refusal
