"""POST /api/chat and /api/generate: from messages to the parts of an answer, as Ollama tells them.

Owns choosing what of a conversation fits and the shape of the parts. How they cross HTTP is app's.
"""

import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .asked import AskedChat, AskedGenerate, seconds
from .engine import Engine, Piece
from .options import Options, read_options
from .pool import KEEP_ALIVE, Pool
from .refusals import Refused, not_offered
from .shelf import Model
from .template import render_prompt

MOST_LOGPROBS = 20

Message = dict[str, str]
Part = dict[str, Any]


@dataclass(frozen=True)
class Prompt:
    """The text that is evaluated, byte for byte, and its tokens."""

    text: str
    tokens: list[int]


async def chat(asked: AskedChat, model: Model, pool: Pool) -> AsyncGenerator[Part, None]:
    """The parts of an answer; the last has `done` and the counts. Raises Refused, before the first part if it can."""
    began = time.monotonic_ns()
    _refuse_what_is_missing(asked, model)
    keep_alive = seconds(asked.keep_alive, KEEP_ALIVE)
    options = read_options(model.manifest.parameters, asked.options, longest=model.facts.context_length)
    if not asked.messages:
        yield await _load_or_unload(asked.wanted, {"message": _message("")}, model, options, pool, keep_alive)
        return
    messages = _conversation(asked, model)
    async with pool.borrow(model, options, keep_alive) as engine:
        loaded = time.monotonic_ns()
        prompt = await fit(engine, model, messages, options, asked)
        if asked.debug_render_only:
            yield _debug(asked.wanted, prompt)
            return
        room = options.context - len(prompt.tokens)
        most = min(options.most_tokens or room, room)
        alternatives = max(1, asked.top_logprobs or 0) if asked.logprobs else 0
        async with aclosing(engine.answer(prompt.tokens, options, most, alternatives)) as pieces:
            async for piece in pieces:
                yield _part(asked, piece, began, loaded)


async def generate(asked: AskedGenerate, model: Model, pool: Pool) -> AsyncGenerator[Part, None]:
    """Only what Agent1 uses it for: loading and unloading. Raises Refused(501) for a prompt."""
    if asked.prompt:
        raise not_offered("generating from a bare prompt")
    keep_alive = seconds(asked.keep_alive, KEEP_ALIVE)
    options = read_options(model.manifest.parameters, asked.options, longest=model.facts.context_length)
    yield await _load_or_unload(asked.wanted, {"response": ""}, model, options, pool, keep_alive)


def join(parts: Sequence[Part]) -> Part:
    """One answer out of its parts, for `"stream": false`."""
    whole = dict(parts[-1])
    if "message" in whole and "_debug_info" not in whole:
        whole["message"] = _message("".join(part["message"]["content"] for part in parts))
    logprobs = [entry for part in parts for entry in part.get("logprobs", [])]
    return whole | {"logprobs": logprobs} if logprobs else whole


async def fit(engine: Engine, model: Model, messages: Sequence[Message], options: Options, asked: AskedChat) -> Prompt:
    """The prompt of as much of the conversation as fits: the oldest turns are left out, never a system
    message nor the last one. Raises Refused(400) where the last message alone is too long, or where
    something would be left out and the request says not to truncate.

    As Ollama's server/prompt.go, but cut only where a turn of the person begins (many templates refuse anything
    else), and with an eighth of the context kept free for the answer: a prompt that fills it leaves none.
    """
    starts = [0, *(i for i, message in enumerate(messages) if i and message["role"] == "user")]
    if starts[-1] != len(messages) - 1:
        starts.append(len(messages) - 1)
    first = await _tokenize(engine, model, messages, 0, asked)
    if len(first.tokens) < options.context - options.context // 8:
        return first
    if asked.truncate is False:
        if len(first.tokens) < options.context:
            return first
        raise Refused(400, "the input length exceeds the context length")
    low, high, best = 1, len(starts) - 1, None
    while low <= high:
        middle = (low + high) // 2
        tried = await _tokenize(engine, model, messages, starts[middle], asked)
        if len(tried.tokens) < options.context - options.context // 8:
            best, high = tried, middle - 1
        else:
            low = middle + 1
    best = best or await _tokenize(engine, model, messages, starts[-1], asked)
    if len(best.tokens) >= options.context:
        raise Refused(400, "the input length exceeds the context length")
    return best


