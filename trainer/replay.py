"""Replay: general prompts that the base answers itself, mixed in so that what it knew is not forgotten.

Owns the bank, which prompts are drawn, where an answer is cut and which answers are worth replaying. Pure but for
reading the bank. Does not cover asking the base (replay_answers).
"""

import json
import random
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

LARGEST_DRAW = 240
ANSWER_LIMIT = 160  # characters: short answers keep a small base as well, and cost less time
SHORTEST_CIRCLE = 12  # words
NEW_TRIPLES = 0.7  # of all word triples, in a text that goes on
BANK = Path(__file__).parent / "material" / "replay_prompts.jsonl"
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]*]*(?=\s|$)")
_LIST_NUMBER = re.compile(r"(?:^|\s)\d{1,2}\.$")  # "2." opens a point of a list, it ends no sentence
_PORTUGUESE = re.compile(r"\b(?:não|você|é|são|um|uma|os|do|da|em|para|com|que|qual|como|obrigad[oa]|olá)\b", re.I)
_ENGLISH = re.compile(r"\b(?:the|is|are|a|an|of|to|in|for|with|that|what|how|you|thanks|hello)\b", re.I)


@dataclass(frozen=True)
class Prompt:
    id: str
    lang: str  # "en" or "pt"
    prompt: str
    kind: str  # fact, howto, talk ...: what the bank is balanced by


def read_bank(path: Path = BANK) -> list[Prompt]:
    with path.open(encoding="utf-8") as file:
        return [Prompt(**json.loads(line)) for line in file]


def draw(
    count: int, bank: Sequence[Prompt] | None = None, seed: int = 0, languages: Collection[str] | None = None
) -> list[Prompt]:
    """`count` prompts, the same ones for the same seed; at most all that are in `languages` (None: in any).

    Every kind has the share that it has of the bank, in a small draw too. A larger draw holds the smaller one, so
    that the cached answers of an earlier run serve the next.
    """
    kinds: dict[tuple[str, str], list[Prompt]] = defaultdict(list)
    for prompt in read_bank() if bank is None else bank:
        if languages is None or prompt.lang in languages:
            kinds[prompt.lang, prompt.kind].append(prompt)
    dice = random.Random(seed)
    placed = []
    for prompts in kinds.values():
        dice.shuffle(prompts)
        placed += [((at + dice.random()) / len(prompts), prompt.id, prompt) for at, prompt in enumerate(prompts)]
    return [prompt for _, _, prompt in sorted(placed, key=lambda place: place[:2])][:count]


def languages_of(texts: Iterable[str]) -> frozenset[str]:
    """Which of the bank's languages `texts` are written in, by their small words; both where that cannot be told.

    A language counts from one in ten of the small words on.
    """
    seen = {"en": 0, "pt": 0}
    for text in texts:
        seen["en"] += len(_ENGLISH.findall(text))
        seen["pt"] += len(_PORTUGUESE.findall(text))
    return frozenset(lang for lang, count in seen.items() if count * 10 >= sum(seen.values()))


def cut_at_sentence(text: str, limit: int | None = None) -> str:
    """Up to the end of the last whole sentence within `limit` characters; empty where there is none."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text) if limit is None or match.end() <= limit]
    while ends and _LIST_NUMBER.search(text[: ends[-1]]):
        ends.pop()
    return text[: ends[-1]] if ends else ""


def learnable(answer: str, is_whole: bool, limit: int = ANSWER_LIMIT) -> str:
    """What of a base's answer is replayed: whole sentences of at most `limit` characters; empty where it is of no use.

    A small base sometimes says one thing again and again; learning that would teach it to. An answer within `limit`
    that ended by itself stays as it is, with or without a full stop.
    """
    text = answer.strip()
    if not is_whole or len(text) > limit:
        text = cut_at_sentence(text, limit)
    return "" if _goes_in_circles(text) else text


def _goes_in_circles(text: str) -> bool:
    words = re.findall(r"\w+", text.casefold())
    triples = [tuple(words[at : at + 3]) for at in range(len(words) - 2)]
    return len(words) >= SHORTEST_CIRCLE and len(set(triples)) < NEW_TRIPLES * len(triples)


def replay_plan(examples: int, passes: int) -> dict[str, int]:
    """For run.json: how many prompts are drawn, and how many tokens each answer may have at most.

    About one general answer for each rated row: never fewer than rated answers, nor more than LARGEST_DRAW where
    there are fewer of these, since each costs the server a second.
    """
    return {"count": max(examples, min(examples * passes, LARGEST_DRAW)), "num_predict": 48}
