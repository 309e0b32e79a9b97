"""Material: the answers worth learning out of all that was rated, and why the others were left out.

Owns what ratings decide together: 4 and 5 are wanted, the newest verdict on the same question and answer wins, of
repeats the best stays. Does not cover the rules of likeness (filters) nor what is written for a run (dataset).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from ..store.records import NEGATIVE, POSITIVE, AnswerState, Message, RatedAnswer, Role
from ..store.store import Store
from . import filters
from .filters import LongAnswer, Words
from .recipe import Recipe

REPEAT = "left-out-repeat"
RATED_LOW_LATER = "left-out-rated-low-later"
NO_QUESTION = "left-out-no-question"
TOO_LONG = "left-out-too-long"
MOST_COMPARED = 8  # of one block, so that ten thousand answers take seconds whatever they say


@dataclass(frozen=True)
class Turn:
    role: Role
    content: str


@dataclass(frozen=True)
class Example:
    """One answer to be learned with the conversation before it."""

    message_id: int
    conversation_id: int
    score: int  # 4 or 5
    before: tuple[Turn, ...]  # ends with what the person asked
    answer: str  # the person's own wording where there is one
    repeats: frozenset[int] = frozenset()  # messages that say the same and were left out for it


@dataclass(frozen=True)
class LeftOut:
    """A well-rated answer that is not learned."""

    message_id: int
    reason: str  # a key of the catalogue


@dataclass(frozen=True)
class Material:
    examples: tuple[Example, ...]  # oldest message first
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True)
class _Verdict:
    """One person's score of one answer in its conversation, ready to be compared."""

    rated: RatedAnswer
    before: tuple[Turn, ...]

    @property
    def is_wanted(self) -> bool:
        return self.rated.score >= POSITIVE

    @property
    def answer(self) -> str:
        """What is judged: a person's own wording where it is wanted, what was said where it is not."""
        return self.rated.correction if self.is_wanted and self.rated.correction else self.rated.message.content

    @cached_property
    def said(self) -> Words:
        return filters.words_of(self.answer)

    @cached_property
    def asked(self) -> Words:
        return filters.asked_words(self.before[-1].content)

    @cached_property
    def context(self) -> Words:
        """What was said before, role by role, the question last."""
        earlier = [word for turn in self.before[:-1] for word in (f"<{turn.role}>", *filters.words_of(turn.content))]
        return (*earlier, *self.asked)

    @property
    def is_first_turn(self) -> bool:
        return len(self.before) == 1

    @property
    def moment(self) -> tuple[datetime, int]:
        return self.rated.rated_at, self.rated.message.id


def collect(store: Store, sequence_len: int = Recipe.sequence_len) -> Material:
    """What a run would learn now. `sequence_len` is in tokens; what surely has more is left out.

    10,000 rated answers take some seconds.
    """
    left_out: list[LeftOut] = []
    verdicts: list[_Verdict] = []
    for rated in store.ratings.rated_answers():
        if NEGATIVE < rated.score < POSITIVE:
            continue
        verdict = _Verdict(rated, _turns(store.messages.path(rated.message.parent_id)))
        flaw = _flaw_of(verdict, sequence_len)
        if flaw is None:
            verdicts.append(verdict)
        elif verdict.is_wanted:
            left_out.append(LeftOut(rated.message.id, flaw))
    examples = _without_long_repeats(_judge(verdicts, left_out), left_out)
    learned = {example.message_id for example in examples}
    unique = {item.message_id: item for item in left_out if item.message_id not in learned}
    return Material(
        examples=tuple(sorted(examples, key=lambda example: example.message_id)),
        left_out=tuple(unique[message_id] for message_id in sorted(unique)),
    )


def new_since(store: Store, material: Material) -> int:
    """How many examples no run that gave a tag has learned, in these words or in a repeat of them."""
    learned = store.runs.learned_messages()
    return sum(learned.isdisjoint({example.message_id} | example.repeats) for example in material.examples)


def _turns(messages: Iterable[Message]) -> tuple[Turn, ...]:
    """A conversation as it is shown to the model: without a failed answer and the question that it failed."""
    turns: list[Turn] = []
    for message in messages:
        broken = message.state in (AnswerState.FAILED, AnswerState.WRITING) or not message.content.strip()
        if not broken:
            turns.append(Turn(message.role, message.content))
        elif message.role is Role.ASSISTANT and turns and turns[-1].role is Role.USER:
            turns.pop()
    return tuple(turns)


