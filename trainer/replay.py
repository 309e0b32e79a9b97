"""Replay: general prompts that the base answers itself, mixed in so that what it knew is not forgotten.

Owns the bank, which prompts are drawn and where a broken-off answer is cut. Pure but for reading the bank. Does not
cover asking the base (replay_answers).
"""

import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

BANK = Path(__file__).parent / "material" / "replay_prompts.jsonl"
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]*]*(?=\s|$)")


@dataclass(frozen=True)
class Prompt:
    id: str
    lang: str  # "en" or "pt"
    prompt: str
    kind: str  # fact, howto, talk ...: what the bank is balanced by


def read_bank(path: Path = BANK) -> list[Prompt]:
    with path.open(encoding="utf-8") as file:
        return [Prompt(**json.loads(line)) for line in file]


def draw(count: int, bank: Sequence[Prompt] | None = None, seed: int = 0) -> list[Prompt]:
    """`count` prompts, the same ones for the same seed; at most the whole bank. A larger draw holds the smaller one,
    so that the cached answers of an earlier run serve the next.
    """
    prompts = list(read_bank() if bank is None else bank)
    random.Random(seed).shuffle(prompts)
    return prompts[:count]


def cut_at_sentence(text: str) -> str:
    """Up to the end of its last whole sentence; empty where there is none."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    return text[: ends[-1]] if ends else ""


def replay_plan(examples: int) -> dict[str, int]:
    """For run.json: as many prompts as there are rated examples, each answered with `num_predict` tokens at most."""
    return {"count": examples, "num_predict": 96}
