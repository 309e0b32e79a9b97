"""Material: the answers worth learning out of all that was judged, and why the others were left out.

Owns what ratings decide together: 4, 5 and a person's own wording are wanted, the newest verdict on the same question
and answer wins, of repeats the best stays, what an admin decided by hand stands above the filters, and what is held
out for measuring is never learned. Does not cover reading verdicts (verdicts), the rules of flaws and likeness
(filters), which conversations are held out (splits) nor what is written for a run (dataset).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from ..store.records import Choice, PersonalData, Role, Thresholds, Treatment
from ..store.store import Store
from . import filters, personal
from .flaws import flaw_of
from .likeness import Alike
from .recipe import Recipe
from .tongues import Tongues
from .verdicts import Turn, Verdict, read_verdicts

REPEAT = "left-out-repeat"
# In a conversation that is held out: it cannot be learned beside the other.
HELD_OUT_REPEAT = "left-out-held-out-repeat"
RATED_LOW_LATER = "left-out-rated-low-later"
NO_QUESTION = "left-out-no-question"
TOO_LONG = "left-out-too-long"
REFUSED_BY_TEMPLATE = "left-out-template"
BY_HAND = "left-out-by-hand"
OTHER_LANGUAGE = "left-out-other-language"
PERSONAL = "left-out-personal"
REJECTED_MODEL = "left-out-rejected-model"
EMPTY = "left-out-empty"
# Cannot be learned, whoever wants it back.
STAYS_OUT = frozenset({EMPTY, NO_QUESTION, TOO_LONG, PERSONAL, HELD_OUT_REPEAT})

NO_REPEATS = frozenset[int]()  # one for all, since an empty set takes 200 bytes
Moment = tuple[datetime, int]  # when, and the message where two came at once


@dataclass(frozen=True, slots=True)
class Example:
    """One answer to be learned with the conversation before it."""

    message_id: int
    conversation_id: int
    score: int  # 4 or 5; 5 for a person's own wording
    before: tuple[Turn, ...]  # ends with what the person asked
    answer: str  # the person's own wording where there is one
    repeats: frozenset[int] = NO_REPEATS  # messages that say the same and were left out for it
    is_corrected: bool = False  # the answer is the person's own wording
    pair: bytes = b""  # digest of question and answer
    context: bytes = b""  # digest of all that was said before
    personal: tuple[str, ...] = ()  # the kinds of personal data that were said, now treated as the admin decided


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A wanted answer that is not learned."""

    message_id: int
    reason: str  # a key of the catalogue


@dataclass(frozen=True)
class Material:
    examples: tuple[Example, ...]  # to be learned; oldest message first
    left_out: tuple[LeftOut, ...]
    held_out: tuple[Example, ...] = ()  # never learned: what a tuned model is measured on


def collect(store: Store, sequence_len: int = Recipe.sequence_len) -> Material:
    """What a run would learn now. `sequence_len` is in tokens; what surely has more is left out.

    Every wanted answer is an example, held out, or left out with its reason. Time and memory are linear in the number
    of judged answers.
    """
    held, left_out = store.choices.held_out(), list[LeftOut]()
    policy = store.settings.policy()
    gate = _Gate(store.choices.chosen(), held, store.runs.rejected_tags(), sequence_len, policy.thresholds)
    verdicts: list[Verdict] = []
    for verdict in read_verdicts(store.ratings.judged_conversations(), filters.CHARACTERS_PER_TOKEN * sequence_len):
        reason = gate.reason_against(verdict)
        if reason is None:
            verdicts.append(verdict)
        elif verdict.is_wanted:
            left_out.append(LeftOut(verdict.message.id, reason))
    examples = _judge(verdicts, gate, left_out)
    examples = _without_long_repeats(examples, gate, left_out)
    examples = list(_without_personal(examples, policy.personal, left_out))
    learned = [example for example in examples if example.conversation_id not in held]
    # The same content is never on both sides: what is learned elsewhere cannot measure what was learned.
    known = {example.pair for example in learned}
    held_out = [example for example in examples if example.conversation_id in held and example.pair not in known]
    settled = {example.message_id for example in (*learned, *held_out)}
    left_out += [gate.repeat(example) for example in examples if example.message_id not in settled]
    unique = {item.message_id: item for item in reversed(left_out) if item.message_id not in settled}
    return Material(
        examples=tuple(sorted(learned, key=lambda example: example.message_id)),
        left_out=tuple(unique[message_id] for message_id in sorted(unique)),
        held_out=tuple(sorted(held_out, key=lambda example: example.message_id)),
    )


