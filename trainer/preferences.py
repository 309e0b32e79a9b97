"""What preference training needs: unpaired good and bad answers, and pairs of a better and a worse answer.

Owns making them from ratings, siblings and corrections. No run trains on them yet; they can be exported. Does not
cover what is good enough to be learned (material).
"""

from collections import defaultdict
from dataclasses import dataclass

from ..store.records import Role, Treatment
from ..store.store import Store
from . import filters
from .material import Material
from .personal import find, replaced
from .recipe import Recipe
from .verdicts import Turn, Verdict, read_verdicts


@dataclass(frozen=True)
class Answer:
    before: tuple[Turn, ...]  # ends with what the person asked
    answer: str


@dataclass(frozen=True)
class Pair:
    """Two answers to the same question after the same conversation."""

    before: tuple[Turn, ...]
    chosen: str
    rejected: str


@dataclass(frozen=True)
class Preferences:
    good: tuple[Answer, ...]  # what a run learns
    bad: tuple[Answer, ...]  # rated 1 or 2
    pairs: tuple[Pair, ...]  # a good and a bad sibling; a person's own wording and what it replaced


def collect_preferences(store: Store, material: Material) -> Preferences:
    """Held-out conversations are on no side. Personal data is treated as in the material."""
    held, kinds = store.choices.held_out(), store.settings.policy().personal.kinds(Treatment.REPLACE)
    unwanted = store.settings.policy().personal.kinds(Treatment.LEAVE_OUT)
    chosen: defaultdict[bytes, list[str]] = defaultdict(list)
    for example in material.examples:
        chosen[example.context].append(example.answer)
    corrected = {example.message_id: example for example in material.examples if example.is_corrected}
    window = filters.CHARACTERS_PER_TOKEN * Recipe.sequence_len
    bad: list[Answer] = []
    pairs: list[Pair] = []
    for verdict in read_verdicts(store.ratings.judged_conversations(), window):
        if verdict.message.conversation_id in held or not _is_answer(verdict, unwanted):
            continue
        before = tuple(Turn(turn.role, replaced(turn.content, kinds)) for turn in verdict.before)
        said = replaced(verdict.message.content, kinds)
        if not verdict.is_wanted:
            bad.append(Answer(before, said))
            pairs += [Pair(before, answer, said) for answer in chosen[verdict.context] if answer != said]
        elif verdict.is_corrected and verdict.message.id in corrected:
            pairs.append(Pair(before, corrected[verdict.message.id].answer, said))
    good = tuple(Answer(example.before, example.answer) for example in material.examples)
    return Preferences(good, tuple(bad), tuple(dict.fromkeys(pair for pair in pairs if pair.chosen != pair.rejected)))


def _is_answer(verdict: Verdict, unwanted: frozenset[str]) -> bool:
    """To a question, not empty, and without personal data that is to be left out."""
    if not verdict.before or verdict.before[-1].role is not Role.USER or not verdict.message.content.strip():
        return False
    texts = (*(turn.content for turn in verdict.before), verdict.message.content)
    return not unwanted or not any(found.kind in unwanted for text in texts for found in find(text))