async def _tokenize(engine: Engine, model: Model, messages: Sequence[Message], start: int, asked: AskedChat) -> Prompt:
    kept = [message for message in messages[:start] if message["role"] == "system"] + list(messages[start:])
    extra = {"enable_thinking": asked.think} if isinstance(asked.think, bool) else None
    text = render_prompt(model.template, kept, model.facts.bos, model.facts.eos, extra)
    return Prompt(text, await engine.prompt_tokens(text))


def _conversation(asked: AskedChat, model: Model) -> list[Message]:
    given = [message.as_dict() for message in asked.messages or []]
    talk = [*model.manifest.messages, *given]
    if model.manifest.system and given[0]["role"] != "system":
        talk.insert(0, {"role": "system", "content": model.manifest.system})
    return talk


def _refuse_what_is_missing(asked: AskedChat, model: Model) -> None:
    if asked.tools:
        raise Refused(400, f"{asked.wanted} does not support tools")
    if any(message.images for message in asked.messages or []):
        raise Refused(400, f"{asked.wanted} does not support images")
    if asked.format:
        raise not_offered("answers in a given format")
    if not 0 <= (asked.top_logprobs or 0) <= MOST_LOGPROBS:
        raise Refused(400, f"top_logprobs must be between 0 and {MOST_LOGPROBS}")
    if "completion" not in model.facts.capabilities:
        raise Refused(400, f'"{asked.wanted}" does not support chat')
    if asked.messages and not model.template:
        raise Refused(400, f'"{asked.wanted}" has no chat template: create it with a template')


async def _load_or_unload(
    name: str, nothing: Part, model: Model, options: Options, pool: Pool, keep_alive: float
) -> Part:
    reason = "load" if keep_alive else "unload"
    if keep_alive:
        async with pool.borrow(model, options, keep_alive):
            pass
    else:
        await pool.unload(model.name)
    return {"model": name, "created_at": now(), **nothing, "done": True, "done_reason": reason}


def _part(asked: AskedChat, piece: Piece, began: int, loaded: int) -> Part:
    part: Part = {"model": asked.wanted, "created_at": now(), "message": _message(piece.text), "done": False}
    if piece.logprobs and asked.logprobs:
        part["logprobs"] = [_logprob(entry, asked.top_logprobs or 0) for entry in piece.logprobs]
    if piece.reason is None:
        return part
    times = piece.told["timings"]
    return part | {
        "done": True,
        "done_reason": piece.reason,
        "total_duration": time.monotonic_ns() - began,
        "load_duration": loaded - began,
        "prompt_eval_count": piece.told["tokens_evaluated"],
        "prompt_eval_duration": int(times["prompt_ms"] * 1e6),
        "eval_count": piece.told["tokens_predicted"],
        "eval_duration": int(times["predicted_ms"] * 1e6),
    }


def _logprob(entry: Part, alternatives: int) -> Part:
    told = {name: entry[name] for name in ("token", "logprob", "bytes")}
    top = [{name: other[name] for name in told} for other in entry.get("top_logprobs", [])[:alternatives]]
    return told | ({"top_logprobs": top} if top else {})


def _debug(name: str, prompt: Prompt) -> Part:
    return {
        "model": name,
        "created_at": now(),
        "message": {"role": "", "content": ""},
        "done": False,
        "_debug_info": {"rendered_template": prompt.text},
    }


def _message(content: str) -> Message:
    return {"role": "assistant", "content": content}


def now() -> str:
    """As Go prints a time, in UTC."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