def wanted_verdicts(store: Store, conversations: list[int]) -> dict[int, Verdict]:
    """The wanted verdicts in some conversations, by message, each with what a run would read before the answer."""
    window = filters.CHARACTERS_PER_TOKEN * Recipe.sequence_len
    judged = store.ratings.judged(conversations)
    return {verdict.message.id: verdict for verdict in read_verdicts(judged, window) if verdict.is_wanted}


def new_since(store: Store, material: Material) -> int:
    """How many examples no run that gave a tag has learned, in these words or in a repeat of them."""
    learned = store.runs.learned_messages()
    return sum(learned.isdisjoint({example.message_id} | example.repeats) for example in material.examples)


@dataclass(frozen=True)
class _Gate:
    """What one verdict must be for itself, before it is compared with others."""

    chosen: Mapping[int, Choice]  # by hand, by message
    held: Collection[int]  # conversations
    rejected: Collection[str]  # tags
    sequence_len: int
    limits: Thresholds
    tongues: Tongues = field(default_factory=Tongues)

    def reason_against(self, verdict: Verdict) -> str | None:
        if not verdict.before or verdict.before[-1].role is not Role.USER:
            return NO_QUESTION
        if not verdict.answer.strip():
            return EMPTY
        if not verdict.is_wanted:
            return None
        choice = self.chosen.get(verdict.message.id)
        if choice is Choice.LEAVE_OUT:
            return BY_HAND
        if filters.is_too_long(verdict.before[-1].content, verdict.answer, self.sequence_len):
            return TOO_LONG
        # A person's own wording is whole, however the answer that it replaces ended.
        if choice is Choice.BRING_BACK or verdict.is_corrected:
            return None
        if verdict.message.tag in self.rejected:
            return REJECTED_MODEL
        flaw = flaw_of(verdict.answer, verdict.message.state, self.limits)
        if flaw is None and self.tongues.differ(verdict.before[-1].content, verdict.answer, self.limits.language):
            return OTHER_LANGUAGE
        return flaw

    def is_brought_back(self, message_id: int) -> bool:
        return self.chosen.get(message_id) is Choice.BRING_BACK

    def repeat(self, example: "Example") -> LeftOut:
        is_held = example.conversation_id in self.held
        return LeftOut(example.message_id, HELD_OUT_REPEAT if is_held else REPEAT)


def _judge(verdicts: Sequence[Verdict], gate: _Gate, left_out: list[LeftOut]) -> list[Example]:
    """One example a group of equals, unless the newest verdict on it is a low one.

    Only equal words are refused together: of two long answers that are nearly equal, the one word may be the lie.
    """
    anywhere, first = _newest_refusals(verdicts)
    examples = []
    for group in _equals(verdicts):
        # What was brought back by hand stands for itself.
        liked = [verdict for verdict in group if verdict.is_wanted]
        examples += [_example(verdict) for verdict in liked if gate.is_brought_back(verdict.message.id)]
        wanted = [verdict for verdict in liked if not gate.is_brought_back(verdict.message.id)]
        if not wanted:
            continue
        refusals = [verdict.moment for verdict in group if not verdict.is_wanted]
        # Said first in a conversation the question stands for itself, so the verdict on it counts in any other.
        pair = wanted[0].pair
        refusals += [found[pair] for found in (first, *[anywhere] * wanted[0].is_first_turn) if pair in found]
        if max(refusals, default=None) and max(refusals) > max(verdict.moment for verdict in wanted):
            left_out += [LeftOut(verdict.message.id, RATED_LOW_LATER) for verdict in wanted]
            continue
        best = max(wanted, key=lambda verdict: _preference(verdict, gate.held))
        others = [_example(verdict) for verdict in wanted if verdict.message.id != best.message.id]
        left_out += [gate.repeat(other) for other in others]
        examples.append(_example(best, (other.message_id for other in others)))
    return examples


