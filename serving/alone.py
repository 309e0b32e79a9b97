"""A GGUF file asked by itself, by llama.cpp, for one that is no model of a server yet.

Owns the starting and ending of llama.cpp around the questions. The options are those of the embedded server. Does not
cover how a conversation becomes a prompt.
"""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .client import AT_ONCE
from .embedded.engine import Engine, start_engine
from .embedded.options import Options, read_options


@dataclass(frozen=True)
class Written:
    text: str
    ended: bool  # by itself


def answers_of_file(model: Path, prompts: Sequence[str], options: Mapping[str, Any], threads: int = 0) -> list[Written]:
    """The answer to each rendered prompt, of at most `num_predict` tokens; several are written side by side.

    `options` has Ollama's names. `threads` 0: one for each core. Raises Refused(500) where llama.cpp cannot load the
    file or dies of it.
    """
    if not prompts:
        return []
    asking = _ask(model, prompts, read_options(options, longest=0), threads)
    with ThreadPoolExecutor(1) as own:  # the caller's thread may have an event loop that runs
        return own.submit(asyncio.run, asking).result()


async def _ask(model: Path, prompts: Sequence[str], options: Options, threads: int) -> list[Written]:
    engine = await start_engine(model, options.context, threads, places=AT_ONCE)
    try:
        return list(await asyncio.gather(*(_answer(engine, prompt, options) for prompt in prompts)))
    finally:
        await engine.close()


async def _answer(engine: Engine, prompt: str, options: Options) -> Written:
    text, reason = "", None
    async for piece in engine.answer(await engine.prompt_tokens(prompt), options, options.most_tokens or -1):
        text += piece.text
        reason = piece.reason or reason
    return Written(text, reason == "stop")
