"""One model in a runner process of its own, without the server around it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agent1.serving.embedded.engine import SOCKET, start_engine
from agent1.serving.embedded.refusals import Refused
from agent1.tests.tiny_models import tiny_llama_gguf


def test_an_engine_that_cannot_be_reached_is_not_taken_for_alive(tmp_path: Path) -> None:
    """Its process may be seen to end later than its silence: whoever asks next gets another one."""
    file = tiny_llama_gguf(tmp_path / "tiny.gguf")

    async def lose() -> tuple[bool, bool]:
        engine = await start_engine(file, context=256, threads=1, places=1)
        try:
            await engine.prompt_tokens("a")
            before = engine.is_alive
            (engine._folder / SOCKET).unlink()
            with pytest.raises(Refused, match="llama runner process has terminated"):
                await engine.prompt_tokens("a")
            return before, engine.is_alive
        finally:
            await engine.close()

    with ThreadPoolExecutor(1) as own:  # a browser test of the same process leaves an event loop running
        assert own.submit(asyncio.run, lose()).result() == (True, False)