def _preference(verdict: Verdict, held: Collection[int]) -> tuple[bool, bool, int, Moment]:
    """Of repeats: one that may be learned, a person's own wording, the best rated, the newest."""
    may_be_learned = verdict.message.conversation_id not in held
    return may_be_learned, verdict.is_corrected, verdict.score, verdict.moment


def _newest_refusals(verdicts: Iterable[Verdict]) -> tuple[dict[bytes, Moment], dict[bytes, Moment]]:
    """The newest low verdict by question and answer: in any conversation, and as its first turn."""
    anywhere: dict[bytes, Moment] = {}
    first: dict[bytes, Moment] = {}
    for verdict in verdicts:
        if not verdict.is_wanted:
            for refusals in (anywhere, first) if verdict.is_first_turn else (anywhere,):
                refusals[verdict.pair] = max(verdict.moment, refusals.get(verdict.pair, verdict.moment))
    return anywhere, first


def _equals(verdicts: Iterable[Verdict]) -> Iterable[list[Verdict]]:
    """Groups of verdicts on the same answer to the same question after the same conversation."""
    groups: defaultdict[bytes, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        groups[verdict.context + verdict.said].append(verdict)
    return groups.values()


def _example(verdict: Verdict, repeats: Iterable[int] = ()) -> Example:
    return Example(
        message_id=verdict.message.id,
        conversation_id=verdict.message.conversation_id,
        score=verdict.score,
        before=verdict.before,
        answer=verdict.answer,
        repeats=frozenset(repeats) or NO_REPEATS,
        is_corrected=verdict.is_corrected,
        pair=verdict.pair,
        context=verdict.context,
    )


def _without_personal(examples: Iterable[Example], treated: PersonalData, left_out: list[LeftOut]) -> Iterator[Example]:
    """Each with placeholders for what is to be replaced; those with what is to be left out are not among them."""
    unwanted, replaced = treated.kinds(Treatment.LEAVE_OUT), treated.kinds(Treatment.REPLACE)
    for example in examples:
        texts = (*(turn.content for turn in example.before), example.answer)
        kinds = dict.fromkeys(found.kind for text in texts for found in personal.find(text))
        if not kinds:
            yield example
        elif not unwanted.isdisjoint(kinds):
            left_out.append(LeftOut(example.message_id, PERSONAL))
        else:
            before = tuple(Turn(turn.role, personal.replaced(turn.content, replaced)) for turn in example.before)
            answer = personal.replaced(example.answer, replaced)
            yield replace(example, before=before, answer=answer, personal=tuple(kinds))


def _without_long_repeats(examples: Iterable[Example], gate: _Gate, left_out: list[LeftOut]) -> list[Example]:
    """Of long answers to the same question that differ in a few words, the best rated and newest stays."""
    examples = list(examples)
    kept: list[Example] = []
    alike = Alike(gate.limits.likeness)
    asked = Counter(example.context for example in examples)  # what was asked once has no repeat

    def preference(example: Example) -> tuple[bool, bool, int, int]:
        return example.conversation_id not in gate.held, example.is_corrected, example.score, example.message_id

    for example in sorted(examples, key=preference, reverse=True):
        # What was brought back stands for itself, but never with nearly the same on the other side.
        stands = gate.is_brought_back(example.message_id) and example.conversation_id not in gate.held
        long = None if stands or asked[example.context] == 1 else filters.read_long(example.answer)
        same = alike.find_or_add(len(kept), example.context, long) if long else None
        if same is None:
            kept.append(example)
            continue
        best = kept[same]
        kept[same] = replace(best, repeats=best.repeats | example.repeats | {example.message_id})
        left_out.append(gate.repeat(example))
    return kept
