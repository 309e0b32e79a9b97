"""The parity certificate of a tag: what it reads is byte for byte what its base reads and what was trained.

Owns the comparison over conversations and over the trained rows: rendered text, token ids, labels, end token. Does not
cover how a prompt is rendered (rendering) or encoded (prompts).
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ..serving.client import ModelServer
from ..serving.errors import ServerRefused
from ..serving.vocabulary import Vocabulary
from .axolotl_config import TOKENS
from .dataset import Row
from .prompts import IGNORED, Ending, ExampleTooLong, NothingToLearn, TokenRow, encode_example, find_ending
from .registration import CONVERSATIONS, Conversation
from .rendering import Renderer, TemplateRefused

MOST_ROWS = 64  # trained rows that are rendered again; each takes some ten milliseconds

PROMPTS, IDS, TRAINED, ENDS = "prompts", "ids", "trained", "ends"


@dataclass(frozen=True)
class Certificate:
    """`failures` names what does not hold, of PROMPTS, IDS, TRAINED and ENDS; none: certified."""

    rendered_by: str  # "server", or "file": the server does not tell its prompts, so the GGUF's own template was used
    conversations: int  # of them compared; the base's template refuses some
    rows: int  # trained rows that were compared
    ending: str  # the text that ends an answer
    failures: tuple[str, ...] = ()

    @property
    def is_certified(self) -> bool:
        return not self.failures


def certify(
    server: ModelServer,
    base: tuple[str, Path],
    tuned: tuple[str, Path],
    rows: Sequence[Row],
    trained: Iterable[TokenRow],
    conversations: Sequence[Conversation] = CONVERSATIONS,
) -> Certificate:
    """`base` and `tuned` are a tag and its GGUF file each; `trained` are the token rows that were learned.

    Raises VocabularyUnreadable, NoTemplate, NoEndToken, and what the server raises.
    """
    known = {row.input_ids: row.labels for row in trained}
    with Vocabulary(tuned[1]) as theirs, Vocabulary(base[1]) as ours:
        read_base, read_tuned = Renderer(server, *base), Renderer(server, *tuned)
        ending = find_ending(theirs, read_tuned)
        failures = set()
        compared = 0
        for conversation in conversations:
            prompt = _render(read_base, conversation)
            if prompt is None:
                continue
            compared += 1
            if prompt != _render(read_tuned, conversation):
                failures.add(PROMPTS)
            if ours.prompt_tokens(prompt) != theirs.prompt_tokens(prompt):
                failures.add(IDS)
        checked = 0
        for row in islice(rows, MOST_ROWS):
            encoded = _encode(theirs, read_tuned, row, ending)
            if encoded is None:
                continue
            checked += 1
            if known.get(encoded.input_ids) != encoded.labels:
                failures.add(TRAINED)
    if any(not _ends(row, ending) for row in known.items()):
        failures.add(ENDS)
    return Certificate(read_base.rendered_by, compared, checked, ending.text, tuple(sorted(failures)))


def read_trained(folder: Path) -> list[TokenRow]:
    """The token rows of a run's folder. Raises OSError."""
    with (folder / TOKENS).open(encoding="utf-8") as lines:
        told = [json.loads(line) for line in lines]
    return [TokenRow(**{name: tuple(values) for name, values in row.items()}) for row in told]


def _render(render: Renderer, conversation: Conversation) -> str | None:
    """None where the template does not take it: some refuse a system message."""
    try:
        return render(conversation)
    except (ServerRefused, TemplateRefused):
        return None


def _encode(vocabulary: Vocabulary, render: Renderer, row: Row, ending: Ending) -> TokenRow | None:
    *before, answer = row.messages
    prompt = _render(render, [{"role": turn.role, "content": turn.content} for turn in before])
    try:
        return (prompt and encode_example(vocabulary, prompt, answer.content, ending, limit=2**31)) or None
    except (ExampleTooLong, NothingToLearn):
        return None


def _ends(row: tuple[tuple[int, ...], tuple[int, ...]], ending: Ending) -> bool:
    """The end token is learned, and nothing of the prompt is."""
    _, labels = row
    return labels[-len(ending.ids) :] == ending.ids and labels[0] == IGNORED