def _flaw_of(verdict: _Verdict, sequence_len: int) -> str | None:
    if not verdict.before or verdict.before[-1].role is not Role.USER:
        return NO_QUESTION
    if not verdict.is_wanted:
        return None if verdict.answer.strip() else "left-out-empty"
    # A person's own wording is whole, however the answer that it replaces ended.
    state = AnswerState.DONE if verdict.rated.correction else verdict.rated.message.state
    flaw = filters.flaw_of(verdict.answer, state)
    if flaw is None and filters.is_too_long(verdict.before[-1].content, verdict.answer, sequence_len):
        return TOO_LONG
    return flaw


def _judge(verdicts: Sequence[_Verdict], left_out: list[LeftOut]) -> list[Example]:
    """One example a group of equals, unless the newest verdict on it is a low one.

    Only equal words are refused together: of two long answers that are nearly equal, the one word may be the lie.
    """
    refused_anywhere, refused_first = _newest_refusals(verdicts)
    examples = []
    for group in _equals(verdicts):
        wanted = [verdict for verdict in group if verdict.is_wanted]
        if not wanted:
            continue
        last_wanted = max(verdict.moment for verdict in wanted)
        question = (wanted[0].asked, wanted[0].said)
        refusals = [verdict.moment for verdict in group if not verdict.is_wanted]
        # Said first in a conversation the question stands for itself, so the verdict on it counts in any other.
        refusals += refused_first.get(question, [])
        if wanted[0].is_first_turn:
            refusals += refused_anywhere.get(question, [])
        if any(moment > last_wanted for moment in refusals):
            left_out += [LeftOut(verdict.rated.message.id, RATED_LOW_LATER) for verdict in wanted]
            continue
        best = max(wanted, key=lambda verdict: (verdict.rated.score, verdict.moment))
        others = {verdict.rated.message.id for verdict in wanted} - {best.rated.message.id}
        left_out += [LeftOut(message_id, REPEAT) for message_id in others]
        examples.append(_example(best, others))
    return examples


Refusals = dict[tuple[Words, Words], list[tuple[datetime, int]]]


def _newest_refusals(verdicts: Iterable[_Verdict]) -> tuple[Refusals, Refusals]:
    """The newest low verdict by last question and answer: in any conversation, and as its first turn."""
    anywhere: Refusals = {}
    first: Refusals = {}
    for verdict in verdicts:
        if verdict.is_wanted:
            continue
        for refusals in (anywhere, first) if verdict.is_first_turn else (anywhere,):
            key = (verdict.asked, verdict.said)
            refusals[key] = [max([verdict.moment, *refusals.get(key, [])])]
    return anywhere, first


def _equals(verdicts: Iterable[_Verdict]) -> Iterable[list[_Verdict]]:
    """Groups of verdicts on the same answer to the same question after the same conversation."""
    groups: defaultdict[tuple[Words, Words], list[_Verdict]] = defaultdict(list)
    for verdict in verdicts:
        groups[verdict.context, verdict.said].append(verdict)
    return groups.values()


def _example(verdict: _Verdict, repeats: Iterable[int]) -> Example:
    message = verdict.rated.message
    return Example(
        message_id=message.id,
        conversation_id=message.conversation_id,
        score=verdict.rated.score,
        before=verdict.before,
        answer=verdict.answer,
        repeats=frozenset(repeats),
    )


def _without_long_repeats(examples: Iterable[Example], left_out: list[LeftOut]) -> list[Example]:
    """Of long answers to the same question that differ in a few words, the best rated and newest stays."""
    kept: list[tuple[Example, LongAnswer | None]] = []
    blocks: defaultdict[tuple[tuple[Turn, ...], int], list[int]] = defaultdict(list)  # positions in `kept`
    for example in sorted(examples, key=lambda example: (example.score, example.message_id), reverse=True):
        long = filters.read_long(example.answer)
        keys = [(example.before, mark) for mark in long.marks()] if long else []
        same = _find_same(long, {at: kept[at][1] for key in keys for at in blocks[key][-MOST_COMPARED:]})
        if same is None:
            for key in keys:
                blocks[key].append(len(kept))
            kept.append((example, long))
            continue
        best, its_long = kept[same]
        kept[same] = (replace(best, repeats=best.repeats | example.repeats | {example.message_id}), its_long)
        left_out.append(LeftOut(example.message_id, REPEAT))
    return [example for example, _ in kept]


def _find_same(long: LongAnswer | None, known: Mapping[int, LongAnswer | None]) -> int | None:
    alike = (at for at, other in known.items() if long and other and long.says_the_same(other))
    return next(alike, None)
